//! One thing done with one batch: open a vial, waste, count, send back, take a receipt back. One form, whose fields the act
//! says.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::stock::{Change, Counted, Doing, From};
use pramaan_app::{FormKey, Refusal, Staff};
use pramaan_domain::staff::Reason;
use pramaan_domain::stock::{Account, BatchKey, Doses, Shelf, Waste};
use pramaan_domain::time::Timestamp;
use serde::Deserialize;

use super::dose_form::keep;
use super::duty::{Duty, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::stock::{BATCH, HERE as STOCK};
use super::{refusal, stock_words};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

const HERE: &str = "/staff/stock/act";
const CLOSED: &str = "closed";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(act))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Open,
    Waste,
    Count,
    Return,
    TakeBack,
}

impl Act {
    pub(super) const ALL: [Self; 5] = [Self::Open, Self::Waste, Self::Count, Self::Return, Self::TakeBack];

    const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waste => "waste",
            Self::Count => "count",
            Self::Return => "return",
            Self::TakeBack => "take-back",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == text)
    }

    /// The text of the link that leads to it, its heading and its button.
    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Open => "stock-act-open",
            Self::Waste => "stock-act-waste",
            Self::Count => "stock-act-count",
            Self::Return => "stock-act-return",
            Self::TakeBack => "stock-act-take-back",
        }
    }

    const fn lead(self) -> &'static str {
        match self {
            Self::Open => "stock-lead-open",
            Self::Waste => "stock-lead-waste",
            Self::Count => "stock-lead-count",
            Self::Return => "stock-lead-return",
            Self::TakeBack => "stock-lead-take-back",
        }
    }

    const fn doses_label(self) -> &'static str {
        match self {
            Self::Open | Self::Waste => "stock-doses-wasted",
            Self::Count => "stock-doses-counted",
            Self::Return => "stock-doses-returned",
            Self::TakeBack => "stock-doses-taken-back",
        }
    }

    const fn note_hint(self) -> &'static str {
        match self {
            Self::Open | Self::Waste => "stock-note-hint-waste",
            Self::Count => "stock-note-hint-count",
            Self::Return | Self::TakeBack => "stock-note-hint",
        }
    }

    /// Who uses the doses does not write off what is missing.
    pub(super) fn is_for(self, nav: Nav) -> bool {
        match self {
            Self::Open | Self::Waste => true,
            Self::Count | Self::Return | Self::TakeBack => nav.is_site_manager(),
        }
    }

    pub(super) fn address(self, key: &BatchKey) -> String {
        format!("{}&act={}", stock_words::address(HERE, key), self.code())
    }
}

/// Where what is left in a vial past its time is wasted, all of it and with that reason filled in.
pub(super) fn waste_of_vial(key: &BatchKey, vial: i64) -> String {
    format!("{}&from={vial}", Act::Waste.address(key))
}

#[derive(Template)]
#[template(path = "staff/stock_act.html")]
pub(super) struct ActPage {
    page: Page,
    nav: Nav,
    form: FormState,
    act: Act,
    batch: String,
    back: String,
    places: Vec<Choice>,
    wastes: Vec<Choice>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    vaccine: String,
    batch: String,
    act: String,
    from: String,
    doses: String,
    waste: String,
    note: String,
    key: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("vaccine", &self.vaccine),
            ("batch", &self.batch),
            ("act", &self.act),
            ("from", &self.from),
            ("doses", &self.doses),
            ("waste", &self.waste),
            ("note", &self.note),
            ("key", &self.key),
        ]
    }
}

/// What a form asks for.
enum Wanted {
    Change(Doing),
    Count { doses: u32, note: Option<Reason> },
}

impl Typed {
    fn key_and_act(&self) -> Option<(BatchKey, Act)> {
        let key = stock_words::key_of(&self.vaccine, &self.batch)?;
        Some((key, Act::parse(&self.act)?))
    }

