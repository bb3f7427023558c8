//! A district's list of objections, page by page.

use pramaan_domain::id::ObjectionId;
use pramaan_domain::time::Timestamp;

use super::case::{COLUMNS, Case, read};
use crate::StoreError;
use crate::db::{Row, Tx};
use crate::sealer::Sealer;

/// Which of a district's objections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that wait for an answer, the oldest first: what is overdue is on top.
    Waiting,
    /// Those that were answered, in the same order.
    Answered,
}

/// Where a page of a list ends, and the next goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct After {
    pub made_at: Timestamp,
    pub id: ObjectionId,
}

impl After {
    /// Before everything that was made at an instant or later.
    pub fn beginning(made_at: Timestamp) -> Self {
        let id = ObjectionId::from_bytes([0; 16]);
        Self { made_at, id }
    }
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    Whole(Case),
    /// It is not as it was written: somebody has changed the database. An alarm was raised.
    Altered,
}

/// A part of a list, and where the next goes on; none on the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cases {
    pub found: Vec<Found>,
    pub next: Option<After>,
}

/// The next `most` objections of a district, and of those that every district sees. A row that was altered is one of them, and
/// hides no other.
///
/// # Errors
/// Only of the database.
pub async fn cases(
    tx: &mut Tx,
    sealer: &Sealer,
    (district, wanted, after): (i64, Wanted, After),
    most: u32,
) -> Result<Cases, StoreError> {
    let state = match wanted {
        Wanted::Waiting => "answered_at is null",
        Wanted::Answered => "answered_at is not null",
    };
    let sql = format!(
        "-- store::objection::cases
         select {COLUMNS} from objection_case where district in ($1, 0) and {state}
           and (made_at > $2 or (made_at = $2 and id > $3))
         order by made_at, id limit $4"
    );
    let more = most.saturating_add(1);
    let params = [
        district.into(),
        after.made_at.into(),
        after.id.into(),
        more.into(),
    ];
    let rows = tx.query(&sql, &params).await?;
    let shown = usize::try_from(most).unwrap_or(usize::MAX);
    let next = match rows.len() > shown {
        true => rows.iter().take(shown).next_back().map(end).transpose()?,
        false => None,
    };
    let found = rows.iter().take(shown).map(|row| found(row, sealer)).collect();
    Ok(Cases { found, next })
}

fn found(row: &Row, sealer: &Sealer) -> Found {
    read(row, sealer).map_or_else(
        |error| {
            tracing::error!(%error, "ALARM: an objection on a district's list was altered; look for who can write the database");
            Found::Altered
        },
        Found::Whole,
    )
}

/// After an id that is none, everything of that instant is passed over.
fn end(row: &Row) -> Result<After, StoreError> {
    let made_at = row.timestamp(6)?;
    let later = Timestamp::from_micros(made_at.micros().saturating_add(1));
    let id = row.parse(1);
    Ok(id.map_or_else(|_| After::beginning(later), |id| After { made_at, id }))
}
