//! What a batch of decisions changes, collected in memory and written with one statement a table.

use std::collections::BTreeMap;

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, HouseholdId, PersonId, SessionId};
use pramaan_domain::session::Quota;
use pramaan_domain::time::Timestamp;

use super::AppointmentState;
use crate::StoreError;
use crate::claim::ClaimState;
use crate::db::{ColumnType, Rows, Tx, Value};

use ColumnType::{Blob, Int, Text};

/// Everything one transaction of bookings writes, except answers.
#[derive(Default)]
pub(super) struct Changes {
    /// Rows of `appointment`, new or come back: session, id, person, household, slot, dose, quota, state, queue,
    /// code_mac, code_tries, booked_at, changed_at.
    pub(super) seated: Vec<[Value; 13]>,
    /// Rows of `claim`: household, person, dose, appointment, session, slot, queue, code, booked_on, ends_at, state.
    pub(super) claimed: Vec<[Value; 11]>,
    /// Claims whose appointment moved: household, person, dose, appointment, and where to: session, slot, queue, ends_at.
    pub(super) moved: Vec<[Value; 8]>,
    pub(super) unseated: Vec<(SessionId, AppointmentId, PersonId, AppointmentState)>,
    pub(super) unclaimed: Vec<(HouseholdId, PersonId, DoseNumber, AppointmentId)>,
    /// How many more seats are taken.
    pub(super) seats: BTreeMap<(SessionId, i64, DoseNumber, Quota), i64>,
    /// The last queue number of slots that gave one out.
    pub(super) queues: BTreeMap<(SessionId, i64), i64>,
}

impl Changes {
    pub(super) async fn write(mut self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        self.unseat(tx, now).await?;
        self.unclaim(tx).await?;
        self.seat(tx).await?;
        self.claim(tx, now).await?;
        self.move_claims(tx).await?;
        self.count_seats(tx).await?;
        self.count_queues(tx).await?;
        self.touch_sessions(tx, now).await
    }

    async fn seat(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        const COLUMNS: [ColumnType; 13] = [
            Text, Text, Text, Text, Int, Int, Text, Text, Int, Blob, Int, Int, Int,
        ];
        for rows in Rows::cut(tx.engine(), &[], COLUMNS, std::mem::take(&mut self.seated)) {
            let sql = format!(
                "-- store::appointment::seat
                 insert into appointment (session, id, person, household, slot, dose, quota, state, queue, code_mac
                   , code_tries, booked_at, changed_at)
                 {rows}
                 on conflict (session, id, person) do update set slot = excluded.slot, quota = excluded.quota
                   , state = excluded.state, queue = excluded.queue, code_tries = excluded.code_tries, changed_at = excluded.changed_at"
            );
            tx.execute(&sql, rows.params()).await?;
        }
        Ok(())
    }

    /// A claim gives way to another appointment only when its slot has ended without a dose. That was checked before,
    /// but a claim belongs to the household and is not locked: if another node was faster, all of this is run again.
    async fn claim(&mut self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        const COLUMNS: [ColumnType; 11] = [Text, Text, Int, Text, Text, Int, Int, Blob, Int, Int, Text];
        let before = [ClaimState::Booked.code().into(), now.into()];
        for rows in Rows::cut(tx.engine(), &before, COLUMNS, std::mem::take(&mut self.claimed)) {
            let sql = format!(
                "-- store::claim::claim
                 insert into claim (household, person, dose, appointment, session, slot, queue, code, booked_on, ends_at
                   , state)
                 {rows}
                 on conflict (household, person, dose) do update set appointment = excluded.appointment
                   , session = excluded.session, slot = excluded.slot, queue = excluded.queue, code = excluded.code
                   , booked_on = excluded.booked_on, ends_at = excluded.ends_at, state = excluded.state
                 where claim.state = $1 and (claim.ends_at <= $2 or claim.appointment = excluded.appointment)"
            );
            let written = tx.execute(&sql, rows.params()).await?;
            if written != rows.count() {
                return Err(StoreError::Serialization);
            }
        }
        Ok(())
    }