    /// What is in a vial past its time is proposed as waste, all of it; so is a whole closed vial of any other.
    fn suggested(self, shelf: &Shelf, now: Timestamp) -> Self {
        if Act::parse(&self.act) != Some(Act::Waste) {
            return self;
        }
        let number = self.from.parse::<i64>().ok();
        let Some(vial) = shelf.vials.iter().find(|vial| Some(vial.number) == number) else {
            return Self {
                from: CLOSED.to_owned(),
                ..self
            };
        };
        let waste = match vial.is_past(shelf.key.vaccine, now) {
            true => Waste::OpenVial.code().to_owned(),
            false => self.waste,
        };
        Self {
            doses: vial.left.to_string(),
            waste,
            ..self
        }
    }

    /// # Errors
    /// The form with an error beside each field that cannot be read.
    fn parse(&self, act: Act) -> Result<Wanted, FormState> {
        let note = match self.note.trim() {
            "" => Some(None),
            text => Reason::parse(text).ok().map(Some),
        };
        let (form, note) = keep(self.form(), "note", note, "evidence-reason-shape");
        let Some(note) = note else {
            return Err(form);
        };
        if act == Act::Open {
            return Ok(Wanted::Change(Doing::OpenVial));
        }
        if act == Act::Count {
            let doses = self.doses.trim().parse::<u32>();
            let wrong = |_| form.error_at("doses", Message::new("stock-count-wrong"));
            return Ok(Wanted::Count {
                doses: doses.map_err(wrong)?,
                note,
            });
        }
        let Ok(doses) = Doses::parse(&self.doses) else {
            return Err(form.error_at("doses", Message::new("stock-doses-wrong")));
        };
        let doing = match (act, note) {
            (Act::Waste, note) => self.waste(form, doses, note)?,
            (_, None) => return Err(form.error_at("note", Message::new("stock-note-needed"))),
            (Act::Return, Some(note)) => Doing::Return { doses, note },
            (_, Some(note)) => Doing::TakeBackReceipt { doses, note },
        };
        Ok(Wanted::Change(doing))
    }

    fn waste(&self, form: FormState, doses: Doses, note: Option<Reason>) -> Result<Doing, FormState> {
        let from = match (self.from.as_str(), self.from.parse()) {
            (CLOSED, _) => From::Closed,
            (_, Ok(vial)) => From::Vial(vial),
            _ => return Err(form.error_at("from", Message::new("stock-from-choose"))),
        };
        match Waste::parse(&self.waste) {
            Ok(Waste::Other) if note.is_none() => {
                Err(form.error_at("note", Message::new("stock-note-needed")))
            }
            Ok(waste) => Ok(Doing::Waste {
                from,
                doses,
                waste,
                note,
            }),
            Err(_) => Err(form.error_at("waste", Message::new("stock-waste-choose"))),
        }
    }
}

/// What a link names.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    vaccine: String,
    batch: String,
    act: String,
    from: String,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    asked: Result<Query<Asked>, CowinError>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let asked = Typed {
        vaccine: asked.vaccine,
        batch: asked.batch,
        act: asked.act,
        from: asked.from,
        key: front.fresh_name(),
        ..Typed::default()
    };
    answer(&front, page, &staff, asked.clone(), |shelf, now| {
        asked.suggested(shelf, now).form()
    })
    .await
}

