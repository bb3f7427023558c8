//! Recording a dose without opening the record, for when none can be opened: typed, shown back, kept under a number.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;
use pramaan_app::guardian::is_minor;
use pramaan_app::held_dose::{
    BurstOf, Dismissed, HeldDocument, HeldDose, HeldFor, HeldList, HeldState, Listed, Source, Trouble,
    WhyUnread,
};
use pramaan_app::{App, Refusal, Staff, StaffRole};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::dose::CONFIRMED;
use super::duty::{Duty, HOME, Nav, OnDuty};
use super::held_dose_fields::HeldFields;
use super::held_dose_form::{PAPER, Typed, beside};
use super::login::LoginPage;
use super::record::body_site;
use super::refusal;
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, form_status, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{self, Fields};
use crate::web::page::Page;
use crate::web::words;

/// By so many minutes a phone's clock may be wrong before anybody is told.
pub(super) const CLOCK_MINUTES: i64 = 10;
/// Where the form is.
pub(super) const PATH: &str = "/staff/held-dose";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/held-dose", get(show).post(check))
        .route("/staff/held-dose/save", post(save))
}

#[derive(Template)]
#[template(path = "staff/held_dose.html")]
pub(super) struct HeldDosePage {
    page: Page,
    nav: Nav,
    form: FormState,
    fields: HeldFields,
    /// What is said of one that was just kept.
    saved: Option<String>,
    why: WhyUnread,
    lines: Vec<Line>,
    /// How many older ones the list leaves out.
    more: u64,
    /// For a manager: who entered many of a past day, and what was taken from the list.
    bursts: Vec<String>,
    dismissed: Vec<String>,
}

