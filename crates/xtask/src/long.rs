//! `cargo xtask long`: the tests that have a larger size, at that size, in an optimised build.
//!
//! The tests are CI's own: `pramaan_testkit::sized` tells them how much to do. A part that fails does not stop the
//! others; the table at the end has all of them. What each costs is in docs/long-runs.md.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use pramaan_testkit::postgres::{self, Cluster};
use pramaan_testkit::size;

use crate::packages::{self, FOR_BROWSERS, NODEJS, NPM, POSTGRESQL, PYTHON_VENV, Package};
use crate::{browser, clients, shell};

/// One part of the long runs.
struct Part {
    name: &'static str,
    title: &'static str,
    needs: &'static [Package],
    what: What,
}

enum What {
    /// `cargo test --release -p PACKAGE`, of some of its targets.
    Tests { package: &'static str, targets: Targets },
    /// Programs from outside against a started demo.
    Outside(fn() -> Result<()>),
}

#[derive(Clone, Copy)]
enum Targets {
    /// Every property of a package; its other tests are few and quick beside them.
    All,
    /// The tests within `src`.
    Unit,
    /// One file or folder of `tests`.
    One(&'static str),
}

const fn tests(package: &'static str, targets: Targets) -> What {
    What::Tests { package, targets }
}

#[rustfmt::skip]
const PARTS: &[Part] = &[
    Part { name: "bookings", title: "100,000 bookings over 2,500 seats, and a model, on both engines", needs: &[POSTGRESQL], what: tests("pramaan-store", Targets::One("appointment")) },
    Part { name: "kills", title: "500 kill -9 on each engine", needs: &[POSTGRESQL], what: tests("pramaan-store", Targets::One("kill")) },
    Part { name: "power-cuts", title: "5,000 power cuts", needs: &[], what: tests("pramaan-store", Targets::One("power_cut")) },
    Part { name: "stock", title: "properties of the stock ledger, on both engines", needs: &[POSTGRESQL], what: tests("pramaan-store", Targets::One("stock")) },
    Part { name: "oracle", title: "known and unknown mobiles, nine times 5,000 + 5,000 requests", needs: &[], what: tests("pramaan-http", Targets::One("no_oracle")) },
    Part { name: "domain", title: "properties of the rules and of bookings", needs: &[], what: tests("pramaan-domain", Targets::All) },
    Part { name: "tlog", title: "properties of the log's formats and proofs", needs: &[], what: tests("pramaan-tlog", Targets::All) },
    Part { name: "keys", title: "properties of sealing", needs: &[], what: tests("pramaan-keys", Targets::All) },
    Part { name: "cert", title: "properties of certificates", needs: &[], what: tests("pramaan-cert", Targets::All) },
    Part { name: "messages", title: "properties of messages", needs: &[], what: tests("pramaan-app", Targets::Unit) },
    Part { name: "tokens", title: "properties of tokens", needs: &[POSTGRESQL], what: tests("pramaan-app", Targets::One("login")) },
    Part { name: "offline", title: "held doses sent in any order and number, and the rest of a site's day", needs: &[POSTGRESQL], what: tests("pramaan-app", Targets::One("vaccination")) },
    Part { name: "day", title: "sessions that stop and move: no seat lost or sold twice", needs: &[POSTGRESQL], what: tests("pramaan-app", Targets::One("day")) },
    Part { name: "wire", title: "properties of what comes over the wire", needs: &[], what: tests("pramaan-http", Targets::Unit) },
    Part { name: "fuzz", title: "400,000 damaged inputs for each parser", needs: &[], what: tests("pramaan-fuzz", Targets::All) },
    Part { name: "clients", title: "programs that others wrote for CoWIN, against the demo", needs: &[NODEJS, NPM, PYTHON_VENV], what: What::Outside(clients::run) },
    Part { name: "browser", title: "the stories in Chromium, against the demo", needs: FOR_BROWSERS, what: What::Outside(browser::run_all) },
];

/// How a part ended.
struct Ended {
    name: &'static str,
    took: Duration,
    outcome: Result<()>,
}

/// Runs the parts named, or all.
pub(crate) fn run(only: &[String]) -> Result<()> {
    let parts = choose(only)?;
    let needed: Vec<Package> = parts.iter().flat_map(|part| part.needs).copied().collect();
    packages::install(&needed)?;
    let cluster = match parts.iter().any(|part| part.wants_postgres()) {
        true => Some(Cluster::start()?),
        false => None,
    };
    let begun = Instant::now();
    let mut ended = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        println!(
            "\n=== {}/{} {}: {} ({} so far)",
            index + 1,
            parts.len(),
            part.name,
            part.title,
            minutes(begun.elapsed())
        );
        let start = Instant::now();
        let outcome = part.run(cluster.as_ref());
        if let Err(error) = &outcome {
            println!("=== {} FAILED: {error:#}", part.name);
        }
        ended.push(Ended {
            name: part.name,
            took: start.elapsed(),
            outcome,
        });
    }
    println!("\n{}", table(&ended, begun.elapsed()));
    println!("Benchmarks are apart, because they want a quiet machine: cargo xtask bench");
    let failed: Vec<_> = ended.iter().filter(|part| part.outcome.is_err()).collect();
    match failed.as_slice() {
        [] => Ok(()),
        [first, ..] => bail!(
            "{} of {} parts failed (again: cargo xtask long --only {})",
            failed.len(),
            ended.len(),
            first.name
        ),
    }
}

impl Part {
    fn wants_postgres(&self) -> bool {
        self.needs.iter().any(|package| package.is(&POSTGRESQL))
    }

