//! The page of doses that works without a line: kept on the phone, sealed for this server, and sent when the line is back.
//!
//! Without script it is the form of a held dose. The page that a phone keeps is `shell`: the same for everybody, without any
//! login in it. What is sent is answered entry by entry: kept under a number, or refused with the reason and with what was
//! typed, so that whoever typed it corrects it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use pramaan_app::held_dose::{Held, HeldDose, RequestId, TypedOn, Vouched, WhyUnread};
use pramaan_app::{App, Refusal, Staff};
use pramaan_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::duty::{HOME, Nav, OnDuty, SESSION};
use super::held_dose::CLOCK_MINUTES;
use super::held_dose_fields::HeldFields;
use super::held_dose_form::{Typed, beside};
use super::pin::switching;
use crate::cowin::error::code::{self, Code};
use crate::pairs;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::FormState;
use crate::web::front::Front;
use crate::web::headers::Scripted;
use crate::web::i18n::Locale;
use crate::web::kept::Fields as _;
use crate::web::page::Page;
use crate::web::{asset, cookie, words};

const PAGE: &str = "/staff/offline";
#[cfg(test)]
const SHELL: &str = "/staff/offline/shell";
/// Where a login leads back in, and where the PIN of a shared device does.
const LOGIN: &str = "/staff/login?next=/staff/offline";
const UNLOCK: &str = "/staff/pin?next=/staff/offline";
const WORKER: &str = include_str!("../../../assets/offline_worker.js");
/// Entries of one request: with the largest that fits what a form may hold.
const AT_ONCE: usize = 8;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff/offline", get(show))
        .route("/staff/offline/shell", get(shell))
        .route("/staff/offline/worker.js", get(worker))
        .route("/staff/offline/token", get(token))
        .route("/staff/offline/doses", post(doses))
}

#[derive(Template)]
#[template(path = "staff/offline.html", whitespace = "minimize")]
pub(super) struct OfflinePage {
    page: Page,
    nav: Nav,
    form: FormState,
    fields: HeldFields,
    /// The public key for which the phone seals, in base64.
    key: String,
    script: &'static str,
    /// What the script says, by its name there.
    texts: Vec<(&'static str, String)>,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    let form = Typed::suggested(front.app.now()).form();
    let nav = Nav::of(&staff, HOME).uncovered();
    scripted(render(&OfflinePage::new(&front.app, page, nav, form)))
}

/// What a phone keeps: the page as it is for nobody in particular.
async fn shell(State(front): State<Front>, headers: HeaderMap) -> Response {
    let page = Page::bare(Locale::negotiate(&headers));
    let form = Typed::suggested(front.app.now()).form();
    scripted(render(&OfflinePage::new(&front.app, page, Nav::outside(), form)))
}

async fn worker() -> Response {
    let files = [asset::offline(), asset::style(), asset::mark()];
    let listed = serde_json::to_string(&files).unwrap_or_default();
    let version: String = files
        .concat()
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(char::from)
        .collect();
    let body = WORKER.replace("FILES_HERE", &listed).replace("VERSION", &version);
    let kind = HeaderValue::from_static("text/javascript; charset=utf-8");
    let scope = HeaderName::from_static("service-worker-allowed");
    let headers = [
        (header::CONTENT_TYPE, kind),
        (scope, HeaderValue::from_static(PAGE)),
    ];
    scripted((headers, body).into_response())
}

fn scripted(mut response: Response) -> Response {
    response.extensions_mut().insert(Scripted::Worker);
    response
}

/// Who is logged in, for the script: what a kept page, which has no login in it, needs to send anything.
#[derive(Serialize)]
struct LoggedIn<'a> {
    token: &'a str,
    code: &'a str,
    centre: i64,
}

/// The page asks by itself, each minute while something waits: that shows nobody's presence.
async fn token(State(front): State<Front>, page: Page, headers: HeaderMap) -> Response {
    match staff(&front, &headers, Asks::Screen).await {
        Ok(staff) => axum::Json(LoggedIn {
            token: page.token(),
            code: staff.code(),
            centre: staff.centre(),
        })
        .into_response(),
        Err(refused) => refused,
    }
}

