//! Finding a session: by pincode with its neighbours, or by district; day by day; without a login.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chrono::Days;
use pramaan_app::availability::{CentreView, Place, SessionView};
use pramaan_domain::centre::Fee;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::number_id::StateId;
use pramaan_domain::place::{self, DistrictId, Pincode};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::layout::Nav;
use super::visitor::Visitor;
use super::words;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::language::query_value;
use crate::web::page::Page;

/// Days that can be chosen, today included.
const DAYS: u64 = 9;
/// Neighbouring pincodes that are searched too, and how far they may be.
const NEIGHBOURS: usize = 12;
const WITHIN_KM: f64 = 25.0;
/// Centres on one page.
const CENTRES: usize = 40;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/sessions", get(show))
}

#[derive(Template)]
#[template(path = "citizen/sessions.html")]
pub(super) struct SessionsPage {
    page: Page,
    nav: Nav,
    form: FormState,
    states: Vec<Choice>,
    districts: Vec<Choice>,
    vaccines: Vec<Choice>,
    fees: Vec<Choice>,
    doses: Vec<Choice>,
    open_district: bool,
    open_filters: bool,
    found: Option<Found>,
}

struct Found {
    title: String,
    days: Vec<Day>,
    centres: Vec<Site>,
    /// Whether there were more centres than the page shows.
    cut: bool,
}

struct Day {
    href: String,
    label: String,
    seats: String,
    is_chosen: bool,
}

struct Site {
    id: i64,
    name: String,
    address: String,
    place: String,
    kind: String,
    sessions: Vec<Offer>,
}

struct Offer {
    id: String,
    title: String,
    fee: String,
    hours: String,
    /// Free seats by dose; empty when none is left.
    seats: Vec<String>,
    book: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Search {
    pincode: String,
    state: String,
    district: String,
    date: String,
    age: String,
    vaccine: String,
    fee: String,
    dose: String,
}

/// What results must fit.
#[derive(Default)]
struct Filter {
    age: Option<i64>,
    vaccine: Option<Vaccine>,
    fee: Option<FeeWanted>,
    dose: Option<DoseNumber>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FeeWanted {
    Free,
    Paid,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    visitor: Visitor,
    search: Result<Query<Search>, CowinError>,
) -> Response {
    let search = search.map(|Query(search)| search).unwrap_or_default();
    let today = front.app.today();
    let places = search.places(page.locale);
    let (filter, form) = search.filter(search.form());
    let (found, form) = match places {
        Ok(Some((title, places))) if form.is_valid() => {
            let now = front.app.now();
            let looked = places.iter().flat_map(|(place, note)| {
                let centres = front.app.availability().view(*place, now).centres;
                centres.into_iter().map(move |centre| (centre, note.clone()))
            });
            (
                Some(search.results(page.locale, today, title, looked.collect(), &filter)),
                form,
            )
        }
        Ok(_) => (None, form),
        Err(message) => (None, form.error_at("pincode", message)),
    };
    render(&SessionsPage::new(
        page,
        Nav::of(&visitor, "/sessions"),
        &search,
        form,
        found,
    ))
}

/// A title and the places to look at, each with the words that stand beside its centres.
type Places = (String, Vec<(Place, Option<String>)>);

impl Search {
    fn form(&self) -> FormState {
        let fields = [
            ("pincode", &self.pincode),
            ("state", &self.state),
            ("district", &self.district),
            ("age", &self.age),
            ("vaccine", &self.vaccine),
            ("fee", &self.fee),
            ("dose", &self.dose),
        ];
        fields
            .into_iter()
            .fold(FormState::new(), |form, (name, value)| form.value_of(name, value))
    }

    fn places(&self, locale: Locale) -> Result<Option<Places>, Message> {
        let pincode = self.pincode.replace(' ', "");
        if !pincode.is_empty() {
            let pincode = Pincode::parse(&pincode).map_err(|_| Message::new("find-pincode-wrong"))?;
            if place::pincode(pincode).is_none() {
                return Err(Message::new("find-pincode-unknown"));
            }
            let number = pincode.number().to_string();
            let title = locale.t_with("find-around", &[("pincode", number)]);
            return Ok(Some((title, around(locale, pincode))));
        }
        let Ok(district) = DistrictId::parse(&self.district) else {
            return Ok(None);
        };
        let known = place::district(district)
            .filter(|found| StateId::parse(&self.state).is_ok_and(|state| state == found.state));
        let title = words::district_name(locale, district);
        Ok(known.map(|_| (title, vec![(Place::District(district), None)])))
    }

    fn filter(&self, mut form: FormState) -> (Filter, FormState) {
        let age = match self.age.trim() {
            "" => None,
            text => {
                let age = text.parse().ok().filter(|age| (0..=125).contains(age));
                if age.is_none() {
                    form = form.error_at("age", Message::new("find-age-wrong"));
                }
                age
            }
        };
        let filter = Filter {
            age,
            vaccine: Vaccine::parse(&self.vaccine).ok(),
            fee: match self.fee.as_str() {
                "free" => Some(FeeWanted::Free),
                "paid" => Some(FeeWanted::Paid),
                _ => None,
            },
            dose: DoseNumber::parse(&self.dose).ok(),
        };
        (filter, form)
    }