/// One of the list, in words; what its forms send, for a site manager's eyes, when it needs attention.
struct Line {
    text: String,
    number: i64,
    decide: Option<String>,
    /// The same when it waits for a second person.
    vouch: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/held_dose_confirm.html")]
pub(super) struct ConfirmPage {
    page: Page,
    nav: Nav,
    /// Labels and values.
    who: Vec<(String, String)>,
    /// Then nobody can be named without reading.
    is_by_slip: bool,
    vaccine: String,
    /// Which one, as far as it is known without reading.
    dose: String,
    batch: String,
    vial: String,
    /// Empty for today.
    day: String,
    given_at: String,
    site: String,
    reason: String,
    /// The form, as it is sent on.
    hidden: Vec<(&'static str, String)>,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    number: Option<String>,
    /// The day of that number, if it is another than today.
    day: Option<String>,
    /// `paper` for the form of a walk-in that stands on paper.
    from: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let Query(told) = told.unwrap_or(Query(Told::default()));
    let day = told.day.and_then(|day| day.parse().ok());
    let number = told.number.and_then(|number| number.parse().ok());
    let number = number.map(|number| (day.unwrap_or(front.app.today()), number));
    let mut typed = Typed::suggested(front.app.now());
    if told.from.as_deref() == Some(PAPER) {
        typed.from = PAPER.to_owned();
        typed.day = front.app.today().to_string();
    }
    shown(&front.app, page, &staff, typed.form(), number).await
}

/// The form and the list. A number is told as kept only when the list has it.
async fn shown(
    app: &App,
    page: Page,
    staff: &Staff,
    form: FormState,
    number: Option<(CivilDate, i64)>,
) -> Response {
    let nav = Nav::of(staff, HOME);
    match app.held_doses(staff).await {
        Ok(list) => {
            let today = app.today();
            let saved = list
                .newest
                .iter()
                .find(|one| Some((one.day, one.number)) == number);
            let saved = saved.map(|one| told(page.locale, today, one));
            let why = app.why_unread();
            render(&HeldDosePage::new(page, nav, (form, why), (today, &list), saved))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn check(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (PATH, &typed.carry()));
    };
    if staff.role() != StaffRole::Vaccinator {
        return refusal::page(page, Nav::of(&staff, HOME), &Refusal::Forbidden);
    }
    if typed.step == kept::STEP {
        let typed = kept::back(&front, staff.typist(), PATH, &typed.kept);
        let typed: Typed = typed.unwrap_or_else(|| Typed::suggested(front.app.now()));
        return shown(&front.app, page, &staff, typed.form(), None).await;
    }
    if typed.step == "change" {
        return shown(&front.app, page, &staff, typed.form(), None).await;
    }
    match typed.parse(front.app.now(), front.app.why_unread()) {
        Ok(dose) => render(&ConfirmPage::new(page, Nav::of(&staff, HOME), &typed, &dose)),
        Err(form) => again(&front.app, page, &staff, form).await,
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
    if staff.role() != StaffRole::Vaccinator {
        return refusal::page(page, Nav::of(&staff, HOME), &Refusal::Forbidden);
    }
    let form = match typed.parse(front.app.now(), front.app.why_unread()) {
        Err(form) => form,
        // Nothing is kept that was not shown back first.
        Ok(dose) if typed.confirmed != CONFIRMED => {
            return render(&ConfirmPage::new(page, Nav::of(&staff, HOME), &typed, &dose));
        }
        Ok(dose) => match typed.typed_on() {
            Err(form) => form,
            Ok(on) => match front.app.hold(&staff, dose, on).await {
                Ok(held) => return Redirect::to(&kept_at(&typed, &held)).into_response(),
                Err(refused) => match beside(&refused) {
                    Some((field, message)) => typed.form().error_at(field, message),
                    None => return unsaved(&front.app, page, &staff, &typed, &refused),
                },
            },
        },
    };
    again(&front.app, page, &staff, form).await
}

/// Where the number is told; from paper, with the form of the next line.
fn kept_at(typed: &Typed, held: &pramaan_app::held_dose::Held) -> String {
    let from = if typed.is_paper() { "&from=paper" } else { "" };
    format!("{PATH}?number={}&day={}{from}", held.number, held.day)
}

/// What may pass leaves the form on the page: it is there for when much is down. The list has to wait as well.
fn unsaved(app: &App, page: Page, staff: &Staff, typed: &Typed, refused: &Refusal) -> Response {
    let nav = Nav::of(staff, HOME);
    let message = match refused {
        Refusal::Busy | Refusal::Unavailable(_) => Message::new("error-unavailable"),
        Refusal::OverBudget { .. } => Message::new("held-over"),
        Refusal::OffRoster => Message::new("gone-roster-text"),
        _ => return refusal::page(page, nav, refused),
    };
    let form = typed.form().error_at("reference_id", message);
    let asked = (form, app.why_unread());
    let again = HeldDosePage::new(page, nav, asked, (app.today(), &HeldList::default()), None);
    form_again(form_status(refused), render(&again))
}

async fn again(app: &App, page: Page, staff: &Staff, form: FormState) -> Response {
    let page = shown(app, page, staff, form, None).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, page)
}

impl HeldDosePage {
    fn new(
        page: Page,
        nav: Nav,
        (form, why): (FormState, WhyUnread),
        (today, list): (CivilDate, &HeldList),
        saved: Option<String>,
    ) -> Self {
        let locale = page.locale;
        Self {
            fields: HeldFields::new(locale),
            bursts: list
                .bursts
                .iter()
                .map(|burst| burst_line(locale, burst))
                .collect(),
            dismissed: list
                .dismissed
                .iter()
                .map(|one| dismissed_line(locale, one))
                .collect(),
            lines: list
                .newest
                .iter()
                .map(|one| Line {
                    text: line(locale, today, one),
                    number: one.number,
                    decide: needs_decision(nav, one),
                    vouch: (one.state == HeldState::NeedsSecond).then(|| one.day.to_string()),
                })
                .collect(),
            more: list.count.saturating_sub(list.newest.len() as u64),
            why,
            page,
            nav,
            form,
            saved,
        }
    }
}

impl HeldDosePage {
    fn leaves_out(&self) -> bool {
        self.more > 0
    }

    fn is_paper(&self) -> bool {
        self.form.value("from") == PAPER
    }

    fn asks_why(&self) -> bool {
        let asked = self.why == WhyUnread::Asked && !self.is_paper();
        asked || !self.form.value("reason").is_empty()
    }

    fn title(&self) -> &'static str {
        if self.is_paper() {
            "paper-new-title"
        } else {
            "held-title"
        }
    }

    fn lead(&self) -> &'static str {
        if self.is_paper() {
            "paper-new-lead"
        } else {
            "held-lead"
        }
    }
}

/// The day that its forms send.
fn needs_decision(nav: Nav, one: &Listed) -> Option<String> {
    let needs = matches!(one.state, HeldState::NeedsAttention(_));
    (nav.is_site_manager() && needs).then(|| one.day.to_string())
}

/// One of the list, in words.
fn line(locale: Locale, today: CivilDate, one: &Listed) -> String {
    let mut variables = vec![
        ("number", one.number.to_string()),
        ("vaccine", words::vaccine(locale, one.vaccine)),
        ("state", locale.t(state(one.state))),
    ];
    let mut line = if one.day == today {
        locale.t_with("held-line", &variables)
    } else {
        variables.push(("day", words::weekday_date(locale, one.day)));
        locale.t_with("held-line-of-day", &variables)
    };
    for flag in flags(locale, one) {
        line.push_str(" · ");
        line.push_str(&flag);
    }
    line
}

/// Where it was typed, how late, and by which clock, where that is out of the ordinary.
fn flags(locale: Locale, one: &Listed) -> Vec<String> {
    let mut flags = Vec::new();
    match one.source {
        Source::Form => {}
        Source::Phone => flags.push(locale.t("held-from-phone")),
        Source::Paper => flags.push(locale.t("held-from-paper")),
    }
    if one.late > 0 {
        flags.push(locale.t_with("held-late", &[("days", one.late.to_string())]));
    }
    let minutes = one.clock_off.abs() / 60;
    if minutes > CLOCK_MINUTES {
        flags.push(locale.t_with("held-clock", &[("minutes", minutes.to_string())]));
    }
    flags
}

/// What is said of one that was just kept, or that waits for a second person.
fn told(locale: Locale, today: CivilDate, one: &Listed) -> String {
    let id = match (one.state, one.day == today) {
        (HeldState::NeedsSecond, _) => "held-saved-second",
        (_, true) => "held-saved-title",
        (_, false) => "held-saved-day",
    };
    let day = words::weekday_date(locale, one.day);
    locale.t_with(id, &[("number", one.number.to_string()), ("day", day)])
}

fn burst_line(locale: Locale, burst: &BurstOf) -> String {
    let day = words::weekday_date(locale, burst.day);
    locale.t_with(
        "held-burst",
        &[
            ("code", burst.code.clone()),
            ("count", burst.doses.to_string()),
            ("day", day),
        ],
    )
}

fn dismissed_line(locale: Locale, one: &Dismissed) -> String {
    let day = words::weekday_date(locale, one.day);
    locale.t_with(
        "held-dismissed-line",
        &[
            ("number", one.number.to_string()),
            ("day", day),
            ("code", one.dismissal.by.clone()),
            ("reason", one.dismissal.reason.clone()),
        ],
    )
}

const fn state(state: HeldState) -> &'static str {
    match state {
        HeldState::Waiting => "held-waiting",
        HeldState::Recorded => "held-recorded",
        HeldState::NeedsAttention(Trouble::NoMatch) => "held-no-match",
        HeldState::NeedsAttention(Trouble::AlreadyRecorded) => "held-already-recorded",
        HeldState::NeedsAttention(Trouble::DocumentAtSite) => "held-document",
        HeldState::NeedsAttention(Trouble::Unreadable) => "held-unreadable",
        HeldState::NeedsAttention(Trouble::NoDocument) => "held-without-document",
        HeldState::NeedsAttention(Trouble::NoSession) => "held-no-session",
        HeldState::NeedsAttention(Trouble::KeepsFailing) => "held-keeps-failing",
        HeldState::NeedsSecond => "held-needs-second",
        HeldState::Dismissed => "held-dismissed",
    }
}

