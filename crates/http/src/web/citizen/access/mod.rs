//! Who read a member's record: role, place, purpose, fields and time, in words.

pub(in crate::web::citizen) mod object;
pub(in crate::web) mod objected;
mod receipt;
pub(in crate::web::citizen) mod told;
mod visit;

#[cfg(test)]
pub(super) use object::ObjectPage;
#[cfg(test)]
pub(super) use receipt::SoonPage;

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::HeaderMap;
use pramaan_app::access_list::{AccessList, Cursor, Folded, Line, Missing, NewDevice};
use pramaan_app::objection::may_object;
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use pramaan_domain::centre::CentreId;
use pramaan_domain::place::DistrictId;
use serde::Deserialize;

use super::layout::Nav;
use super::member::Shown;
use super::visitor::SignedIn;
use super::{refusal, words};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::done;
use crate::web::error_page::{ErrorPage, Problem, render};
use crate::web::form::Message;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use objected::Objection;
use visit::Visit;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/household/{place}/access", get(show))
        .route("/household/{place}/access/confirm", post(confirm))
        .route(
            "/household/{place}/access/{entry}/object",
            get(object::show).post(object::send),
        )
        .route("/household/{place}/access/{entry}/receipt", get(receipt::take))
}

#[derive(Template)]
#[template(path = "citizen/access.html")]
pub(in crate::web) struct AccessPage {
    page: Page,
    nav: Nav,
    title: String,
    /// Where the reader came from.
    back: &'static str,
    /// Who registered the person at a desk, in words.
    registered: Vec<String>,
    /// The printed card that opens this record, in words.
    card: Option<String>,
    /// Days with entries that are gone, in words.
    missing: Vec<String>,
    /// What the log does not hold as it stands here.
    altered: Vec<Entry>,
    new_devices: Vec<Device>,
    /// Whether all logins can be ended here.
    ends: bool,
    /// Whether entries can be objected to here: not on a list that was printed at a desk.
    objects: bool,
    /// Where a device is confirmed; none from a device that cannot.
    confirm: Option<String>,
    /// Where the list can be taken home; none where nobody is logged in.
    take: Option<String>,
    others: Vec<Entry>,
    /// First looks of staff of a centre, in words.
    new_places: Vec<NewPlace>,
    /// What the person objected to.
    objections: Vec<Objection>,
    /// What was done a moment ago.
    done: Option<Message>,
    months: Vec<Month>,
    /// Counted from 1, the newest.
    number: u32,
    /// The address of the next page; none on the last.
    older: Option<String>,
}

/// Which page is wanted, as a link of ours says it; the newest when nothing is said.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(in crate::web::citizen) struct Wanted {
    /// Where the page above ended: `DAY.NUMBER` of its oldest entry.
    before: Option<String>,
    page: Option<String>,
}

/// A page that can be read.
struct Place {
    before: Option<Cursor>,
    number: u32,
}

impl Wanted {
    /// `None` for what no link of ours says. The newest page is the first, whatever its number is said to be.
    fn place(&self) -> Option<Place> {
        let number = match self.page.as_deref() {
            Some(page) => page.parse().ok()?,
            None => 1,
        };
        let Some(before) = &self.before else {
            let newest = Place {
                before: None,
                number: 1,
            };
            return Some(newest);
        };
        Some(Place {
            before: Some(cursor(before)?),
            number: number.max(2),
        })
    }
}

/// Where a page of the list begins: `DAY.NUMBER`. `None` for what no link of ours says.
fn cursor(text: &str) -> Option<Cursor> {
    let (day, i) = text.split_once('.')?;
    Some(Cursor {
        day: day.parse().ok()?,
        i: i.parse().ok()?,
    })
}

/// The first look of staff of a centre, in words.
struct NewPlace {
    text: String,
    /// Where it is objected to.
    object: Option<Way>,
}

/// A link to the form of an objection.
#[derive(Clone)]
struct Way {
    href: String,
    /// Tells this link from the others to who only hears it.
    label: String,
}

