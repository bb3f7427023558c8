//! What a person shows to prove that they are there, compared keyed and never opened; and how often staff may do what.

use pramaan_domain::id::StaffId;
use pramaan_domain::time::CivilDate;
use pramaan_keys::equal;

use crate::StoreError;
use crate::appointment::code_mac;
use crate::db::{Tx, days};
use crate::roster::Expected;
use crate::sealer::Sealer;

/// Wrong guesses at one member's code, after which the code opens nothing any more.
pub const CODE_TRIES: u8 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeGuess {
    Right,
    /// Counted; commit it.
    Wrong {
        left: u8,
    },
    /// Guessed wrong five times before.
    Spent,
}

/// Counts a guess at somebody's four digits and judges it, atomically. Right ones are not counted.
pub async fn guess_code(
    tx: &mut Tx,
    sealer: &Sealer,
    expected: &Expected,
    code: &str,
) -> Result<CodeGuess, StoreError> {
    let offered = code_mac(sealer, expected.appointment, expected.person, code);
    let place = [
        expected.place.session.into(),
        expected.appointment.into(),
        expected.person.into(),
        CODE_TRIES.into(),
    ];
    let counted = tx
        .query_opt(
            "-- store::encounter::guess_code
             update appointment set code_tries = code_tries + 1
             where session = $1 and id = $2 and person = $3 and code_tries < $4
             returning code_mac, code_tries",
            &place,
        )
        .await?;
    let Some(row) = counted else {
        return Ok(CodeGuess::Spent);
    };
    if !equal(row.blob(0)?, &offered) {
        let left = u8::try_from(i64::from(CODE_TRIES) - row.int(1)?).unwrap_or(0);
        return Ok(CodeGuess::Wrong { left });
    }
    tx.execute(
        "-- store::encounter::uncount_guess
         update appointment set code_tries = code_tries - 1
         where session = $1 and id = $2 and person = $3 and code_tries <= $4",
        &place,
    )
    .await?;
    Ok(CodeGuess::Right)
}

/// Things that a member of staff may do only so often on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// A record opened without evidence.
    NoEvidence,
    /// A document typed that nobody expected today is registered with.
    UnmatchedDocument,
    /// A code sent to somebody's mobile.
    VisitCode,
    /// A dose typed without a record.
    HeldDose,
    /// The same, of somebody without an appointment.
    HeldWalkIn,
    /// Somebody registered at the desk.
    WalkIn,
    /// Somebody who came without an appointment and showed a document.
    WalkInSeat,
    /// A slip that fits nobody who is expected.
    WrongSlip,
    /// Somebody at the desk given another phone, by the document in hand.
    PhoneChange,
    /// A number that its owner at the desk says is new to them.
    NumberReport,
    /// The same, of a dose that was typed without a record.
    WrongHeldSlip,
    /// A card whose code is wrong.
    WrongCard,
    /// A wrong code of a place on the list.
    WrongCode,
    /// Somebody proven to be there who had no place that day: for a correction, an adverse event or a merge.
    Unexpected,
    /// A printed card, or the answer of a desk about somebody's own record.
    CardService,
    /// A desk's answer to who showed a document: a card, a print, another phone.
    DocumentService,
    /// A dose corrected, or a change of one proposed.
    Correction,
}

impl Counted {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::NoEvidence => "no_evidence",
            Self::UnmatchedDocument => "unmatched_document",
            Self::VisitCode => "visit_code",
            Self::HeldDose => "held_dose",
            Self::HeldWalkIn => "held_walk_in",
            Self::WalkIn => "walk_in",
            Self::WalkInSeat => "walk_in_seat",
            Self::WrongSlip => "wrong_slip",
            Self::PhoneChange => "phone_change",
            Self::NumberReport => "number_report",
            Self::WrongHeldSlip => "wrong_held_slip",
            Self::WrongCard => "wrong_card",
            Self::WrongCode => "wrong_code",
            Self::Unexpected => "unexpected",
            Self::CardService => "card_service",
            Self::DocumentService => "document_service",
            Self::Correction => "correction",
        }
    }
}

/// Takes one back that came to nothing.
pub async fn uncount_today(
    tx: &mut Tx,
    (staff, day): (StaffId, CivilDate),
    counted: Counted,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::encounter::uncount_today
         update evidence_count set n = n - 1 where staff = $1 and day = $2 and kind = $3 and n > 0",
        &[staff.into(), days(day).into(), counted.code().into()],
    )
    .await?;
    Ok(())
}

/// How many are counted of a staff member's day.
pub async fn counted_today(
    tx: &mut Tx,
    (staff, day): (StaffId, CivilDate),
    counted: Counted,
) -> Result<i64, StoreError> {
    let row = tx
        .query_opt(
            "-- store::encounter::counted_today
             select n from evidence_count where staff = $1 and day = $2 and kind = $3",
            &[staff.into(), days(day).into(), counted.code().into()],
        )
        .await?;
    row.map_or(Ok(0), |row| row.int(0))
}

/// How many of a day's are counted of each member of staff of a centre, by code; who has none is left out.
pub async fn counted_at_centre(
    tx: &mut Tx,
    (centre, day): (i64, CivilDate),
    counted: Counted,
) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = tx
        .query(
            "-- store::encounter::counted_at_centre
             select s.code, e.n from evidence_count e join staff s on s.id = e.staff
             where s.centre = $1 and e.day = $2 and e.kind = $3 and e.n > 0 order by s.code",
            &[centre.into(), days(day).into(), counted.code().into()],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.text(0)?.to_owned(), row.int(1)?)))
        .collect()
}

/// Counts one more of a staff member's day, unless `most` are counted already: then `false`, and nothing changes.
pub async fn count_today(
    tx: &mut Tx,
    (staff, day): (StaffId, CivilDate),
    counted: Counted,
    most: u32,
) -> Result<bool, StoreError> {
    let done = tx
        .execute(
            "-- store::encounter::count_today
             insert into evidence_count (staff, day, kind, n) values ($1, $2, $3, 1)
             on conflict (staff, day, kind) do update set n = evidence_count.n + 1 where evidence_count.n < $4",
            &[staff.into(), days(day).into(), counted.code().into(), most.into()],
        )
        .await?;
    Ok(done == 1)
}

/// Deletes up to `most` counts of days before `before`; answers how many.
pub async fn purge_counts(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::encounter::purge_counts
         delete from evidence_count where (staff, day, kind) in (
             select staff, day, kind from evidence_count where day < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}