impl ConfirmPage {
    fn new(page: Page, nav: Nav, typed: &Typed, dose: &HeldDose) -> Self {
        let locale = page.locale;
        Self {
            who: who(locale, dose),
            is_by_slip: matches!(dose.who, HeldFor::Slip { .. }),
            dose: match &dose.who {
                HeldFor::Slip { .. } => locale.t("paper-confirm-dose"),
                // Whoever is registered with it has no other on record.
                HeldFor::New(_) => words::dose(locale, DoseNumber::First),
            },
            day: match typed.day.is_empty() {
                true => String::new(),
                false => words::weekday_date(locale, dose.given_at.date()),
            },
            vaccine: words::vaccine(locale, dose.vaccine),
            batch: dose.batch.as_str().to_owned(),
            vial: typed.vial.trim().to_owned(),
            given_at: words::time(locale, dose.given_at.time_of_day()),
            site: body_site(locale, dose.site),
            reason: typed.reason.trim().to_owned(),
            hidden: typed
                .fields()
                .into_iter()
                .map(|(field, value)| (field, value.to_owned()))
                .chain([("confirmed", CONFIRMED.to_owned())])
                .collect(),
            page,
            nav,
        }
    }
}

/// Whom the dose was given to, as it was typed.
fn who(locale: Locale, dose: &HeldDose) -> Vec<(String, String)> {
    let line = |label: &str, value: String| (locale.t(label), value);
    match &dose.who {
        HeldFor::Slip { reference_id, code } => vec![
            line("held-reference", words::reference_id(*reference_id)),
            line("held-code", code.digits().to_owned()),
        ],
        HeldFor::New(new) => {
            let mut lines = vec![
                line("member-name", new.name.as_str().to_owned()),
                line("member-year", new.birth_year.get().to_string()),
            ];
            // Nobody is as worth a look as a name.
            if is_minor(new.birth_year, None, new.said_at.date()) {
                let named = new.guardian.as_ref().map(|name| name.as_str().to_owned());
                let named = named.unwrap_or_else(|| locale.t("guardian-none"));
                lines.push(line("guardian-label", named));
            }
            lines.push(line("member-gender", words::gender(locale, new.gender)));
            lines.push(match &new.document {
                HeldDocument::Shown(kind, number) => {
                    let shown = format!("{} {}", words::document(locale, *kind), number.as_str());
                    line("evidence-document-type-label", shown)
                }
                HeldDocument::Kept(kind, _) => {
                    line("evidence-document-type-label", words::document(locale, *kind))
                }
                HeldDocument::None(reason) => line("held-no-document", reason.as_str().to_owned()),
            });
            lines
        }
    }
}

