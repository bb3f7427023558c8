//! Evidence that the person is there: the ways to show it, and what was wrong with what was typed.
//!
//! Codes are never written back into a page; the number of a document is, so that a slip of the finger can be mended.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use pramaan_app::correction::OwnDose;
use pramaan_app::roster::{AppointmentState, Place, Visitor};
use pramaan_app::{App, Refusal, Staff, StaffRole};
use pramaan_domain::document::DocumentType;

use super::day::visit_path;
use super::duty::{At, Duty, HOME, Nav, OnDuty};
use super::evidence_form::{Typed, Way, unsent, wrong};
use super::left_over::LeftOver;
use super::login::LoginPage;
use super::{correction, correction_visit, encounter, refusal};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route(ANY, get(show_any).post(judge_any))
        .route("/staff/visit/{session}/{slot}/{queue}", get(show).post(judge))
        .route("/staff/visit/{session}/{slot}/{queue}/message", post(send))
}

/// Where the slip or the document has to tell whose turn it is.
const ANY: &str = "/staff/visit";
const ROUTE: &str = "POST /staff/visit/{session}/{slot}/{queue}";
const ROUTE_ANY: &str = "POST /staff/visit";

#[derive(Template)]
#[template(path = "staff/evidence.html")]
pub(super) struct EvidencePage {
    page: Page,
    nav: Nav,
    form: FormState,
    /// None when the slip or the document has to tell whose turn it is.
    spot: Option<Spot>,
    open: Way,
    /// The message that was just sent, by its transaction.
    sent: Option<String>,
    /// How many records can still be opened without evidence today; none where the role never can.
    left: Option<u32>,
    documents: Vec<Choice>,
    aim: For,
}

/// What the record is to be opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum For {
    Dose,
    /// And whether who looks recorded the dose of this place today.
    Correction(OwnDose),
}

/// The place in words.
pub(super) struct Spot {
    path: String,
    /// Where the list of places is.
    back: &'static str,
    queue: i64,
    hours: String,
    dose: String,
    vaccine: String,
}

async fn show_any(page: Page, OnDuty(staff): OnDuty) -> Response {
    let nav = Nav::of(&staff, HOME);
    let documents = document_choices(page.locale);
    render(&EvidencePage {
        page,
        nav,
        form: FormState::new(),
        spot: None,
        open: Way::Slip,
        sent: None,
        left: None,
        documents,
        aim: For::Dose,
    })
}

