//! Somebody steps in today: by staff code from any centre of the district, or newly invited, in one form.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use pramaan_app::staff::{Invitation, Invitee};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::centre::CentreId;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::DistrictId;
use pramaan_domain::staff::StaffCode;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::invite::InvitedPage;
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

const HERE: &str = "/staff/roster/replacement";
const ROSTER: &str = "/staff/roster";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(replace))
}

#[derive(Template)]
#[template(path = "staff/replacement.html")]
pub(super) struct ReplacementPage {
    page: Page,
    nav: Nav,
    form: FormState,
    ways: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    /// `new` for somebody who has no account yet.
    way: String,
    code: String,
    name: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        vec![("way", &self.way), ("code", &self.code), ("name", &self.name)]
    }
}

async fn show(page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, ROSTER);
    match staff.role() {
        StaffRole::SiteManager => {
            let form = FormState::new().value_of("way", "code");
            render(&ReplacementPage::new(page, nav, form))
        }
        StaffRole::Vaccinator | StaffRole::DistrictAdmin => refusal::page(page, nav, &Refusal::Forbidden),
    }
}

async fn replace(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    let nav = Nav::of(&staff, ROSTER);
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
        return render(&ReplacementPage::new(page, nav, typed.form()));
    }
    match typed.replaced(&front, &staff).await {
        Ok(Some(invitation)) => InvitedPage::answer(page, nav, (&headers, HERE), &invitation),
        Ok(None) => Redirect::to("/staff/roster?done=replaced").into_response(),
        Err(Refusal::Invalid { field, .. }) => {
            let (field, error) = match (field, typed.way.as_str()) {
                ("name", _) => ("name", "invite-name-shape"),
                ("taken", _) => ("code", "invite-code-taken"),
                (_, "new") => ("code", "invite-code-shape"),
                _ => ("code", "replacement-code-unknown"),
            };
            let form = typed.form().error_at(field, Message::new(error));
            let again = ReplacementPage::new(page, nav, form);
            (StatusCode::UNPROCESSABLE_ENTITY, render(&again)).into_response()
        }
        Err(refused) => refusal::page_keeping(page, nav, &refused, LeftOver::sent(HERE, &typed)),
    }
}

impl Typed {
    async fn replaced(&self, front: &Front, staff: &Staff) -> Result<Option<Invitation>, Refusal> {
        let invalid = |field| Refusal::Invalid {
            field,
            sentence: String::new(),
        };
        let code = StaffCode::parse(&self.code).map_err(|_| invalid("code"))?;
        if self.way != "new" {
            return front.app.replace_today(staff, code).await.map(|()| None);
        }
        let invitee = Invitee {
            code,
            name: PersonName::parse(&self.name).map_err(|_| invalid("name"))?,
            role: StaffRole::Vaccinator,
            centre: Some(CentreId::from_number(staff.centre()).map_err(|_| Refusal::Forbidden)?),
            district: DistrictId::from_number(staff.district()).map_err(|_| Refusal::Forbidden)?,
        };
        match front.app.invite_for_today(staff, invitee).await {
            Ok(invitation) => Ok(Some(invitation)),
            Err(Refusal::Invalid { field: "code", .. }) => Err(invalid("taken")),
            Err(refused) => Err(refused),
        }
    }
}

impl ReplacementPage {
    fn new(page: Page, nav: Nav, form: FormState) -> Self {
        let ways = vec![
            Choice::new("code", page.t("replacement-way-code")).hint(page.t("replacement-way-code-hint")),
            Choice::new("new", page.t("replacement-way-new")).hint(page.t("replacement-way-new-hint")),
        ];
        Self {
            page,
            nav,
            form,
            ways,
        }
    }
}

#[cfg(test)]
impl ReplacementPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::SiteManager, ROSTER);
        let wrong = FormState::new().error_at("code", Message::new("replacement-code-unknown"));
        vec![
            Self::new(page.clone(), nav, FormState::new()),
            Self::new(page.clone(), nav, wrong),
        ]
    }
}