#[derive(Clone, Copy)]
enum Asks {
    Person,
    Screen,
}

/// The member of staff of this login; a script is told 401 instead of being led to another page.
async fn staff(front: &Front, headers: &HeaderMap, asks: Asks) -> Result<Staff, Response> {
    let known = match (cookie::read(headers, SESSION), asks) {
        (Some(token), Asks::Person) => front.app.staff(token).await,
        (Some(token), Asks::Screen) => front.app.staff_of_screen(token).await,
        (None, _) => Err(Refusal::Unauthenticated),
    };
    match known {
        Ok(staff) => Ok(staff),
        Err(Refusal::Unauthenticated) => Err(match switching(front, headers).await {
            Ok(Some(_)) => refused(code::OFFLINE_LOGIN, Some(UNLOCK)),
            Ok(None) => refused(code::OFFLINE_LOGIN, Some(LOGIN)),
            Err(refused) => busy(&refused),
        }),
        Err(refused) => Err(busy(&refused)),
    }
}

fn busy(refused: &Refusal) -> Response {
    tracing::warn!(error = %refused, "a phone could not send what it kept");
    whole(code::BUSY)
}

/// A refusal of the whole request.
pub(super) fn whole(code: Code) -> Response {
    refused(code, None)
}

/// The same, with the address of a page that leads back in.
fn refused(code: Code, login: Option<&'static str>) -> Response {
    #[derive(Serialize)]
    struct Refused {
        code: &'static str,
        sentence: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        login: Option<&'static str>,
    }
    let body = Refused {
        code: code.code,
        sentence: code.sentence,
        login,
    };
    (code.status, axum::Json(body)).into_response()
}

/// What the script sends.
#[derive(Deserialize)]
struct Batch {
    /// The phone's clock, in milliseconds since 1970 UTC.
    #[serde(default)]
    now: String,
    /// A JSON list of [`Entry`].
    #[serde(default)]
    entries: String,
}

#[derive(Deserialize)]
struct Entry {
    /// Sixteen random bytes in hexadecimal.
    id: String,
    /// What was sealed for this server under that name, in base64.
    letter: String,
}

/// Who typed an entry and where, as the phone noted it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Made {
    made_by: String,
    made_at: String,
}

#[derive(Serialize)]
struct Answers {
    entries: Vec<Answered>,
}

/// What became of one entry.
#[derive(Serialize)]
struct Answered {
    id: String,
    /// Whether the phone can forget it.
    held: bool,
    /// What to show.
    told: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// What was typed, as a form is sent, back to who typed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<String>,
}

async fn doses(
    State(front): State<Front>,
    page: Page,
    headers: HeaderMap,
    CsrfForm(batch): CsrfForm<Batch>,
) -> Response {
    let staff = match staff(&front, &headers, Asks::Person).await {
        Ok(staff) => staff,
        Err(refused) => return refused,
    };
    let now = front.app.now();
    let read = (
        batch.now.parse().ok(),
        serde_json::from_str::<Vec<Entry>>(&batch.entries).ok(),
    );
    let (Some(phone_now), Some(entries)) = read else {
        return whole(code::OFFLINE_BATCH);
    };
    let Some(clock) = PhoneClock::of(phone_now, now).filter(|_| (1..=AT_ONCE).contains(&entries.len()))
    else {
        return whole(code::OFFLINE_BATCH);
    };
    let desk = Desk {
        app: &front.app,
        locale: page.locale,
        staff: &staff,
        clock,
    };
    let mut answers = Vec::with_capacity(entries.len());
    for entry in entries {
        match desk.take(entry).await {
            Ok(answered) => answers.push(answered),
            // Of what comes after, nothing is known either: the phone sends it again.
            Err(code) => return whole(code),
        }
    }
    axum::Json(Answers { entries: answers }).into_response()
}