async fn judge_any(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    judge_typed(&front, page, duty, None, typed).await
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty, At(place): At) -> Response {
    let asked = Asked {
        place: Some(place),
        open: Way::Code,
        sent: None,
        form: FormState::new(),
    };
    asked.answer(&front.app, page, &staff).await
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
    let path = place.map_or_else(|| ANY.to_owned(), visit_path);
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(front, page, &duty, (&path, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(front, staff.typist(), &path, &typed.kept).unwrap_or_default();
        let asked = Asked {
            place,
            open: typed.way_at(place),
            sent: None,
            form: typed.for_page(),
        };
        return asked.answer(&front.app, page, &staff).await;
    }
    judge_shown(front, page, &staff, place, typed).await
}

async fn judge_shown(
    front: &Front,
    page: Page,
    staff: &Staff,
    place: Option<Place>,
    typed: Typed,
) -> Response {
    let way = typed.way_at(place);
    let route = place.map_or(ROUTE_ANY, |_| ROUTE);
    let (field, message) = match typed.evidence(way, place) {
        Err(wrong) => wrong,
        Ok(evidence) => match front.app.begin_encounter(staff, evidence, route).await {
            Ok(open) => return encounter::shown(front, page, staff, &open),
            Err(refused) => match wrong(way, &refused) {
                Some(message) => (way.field(), message),
                None => {
                    let path = place.map_or_else(|| ANY.to_owned(), visit_path);
                    let left = LeftOver::of(front, (staff, page.locale), &path, &typed).for_dose();
                    return refusal::unopened_keeping(page, Nav::of(staff, HOME), &refused, left);
                }
            },
        },
    };
    let form = typed.for_page().error_at(field, message);
    let sent = (way == Way::Mobile && !typed.txn.is_empty()).then_some(typed.txn);
    let again = Asked {
        place,
        open: way,
        sent,
        form,
    }
    .answer(&front.app, page, staff)
    .await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

async fn send(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    At(place): At,
    CsrfForm(_): CsrfForm<Typed>,
) -> Response {
    let route = "POST /staff/visit/{session}/{slot}/{queue}/message";
    let (status, sent, form) = match front.app.send_visit_code(&staff, place, route).await {
        Ok(txn) => (StatusCode::OK, Some(txn.to_string()), FormState::new()),
        Err(refused) => match unsent(&refused) {
            Some((status, form)) => (status, None, form),
            None => return refusal::page(page, Nav::of(&staff, HOME), &refused),
        },
    };
    let asked = Asked {
        place: Some(place),
        open: Way::Mobile,
        sent,
        form,
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
    async fn answer(self, app: &App, page: Page, staff: &Staff) -> Response {
        let nav = Nav::of(staff, HOME);
        match self.look_up(app, page.locale, staff).await {
            Ok((spot, left)) => render(&EvidencePage {
                documents: document_choices(page.locale),
                page,
                nav,
                form: self.form,
                spot,
                open: self.open,
                sent: self.sent,
                left,
                aim: For::Dose,
            }),
            Err(refused) => refusal::page(page, nav, &refused),
        }
    }

    async fn look_up(
        &self,
        app: &App,
        locale: Locale,
        staff: &Staff,
    ) -> Result<(Option<Spot>, Option<u32>), Refusal> {
        let Some(place) = self.place else {
            return Ok((None, None));
        };
        let visitors = app.roster_today(staff).await?;
        let visitor = visitors.into_iter().find(|visitor| visitor.place == place);
        let visitor = visitor.ok_or(Refusal::UnknownAppointment)?;
        if visitor.state == AppointmentState::Vaccinated {
            return Err(Refusal::AlreadyRecorded);
        }
        let spot = Spot::new(locale, (visit_path(place), HOME), &visitor);
        let left = match staff.role() {
            StaffRole::Vaccinator => Some(app.openings_left(staff).await?),
            StaffRole::SiteManager | StaffRole::DistrictAdmin => None,
        };
        Ok((Some(spot), left))
    }
}

/// Every kind of document, by its number.
pub(super) fn document_choices(locale: Locale) -> Vec<Choice> {
    let choice = |kind: &DocumentType| Choice::new(kind.id().to_string(), words::document(locale, *kind));
    let mut choices = vec![Choice::new("", locale.t("evidence-document-choose"))];
    choices.extend(DocumentType::ALL.iter().map(choice));
    choices
}

impl Spot {
    pub(super) fn new(locale: Locale, (path, back): (String, &'static str), visitor: &Visitor) -> Self {
        Self {
            path,
            back,
            queue: visitor.place.queue,
            hours: words::slot(locale, visitor.hours),
            dose: words::dose(locale, visitor.dose),
            vaccine: words::vaccine(locale, visitor.vaccine),
        }
    }
}

impl EvidencePage {
    /// For a correction, of this place or of whoever the document tells.
    pub(super) fn of_correction(
        page: Page,
        nav: Nav,
        (form, open, sent): (FormState, Way, Option<String>),
        (spot, left): (Option<Spot>, Option<u32>),
        aim: For,
    ) -> Self {
        Self {
            documents: document_choices(page.locale),
            page,
            nav,
            form,
            spot,
            open,
            sent,
            left,
            aim,
        }
    }

    fn action(&self) -> &str {
        let any = if self.corrects() {
            correction_visit::ANY
        } else {
            ANY
        };
        self.spot.as_ref().map_or(any, |spot| &spot.path)
    }

    fn back(&self) -> &'static str {
        let any = if self.corrects() { correction::PATH } else { HOME };
        self.spot.as_ref().map_or(any, |spot| spot.back)
    }

    fn corrects(&self) -> bool {
        matches!(self.aim, For::Correction(_))
    }

    fn is_own(&self) -> bool {
        self.aim == For::Correction(OwnDose::Yes)
    }

    fn is_open(&self, way: Way) -> bool {
        self.open == way
    }
}

#[cfg(test)]
impl EvidencePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use crate::web::form::Message;

        let spot = || Spot {
            path: "/staff/visit/1/0/7".to_owned(),
            back: HOME,
            queue: 7,
            hours: "9:00".to_owned(),
            dose: words::dose(page.locale, pramaan_domain::dose::DoseNumber::First),
            vaccine: words::vaccine(page.locale, pramaan_domain::vaccine::Vaccine::Covishield),
        };
        let with = |open: Way, error: Option<Message>, left| {
            let form = FormState::new();
            Self {
                page: page.clone(),
                nav: Nav::role(StaffRole::Vaccinator, HOME),
                form: match error {
                    Some(error) => form.error_at(open.field(), error),
                    None => form,
                },
                spot: Some(spot()),
                open,
                sent: None,
                left,
                documents: document_choices(page.locale),
                aim: For::Dose,
            }
        };
        let wrong = Message::new("evidence-code-wrong").with("left", 3);
        let sent = Self {
            sent: Some("1".to_owned()),
            ..with(Way::Mobile, None, Some(5))
        };
        let any = Self {
            spot: None,
            ..with(Way::Slip, None, None)
        };
        let own = Self {
            aim: For::Correction(OwnDose::Yes),
            ..with(Way::Code, None, Some(5))
        };
        let named = Self {
            spot: None,
            aim: For::Correction(OwnDose::No),
            ..with(
                Way::Document,
                Some(Message::new("evidence-document-nobody")),
                None,
            )
        };
        vec![
            own,
            named,
            with(Way::Code, None, Some(5)),
            with(Way::Code, Some(wrong), Some(1)),
            with(Way::Nothing, Some(Message::new("evidence-reason-shape")), Some(0)),
            with(
                Way::Document,
                Some(Message::new("evidence-document-nobody")),
                None,
            ),
            with(Way::Card, Some(Message::new("card-wrong")), None),
            with(
                Way::Slip,
                Some(Message::new("evidence-given-up").with("queue", 7)),
                None,
            ),
            sent,
            any,
        ]
    }
}
