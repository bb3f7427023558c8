//! `pramaan rules explain`: the rules engine on the command line. Needs no data folder.

use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use pramaan_domain::birth::{Birth, BirthDate, BirthYear};
use pramaan_domain::dose::GivenDose;
use pramaan_domain::rules::{self, Answer, Channel, Comorbid, Group, Question};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

use crate::cli::{Counter, Explain, Rules, RulesCommand};
use crate::say;

pub(crate) fn run(options: Rules) -> anyhow::Result<ExitCode> {
    let RulesCommand::Explain(explain) = options.command;
    let answer = rules::explain(&question(&explain)?);
    if explain.json {
        say::line(&serde_json::to_string(&answer)?);
    } else {
        say::line(&in_words(&answer)?);
    }
    Ok(ExitCode::SUCCESS)
}

fn question(asked: &Explain) -> anyhow::Result<Question> {
    let on = date("--on", &asked.on)?;
    let doses: Vec<GivenDose> = asked
        .doses
        .iter()
        .map(|text| dose(text))
        .collect::<anyhow::Result<_>>()?;
    if let Some(later) = doses.iter().find(|dose| dose.on > on) {
        bail!("--dose …@{}: that is after --on {on}", later.on);
    }
    let booked_on = asked
        .booked_on
        .as_deref()
        .map(|text| date("--booked-on", text))
        .transpose()?;
    if let Some(later) = booked_on.filter(|booked| *booked > on) {
        bail!("--booked-on {later}: that is after --on {on}");
    }
    let optional = |flag, text: &Option<String>| text.as_deref().map(|text| date(flag, text)).transpose();
    Ok(Question {
        on,
        birth: birth(asked, on)?,
        group: Group::parse(&asked.group).context("--group")?,
        comorbid: if asked.comorbid {
            Comorbid::Yes
        } else {
            Comorbid::No
        },
        channel: asked.channel.map(Channel::from),
        booked_on,
        recovered: optional("--recovered", &asked.recovered)?,
        vaccine: asked
            .vaccine
            .as_deref()
            .map(|name| vaccine("--vaccine", name))
            .transpose()?,
        doses,
    })
}

fn birth(asked: &Explain, on: CivilDate) -> anyhow::Result<Birth> {
    match (&asked.birth_year, &asked.birth_date) {
        (Some(year), None) => Ok(Birth::Year(BirthYear::parse(year, on).context("--birth-year")?)),
        (None, Some(date)) => Ok(Birth::Date(BirthDate::parse(date, on).context("--birth-date")?)),
        _ => bail!("give either --birth-year or --birth-date"),
    }
}

fn dose(text: &str) -> anyhow::Result<GivenDose> {
    let (name, on) = text
        .split_once('@')
        .ok_or_else(|| anyhow!("--dose {text}: give NAME@YYYY-MM-DD"))?;
    Ok(GivenDose {
        vaccine: vaccine("--dose", name)?,
        on: date("--dose", on)?,
    })
}

fn vaccine(flag: &str, name: &str) -> anyhow::Result<Vaccine> {
    // Its own words name the vaccines too, but no flag.
    Vaccine::parse(name).map_err(|_| {
        let known: Vec<_> = Vaccine::ALL.iter().map(|vaccine| vaccine.name()).collect();
        anyhow!("{flag} {name}: the vaccines are {}", known.join(", "))
    })
}

fn date(flag: &str, text: &str) -> anyhow::Result<CivilDate> {
    text.parse()
        .map_err(|_| anyhow!("{flag} {text}: give a date as YYYY-MM-DD"))
}

impl From<Counter> for Channel {
    fn from(counter: Counter) -> Self {
        match counter {
            Counter::Govt => Self::Govt,
            Counter::Private => Self::Private,
        }
    }
}

fn in_words(answer: &Answer) -> anyhow::Result<String> {
    let value = serde_json::to_value(answer)?;
    let text = |key: &str| {
        value.get(key).map_or_else(String::new, |value| {
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        })
    };
    let earliest = answer
        .earliest
        .map_or_else(String::new, |day| format!(", earliest {day}"));
    Ok(format!(
        "{}: dose {}, rule {}{earliest}\n{}\n{}",
        text("verdict"),
        text("dose"),
        text("rule"),
        text("explanation"),
        text("citation")
    ))
}
