//! Doses a second over the run as an SVG document: a stepped area for the run, a dashed line for what was reported of the day.
//!
//! Lines differ by their dashes and their words, not by their colours; the whole is shades of grey. Whoever cannot see it
//! reads its title and description.

mod axis;
mod element;

use std::fmt::Write;

use super::text::grouped;
use super::{Report, Stretch};
use axis::{Axis, of_rate, of_time};
use element::{line, text};

/// Steps of the area at most: one for every 3½ points of its width.
pub(super) const COLUMNS: usize = 240;

/// 25 million doses in 12 hours, as reported of 17 September 2021.
const REPORTED: f64 = 579.0;
const REPORTED_WORDS: &str = "17 September 2021, as reported: 579 doses a second over 12 hours";

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 440.0;
/// The corners of the area: left, right, top, bottom.
const LEFT: f64 = 84.0;
const RIGHT: f64 = 936.0;
const TOP: f64 = 108.0;
const BOTTOM: f64 = 368.0;

pub(super) fn svg(report: &Report, stretches: &[Stretch]) -> String {
    let end = stretches.last().map_or(1.0, |last| last.to);
    let mean = report.doses_per_second;
    let most = stretches
        .iter()
        .map(|at| at.per_second)
        .chain(mean)
        .fold(REPORTED, f64::max);
    let (time, rate) = (of_time(end, (LEFT, RIGHT)), of_rate(most, (BOTTOM, TOP)));
    let mut body = String::new();
    body.push_str(&heading(report));
    body.push_str(&grid(&time, &rate));
    body.push_str(&area(stretches, &time, &rate));
    body.push_str(&mean.map(|mean| mean_line(mean, &rate)).unwrap_or_default());
    // Last, so that the white edge of its words lies on everything else.
    body.push_str(&reference(&rate));
    document(report, &body)
}

fn document(report: &Report, body: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         role=\"img\" aria-labelledby=\"title desc\" font-family=\"system-ui, sans-serif\" font-size=\"14\" fill=\"#1a1a1a\">\n\
         <title id=\"title\">{}</title>\n<desc id=\"desc\">{}</desc>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n{body}</svg>\n",
        element::escaped(&title(report)),
        element::escaped(&description(report)),
    )
}

fn title(report: &Report) -> String {
    format!(
        "Doses a second on a simulated 17 September 2021, scale {}",
        report.scale
    )
}

fn description(report: &Report) -> String {
    let (doses, seconds) = (grouped(report.doses as f64), grouped(report.seconds));
    let run = match report.doses_per_second {
        Some(rate) => {
            let times = grouped((rate / REPORTED * 100.0).round() / 100.0);
            format!(
                "{doses} doses in {seconds} seconds, {} a second: {times} times the 579 a second",
                grouped(rate)
            )
        }
        None => format!("{doses} doses in no time that could be measured, beside the 579 a second"),
    };
    let p99 = report
        .p99_ms
        .map(|p99| format!(" 99 of 100 doses were recorded within {} ms.", grouped(p99)));
    format!(
        "{run} that were reported of the day itself, over 12 hours.{}",
        p99.unwrap_or_default()
    )
}

fn heading(report: &Report) -> String {
    let large = "font-size=\"18\" font-weight=\"600\"";
    let below = format!("{}. {}", report.machine, report.started);
    text(LEFT, 32.0, large, &title(report)) + &text(LEFT, 56.0, "fill=\"#4d4d4d\"", &below)
}

fn grid(time: &Axis, rate: &Axis) -> String {
    let mut grid = String::new();
    for (at, label) in rate.ticks() {
        grid.push_str(&line(
            (LEFT, at),
            (RIGHT, at),
            "stroke=\"#d0d0d0\" stroke-width=\"1\"",
        ));
        grid.push_str(&text(LEFT - 10.0, at + 5.0, "text-anchor=\"end\"", &label));
    }
    for (at, label) in time.ticks() {
        grid.push_str(&line(
            (at, BOTTOM),
            (at, BOTTOM + 6.0),
            "stroke=\"#1a1a1a\" stroke-width=\"1\"",
        ));
        grid.push_str(&text(at, BOTTOM + 24.0, "text-anchor=\"middle\"", &label));
    }
    let middle = f64::midpoint(LEFT, RIGHT);
    grid.push_str(&text(
        middle,
        BOTTOM + 52.0,
        "text-anchor=\"middle\"",
        time.title(),
    ));
    grid.push_str(&text(LEFT, TOP - 20.0, "", rate.title()));
    grid
}

/// A step for each stretch, down to the axis at both ends.
fn area(stretches: &[Stretch], time: &Axis, rate: &Axis) -> String {
    if stretches.is_empty() {
        return String::new();
    }
    let mut path = format!("M{:.1} {BOTTOM:.1}", LEFT);
    for stretch in stretches {
        let height = rate.at(stretch.per_second);
        // Writing to a text cannot fail.
        let _ = write!(
            path,
            " L{:.1} {height:.1} L{:.1} {height:.1}",
            time.at(stretch.from),
            time.at(stretch.to)
        );
    }
    let end = stretches.last().map_or(LEFT, |last| time.at(last.to));
    format!(
        "<path d=\"{path} L{end:.1} {BOTTOM:.1} Z\" fill=\"#bdbdbd\" stroke=\"#1a1a1a\" stroke-width=\"1.2\" \
         stroke-linejoin=\"round\"/>\n"
    )
}

fn reference(rate: &Axis) -> String {
    let at = rate.at(REPORTED);
    let dashed = "stroke=\"#000000\" stroke-width=\"2\" stroke-dasharray=\"10 6\"";
    line((LEFT, at), (RIGHT, at), dashed) + &label(LEFT + 8.0, at, REPORTED_WORDS)
}

/// Its words stand above the area, behind a piece of the line, so that they never lie on the words of the reference.
fn mean_line(mean: f64, rate: &Axis) -> String {
    const SAMPLE: (f64, f64) = (RIGHT - 40.0, RIGHT);
    let at = rate.at(mean);
    let dotted = "stroke=\"#000000\" stroke-width=\"2\" stroke-dasharray=\"2 5\" stroke-linecap=\"round\"";
    let words = format!("this run: {} a second", grouped(mean.round()));
    line((LEFT, at), (RIGHT, at), dotted)
        + &line((SAMPLE.0, TOP - 25.0), (SAMPLE.1, TOP - 25.0), dotted)
        + &text(
            SAMPLE.0 - 10.0,
            TOP - 20.0,
            "text-anchor=\"end\" font-weight=\"600\"",
            &words,
        )
}

/// Words above a line, on a white edge, so that they can be read on the area.
fn label(x: f64, line: f64, words: &str) -> String {
    let halo = "font-weight=\"600\" stroke=\"#ffffff\" stroke-width=\"5\" stroke-linejoin=\"round\" paint-order=\"stroke\"";
    text(x, line - 7.0, halo, words)
}