/// What the clock of a phone shows, and how far it is from ours.
#[derive(Debug, Clone, Copy)]
struct PhoneClock {
    now: Timestamp,
    /// Seconds by which it is ahead.
    ahead: i64,
}

impl PhoneClock {
    /// None for a clock of another century, which is a broken request.
    fn of(millis: i64, now: Timestamp) -> Option<Self> {
        const FIFTY_YEARS: i64 = 50 * 365 * 86_400;
        let phone = Timestamp::from_micros(millis.checked_mul(1_000)?);
        let ahead = phone.seconds().checked_sub(now.seconds())?;
        (ahead.abs() < FIFTY_YEARS).then_some(Self { now: phone, ahead })
    }
}

/// Where entries are taken in, one by one.
struct Desk<'a> {
    app: &'a App,
    locale: Locale,
    staff: &'a Staff,
    clock: PhoneClock,
}

impl Desk<'_> {
    /// # Errors
    /// When nothing can be stored now: the entry waits on the phone.
    async fn take(&self, entry: Entry) -> Result<Answered, Code> {
        let Some((id, text)) = self.open(&entry) else {
            return Ok(self.refused(entry.id, code::OFFLINE_UNREADABLE, "offline-unreadable", None));
        };
        let made: Made = pairs::from_pairs(&text).unwrap_or_default();
        // To nobody else is told what was typed.
        if made.made_by != self.staff.code() {
            return Ok(self.refused(entry.id, code::OFFLINE_OTHERS, "offline-others", None));
        }
        if made.made_at != self.staff.centre().to_string() {
            return Ok(self.refused(entry.id, code::OFFLINE_OTHERS, "offline-other-centre", Some(text)));
        }
        let Ok(typed) = pairs::from_pairs::<Typed>(&text) else {
            return Ok(self.refused(entry.id, code::OFFLINE_UNREADABLE, "offline-unreadable", None));
        };
        let dose = match typed.parse(self.clock.now, WhyUnread::Known) {
            Ok(dose) => self.by_our_clock(dose),
            Err(form) => return Ok(self.wrong(entry.id, &form, text)),
        };
        let on = TypedOn::Phone {
            request: id,
            clock_off: self.clock.ahead,
        };
        match self.app.hold(self.staff, dose, on).await {
            Ok(held) => Ok(Answered {
                id: entry.id,
                held: true,
                told: self.told(&held),
                code: None,
                fields: None,
            }),
            Err(refused) => self.judged(entry.id, &typed, text, &refused),
        }
    }

    fn open(&self, entry: &Entry) -> Option<(RequestId, String)> {
        let id: RequestId = entry.id.parse().ok()?;
        let letter = STANDARD.decode(&entry.letter).ok()?;
        let plain = self.app.read_letter(id, &letter)?;
        Some((id, String::from_utf8(plain.to_vec()).ok()?))
    }

    /// The time that was typed is the phone's.
    fn by_our_clock(&self, dose: HeldDose) -> HeldDose {
        HeldDose {
            given_at: dose.given_at.plus_seconds(-self.clock.ahead),
            ..dose
        }
    }

    fn judged(&self, id: String, typed: &Typed, text: String, refused: &Refusal) -> Result<Answered, Code> {
        if let Some((field, message)) = beside(refused) {
            return Ok(self.wrong(id, &typed.form().error_at(field, message), text));
        }
        let why = match refused {
            Refusal::OffRoster => "offline-off-roster",
            Refusal::Forbidden => "gone-forbidden-text",
            Refusal::OverBudget { .. } => "held-over",
            other => {
                tracing::warn!(error = %other, "an entry of a phone waits");
                return Err(code::BUSY);
            }
        };
        Ok(self.refused(id, code::OFFLINE_REFUSED, why, Some(text)))
    }

    fn wrong(&self, id: String, form: &FormState, text: String) -> Answered {
        let sentences = form
            .errors()
            .iter()
            .map(|(_, message)| message.in_language(self.locale));
        Answered {
            id,
            held: false,
            told: sentences.collect::<Vec<_>>().join(" · "),
            code: Some(code::OFFLINE_REFUSED.code),
            fields: Some(text),
        }
    }

    fn refused(&self, id: String, code: Code, sentence: &str, fields: Option<String>) -> Answered {
        Answered {
            id,
            held: false,
            told: self.locale.t(sentence),
            code: Some(code.code),
            fields,
        }
    }

    fn told(&self, held: &Held) -> String {
        let locale = self.locale;
        let id = match held.vouched {
            Vouched::Enough => "held-saved-day",
            Vouched::NeedsSecond => "held-saved-second",
        };
        let day = words::weekday_date(locale, held.day);
        let mut told = locale.t_with(id, &[("number", held.number.to_string()), ("day", day)]);
        let minutes = self.clock.ahead.abs() / 60;
        let late = [("days", held.late.to_string())];
        let clock = [("minutes", minutes.to_string())];
        let flags = [
            (held.late > 0).then(|| locale.t_with("held-late", &late)),
            (minutes > CLOCK_MINUTES).then(|| locale.t_with("held-clock", &clock)),
        ];
        for flag in flags.into_iter().flatten() {
            told.push_str(" · ");
            told.push_str(&flag);
        }
        told
    }
}

