//! The close of a day: its figures, the vials that are counted, and why somebody is carried over. The same page prints.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::day::{Closed, Closing, DayCount, DayFigure, Figure};
use pramaan_app::stock::Counted;
use pramaan_app::{FormKey, Refusal, Staff};
use pramaan_domain::staff::Reason;
use pramaan_domain::stock::MOST_DOSES;
use serde::Deserialize;

use super::day_live::clock;
use super::duty::{Duty, HOME, Nav, OnDuty};
use super::login::LoginPage;
use super::{refusal, stock_words};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::kept;
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/day/close";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(close))
}

#[derive(Template)]
#[template(path = "staff/day_close.html")]
pub(super) struct ClosePage {
    page: Page,
    nav: Nav,
    form: FormState,
    day: String,
    closed: Option<Stands>,
    figures: Vec<String>,
    lines: Vec<Line>,
    still_here: usize,
    to_come: usize,
    held: usize,
    once: String,
}

/// The close that stands.
struct Stands {
    text: String,
    after: usize,
    figures: Vec<String>,
    note: Option<String>,
}

/// One batch: what the ledger has, and what was counted.
struct Line {
    id: String,
    key: String,
    name: String,
    what: String,
    counted: String,
}

/// What was counted of a batch is a field by the batch's own name: a field left empty counts as absent, so a place in a list
/// would not tell which batch it is.
#[derive(Default, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
struct Typed {
    act: String,
    /// By `VACCINE/BATCH`.
    counted: BTreeMap<String, String>,
    note: String,
    carried: String,
    reason: String,
    key: String,
    /// `kept` from a login that interrupted the form.
    step: String,
    /// The form that waited for that login, sealed.
    kept: String,
    /// The batch whose count cannot be read: found here, sent by nobody.
    wrong: Option<String>,
}

/// What the names of fields of counts begin with.
const COUNTED: &str = "counted-";
/// The field of the count that is wrong, whichever batch it is of.
const WRONG: &str = "counted-wrong";

impl From<BTreeMap<String, String>> for Typed {
    fn from(mut sent: BTreeMap<String, String>) -> Self {
        let mut take = |name: &str| sent.remove(name).unwrap_or_default();
        Self {
            act: take("act"),
            note: take("note"),
            carried: take("carried"),
            reason: take("reason"),
            key: take("key"),
            step: take("step"),
            kept: take("kept"),
            wrong: None,
            counted: sent
                .into_iter()
                .filter_map(|(name, doses)| Some((name.strip_prefix(COUNTED)?.to_owned(), doses)))
                .collect(),
        }
    }
}

impl Typed {
    fn carry(&self) -> String {
        let counted = self.counted.iter();
        let counted = counted.map(|(batch, doses)| (format!("{COUNTED}{batch}"), doses));
        let plain = [
            ("act", &self.act),
            ("note", &self.note),
            ("carried", &self.carried),
            ("reason", &self.reason),
            ("key", &self.key),
        ];
        let plain = plain.map(|(name, typed)| (name.to_owned(), typed));
        kept::carry(&counted.chain(plain).collect::<Vec<_>>())
    }

    fn form(&self) -> FormState {
        FormState::new()
            .value_of("note", &self.note)
            .value_of("carried", &self.carried)
            .value_of("reason", &self.reason)
    }

    /// What was counted; a batch left empty was not.
    fn counts(&self) -> Result<Vec<Counted>, Wrong> {
        let note = match self.note.trim() {
            "" => None,
            text => Some(Reason::parse(text).map_err(|_| Wrong::Field("note", "day-close-reason-shape"))?),
        };
        let mut counts = Vec::new();
        for (batch, counted) in &self.counted {
            let counted = counted.trim();
            if counted.is_empty() {
                continue;
            }
            let wrong = || Wrong::Count(batch.clone());
            let (vaccine, number) = batch.split_once('/').ok_or_else(wrong)?;
            let key = stock_words::key_of(vaccine, number).ok_or_else(wrong)?;
            let doses: Option<u32> = counted.parse().ok();
            let doses = doses.filter(|doses| *doses <= MOST_DOSES).ok_or_else(wrong)?;
            let note = note.clone();
            counts.push(Counted { key, doses, note });
        }
        Ok(counts)
    }

