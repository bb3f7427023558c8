//! `cargo xtask test`: the steps one after the other, each under its heading, until one fails.

mod steps;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::packages::{self, Package};
use steps::{Run, STEPS, Step};

pub(crate) fn run(only: &[String]) -> Result<()> {
    let chosen = choose(only)?;
    let needed: Vec<Package> = chosen.iter().flat_map(|step| step.needs).copied().collect();
    packages::install(&needed)?;

    let mut context = Run::default();
    let mut times = Vec::new();
    for (index, step) in chosen.iter().enumerate() {
        println!(
            "\n=== {}/{} {}: {}",
            index + 1,
            chosen.len(),
            step.name,
            step.title
        );
        let start = Instant::now();
        let outcome = (step.run)(&mut context);
        let took = start.elapsed();
        println!("=== {} took {}", step.name, seconds(took));
        times.push((step.name, took));
        if outcome.is_err() {
            summary(&times);
            println!("steps: {} passed, 1 failed", times.len() - 1);
        }
        outcome.with_context(|| {
            format!(
                "step {} (again: cargo xtask test --only {})",
                step.name, step.name
            )
        })?;
    }
    summary(&times);
    println!("steps: {} passed, 0 failed", times.len());
    Ok(())
}

/// The steps, and the Debian packages that each wants, for `--help`.
pub(crate) fn listed() -> String {
    let line = |step: &Step| {
        let needs: Vec<_> = step.needs.iter().map(|package| package.name()).collect();
        let wants = match needs.is_empty() {
            true => String::new(),
            false => format!(" [{}]", needs.join(", ")),
        };
        format!("  {:<16} {}{wants}", step.name, step.title)
    };
    let lines: Vec<_> = STEPS.iter().map(line).collect();
    format!(
        "Steps, in their order, with the Debian packages they need:\n{}",
        lines.join("\n")
    )
}

fn choose(only: &[String]) -> Result<Vec<&'static Step>> {
    if only.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
    for name in only {
        if !names.contains(&name.as_str()) {
            bail!("there is no step {name:?}; there are: {}", names.join(", "));
        }
    }
    Ok(STEPS
        .iter()
        .filter(|step| only.iter().any(|name| name == step.name))
        .collect())
}

fn summary(times: &[(&str, Duration)]) {
    println!();
    for (name, took) in times {
        println!("{name:<16} {:>9}", seconds(*took));
    }
    let total = times.iter().map(|(_, took)| *took).sum();
    println!("{:<16} {:>9}", "total", seconds(total));
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keeps_the_order_of_the_list_and_refuses_unknown_steps() {
        let chosen = choose(&["clippy".to_owned(), "fmt".to_owned()]).unwrap();
        let names: Vec<_> = chosen.iter().map(|step| step.name).collect();
        assert_eq!(names, ["fmt", "clippy"]);
        let error = choose(&["clipy".to_owned()]).err().unwrap().to_string();
        assert!(
            error.contains("no step \"clipy\"") && error.contains("clippy"),
            "{error}"
        );
    }

    #[test]
    fn the_help_lists_every_step_and_package() {
        let help = listed();
        for step in STEPS {
            assert!(help.contains(step.name) && help.contains(step.title), "{help}");
            assert!(
                step.needs.iter().all(|package| help.contains(package.name())),
                "{help}"
            );
        }
    }

    #[test]
    fn no_step_is_named_twice() {
        for step in STEPS {
            assert_eq!(
                STEPS.iter().filter(|other| other.name == step.name).count(),
                1,
                "{}",
                step.name
            );
        }
    }
}
