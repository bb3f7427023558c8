//! "Your data": everything that is kept of a member, to read, to print, and as a file to take along.

mod file;
mod json;
#[cfg(test)]
mod register;

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use pramaan_app::dose::{Entered, Given};
use pramaan_app::own_data::{Membership, Taken};
use pramaan_app::private_member::Sight;
use pramaan_app::{Citizen, Comorbidity, Refusal};
use pramaan_domain::guardian::Guardian;
use pramaan_domain::rules::Group;

use super::access::objected::Objection;
use super::access::{Names, centre_name, told};
use super::layout::Nav;
use super::visitor::SignedIn;
use super::{refusal, words};
use crate::web::aefi_history::{Line, lines};
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;

#[cfg(test)]
pub(super) use file::OwnDataFilePage;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/household/{place}/data", get(show))
        .route("/household/{place}/data/file", get(file::show).post(file::take))
}

#[derive(Template)]
#[template(path = "citizen/own_data.html")]
pub(super) struct OwnDataPage {
    page: Page,
    nav: Nav,
    name: String,
    /// `/household/{place}`.
    member: String,
    facts: Vec<(String, String)>,
    doses: Vec<String>,
    appointments: Vec<String>,
    certificates: Vec<String>,
    reports: Vec<Vec<Line>>,
    accesses: String,
    objections: Vec<Objection>,
    left: Vec<(String, String)>,
    deletable: Deletable,
}