/// The page of an act on a batch, its form made from what there is.
async fn answer(
    front: &Front,
    page: Page,
    staff: &Staff,
    typed: Typed,
    form: impl FnOnce(&Shelf, Timestamp) -> FormState,
) -> Response {
    let nav = Nav::of(staff, STOCK);
    let Some((key, act)) = typed.key_and_act() else {
        return refusal::page(page, nav, &Refusal::UnknownBatch);
    };
    if !act.is_for(nav) {
        return refusal::page(page, nav, &Refusal::Forbidden);
    }
    match front.app.stock_batch(staff, key).await {
        Ok(batch) if batch.shelf.batch.is_none() => refusal::page(page, nav, &Refusal::UnknownBatch),
        Ok(batch) => {
            let now = front.app.now();
            let form = form(&batch.shelf, now);
            render(&ActPage::new(page, nav, form, (act, &batch.shelf), now))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn act(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
        let form = typed.form();
        return answer(&front, page, &staff, typed, |_, _| form).await;
    }
    let nav = Nav::of(&staff, STOCK);
    let Some((key, act)) = typed.key_and_act() else {
        return refusal::page(page, nav, &Refusal::UnknownBatch);
    };
    let form = match (typed.parse(act), FormKey::parse(&typed.key)) {
        (Err(form), _) => form,
        (Ok(_), Err(_)) => return refusal::page(page, nav, &Refusal::UnknownBatch),
        (Ok(wanted), Ok(once)) => match do_it(&front, &staff, key.clone(), wanted, &once).await {
            Ok(()) => {
                let to = format!("{}&done=saved", stock_words::address(BATCH, &key));
                return Redirect::to(&to).into_response();
            }
            Err(refused) => match beside(&refused) {
                Some((field, message)) => typed.form().error_at(field, message),
                None => return refusal::page_keeping(page, nav, &refused, LeftOver::sent(HERE, &typed)),
            },
        },
    };
    let again = answer(&front, page, &staff, typed, |_, _| form).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

async fn do_it(
    front: &Front,
    staff: &Staff,
    key: BatchKey,
    wanted: Wanted,
    once: &FormKey,
) -> Result<(), Refusal> {
    match wanted {
        Wanted::Change(doing) => front.app.change_stock(staff, Change { key, doing }, once).await,
        Wanted::Count { doses, note } => {
            let counted = vec![Counted { key, doses, note }];
            front.app.count_stock(staff, counted, once).await.map(drop)
        }
    }
}

/// Beside which field a refusal belongs.
fn beside(refusal: &Refusal) -> Option<(&'static str, Message)> {
    Some(match refusal {
        Refusal::ShortOfStock { there } => ("doses", Message::new("stock-short").with("there", there)),
        Refusal::Invalid { field: "note", .. } => ("note", Message::new("stock-variance")),
        Refusal::Invalid { field: "doses", .. } => ("doses", Message::new("stock-count-wrong")),
        _ => return None,
    })
}

impl ActPage {
    fn new(page: Page, nav: Nav, form: FormState, (act, shelf): (Act, &Shelf), now: Timestamp) -> Self {
        let locale: Locale = page.locale;
        Self {
            batch: stock_words::batch(locale, &shelf.key),
            back: stock_words::address(BATCH, &shelf.key),
            places: places(locale, shelf, now),
            wastes: stock_words::waste_choices(locale),
            page,
            nav,
            form,
            act,
        }
    }

    fn asks_place(&self) -> bool {
        self.act == Act::Waste
    }

    fn asks_doses(&self) -> bool {
        self.act != Act::Open
    }
}

/// The closed vials, and each open one.
fn places(locale: Locale, shelf: &Shelf, now: Timestamp) -> Vec<Choice> {
    let closed = shelf.ledger.balance(Account::OnHand);
    let closed = locale.t_with("stock-closed", &[("doses", closed.to_string())]);
    let open = shelf.vials.iter().map(|vial| {
        let said = stock_words::vial(locale, shelf.key.vaccine, vial, now);
        Choice::new(vial.number.to_string(), said)
    });
    std::iter::once(Choice::new(CLOSED, closed)).chain(open).collect()
}

#[cfg(test)]
impl ActPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use super::stock::{SAMPLE_NOW, sample_shelf};
        let shelf = sample_shelf(SAMPLE_NOW);
        let nav = Nav::role(pramaan_app::StaffRole::SiteManager, STOCK);
        let new = |act, form| Self::new(page.clone(), nav, form, (act, &shelf), SAMPLE_NOW);
        let mut samples: Vec<Self> = Act::ALL.map(|act| new(act, FormState::new())).into();
        let short = Refusal::ShortOfStock { there: 9 };
        let (field, message) = beside(&short).unwrap();
        samples.push(new(Act::Waste, FormState::new().error_at(field, message)));
        let variance = Message::new("stock-variance");
        samples.push(new(Act::Count, FormState::new().error_at("note", variance)));
        samples
    }
}