    fn closing(&self) -> Result<Closing, (&'static str, &'static str)> {
        let carried = match self.carried.trim() {
            "" => None,
            text => Some(Reason::parse(text).map_err(|_| ("carried", "day-close-reason-shape"))?),
        };
        Ok(Closing { carried })
    }
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    answer(&front, page, &staff, (&Typed::default(), FormState::new())).await
}

async fn close(
    State(front): State<Front>,
    page: Page,
    duty: Duty,
    CsrfForm(mut typed): CsrfForm<Typed>,
) -> Response {
    let Duty::On(staff) = duty else {
        return LoginPage::keeping(&front, page, &duty, (HERE, &typed.carry()));
    };
    if typed.step == kept::STEP {
        let typed: Typed = kept::back(&front, staff.typist(), HERE, &typed.kept).unwrap_or_default();
        let form = typed.form();
        return answer(&front, page, &staff, (&typed, form)).await;
    }
    let done = match typed.act.as_str() {
        "reopen" => reopen(&front, &staff, &typed).await,
        _ => closed(&front, &staff, &typed).await,
    };
    let (field, message) = match done {
        Ok(address) => return Redirect::to(address).into_response(),
        Err(Wrong::Field(field, id)) => (field, Message::new(id)),
        Err(Wrong::Refused(Refusal::StillHere { people })) => {
            ("carried", Message::new("day-close-still-here").with("n", people))
        }
        Err(Wrong::Refused(Refusal::Invalid { field: "note", .. })) => {
            ("note", Message::new("day-close-variance-reason"))
        }
        Err(Wrong::Count(batch)) => {
            typed.wrong = Some(batch);
            (WRONG, Message::new("day-close-counted-shape"))
        }
        Err(Wrong::Refused(Refusal::Invalid { .. })) => (WRONG, Message::new("day-close-counted-shape")),
        Err(Wrong::Refused(refused)) => return refusal::page(page, Nav::of(&staff, HOME), &refused),
    };
    let form = typed.form().error_at(field, message);
    let again = answer(&front, page, &staff, (&typed, form)).await;
    form_again(StatusCode::UNPROCESSABLE_ENTITY, again)
}

#[derive(Debug)]
enum Wrong {
    Field(&'static str, &'static str),
    /// What was counted of this batch is no number of doses.
    Count(String),
    Refused(Refusal),
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<(&'static str, &'static str)> for Wrong {
    fn from((field, id): (&'static str, &'static str)) -> Self {
        Self::Field(field, id)
    }
}

/// What was counted is kept first: it is true whether the day can be closed or not, and is done once.
async fn closed(front: &Front, staff: &Staff, typed: &Typed) -> Result<&'static str, Wrong> {
    let (counts, closing) = (typed.counts()?, typed.closing()?);
    if !counts.is_empty() {
        let once = FormKey::parse(&typed.key)?;
        front.app.count_stock(staff, counts, &once).await?;
    }
    front.app.close_day(staff, closing).await?;
    Ok(HERE)
}

async fn reopen(front: &Front, staff: &Staff, typed: &Typed) -> Result<&'static str, Wrong> {
    let reason = Reason::parse(&typed.reason).map_err(|_| ("reason", "day-close-reason-shape"))?;
    front.app.reopen_day(staff, reason).await?;
    Ok("/staff?done=reopened")
}