    async fn move_claims(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        const COLUMNS: [ColumnType; 8] = [Text, Text, Int, Text, Text, Int, Int, Int];
        for rows in Rows::cut(tx.engine(), &[], COLUMNS, std::mem::take(&mut self.moved)) {
            let sql = format!(
                "-- store::claim::move_on
                 with v (household, person, dose, appointment, session, slot, queue, ends_at) as ({rows})
                 update claim set session = v.session, slot = v.slot, queue = v.queue, ends_at = v.ends_at from v
                 where claim.household = v.household and claim.person = v.person and claim.dose = v.dose
                   and claim.appointment = v.appointment"
            );
            let written = tx.execute(&sql, rows.params()).await?;
            if written != rows.count() {
                return Err(StoreError::Serialization);
            }
        }
        Ok(())
    }

    async fn unseat(&self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        let each = self.unseated.iter().map(|(session, id, person, state)| {
            [
                (*session).into(),
                (*id).into(),
                (*person).into(),
                state.code().into(),
            ]
        });
        for rows in Rows::cut(tx.engine(), &[now.into()], [Text; 4], each) {
            let sql = format!(
                "-- store::appointment::unseat
                 with v (session, id, person, state) as ({rows})
                 update appointment set state = v.state, changed_at = $1 from v
                 where appointment.session = v.session and appointment.id = v.id and appointment.person = v.person"
            );
            tx.execute(&sql, rows.params()).await?;
        }
        Ok(())
    }

    async fn unclaim(&self, tx: &mut Tx) -> Result<(), StoreError> {
        for (household, person, dose, appointment) in &self.unclaimed {
            let deleted = tx
                .execute(
                    "-- store::claim::unclaim
                     delete from claim where household = $1 and person = $2 and dose = $3 and appointment = $4",
                    &[(*household).into(), (*person).into(), dose.code().into(), (*appointment).into()],
                )
                .await?;
            if deleted != 1 {
                return Err(StoreError::Serialization);
            }
        }
        Ok(())
    }

    async fn count_seats(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let changed = self.seats.iter().filter(|(_, more)| **more != 0);
        let each = changed.map(|((session, slot, dose, quota), more)| {
            [
                (*session).into(),
                (*slot).into(),
                dose.code().into(),
                quota.code().into(),
                (*more).into(),
            ]
        });
        for rows in Rows::cut(tx.engine(), &[], [Text, Int, Int, Text, Int], each) {
            let sql = format!(
                "-- store::appointment::count_seats
                 with v (session, slot, dose, quota, more) as ({rows})
                 update seat set taken = seat.taken + v.more from v
                 where seat.session = v.session and seat.slot = v.slot and seat.dose = v.dose and seat.quota = v.quota"
            );
            tx.execute(&sql, rows.params()).await?;
        }
        Ok(())
    }

    async fn count_queues(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let queues = self.queues.iter();
        let each =
            queues.map(|((session, slot), queue)| [(*session).into(), (*slot).into(), (*queue).into()]);
        for rows in Rows::cut(tx.engine(), &[], [Text, Int, Int], each) {
            let sql = format!(
                "-- store::appointment::count_queues
                 with v (session, slot, queue) as ({rows})
                 update session_slot set queue = v.queue from v
                 where session_slot.session = v.session and session_slot.slot = v.slot"
            );
            tx.execute(&sql, rows.params()).await?;
        }
        Ok(())
    }

    /// `changed_at` rises strictly, whatever a node's clock says.
    async fn touch_sessions(&self, tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
        let mut sessions: Vec<SessionId> = self.seats.keys().map(|(session, ..)| *session).collect();
        sessions.dedup();
        for rows in Rows::cut(
            tx.engine(),
            &[now.into()],
            [Text],
            sessions.into_iter().map(|id| [id.into()]),
        ) {
            let sql = format!(
                "-- store::session::touch
                 with v (id) as ({rows})
                 update session set changed_at = case when changed_at < $1 then $1 else changed_at + 1 end
                 where id in (select id from v)"
            );
            tx.execute(&sql, rows.params()).await?;
        }
        Ok(())
    }
}