    fn results(
        &self,
        locale: Locale,
        today: CivilDate,
        title: String,
        looked: Vec<(CentreView, Option<String>)>,
        filter: &Filter,
    ) -> Found {
        let days: Vec<CivilDate> = (0..DAYS)
            .filter_map(|ahead| today.checked_add_days(Days::new(ahead)))
            .collect();
        let mut seats: BTreeMap<CivilDate, u32> = BTreeMap::new();
        for (centre, _) in &looked {
            for session in centre
                .sessions
                .iter()
                .filter(|session| filter.fits(centre, session))
            {
                *seats.entry(session.day).or_default() += filter.free(session);
            }
        }
        let asked = self
            .date
            .parse::<CivilDate>()
            .ok()
            .filter(|day| days.contains(day));
        let first_free = days
            .iter()
            .find(|day| seats.get(day).is_some_and(|free| *free > 0))
            .copied();
        let chosen = asked.or(first_free).unwrap_or(today);
        let day = |day: &CivilDate| Day {
            href: format!("/sessions?{}&date={day}#results", self.query()),
            label: words::day(locale, *day),
            seats: {
                let free = seats.get(day).copied().unwrap_or_default();
                locale.t_with("find-day-seats", &[("count", free.to_string())])
            },
            is_chosen: *day == chosen,
        };
        let mut centres: Vec<Site> = looked
            .iter()
            .filter_map(|(centre, note)| site(locale, centre, note.clone(), chosen, filter))
            .collect();
        let cut = centres.len() > CENTRES;
        centres.truncate(CENTRES);
        let place_and_day = [("place", title), ("date", words::weekday_date(locale, chosen))];
        Found {
            title: locale.t_with("find-results", &place_and_day),
            days: days.iter().map(day).collect(),
            centres,
            cut,
        }
    }

