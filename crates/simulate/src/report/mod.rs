//! The report of a run: `report.json` for programs, a text for people, and a chart.
//!
//! It says what was measured and nothing else: who measures, and when a run begins and ends, is its caller's matter.

mod chart;
mod command;
mod latency;
mod rates;
mod text;

use std::time::Duration;

use pramaan_domain::time::Timestamp;
use serde::Serialize;

pub use command::CommandLine;
pub use latency::Latencies;
pub use rates::{Rates, Stretch};

use crate::books::Books;
use crate::chance::Seed;
use crate::scale::Scale;

/// What was measured.
#[derive(Debug, Clone)]
pub struct Run {
    pub scale: Scale,
    pub seed: Seed,
    /// Laid before the first dose.
    pub people: u64,
    pub sessions: u64,
    pub bookings: u64,
    pub doses: u64,
    pub started: Timestamp,
    pub ended: Timestamp,
    /// By the wall's clock, from the first dose to the last. Of a run that was killed and resumed, without the time between.
    pub length: Duration,
    /// From the order to give a dose to the answer that it is recorded, certificate and access entry included.
    pub latencies: Latencies,
    pub rates: Rates,
    /// Of this process, and of the database when it is on this machine, during `length`. `None` when it could not be read.
    pub cpu: Option<Duration>,
    /// By which the database and its files grew during `length`. `None` when it could not be read.
    pub stored_bytes: Option<u64>,
    pub books: Books,
    /// Processors, memory, kernel, database.
    pub machine: String,
    pub command: CommandLine,
}

/// The figures of a run, as `report.json` has them. `null` is what could not be measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub doses: u64,
    /// Doses ÷ `seconds`; `null` of a run in which no time passed.
    pub doses_per_second: Option<f64>,
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    pub cpu_us_per_dose: Option<f64>,
    pub bytes_per_dose: Option<f64>,
    pub books_balance: bool,
    /// In words, one sentence each; empty when the books balance.
    pub imbalances: Vec<String>,
    pub people: u64,
    pub sessions: u64,
    pub bookings: u64,
    pub scale: f64,
    pub seed: u64,
    pub seconds: f64,
    /// RFC 3339, UTC.
    pub started: String,
    pub ended: String,
    pub machine: String,
    pub command_line: String,
}

impl Run {
    pub fn report(&self) -> Report {
        let milliseconds = |of_a_thousand| {
            let took = self.latencies.at(of_a_thousand);
            took.map(|took| rounded(took.as_secs_f64() * 1e3))
        };
        let cpu = self.cpu.map(|cpu| cpu.as_secs_f64() * 1e6);
        Report {
            doses: self.doses,
            doses_per_second: per(self.doses as f64, self.length.as_secs_f64()),
            p50_ms: milliseconds(500),
            p99_ms: milliseconds(990),
            cpu_us_per_dose: cpu.and_then(|cpu| per(cpu, self.doses as f64)),
            bytes_per_dose: self
                .stored_bytes
                .and_then(|bytes| per(bytes as f64, self.doses as f64)),
            books_balance: self.books.balance(),
            imbalances: self.books.imbalances().iter().map(ToString::to_string).collect(),
            people: self.people,
            sessions: self.sessions,
            bookings: self.bookings,
            scale: self.scale.number(),
            seed: self.seed.number(),
            seconds: rounded(self.length.as_secs_f64()),
            started: self.started.to_string(),
            ended: self.ended.to_string(),
            machine: self.machine.clone(),
            command_line: self.command.to_string(),
        }
    }

    /// For people, a figure a line.
    pub fn text(&self) -> String {
        text::text(&self.report())
    }

    /// Doses a second over the run beside what was reported of 17 September 2021, as an SVG document.
    pub fn chart(&self) -> String {
        chart::svg(&self.report(), &self.rates.stretches(self.length, chart::COLUMNS))
    }
}

impl Report {
    /// The text of `report.json`.
    ///
    /// # Errors
    /// None that is known: all of it is numbers and texts.
    pub fn json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

fn per(amount: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| rounded(amount / of))
}

/// To a thousandth: more is noise.
fn rounded(figure: f64) -> f64 {
    (figure * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests;
