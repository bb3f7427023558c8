//! Vials that came: vaccine, batch, expiry, how many.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::stock::{Change, Doing};
use pramaan_app::{FormKey, Refusal, StaffRole};
use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::stock::{BatchKey, Doses, vial_facts};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::dose_form::keep;
use super::duty::{Duty, Nav, OnDuty};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::refusal;
use super::stock::HERE as STOCK;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/stock/receive";
/// Vials of one receipt at most.
const MOST_VIALS: u32 = 20_000;
const MOST_DOSES_OF_A_VIAL: u16 = 50;

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(receive))
}

#[derive(Template)]
#[template(path = "staff/stock_receive.html")]
pub(super) struct ReceivePage {
    page: Page,
    nav: Nav,
    form: FormState,
    vaccines: Vec<Choice>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    vaccine: String,
    batch: String,
    expires_on: String,
    doses_per_vial: String,
    vials: String,
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
            ("expires_on", &self.expires_on),
            ("doses_per_vial", &self.doses_per_vial),
            ("vials", &self.vials),
            ("key", &self.key),
        ]
    }
}

impl Typed {
    /// # Errors
    /// The form with an error beside each field that cannot be read.
    fn parse(&self) -> Result<Change, FormState> {
        let form = self.form();
        let (form, vaccine) = keep(
            form,
            "vaccine",
            Vaccine::parse(&self.vaccine).ok(),
            "dose-vaccine-wrong",
        );
        let batch = VaccineBatch::parse(&self.batch).ok();
        let (form, batch) = keep(form, "batch", batch, "dose-batch-wrong");
        let expires_on = self.expires_on.trim().parse::<CivilDate>().ok();
        let (form, expires_on) = keep(form, "expires_on", expires_on, "stock-expiry-wrong");
        let per_vial = self.per_vial(vaccine);
        let (form, per_vial) = keep(form, "doses_per_vial", per_vial, "stock-per-vial-wrong");
        let vials = self.vials.trim().parse::<u32>().ok();
        let vials = vials.filter(|vials| (1..=MOST_VIALS).contains(vials));
        let (form, vials) = keep(form, "vials", vials, "stock-vials-wrong");
        match (vaccine, batch, expires_on, per_vial, vials) {
            (Some(vaccine), Some(batch), Some(expires_on), Some(doses_per_vial), Some(vials)) => {
                let doses = Doses::new(i64::from(vials) * i64::from(doses_per_vial));
                let wrong = |_| form.error_at("vials", Message::new("stock-vials-wrong"));
                let doing = Doing::Receive {
                    expires_on,
                    doses_per_vial,
                    doses: doses.map_err(wrong)?,
                };
                let key = BatchKey { vaccine, batch };
                Ok(Change { key, doing })
            }
            _ => Err(form),
        }
    }

    /// The product's own number when the field is empty.
    fn per_vial(&self, vaccine: Option<Vaccine>) -> Option<u16> {
        match self.doses_per_vial.trim() {
            "" => Some(vaccine.map_or(1, |vaccine| vial_facts(vaccine).doses)),
            text => {
                let doses = text.parse::<u16>().ok()?;
                (1..=MOST_DOSES_OF_A_VIAL).contains(&doses).then_some(doses)
            }
        }
    }
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, STOCK);
    match front.app.stock(&staff).await {
        Ok(_) => render(&ReceivePage::new(page, nav, empty(&front))),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

fn empty(front: &Front) -> FormState {
    FormState::new().value_of("key", front.fresh_name())
}

async fn receive(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    let nav = Nav::of(&staff, STOCK);
    if staff.role() == StaffRole::DistrictAdmin {
        return refusal::page(page, nav, &Refusal::Forbidden);
    }
    if typed.step == kept::STEP {
        let typed: Option<Typed> = kept::back(&front, staff.typist(), HERE, &typed.kept);
        let form = typed.map_or_else(|| empty(&front), |typed| typed.form());
        return render(&ReceivePage::new(page, nav, form));
    }
    let form = match (typed.parse(), FormKey::parse(&typed.key)) {
        (Err(form), _) => form,
        (Ok(_), Err(_)) => typed.form().value_of("key", front.fresh_name()),
        (Ok(change), Ok(once)) => match front.app.change_stock(&staff, change, &once).await {
            Ok(()) => return Redirect::to("/staff/stock?done=received").into_response(),
            Err(refused) => match beside(&refused) {
                Some((field, message)) => typed.form().error_at(field, message),
                None => return refusal::page_keeping(page, nav, &refused, LeftOver::sent(HERE, &typed)),
            },
        },
    };
    let again = render(&ReceivePage::new(page, nav, form));
    (StatusCode::UNPROCESSABLE_ENTITY, again).into_response()
}

/// Beside which field a refusal belongs.
fn beside(refusal: &Refusal) -> Option<(&'static str, Message)> {
    Some(match refusal {
        Refusal::Invalid {
            field: "expires_on", ..
        } => ("expires_on", Message::new("stock-expiry-refused")),
        Refusal::Invalid {
            field: "doses_per_vial",
            ..
        } => ("doses_per_vial", Message::new("stock-per-vial-differs")),
        _ => return None,
    })
}

impl ReceivePage {
    fn new(page: Page, nav: Nav, form: FormState) -> Self {
        let vaccines = Vaccine::ALL
            .map(|one| Choice::new(one.name(), words::vaccine(page.locale, one)))
            .into();
        Self {
            page,
            nav,
            form,
            vaccines,
        }
    }

    /// `Covishield 10, Covaxin 20, …`.
    fn usual(&self) -> String {
        let usual = Vaccine::ALL.map(|one| {
            let name = words::vaccine(self.page.locale, one);
            format!("{name} {}", vial_facts(one).doses)
        });
        usual.join(", ")
    }
}

#[cfg(test)]
impl ReceivePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::Vaccinator, STOCK);
        let Err(wrong) = Typed::default().parse() else {
            panic!("an empty form is a receipt")
        };
        [FormState::new(), wrong]
            .map(|form| Self::new(page.clone(), nav, form))
            .into()
    }
}
