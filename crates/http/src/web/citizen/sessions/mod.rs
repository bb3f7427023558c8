//! Finding a session: by pincode with its neighbours, or by district; day by day; without a login.

mod search;

use search::{Found, Search};

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::number_id::StateId;
use pramaan_domain::place;
use pramaan_domain::vaccine::Vaccine;

use super::layout::Nav;
use super::visitor::Visitor;
use super::words;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState};
use crate::web::front::Front;
use crate::web::page::Page;

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
mod samples {
    use pramaan_domain::centre::Fee;
    use pramaan_domain::time::CivilDate;

    use super::search::{Filter, Offer, Site};
    use super::*;
    use crate::web::form::Message;
    use crate::web::i18n::Locale;

    impl SessionsPage {
        pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
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
}
