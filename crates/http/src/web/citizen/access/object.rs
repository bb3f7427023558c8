//! "This was not right": the form for one entry of the list, for the household and for whoever came with a printed card.

#[cfg(test)]
use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use pramaan_app::access_list::{Cursor, Line};
use pramaan_app::objection::{Ground, Objecting, Whose, Words, due};
use pramaan_app::{Citizen, Refusal};
use serde::Deserialize;

use super::objected::ground;
use super::{Names, centre_name, cursor, entry};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::citizen::layout::Nav;
use crate::web::citizen::login::LoginPage;
use crate::web::citizen::refusal;
use crate::web::citizen::visitor::{SignedIn, Visitor};
use crate::web::csrf::CsrfForm;
use crate::web::done;
use crate::web::error_page::{form_status, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Said};
use crate::web::page::Page;
use crate::web::words;

/// What the list tells when an objection was made.
pub(super) const OBJECTED: &str = "objected";

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
    /// "The district has to answer by …".
    lead: String,
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

/// Which entry an address names, in whose list.
pub(in crate::web::citizen) struct Asked {
    whose: Whose,
    index: u64,
    /// The list's own address.
    list: String,
    nav: Nav,
    /// As the access log has them: what shows the form, and what sends it.
    requests: [&'static str; 2],
}

impl Asked {
    /// # Errors
    /// `UnknownBeneficiary` for a place that is none, `NoEntry` for a number that is none.
    fn of_member((place, entry): &(String, String)) -> Result<Self, Refusal> {
        let number = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
        Ok(Self {
            whose: Whose::Member(number),
            index: entry.parse().map_err(|_| Refusal::NoEntry)?,
            list: format!("/household/{number}/access"),
            nav: Nav::inside("/household"),
            requests: [
                "GET /household/{place}/access/{entry}/object",
                "POST /household/{place}/access/{entry}/object",
            ],
        })
    }

    /// # Errors
    /// `NoEntry` for a number that is none.
    pub(in crate::web::citizen) fn by_card(entry: &str) -> Result<Self, Refusal> {
        Ok(Self {
            whose: Whose::CardHolder,
            index: entry.parse().map_err(|_| Refusal::NoEntry)?,
            list: "/card/access".to_owned(),
            nav: Nav::outside("/card"),
            requests: [
                "GET /card/access/{entry}/object",
                "POST /card/access/{entry}/object",
            ],
        })
    }

    pub(in crate::web::citizen) fn action(&self) -> String {
        format!("{}/{}/object", self.list, self.index)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::web::citizen) struct Part {
    before: String,
}

pub(super) async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(path): Path<(String, String)>,
    part: Result<Query<Part>, CowinError>,
) -> Response {
    let locale = page.locale;
    let shown = match Asked::of_member(&path) {
        Ok(asked) => form(&front, page, &citizen, (&asked, part)).await,
        Err(refused) => Err(refused),
    };
    shown.unwrap_or_else(|refused| refusal::page(locale, &refused))
}

/// The empty form.
pub(in crate::web::citizen) async fn form(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    (asked, part): (&Asked, Result<Query<Part>, CowinError>),
) -> Result<Response, Refusal> {
    let typed = Typed {
        before: part.map(|Query(part)| part.before).unwrap_or_default(),
        ..Typed::default()
    };
    let [request, _] = asked.requests;
    again(front, page, citizen, (asked, &typed, typed.form()), request).await
}

pub(super) async fn send(
    State(front): State<Front>,
    page: Page,
    visitor: Visitor,
    Path(path): Path<(String, String)>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let locale = page.locale;
    let asked = match Asked::of_member(&path) {
        Ok(asked) => asked,
        Err(refused) => return refusal::page(locale, &refused),
    };
    let action = asked.action();
    let Visitor::Citizen(citizen) = visitor else {
        return LoginPage::keeping(&front, page, &visitor, (&action, &typed.carry()));
    };
    let sent = sent(&front, page.clone(), &citizen, (&asked, &typed)).await;
    sent.unwrap_or_else(|refused| refusal::page_keeping(page, &refused, (&action, &typed)))
}

/// What a form that was sent leads to: the list, or the form again with what was wrong.
///
/// # Errors
/// When the list was not opened.
pub(in crate::web::citizen) async fn sent(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    (asked, typed): (&Asked, &Typed),
) -> Result<Response, Refusal> {
    let [_, request] = asked.requests;
    if typed.step == kept::STEP {
        let kept = kept::back(front, citizen.typist(), &asked.action(), &typed.kept);
        let typed: Typed = kept.unwrap_or_default();
        return again(front, page, citizen, (asked, &typed, typed.form()), request).await;
    }
    let (ground, words) = match typed.parse() {
        Ok(read) => read,
        Err(form) => {
            let again = again(front, page, citizen, (asked, typed, form), request).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
        }
    };
    let objecting = Objecting {
        index: asked.index,
        before: typed.before(),
        ground,
        words,
    };
    match front.app.object(citizen, asked.whose, objecting, request).await {
        Ok(_) => Ok(told(front, citizen, asked)),
        Err(refused @ Refusal::TooManyObjections) => {
            let form = typed
                .form()
                .error_at("ground", Message::new("objection-too-many"));
            let again = again(front, page, citizen, (asked, typed, form), request).await?;
            Ok((form_status(&refused), again).into_response())
        }
        Err(refused) => Err(refused),
    }
}

fn told(front: &Front, citizen: &Citizen, asked: &Asked) -> Response {
    let place = done::Place {
        typist: citizen.typist(),
        path: &asked.list,
    };
    let answer = Redirect::to(&asked.list).into_response();
    done::tell(front, place, OBJECTED, answer)
}

/// The form with what was typed, beside the entry.
async fn again(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    (asked, typed, form): (&Asked, &Typed, FormState),
    request: &'static str,
) -> Result<Response, Refusal> {
    let which = (asked.index, typed.before());
    let line = front
        .app
        .objectionable(citizen, asked.whose, which, request)
        .await?;
    let partner = front.app.partner_names().await?;
    let centre = |number| centre_name(front, number);
    let names = Names {
        centre: &centre,
        partner: &partner,
    };
    let due = words::date(page.locale, due(front.app.now()).date());
    Ok(render(&ObjectPage::new(page, (asked, form), (&line, names), due)))
}

impl ObjectPage {
    fn new(
        page: Page,
        (asked, form): (&Asked, FormState),
        (line, names): (&Line, Names<'_>),
        due: String,
    ) -> Self {
        let locale = page.locale;
        let choice = |one: Ground| Choice::new(one.code(), locale.t(ground(one)));
        Self {
            nav: asked.nav,
            action: asked.action(),
            back: asked.list.clone(),
            entry: entry(locale, &super::Visit::of(line), names),
            grounds: Ground::ALL.map(choice).into(),
            lead: page.t1("objection-lead", "when", due),
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
        let member = Asked::of_member(&("1".to_owned(), "4711".to_owned())).unwrap();
        let by_card = Asked::by_card("4711").unwrap();
        let centre = |_| Some("Kamla Nehru Dispensary, Fort".to_owned());
        let partner = HashMap::new();
        let names = Names {
            centre: &centre,
            partner: &partner,
        };
        let line = super::sample_line();
        let wrong = Typed::sample()
            .form()
            .error_at("ground", Message::new("objection-ground-wrong"))
            .error_at("words", Message::new("objection-words-wrong"));
        [(&member, FormState::new()), (&by_card, wrong)]
            .map(|asked| Self::new(page.clone(), asked, (&line, names), "10:12".to_owned()))
            .into()
    }
}
