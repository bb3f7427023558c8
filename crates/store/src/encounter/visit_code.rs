//! A code sent to the person's own mobile while they stand at the site, and read out to the health worker.

use pramaan_domain::id::{AppointmentId, PersonId, SessionId, StaffId, TxnId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::{Tx, for_update};
use crate::roster::Expected;
use crate::sealer::Sealer;

pub const VISIT_CODE_SECONDS: i64 = 300;
const GUESSES: u8 = 3;

/// A code about to be sent. It opens the record of this place only, and for this member of staff only.
pub struct NewVisitCode<'a> {
    pub session: SessionId,
    pub txn: TxnId,
    pub appointment: AppointmentId,
    pub person: PersonId,
    pub staff: StaffId,
    pub code: &'a str,
}

pub async fn insert_visit_code(
    tx: &mut Tx,
    sealer: &Sealer,
    new: NewVisitCode<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let bound = Bound {
        session: new.session,
        txn: new.txn,
        appointment: new.appointment,
        person: new.person,
        staff: new.staff,
        expires_at: now.plus_seconds(VISIT_CODE_SECONDS),
    };
    tx.execute(
        "-- store::encounter::insert_visit_code
         insert into visit_code (session, txn, appointment, person, staff, code_mac, expires_at, guesses)
         values ($1, $2, $3, $4, $5, $6, $7, 0)",
        &[
            new.session.into(),
            new.txn.into(),
            new.appointment.into(),
            new.person.into(),
            new.staff.into(),
            bound.mac(sealer, new.code).into(),
            bound.expires_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// How many codes were made for somebody at this place. Whoever makes another waits here until this transaction ends.
pub async fn sent_visit_codes(tx: &mut Tx, expected: &Expected) -> Result<i64, StoreError> {
    let place = [
        expected.place.session.into(),
        expected.appointment.into(),
        expected.person.into(),
    ];
    let lock = for_update(
        tx.engine(),
        "-- store::encounter::lock_place
         select 1 from appointment where session = $1 and id = $2 and person = $3",
    );
    tx.query(&lock, &place).await?;
    let row = tx
        .query_one(
            "-- store::encounter::sent_visit_codes
             select count(*) from visit_code where session = $1 and appointment = $2 and person = $3",
            &place,
        )
        .await?;
    row.int(0)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitGuess {
    /// Used up now.
    Right,
    /// Counted; commit it.
    Wrong,
    /// Unknown, of another place or member of staff, expired, used, or guessed wrong too often.
    Spent,
}

pub async fn guess_visit_code(
    tx: &mut Tx,
    sealer: &Sealer,
    (expected, staff, txn): (&Expected, StaffId, TxnId),
    code: &str,
    now: Timestamp,
) -> Result<VisitGuess, StoreError> {
    let counted = tx
        .query_opt(
            "-- store::encounter::guess_visit_code
             update visit_code set guesses = guesses + 1
             where session = $1 and txn = $2 and appointment = $3 and person = $4 and staff = $5 and used_at is null
               and guesses < $6 and expires_at > $7
             returning code_mac, expires_at",
            &[
                expected.place.session.into(),
                txn.into(),
                expected.appointment.into(),
                expected.person.into(),
                staff.into(),
                GUESSES.into(),
                now.into(),
            ],
        )
        .await?;
    let Some(row) = counted else {
        return Ok(VisitGuess::Spent);
    };
    let bound = Bound {
        session: expected.place.session,
        txn,
        appointment: expected.appointment,
        person: expected.person,
        staff,
        expires_at: row.timestamp(1)?,
    };
    if !equal(row.blob(0)?, &bound.mac(sealer, code)) {
        return Ok(VisitGuess::Wrong);
    }
    tx.execute(
        "-- store::encounter::use_visit_code
         update visit_code set used_at = $3 where session = $1 and txn = $2",
        &[expected.place.session.into(), txn.into(), now.into()],
    )
    .await?;
    Ok(VisitGuess::Right)
}

/// Deletes up to `most` codes that expired before `before`; answers how many.
pub async fn purge_visit_codes(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::encounter::purge_visit_codes
         delete from visit_code where (session, txn) in (
             select session, txn from visit_code where expires_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

/// What a code proves, for whom, and until when: its MAC is over all of it.
struct Bound {
    session: SessionId,
    txn: TxnId,
    appointment: AppointmentId,
    person: PersonId,
    staff: StaffId,
    expires_at: Timestamp,
}

impl Bound {
    fn mac(&self, sealer: &Sealer, code: &str) -> [u8; 32] {
        sealer.keys.mac(
            MacKind::VisitCode,
            &[
                self.session.as_bytes(),
                self.txn.as_bytes(),
                self.appointment.as_bytes(),
                self.person.as_bytes(),
                self.staff.as_bytes(),
                &self.expires_at.micros().to_be_bytes(),
                code.as_bytes(),
            ],
        )
    }
}
