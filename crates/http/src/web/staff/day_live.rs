//! What changes of the screen of the day, in words and links.

use askama::Template;
use pramaan_app::roster::{Place, Visitor};
use pramaan_app::visit::{DayBoard, OnSite};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::time::Timestamp;
use pramaan_domain::visit::{SentAway, VisitState};

use super::correction;
use super::day::visit_path;
use super::day_share::{Reading, Shown, Window, windows};
use super::duty::Nav;
use crate::web::form::Choice;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

#[derive(Template)]
#[template(path = "staff/day_live.html")]
pub(super) struct LiveView {
    page: Page,
    nav: Nav,
    /// What a screen reader is told when it changes.
    said: String,
    closed: Option<String>,
    after_close: usize,
    next: Option<Next>,
    counts: Vec<Count>,
    attention: Vec<Link>,
    releasable: usize,
    leftover: Vec<Left>,
    doses: Vec<Choice>,
    lists: Vec<List>,
    stock: Vec<String>,
    /// The link to corrections, while none waits for attention.
    corrections: Option<String>,
    everybody: usize,
}

struct Next {
    place: String,
    token: i64,
}

struct Count {
    href: String,
    n: String,
    text: String,
}

struct Link {
    href: &'static str,
    text: String,
}

struct Left {
    code: &'static str,
    text: String,
    offer: String,
}

/// A group of people, with what one tap does to each.
struct List {
    id: &'static str,
    title: String,
    count: usize,
    empty: String,
    rows: Vec<Group>,
    act: Option<Act>,
    next: Option<String>,
}

struct Act {
    code: &'static str,
    text: String,
}

struct Group {
    title: String,
    rows: Vec<Line>,
}

struct Line {
    /// Unlike in the list.
    id: String,
    href: String,
    number: String,
    text: String,
    place: String,
    until: Option<Until>,
    over: bool,
    more: Option<String>,
}

struct Until {
    iso: String,
    text: String,
    seconds: i64,
}

/// A place as forms name it.
pub(super) fn place_value(place: Place) -> String {
    format!("{}/{}/{}", place.session, place.slot, place.queue)
}

