//! "This was not right": the form for one entry of the list.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use pramaan_app::access_list::{Cursor, Line};
use pramaan_app::objection::{ANSWER_DAYS, Ground, Objecting, Words};
use pramaan_app::{Citizen, Refusal};
use serde::Deserialize;

use super::objected::ground;
use super::{Names, centre_name, cursor, entry};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::citizen::layout::Nav;
use crate::web::citizen::login::LoginPage;
use crate::web::citizen::member::Shown;
use crate::web::citizen::refusal;
use crate::web::citizen::visitor::{SignedIn, Visitor};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_status, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Said};
use crate::web::page::Page;

const SHOW: &str = "GET /household/{place}/access/{entry}/object";
const SEND: &str = "POST /household/{place}/access/{entry}/object";

#[derive(Template)]
#[template(path = "citizen/object.html")]
pub(in crate::web) struct ObjectPage {
    page: Page,
    nav: Nav,
    form: FormState,
    action: String,
    back: String,
    entry: super::Entry,
    grounds: Vec<Choice>,
    days: i64,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web::citizen) struct Typed {
    ground: String,
    words: String,
    /// On which page of the list the entry stood; empty for the newest.
    before: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("ground", &self.ground),
            ("words", &self.words),
            ("before", &self.before),
        ]
    }
}

impl Said for Typed {
    fn said(&self, locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        Some(match field {
            "ground" => {
                let said = Ground::from_code(value).map(|one| locale.t(ground(one)));
                ("objection-ground", said.unwrap_or_else(|| value.to_owned()))
            }
            "words" => ("objection-words", value.trim().to_owned()),
            _ => return None,
        })
    }
}

impl Typed {
    fn parse(&self) -> Result<(Ground, Words), FormState> {
        let wrong = |field, id| self.form().error_at(field, Message::new(id));
        let ground =
            Ground::from_code(&self.ground).ok_or_else(|| wrong("ground", "objection-ground-wrong"))?;
        let words = Words::parse(&self.words).map_err(|_| wrong("words", "objection-words-wrong"))?;
        match ground.needs_words() && words.is_empty() {
            true => Err(wrong("words", "objection-words-needed")),
            false => Ok((ground, words)),
        }
    }

    fn before(&self) -> Option<Cursor> {
        cursor(&self.before)
    }
}

/// Which entry an address names.
struct Asked<'a> {
    place: &'a str,
    index: u64,
}

impl<'a> Asked<'a> {
    fn of((place, entry): &'a (String, String)) -> Result<Self, Refusal> {
        let index = entry.parse().map_err(|_| Refusal::NoEntry)?;
        Ok(Self { place, index })
    }