    /// The search without its day.
    fn query(&self) -> String {
        let fields = [
            ("pincode", &self.pincode),
            ("state", &self.state),
            ("district", &self.district),
            ("age", &self.age),
            ("vaccine", &self.vaccine),
            ("fee", &self.fee),
            ("dose", &self.dose),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
        given
            .map(|(name, value)| format!("{name}={}", query_value(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
}

/// The pincode and its neighbours, nearest first.
fn around(locale: Locale, pincode: Pincode) -> Vec<(Place, Option<String>)> {
    let note = |(near, km): (Pincode, f64)| {
        let number = ("pincode", near.number().to_string());
        let text = if near == pincode {
            locale.t_with("find-here", &[number])
        } else {
            locale.t_with("find-distance", &[number, ("km", format!("{:.0}", km.max(1.0)))])
        };
        (Place::Pincode(near), Some(text))
    };
    place::nearest(pincode, WITHIN_KM, NEIGHBOURS)
        .into_iter()
        .map(note)
        .collect()
}

impl Filter {
    fn fits(&self, centre: &CentreView, session: &SessionView) -> bool {
        let ages = session.ages;
        let age = self
            .age
            .is_none_or(|age| ages.min() <= age && ages.max().is_none_or(|max| age <= max));
        let vaccine = self.vaccine.is_none_or(|vaccine| vaccine == session.vaccine);
        let is_free = centre.fee(session.vaccine) == Fee::FREE;
        let fee = self
            .fee
            .is_none_or(|wanted| (wanted == FeeWanted::Free) == is_free);
        let dose = self.dose.is_none_or(|dose| session.free(dose) > 0);
        age && vaccine && fee && dose && !session.slots.is_empty()
    }

    fn free(&self, session: &SessionView) -> u32 {
        match self.dose {
            Some(dose) => session.free(dose),
            None => DoseNumber::ALL.iter().map(|dose| session.free(*dose)).sum(),
        }
    }
}

/// A centre with what it offers on that day; `None` when that is nothing.
fn site(
    locale: Locale,
    centre: &CentreView,
    note: Option<String>,
    day: CivilDate,
    filter: &Filter,
) -> Option<Site> {
    let fitting = centre
        .sessions
        .iter()
        .filter(|session| session.day == day && filter.fits(centre, session));
    let sessions: Vec<Offer> = fitting.map(|session| offer(locale, centre, session)).collect();
    let facts = &centre.centre;
    (!sessions.is_empty()).then(|| Site {
        id: facts.id.number(),
        name: facts.name.clone(),
        address: facts.location.clone(),
        place: note.unwrap_or_else(|| {
            locale.t_with("find-here", &[("pincode", facts.pincode.number().to_string())])
        }),
        kind: words::centre_kind(locale, facts.kind),
        sessions,
    })
}

fn offer(locale: Locale, centre: &CentreView, session: &SessionView) -> Offer {
    let seats = DoseNumber::ALL
        .into_iter()
        .filter(|dose| session.free(*dose) > 0)
        .map(|dose| {
            let count = ("count", session.free(dose).to_string());
            locale.t_with("find-seats", &[("dose", words::dose(locale, dose)), count])
        });
    let ends = (session.slots.first(), session.slots.last());
    let hours = match ends {
        (Some(first), Some(last)) => locale.t_with(
            "find-hours",
            &[
                ("from", words::time(locale, first.slot.start())),
                ("to", words::time(locale, last.slot.end())),
            ],
        ),
        _ => String::new(),
    };
    Offer {
        id: session.id.to_string(),
        title: locale.t_with(
            "find-session",
            &[
                ("vaccine", words::vaccine(locale, session.vaccine)),
                ("ages", words::ages(locale, session.ages)),
            ],
        ),
        fee: words::fee(locale, centre.fee(session.vaccine)),
        hours,
        seats: seats.collect(),
        book: locale.t_with("find-book", &[("centre", centre.centre.name.clone())]),
    }
}

impl SessionsPage {
    fn new(page: Page, nav: Nav, search: &Search, form: FormState, found: Option<Found>) -> Self {
        let locale = page.locale;
        let any = || std::iter::once(Choice::new("", page.t("answer-any")));
        let state = |state: &place::State| {
            Choice::new(state.id.number().to_string(), words::state_name(locale, state))
        };
        let choose = Choice::new("", page.t("find-state-choose"));
        let vaccine = |vaccine: Vaccine| Choice::new(vaccine.name(), words::vaccine(locale, vaccine));
        let dose = |dose: DoseNumber| Choice::new(dose.to_string(), words::dose(locale, dose));
        let fees = [
            Choice::new("free", page.t("find-fee-free")),
            Choice::new("paid", page.t("find-fee-paid")),
        ];
        let narrowed = [&search.age, &search.vaccine, &search.fee, &search.dose];
        Self {
            nav,
            states: std::iter::once(choose)
                .chain(place::states().iter().map(state))
                .collect(),
            districts: districts(&page, &search.state),
            vaccines: any().chain(Vaccine::ALL.map(vaccine)).collect(),
            fees: any().chain(fees).collect(),
            doses: any().chain(DoseNumber::ALL.map(dose)).collect(),
            open_district: !search.state.is_empty(),
            open_filters: narrowed.iter().any(|value| !value.is_empty()),
            form,
            found,
            page,
        }
    }
}

fn districts(page: &Page, state: &str) -> Vec<Choice> {
    let Ok(state) = StateId::parse(state) else {
        return Vec::new();
    };
    let choose = Choice::new("", page.t("find-district-choose"));
    let named =
        |district: &place::District| Choice::new(district.id.number().to_string(), district.name.trim());
    std::iter::once(choose)
        .chain(place::districts_of(state).map(named))
        .collect()
}

#[cfg(test)]
impl SessionsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let locale = page.locale;
        let today = CivilDate::from_ymd_opt(2026, 11, 22).unwrap();
        let nav = Nav::outside("/sessions");
        let search = Search {
            pincode: "400001".to_owned(),
            ..Search::default()
        };
        let by_district = Search {
            state: "21".to_owned(),
            age: "x".to_owned(),
            ..Search::default()
        };
        let wrong = by_district
            .filter(by_district.form())
            .1
            .error_at("pincode", Message::new("find-pincode-unknown"));
        let results = |search: &Search| {
            search.results(locale, today, "400001".to_owned(), Vec::new(), &Filter::default())
        };
        let mut full = results(&search);
        full.centres = vec![site_sample(locale)];
        full.cut = true;
        vec![
            Self::new(page.clone(), nav, &Search::default(), FormState::new(), None),
            Self::new(page.clone(), nav, &search, search.form(), Some(results(&search))),
            Self::new(page.clone(), nav, &search, search.form(), Some(full)),
            Self::new(page.clone(), nav, &by_district, wrong, None),
        ]
    }
}

#[cfg(test)]
fn site_sample(locale: Locale) -> Site {
    let offer = |seats: Vec<String>| Offer {
        id: "5a2c7ae9-0a2c-4b8b-8a53-000000000001".to_owned(),
        title: locale.t_with(
            "find-session",
            &[
                ("vaccine", words::vaccine(locale, Vaccine::Covishield)),
                ("ages", "18+".to_owned()),
            ],
        ),
        fee: words::fee(locale, Fee::from_rupees(250).unwrap()),
        hours: "9:00 – 13:00".to_owned(),
        seats,
        book: locale.t_with("find-book", &[("centre", "Kamla Nehru Dispensary".to_owned())]),
    };
    let seats = locale.t_with(
        "find-seats",
        &[
            ("dose", words::dose(locale, DoseNumber::First)),
            ("count", "40".to_owned()),
        ],
    );
    Site {
        id: 12,
        name: "Kamla Nehru Dispensary".to_owned(),
        address: "12 Hospital Lane, Fort".to_owned(),
        place: locale.t_with(
            "find-distance",
            &[("pincode", "400003".to_owned()), ("km", "2".to_owned())],
        ),
        kind: words::centre_kind(locale, pramaan_domain::centre::CentreKind::Government),
        sessions: vec![offer(vec![seats]), offer(Vec::new())],
    }
}
