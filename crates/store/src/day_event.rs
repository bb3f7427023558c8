//! What a site manager did with a centre's day: closed it with its figures, opened it again, changed its sessions.
//!
//! Added to and never changed. What was said of it is sealed, for it may name somebody.

use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::id::SessionId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::SealPurpose;

use crate::StoreError;
use crate::db::{ColumnType, Row, Tx, Value, days};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};
use crate::session::{day_of, insert};
use crate::visit::Day;

use ColumnType::{Int, Text};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DayEventKind {
    Closed,
    Reopened,
    /// Seats of people who did not come.
    Released,
    /// Seats for walk-ins, for doses that would be wasted.
    Leftover,
    Extended,
    Stopped,
    Moved,
}

impl DayEventKind {
    pub const ALL: [Self; 7] = [
        Self::Closed,
        Self::Reopened,
        Self::Released,
        Self::Leftover,
        Self::Extended,
        Self::Stopped,
        Self::Moved,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Released => "released",
            Self::Leftover => "leftover",
            Self::Extended => "extended",
            Self::Stopped => "stopped",
            Self::Moved => "moved",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One event about to be written.
#[derive(Debug, Clone)]
pub struct NewDayEvent<'a> {
    pub kind: DayEventKind,
    pub session: Option<SessionId>,
    /// How many seats, doses or people it was about.
    pub n: i64,
    /// The code of who did it.
    pub by: &'a str,
    pub note: Option<&'a Reason>,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayEvent {
    pub number: i64,
    pub kind: DayEventKind,
    pub session: Option<SessionId>,
    pub n: i64,
    pub by: String,
    pub note: Option<Reason>,
    pub at: Timestamp,
}

/// What a figure of a close counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// Doses given, by vaccine and batch.
    Given,
    /// Doses that the ledger had in closed vials, and what was counted.
    Expected,
    Counted,
    Wasted,
    /// People who came, did not come, went without a dose, and were still there.
    Came,
    NoShows,
    SentAway,
    Carried,
    /// People whose hours had not ended.
    ToCome,
    /// Held doses that nobody has settled.
    Held,
}

impl Figure {
    pub const ALL: [Self; 10] = [
        Self::Given,
        Self::Expected,
        Self::Counted,
        Self::Wasted,
        Self::Came,
        Self::NoShows,
        Self::SentAway,
        Self::Carried,
        Self::ToCome,
        Self::Held,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Expected => "expected",
            Self::Counted => "counted",
            Self::Wasted => "wasted",
            Self::Came => "came",
            Self::NoShows => "no_shows",
            Self::SentAway => "sent_away",
            Self::Carried => "carried",
            Self::ToCome => "to_come",
            Self::Held => "held",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.code() == code)
    }
}

/// How many of what, of a batch or of the whole day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayFigure {
    pub what: Figure,
    pub batch: Option<(Vaccine, VaccineBatch)>,
    pub n: i64,
}

/// Adds an event to a day that is locked; answers its number.
pub async fn append(
    tx: &mut Tx,
    sealer: &Sealer,
    day: &mut Day,
    new: NewDayEvent<'_>,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let number = day.next_event();
    let note = new.note.map(|note| seal(sealer, day, number, note));
    tx.execute(
        "-- store::day_event::append
         insert into day_event (centre, day, number, kind, session, n, staff, note, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            day.centre.into(),
            days(day.day).into(),
            number.into(),
            new.kind.code().into(),
            new.session.into(),
            new.n.into(),
            new.by.into(),
            note.into(),
            now.into(),
        ],
    )
    .await?;
    day.save(tx).await?;
    Ok(number)
}

/// Writes the figures of a close.
pub async fn keep_figures(
    tx: &mut Tx,
    day: &Day,
    number: i64,
    figures: &[DayFigure],
) -> Result<(), StoreError> {
    let row = |figure: &DayFigure| -> [Value; 7] {
        let (vaccine, batch) = match &figure.batch {
            Some((vaccine, batch)) => (vaccine.name(), batch.as_str()),
            None => ("", ""),
        };
        [
            day.centre.into(),
            days(day.day).into(),
            number.into(),
            figure.what.code().into(),
            vaccine.into(),
            batch.into(),
            figure.n.into(),
        ]
    };
    insert(
        tx,
        "-- store::day_event::keep_figures
         insert into day_figure (centre, day, number, what, vaccine, batch, n)",
        [Int, Int, Int, Text, Text, Text, Int],
        figures.iter().map(row),
    )
    .await
}