/// The reads of one visit, in words.
struct Entry {
    who: String,
    when: String,
    place: Option<String>,
    what_for: String,
    fields: String,
    basis: String,
    reason: Option<String>,
    /// Which entries of the log these are.
    entries: String,
    /// The same by their numbers, as far as they can be objected to.
    indexes: Vec<u64>,
    /// All of them.
    all: Vec<u64>,
    receipts: Vec<Receipt>,
    objected: Objected,
}

/// Whether the person can object to an entry here, or did.
enum Objected {
    /// Nobody can here, as on a printed list.
    NotHere,
    No(Way),
    Yes,
}

/// A device that nobody confirmed.
struct Device {
    when: String,
    what_for: String,
    count: String,
    is_this: bool,
    /// What the form names it by; empty where it cannot be confirmed.
    name: String,
}

/// Reads of one month by the person or by the system, folded.
struct Month {
    title: String,
    who: String,
    lines: Vec<Fold>,
}

/// Reads of one sort in a month, and where they are objected to; nowhere for the household's own.
struct Fold {
    text: String,
    index: Option<u64>,
    object: Option<Way>,
    /// Of which entries it is, newest first.
    indexes: Vec<u64>,
    receipts: Vec<Receipt>,
}

/// Where the receipt of an entry is downloaded.
struct Receipt {
    index: u64,
    href: String,
}

