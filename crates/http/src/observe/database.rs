//! What became of the transactions, in the text format of Prometheus: by their names in the code, which say nothing of people.

use std::fmt::Write as _;

use pramaan_app::database::{BOUNDS, Outcome, PoolState, Transactions};

const SECONDS: &str = "pramaan_db_transaction_seconds";

/// Writing to a `String` cannot fail, so the results are dropped.
pub fn database(transactions: &[Transactions], pool: Option<PoolState>) -> String {
    let mut text = String::from("# TYPE pramaan_db_transactions_total counter\n");
    for one in transactions {
        for outcome in Outcome::ALL {
            let count = one.count(outcome);
            // Most names never meet most ends.
            if count > 0 {
                let (name, outcome) = (one.name, outcome.name());
                let labels = format!("name=\"{name}\",outcome=\"{outcome}\"");
                let _ = writeln!(text, "pramaan_db_transactions_total{{{labels}}} {count}");
            }
        }
    }
    text.push_str("# TYPE pramaan_db_retries_total counter\n");
    for one in transactions {
        for reason in Outcome::ALL {
            let count = one.retries(reason);
            if count > 0 {
                let (name, reason) = (one.name, reason.name());
                let labels = format!("name=\"{name}\",reason=\"{reason}\"");
                let _ = writeln!(text, "pramaan_db_retries_total{{{labels}}} {count}");
            }
        }
    }
    let _ = writeln!(text, "# TYPE {SECONDS} histogram");
    for one in transactions {
        histogram(&mut text, one);
    }
    if let Some(pool) = pool {
        for (name, kind, value) in [
            ("pramaan_db_connections", "gauge", pool.connections),
            ("pramaan_db_connections_free", "gauge", pool.free),
            ("pramaan_db_waiting", "gauge", pool.waiting),
            ("pramaan_db_turned_away_total", "counter", pool.turned_away),
        ] {
            let _ = writeln!(text, "# TYPE {name} {kind}\n{name} {value}");
        }
    }
    text
}

fn histogram(text: &mut String, one: &Transactions) {
    let name = one.name;
    let mut below = 0;
    for (bound, count) in BOUNDS.iter().zip(one.buckets) {
        below += count;
        let bound = std::time::Duration::from_micros(*bound).as_secs_f64();
        let _ = writeln!(text, "{SECONDS}_bucket{{name=\"{name}\",le=\"{bound}\"}} {below}");
    }
    let (count, took) = (one.all(), one.took.as_secs_f64());
    let _ = writeln!(
        text,
        "{SECONDS}_bucket{{name=\"{name}\",le=\"+Inf\"}} {count}\n{SECONDS}_sum{{name=\"{name}\"}} {took}\n\
         {SECONDS}_count{{name=\"{name}\"}} {count}"
    );
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn transactions_are_lines_by_name_and_end_and_a_pool_has_its_gauges() {
        let mut one = Transactions {
            name: "app::booking::book",
            outcomes: [0; Outcome::ALL.len()],
            retried: [0; Outcome::ALL.len()],
            buckets: [0; BOUNDS.len()],
            took: Duration::from_micros(12_000_400),
        };
        let deadlock = Outcome::ALL.iter().position(|one| *one == Outcome::Deadlock);
        (one.outcomes[0], one.outcomes[deadlock.unwrap()]) = (2, 1);
        one.retried[deadlock.unwrap()] = 1;
        // A third took longer than any bound.
        (one.buckets[0], one.buckets[3]) = (1, 1);
        let pool = PoolState {
            connections: 17,
            free: 3,
            waiting: 5,
            turned_away: 7,
        };
        let text = database(&[one], Some(pool));
        let name = "name=\"app::booking::book\"";
        for line in [
            format!("pramaan_db_transactions_total{{{name},outcome=\"ok\"}} 2"),
            format!("pramaan_db_transactions_total{{{name},outcome=\"deadlock\"}} 1"),
            format!("pramaan_db_retries_total{{{name},reason=\"deadlock\"}} 1"),
            format!("{SECONDS}_bucket{{{name},le=\"0.00025\"}} 1"),
            format!("{SECONDS}_bucket{{{name},le=\"0.0025\"}} 2"),
            format!("{SECONDS}_bucket{{{name},le=\"10\"}} 2"),
            format!("{SECONDS}_bucket{{{name},le=\"+Inf\"}} 3"),
            format!("{SECONDS}_sum{{{name}}} 12.0004"),
            format!("{SECONDS}_count{{{name}}} 3"),
            "pramaan_db_waiting 5".to_owned(),
            "pramaan_db_turned_away_total 7".to_owned(),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(!text.contains("crowded"), "{text}");
        assert!(!database(&[], None).contains("pramaan_db_waiting"));
    }
}
