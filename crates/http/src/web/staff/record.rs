//! The open record on the screen: who it is, what was given before, what the rules say, and the form for the dose.

use askama::Template;
use axum::response::Response;
use pramaan_app::encounter::{DocumentState, Given, OpenEncounter};
use pramaan_app::{Comorbidity, Staff};
use pramaan_domain::dose::{BodySite, DoseNumber};
use pramaan_domain::guardian::{Guardian, Minority};
use pramaan_domain::rules::Verdict;
use pramaan_domain::vaccine::Vaccine;

use super::dose_form::{OTHER_BATCH, Reasoning};
use super::duty::{HOME, Nav};
use super::evidence::document_choices;
use super::stock_words;
use crate::web::error_page::render;
use crate::web::explanation::Explanation;
use crate::web::form::{Choice, FormState};
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;
pub(super) use crate::web::words::body_site;

#[derive(Template)]
#[template(path = "staff/record.html")]
pub(super) struct RecordPage {
    page: Page,
    nav: Nav,
    form: FormState,
    record: Record,
    reasoning: Reasoning,
    vaccines: Vec<Choice>,
    numbers: Vec<Choice>,
    sites: Vec<Choice>,
    documents: Vec<Choice>,
}

/// The record in words.
pub(super) struct Record {
    /// The encounter's own address.
    path: String,
    name: String,
    born: String,
    gender: String,
    document: String,
    comorbidity: String,
    booked: String,
    doses: Vec<String>,
    /// Those on hand; none for a centre that keeps no ledger, whose nurses type the batch.
    batches: Vec<Choice>,
    advice: Explanation,
    /// The kind of the notice: `done` when the dose may be given, else `care`.
    tone: &'static str,
    until: String,
    document_state: DocumentState,
    /// Who was named as the guardian of a minor: empty for nobody, `None` for who is 18.
    guardian: Option<String>,
}

impl RecordPage {
    pub(super) fn answer(
        page: Page,
        staff: &Staff,
        open: &OpenEncounter,
        form: FormState,
        reasoning: Reasoning,
    ) -> Response {
        let mut record = Record::new(page.locale, open);
        record.keep_chosen(page.locale, form.value("batch"));
        render(&Self::new(page, Nav::of(staff, HOME), record, form, reasoning))
    }

    fn new(page: Page, nav: Nav, record: Record, form: FormState, reasoning: Reasoning) -> Self {
        let locale = page.locale;
        Self {
            vaccines: Vaccine::ALL
                .map(|one| Choice::new(one.name(), words::vaccine(locale, one)))
                .into(),
            numbers: NUMBERS
                .map(|one| Choice::new(one.to_string(), words::dose(locale, one)))
                .into(),
            sites: BodySite::ALL
                .map(|one| Choice::new(one.code(), body_site(locale, one)))
                .into(),
            documents: document_choices(locale),
            page,
            nav,
            form,
            record,
            reasoning,
        }
    }
}

/// Batches offered on the form; a centre has few at a time, and any other can be typed.
const BATCHES_SHOWN: usize = 12;
const NUMBERS: [DoseNumber; 4] = [
    DoseNumber::First,
    DoseNumber::Second,
    DoseNumber::Third,
    DoseNumber::Precaution,
];

impl Record {
    fn new(locale: Locale, open: &OpenEncounter) -> Self {
        let person = &open.person;
        // The half hour in which a record is open ends on the day on which it began, or just after.
        let today = open.ends_at.date();
        let kind = person
            .document_type
            .map(|kind| words::document(locale, kind))
            .unwrap_or_default();
        let last = person.document_last_four.clone().unwrap_or_default();
        Self {
            path: format!("/staff/encounter/{}/{}", open.key.session, open.key.id),
            name: name(open),
            born: person
                .birth_year
                .map(|year| year.get().to_string())
                .unwrap_or_default(),
            gender: person
                .gender
                .map(|gender| words::gender(locale, gender))
                .unwrap_or_default(),
            document: match person.document_state {
                DocumentState::NoDocument => locale.t("record-no-document"),
                DocumentState::Sole | DocumentState::Disputed => {
                    locale.t_with("record-document-masked", &[("kind", kind), ("last", last)])
                }
            },
            comorbidity: match person.comorbidity {
                Some(Comorbidity::Declared) => locale.t("record-comorbidity"),
                Some(Comorbidity::None) | None => String::new(),
            },
            booked: locale.t_with(
                "record-booked-value",
                &[
                    ("dose", words::dose(locale, open.dose)),
                    ("vaccine", words::vaccine(locale, open.vaccine)),
                ],
            ),
            doses: {
                let merged = |dose| format!("{}, {}", earlier(locale, dose), locale.t("merge-earlier"));
                let own = open.doses.iter().map(|dose| earlier(locale, dose));
                own.chain(open.merged.iter().map(merged)).collect()
            },
            batches: batches(locale, open),
            advice: Explanation::new(locale, &open.advice),
            tone: match open.advice.verdict {
                Verdict::Eligible => "done",
                Verdict::VerifyAtSite | Verdict::NotEligible => "care",
            },
            until: words::time(locale, open.ends_at.time_of_day()),
            document_state: person.document_state,
            guardian: (person.minority(today) == Some(Minority::Minor)).then(|| match &person.guardian {
                Some(Guardian::Named(name)) => name.as_str().to_owned(),
                // Other members of the household are not opened here.
                Some(Guardian::Member(_)) => locale.t("guardian-of-family"),
                None => String::new(),
            }),
        }
    }

