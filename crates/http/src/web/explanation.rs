//! What the rules say about a dose, in the reader's language.
//!
//! The sentences are the rule engine's own: English is compared with it in a test, the other languages translate it.

use pramaan_domain::rules::{Answer, Finding, Note, Rule, Verdict};
use pramaan_domain::time::CivilDate;

use super::words;
use crate::web::i18n::Locale;

/// One sentence; `lang` is set when it is not in the page's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence {
    pub(super) text: String,
    pub(super) lang: Option<&'static str>,
}

/// The verdict in a few words, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Explanation {
    pub(super) verdict: String,
    pub(super) sentences: Vec<Sentence>,
    /// The publications behind the rule, in English.
    pub(super) citation: String,
    pub(super) rule: String,
}

impl Explanation {
    pub(super) fn new(locale: Locale, answer: &Answer) -> Self {
        let mut sentences = vec![
            rule(locale, answer.rule),
            Sentence {
                text: finding(locale, &answer.finding),
                lang: None,
            },
        ];
        sentences.extend(answer.notes.iter().map(|entry| note(locale, entry)));
        Self {
            verdict: verdict(locale, answer),
            sentences,
            citation: citation(answer.rule),
            rule: answer.rule.id.clone(),
        }
    }

    /// All of it in one line.
    pub(super) fn text(&self) -> String {
        let texts: Vec<&str> = self
            .sentences
            .iter()
            .map(|sentence| sentence.text.as_str())
            .collect();
        texts.join(" ")
    }
}

/// The publications without the keys by which the rule book knows them.
fn citation(rule: &Rule) -> String {
    rule.cite.iter().fold(rule.citation(), |text, key| {
        text.replace(&format!(" [{key}]"), "")
    })
}

/// The listed comorbidities, in their order.
pub(super) fn comorbidities(locale: Locale) -> Vec<String> {
    COMORBIDITIES.iter().map(|key| locale.t(key)).collect()
}

const COMORBIDITIES: [&str; 20] = [
    "comorbidity-1",
    "comorbidity-2",
    "comorbidity-3",
    "comorbidity-4",
    "comorbidity-5",
    "comorbidity-6",
    "comorbidity-7",
    "comorbidity-8",
    "comorbidity-9",
    "comorbidity-10",
    "comorbidity-11",
    "comorbidity-12",
    "comorbidity-13",
    "comorbidity-14",
    "comorbidity-15",
    "comorbidity-16",
    "comorbidity-17",
    "comorbidity-18",
    "comorbidity-19",
    "comorbidity-20",
];

fn verdict(locale: Locale, answer: &Answer) -> String {
    let dose = ("dose", words::dose(locale, answer.dose));
    match (answer.verdict, answer.earliest) {
        (Verdict::Eligible, _) => locale.t_with("verdict-eligible", &[dose]),
        (Verdict::VerifyAtSite, _) if answer.needs_declaration() => {
            locale.t_with("verdict-certificate", &[dose])
        }
        (Verdict::VerifyAtSite, _) => locale.t_with("verdict-at-site", &[dose]),
        (Verdict::NotEligible, Some(from)) => {
            locale.t_with("verdict-from", &[dose, ("date", words::date(locale, from))])
        }
        (Verdict::NotEligible, None) if answer.finding == Finding::CourseComplete => {
            locale.t("verdict-complete")
        }
        (Verdict::NotEligible, None) => locale.t_with("verdict-not", &[dose]),
    }
}

fn rule(locale: Locale, rule: &Rule) -> Sentence {
    let id = RULES
        .iter()
        .find(|(known, _)| *known == rule.id)
        .map(|(_, id)| *id);
    match id {
        Some(id) => Sentence {
            text: locale.t(id),
            lang: None,
        },
        None => Sentence {
            text: rule.explanation.clone(),
            lang: Some("en"),
        },
    }
}

fn finding(locale: Locale, finding: &Finding) -> String {
    finding_with(locale, finding, &|date| words::date(locale, date))
}

fn finding_with(locale: Locale, finding: &Finding, date: &dyn Fn(CivilDate) -> String) -> String {
    let variables: Vec<(&'static str, String)> = match finding {
        Finding::Covered { since } => vec![("since", date(*since))],
        Finding::IntervalPassed {
            needed,
            passed,
            since,
        } => vec![
            ("needed", needed.to_string()),
            ("passed", passed.to_string()),
            ("since", date(*since)),
        ],
        Finding::BookedBefore {
            booked_on,
            needed,
            passed,
        } => vec![
            ("booked_on", date(*booked_on)),
            ("needed", needed.to_string()),
            ("passed", passed.to_string()),
        ],
        Finding::NotYet { from } | Finding::TooYoung { from } => vec![("from", date(*from))],
        Finding::TooEarly { needed, passed, from } => vec![
            ("needed", needed.to_string()),
            ("passed", passed.to_string()),
            ("from", date(*from)),
        ],
        Finding::DifferentVaccine { before, asked } => vec![
            ("before", words::vaccine(locale, *before)),
            ("asked", words::vaccine(locale, *asked)),
        ],
        Finding::NotForThisDose { asked } => vec![("asked", words::vaccine(locale, *asked))],
        Finding::Recovering { until } => vec![("until", date(*until))],
        Finding::BirthYearOpen
        | Finding::NotCovered(_)
        | Finding::CourseComplete
        | Finding::NothingInForce => Vec::new(),
    };
    locale.t_with(finding.key(), &variables)
}

