//! The desk: somebody without an appointment is registered, or shows a reference id, and takes a seat of today.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use pramaan_app::card::{PrintedCard, Shown};
use pramaan_app::walk_in::{Bound, FreeSeat, Seated, WalkIn, WalkInSeat};
use pramaan_app::{Refusal, Staff};
use pramaan_domain::gender::Gender;
use pramaan_domain::reference_id::ReferenceId;

use super::card_printed::CardShown;
use super::day::visit_path;
use super::duty::{Duty, HOME, Nav, OnDuty};
use super::login::LoginPage;
use super::walk_in_form::{Person, Typed, WalkInForm, name_of};
use super::{evidence, refusal};
use crate::web::citizen::login::language;
use crate::web::citizen::{about, refusal as of_citizens};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

pub(super) const PATH: &str = "/staff/walk-in";
const ROUTE: &str = "POST /staff/walk-in";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(PATH, get(show).post(save))
}

#[derive(Template)]
#[template(path = "staff/walk_in.html")]
pub(super) struct WalkInPage {
    page: Page,
    nav: Nav,
    form: FormState,
    seats: Vec<Choice>,
    notice: Vec<about::Item>,
    version: &'static str,
    consent: Vec<Choice>,
    genders: Vec<Choice>,
    documents: Vec<Choice>,
    /// A code was sent to the number a moment ago.
    sent: bool,
    /// The number cannot be used: a card is offered instead.
    card_instead: bool,
    without: Vec<Choice>,
    /// Kinds of the facilitator's document.
    facilitators: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "staff/walk_in_seated.html")]
pub(super) struct SeatedPage {
    page: Page,
    nav: Nav,
    reference_id: String,
    queue: i64,
    bound: Option<Bound>,
    action: String,
    document_type: String,
    document_number: String,
    /// For who has no mobile.
    card: Option<CardShown>,
    /// What opens the record next: the card where there is no document.
    by_card: Option<ByCard>,
}

/// A card as the form of evidence has it.
struct ByCard {
    reference: String,
    code: String,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let form = FormState::new().value_of("key", front.fresh_name());
    shown(&front, page, &staff, form).await
}

async fn shown(front: &Front, page: Page, staff: &Staff, form: FormState) -> Response {
    let nav = Nav::of(staff, HOME);
    match front.app.walk_in_seats(staff).await {
        Ok(seats) => render(&WalkInPage::new(page, nav, form, &seats)),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn save(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (PATH, &typed.carry()));
    };
    let (status, form) = match typed.step.as_str() {
        kept::STEP => {
            let back: Option<Typed> = kept::back(&front, staff.typist(), PATH, &typed.kept);
            let form = back.map_or_else(
                || FormState::new().value_of("key", front.fresh_name()),
                |typed| typed.form(),
            );
            return shown(&front, page, &staff, form).await;
        }
        "code" => match send(&front, page.locale, &staff, &typed).await {
            Ok(form) => return shown(&front, page, &staff, form).await,
            Err(again) => again,
        },
        _ => match seat(&front, page.locale, &staff, &typed).await {
            Ok(done) => return render(&SeatedPage::new(page, Nav::of(&staff, HOME), &typed, done)),
            Err(again) => again,
        },
    };
    let again = shown(&front, page, &staff, form).await;
    form_again(status, again)
}

/// Sends a code to the number that was typed; the form again, with what the code is for.
async fn send(front: &Front, locale: Locale, staff: &Staff, typed: &Typed) -> Result<FormState, Again> {
    let mobile = typed.number().map_err(mistyped)?;
    match front.app.send_desk_code(staff, mobile, language(locale)).await {
        Ok(txn) => Ok(Typed {
            txn: txn.to_string(),
            otp: String::new(),
            ..typed.clone()
        }
        .form()),
        Err(refused) => {
            let (field, message) = beside(locale, &refused);
            let field = if field == "seat" { field } else { "mobile" };
            Err((form_status(&refused), typed.form().error_at(field, message)))
        }
    }
}

/// The form again, and the status that says why.
type Again = (StatusCode, FormState);

fn mistyped(form: FormState) -> Again {
    (StatusCode::UNPROCESSABLE_ENTITY, form)
}