    fn action(&self) -> String {
        format!("/household/{}/access/{}/object", self.place, self.index)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Part {
    before: String,
}

pub(super) async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(path): Path<(String, String)>,
    part: Result<Query<Part>, CowinError>,
) -> Response {
    let typed = Typed {
        before: part.map(|Query(part)| part.before).unwrap_or_default(),
        ..Typed::default()
    };
    match Asked::of(&path) {
        Ok(asked) => {
            let form = typed.form();
            again(&front, page, &citizen, (&asked, &typed, form), SHOW).await
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

pub(super) async fn send(
    State(front): State<Front>,
    page: Page,
    visitor: Visitor,
    Path(path): Path<(String, String)>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let asked = match Asked::of(&path) {
        Ok(asked) => asked,
        Err(refused) => return refusal::page(page.locale, &refused),
    };
    let action = asked.action();
    let Visitor::Citizen(citizen) = visitor else {
        return LoginPage::keeping(&front, page, &visitor, (&action, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, citizen.typist(), &action, &typed.kept).unwrap_or_default();
        let form = typed.form();
        return again(&front, page, &citizen, (&asked, &typed, form), SEND).await;
    }
    let (ground, words) = match typed.parse() {
        Ok(read) => read,
        Err(form) => {
            let again = again(&front, page, &citizen, (&asked, &typed, form), SEND).await;
            return (StatusCode::UNPROCESSABLE_ENTITY, again).into_response();
        }
    };
    let objecting = Objecting {
        index: asked.index,
        before: typed.before(),
        ground,
        words,
    };
    match made(&front, &citizen, (&asked, objecting), page.locale).await {
        Ok(()) => {
            let list = format!("/household/{}/access?done=objected", asked.place);
            Redirect::to(&list).into_response()
        }
        Err(refused @ Refusal::TooManyObjections) => {
            let form = typed
                .form()
                .error_at("ground", Message::new("objection-too-many"));
            let again = again(&front, page, &citizen, (&asked, &typed, form), SEND).await;
            (form_status(&refused), again).into_response()
        }
        Err(refused) => refusal::page_keeping(page, &refused, (&action, &typed)),
    }
}

async fn made(
    front: &Front,
    citizen: &Citizen,
    (asked, objecting): (&Asked<'_>, Objecting),
    locale: Locale,
) -> Result<(), Refusal> {
    let member = Shown::at(front, citizen, asked.place, SEND, locale).await?;
    let id = member.reference_id.ok_or(Refusal::UnknownBeneficiary)?;
    front.app.object(citizen, id, objecting, SEND).await?;
    Ok(())
}

/// The form with what was typed, beside the entry.
async fn again(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    (asked, typed, form): (&Asked<'_>, &Typed, FormState),
    request: &'static str,
) -> Response {
    match looked_at(front, citizen, (asked, typed), (request, page.locale)).await {
        Ok((line, partner)) => {
            let centre = |number| centre_name(front, number);
            let names = Names {
                centre: &centre,
                partner: &partner,
            };
            render(&ObjectPage::new(page, (asked, form), &line, names))
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn looked_at(
    front: &Front,
    citizen: &Citizen,
    (asked, typed): (&Asked<'_>, &Typed),
    (request, locale): (&'static str, Locale),
) -> Result<(Line, std::collections::HashMap<u64, String>), Refusal> {
    let member = Shown::at(front, citizen, asked.place, request, locale).await?;
    let id = member.reference_id.ok_or(Refusal::UnknownBeneficiary)?;
    let which = (asked.index, typed.before());
    let line = front.app.objectionable(citizen, id, which, request).await?;
    Ok((line, front.app.partner_names().await?))
}

impl ObjectPage {
    fn new(page: Page, (asked, form): (&Asked<'_>, FormState), line: &Line, names: Names<'_>) -> Self {
        let locale = page.locale;
        let choice = |one: Ground| Choice::new(one.code(), locale.t(ground(one)));
        Self {
            nav: Nav::inside("/household"),
            action: asked.action(),
            back: format!("/household/{}/access", asked.place),
            entry: entry(locale, &super::Visit::of(line), names),
            grounds: Ground::ALL.map(choice).into(),
            days: ANSWER_DAYS,
            page,
            form,
        }
    }
}

#[cfg(test)]
impl Typed {
    pub(in crate::web::citizen) fn sample() -> Self {
        Self {
            ground: "other".to_owned(),
            words: "4711".to_owned(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
impl ObjectPage {
    pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
        let asked = Asked {
            place: "1",
            index: 4711,
        };
        let centre = |_| Some("Kamla Nehru Dispensary, Fort".to_owned());
        let partner = std::collections::HashMap::new();
        let names = Names {
            centre: &centre,
            partner: &partner,
        };
        let line = super::sample_line();
        let wrong = Typed::sample()
            .form()
            .error_at("ground", Message::new("objection-ground-wrong"))
            .error_at("words", Message::new("objection-words-wrong"));
        [FormState::new(), wrong]
            .map(|form| Self::new(page.clone(), (&asked, form), &line, names))
            .into()
    }
}
