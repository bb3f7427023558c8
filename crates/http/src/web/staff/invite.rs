//! Inviting: a site manager the vaccinators of the centre, a district admin the site managers of the district.
//!
//! The link is shown once, to whoever invites; it is handed over in person.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use pramaan_app::availability::Centre;
use pramaan_app::staff::{Invitation, Invitee};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::centre::CentreId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::DistrictId;
use pramaan_domain::staff::StaffCode;
use serde::Deserialize;

use super::duty::{Duty, Nav, OnDuty};
use super::login::LoginPage;
use super::refusal;
use super::roster::role;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept;
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/invite";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(invite))
}

#[derive(Template)]
#[template(path = "staff/invite.html")]
pub(super) struct InvitePage {
    page: Page,
    nav: Nav,
    form: FormState,
    /// Whom the reader can invite.
    invited: StaffRole,
    role: String,
    /// Of the reader's district; empty for a site manager, who invites to the own centre.
    centres: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "staff/invited.html")]
pub(super) struct InvitedPage {
    page: Page,
    nav: Nav,
    code: String,
    link: String,
    until: String,
    another: &'static str,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
    name: String,
    centre: String,
    /// The member's own number, or nothing.
    mobile: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    match invites(&staff) {
        Ok(invited) => {
            let centres = centres(&front, page.locale, &staff, invited);
            let nav = Nav::of(&staff, HERE);
            render(&InvitePage::new(page, nav, FormState::new(), (invited, centres)))
        }
        Err(refused) => refusal::page(page, Nav::of(&staff, HERE), &refused),
    }
}

async fn invite(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    headers: HeaderMap,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    let nav = Nav::of(&staff, HERE);
    let invited = match invites(&staff) {
        Ok(invited) => invited,
        Err(refused) => return refusal::page(page, nav, &refused),
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
        let centres = centres(&front, page.locale, &staff, invited);
        return render(&InvitePage::new(page, nav, typed.form(), (invited, centres)));
    }
    let form = match typed.parse(&staff, invited) {
        Err(form) => form,
        Ok(invitee) => match front.app.invite(&staff, invitee).await {
            Ok(invitation) => {
                note_mobile(&front, &staff, &typed, &invitation.code).await;
                return InvitedPage::answer(page, nav, (&headers, HERE), &invitation);
            }
            Err(Refusal::Invalid { field: "code", .. }) => {
                typed.form().error_at("code", Message::new("invite-code-taken"))
            }
            Err(Refusal::Invalid { .. }) => typed
                .form()
                .error_at("centre", Message::new("invite-centre-unknown")),
            Err(refused) => return refusal::page(page, nav, &refused),
        },
    };
    let centres = centres(&front, page.locale, &staff, invited);
    let again = InvitePage::new(page, nav, form, (invited, centres));
    (StatusCode::UNPROCESSABLE_ENTITY, render(&again)).into_response()
}

/// Notes the member's number, so that nobody is registered with it at a desk. The invitation was made whatever becomes of it.
async fn note_mobile(front: &Front, staff: &Staff, typed: &Typed, code: &StaffCode) {
    let Some(mobile) = typed.number() else { return };
    if let Err(error) = front.app.note_staff_mobile(staff, code.clone(), mobile).await {
        tracing::warn!(%error, "the number of an invited member of staff was not noted");
    }
}

/// Whom a role invites.
fn invites(staff: &Staff) -> Result<StaffRole, Refusal> {
    match staff.role() {
        StaffRole::SiteManager => Ok(StaffRole::Vaccinator),
        StaffRole::DistrictAdmin => Ok(StaffRole::SiteManager),
        StaffRole::Vaccinator => Err(Refusal::Forbidden),
    }
}

/// What a district admin chooses from: the centres of the district, by name.
fn centres(front: &Front, locale: Locale, staff: &Staff, invited: StaffRole) -> Vec<Choice> {
    if invited != StaffRole::SiteManager {
        return Vec::new();
    }
    let mut centres = front.app.availability().centres();
    centres.retain(|centre| centre.district.number() == staff.district());
    centres.sort_by(|one, other| (one.name.as_str(), one.id).cmp(&(other.name.as_str(), other.id)));
    let choice = |centre: &Arc<Centre>| {
        let label = format!("{}, {} ({})", centre.name, centre.location, centre.id);
        Choice::new(centre.id.to_string(), label)
    };
    let choose = Choice::new("", locale.t("invite-centre-choose"));
    std::iter::once(choose)
        .chain(centres.iter().map(choice))
        .collect()
}

