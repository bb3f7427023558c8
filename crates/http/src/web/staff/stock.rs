//! What the centre has: open vials with what is left of their time, batches, and one batch with its entries.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use pramaan_app::stock::{Entry, Stock};
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::stock::{Account, Shelf};
use pramaan_domain::time::Timestamp;
use serde::Deserialize;

use super::duty::{Nav, OnDuty};
use super::stock_act::{self, Act};
use super::{refusal, stock_recall, stock_words};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::form::Message;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

pub(super) const HERE: &str = "/staff/stock";
pub(super) const BATCH: &str = "/staff/stock/batch";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show)).route(BATCH, get(show_batch))
}

#[derive(Template)]
#[template(path = "staff/stock.html")]
pub(super) struct StockPage {
    page: Page,
    nav: Nav,
    done: Option<Message>,
    /// Whether the centre ever received anything.
    ledger: Ledger,
    vials: Vec<Vial>,
    batches: Vec<Line>,
    recalls: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ledger {
    Kept,
    NotKept,
}

/// An open vial, and where what is left in it is wasted.
struct Vial {
    batch: String,
    said: String,
    waste: String,
    past: Past,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Past {
    Yes,
    No,
}

/// A batch of the list.
struct Line {
    name: String,
    href: String,
    expiry: String,
    balance: String,
    marks: Vec<String>,
}

#[derive(Template)]
#[template(path = "staff/stock_batch.html")]
pub(super) struct BatchPage {
    page: Page,
    nav: Nav,
    done: Option<Message>,
    line: Line,
    vials: Vec<Vial>,
    acts: Vec<(String, String)>,
    entries: Vec<Row>,
}

/// An entry of the ledger in words.
struct Row {
    at: String,
    what: String,
    doses: i64,
    who: String,
    note: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    vaccine: String,
    batch: String,
    done: String,
}

impl Asked {
    fn told(&self) -> Option<Message> {
        match self.done.as_str() {
            "received" => Some(Message::new("stock-done-received")),
            "saved" => Some(Message::new("stock-done-saved")),
            _ => None,
        }
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    asked: Result<Query<Asked>, CowinError>,
) -> Response {
    if staff.role() == StaffRole::DistrictAdmin {
        return axum::response::Redirect::to(stock_recall::HERE).into_response();
    }
    let nav = Nav::of(&staff, HERE);
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let found = match front.app.stock(&staff).await {
        Ok(stock) => front.app.recalls().await.map(|recalls| (stock, recalls)),
        Err(refused) => Err(refused),
    };
    match found {
        Ok((stock, recalls)) => {
            let locale = page.locale;
            let recalls = recalls.iter().map(|one| stock_recall::said(locale, one));
            render(&StockPage {
                recalls: recalls.collect(),
                ..StockPage::new(page, nav, asked.told(), &stock, front.app.now())
            })
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

async fn show_batch(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    asked: Result<Query<Asked>, CowinError>,
) -> Response {
    let nav = Nav::of(&staff, HERE);
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let Some(key) = stock_words::key_of(&asked.vaccine, &asked.batch) else {
        return refusal::page(page, nav, &Refusal::UnknownBatch);
    };
    match front.app.stock_batch(&staff, key).await {
        Ok(batch) => {
            let facts = (&batch.shelf, batch.entries.as_slice());
            render(&BatchPage::new(page, nav, asked.told(), facts, front.app.now()))
        }
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

impl StockPage {
    fn new(page: Page, nav: Nav, done: Option<Message>, stock: &Stock, now: Timestamp) -> Self {
        let locale = page.locale;
        let there = stock
            .shelves
            .iter()
            .filter(|shelf| shelf.ledger.held() > 0 || shelf.ledger.balance(Account::Untracked) < 0);
        let vials = stock.shelves.iter().flat_map(|shelf| vials(locale, shelf, now));
        Self {
            ledger: match stock.kept_since {
                Some(_) => Ledger::Kept,
                None => Ledger::NotKept,
            },
            vials: vials.collect(),
            batches: there.map(|shelf| Line::new(locale, shelf, now)).collect(),
            recalls: Vec::new(),
            page,
            nav,
            done,
        }
    }

    fn is_kept(&self) -> bool {
        self.ledger == Ledger::Kept
    }
}

fn vials(locale: Locale, shelf: &Shelf, now: Timestamp) -> Vec<Vial> {
    let vial = |one: &pramaan_domain::stock::OpenVial| Vial {
        batch: stock_words::batch(locale, &shelf.key),
        said: stock_words::vial(locale, shelf.key.vaccine, one, now),
        waste: stock_act::waste_of_vial(&shelf.key, one.number),
        past: match one.is_past(shelf.key.vaccine, now) {
            true => Past::Yes,
            false => Past::No,
        },
    };
    shelf.vials.iter().map(vial).collect()
}

impl Vial {
    fn is_past(&self) -> bool {
        self.past == Past::Yes
    }
}

impl Line {
    fn new(locale: Locale, shelf: &Shelf, now: Timestamp) -> Self {
        let doses = |account| shelf.ledger.balance(account).to_string();
        let balance = [("closed", doses(Account::OnHand)), ("open", doses(Account::Open))];
        let mut marks: Vec<String> = shelf
            .of_the_batch(now.date())
            .into_iter()
            .map(|objection| stock_words::mark(locale, objection))
            .collect();
        let untracked = -shelf.ledger.balance(Account::Untracked);
        if untracked > 0 {
            marks.push(locale.t_with("stock-untracked", &[("doses", untracked.to_string())]));
        }
        Self {
            name: stock_words::batch(locale, &shelf.key),
            href: stock_words::address(BATCH, &shelf.key),
            expiry: match &shelf.batch {
                Some(batch) => {
                    let day = words::date(locale, batch.expires_on);
                    locale.t_with("stock-expiry", &[("date", day)])
                }
                None => locale.t("stock-never-received"),
            },
            balance: locale.t_with("stock-balance", &balance),
            marks,
        }
    }
}

impl BatchPage {
    fn new(
        page: Page,
        nav: Nav,
        done: Option<Message>,
        (shelf, entries): (&Shelf, &[Entry]),
        now: Timestamp,
    ) -> Self {
        let locale = page.locale;
        Self {
            line: Line::new(locale, shelf, now),
            vials: vials(locale, shelf, now),
            acts: acts(locale, nav, shelf),
            entries: entries.iter().map(|entry| Row::new(locale, entry)).collect(),
            page,
            nav,
            done,
        }
    }
}

/// What can be done with a batch, by whoever looks: where each leads, and its name.
fn acts(locale: Locale, nav: Nav, shelf: &Shelf) -> Vec<(String, String)> {
    if shelf.batch.is_none() {
        return Vec::new();
    }
    let own = Act::ALL.into_iter().filter(|act| act.is_for(nav));
    own.map(|act| (act.address(&shelf.key), locale.t(act.title())))
        .collect()
}

impl Row {
    fn new(locale: Locale, entry: &Entry) -> Self {
        let line = &entry.line;
        let note = line.note.as_ref();
        Self {
            at: words::instant(locale, line.at),
            what: stock_words::movement(locale, line.movement),
            doses: line.movement.doses.get(),
            who: entry.staff.clone().unwrap_or_default(),
            note: note.map(|note| note.as_str().to_owned()).unwrap_or_default(),
        }
    }
}

/// A batch of samples: ten doses closed, nine in a vial opened a while ago.
#[cfg(test)]
pub(super) fn sample_shelf(now: Timestamp) -> Shelf {
    use pramaan_domain::stock::{self, Batch, Doses, OpenVial, Recall};
    let key = stock_words::key_of("COVISHIELD", "4121Z025").unwrap();
    let mut ledger = stock::Ledger::default();
    for act in [stock::Act::Receive, stock::Act::Receive, stock::Act::OpenVial] {
        ledger.apply(act.of(Doses::new(10).unwrap())).unwrap();
    }
    ledger.apply(stock::Act::Use.of(Doses::ONE)).unwrap();
    ledger.apply(stock::Act::UseUntracked.of(Doses::ONE)).unwrap();
    let vial = |number, hours: i64| OpenVial {
        number,
        opened_at: now.plus_seconds(-3_600 * hours),
        left: 9,
    };
    Shelf {
        batch: Some(Batch {
            key: key.clone(),
            expires_on: now.date(),
            doses_per_vial: 10,
        }),
        recall: Some(Recall {
            key: key.clone(),
            since: now.date(),
            reason: "Particles were seen in vials".to_owned(),
        }),
        ledger,
        vials: vec![vial(1, 5), vial(2, 1)],
        key,
    }
}

#[cfg(test)]
pub(super) const SAMPLE_NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

#[cfg(test)]
impl StockPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::role(StaffRole::SiteManager, HERE);
        let none = Stock {
            kept_since: None,
            shelves: Vec::new(),
        };
        let some = Stock {
            kept_since: Some(SAMPLE_NOW),
            shelves: vec![sample_shelf(SAMPLE_NOW)],
        };
        let done = Some(Message::new("stock-done-received"));
        let recalled = sample_shelf(SAMPLE_NOW).recall.unwrap();
        vec![
            Self::new(page.clone(), nav, None, &none, SAMPLE_NOW),
            Self {
                recalls: vec![stock_recall::said(page.locale, &recalled)],
                ..Self::new(page.clone(), nav, done, &some, SAMPLE_NOW)
            },
        ]
    }
}

#[cfg(test)]
impl BatchPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use pramaan_domain::staff::Reason;
        use pramaan_domain::stock::{self, Doses};
        let shelf = sample_shelf(SAMPLE_NOW);
        let entry = |seq, act: stock::Act, note: Option<&str>| Entry {
            staff: note.map(|_| "MH-0002".to_owned()),
            line: pramaan_app::stock::Line {
                seq,
                at: SAMPLE_NOW,
                movement: act.of(Doses::ONE),
                vial: None,
                staff: None,
                note: note.map(|note| Reason::parse(note).unwrap()),
            },
        };
        let mut entries: Vec<Entry> = stock::Act::all()
            .zip(1..)
            .map(|(act, seq)| entry(seq, act, None))
            .collect();
        entries.push(entry(99, stock::Act::Return, Some("the fridge was too warm")));
        let mut undone = entry(100, stock::Act::Use, None);
        undone.line.movement = undone.line.movement.reversed();
        entries.push(undone);
        let of = |role, done| {
            let nav = Nav::role(role, HERE);
            Self::new(page.clone(), nav, done, (&shelf, &entries), SAMPLE_NOW)
        };
        vec![
            of(StaffRole::SiteManager, Some(Message::new("stock-done-saved"))),
            of(StaffRole::Vaccinator, None),
        ]
    }
}
