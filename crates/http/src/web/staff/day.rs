//! The one screen of the day at a site: whose turn it is, who is where, what the stock has, what waits for somebody. Nobody is
//! named. It works without script; with it, what changes is fetched every half minute.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use pramaan_app::StaffRole;
use pramaan_app::roster::Place;
use pramaan_app::visit::DayBoard;
use serde::Deserialize;

use super::day_live::LiveView;
use super::day_share::{Reading, Shown};
use super::duty::{HOME, Nav, OnDuty, SESSION};
use super::refusal;
use crate::cowin::error::CowinError;
use crate::etag::Prebuilt;
use crate::query::Query;
use crate::web::cookie;
use crate::web::error_page::render;
use crate::web::form::Message;
use crate::web::front::Front;
use crate::web::page::Page;
use crate::web::words;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/staff", get(show))
        .route("/staff/day/live", get(live))
}

#[derive(Template)]
#[template(path = "staff/day.html")]
pub(super) struct DayPage {
    page: Page,
    nav: Nav,
    day: String,
    done: Option<Message>,
    /// Seconds of the server's clock.
    now: i64,
    live: String,
}

/// Which list is being read from where, and what was done just now.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    of: Option<String>,
    from: Option<String>,
    done: Option<String>,
    n: Option<String>,
    seats: Option<String>,
    untold: Option<String>,
}

impl Asked {
    fn reading(&self) -> Reading {
        let from = self.from.as_deref().and_then(|from| from.parse().ok());
        let list = self.of.as_deref().and_then(Shown::parse);
        from.zip(list)
            .map_or(Reading::BEGINNING, |(from, list)| Reading { list, from })
    }

    fn message(&self) -> Option<Message> {
        let plain = [
            ("check_in", "day-done-check-in"),
            ("undo_check_in", "day-done-undo"),
            ("put_back", "day-done-put-back"),
            ("leave", "day-done-leave"),
            ("undo_leave", "day-done-undo-leave"),
            ("sent_away", "day-done-sent-away"),
            ("moved", "day-done-moved"),
            ("full", "day-done-full"),
            ("nothing", "day-done-nothing"),
            ("over", "day-done-over"),
            ("reopened", "day-done-reopened"),
        ];
        let done = self.done.as_deref()?;
        if let Some((_, id)) = plain.iter().find(|(word, _)| *word == done) {
            return Some(Message::new(id));
        }
        if done == "released" {
            return self.released();
        }
        let counted = [("token", "day-done-token"), ("leftover", "day-done-leftover")];
        let (_, id) = counted.iter().find(|(word, _)| *word == done)?;
        let n: u32 = self.n.as_deref()?.parse().ok()?;
        Some(Message::new(id).with("n", n))
    }

    /// How many places were given up, and apart from that how many seats walk-ins got: behind the last hours there are none.
    fn released(&self) -> Option<Message> {
        let number = |text: &Option<String>| text.as_ref()?.parse::<u32>().ok();
        let (people, seats) = number(&self.n).zip(number(&self.seats))?;
        let message = Message::new(match people {
            0 => return Some(Message::new("day-done-released-none")),
            _ => "day-done-released",
        });
        let message = message.with("people", people).with("seats", seats);
        Some(message.with("untold", number(&self.untold)?))
    }
}

async fn show(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    asked: Result<Query<Asked>, CowinError>,
) -> Response {
    if staff.role() == StaffRole::DistrictAdmin {
        return Redirect::to("/staff/district").into_response();
    }
    let nav = Nav::of(&staff, HOME);
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    match front.app.day_board(&staff).await {
        Ok(board) => render(&DayPage::new(page, nav, &board, &asked)),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

/// What changes of the page, under a validator. The page asks by itself, so it shows nobody's presence.
async fn live(
    State(front): State<Front>,
    page: Page,
    headers: HeaderMap,
    asked: Result<Query<Asked>, CowinError>,
) -> Response {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let Some(token) = cookie::read(&headers, SESSION) else {
        return Redirect::to("/staff/login").into_response();
    };
    let staff = match front.app.staff_of_screen(token).await {
        Ok(staff) => staff,
        Err(refused) => return refusal::page(page, Nav::outside(), &refused),
    };
    let nav = Nav::of(&staff, HOME);
    match front.app.day_board(&staff).await {
        Ok(board) => match LiveView::new(page, nav, &board, asked.reading()).render() {
            Ok(html) => {
                let kind = HeaderValue::from_static("text/html; charset=utf-8");
                Prebuilt::new(Bytes::from(html), kind).respond(&headers)
            }
            Err(_) => refusal::page(
                Page::bare(crate::web::i18n::Locale::En),
                nav,
                &pramaan_app::Refusal::Busy,
            ),
        },
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

/// The address at which a place shows evidence.
pub(super) fn visit_path(place: Place) -> String {
    format!("/staff/visit/{}/{}/{}", place.session, place.slot, place.queue)
}

impl DayPage {
    fn new(page: Page, nav: Nav, board: &DayBoard, asked: &Asked) -> Self {
        Self {
            day: words::weekday_date(page.locale, board.now.date()),
            done: asked.message(),
            now: board.now.seconds(),
            // Texts and numbers always render.
            live: LiveView::new(page.clone(), nav, board, asked.reading())
                .render()
                .unwrap_or_default(),
            page,
            nav,
        }
    }
}

#[cfg(test)]
impl DayPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let boards = super::day_live::sample_boards();
        let nurse = Nav::role(StaffRole::Vaccinator, HOME);
        let manager = Nav::role(StaffRole::SiteManager, HOME);
        let told = Asked {
            done: Some("token".to_owned()),
            n: Some("14".to_owned()),
            ..Asked::default()
        };
        boards
            .iter()
            .flat_map(|board| {
                [
                    Self::new(page.clone(), nurse, board, &Asked::default()),
                    Self::new(page.clone(), manager, board, &told),
                ]
            })
            .collect()
    }
}
