//! Visits: checked in, called, at a table, under observation, gone. Nothing is opened for any of it.
//!
//! Opening a record and recording a dose move the visit on in their own transaction; the rest is what staff tap.

mod board;
mod correct;

use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::visit::{NotNow, VisitAct};
use pramaan_store::encounter::Encounter;
use pramaan_store::roster::{self, Expected, Place};
use pramaan_store::visit::{self, Step, VisitOf, dosed};
use pramaan_store::{StoreError, Tx, appointment};

pub use board::{DayBoard, HeldCount, Leftover, OnSite, Vials, WalkInSeats};
pub(crate) use board::{is_late, leftovers, seen};
pub(crate) use correct::{Change, corrected};
pub use pramaan_store::visit::Visit;

use crate::encounter::Evidence;
use crate::roster::require_shift;
use crate::{App, Refusal, Staff, StaffRole};

impl From<NotNow> for Refusal {
    fn from(_: NotNow) -> Self {
        Self::VisitMoved
    }
}

impl App {
    /// What staff tapped for the visit at a place of today.
    ///
    /// # Errors
    /// `Forbidden`, `OffRoster`; `UnknownAppointment` for a place that is not among today's here; `VisitMoved` when the act
    /// does not follow, as when somebody else was faster.
    pub async fn visit_step(&self, staff: &Staff, place: Place, act: VisitAct) -> Result<Visit, Refusal> {
        let (desk, now) = (Desk::of(self, staff)?, self.now());
        let stepped = self.0.db.write("app::visit::step", move |tx| {
            let desk = desk.clone();
            Box::pin(async move {
                desk.open(tx).await?;
                let expected = roster::at_place(tx, desk.here, place).await?;
                desk.step(tx, expected.ok_or(Refusal::UnknownAppointment)?, act, now)
                    .await
            })
        });
        stepped.await
    }

    /// Checks in whoever showed a slip or a card: the evidence is judged, wrong ones are counted, and nothing is opened.
    /// Answers the place and the visit; somebody who is checked in keeps their token.
    ///
    /// # Errors
    /// As for opening a record on this evidence, and [`visit_step`](Self::visit_step).
    pub async fn check_in_shown(&self, staff: &Staff, evidence: Evidence) -> Result<(Place, Visit), Refusal> {
        let place = self.prove(staff, evidence).await?.expected.place;
        match self.visit_step(staff, place, VisitAct::CheckIn).await {
            Err(Refusal::VisitMoved) => {
                let visit = self.visit_at(staff, place).await?;
                Ok((place, visit.ok_or(Refusal::VisitMoved)?))
            }
            stepped => Ok((place, stepped?)),
        }
    }

    /// Seats somebody again whose place was given up, and checks them in: on a seat that is left for walk-ins.
    ///
    /// # Errors
    /// As [`visit_step`](Self::visit_step); `Full`, and `AppointmentOver` when they booked another place since.
    pub async fn come_late(&self, staff: &Staff, place: Place) -> Result<Visit, Refusal> {
        let (desk, now) = (Desk::of(self, staff)?, self.now());
        let sealer = self.0.sealer.clone();
        let came = self.0.db.write("app::visit::come_late", move |tx| {
            let (desk, sealer) = (desk.clone(), sealer.clone());
            Box::pin(async move {
                desk.open(tx).await?;
                let missed = roster::missed(tx, desk.here.0, desk.here.1).await?;
                let late = missed.into_iter().find(|expected| expected.place == place);
                let late = late.ok_or(Refusal::UnknownAppointment)?;
                appointment::come_late(tx, &sealer, late.household, of(&late), now).await??;
                desk.step(tx, late, VisitAct::ComeLate, now).await
            })
        });
        let visit = came.await?;
        self.reload(vec![place.session]).await;
        Ok(visit)
    }

    async fn visit_at(&self, staff: &Staff, place: Place) -> Result<Option<Visit>, Refusal> {
        let desk = Desk::of(self, staff)?;
        let found = self.0.db.read("app::visit::at", move |tx| {
            Box::pin(async move {
                let Some(expected) = roster::at_place(tx, desk.here, place).await? else {
                    return Ok(None);
                };
                visit::find(tx, desk.here, of(&expected)).await
            })
        });
        Ok(found.await?)
    }
}

/// A member of staff at work at a centre.
#[derive(Clone)]
pub(crate) struct Desk {
    staff: pramaan_domain::id::StaffId,
    role: StaffRole,
    code: String,
    pub(crate) here: (i64, CivilDate),
}

impl Desk {
    pub(crate) fn of(app: &App, staff: &Staff) -> Result<Self, Refusal> {
        match staff.role {
            StaffRole::DistrictAdmin => Err(Refusal::Forbidden),
            role @ (StaffRole::SiteManager | StaffRole::Vaccinator) => Ok(Self {
                staff: staff.id,
                role,
                code: staff.code.clone(),
                here: (staff.centre, app.today()),
            }),
        }
    }

    /// A site manager sees the day in any case.
    pub(crate) async fn open(&self, tx: &mut Tx) -> Result<(), Refusal> {
        match self.role {
            StaffRole::SiteManager => Ok(()),
            _ => require_shift(tx, self.staff, self.here).await,
        }
    }

    async fn step(
        &self,
        tx: &mut Tx,
        expected: Expected,
        act: VisitAct,
        now: Timestamp,
    ) -> Result<Visit, Refusal> {
        let before = visit::find(tx, self.here, of(&expected)).await?;
        let since = match (act, before) {
            // Whose observation goes on was given the dose when they were.
            (VisitAct::UndoLeave, _) => self.observed_since(tx, &expected).await?.unwrap_or(now),
            _ => now,
        };
        let step = Step {
            of: of(&expected),
            dosed: dosed(expected.state),
            act,
            since,
        };
        Ok(visit::step(tx, self.here, step, &self.code, now).await??)
    }

    async fn observed_since(
        &self,
        tx: &mut Tx,
        expected: &Expected,
    ) -> Result<Option<Timestamp>, StoreError> {
        visit::vaccinated_at(tx, self.here, of(expected)).await
    }
}

/// The visit of a place.
pub(crate) fn of(expected: &Expected) -> VisitOf {
    (expected.place.session, expected.appointment, expected.person)
}

/// What an encounter does to its visit, in its transaction: `since` is from when that counts. It always follows.
pub(crate) async fn follow(
    tx: &mut Tx,
    (here, by): ((i64, CivilDate), &str),
    encounter: &Encounter,
    (act, since): (VisitAct, Timestamp),
    now: Timestamp,
) -> Result<(), StoreError> {
    let step = Step {
        of: (encounter.key.session, encounter.appointment, encounter.person),
        // Whoever had the dose gets no encounter; one that was taken back is not there any more.
        dosed: pramaan_domain::visit::Dosed::No,
        act,
        since,
    };
    visit::step(tx, here, step, by, now).await.map(drop)
}
