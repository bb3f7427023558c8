//! The report says what was measured, and each of its forms can be read.

mod xml;

use std::collections::BTreeSet;

use serde_json::Value;
use xml::well_formed;

use super::*;
use crate::books::Counted;
use crate::nation::Nation;

/// Four seconds at 7,000, 7,200, 6,800 and 7,000 doses a second, with a machine whose name is an attack.
fn run() -> Run {
    let mut rates = Rates::default();
    let mut latencies = Latencies::default();
    for (second, doses) in (0..).zip([7_000, 7_200, 6_800, 7_000]) {
        rates.record(Duration::from_secs(second), doses);
    }
    for dose in 1..=28_000 {
        latencies.record(Duration::from_micros(dose));
    }
    Run {
        scale: Scale::parse("0.001").unwrap(),
        seed: Seed::new(17),
        people: 28_000,
        sessions: 112,
        bookings: 8_000,
        doses: 28_000,
        started: Timestamp::from_seconds(1_795_321_800),
        ended: Timestamp::from_seconds(1_795_321_804),
        length: Duration::from_secs(4),
        latencies,
        rates,
        cpu: Some(Duration::from_secs(7)),
        stored_bytes: Some(56_000_000),
        books: Books::default(),
        machine: "2 x <b>\"EPYC\"</b> & 'co'\u{0}]]>".to_owned(),
        command: CommandLine::of(["pramaan", "simulate", "record-day"]),
    }
}

#[test]
fn the_json_has_exactly_the_names_that_programs_look_for() {
    let json: Value = serde_json::from_str(&run().report().json().unwrap()).unwrap();
    let names: BTreeSet<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "doses",
        "doses_per_second",
        "p50_ms",
        "p99_ms",
        "cpu_us_per_dose",
        "bytes_per_dose",
        "books_balance",
        "imbalances",
        "people",
        "sessions",
        "bookings",
        "scale",
        "seed",
        "seconds",
        "started",
        "ended",
        "machine",
        "command_line",
    ];
    assert_eq!(names, expected.into_iter().collect());
}

#[test]
fn the_figures_are_those_that_were_measured() {
    let json: Value = serde_json::from_str(&run().report().json().unwrap()).unwrap();
    let figure = |name: &str| json[name].as_f64().unwrap();
    assert_eq!(
        (figure("doses"), figure("doses_per_second"), figure("seconds")),
        (28_000.0, 7_000.0, 4.0)
    );
    assert_eq!(
        (figure("cpu_us_per_dose"), figure("bytes_per_dose")),
        (250.0, 2_000.0)
    );
    assert!(
        (14.0..=14.0 * 129.0 / 128.0).contains(&figure("p50_ms")),
        "{}",
        figure("p50_ms")
    );
    assert!(
        (27.72..=27.72 * 129.0 / 128.0).contains(&figure("p99_ms")),
        "{}",
        figure("p99_ms")
    );
    assert_eq!(
        (figure("people"), figure("sessions"), figure("bookings")),
        (28_000.0, 112.0, 8_000.0)
    );
    assert_eq!((figure("scale"), figure("seed")), (0.001, 17.0));
    assert_eq!(json["books_balance"], Value::Bool(true));
    assert_eq!(json["imbalances"], Value::Array(vec![]));
    assert_eq!(json["started"], "2026-11-22T04:30:00.000Z");
    assert_eq!(json["command_line"], "pramaan simulate record-day");
    assert_eq!(json["machine"].as_str().unwrap(), run().machine);
}

#[test]
fn what_was_not_measured_is_null_and_said() {
    let mut run = run();
    (run.cpu, run.stored_bytes, run.length) = (None, None, Duration::ZERO);
    (run.latencies, run.rates) = (Latencies::default(), Rates::default());
    let json: Value = serde_json::from_str(&run.report().json().unwrap()).unwrap();
    for name in [
        "doses_per_second",
        "p50_ms",
        "p99_ms",
        "cpu_us_per_dose",
        "bytes_per_dose",
    ] {
        assert_eq!(json[name], Value::Null, "{name}");
    }
    assert_eq!(run.text().matches("not measured").count(), 5);
    let chart = run.chart();
    well_formed(&chart);
    assert!(
        chart.contains("in no time that could be measured")
            && !chart.contains("NaN")
            && !chart.contains("inf")
    );
    run.doses = 0;
    run.cpu = Some(Duration::from_secs(1));
    assert_eq!(run.report().cpu_us_per_dose, None);
}