/// Names the centres and the partners of entries.
#[derive(Clone, Copy)]
pub(in crate::web) struct Names<'a> {
    pub(in crate::web) centre: &'a dyn Fn(u64) -> Option<String>,
    pub(in crate::web) partner: &'a HashMap<u64, String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    headers: HeaderMap,
    wanted: Result<Query<Wanted>, CowinError>,
) -> Response {
    let Some((before, number)) = wanted_part(wanted) else {
        return ErrorPage::new(page.locale, Problem::BadRequest).into_response();
    };
    match load(&front, &citizen, &place, before, page.locale).await {
        Ok((name, list, partner)) => {
            let confirm = list
                .may_confirm
                .then(|| format!("/household/{place}/access/confirm"));
            let centre = |number| centre_name(&front, number);
            let names = Names {
                centre: &centre,
                partner: &partner,
            };
            let older = list
                .older
                .map(|end| address(&place, end, number.saturating_add(1)));
            let title = page.t1("access-title", "name", name);
            let shown = AccessPage::new(page, title, &list, names).numbered(number, older);
            let take = Some(format!("/household/{place}/access/extract"));
            let base = format!("/household/{place}/access");
            let shown = shown.objectionable((&base, before), &list).receipted(&place);
            let shown = AccessPage {
                confirm,
                take,
                ends: true,
                ..shown
            };
            shown.told(&front, (&citizen, &base), &headers)
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

fn address(place: &str, end: Cursor, number: u32) -> String {
    format!(
        "/household/{place}/access?before={}.{}&page={number}",
        end.day, end.i
    )
}

async fn load(
    front: &Front,
    citizen: &Citizen,
    place: &str,
    before: Option<Cursor>,
    locale: Locale,
) -> Result<(String, AccessList, HashMap<u64, String>), Refusal> {
    let request = "GET /household/{place}/access";
    let member = Shown::at(front, citizen, place, request, locale).await?;
    let id = member.reference_id.ok_or(Refusal::UnknownBeneficiary)?;
    let list = front.app.access_list(citizen, id, before, request).await?;
    Ok((member.name, list, front.app.partner_names().await?))
}

/// The list of whoever came with a printed card, who can object in it.
pub(in crate::web::citizen) async fn by_card(
    front: &Front,
    page: Page,
    (citizen, headers): (&Citizen, &HeaderMap),
    (list, before): (&AccessList, Option<Cursor>),
    (back, older, number): (&'static str, Option<String>, u32),
) -> Result<Response, Refusal> {
    let base = "/card/access";
    let shown = alone(front, page, list, (back, older, number)).await?;
    let shown = shown.objectionable((base, before), list);
    Ok(shown.told(front, (citizen, base), headers))
}

/// A list that no household asked for: by a printed card, or printed at a desk.
pub(in crate::web) async fn alone(
    front: &Front,
    page: Page,
    list: &AccessList,
    (back, older, number): (&'static str, Option<String>, u32),
) -> Result<AccessPage, Refusal> {
    let partner = front.app.partner_names().await?;
    let centre = |number| centre_name(front, number);
    let names = Names {
        centre: &centre,
        partner: &partner,
    };
    let title = page.t("card-access-title");
    let shown = AccessPage::new(page, title, list, names).numbered(number, older);
    Ok(AccessPage {
        nav: Nav::outside("/card"),
        back,
        ..shown
    })
}

/// Which page of a list is wanted: where it begins, and its number. `None` for what no link of ours says.
pub(in crate::web::citizen) fn wanted_part(
    wanted: Result<Query<Wanted>, CowinError>,
) -> Option<(Option<Cursor>, u32)> {
    let Query(wanted) = wanted.ok()?;
    wanted.place().map(|place| (place.before, place.number))
}

pub(in crate::web) fn centre_name(front: &Front, number: u64) -> Option<String> {
    let id = CentreId::from_number(i64::try_from(number).ok()?).ok()?;
    let centre = front.app.availability().centre(id)?;
    Some(format!("{}, {}", centre.name, centre.location))
}

impl AccessPage {
    fn new(page: Page, title: String, list: &AccessList, names: Names<'_>) -> Self {
        let locale = page.locale;
        let entries = |visits: Vec<Visit>| visits.iter().map(|visit| entry(locale, visit, names)).collect();
        Self {
            nav: Nav::inside("/household"),
            title,
            back: "/household",
            registered: told::registered(locale, list.registered.as_ref(), names),
            card: told::card(locale, list),
            missing: list.missing.iter().map(|gone| missing(locale, gone)).collect(),
            altered: list
                .altered
                .iter()
                .map(|line| altered(locale, line, names))
                .collect(),
            new_devices: list.new_devices.iter().map(|new| device(locale, new)).collect(),
            ends: false,
            objects: false,
            confirm: None,
            take: None,
            others: entries(visit::visits(&list.others)),
            new_places: list
                .new_places
                .iter()
                .map(|line| new_place(locale, line, names))
                .collect(),
            objections: list
                .objections
                .iter()
                .map(|one| Objection::new(locale, one, names))
                .collect(),
            done: None,
            months: months(locale, &list.folded),
            number: 1,
            older: None,
            page,
        }
    }

    /// The answer, with what was done a moment ago on this page.
    fn told(self, front: &Front, (citizen, path): (&Citizen, &str), headers: &HeaderMap) -> Response {
        let place = done::Place {
            typist: citizen.typist(),
            path,
        };
        match done::told(front, place, headers).as_deref() {
            Some(object::OBJECTED) => done::once(render(&Self {
                done: Some(Message::new("objection-done")),
                ..self
            })),
            _ => render(&self),
        }
    }

    /// With the links to the form of an objection, for a person's own page of a list at the address `base`.
    fn objectionable(mut self, (base, before): (&str, Option<Cursor>), list: &AccessList) -> Self {
        self.objects = true;
        let objected: Vec<u64> = list.objections.iter().map(|one| one.about.index).collect();
        let before = before.map_or_else(String::new, |end| format!("?before={}.{}", end.day, end.i));
        let page = &self.page;
        let way = |index: u64, said: &str| Way {
            href: format!("{base}/{index}/object{before}"),
            label: page.t1("objection-of", "entry", said),
        };
        for entry in self.altered.iter_mut().chain(&mut self.others) {
            let done = entry.indexes.iter().any(|index| objected.contains(index));
            entry.objected = match (done, entry.indexes.first()) {
                (false, Some(newest)) => {
                    Objected::No(way(*newest, &format!("{}, {}", entry.who, entry.when)))
                }
                (true, _) => Objected::Yes,
                (false, None) => Objected::NotHere,
            };
        }
        for (new, line) in self.new_places.iter_mut().zip(&list.new_places) {
            new.object = (!objected.contains(&line.index)).then(|| way(line.index, &new.text));
        }
        for fold in self.months.iter_mut().flat_map(|month| &mut month.lines) {
            let index = fold.index.filter(|index| !objected.contains(index));
            fold.object = index.map(|index| way(index, &fold.text));
        }
        self
    }

    /// With the receipt of each entry.
    fn receipted(mut self, place: &str) -> Self {
        let of = |indexes: &[u64]| {
            let one = |index: &u64| Receipt {
                index: *index,
                href: format!("/household/{place}/access/{index}/receipt"),
            };
            indexes.iter().map(one).collect()
        };
        for entry in &mut self.others {
            entry.receipts = of(&entry.all);
        }
        for fold in self.months.iter_mut().flat_map(|month| &mut month.lines) {
            fold.receipts = of(&fold.indexes);
        }
        self
    }

    fn numbered(self, number: u32, older: Option<String>) -> Self {
        Self {
            number,
            older,
            ..self
        }
    }

    fn is_newest(&self) -> bool {
        self.number == 1
    }

    /// Whether this is the whole list.
    fn is_whole(&self) -> bool {
        self.is_newest() && self.older.is_none()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    device: String,
}

async fn confirm(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let device = typed.device.parse().map_err(|_| Refusal::UnknownBeneficiary);
    let confirmed = match device {
        Ok(device) => front.app.confirm_device(&citizen, device).await,
        Err(refused) => Err(refused),
    };
    match (confirmed, place.parse::<u32>()) {
        (Ok(()), Ok(place)) => Redirect::to(&format!("/household/{place}/access")).into_response(),
        (Ok(()), Err(_)) => Redirect::to("/household").into_response(),
        (Err(refused), _) => refusal::page(page.locale, &refused),
    }
}

fn device(locale: Locale, new: &NewDevice) -> Device {
    let (first, last) = (
        words::instant(locale, new.first.at),
        words::instant(locale, new.last),
    );
    let purposes = new.purposes.iter().map(|one| purpose(locale, *one));
    Device {
        when: first,
        what_for: purposes.collect::<Vec<_>>().join(", "),
        count: locale.t_with(
            "access-times",
            &[("count", new.count.to_string()), ("last", last)],
        ),
        is_this: new.is_this,
        name: new.device.map_or_else(String::new, |device| device.to_string()),
    }
}

fn entry(locale: Locale, visit: &Visit, names: Names<'_>) -> Entry {
    let line = &visit.newest;
    Entry {
        who: who(locale, line, names),
        when: when(locale, visit),
        place: place(locale, line, names),
        what_for: purpose(locale, line.purpose),
        fields: fields(locale, visit.fields),
        basis: basis(locale, line.basis),
        reason: match line.card() {
            Some(number) => Some(locale.t_with("access-by-card", &[("number", number.to_string())])),
            None => line.reason.clone(),
        },
        entries: entries(locale, visit),
        indexes: match may_object(line) {
            true => visit.indexes.clone(),
            false => Vec::new(),
        },
        all: visit.indexes.clone(),
        receipts: Vec::new(),
        objected: Objected::NotHere,
    }
}

/// An entry that is not in the log as it stands here: whatever it says, it can be objected to.
fn altered(locale: Locale, line: &Line, names: Names<'_>) -> Entry {
    Entry {
        indexes: vec![line.index],
        ..entry(locale, &Visit::of(line), names)
    }
}

fn new_place(locale: Locale, line: &Line, names: Names<'_>) -> NewPlace {
    let when = ("when", words::instant(locale, line.at));
    let who = ("who", who(locale, line, names));
    let text = match place(locale, line, names) {
        Some(place) => locale.t_with("was-this-you-place", &[who, ("place", place), when]),
        None => locale.t_with("was-this-you-partner", &[who, when]),
    };
    NewPlace { text, object: None }
}

/// Whoever looked, in words.
fn actor_of(locale: Locale, line: &Line, names: Names<'_>) -> String {
    who(locale, line, names)
}

fn missing(locale: Locale, gone: &Missing) -> String {
    let day = ("day", words::date(locale, gone.day));
    locale.t_with("access-missing", &[("count", gone.count.to_string()), day])
}

fn when(locale: Locale, visit: &Visit) -> String {
    let (from, to) = (visit.oldest.time_of_day(), visit.newest.at.time_of_day());
    let began = words::instant(locale, visit.oldest);
    let (from, to) = (words::time(locale, from), words::time(locale, to));
    if from == to {
        return began;
    }
    locale.t_with("access-span", &[("from", began), ("to", to)])
}

fn entries(locale: Locale, visit: &Visit) -> String {
    let number = ("number", visit.newest.index.to_string());
    if visit.count == 1 {
        return locale.t_with("access-entry", &[number]);
    }
    let (count, first) = (visit.count.to_string(), visit.first.to_string());
    locale.t_with("access-entries", &[("count", count), ("first", first), number])
}

fn who(locale: Locale, line: &Line, names: Names<'_>) -> String {
    let role = match (line.class, line.basis) {
        (ActorClass::Citizen, Basis::AnothersWord) => locale.t("actor-new-owner"),
        (class, _) => actor(locale, class),
    };
    match line.class {
        ActorClass::AssistedCitizen => {
            let number = line.organisation.to_string();
            let named = names.partner.get(&line.organisation);
            let name = named.cloned().unwrap_or_else(|| number.clone());
            locale.t_with(
                "access-partner",
                &[("role", role), ("name", name), ("number", number)],
            )
        }
        _ if line.staff.is_empty() => role,
        _ => locale.t_with("access-staff", &[("role", role), ("code", line.staff.clone())]),
    }
}

/// Where somebody stood; nothing for people at home, partners and machines.
fn place(locale: Locale, line: &Line, names: Names<'_>) -> Option<String> {
    let staff = matches!(
        line.class,
        ActorClass::Vaccinator | ActorClass::SiteManager | ActorClass::DistrictAdmin
    );
    if !staff {
        return None;
    }
    let district = DistrictId::from_number(i64::from(line.district))
        .map(|id| words::district_name(locale, id))
        .unwrap_or_default();
    match (line.organisation, (names.centre)(line.organisation)) {
        (0, _) => Some(district),
        (_, Some(name)) => Some(format!("{name}, {district}")),
        (number, None) => Some(locale.t_with(
            "access-centre",
            &[("number", number.to_string()), ("district", district)],
        )),
    }
}

fn months(locale: Locale, folded: &[Folded]) -> Vec<Month> {
    let mut months: BTreeMap<(i32, u32, ActorClass), Month> = BTreeMap::new();
    for fold in folded {
        let month = months
            .entry((fold.year, fold.month, fold.class))
            .or_insert_with(|| Month {
                title: words::month_of_year(locale, fold.year, fold.month),
                who: actor(locale, fold.class),
                lines: Vec::new(),
            });
        let last = ("last", words::instant(locale, fold.last));
        let times = locale.t_with("access-times", &[("count", fold.count.to_string()), last]);
        let text = format!(
            "{} ({}): {times}",
            purpose(locale, fold.purpose),
            fields(locale, fold.fields)
        );
        month.lines.push(Fold {
            text,
            index: fold
                .indexes
                .first()
                .copied()
                .filter(|_| fold.class != ActorClass::Citizen),
            object: None,
            indexes: fold.indexes.clone(),
            receipts: Vec::new(),
        });
    }
    months.into_values().rev().collect()
}

/// Every word of an entry, as `class-…`, `basis-…`, `purpose-…` and `field-…` with its text: for a script that tells entries.
pub(super) fn vocabulary(locale: Locale) -> Vec<(String, String)> {
    let classes = ActorClass::ALL
        .iter()
        .map(|one| (format!("class-{}", one.name()), actor(locale, *one)));
    let bases = Basis::ALL
        .iter()
        .map(|one| (format!("basis-{}", one.name()), basis(locale, *one)));
    let purposes = Purpose::ALL
        .iter()
        .map(|one| (format!("purpose-{}", one.name()), purpose(locale, *one)));
    let fields = Field::ALL.map(|one| {
        (
            format!("field-{}", one.name()),
            fields(locale, FieldSet::of(&[one])),
        )
    });
    classes.chain(bases).chain(purposes).chain(fields).collect()
}

fn actor(locale: Locale, class: ActorClass) -> String {
    locale.t(match class {
        ActorClass::Citizen => "actor-citizen",
        ActorClass::AssistedCitizen => "actor-assisted",
        ActorClass::Vaccinator => "actor-vaccinator",
        ActorClass::SiteManager => "actor-site-manager",
        ActorClass::DistrictAdmin => "actor-district-admin",
        ActorClass::Machine => "actor-machine",
        ActorClass::Operator => "actor-operator",
    })
}

fn basis(locale: Locale, basis: Basis) -> String {
    locale.t(match basis {
        Basis::PersonOtp => "basis-otp",
        Basis::SiteEvidence => "basis-evidence",
        Basis::NoEvidenceWithReason => "basis-no-evidence",
        Basis::DutyOfLaw => "basis-law",
        Basis::SecondPerson => "basis-second-person",
        Basis::AnothersWord => "basis-anothers-word",
    })
}

fn purpose(locale: Locale, purpose: Purpose) -> String {
    locale.t(match purpose {
        Purpose::OwnRecord => "purpose-own-record",
        Purpose::OwnAccessList => "purpose-own-access-list",
        Purpose::Booking => "purpose-booking",
        Purpose::AppointmentSlip => "purpose-slip",
        Purpose::Vaccination => "purpose-vaccination",
        Purpose::Certificate => "purpose-certificate",
        Purpose::Notification => "purpose-notification",
        Purpose::StatusCheck => "purpose-status",
        Purpose::DocumentDispute => "purpose-dispute",
        Purpose::Contact => "purpose-contact",
        Purpose::Correction => "purpose-correction",
        Purpose::Retention => "purpose-retention",
        Purpose::AdverseEvent => "purpose-adverse-event",
        Purpose::Grievance => "purpose-grievance",
    })
}

fn fields(locale: Locale, set: FieldSet) -> String {
    let field = |field: Field| {
        locale.t(match field {
            Field::Name => "field-name",
            Field::BirthYear => "field-birth-year",
            Field::BirthDate => "field-birth-date",
            Field::Gender => "field-gender",
            Field::DocumentType => "field-document-type",
            Field::DocumentLastFour => "field-document-last-four",
            Field::ReferenceId => "field-reference-id",
            Field::Mobile => "field-mobile",
            Field::Doses => "field-doses",
            Field::Certificate => "field-certificate",
            Field::AppointmentCode => "field-appointment-code",
            Field::AccessList => "field-access-list",
            Field::Comorbidity => "field-comorbidity",
            Field::Group => "field-group",
            Field::AdverseEvents => "field-adverse-events",
            Field::ViewKey => "field-view-key",
            Field::Objections => "field-objections",
        })
    };
    set.iter().map(field).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
impl AccessPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use pramaan_app::access_list::{AtDesk, DeskRegistration, LiveCard, ToldWithoutDocument};
        use pramaan_domain::time::Timestamp;
        let line = |class, basis, purpose, reason: Option<&str>| Line {
            at: Timestamp::from_seconds(1_795_321_800),
            index: 4711,
            class,
            basis,
            purpose,
            fields: FieldSet::of(&[Field::Name, Field::BirthYear, Field::Doses]),
            organisation: 12,
            district: 395,
            staff: if class == ActorClass::Citizen {
                String::new()
            } else {
                "MH-0042".to_owned()
            },
            reason: reason.map(str::to_owned),
        };
        let folded = |class, purpose, count| Folded {
            class,
            purpose,
            year: 2026,
            month: 11,
            count,
            last: Timestamp::from_seconds(1_795_321_800),
            fields: FieldSet::of(&[Field::Mobile]),
            indexes: vec![4711, 4702],
        };
        let everybody = ActorClass::ALL
            .iter()
            .zip(Basis::ALL.iter().cycle())
            .zip(Purpose::ALL.iter().cycle());
        let everybody =
            everybody.map(|((class, basis), purpose)| line(*class, *basis, *purpose, Some("Code lost")));
        let full = AccessList {
            new_devices: [true, false]
                .map(|is_this| NewDevice {
                    device: Some(pramaan_domain::id::LoginId::from_bytes([7; 16])),
                    is_this,
                    first: line(ActorClass::Citizen, Basis::PersonOtp, Purpose::OwnRecord, None),
                    last: Timestamp::from_seconds(1_795_321_800),
                    count: 3,
                    purposes: vec![Purpose::OwnRecord, Purpose::Certificate],
                    fields: FieldSet::of(&[Field::Name]),
                })
                .into(),
            may_confirm: true,
            others: everybody.collect(),
            folded: Purpose::ALL
                .iter()
                .flat_map(|purpose| {
                    [
                        folded(ActorClass::Machine, *purpose, 1),
                        folded(ActorClass::Citizen, *purpose, 3),
                    ]
                })
                .collect(),
            ..AccessList::default()
        };
        let desk = DeskRegistration {
            at: AtDesk {
                centre: 12,
                registered_at: Timestamp::from_seconds(1_795_321_800),
            },
            staff: "MH-0042".to_owned(),
            without: Some(ToldWithoutDocument {
                reason: "lives on the street".to_owned(),
                facilitator: "Ramesh Kumar".to_owned(),
                document_type: 12,
                last_four: "2345".to_owned(),
            }),
            alone: Some("the mother is at work".to_owned()),
        };
        let by_card = AccessList {
            others: vec![line(
                ActorClass::Citizen,
                Basis::PersonOtp,
                Purpose::Certificate,
                Some("printed card 2"),
            )],
            registered: Some(desk),
            card: Some(LiveCard {
                number: 2,
                made_at: Timestamp::from_seconds(1_795_321_800),
            }),
            ..AccessList::default()
        };
        let usual = AccessList {
            new_devices: full.new_devices.clone(),
            may_confirm: false,
            others: vec![line(
                ActorClass::Vaccinator,
                Basis::SiteEvidence,
                Purpose::Vaccination,
                None,
            )],
            folded: vec![
                folded(ActorClass::Machine, Purpose::Notification, 1),
                folded(ActorClass::Citizen, Purpose::OwnRecord, 3),
            ],
            ..AccessList::default()
        };
        let gone = |count| Missing {
            day: Timestamp::from_seconds(1_795_321_800).date(),
            first: 3,
            count,
        };
        let meddled = AccessList {
            missing: vec![gone(1), gone(4)],
            altered: usual.others.clone(),
            ..AccessList::default()
        };
        let centre = |number| (number == 12).then(|| "Kamla Nehru Dispensary, Fort".to_owned());
        let partner = HashMap::from([(12, "Helping Hands".to_owned())]);
        let names = Names {
            centre: &centre,
            partner: &partner,
        };
        let title = page.t1("access-title", "name", "Asha Devi");
        let shown = |list| Self::new(page.clone(), title.clone(), list, names);
        let cursor = Cursor { day: 20_779, i: 17 };
        let partner_line = line(
            ActorClass::AssistedCitizen,
            Basis::PersonOtp,
            Purpose::OwnRecord,
            None,
        );
        let placed = AccessList {
            altered: usual.others.clone(),
            new_places: usual.others.iter().cloned().chain([partner_line]).collect(),
            ..usual.clone()
        };
        let objected = AccessPage {
            objections: Objection::samples(page.locale),
            done: Some(Message::new("objection-done")),
            ..shown(&placed)
                .objectionable(("/household/1/access", None), &placed)
                .receipted("1")
        };
        vec![
            shown(&AccessList::default()),
            shown(&by_card),
            shown(&usual),
            shown(&meddled),
            AccessPage {
                confirm: Some("/household/1/access/confirm".to_owned()),
                ..shown(&full)
            },
            shown(&AccessList::default()).numbered(1, Some(address("1", cursor, 2))),
            shown(&full)
                .numbered(3, None)
                .objectionable(("/household/1/access", Some(cursor)), &full),
            objected,
        ]
    }
}

#[cfg(test)]
fn sample_line() -> Line {
    Line {
        at: pramaan_domain::time::Timestamp::from_seconds(1_795_321_800),
        index: 4711,
        class: ActorClass::Vaccinator,
        basis: Basis::NoEvidenceWithReason,
        purpose: Purpose::Vaccination,
        fields: FieldSet::of(&[Field::Name, Field::Doses]),
        organisation: 12,
        district: 395,
        staff: "MH-0042".to_owned(),
        reason: Some("Code lost".to_owned()),
    }
}