/// The address as the reader's browser knows this site; plain HTTP is spoken on this machine only.
pub(super) fn absolute(headers: &HeaderMap, path: &str) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let local = ["127.0.0.1", "localhost", "[::1]"]
        .iter()
        .any(|name| host.starts_with(name));
    match (host, local) {
        ("", _) => path.to_owned(),
        (host, true) => format!("http://{host}{path}"),
        (host, false) => format!("https://{host}{path}"),
    }
}

impl Typed {
    fn form(&self) -> FormState {
        FormState::new()
            .value_of("code", &self.code)
            .value_of("name", &self.name)
            .value_of("centre", &self.centre)
            .value_of("mobile", &self.mobile)
    }

    /// All of it as a form is sent, to wait for a login.
    fn carry(&self) -> String {
        kept::carry(&[
            ("code", &self.code),
            ("name", &self.name),
            ("centre", &self.centre),
            ("mobile", &self.mobile),
        ])
    }

    fn number(&self) -> Option<Mobile> {
        let digits: String = self.mobile.split_whitespace().collect();
        Mobile::parse(&digits).ok()
    }

    fn parse(&self, staff: &Staff, role: StaffRole) -> Result<Invitee, FormState> {
        let mut form = self.form();
        let code = StaffCode::parse(&self.code).ok();
        if code.is_none() {
            form = form.error_at("code", Message::new("invite-code-shape"));
        }
        let name = PersonName::parse(&self.name).ok();
        if name.is_none() {
            form = form.error_at("name", Message::new("invite-name-shape"));
        }
        let centre = match role {
            StaffRole::Vaccinator => CentreId::from_number(staff.centre()).ok(),
            StaffRole::SiteManager | StaffRole::DistrictAdmin => CentreId::parse(self.centre.trim()).ok(),
        };
        if centre.is_none() {
            form = form.error_at("centre", Message::new("invite-centre-unknown"));
        }
        if !self.mobile.trim().is_empty() && self.number().is_none() {
            form = form.error_at("mobile", Message::new("walk-in-mobile-wrong"));
            return Err(form);
        }
        match (code, name, centre, DistrictId::from_number(staff.district())) {
            (Some(code), Some(name), centre @ Some(_), Ok(district)) => Ok(Invitee {
                code,
                name,
                role,
                centre,
                district,
            }),
            _ => Err(form),
        }
    }
}

impl InvitePage {
    fn new(page: Page, nav: Nav, form: FormState, (invited, centres): (StaffRole, Vec<Choice>)) -> Self {
        Self {
            role: role(page.locale, invited),
            page,
            nav,
            form,
            invited,
            centres,
        }
    }

    fn asks_centre(&self) -> bool {
        self.invited == StaffRole::SiteManager
    }
}

impl InvitedPage {
    /// The link, shown this once; `another` is where the next one is made.
    pub(super) fn answer(
        page: Page,
        nav: Nav,
        (headers, another): (&HeaderMap, &'static str),
        invitation: &Invitation,
    ) -> Response {
        let path = format!("/staff/enrol/{}", invitation.token);
        render(&Self {
            until: words::instant(page.locale, invitation.expires_at),
            link: absolute(headers, &path),
            code: invitation.code.to_string(),
            page,
            nav,
            another,
        })
    }
}

#[cfg(test)]
impl InvitePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let wrong = Typed {
            code: "A".to_owned(),
            ..Typed::default()
        }
        .form()
        .error_at("code", Message::new("invite-code-shape"))
        .error_at("centre", Message::new("invite-centre-unknown"));
        let manager = Nav::role(StaffRole::SiteManager, HERE);
        let admin = Nav::role(StaffRole::DistrictAdmin, HERE);
        let centres = vec![Choice::new("561001", "Fort Clinic, Bora Bazar (561001)")];
        vec![
            Self::new(
                page.clone(),
                manager,
                FormState::new(),
                (StaffRole::Vaccinator, Vec::new()),
            ),
            Self::new(page.clone(), admin, wrong, (StaffRole::SiteManager, centres)),
        ]
    }
}

#[cfg(test)]
impl InvitedPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::role(StaffRole::SiteManager, HERE),
            code: "MH-0009".to_owned(),
            link: "https://example.org/staff/enrol/AbC".to_owned(),
            until: words::date(page.locale, super::tests::today()),
            another: HERE,
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_name_the_host_that_the_reader_sees() {
        let headers =
            |host: &'static str| HeaderMap::from_iter([(header::HOST, http::HeaderValue::from_static(host))]);
        assert_eq!(
            absolute(&headers("127.0.0.1:8080"), "/a"),
            "http://127.0.0.1:8080/a"
        );
        assert_eq!(
            absolute(&headers("pramaan.example"), "/a"),
            "https://pramaan.example/a"
        );
        assert_eq!(absolute(&HeaderMap::new(), "/a"), "/a");
    }
}