#[test]
fn books_that_do_not_balance_are_in_every_form() {
    let mut run = run();
    let nation = Nation::new(run.scale, run.seed);
    run.books = Books::compare(&nation, &Counted::default());
    let report = run.report();
    assert!(!report.books_balance && report.imbalances.len() > 500);
    let text = run.text();
    assert!(text.contains("THE BOOKS DO NOT BALANCE") && !text.contains("The books balance"));
    assert!(report.imbalances.iter().all(|imbalance| text.contains(imbalance)));
}

#[test]
fn the_text_has_every_figure_on_its_line() {
    let text = run().text();
    let line = |name: &str| {
        text.lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_default()
            .to_owned()
    };
    assert!(line("doses a second").contains("7,000 "), "{text}");
    assert!(
        line("people").ends_with("28,000") && line("bookings").ends_with("8,000"),
        "{text}"
    );
    assert!(line("processor").contains("250 µs a dose") && line("stored").contains("2,000 bytes a dose"));
    assert!(text.contains("scale 0.001, seed 17") && text.contains("The books balance"));
}

#[test]
fn the_chart_is_well_formed_whatever_the_machine_is_called() {
    let chart = run().chart();
    let texts = well_formed(&chart);
    assert!(!chart.contains("<b>"));
    assert!(
        texts
            .iter()
            .any(|text| text.contains("2 x <b>\"EPYC\"</b> & 'co'")),
        "{texts:?}"
    );
}

#[test]
fn the_chart_says_in_words_what_it_shows() {
    let chart = run().chart();
    let within = |name: &str| {
        let opened = chart.split_once(&format!("<{name} id=\"{name}\">")).unwrap().1;
        opened.split_once('<').unwrap().0.to_owned()
    };
    assert!(chart.contains("role=\"img\" aria-labelledby=\"title desc\""));
    assert!(within("title").contains("scale 0.001"));
    let said = within("desc");
    assert!(
        said.contains("28,000 doses in 4 seconds, 7,000 a second: 12.09 times the 579"),
        "{said}"
    );
    assert!(chart.contains(">17 September 2021, as reported: 579 doses a second over 12 hours<"));
    assert!(chart.contains(">this run: 7,000 a second<") && chart.contains("stroke-dasharray=\"10 6\""));
}

#[test]
fn the_chart_is_grey() {
    let chart = run().chart();
    let colours = chart.split('#').skip(1).filter_map(|rest| rest.get(..6));
    let colours: Vec<&str> = colours
        .filter(|colour| colour.bytes().all(|byte| byte.is_ascii_hexdigit()))
        .collect();
    assert!(colours.len() > 5);
    assert!(
        colours
            .iter()
            .all(|colour| colour[..2] == colour[2..4] && colour[..2] == colour[4..]),
        "{colours:?}"
    );
}

#[test]
fn the_area_is_as_high_as_the_rates_and_ends_at_the_axis() {
    let chart = run().chart();
    let path = chart
        .split_once("<path d=\"M")
        .unwrap()
        .1
        .split_once(" Z\"")
        .unwrap()
        .0;
    let points: Vec<(f64, f64)> = path
        .split(" L")
        .map(|point| point.split_once(' ').unwrap())
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect();
    assert_eq!(points.len(), 2 + 2 * 4);
    assert_eq!((points[0], points[9]), ((84.0, 368.0), (936.0, 368.0)));
    // The axis ends at 8,000: 260 points high.
    for (step, rate) in [7_000.0, 7_200.0, 6_800.0, 7_000.0].into_iter().enumerate() {
        let expected = 368.0 - 260.0 * rate / 8_000.0;
        assert!((points[1 + 2 * step].1 - expected).abs() < 0.06, "{points:?}");
        assert_eq!(points[1 + 2 * step].1, points[2 + 2 * step].1);
    }
    assert!(points.windows(2).all(|pair| pair[0].0 <= pair[1].0));
}