    fn run(&self, cluster: Option<&Cluster>) -> Result<()> {
        match &self.what {
            What::Outside(run) => run(),
            What::Tests { package, targets } => {
                let mut tests = shell::cargo(&["test", "--release", "--no-fail-fast", "-p", package]);
                match targets {
                    Targets::All => &mut tests,
                    Targets::Unit => tests.arg("--lib"),
                    Targets::One(target) => tests.args(["--test", target]),
                };
                tests.env(size::VARIABLE, "1");
                if let Some(cluster) = cluster {
                    tests.env(postgres::VARIABLE, cluster.base_url());
                }
                shell::run(&mut tests)
            }
        }
    }
}

fn choose(only: &[String]) -> Result<Vec<&'static Part>> {
    if let Some(unknown) = only
        .iter()
        .find(|name| PARTS.iter().all(|part| part.name != name.as_str()))
    {
        let names: Vec<_> = PARTS.iter().map(|part| part.name).collect();
        bail!("there is no part {unknown:?}; there are: {}", names.join(", "));
    }
    let chosen = |part: &&Part| only.is_empty() || only.iter().any(|name| name == part.name);
    Ok(PARTS.iter().filter(chosen).collect())
}

fn table(ended: &[Ended], total: Duration) -> String {
    let mut lines: Vec<_> = ended
        .iter()
        .map(|part| {
            let verdict = if part.outcome.is_ok() { "passed" } else { "FAILED" };
            format!("{:<12} {verdict} {:>9}", part.name, minutes(part.took))
        })
        .collect();
    lines.push(format!("{:<12} {:>16}", "total", minutes(total)));
    lines.join("\n")
}

fn minutes(duration: Duration) -> String {
    format!("{} min {:02} s", duration.as_secs() / 60, duration.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree;

    impl Part {
        /// Whether this part runs the tests of a source file.
        fn runs(&self, path: &str) -> bool {
            let What::Tests { package, targets } = &self.what else {
                return false;
            };
            let folder = format!("crates/{}/", package.trim_start_matches("pramaan-"));
            let within = match targets {
                Targets::All => folder,
                Targets::Unit => format!("{folder}src/"),
                Targets::One(target) => format!("{folder}tests/{target}"),
            };
            path.starts_with(&within)
        }
    }

    /// Whether a source file takes a number of `testkit` by what it imports or calls.
    fn has_a_size(text: &str) -> bool {
        let imports = |line: &str| line.starts_with("use pramaan_testkit::") && line.contains("sized");
        text.contains("pramaan_testkit::cases(") || text.lines().any(imports)
    }

    #[test]
    fn every_test_with_a_full_size_is_run_by_a_part() {
        let files = tree::text_files().unwrap();
        let sized: Vec<_> = files
            .iter()
            .filter(|file| file.path.ends_with(".rs") && !file.path.starts_with("crates/testkit/"))
            .filter(|file| !file.path.starts_with("crates/xtask/"))
            .filter(|file| has_a_size(&file.text))
            .collect();
        assert!(sized.len() > 15, "the search finds them: {}", sized.len());
        for file in sized {
            assert!(
                PARTS.iter().any(|part| part.runs(&file.path)),
                "{} has a full size and no part of `cargo xtask long` runs it",
                file.path
            );
        }
    }

    #[test]
    fn every_part_is_in_the_document_with_its_cost() {
        let document = std::fs::read_to_string(shell::root().join("docs/long-runs.md")).unwrap();
        for part in PARTS {
            assert!(
                document.contains(&format!("| `{}` |", part.name)),
                "docs/long-runs.md lacks {}",
                part.name
            );
        }
    }

    #[test]
    fn parts_are_chosen_by_name_and_unknown_names_are_refused() {
        let chosen = choose(&["tlog".to_owned(), "kills".to_owned()]).unwrap();
        let names: Vec<_> = chosen.iter().map(|part| part.name).collect();
        assert_eq!(names, ["kills", "tlog"]);
        assert_eq!(choose(&[]).unwrap().len(), PARTS.len());
        let refused = choose(&["kill".to_owned()]).err().unwrap().to_string();
        assert!(
            refused.contains("no part \"kill\"") && refused.contains("kills"),
            "{refused}"
        );
    }

    #[test]
    fn the_table_names_what_failed() {
        let ended = |name, outcome| Ended {
            name,
            took: Duration::from_secs(75),
            outcome,
        };
        let shown = table(
            &[ended("kills", Ok(())), ended("tlog", Err(anyhow::anyhow!("no")))],
            Duration::from_secs(150),
        );
        let lines: Vec<_> = shown.lines().collect();
        assert_eq!(lines[0].split_whitespace().nth(1), Some("passed"));
        assert_eq!(lines[1].split_whitespace().nth(1), Some("FAILED"));
        assert!(
            lines[1].ends_with("1 min 15 s") && lines[2].ends_with("2 min 30 s"),
            "{shown}"
        );
    }
}