#[cfg(test)]
impl HeldDosePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let (today, now) = (
            super::tests::today(),
            pramaan_domain::time::Timestamp::from_seconds(1_795_321_800),
        );
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let states = [
            HeldState::Waiting,
            HeldState::Recorded,
            HeldState::NeedsAttention(Trouble::NoMatch),
            HeldState::NeedsAttention(Trouble::AlreadyRecorded),
            HeldState::NeedsAttention(Trouble::DocumentAtSite),
            HeldState::NeedsAttention(Trouble::Unreadable),
            HeldState::NeedsAttention(Trouble::NoDocument),
            HeldState::NeedsAttention(Trouble::NoSession),
            HeldState::NeedsAttention(Trouble::KeepsFailing),
            HeldState::NeedsSecond,
            HeldState::Dismissed,
        ];
        let days = [today, today.pred_opt().unwrap()];
        let listed: Vec<Listed> = days
            .iter()
            .flat_map(|day| states.map(|state| (*day, state)))
            .map(|(day, state)| Listed {
                day,
                number: 3,
                vaccine: pramaan_domain::vaccine::Vaccine::Covishield,
                state,
                held_at: now,
                source: Source::Paper,
                late: 2,
                clock_off: -7_200,
            })
            .collect();
        let manager = Nav::role(StaffRole::SiteManager, HOME);
        let (asked, known) = (WhyUnread::Asked, WhyUnread::Known);
        let empty = Typed::default().parse(now, asked).unwrap_err();
        let fresh = Typed::suggested(now).form();
        let paper = Typed {
            from: PAPER.to_owned(),
            ..Typed::suggested(now)
        };
        let full = HeldList {
            dismissed: vec![Dismissed {
                day: today,
                number: 4,
                dismissal: pramaan_app::held_dose::Dismissal {
                    by: "MH-0009".to_owned(),
                    reason: "typed twice by mistake".to_owned(),
                },
            }],
            bursts: vec![BurstOf {
                code: "MH-0001".to_owned(),
                day: today,
                doses: 31,
            }],
            newest: listed,
            count: 114,
        };
        let none = HeldList::default();
        let saved = full.newest.first().map(|one| told(page.locale, today, one));
        vec![
            Self::new(page.clone(), nav, (fresh.clone(), known), (today, &full), saved),
            Self::new(page.clone(), nav, (paper.form(), asked), (today, &none), None),
            Self::new(page.clone(), nav, (empty, asked), (today, &none), None),
            Self::new(page.clone(), manager, (fresh, asked), (today, &full), None),
        ]
    }
}

#[cfg(test)]
impl ConfirmPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let now = pramaan_domain::time::Timestamp::from_seconds(1_795_321_800);
        let typed = Typed {
            reference_id: "31415926535897".to_owned(),
            code: "1234".to_owned(),
            vaccine: "COVISHIELD".to_owned(),
            batch: "4121Z025".to_owned(),
            vial: "7".to_owned(),
            site: pramaan_domain::dose::BodySite::LeftUpperArm.code().to_owned(),
            ..Typed::suggested(now)
        };
        let dose = typed
            .parse(now, WhyUnread::Known)
            .unwrap_or_else(|_| unreachable!("a whole form"));
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let new = Typed {
            who: super::held_dose_form::NEW.to_owned(),
            notice: "1".to_owned(),
            consent: "yes".to_owned(),
            name: "Sita Bai".to_owned(),
            birth_year: "1971".to_owned(),
            gender: "female".to_owned(),
            no_document: "the bag was stolen".to_owned(),
            day: "2026-11-21".to_owned(),
            from: PAPER.to_owned(),
            ..typed.clone()
        };
        let walk_in = new
            .parse(now, WhyUnread::Known)
            .unwrap_or_else(|_| unreachable!("a whole form"));
        let child = Typed {
            birth_year: "2011".to_owned(),
            ..new.clone()
        };
        let minor = child
            .parse(now, WhyUnread::Known)
            .unwrap_or_else(|_| unreachable!("a whole form"));
        vec![
            Self::new(page.clone(), nav, &typed, &dose),
            Self::new(page.clone(), nav, &new, &walk_in),
            Self::new(page.clone(), nav, &child, &minor),
        ]
    }
}