/// The events of a day, in order.
pub async fn of_day(
    tx: &mut Tx,
    sealer: &Sealer,
    (centre, day): (i64, CivilDate),
) -> Result<Vec<DayEvent>, StoreError> {
    let rows = tx
        .query(
            "-- store::day_event::of_day
             select number, kind, session, n, staff, note, at from day_event
             where centre = $1 and day = $2 order by number",
            &[centre.into(), days(day).into()],
        )
        .await?;
    rows.iter().map(|row| read(sealer, (centre, day), row)).collect()
}

/// The events of a district's days from `days.0` on that happened since `days.1`, by centre and day, in order.
pub async fn of_district(
    tx: &mut Tx,
    sealer: &Sealer,
    district: i64,
    (from, since): (CivilDate, Timestamp),
) -> Result<Vec<((i64, CivilDate), DayEvent)>, StoreError> {
    let rows = tx
        .query(
            "-- store::day_event::of_district
             select e.number, e.kind, e.session, e.n, e.staff, e.note, e.at, e.centre, e.day
             from centre c join day_event e on e.centre = c.id
             where c.district = $1 and e.day >= $2 and e.at >= $3 order by e.centre, e.day, e.number",
            &[district.into(), days(from).into(), since.into()],
        )
        .await?;
    let event = |row: &Row| {
        let here = (row.int(7)?, day_of(row, 8)?);
        Ok((here, read(sealer, here, row)?))
    };
    rows.iter().map(event).collect()
}

/// The figures of a close, by its number.
pub async fn figures(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
    number: i64,
) -> Result<Vec<DayFigure>, StoreError> {
    let rows = tx
        .query(
            "-- store::day_event::figures
             select what, vaccine, batch, n from day_figure
             where centre = $1 and day = $2 and number = $3 order by what, vaccine, batch",
            &[centre.into(), days(day).into(), number.into()],
        )
        .await?;
    let figure = |row: &Row| {
        let batch = match row.text(1)? {
            "" => None,
            name => {
                let vaccine = Vaccine::parse(name).map_err(|_| row.inconsistent(1, "a vaccine"))?;
                let batch = VaccineBatch::parse(row.text(2)?).map_err(|_| row.inconsistent(2, "a batch"))?;
                Some((vaccine, batch))
            }
        };
        Ok(DayFigure {
            what: Figure::from_code(row.text(0)?).ok_or_else(|| row.inconsistent(0, "a figure"))?,
            batch,
            n: row.int(3)?,
        })
    };
    rows.iter().map(figure).collect()
}

/// What padding goes to: a reason of three hundred letters of any Indian script.
const BLOCK: usize = 1_280;

fn seal(sealer: &Sealer, day: &Day, number: i64, note: &Reason) -> Vec<u8> {
    let plain = padded(note.as_str().as_bytes(), BLOCK);
    let bound = bound((day.centre, day.day), number);
    sealer
        .keys
        .seal(SealPurpose::DayNote, &bound, &plain, &*sealer.entropy)
}

fn read(sealer: &Sealer, here: (i64, CivilDate), row: &Row) -> Result<DayEvent, StoreError> {
    let number = row.int(0)?;
    let note = match row.opt_blob(5)? {
        None => None,
        Some(sealed) => {
            let plain = sealer
                .keys
                .open(SealPurpose::DayNote, &bound(here, number), sealed)?;
            let said = unpadded(&plain).and_then(|plain| std::str::from_utf8(plain).ok());
            let said = said.and_then(|said| Reason::parse(said).ok());
            Some(said.ok_or_else(|| StoreError::corrupt("day_event", "note"))?)
        }
    };
    Ok(DayEvent {
        number,
        kind: DayEventKind::from_code(row.text(1)?).ok_or_else(|| row.inconsistent(1, "what was done"))?,
        session: row.opt_parse(2)?,
        n: row.int(3)?,
        by: row.text(4)?.to_owned(),
        note,
        at: row.timestamp(6)?,
    })
}

fn bound((centre, day): (i64, CivilDate), number: i64) -> Vec<u8> {
    context(
        "day_event",
        "note",
        format_args!("{centre}|{}|{number}", days(day)),
    )
}