    /// What was chosen stays on the form, also when a colleague has used the last of it meanwhile.
    fn keep_chosen(&mut self, locale: Locale, chosen: &str) {
        let there = |batch: &Choice| batch.value == chosen;
        if self.batches.is_empty() || chosen.is_empty() || self.batches.iter().any(there) {
            return;
        }
        let gone = Choice::new(chosen, chosen).hint(locale.t("stock-mark-none"));
        self.batches.insert(0, gone);
    }

    /// A minor for whom nobody was named, as after a dose that was given without a line.
    fn lacks_guardian(&self) -> bool {
        self.guardian.as_ref().is_some_and(String::is_empty)
    }

    fn is_disputed(&self) -> bool {
        self.document_state == DocumentState::Disputed
    }
}

/// The batches on hand, and a last choice for any other.
fn batches(locale: Locale, open: &OpenEncounter) -> Vec<Choice> {
    let there = stock_words::on_hand(&open.stock.shelves, open.vaccine, open.shown_at.date());
    let there = there.into_iter().take(BATCHES_SHOWN);
    let choices = there.map(|shelf| stock_words::choice(locale, shelf, open.shown_at));
    let mut choices: Vec<Choice> = choices.collect();
    if open.stock.kept_since.is_some() {
        let other = Choice::new(OTHER_BATCH, locale.t("dose-batch-else"));
        choices.push(other.hint(locale.t("dose-batch-else-hint")));
    }
    choices
}

/// The name on the record.
pub(super) fn name(open: &OpenEncounter) -> String {
    open.person
        .name
        .as_ref()
        .map(|name| name.as_str().to_owned())
        .unwrap_or_default()
}

fn earlier(locale: Locale, dose: &Given) -> String {
    let line = locale.t_with(
        "record-earlier-line",
        &[
            ("dose", words::dose(locale, dose.dose)),
            ("vaccine", words::vaccine(locale, dose.facts.vaccine)),
            ("date", words::date(locale, dose.on())),
            ("batch", dose.facts.batch.as_str().to_owned()),
        ],
    );
    match words::from_paper(locale, &dose.facts) {
        paper if paper.is_empty() => line,
        paper => format!("{line}. {paper}"),
    }
}

#[cfg(test)]
impl RecordPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use crate::web::form::Message;
        use pramaan_domain::rules;
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let form = || {
            FormState::new()
                .value_of("vaccine", "COVISHIELD")
                .value_of("dose", "1")
                .value_of("given_at", "10:12")
                .value_of("site", "left_upper_arm")
        };
        let record = |year: i32, document_state| {
            let today = super::tests::today();
            let birth = pramaan_domain::birth::BirthYear::new(year, today).unwrap();
            let question = rules::Question::new(today, pramaan_domain::birth::Birth::Year(birth));
            let answer = rules::explain(&question);
            Record {
                path: "/staff/encounter/1/2".to_owned(),
                name: "Asha Devi".to_owned(),
                born: year.to_string(),
                gender: words::gender(page.locale, pramaan_domain::gender::Gender::Female),
                document: page.t2("record-document-masked", "kind", "Passport", "last", "4567"),
                comorbidity: page.t("record-comorbidity"),
                booked: words::dose(page.locale, DoseNumber::First),
                doses: vec![format!(
                    "Covishield, 30 October 2026. {}",
                    super::tests::from_paper(page.locale)
                )],
                batches: Vec::new(),
                tone: if answer.verdict == Verdict::Eligible {
                    "done"
                } else {
                    "care"
                },
                advice: Explanation::new(page.locale, &answer),
                until: "10:42".to_owned(),
                guardian: (year > 2008).then(String::new),
                document_state,
            }
        };
        let new = |record, form, reasoning| Self::new(page.clone(), nav, record, form, reasoning);
        let wrong = form()
            .error_at("batch", Message::new("dose-batch-wrong"))
            .error_at("reason", Message::new("dose-reason-rules"));
        let shelf = super::stock::sample_shelf(super::stock::SAMPLE_NOW);
        let mut stocked = record(1980, DocumentState::Sole);
        stocked.batches = vec![stock_words::choice(page.locale, &shelf, super::stock::SAMPLE_NOW)];
        stocked.keep_chosen(page.locale, "4121Z026");
        vec![
            new(stocked, form(), Reasoning::Asked),
            new(record(1980, DocumentState::Sole), form(), Reasoning::NotAsked),
            new(record(2020, DocumentState::Sole), wrong, Reasoning::Asked),
            new(record(1980, DocumentState::Disputed), form(), Reasoning::NotAsked),
        ]
    }
}
