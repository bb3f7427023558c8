//! Opening a record to correct it: the same evidence as for a dose, and the nurse's own of today.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use pramaan_app::correction::{OpenVisit, OwnDose, Showing};
use pramaan_app::encounter::Evidence;
use pramaan_app::roster::Place;
use pramaan_app::{App, Refusal, Staff, StaffRole};
use pramaan_domain::reference_id::ReferenceId;

use super::correction::{PATH, place_path};
use super::duty::{At, Duty, HOME, Nav, OnDuty};
use super::evidence::{EvidencePage, For, Spot};
use super::evidence_form::{Typed, Way, unsent, wrong};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::{correction_record, refusal};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;

/// Where document and reference id, or the slip, tell who it is.
pub(super) const ANY: &str = "/staff/correction/visit";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/correction/visit", get(show_any).post(judge_any))
        .route(
            "/staff/correction/visit/{session}/{slot}/{queue}",
            get(show).post(judge),
        )
        .route(
            "/staff/correction/visit/{session}/{slot}/{queue}/message",
            post(send),
        )
}

async fn show_any(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let asked = Asked::new(None, Way::Document);
    asked.answer(&front.app, page, &staff).await
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, At(place): At) -> Response {
    let asked = Asked::new(Some(place), Way::Code);
    asked.answer(&front.app, page, &staff).await
}

async fn judge_any(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    judge_typed(&front, page, duty, None, typed).await
}

async fn judge(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    At(place): At,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    judge_typed(&front, page, duty, Some(place), typed).await
}

async fn judge_typed(front: &Front, page: Page, duty: Duty, place: Option<Place>, typed: Typed) -> Response {
    let path = place.map_or_else(|| ANY.to_owned(), place_path);
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(front, page, &duty, (&path, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(front, staff.typist(), &path, &typed.kept).unwrap_or_default();
        let asked = Asked {
            form: typed.for_page(),
            ..Asked::new(place, typed.way_at(place))
        };
        return asked.answer(&front.app, page, &staff).await;
    }
    let way = typed.way_at(place);
    let (field, message) = match showing(&typed, way, place) {
        Err(wrong) => wrong,
        Ok(showing) => match opened(front, &staff, place, showing).await {
            Ok(open) => return correction_record::shown(page, &staff, &open),
            Err(refused) => match wrong(way, &refused) {
                Some(message) => (way.field(), message),
                None => {
                    let left = LeftOver::of(front, (&staff, page.locale), &path, &typed);
                    return refusal::unopened_keeping(page, Nav::of(&staff, HOME), &refused, left);
                }
            },
        },
    };
    let asked = Asked {
        form: typed.for_page().error_at(field, message),
        sent: (way == Way::Mobile && !typed.txn.is_empty()).then_some(typed.txn),
        ..Asked::new(place, way)
    };
    let again = asked.answer(&front.app, page, &staff).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

/// What was shown: as for a dose, and besides a document with the reference id of whoever has no place today.
fn showing(typed: &Typed, way: Way, place: Option<Place>) -> Result<Showing, (&'static str, Message)> {
    if let (true, Some(place)) = (typed.is_own(), place) {
        return Ok(Showing::OwnDose(place));
    }
    let named = typed.reference_id.trim();
    Ok(Showing::Evidence(match typed.evidence(way, place)? {
        Evidence::Document { kind, number } if !named.is_empty() => Evidence::DocumentOf {
            reference_id: ReferenceId::parse(named)
                .map_err(|_| ("reference_id", Message::new("correction-reference-wrong")))?,
            kind,
            number,
        },
        evidence => evidence,
    }))
}

async fn opened(
    front: &Front,
    staff: &Staff,
    place: Option<Place>,
    showing: Showing,
) -> Result<OpenVisit, Refusal> {
    let route = match place {
        None => "POST /staff/correction/visit",
        Some(_) => "POST /staff/correction/visit/{session}/{slot}/{queue}",
    };
    front.app.begin_correction(staff, showing, route).await
}

async fn send(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    At(place): At,
    CsrfForm(_): CsrfForm<Typed>,
) -> Response {
    let route = "POST /staff/correction/visit/{session}/{slot}/{queue}/message";
    let asked = Asked::new(Some(place), Way::Mobile);
    let (status, asked) = match front.app.send_correction_code(&staff, place, route).await {
        Ok(txn) => (
            StatusCode::OK,
            Asked {
                sent: Some(txn.to_string()),
                ..asked
            },
        ),
        Err(refused) => match unsent(&refused) {
            Some((status, form)) => (status, Asked { form, ..asked }),
            None => return refusal::page(page, Nav::of(&staff, HOME), &refused),
        },
    };
    (status, asked.answer(&front.app, page, &staff).await).into_response()
}

/// The page about to be shown.
struct Asked {
    place: Option<Place>,
    open: Way,
    sent: Option<String>,
    form: FormState,
}

impl Asked {
    fn new(place: Option<Place>, open: Way) -> Self {
        Self {
            place,
            open,
            sent: None,
            form: FormState::new(),
        }
    }

    async fn answer(self, app: &App, page: Page, staff: &Staff) -> Response {
        let nav = Nav::of(staff, HOME);
        match self.look_up(app, page.locale, staff).await {
            Ok((spot, left, own)) => render(&EvidencePage::of_correction(
                page,
                nav,
                (self.form, self.open, self.sent),
                (spot, left),
                For::Correction(own),
            )),
            Err(refused) => refusal::page(page, nav, &refused),
        }
    }

    async fn look_up(
        &self,
        app: &App,
        locale: Locale,
        staff: &Staff,
    ) -> Result<(Option<Spot>, Option<u32>, OwnDose), Refusal> {
        let Some(place) = self.place else {
            return Ok((None, None, OwnDose::No));
        };
        let (visitor, own) = app.place_to_correct(staff, place).await?;
        let left = match staff.role() {
            StaffRole::Vaccinator => Some(app.openings_left(staff).await?),
            StaffRole::SiteManager | StaffRole::DistrictAdmin => None,
        };
        let spot = Spot::new(locale, (place_path(place), PATH), &visitor);
        Ok((Some(spot), left, own))
    }
}
