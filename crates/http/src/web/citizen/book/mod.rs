//! Booking: who comes, when, and which dose the rules give.

mod candidate;

use candidate::{Asked, Candidate, Fate, Other, candidates};

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::availability::{CentreView, SessionView};
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::id::SessionId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::rules::{Finding, Mismatch};
use serde::Deserialize;

use super::layout::Nav;
use super::login::{LoginPage, language};
use super::visitor::{SignedIn, Visitor};
use super::{explanation, refusal, words};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/book/{session}", get(ask).post(book))
}

#[derive(Template)]
#[template(path = "citizen/book.html")]
pub(super) struct BookPage {
    page: Page,
    nav: Nav,
    form: FormState,
    action: String,
    /// Where another person is registered, who then comes back to this session.
    add: String,
    /// Makes a form that is sent twice one booking.
    key: String,
    centre: String,
    address: String,
    date: String,
    vaccine: String,
    fee: String,
    /// The search that this centre is found by.
    back: String,
    members: Vec<Choice>,
    /// Who is asked about illnesses; empty unless a rule of the day needs it.
    asked: Vec<Choice>,
    /// The listed ones.
    illnesses: Vec<String>,
    slots: Vec<Choice>,
    others: Vec<Other>,
}

/// A page that says that there is nothing to do here.
#[derive(Template)]
#[template(path = "citizen/gone.html")]
pub(super) struct GonePage {
    page: Page,
    nav: Nav,
    title: String,
    text: String,
    href: &'static str,
    action: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    key: String,
    /// Place-independent: reference ids, in the form only.
    member: Vec<String>,
    /// Of the members, who says that they have a listed illness. Decides the booking and is not kept.
    comorbid: Vec<String>,
    slot: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
}

impl Typed {
    /// What was chosen, on the page again.
    fn form(&self) -> FormState {
        let members = self.member.iter().map(|member| ("member", member));
        let comorbid = self.comorbid.iter().map(|member| ("comorbid", member));
        members
            .chain(comorbid)
            .chain([("slot", &self.slot)])
            .fold(FormState::new(), |form, (name, value)| form.value_of(name, value))
    }

    /// The same as a form is sent, to wait for a login.
    fn carry(&self) -> String {
        let members = self.member.iter().map(|member| ("member", member));
        let comorbid = self.comorbid.iter().map(|member| ("comorbid", member));
        let once = [("slot", &self.slot), ("key", &self.key)];
        kept::carry(&members.chain(comorbid).chain(once).collect::<Vec<_>>())
    }
}

const COMORBIDITY_NEEDED: Finding = Finding::NotCovered(Mismatch::Comorbidity);

async fn ask(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(session): Path<String>,
) -> Response {
    let form = FormState::new();
    let key = front.fresh_name();
    show(
        &front,
        page,
        &citizen,
        (&session, "GET /book/{session}"),
        form,
        key,
    )
    .await
}