async fn answer(front: &Front, page: Page, staff: &Staff, (typed, form): (&Typed, FormState)) -> Response {
    let nav = Nav::of(staff, HOME);
    match front.app.day_count(staff).await {
        Ok((count, closed)) => {
            let day = words::weekday_date(page.locale, front.app.today());
            // The same form sent twice counts once, so what was given with it comes back with it.
            let once = match typed.key.as_str() {
                "" => front.fresh_name(),
                key => key.to_owned(),
            };
            render(&ClosePage::new(
                page,
                nav,
                (day, once),
                (&count, closed.as_ref()),
                (typed, form),
            ))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

fn figure(page: &Page, figure: &DayFigure) -> Option<String> {
    let id = match figure.what {
        Figure::Given => "day-figure-given",
        Figure::Expected => "day-figure-expected",
        Figure::Counted => "day-figure-counted",
        Figure::Wasted if figure.n == 0 => return None,
        Figure::Wasted => "day-figure-wasted",
        Figure::Came => "day-figure-came",
        Figure::NoShows => "day-figure-no-shows",
        Figure::SentAway => "day-figure-sent-away",
        Figure::Carried => "day-figure-carried",
        Figure::ToCome if figure.n == 0 => return None,
        Figure::ToCome => "day-figure-to-come",
        Figure::Held => "day-figure-held",
    };
    Some(page.t2(id, "n", figure.n, "batch", batch_of(page, figure)))
}

fn batch_of(page: &Page, figure: &DayFigure) -> String {
    figure
        .batch
        .as_ref()
        .map_or_else(String::new, |(vaccine, batch)| {
            format!("{} {}", words::vaccine(page.locale, *vaccine), batch.as_str())
        })
}

/// By how many doses what was counted of a batch differs from the list.
fn variance(page: &Page, counted: &DayFigure, all: &[DayFigure]) -> Option<String> {
    let listed = |other: &&DayFigure| other.what == Figure::Expected && other.batch == counted.batch;
    let listed = all
        .iter()
        .find(listed)
        .filter(|_| counted.what == Figure::Counted)?;
    let (id, n) = match counted.n - listed.n {
        0 => return None,
        fewer @ ..0 => ("day-figure-missing", -fewer),
        more => ("day-figure-more", more),
    };
    Some(page.t2(id, "n", n, "batch", batch_of(page, counted)))
}

impl ClosePage {
    fn new(
        page: Page,
        nav: Nav,
        (day, once): (String, String),
        (count, closed): (&DayCount, Option<&Closed>),
        (typed, form): (&Typed, FormState),
    ) -> Self {
        let whole = |what, n: usize| DayFigure {
            what,
            batch: None,
            n: i64::try_from(n).unwrap_or(i64::MAX),
        };
        let totals = [
            whole(Figure::Came, count.came),
            whole(Figure::NoShows, count.no_shows),
            whole(Figure::SentAway, count.sent_away),
            whole(Figure::ToCome, count.to_come),
        ];
        let figures = totals
            .iter()
            .chain(&count.given)
            .filter_map(|one| figure(&page, one));
        let stands = closed.map(|closed| Stands {
            text: page.t2(
                "day-close-by",
                "by",
                &closed.event.by,
                "at",
                clock(page.locale, closed.event.at),
            ),
            after: closed.after_close,
            figures: closed
                .figures
                .iter()
                .flat_map(|one| [figure(&page, one), variance(&page, one, &closed.figures)])
                .flatten()
                .collect(),
            note: closed.event.note.as_ref().map(|note| note.as_str().to_owned()),
        });
        Self {
            figures: figures.collect(),
            closed: stands,
            lines: lines(&page, count, typed),
            still_here: count.still_here,
            to_come: count.to_come,
            held: count.held,
            page,
            nav,
            form,
            day,
            once,
        }
    }
}

fn lines(page: &Page, count: &DayCount, typed: &Typed) -> Vec<Line> {
    let line = |(index, line): (usize, &pramaan_app::stock::SheetLine)| {
        let key = format!("{}/{}", line.key.vaccine.name(), line.key.batch.as_str());
        let wasted: Vec<String> = line
            .wasted
            .iter()
            .map(|(waste, doses)| format!("{}: {doses}", stock_words::waste(page.locale, *waste)))
            .collect();
        let what = page.t2(
            "day-close-line",
            "closing",
            line.closing - line.open,
            "used",
            line.used,
        );
        Line {
            id: match typed.wrong.as_ref() == Some(&key) {
                true => WRONG.to_owned(),
                false => format!("{COUNTED}{index}"),
            },
            name: stock_words::batch(page.locale, &line.key),
            what: std::iter::once(what)
                .chain(wasted)
                .collect::<Vec<_>>()
                .join(" · "),
            counted: typed.counted.get(&key).cloned().unwrap_or_default(),
            key,
        }
    };
    count.stock.iter().enumerate().map(line).collect()
}

impl ClosePage {
    /// A count that is wrong without a batch of its own on the page is shown below all of them.
    fn is_wrong_below(&self) -> bool {
        self.form.error(WRONG).is_some() && self.lines.iter().all(|line| line.id != WRONG)
    }
}

#[cfg(test)]
impl ClosePage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use pramaan_app::day::{DayEvent, DayEventKind};
        use pramaan_domain::dose::VaccineBatch;
        use pramaan_domain::vaccine::Vaccine;
        let nav = Nav::role(pramaan_app::StaffRole::SiteManager, HOME);
        let nurse = Nav::role(pramaan_app::StaffRole::Vaccinator, HOME);
        let given = DayFigure {
            what: Figure::Given,
            batch: Some((Vaccine::Covishield, VaccineBatch::parse("4121Z025").unwrap())),
            n: 7,
        };
        let count = DayCount {
            given: vec![given.clone()],
            came: 9,
            still_here: 1,
            to_come: 2,
            held: 2,
            ..DayCount::default()
        };
        let event = DayEvent {
            number: 9,
            kind: DayEventKind::Closed,
            session: None,
            n: 7,
            by: "MH-0002".to_owned(),
            note: Some(Reason::parse("one is still observed by the doctor").unwrap()),
            at: pramaan_domain::time::Timestamp::from_seconds(1_795_350_600),
        };
        let all = Figure::ALL.map(|what| DayFigure {
            what,
            n: if what == Figure::Counted { 5 } else { 7 },
            ..given.clone()
        });
        let closed = Closed {
            event,
            figures: all.into(),
            after_close: 2,
        };
        let with = |nav, count: &DayCount, closed: Option<&Closed>, form| {
            let once = ("Sunday".to_owned(), "0123456789abcdef".to_owned());
            Self::new(
                page.clone(),
                nav,
                once,
                (count, closed),
                (&Typed::default(), form),
            )
        };
        let wrong = FormState::new().error_at("carried", Message::new("day-close-still-here").with("n", 1));
        let shape = FormState::new().error_at("note", Message::new("day-close-variance-reason"));
        vec![
            with(nav, &DayCount::default(), None, FormState::new()),
            with(nav, &count, None, wrong),
            with(nav, &count, None, shape),
            with(nurse, &count, None, FormState::new()),
            with(nav, &count, Some(&closed), FormState::new()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs;

    #[test]
    fn a_count_is_of_the_batch_beside_which_it_was_typed_and_is_kept_through_a_login() {
        let sent =
            "act=close&counted-COVISHIELD%2F4121Z025=&counted-COVISHIELD%2F4121Z030=39&note=one+vial+fell";
        let typed: Typed = pairs::from_pairs(sent).unwrap();
        let again: Typed = pairs::from_pairs(&typed.carry()).unwrap();
        for typed in [typed, again] {
            let counts = typed.counts().unwrap();
            let [count] = counts.as_slice() else {
                panic!("{} counts", counts.len())
            };
            assert_eq!((count.key.batch.as_str(), count.doses), ("4121Z030", 39));
        }
    }

    #[test]
    fn a_count_that_cannot_be_read_is_shown_beside_its_own_batch() {
        let sent = "act=close&counted-COVISHIELD%2F4121Z025=12&counted-COVISHIELD%2F4121Z030=many";
        let typed: Typed = pairs::from_pairs(sent).unwrap();
        let wrong = typed.counts();
        assert!(
            matches!(&wrong, Err(Wrong::Count(batch)) if batch == "COVISHIELD/4121Z030"),
            "{}",
            wrong.is_ok()
        );
    }
}