/// What the page shows of somebody who was seated.
struct Done {
    reference_id: ReferenceId,
    bound: Option<Bound>,
    seated: Seated,
    card: Option<PrintedCard>,
    by_card: Option<ByCard>,
}

async fn seat(front: &Front, locale: Locale, staff: &Staff, typed: &Typed) -> Result<Done, Again> {
    let WalkInForm {
        seat,
        dose,
        person,
        document,
        card,
    } = typed.parse(front.app.today()).map_err(mistyped)?;
    let wrong = |refused: &Refusal| {
        let (field, message) = beside(locale, refused);
        (form_status(refused), typed.form().error_at(field, message))
    };
    let (reference_id, bound, printed) = match person {
        Person::Known(id) => (id, None, None),
        Person::New(newcomer, mobile) => {
            let registered = front.app.register_walk_in(staff, newcomer, mobile).await;
            let walk_in: WalkIn = registered.map_err(|refused| wrong(&refused))?;
            (walk_in.reference_id, Some(walk_in.mobile), walk_in.card)
        }
    };
    let code = card.or_else(|| printed.as_ref().map(|card| card.code.clone()));
    let shown = match (document, code.clone()) {
        (Some(document), _) => Shown::Document {
            reference_id,
            document,
        },
        (None, Some(code)) => Shown::Card { reference_id, code },
        // The same form again, long after: there is a card, and its code is on it alone.
        (None, None) => return Err(show_the_card(typed, reference_id)),
    };
    let by_card = match shown {
        Shown::Document { .. } => None,
        Shown::Card { .. } => code.map(|code| ByCard {
            reference: reference_id.to_string(),
            code: code.as_str().to_owned(),
        }),
    };
    let wanted = WalkInSeat {
        seat,
        dose,
        shown,
        idempotency_key: Some(typed.key.clone()).filter(|key| !key.is_empty()),
        language: language(locale),
    };
    let seated = front.app.seat_walk_in(staff, wanted, ROUTE).await;
    let seated = seated.map_err(|refused| {
        // Who was registered a moment ago is not lost: the next try names them.
        let (field, message) = beside(locale, &refused);
        let named = Typed {
            reference: reference_id.to_string(),
            ..typed.clone()
        };
        let form = named.form().error_at(field, message);
        // The code of a card that was made a moment ago is nowhere else.
        let form = match &printed {
            Some(card) => form.value_of("card_code", card.code.as_str()),
            None => form,
        };
        (form_status(&refused), form)
    })?;
    Ok(Done {
        reference_id,
        bound,
        seated,
        card: printed,
        by_card,
    })
}

fn show_the_card(typed: &Typed, reference_id: ReferenceId) -> Again {
    let named = Typed {
        reference: reference_id.to_string(),
        ..typed.clone()
    };
    let form = named
        .form()
        .error_at("card_code", Message::new("card-code-wrong"));
    (StatusCode::UNPROCESSABLE_ENTITY, form)
}

/// Beside which field a refusal belongs, and its sentence.
fn beside(locale: Locale, refusal: &Refusal) -> (&'static str, Message) {
    match refusal {
        Refusal::WrongOtp => ("otp", Message::new("walk-in-code-wrong")),
        Refusal::OtpSpent => ("otp", Message::new("walk-in-code-spent")),
        Refusal::OwnDocument => ("document_number", Message::new("walk-in-own-document")),
        Refusal::MobileNotHere => ("mobile", Message::new("walk-in-mobile-not-here")),
        Refusal::WrongCard => ("card_code", Message::new("card-wrong")),
        Refusal::CardSpent => ("card_code", Message::new("card-spent")),
        Refusal::NoMatch => ("document_number", Message::new("walk-in-no-match")),
        Refusal::OverBudget { .. } => ("document_number", Message::new("walk-in-over")),
        Refusal::UnknownSession | Refusal::SessionCancelled => ("seat", Message::new("walk-in-seat-wrong")),
        Refusal::OffRoster => ("seat", Message::new("gone-roster-text")),
        Refusal::UnderAge | Refusal::Invalid { .. } => of_citizens::about_member(refusal),
        Refusal::OtherDoseDue { .. } | Refusal::DifferentDoses => {
            ("seat", Message::new("walk-in-other-dose"))
        }
        Refusal::AlreadyBooked => ("seat", Message::new("walk-in-already")),
        other => match of_citizens::about_seat(locale, other, "seat") {
            ("member", message) => ("seat", message),
            beside => beside,
        },
    }
}