async fn show(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    (session, request): (&str, &'static str),
    form: FormState,
    key: String,
) -> Response {
    let found = session.parse::<SessionId>().ok().and_then(|id| {
        let centre = front.app.availability().session(id, front.app.now())?;
        centre.sessions.first().cloned().map(|session| (centre, session))
    });
    let Some((centre, session)) = found.filter(|(_, session)| !session.slots.is_empty()) else {
        return (StatusCode::NOT_FOUND, render(&GonePage::session(page))).into_response();
    };
    match candidates(front, page.locale, citizen, (&centre, &session), request).await {
        Ok(candidates) => render(&BookPage::new(page, form, key, (&centre, &session), candidates)),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn book(
    State(front): State<Front>,
    page: Page,
    visitor: Visitor,
    Path(session): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let request = "POST /book/{session}";
    let path = format!("/book/{session}");
    let Visitor::Citizen(citizen) = visitor else {
        return LoginPage::keeping(&front, page, &visitor, (&path, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, citizen.typist(), &path, &typed.kept).unwrap_or_default();
        let key = match typed.key.as_str() {
            "" => front.fresh_name(),
            key => key.to_owned(),
        };
        return show(&front, page, &citizen, (&session, request), typed.form(), key).await;
    }
    let key = typed.key.clone();
    let form = match send(&front, page.locale, &citizen, &session, typed, request).await {
        Ok(appointment) => {
            return Redirect::to(&format!("/household/appointments/{appointment}?news=booked"))
                .into_response();
        }
        Err(form) => form,
    };
    let again = show(&front, page, &citizen, (&session, request), form, key).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

/// Books, or answers the form with what is wrong.
async fn send(
    front: &Front,
    locale: Locale,
    citizen: &Citizen,
    session: &str,
    typed: Typed,
    request: &'static str,
) -> Result<String, FormState> {
    let mut form = typed.form();
    let mut members = Vec::new();
    let mut doses = Vec::new();
    for choice in &typed.member {
        let (dose, reference) = choice.split_once('-').unwrap_or_default();
        members.extend(ReferenceId::parse(reference).ok());
        doses.extend(dose.parse::<i64>().ok());
    }
    if members.is_empty() {
        form = form.error_at("member", Message::new("error-members"));
    }
    if typed.slot.is_empty() {
        form = form.error_at("slot", Message::new("error-slot"));
    }
    doses.sort_unstable();
    doses.dedup();
    if doses.len() > 1 {
        form = form.error_at("member", Message::new("error-different-doses"));
    }
    let (true, Ok(session), Some(dose)) = (form.is_valid(), session.parse(), doses.first().copied()) else {
        return Err(form);
    };
    let booking = Booking {
        seat: Seat {
            session,
            slot: typed.slot,
        },
        dose,
        members,
        declaring: typed
            .comorbid
            .iter()
            .filter_map(|id| ReferenceId::parse(id).ok())
            .collect(),
        idempotency_key: Some(typed.key).filter(|key| !key.is_empty()),
        language: language(locale),
    };
    match front.app.book(citizen, booking, request).await {
        Ok(appointment) => Ok(appointment.to_string()),
        Err(Refusal::NotEligible(answer)) if answer.finding == COMORBIDITY_NEEDED => {
            Err(form.error_at("comorbid", Message::new("error-comorbid")))
        }
        Err(refused) => {
            let (field, message) = refusal::about_seat(locale, &refused, "slot");
            Err(form.error_at(field, message))
        }
    }
}

impl BookPage {
    fn new(
        page: Page,
        form: FormState,
        key: String,
        (centre, session): (&CentreView, &SessionView),
        candidates: Vec<Candidate>,
    ) -> Self {
        let locale = page.locale;
        let facts = &centre.centre;
        let ages = words::ages(locale, session.ages);
        let (mut members, mut others, mut wanted, mut ill) = (vec![], vec![], vec![], vec![]);
        for Candidate {
            name,
            reference,
            fate,
        } in candidates
        {
            match fate {
                Fate::May { dose, verdict, asked } => {
                    wanted.push(dose);
                    if asked == Asked::Comorbidity {
                        ill.push(Choice::new(reference.clone(), name.clone()));
                    }
                    let value = format!("{}-{reference}", dose.cowin_number());
                    members.push(Choice::new(value, name).hint(verdict));
                }
                other => others.push(Other::new(locale, name, other, &ages)),
            }
        }
        let slots = session.slots.iter().map(|slot| {
            let free: u32 = wanted
                .iter()
                .map(|dose| slot.free(*dose))
                .max()
                .unwrap_or_default();
            let hint = locale.t_with("book-slot-free", &[("count", free.to_string())]);
            Choice::new(slot.slot.to_string(), words::slot(locale, slot.slot)).hint(hint)
        });
        Self {
            nav: Nav::inside("/sessions"),
            form,
            action: format!("/book/{}", session.id),
            add: format!("/household/new?book={}", session.id),
            key,
            centre: facts.name.to_string(),
            address: format!("{}, {}", facts.location, facts.pincode.number()),
            date: words::weekday_date(locale, session.day),
            vaccine: words::vaccine(locale, session.vaccine),
            fee: words::fee(locale, centre.fee(session.vaccine)),
            back: format!("/sessions?pincode={}", centre.centre.pincode),
            slots: slots.collect(),
            members,
            asked: ill,
            illnesses: explanation::comorbidities(locale),
            others,
            page,
        }
    }
}

impl GonePage {
    fn session(page: Page) -> Self {
        Self {
            nav: Nav::inside("/sessions"),
            title: page.t("book-session-gone-title"),
            text: page.t("book-session-gone-text"),
            href: "/sessions",
            action: page.t("nav-find"),
            page,
        }
    }

    pub(super) fn appointment(page: Page) -> Self {
        Self {
            nav: Nav::inside("/household"),
            title: page.t("appointment-gone-title"),
            text: page.t("appointment-gone-text"),
            href: "/household",
            action: page.t("nav-family"),
            page,
        }
    }

    /// Given back, and nobody can be written to about it just now.
    pub(super) fn cancelled_untold(page: Page) -> Self {
        Self {
            nav: Nav::inside("/household"),
            title: page.t("appointment-untold-title"),
            text: page.t("appointment-untold-text"),
            href: "/household",
            action: page.t("nav-family"),
            page,
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::web::citizen::explanation::Explanation;
    use pramaan_domain::birth::Birth;
    use pramaan_domain::birth::BirthYear;
    use pramaan_domain::dose::DoseNumber;
    use pramaan_domain::rules::{self, Question};
    use pramaan_domain::time::CivilDate;

    impl BookPage {
        pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
            let locale = page.locale;
            let day = CivilDate::from_ymd_opt(2026, 11, 22).unwrap();
            let child = Question::new(day, Birth::Year(BirthYear::new(2020, day).unwrap()));
            let answer = rules::explain(&child);
            let others = vec![
                Other::new(
                    locale,
                    "Chhotu".to_owned(),
                    Fate::NotEligible(Explanation::new(locale, &answer)),
                    "",
                ),
                Other::new(locale, "Ravi".to_owned(), Fate::OutsideAges, "18+"),
                Other::new(locale, "Meena".to_owned(), Fate::Booked(DoseNumber::First), ""),
            ];
            let verdict = locale.t_with(
                "verdict-eligible",
                &[("dose", words::dose(locale, DoseNumber::First))],
            );
            let base = |form, members, asked, others| Self {
                page: page.clone(),
                nav: Nav::inside("/sessions"),
                form,
                action: "/book/1".to_owned(),
                add: "/household/new?book=1".to_owned(),
                key: "k".to_owned(),
                centre: "Kamla Nehru Dispensary".to_owned(),
                address: "12 Hospital Lane, Fort, 400001".to_owned(),
                date: words::weekday_date(locale, day),
                vaccine: words::vaccine(locale, pramaan_domain::vaccine::Vaccine::Covishield),
                fee: locale.t("fee-free"),
                back: "/sessions?pincode=400001".to_owned(),
                members,
                asked,
                illnesses: explanation::comorbidities(locale),
                slots: vec![
                    Choice::new("09:00AM-10:00AM", "9:00 – 10:00")
                        .hint(locale.t_with("book-slot-free", &[("count", "24".to_owned())])),
                    Choice::new("10:00AM-11:00AM", "10:00 – 11:00")
                        .hint(locale.t_with("book-slot-free", &[("count", "0".to_owned())])),
                ],
                others,
            };
            let members = vec![
                Choice::new("1-12345678901234", "Asha Devi").hint(verdict.clone()),
                Choice::new("1-22345678901234", "रवि कुमार").hint(verdict),
            ];
            let undeclared = FormState::new().error_at("comorbid", Message::new("error-comorbid"));
            let wrong = FormState::new()
                .error_at("member", Message::new("error-members"))
                .error_at("slot", Message::new("error-full"));
            vec![
                base(FormState::new(), members.clone(), Vec::new(), Vec::new()),
                base(FormState::new(), Vec::new(), Vec::new(), others),
                base(FormState::new(), Vec::new(), Vec::new(), Vec::new()),
                base(wrong, members.clone(), Vec::new(), Vec::new()),
                base(
                    undeclared,
                    members,
                    vec![Choice::new("12345678901234", "Asha Devi")],
                    Vec::new(),
                ),
            ]
        }
    }

    impl GonePage {
        pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
            vec![
                Self::session(page.clone()),
                Self::appointment(page.clone()),
                Self::cancelled_untold(page.clone()),
            ]
        }
    }
}
