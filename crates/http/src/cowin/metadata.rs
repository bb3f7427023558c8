//! States, districts, photo-ID types and genders: cowin-api section 2. No login, no data about people.

use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::routing::get;
use http::HeaderMap;
use http::header::{ACCEPT_LANGUAGE, HeaderName, VARY};
use pramaan_app::App;
use pramaan_app::message::Language;
use pramaan_domain::document::DocumentType;
use pramaan_domain::gender::Gender;
use pramaan_domain::number_id::StateId;
use pramaan_domain::place;

use super::wire::metadata as wire;
use super::wire::{Answer, TTL};
use crate::web::i18n::Locale;

/// An answer that may hold names in Hindi: a shared cache must not give them to readers of English.
pub(super) type ByLanguage<T> = ([(HeaderName, &'static str); 1], Answer<T>);

pub(super) fn by_language<T>(answer: T) -> ByLanguage<T> {
    ([(VARY, "accept-language")], Answer(answer))
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/v2/admin/location/states", get(states))
        .route("/v2/admin/location/districts/{state_id}", get(districts))
        .route("/v2/registration/beneficiary/idTypes", get(id_types))
        .route("/v2/registration/beneficiary/genders", get(genders))
}

async fn states(headers: HeaderMap) -> ByLanguage<wire::States> {
    let hindi = asks_for_hindi(&headers);
    let state = |state: &place::State| wire::State {
        state_id: small(state.id.number()),
        state_name: state.name.to_owned(),
        state_name_l: hindi.then(|| state.name_hi.to_owned()),
    };
    by_language(wire::States {
        states: place::states().iter().map(state).collect(),
        ttl: TTL,
    })
}

/// An unknown state has no districts, and neither has a path that is no text: clients loop over all numbers and read the
/// list.
async fn districts(
    state: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> ByLanguage<wire::Districts> {
    let state = state.map_or_else(|_| String::new(), |Path(state)| state);
    let hindi = asks_for_hindi(&headers);
    let district = |district: &place::District| wire::District {
        district_id: small(district.id.number()),
        district_name: district.name.to_owned(),
        district_name_l: hindi.then(|| district.name.to_owned()),
    };
    let districts = match StateId::parse(&state) {
        Ok(state) => place::districts_of(state).map(district).collect(),
        Err(_) => Vec::new(),
    };
    by_language(wire::Districts { districts, ttl: TTL })
}

async fn id_types(headers: HeaderMap) -> ByLanguage<wire::IdTypes> {
    let hindi = asks_for_hindi(&headers);
    let id_type = |kind: &DocumentType| wire::IdType {
        id: u8::try_from(kind.id()).unwrap_or(0),
        name: kind.name().to_owned(),
        name_l: hindi.then(|| Locale::Hi.t(&format!("document-{}", kind.id()))),
    };
    by_language(wire::IdTypes {
        types: DocumentType::ALL.iter().map(id_type).collect(),
        ttl: TTL,
    })
}

/// CoWIN's three; transgender and other people are "Others" on this wire, and themselves on our own pages.
async fn genders(headers: HeaderMap) -> ByLanguage<wire::Genders> {
    let hindi = asks_for_hindi(&headers);
    let gender = |(gender, text): (Gender, &str)| wire::Gender {
        id: u8::try_from(gender.cowin_id()).unwrap_or(0),
        gender: gender.cowin_name().to_owned(),
        gender_l: hindi.then(|| Locale::Hi.t(text)),
    };
    let shown = [
        (Gender::Male, "gender-male"),
        (Gender::Female, "gender-female"),
        (Gender::Other, "gender-other"),
    ];
    let genders = shown.map(gender).into();
    by_language(wire::Genders { genders, ttl: TTL })
}

/// CoWIN wrote the language with an underscore: `hi_IN`.
pub(super) fn asks_for_hindi(headers: &HeaderMap) -> bool {
    let language = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    language.trim_start().to_ascii_lowercase().starts_with("hi")
}

/// The language that a client says it speaks; `None` when it says nothing. What is neither Hindi nor English gets English.
pub(super) fn spoken(headers: &HeaderMap) -> Option<Language> {
    headers
        .contains_key(ACCEPT_LANGUAGE)
        .then(|| match asks_for_hindi(headers) {
            true => Language::Hindi,
            false => Language::English,
        })
}

fn small(id: i64) -> i16 {
    i16::try_from(id).unwrap_or(0)
}