fn note(locale: Locale, note: &Note) -> Sentence {
    match note {
        Note::SystemMinimum { days } => Sentence {
            text: locale.t_with("rule-system-minimum", &[("days", days.to_string())]),
            lang: None,
        },
        Note::AfterRecovery { until } => Sentence {
            text: locale.t_with("rule-after-recovery", &[("until", words::date(locale, *until))]),
            lang: None,
        },
        Note::DoesNotDecide(other) => {
            let about = rule(locale, other);
            Sentence {
                text: locale.t_with("rule-does-not-decide", &[("rule", about.text)]),
                lang: about.lang,
            }
        }
    }
}

/// The texts of rows, by their ids. A row that is missing here is shown in the rule book's English.
const RULES: &[(&str, &str)] = &[
    ("E1", "rule-text-e1"),
    ("E2", "rule-text-e2"),
    ("E3", "rule-text-e3"),
    ("E4", "rule-text-e4"),
    ("E5", "rule-text-e5"),
    ("E6", "rule-text-e6"),
    ("E7", "rule-text-e7"),
    ("E8", "rule-text-e8"),
    ("E9", "rule-text-e9"),
    ("E10", "rule-text-e10"),
    ("E11", "rule-text-e11"),
    ("P1", "rule-text-p1"),
    ("P2", "rule-text-p2"),
    ("P3", "rule-text-p3"),
    ("P3x", "rule-text-p3x"),
    ("P3k", "rule-text-p3k"),
    ("P3n", "rule-text-p3n"),
    ("P4", "rule-text-p4"),
    ("P5", "rule-text-p5"),
    ("P6", "rule-text-p6"),
    ("P7", "rule-text-p7"),
    ("P8", "rule-text-p8"),
    ("P9", "rule-text-p9"),
    ("P10", "rule-text-p10"),
    ("B1", "rule-text-b1"),
    ("B2", "rule-text-b2"),
    ("B3", "rule-text-b3"),
    ("B4", "rule-text-b4"),
    ("B5", "rule-text-b5"),
    ("B6", "rule-text-b6"),
    ("B7", "rule-text-b7"),
    ("B8", "rule-text-b8"),
    ("B9", "rule-text-b9"),
    ("B10", "rule-text-b10"),
    ("D1", "rule-text-d1"),
    ("D2", "rule-text-d2"),
    ("D3", "rule-text-d3"),
    ("D4", "rule-text-d4"),
    ("D5", "rule-text-d5"),
    ("S1", "rule-text-s1"),
    ("S2", "rule-text-s2"),
    ("S3", "rule-text-s3"),
    ("S4", "rule-text-s4"),
];

/// The keys of findings, so that none can go without its text.
#[cfg(test)]
pub(super) const FINDINGS: &[&str] = &[
    "rule-covered",
    "rule-interval-passed",
    "rule-booked-before",
    "rule-birth-year-open",
    "rule-not-yet",
    "rule-too-young",
    "rule-too-early",
    "rule-over",
    "rule-not-your-group",
    "rule-not-your-age",
    "rule-comorbidity-needed",
    "rule-other-channel",
    "rule-other-product",
    "rule-different-vaccine",
    "rule-not-for-this-dose",
    "rule-recovering",
    "rule-course-complete",
    "rule-nothing-in-force",
];

#[cfg(test)]
mod tests {
    use super::*;
    use pramaan_domain::rules::{self, Mismatch};
    use pramaan_domain::vaccine::Vaccine;

    fn findings() -> Vec<Finding> {
        let day = CivilDate::from_ymd_opt(2021, 8, 7).unwrap();
        let (needed, passed) = (84, 30);
        let mut all = vec![
            Finding::Covered { since: day },
            Finding::IntervalPassed {
                needed,
                passed,
                since: day,
            },
            Finding::BookedBefore {
                booked_on: day,
                needed,
                passed,
            },
            Finding::BirthYearOpen,
            Finding::NotYet { from: day },
            Finding::TooYoung { from: day },
            Finding::TooEarly {
                needed,
                passed,
                from: day,
            },
            Finding::DifferentVaccine {
                before: Vaccine::Covaxin,
                asked: Vaccine::Covishield,
            },
            Finding::NotForThisDose {
                asked: Vaccine::Covovax,
            },
            Finding::Recovering { until: day },
            Finding::CourseComplete,
            Finding::NothingInForce,
        ];
        all.extend(
            [
                Mismatch::Over,
                Mismatch::Group,
                Mismatch::Age,
                Mismatch::Comorbidity,
                Mismatch::Product,
                Mismatch::Channel,
            ]
            .map(Finding::NotCovered),
        );
        all
    }

    #[test]
    fn english_is_what_the_rule_engine_says() {
        let lower = |text: String| text.to_lowercase();
        for finding in findings() {
            let said = finding_with(Locale::En, &finding, &|date| date.to_string());
            assert_eq!(lower(said), lower(finding.to_string()));
        }
        assert_eq!(comorbidities(Locale::En), rules::comorbidities());
        for row in rules::all() {
            assert_eq!(rule(Locale::En, row).text, row.explanation);
        }
    }

    #[test]
    fn every_finding_and_every_row_speaks_hindi() {
        let keys: Vec<_> = findings().iter().map(Finding::key).collect();
        assert_eq!(keys.len(), FINDINGS.len());
        assert!(FINDINGS.iter().all(|key| keys.contains(key)));
        for row in rules::all() {
            assert_eq!(rule(Locale::Hi, row).lang, None, "{} has no Hindi", row.id);
        }
    }
}