pub(super) fn place_of(value: &str) -> Option<Place> {
    let mut parts = value.split('/');
    let place = Place {
        session: parts.next()?.parse().ok()?,
        slot: parts.next()?.parse().ok()?,
        queue: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(place)
}

/// The page of one place, where everything can be done that follows.
pub(super) fn place_path(place: Place) -> String {
    format!("/staff/day/{}", place_value(place))
}

/// `10:42 am`, in Asia/Kolkata.
pub(super) fn clock(locale: Locale, at: Timestamp) -> String {
    words::time(locale, at.time_of_day())
}

pub(super) fn away(locale: Locale, why: SentAway) -> String {
    locale.t(match why {
        SentAway::Unwell => "day-away-unwell",
        SentAway::TooEarly => "day-away-too-early",
        SentAway::NoVaccine => "day-away-no-vaccine",
        SentAway::Refused => "day-away-refused",
        SentAway::NotEligible => "day-away-not-eligible",
        SentAway::Stopped => "day-away-stopped",
    })
}

impl LiveView {
    pub(super) fn new(page: Page, nav: Nav, board: &DayBoard, reading: Reading) -> Self {
        let locale = page.locale;
        let windows = windows(|list| length(board, list), reading);
        let next = board.next().and_then(|one| {
            Some(Next {
                place: place_value(one.visitor.place),
                token: one.token?,
            })
        });
        let over = board.observing.iter().filter(|one| one.may_go_at() <= board.now);
        let said = [
            ("waiting", board.waiting.len().to_string()),
            ("over", over.count().to_string()),
            ("token", next.as_ref().map_or(0, |next| next.token).to_string()),
        ];
        let everybody = [&board.to_come, &board.left, &board.sent_away].map(Vec::len);
        let everybody = everybody.iter().sum::<usize>() + board.on_site() + board.no_shows.len();
        Self {
            said: locale.t_with("day-said", &said),
            closed: board.closed.as_ref().map(|closed| clock(locale, closed.at)),
            after_close: board.after_close,
            counts: counts(&page, board, &windows),
            attention: attention(&page, board),
            releasable: board.releasable,
            leftover: leftover(&page, board),
            doses: doses(locale),
            lists: lists(&page, board, windows),
            stock: stock(&page, board),
            corrections: (board.corrections == 0).then(|| page.t1("correction-today-link", "count", 0)),
            next,
            everybody,
            page,
            nav,
        }
    }
}

/// Each leads to its list: on this page where all of it is here, else to the page on which it begins.
fn counts(page: &Page, board: &DayBoard, windows: &[(Shown, Window); 7]) -> Vec<Count> {
    let count = |(shown, window): &(Shown, Window)| {
        let (id, all) = (shown.id(), length(board, *shown));
        Count {
            href: match window.from == 0 && window.until == all {
                true => format!("#{id}"),
                false => format!("/staff?of={id}&from=0#{id}"),
            },
            n: all.to_string(),
            text: page.t(match shown {
                Shown::ToCome => "day-to-come",
                Shown::Waiting => "day-waiting",
                Shown::Tables => "day-tables",
                Shown::Observing => "day-observing",
                Shown::Left => "day-left",
                Shown::Away => "day-away",
                Shown::NoShows => "day-no-shows",
            }),
        }
    };
    let walk_ins = Count {
        href: "/staff/walk-in".to_owned(),
        n: format!("{} / {}", board.walk_in.taken, board.walk_in.capacity),
        text: page.t("day-walk-ins"),
    };
    windows.iter().map(count).chain([walk_ins]).collect()
}

fn attention(page: &Page, board: &DayBoard) -> Vec<Link> {
    let held = board.held.waiting + board.held.attention;
    let mut links = Vec::new();
    if held > 0 {
        links.push(Link {
            href: "/staff/held-dose",
            text: page.t1("day-held", "n", held),
        });
    }
    let past = board.stock.iter().flat_map(|one| {
        one.open
            .iter()
            .map(move |vial| vial.is_past(one.vaccine, board.now))
    });
    let past = past.filter(|past| *past).count();
    if past > 0 {
        links.push(Link {
            href: "/staff/stock",
            text: page.t1("day-vials-past", "n", past),
        });
    }
    if board.corrections > 0 {
        links.push(Link {
            href: "/staff/correction",
            text: page.t1("correction-today-link", "count", board.corrections),
        });
    }
    links
}

fn leftover(page: &Page, board: &DayBoard) -> Vec<Left> {
    let left = board.leftover.iter().map(|left| Left {
        code: left.vaccine.name(),
        text: page.t2(
            "day-leftover",
            "n",
            left.doses,
            "vaccine",
            words::vaccine(page.locale, left.vaccine),
        ),
        offer: page.t1("day-leftover-offer", "n", left.doses),
    });
    left.collect()
}

fn doses(locale: Locale) -> Vec<Choice> {
    let all = [
        DoseNumber::First,
        DoseNumber::Second,
        DoseNumber::Third,
        DoseNumber::Precaution,
    ];
    let choice = |dose: DoseNumber| Choice::new(dose.code().to_string(), words::dose(locale, dose));
    all.map(choice).into()
}

fn stock(page: &Page, board: &DayBoard) -> Vec<String> {
    let line = |one: &pramaan_app::visit::Vials| {
        let vaccine = words::vaccine(page.locale, one.vaccine);
        let closed = page.t2("day-stock-line", "vaccine", vaccine, "n", one.closed);
        let vials = one.open.iter().map(|vial| {
            let ends = vial.ends_at(one.vaccine);
            let id = match ends <= board.now {
                true => "day-vial-past",
                false => "day-vial-open",
            };
            page.t2(id, "n", vial.left, "at", clock(page.locale, ends))
        });
        std::iter::once(closed)
            .chain(vials)
            .collect::<Vec<_>>()
            .join("; ")
    };
    board.stock.iter().map(line).collect()
}

fn length(board: &DayBoard, list: Shown) -> usize {
    match list {
        Shown::NoShows => board.no_shows.len(),
        list => people(board, list).len(),
    }
}

/// Those of a list who have an appointment that holds: of those who did not come there is another list.
fn people(board: &DayBoard, list: Shown) -> &[OnSite] {
    match list {
        Shown::Waiting => &board.waiting,
        Shown::Tables => &board.at_table,
        Shown::Observing => &board.observing,
        Shown::ToCome => &board.to_come,
        Shown::Left => &board.left,
        Shown::Away => &board.sent_away,
        Shown::NoShows => &[],
    }
}

fn lists(page: &Page, board: &DayBoard, windows: [(Shown, Window); 7]) -> Vec<List> {
    let list = |(shown, window): (Shown, Window)| {
        let (title, act) = words_of(shown);
        let all = length(board, shown);
        let href = format!("/staff?of={0}&from={1}#{0}", shown.id(), window.until);
        List {
            id: shown.id(),
            title: page.t(title),
            count: all,
            empty: page.t("day-nobody"),
            rows: rows(page, board, shown, window),
            act: act.map(|(code, text)| Act {
                code,
                text: page.t(text),
            }),
            next: (window.until < all).then_some(href),
        }
    };
    windows.into_iter().map(list).collect()
}

type WordsOfAct = (&'static str, &'static str);

/// A list's title, and what one tap does to each of it.
fn words_of(list: Shown) -> (&'static str, Option<WordsOfAct>) {
    match list {
        Shown::Waiting => ("day-waiting-title", Some(("call", "day-call-short"))),
        Shown::Tables => ("day-tables-title", None),
        Shown::Observing => ("day-observing-title", Some(("leave", "day-leave"))),
        Shown::ToCome => ("day-to-come-title", Some(("check_in", "day-check-in"))),
        Shown::Left => ("day-left-title", None),
        Shown::Away => ("day-away-title", None),
        Shown::NoShows => ("day-no-shows-title", Some(("come_late", "day-come-late"))),
    }
}

fn rows(page: &Page, board: &DayBoard, list: Shown, Window { from, until }: Window) -> Vec<Group> {
    let shown = people(board, list).get(from..until).unwrap_or_default();
    match list {
        Shown::ToCome => by_hour(page, board, shown),
        Shown::NoShows => missed(page, board.no_shows.get(from..until).unwrap_or_default()),
        _ => one_group(page, board, shown),
    }
}

fn one_group(page: &Page, board: &DayBoard, people: &[OnSite]) -> Vec<Group> {
    let rows: Vec<Line> = people.iter().map(|one| Line::new(page, board, one)).collect();
    match rows.is_empty() {
        true => Vec::new(),
        false => vec![Group {
            title: String::new(),
            rows,
        }],
    }
}

fn by_hour(page: &Page, board: &DayBoard, people: &[OnSite]) -> Vec<Group> {
    let same = |one: &OnSite, other: &OnSite| {
        (one.visitor.place.session, one.visitor.hours) == (other.visitor.place.session, other.visitor.hours)
    };
    let group = |people: &[OnSite]| {
        let first = people.first()?;
        let hours = words::slot(page.locale, first.visitor.hours);
        Some(Group {
            title: format!("{hours} · {}", words::vaccine(page.locale, first.visitor.vaccine)),
            rows: people.iter().map(|one| Line::new(page, board, one)).collect(),
        })
    };
    people.chunk_by(same).filter_map(group).collect()
}

fn missed(page: &Page, visitors: &[Visitor]) -> Vec<Group> {
    let line = |visitor: &Visitor| Line {
        id: line_id(visitor.place),
        href: "/staff/walk-in".to_owned(),
        number: page.t1("today-number", "queue", visitor.place.queue),
        text: format!(
            "{} · {}",
            words::slot(page.locale, visitor.hours),
            words::dose(page.locale, visitor.dose)
        ),
        place: place_value(visitor.place),
        until: None,
        over: false,
        more: None,
    };
    let rows: Vec<Line> = visitors.iter().map(line).collect();
    match rows.is_empty() {
        true => Vec::new(),
        false => vec![Group {
            title: String::new(),
            rows,
        }],
    }
}

/// The first letters of a session tell it from the day's others.
fn line_id(place: Place) -> String {
    let session: String = place.session.to_string().chars().take(8).collect();
    format!("{session}-{}-{}", place.slot, place.queue)
}

impl Line {
    fn new(page: &Page, board: &DayBoard, one: &OnSite) -> Self {
        let (locale, visitor) = (page.locale, &one.visitor);
        let number = match one.token {
            Some(token) => page.t1("day-token", "token", token),
            None => page.t1("today-number", "queue", visitor.place.queue),
        };
        let dose = words::dose(locale, visitor.dose);
        let text = match one.state {
            VisitState::SentAway(why) => format!("{dose} · {}", away(locale, why)),
            VisitState::Left => format!(
                "{} · {}",
                page.t("today-vaccinated"),
                page.t("correction-open-line")
            ),
            VisitState::Called => format!("{dose} · {}", page.t("day-called")),
            _ => dose,
        };
        let had_dose = matches!(one.state, VisitState::Left | VisitState::Observing);
        let until = one.may_go_at();
        Self {
            id: line_id(visitor.place),
            href: match had_dose {
                true => correction::place_path(visitor.place),
                false => visit_path(visitor.place),
            },
            number,
            text,
            place: place_value(visitor.place),
            until: (one.state == VisitState::Observing).then(|| Until {
                iso: until.to_string(),
                text: page.t1("day-may-go", "at", clock(locale, until)),
                seconds: until.seconds(),
            }),
            over: one.state == VisitState::Observing && until <= board.now,
            more: (one.state != VisitState::Expected).then(|| place_path(visitor.place)),
        }
    }
}

#[cfg(test)]
pub(super) fn sample_boards() -> Vec<DayBoard> {
    use pramaan_app::visit::{HeldCount, Leftover, Vials, WalkInSeats};
    use pramaan_domain::id::SessionId;
    use pramaan_domain::slot::Slot;
    use pramaan_domain::stock::OpenVial;
    use pramaan_domain::vaccine::Vaccine;

    let now = Timestamp::from_seconds(1_795_321_800);
    let visitor = |queue| Visitor {
        place: Place {
            session: SessionId::from_bytes([7; 16]),
            slot: 0,
            queue,
        },
        hours: Slot::parse("09:00AM-11:00AM").unwrap(),
        dose: DoseNumber::First,
        vaccine: Vaccine::Covishield,
        state: pramaan_app::roster::AppointmentState::Booked,
    };
    let one = |queue, state: VisitState, minutes: i64| OnSite {
        visitor: visitor(queue),
        token: state.has_token().then_some(queue),
        state,
        since: now.plus_seconds(-60 * minutes),
    };
    let empty = DayBoard {
        now,
        to_come: Vec::new(),
        waiting: Vec::new(),
        at_table: Vec::new(),
        observing: Vec::new(),
        left: Vec::new(),
        sent_away: Vec::new(),
        no_shows: Vec::new(),
        releasable: 0,
        walk_in: WalkInSeats::default(),
        held: HeldCount::default(),
        corrections: 0,
        stock: Vec::new(),
        leftover: Vec::new(),
        closed: None,
        after_close: 0,
    };
    let full = DayBoard {
        to_come: (100..150).map(|n| one(n, VisitState::Expected, 0)).collect(),
        waiting: (14..17).map(|n| one(n, VisitState::CheckedIn, 3)).collect(),
        at_table: vec![one(12, VisitState::Called, 1), one(13, VisitState::AtTable, 5)],
        observing: vec![
            one(8, VisitState::Observing, 40),
            one(9, VisitState::Observing, 10),
        ],
        left: (1..6).map(|n| one(n, VisitState::Left, 90)).collect(),
        sent_away: vec![one(7, VisitState::SentAway(SentAway::Unwell), 50)],
        no_shows: vec![visitor(200)],
        releasable: 3,
        walk_in: WalkInSeats {
            taken: 4,
            capacity: 10,
            free_now: 6,
        },
        held: HeldCount {
            waiting: 1,
            attention: 1,
        },
        corrections: 2,
        stock: vec![Vials {
            vaccine: Vaccine::Covishield,
            closed: 40,
            open: vec![OpenVial {
                number: 1,
                opened_at: now.plus_seconds(-7200),
                left: 6,
            }],
        }],
        leftover: vec![Leftover {
            vaccine: Vaccine::Covishield,
            doses: 6,
        }],
        ..empty.clone()
    };
    vec![full, empty]
}

#[cfg(test)]
mod tests {
    use super::*;
    use pramaan_app::StaffRole;

    /// A hundred people in each list, whichever is read on.
    #[test]
    fn the_screen_of_a_full_day_is_light_and_a_place_reads_back() {
        let mut full = sample_boards().remove(0);
        for list in [
            &mut full.to_come,
            &mut full.waiting,
            &mut full.at_table,
            &mut full.observing,
            &mut full.left,
            &mut full.sent_away,
        ] {
            *list = list.clone().into_iter().cycle().take(100).collect();
        }
        full.no_shows = full.no_shows.clone().into_iter().cycle().take(100).collect();
        let nav = Nav::role(StaffRole::SiteManager, super::super::duty::HOME);
        for (locale, list) in Locale::ALL
            .into_iter()
            .flat_map(|locale| Shown::ALL.map(|list| (locale, list)))
        {
            let reading = Reading { list, from: 20 };
            let html = LiveView::new(Page::bare(locale), nav, &full, reading)
                .render()
                .unwrap();
            assert!(
                html.len() < 27_000,
                "{list:?}, {}: {} bytes",
                locale.tag(),
                html.len()
            );
        }
        let place = sample_boards()[0].no_shows[0].place;
        assert_eq!(place_of(&place_value(place)), Some(place));
        for wrong in ["", "1/2", "x/1/2", "07070707-0707-4707-8707-070707070707/0/1/2"] {
            assert_eq!(place_of(wrong), None);
        }
    }
}