impl WalkInPage {
    fn new(page: Page, nav: Nav, form: FormState, seats: &[FreeSeat]) -> Self {
        let locale = page.locale;
        let gender = |gender: Gender| Choice::new(gender.code(), words::gender(locale, gender));
        Self {
            seats: seats.iter().map(|seat| choice(locale, seat)).collect(),
            notice: about::notice(locale),
            version: about::version(),
            consent: vec![Choice::new("yes", page.t("member-consent"))],
            genders: [Gender::Female, Gender::Male, Gender::Transgender, Gender::Other]
                .map(gender)
                .into(),
            documents: evidence::document_choices(locale),
            sent: !form.value("txn").is_empty() && !form.value("mobile").is_empty(),
            card_instead: form.error("mobile").is_some(),
            without: vec![Choice::new("yes", page.t("without-yes"))],
            facilitators: evidence::document_choices(locale),
            page,
            nav,
            form,
        }
    }
}

fn choice(locale: Locale, seat: &FreeSeat) -> Choice {
    let label = locale.t_with(
        "walk-in-seat-line",
        &[
            ("slot", words::slot(locale, seat.slot)),
            ("vaccine", words::vaccine(locale, seat.vaccine)),
            ("dose", words::dose(locale, seat.dose)),
        ],
    );
    let hint = locale.t_with("book-slot-free", &[("count", seat.free.to_string())]);
    Choice::new(name_of(seat), label).hint(hint)
}

impl SeatedPage {
    fn new(page: Page, nav: Nav, typed: &Typed, done: Done) -> Self {
        Self {
            reference_id: words::reference_id(done.reference_id),
            queue: done.seated.place.queue,
            bound: done.bound,
            action: visit_path(done.seated.place),
            document_type: typed.document_type.clone(),
            document_number: typed.document_number.clone(),
            card: done.card.as_ref().map(CardShown::of),
            by_card: done.by_card,
            page,
            nav,
        }
    }
}

#[cfg(test)]
fn sample_seat() -> FreeSeat {
    FreeSeat {
        session: pramaan_domain::id::SessionId::from_bytes([7; 16]),
        vaccine: pramaan_domain::vaccine::Vaccine::Covishield,
        slot: pramaan_domain::slot::Slot::parse("09:00AM-11:00AM").unwrap(),
        dose: pramaan_domain::dose::DoseNumber::First,
        free: 3,
    }
}

#[cfg(test)]
impl WalkInPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let wrong = Typed::default().parse(super::tests::today()).err().unwrap();
        let sent = Typed {
            mobile: "9876543210".to_owned(),
            txn: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
            ..Typed::default()
        };
        vec![
            Self::new(page.clone(), nav, FormState::new(), &[sample_seat()]),
            Self::new(page.clone(), nav, wrong, &[sample_seat()]),
            Self::new(page.clone(), nav, sent.form(), &[sample_seat()]),
            Self::new(page.clone(), nav, FormState::new(), &[]),
        ]
    }
}

#[cfg(test)]
impl SeatedPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let done = |bound: Option<Bound>| Done {
            card: (bound == Some(Bound::ToPaper)).then(super::card_printed::sample),
            by_card: (bound == Some(Bound::ToPaper)).then(|| ByCard {
                reference: "31415926535897".to_owned(),
                code: "00421337".to_owned(),
            }),
            reference_id: ReferenceId::parse("31415926535897").unwrap(),
            bound,
            seated: Seated {
                appointment: pramaan_domain::id::AppointmentId::from_bytes([8; 16]),
                place: pramaan_app::roster::Place {
                    session: sample_seat().session,
                    slot: 0,
                    queue: 4,
                },
            },
        };
        [None, Some(Bound::ToMobile), Some(Bound::ToPaper)]
            .map(|bound| Self::new(page.clone(), nav, &Typed::default(), done(bound)))
            .into()
    }
}