impl OfflinePage {
    fn new(app: &App, page: Page, nav: Nav, form: FormState) -> Self {
        Self::with_key(STANDARD.encode(app.letter_key()), page, nav, form)
    }

    fn with_key(key: String, page: Page, nav: Nav, form: FormState) -> Self {
        let locale = page.locale;
        let text =
            |(name, id): (&'static str, &str)| (name, locale.t_with(id, &[("count", "{n}".to_owned())]));
        Self {
            fields: HeldFields::new(locale),
            script: asset::offline(),
            texts: TEXTS.map(text).into(),
            key,
            page,
            nav,
            form,
        }
    }
}

/// What the script says, and under which name it looks it up.
const TEXTS: [(&str, &str); 25] = [
    ("count", "offline-count"),
    ("correct", "offline-correct"),
    ("kept", "offline-kept"),
    ("missing", "offline-missing"),
    ("full", "offline-full"),
    ("login", "offline-login"),
    ("refused", "offline-refused"),
    ("done", "offline-done"),
    ("noline", "offline-no-line"),
    ("first", "offline-first"),
    ("ready", "offline-ready"),
    ("locked", "offline-locked"),
    ("digits", "offline-digits"),
    ("wait", "offline-wait"),
    ("wrong", "offline-wrong"),
    ("repeat", "offline-repeat"),
    ("differ", "offline-differ"),
    ("whose", "offline-whose"),
    ("centre", "offline-centre"),
    ("which", "offline-which"),
    ("dose", "dose-number"),
    ("booked", "paper-confirm-dose"),
    ("newcomer", "dose-1"),
    ("guardian", "guardian-label"),
    ("nobody", "guardian-none"),
];

#[cfg(test)]
impl OfflinePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let now = Timestamp::from_seconds(1_795_321_800);
        let sample = |nav| Self::with_key("BA==".to_owned(), page.clone(), nav, Typed::suggested(now).form());
        let nurse = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        vec![sample(nurse), sample(Nav::outside())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offline_worker_names_the_page_and_the_shell_that_are_served() {
        assert!(WORKER.contains(&format!("const PAGE = '{PAGE}';")));
        assert!(WORKER.contains(&format!("const SHELL = '{SHELL}';")));
        assert_eq!(WORKER.matches("FILES_HERE").count(), 1);
    }

    #[test]
    fn an_offline_clock_is_compared_and_a_broken_one_refused() {
        let now = Timestamp::from_seconds(1_795_321_800);
        let two_hours_ahead = (now.seconds() + 7_200) * 1_000;
        assert_eq!(PhoneClock::of(two_hours_ahead, now).unwrap().ahead, 7_200);
        for broken in [i64::MAX, i64::MIN, 0, -1] {
            assert!(PhoneClock::of(broken, now).is_none(), "{broken}");
        }
    }
}
