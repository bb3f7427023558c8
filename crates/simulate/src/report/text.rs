//! The report for people.

use std::fmt::Write;

use super::Report;

pub(super) fn text(report: &Report) -> String {
    let mut text = format!(
        "A simulated 17 September 2021, scale {}, seed {}\n\n",
        report.scale, report.seed
    );
    for (name, figure) in figures(report) {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{name:<22}{figure}");
    }
    text.push('\n');
    text.push_str(&books(report));
    text
}

fn figures(report: &Report) -> [(&'static str, String); 14] {
    let known = |figure: Option<f64>, unit: &str| match figure {
        Some(figure) => format!("{} {unit}", grouped(figure)),
        None => "not measured".to_owned(),
    };
    let count = |count: u64| grouped(count as f64);
    [
        ("people", count(report.people)),
        ("sessions", count(report.sessions)),
        ("bookings", count(report.bookings)),
        ("doses", count(report.doses)),
        (
            "doses a second",
            known(report.doses_per_second, "from the first dose to the last"),
        ),
        ("half took at most", known(report.p50_ms, "ms")),
        ("99 of 100 at most", known(report.p99_ms, "ms")),
        ("processor", known(report.cpu_us_per_dose, "µs a dose")),
        ("stored", known(report.bytes_per_dose, "bytes a dose")),
        ("length", known(Some(report.seconds), "s")),
        ("started", report.started.clone()),
        ("ended", report.ended.clone()),
        ("machine", report.machine.clone()),
        ("command line", report.command_line.clone()),
    ]
}

fn books(report: &Report) -> String {
    if report.books_balance {
        return "The books balance: doses, certificates and stock used are one number, no session is oversold, every opening \
                has its entry, and every district has its doses.\n"
            .to_owned();
    }
    let mut text = "THE BOOKS DO NOT BALANCE:\n".to_owned();
    for imbalance in &report.imbalances {
        let _ = writeln!(text, "- {imbalance}");
    }
    text
}

/// `26,521,425` and `7,012.35`: two decimals unless it is whole.
pub(super) fn grouped(figure: f64) -> String {
    let text = if figure.fract() == 0.0 {
        format!("{figure:.0}")
    } else {
        format!("{figure:.2}")
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match decimals {
        "" => grouped,
        decimals => format!("{grouped}.{decimals}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_can_be_read() {
        let expected = [
            (0.0, "0"),
            (999.0, "999"),
            (26_521_425.0, "26,521,425"),
            (7_012.345, "7,012.35"),
            (0.5, "0.50"),
        ];
        for (figure, text) in expected {
            assert_eq!(grouped(figure), text);
        }
    }
}