/// Whether the law lets the person have the record deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deletable {
    Yes,
    /// A dose was given: it is part of the medical record.
    HasDose,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
) -> Response {
    let request = "GET /household/{place}/data";
    match taken(&front, &citizen, &place, request).await {
        Ok((taken, partner)) => {
            let centre = |number| centre_name(&front, number);
            let names = Names {
                centre: &centre,
                partner: &partner,
            };
            render(&OwnDataPage::new(page, &place, (&taken, names)))
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn taken(
    front: &Front,
    citizen: &Citizen,
    place: &str,
    request: &'static str,
) -> Result<(Taken, HashMap<u64, String>), Refusal> {
    let place = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    let taken = front.app.own_data(citizen, place, request).await?;
    Ok((taken, front.app.partner_names().await?))
}

impl OwnDataPage {
    fn new(page: Page, place: &str, (taken, names): (&Taken, Names<'_>)) -> Self {
        let (locale, data) = (page.locale, &taken.data);
        let name = data.person.name.as_ref();
        let certificate = |one: &pramaan_app::certificate::IssuedCertificate| {
            let when = words::instant(locale, one.issued_at);
            format!("{}, {when}", words::dose(locale, one.dose))
        };
        Self {
            nav: Nav::inside("/household"),
            name: name.map(|name| name.as_str().to_owned()).unwrap_or_default(),
            member: format!("/household/{place}"),
            facts: facts(locale, taken, names),
            doses: data.doses.iter().map(|given| dose(locale, given)).collect(),
            appointments: taken
                .appointments
                .iter()
                .map(|one| appointment(locale, one))
                .collect(),
            certificates: taken.certificates.iter().map(certificate).collect(),
            reports: data.cases.iter().map(|case| lines(locale, case)).collect(),
            accesses: locale.t_with("data-accesses", &[("count", data.accesses.to_string())]),
            objections: taken
                .objections
                .iter()
                .map(|one| Objection::new(locale, one, names))
                .collect(),
            left: json::left_out(locale),
            deletable: match data.doses.is_empty() {
                true => Deletable::Yes,
                false => Deletable::HasDose,
            },
            page,
        }
    }

    fn is_deletable(&self) -> bool {
        self.deletable == Deletable::Yes
    }
}

/// Labels and values; what is not known is left out.
fn facts(locale: Locale, taken: &Taken, names: Names<'_>) -> Vec<(String, String)> {
    let who = identity(locale, taken).into_iter();
    let kept = registration(locale, taken, names).into_iter();
    who.chain(kept)
        .filter_map(|(label, value)| Some((locale.t(label), value?)))
        .collect()
}

type Fact = (&'static str, Option<String>);

fn identity(locale: Locale, taken: &Taken) -> Vec<Fact> {
    let person = &taken.data.person;
    let date = person
        .birth_date
        .map(|date| date.get().format("%d-%m-%Y").to_string());
    let document = person.document_type.map(|kind| {
        let last = person.document_last_four.clone().unwrap_or_default();
        let kind = words::document(locale, kind);
        locale.t_with("family-document-masked", &[("kind", kind), ("last", last)])
    });
    let guardian = person.guardian.as_ref().map(|one| match one {
        Guardian::Member(_) => locale.t("data-guardian-member"),
        Guardian::Named(name) => name.as_str().to_owned(),
    });
    let mobile = person.mobile.as_ref().map(|one| one.as_str().to_owned());
    vec![
        (
            "family-born",
            date.or(person.birth_year.map(|year| year.get().to_string())),
        ),
        (
            "family-gender",
            person.gender.map(|one| words::gender(locale, one)),
        ),
        ("family-document", document),
        ("family-reference", person.reference_id.map(words::reference_id)),
        ("data-mobile", mobile),
        ("guardian-label", guardian),
    ]
}

fn registration(locale: Locale, taken: &Taken, names: Names<'_>) -> Vec<Fact> {
    let (data, person) = (&taken.data, &taken.data.person);
    let yes = |is: bool| locale.t(if is { "data-yes" } else { "data-no" });
    let comorbidity = person.comorbidity.map(|said| yes(said == Comorbidity::Declared));
    let groups: Vec<String> = taken.groups.iter().map(|one| group(locale, one)).collect();
    let desk = told::registered(locale, data.registered.as_ref(), names);
    vec![
        ("data-comorbidity", comorbidity),
        ("data-groups", (!groups.is_empty()).then(|| groups.join("; "))),
        ("data-private", Some(yes(taken.sight != Sight::Open))),
        ("data-registered", Some(words::instant(locale, person.created_at))),
        ("data-desk", (!desk.is_empty()).then(|| desk.join(" "))),
        ("data-consent", Some(data.consent_version.clone())),
        ("data-card", taken.card.map(|card| card.number.to_string())),
    ]
}

fn group(locale: Locale, listed: &Membership) -> String {
    let name = locale.t(match listed.group {
        Group::General => "data-group-general",
        Group::Hcw => "data-group-hcw",
        Group::Flw => "data-group-flw",
        Group::Traveller => "data-group-traveller",
    });
    match listed.valid_until {
        Some(day) => locale.t_with(
            "data-group-until",
            &[("group", name), ("when", words::date(locale, day))],
        ),
        None => name,
    }
}

fn dose(locale: Locale, given: &Given) -> String {
    let facts = &given.facts;
    let vial =
        (!facts.vial.is_empty()).then(|| locale.t_with("data-vial", &[("number", facts.vial.clone())]));
    let entered = match facts.entered {
        Entered::WithTheRecord => None,
        Entered::Held { at } | Entered::FromPaper { at } => {
            Some(locale.t_with("data-entered", &[("when", words::instant(locale, at))]))
        }
    };
    let off = facts.off_protocol.as_ref().map(|off| {
        let finding = ("finding", off.finding.clone());
        locale.t_with("data-off-protocol", &[finding, ("reason", off.reason.clone())])
    });
    let changed = given.changed.as_ref().map(|changed| {
        let by = ("code", changed.by.clone());
        locale.t_with("data-dose-changed", &[by, ("reason", changed.reason.clone())])
    });
    let known = [
        words::dose(locale, given.dose),
        words::vaccine(locale, facts.vaccine),
        words::instant(locale, facts.given_at),
        words::body_site(locale, facts.site),
        facts.batch.as_str().to_owned(),
        facts.staff.clone(),
    ];
    let more = [vial, entered, off, changed].into_iter().flatten();
    known.into_iter().chain(more).collect::<Vec<_>>().join(", ")
}

fn appointment(locale: Locale, one: &pramaan_app::appointment::Appointment) -> String {
    [
        words::weekday_date(locale, one.day),
        words::slot(locale, one.slot),
        words::dose(locale, one.dose),
        words::vaccine(locale, one.vaccine),
        one.centre.name.to_string(),
    ]
    .join(", ")
}

#[cfg(test)]
impl OwnDataPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let sample = |deletable, lines: &[String]| Self {
            page: page.clone(),
            nav: Nav::inside("/household"),
            name: "Asha Devi".to_owned(),
            member: "/household/1".to_owned(),
            facts: vec![(page.t("family-born"), "1980".to_owned())],
            doses: lines.to_vec(),
            appointments: lines.to_vec(),
            certificates: lines.to_vec(),
            reports: lines
                .iter()
                .map(|line| {
                    vec![Line {
                        when: "10:12".to_owned(),
                        text: line.clone(),
                        words: Vec::new(),
                    }]
                })
                .collect(),
            accesses: page.t1("data-accesses", "count", 17),
            objections: match lines {
                [] => Vec::new(),
                _ => Objection::samples(page.locale),
            },
            left: json::left_out(page.locale),
            deletable,
        };
        vec![
            sample(Deletable::Yes, &[]),
            sample(Deletable::HasDose, &["10:12".to_owned()]),
        ]
    }
}
