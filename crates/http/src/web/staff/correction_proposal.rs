//! What somebody else proposes to become of a dose, shown to the second person. It names nobody.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::Staff;
use pramaan_app::correction::{Change, Decision, Proposed};
use pramaan_app::encounter::Given;
use pramaan_domain::id::ProposalId;
use pramaan_domain::staff::Reason;
use serde::Deserialize;

use super::correction::{CORRECTIONS, change};
use super::duty::{Duty, HOME, Nav, Of, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::proposal::{How, by};
use super::record::body_site;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields, Said};
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/staff/correction/proposal/{proposal}", get(show).post(decide))
}

#[derive(Template)]
#[template(path = "staff/correction_proposal.html")]
pub(super) struct ProposalPage {
    page: Page,
    nav: Nav,
    form: FormState,
    path: String,
    act: String,
    by: String,
    reason: String,
    /// Label, as it stands, as it is to be.
    lines: Vec<(String, String, String)>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// `approve` or `decline`.
    act: String,
    reason: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("act", &self.act), ("reason", &self.reason)]
    }
}

impl Said for Typed {
    fn said(&self, _: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
        (field == "reason").then(|| ("correction-decline-reason", value.trim().to_owned()))
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    Of(id): Of<ProposalId>,
) -> Response {
    let route = "GET /staff/correction/proposal/{proposal}";
    let fresh = (FormState::new(), LeftOver::default());
    shown(&front, page, &staff, (id, fresh), route).await
}

async fn shown(
    front: &Front,
    page: Page,
    staff: &Staff,
    (id, (form, left)): (ProposalId, (FormState, LeftOver)),
    route: &'static str,
) -> Response {
    let nav = Nav::of(staff, HOME);
    match front.app.show_proposal(staff, id, route).await {
        Ok(proposed) => render(&ProposalPage::new(page, nav, form, &proposed)),
        Err(refused) => refusal::unopened_keeping(page, nav, &refused, left),
    }
}

async fn decide(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    Of(id): Of<ProposalId>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let here = CORRECTIONS.proposal(id);
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (&here, &typed.carry()));
    };
    let route = "POST /staff/correction/proposal/{proposal}";
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), &here, &typed.kept).unwrap_or_default();
        let left = LeftOver::of(&front, (&staff, page.locale), &here, &typed);
        return shown(&front, page, &staff, (id, (typed.form(), left)), route).await;
    }
    let left = LeftOver::of(&front, (&staff, page.locale), &here, &typed);
    let (decision, how) = match (typed.act.as_str(), Reason::parse(&typed.reason)) {
        ("approve", _) => (Decision::Approve, How::Approved),
        (_, Ok(reason)) => (Decision::Decline(reason), How::Declined),
        (_, Err(_)) => {
            let form = typed
                .form()
                .error_at("reason", Message::new("evidence-reason-shape"));
            let again = shown(&front, page, &staff, (id, (form, left)), route).await;
            return form_again(StatusCode::UNPROCESSABLE_ENTITY, again);
        }
    };
    match front.app.decide_correction(&staff, id, decision, route).await {
        Ok(()) => Redirect::to(&CORRECTIONS.told(how)).into_response(),
        Err(refused) => refusal::unopened_keeping(page, Nav::of(&staff, HOME), &refused, left),
    }
}

impl ProposalPage {
    fn new(page: Page, nav: Nav, form: FormState, proposed: &Proposed) -> Self {
        let locale = page.locale;
        Self {
            path: CORRECTIONS.proposal(proposed.id),
            act: change(locale, proposed.change),
            by: by(locale, &proposed.staff_code, proposed.proposed_at),
            reason: proposed.reason.as_str().to_owned(),
            lines: lines(locale, proposed),
            page,
            nav,
            form,
        }
    }
}

/// The facts, before and after.
fn lines(locale: Locale, proposed: &Proposed) -> Vec<(String, String, String)> {
    let (before, after) = (proposed.before.as_ref(), &proposed.after);
    let of = |text: &dyn Fn(&Given) -> String| before.map(text).unwrap_or_default();
    let stays = proposed.change != Change::Void;
    let to_be = |text: String| match stays {
        true => text,
        false => locale.t("correction-none"),
    };
    let facts = &after.facts;
    let line = |id, before: String, after: String| (locale.t(id), before, to_be(after));
    vec![
        line(
            "dose-vaccine",
            of(&|given| words::vaccine(locale, given.facts.vaccine)),
            words::vaccine(locale, facts.vaccine),
        ),
        line(
            "dose-number",
            of(&|given| words::dose(locale, given.dose)),
            words::dose(locale, after.number),
        ),
        line(
            "dose-batch",
            of(&|given| given.facts.batch.as_str().to_owned()),
            facts.batch.as_str().to_owned(),
        ),
        line(
            "dose-vial",
            of(&|given| given.facts.vial.clone()),
            facts.vial.clone(),
        ),
        line(
            "dose-time",
            of(&|given| words::instant(locale, given.facts.given_at)),
            words::instant(locale, facts.given_at),
        ),
        line(
            "dose-site",
            of(&|given| body_site(locale, given.facts.site)),
            body_site(locale, facts.site),
        ),
    ]
}

#[cfg(test)]
impl ProposalPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = FormState::new().error_at("reason", Message::new("evidence-reason-shape"));
        let sample = |form| Self {
            page: page.clone(),
            nav: Nav::role(pramaan_app::StaffRole::SiteManager, HOME),
            form,
            path: CORRECTIONS.proposal(ProposalId::from_bytes([7; 16])),
            act: change(page.locale, Change::Correct),
            by: page.t2("correction-proposed-by", "code", "MH-0001", "at", "10:12"),
            reason: "The batch was typed wrong".to_owned(),
            lines: vec![(page.t("dose-batch"), "4121Z025".to_owned(), "4121Z026".to_owned())],
        };
        [FormState::new(), wrong].map(sample).into()
    }
}
