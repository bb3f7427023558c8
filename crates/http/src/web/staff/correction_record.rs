//! A record that is open to be corrected: who it is, which doses stand, and which of them can be corrected here.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::Staff;
use pramaan_app::correction::{Here, OpenVisit, RecordedHere};
use pramaan_app::encounter::OpenedPerson;
use pramaan_domain::id::{DoseId, VisitId};

use super::correction::PATH;
use super::duty::{HOME, Nav, Of, OnDuty};
use super::record::body_site;
use super::{merge_record, refusal};
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/correction/record/{visit}", get(show))
}

#[derive(Template)]
#[template(path = "staff/correction_record.html")]
pub(super) struct VisitPage {
    page: Page,
    nav: Nav,
    name: String,
    born: String,
    gender: String,
    document: String,
    doses: Vec<Dose>,
    until: String,
    /// Where other records of the person are looked for.
    merge: String,
}

/// A dose that stands, in words.
struct Dose {
    title: String,
    text: String,
    /// When it was given and typed in, of a dose from paper; else empty.
    paper: String,
    /// Who changed it last; empty for nobody.
    changed: String,
    /// None for one that was given elsewhere.
    href: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Of(visit): Of<VisitId>,
) -> Response {
    let route = "GET /staff/correction/record/{visit}";
    match front.app.show_correction(&staff, visit, route).await {
        Ok(open) => shown(page, &staff, &open),
        Err(refused) => refusal::unopened(page, Nav::of(&staff, HOME), &refused),
    }
}

/// The record that was just opened.
pub(super) fn shown(page: Page, staff: &Staff, open: &OpenVisit) -> Response {
    render(&VisitPage::new(page, Nav::of(staff, HOME), open))
}

/// Where a dose of an open record is corrected.
pub(super) fn dose_path(visit: VisitId, event: DoseId) -> String {
    format!("{PATH}/record/{visit}/{event}")
}

/// The name on the record.
pub(super) fn name(person: &OpenedPerson) -> String {
    let name = person.name.as_ref();
    name.map(|name| name.as_str().to_owned()).unwrap_or_default()
}

impl VisitPage {
    fn new(page: Page, nav: Nav, open: &OpenVisit) -> Self {
        let (locale, person) = (page.locale, &open.person);
        let kind = person.document_type.map(|kind| words::document(locale, kind));
        let last = person.document_last_four.clone().unwrap_or_default();
        let document = [("kind", kind.unwrap_or_default()), ("last", last)];
        Self {
            name: name(person),
            born: person
                .birth_year
                .map(|year| year.get().to_string())
                .unwrap_or_default(),
            gender: person
                .gender
                .map(|gender| words::gender(locale, gender))
                .unwrap_or_default(),
            document: locale.t_with("record-document-masked", &document),
            doses: open
                .doses
                .iter()
                .map(|dose| Dose::new(locale, open.id, dose))
                .collect(),
            until: words::time(locale, open.ends_at.time_of_day()),
            merge: merge_record::path(open.id),
            page,
            nav,
        }
    }
}

impl Dose {
    fn new(locale: Locale, visit: VisitId, dose: &RecordedHere) -> Self {
        let given = &dose.given;
        let facts = [
            ("batch", given.facts.batch.as_str().to_owned()),
            ("date", words::date(locale, given.on())),
            ("time", words::time(locale, given.facts.given_at.time_of_day())),
            ("site", body_site(locale, given.facts.site)),
            ("code", given.facts.staff.clone()),
        ];
        let changed = given.changed.as_ref().map(|changed| {
            let by = [("code", changed.by.clone()), ("reason", changed.reason.clone())];
            locale.t_with("correction-changed-by", &by)
        });
        Self {
            title: format!(
                "{}: {}",
                words::dose(locale, given.dose),
                words::vaccine(locale, given.facts.vaccine)
            ),
            text: locale.t_with("correction-dose-line", &facts),
            paper: words::from_paper(locale, &given.facts),
            changed: changed.unwrap_or_default(),
            href: (dose.here == Here::Given).then(|| dose_path(visit, given.id)),
        }
    }
}

#[cfg(test)]
impl VisitPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let dose = |href: Option<&str>, changed: &str| Dose {
            title: "Dose 1: Covishield".to_owned(),
            text: "Batch 4121Z025, 22 November 2026, 10:12".to_owned(),
            paper: super::tests::from_paper(page.locale),
            changed: changed.to_owned(),
            href: href.map(str::to_owned),
        };
        let with = |doses| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::Vaccinator, HOME),
            name: "Asha Devi".to_owned(),
            born: "1980".to_owned(),
            gender: words::gender(page.locale, pramaan_domain::gender::Gender::Female),
            document: "Passport, 4567".to_owned(),
            doses,
            until: "10:42".to_owned(),
            merge: "/staff/merge/record/1".to_owned(),
        };
        let changed = "Changed by MH-0001: typed wrong";
        vec![
            with(vec![
                dose(Some("/staff/correction/record/1/2"), changed),
                dose(None, ""),
            ]),
            with(Vec::new()),
        ]
    }
}
