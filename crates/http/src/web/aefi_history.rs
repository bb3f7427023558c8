//! What was done about an adverse event, line by line, for who follows it up and for the person.

use pramaan_app::aefi::{About, Entry, Event, History};
use pramaan_app::encounter::Given;
use pramaan_domain::aefi::{CaseForm, Committee};
use pramaan_domain::dose::{DoseNumber, VaccineBatch};
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;

use super::aefi_words::{bearing, causality, class, criterion, listed, outcome, specimen, symptom};
use super::form::Choice;
use super::i18n::Locale;
use super::words;

/// One thing that was done.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) when: String,
    pub(super) text: String,
    /// What somebody wrote in words, and why a form was written again; empty lines are left out.
    pub(super) words: Vec<String>,
}

/// Oldest first.
pub(super) fn lines(locale: Locale, case: &History) -> Vec<Line> {
    case.events.iter().map(|event| line(locale, event)).collect()
}

fn line(locale: Locale, event: &Event) -> Line {
    let by = match event.by.as_str() {
        "" => locale.t("aefi-person"),
        code => code.to_owned(),
    };
    let when = words::instant(locale, event.recorded_at);
    let (text, mut said) = said(locale, &event.entry);
    if let Some(reason) = &event.reason {
        said.insert(0, reason.as_str().to_owned());
    }
    said.retain(|words| !words.is_empty());
    Line {
        when: locale.t_with("aefi-case-by", &[("when", when), ("by", by)]),
        text,
        words: said,
    }
}

fn said(locale: Locale, entry: &Entry) -> (String, Vec<String>) {
    match entry {
        Entry::Form { form, .. } => {
            let began = [("when", words::instant(locale, form.onset))];
            let said = vec![
                listed(locale, &form.criteria, criterion),
                locale.t_with("aefi-case-onset", &began),
                form.bearing.map(|one| locale.t(bearing(one))).unwrap_or_default(),
                form.diluent.clone(),
                form.words.as_str().to_owned(),
            ];
            (form_line(locale, form), said)
        }
        Entry::Numbered { number } => {
            let number = [("number", number.to_string())];
            (locale.t_with("aefi-case-numbered", &number), Vec::new())
        }
        Entry::Investigated(found) => {
            let facts = [
                ("when", words::date(locale, found.began_on)),
                ("specimen", locale.t(specimen(found.specimen))),
                ("alike", found.alike.to_string()),
            ];
            let findings = found.findings.as_str().to_owned();
            (locale.t_with("aefi-case-investigated", &facts), vec![findings])
        }
        Entry::Assessed(decided) => {
            let cause = [("cause", locale.t(causality(decided.causality)))];
            let text = match decided.committee {
                Committee::State => locale.t_with("aefi-case-state", &cause),
                Committee::National => locale.t_with("aefi-case-national", &cause),
            };
            (text, vec![decided.words.as_str().to_owned()])
        }
    }
}

fn form_line(locale: Locale, form: &CaseForm) -> String {
    let seriousness = form.seriousness.map_or("aefi-unclassed", class);
    let facts = [
        ("class", locale.t(seriousness)),
        ("symptoms", listed(locale, &form.symptoms, symptom)),
        ("outcome", locale.t(outcome(form.outcome))),
    ];
    locale.t_with("aefi-case-form", &facts)
}

/// The dose that a case is about.
pub(super) fn dose_line(locale: Locale, about: &About) -> String {
    line_of((about.dose, about.vaccine, about.given_at, &about.batch), locale)
}

/// A dose of the record, as an answer to which one it was.
pub(super) fn dose_choice(locale: Locale, given: &Given) -> Choice {
    let facts = &given.facts;
    let line = line_of((given.dose, facts.vaccine, facts.given_at, &facts.batch), locale);
    Choice::new(given.id.to_string(), line)
}

fn line_of(
    (dose, vaccine, given_at, batch): (DoseNumber, Vaccine, Timestamp, &VaccineBatch),
    locale: Locale,
) -> String {
    let facts = [
        ("dose", words::dose(locale, dose)),
        ("vaccine", words::vaccine(locale, vaccine)),
        ("when", words::instant(locale, given_at)),
        ("batch", batch.as_str().to_owned()),
    ];
    locale.t_with("aefi-dose-line", &facts)
}

/// Its vial, if one was named.
pub(super) fn vial_line(locale: Locale, about: &About) -> Option<String> {
    let (from, others) = (about.vial_from?, about.others?);
    let facts = [
        ("vial", about.vial.clone()),
        ("when", words::instant(locale, from)),
        ("others", others.to_string()),
    ];
    Some(locale.t_with("aefi-vial", &facts))
}
