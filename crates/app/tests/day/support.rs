//! A centre in Mumbai with a session of two slots today, households with appointments, a nurse and a manager.

use pramaan_app::encounter::{Evidence, OpenEncounter};
use pramaan_app::roster::Place;
use pramaan_app::testing::TestApp;
use pramaan_app::visit::DayBoard;
use pramaan_app::{Citizen, FormKey, Staff, StaffRole};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, SessionId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::Quota;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::session::{self, SessionSeats};
use pramaan_store::testing::TestDb;

use crate::fixture;
pub(crate) use crate::fixture::batch;

/// The clock of tests begins at ten.
pub(crate) const FIRST: &str = "11:00AM-12:00PM";
pub(crate) const SECOND: &str = "12:00PM-02:00PM";
pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;

pub(crate) struct Day {
    pub(crate) app: TestApp,
    pub(crate) session: SessionId,
    pub(crate) nurse: Staff,
    pub(crate) manager: Staff,
}

pub(crate) struct Family {
    pub(crate) citizen: Citizen,
    pub(crate) id: ReferenceId,
    pub(crate) appointment: AppointmentId,
    pub(crate) mobile: String,
}

pub(crate) fn reason() -> Reason {
    Reason::parse("both vaccinators fell ill at noon").unwrap()
}

impl Day {
    /// Ten seats to book and two for walk-ins in each of two slots, for a first dose.
    pub(crate) async fn open(db: TestDb) -> Self {
        let app = TestApp::start(db).await;
        fixture::put_centres(&app, &[(1, 395), (2, 395), (3, 392)]).await;
        let session = publish(&app, 1, app.app.today()).await;
        let nurse = app.nurse("MH-0001", 1).await.staff;
        let manager = app
            .enrolled("SM-0001", StaffRole::SiteManager, Some(1))
            .await
            .staff;
        Self {
            app,
            session,
            nurse,
            manager,
        }
    }

    pub(crate) async fn family(&self, n: u32, slot: &str) -> Family {
        let mobile = format!("98765432{n:02}");
        let citizen = self.app.citizen(&mobile).await;
        let id = self.register(&citizen, &format!("Z12345{n:02}")).await;
        let booking = fixture::booking((self.session, slot), &[id], 1);
        let appointment = self.app.app.book(&citizen, booking, "test").await.unwrap();
        Family {
            citizen,
            id,
            appointment,
            mobile,
        }
    }

    pub(crate) async fn register(&self, citizen: &Citizen, document: &str) -> ReferenceId {
        fixture::register(&self.app, citizen, document).await
    }

    pub(crate) async fn code(&self, family: &Family) -> String {
        fixture::slip_code(&self.app, &family.citizen, family.appointment).await
    }

    pub(crate) async fn board(&self) -> DayBoard {
        self.app.app.day_board(&self.nurse).await.unwrap()
    }

    /// The places to come, in the order in which they are called.
    pub(crate) async fn places(&self) -> Vec<Place> {
        let visitors = self.app.app.roster_today(&self.nurse).await.unwrap();
        visitors.iter().map(|visitor| visitor.place).collect()
    }

    pub(crate) async fn open_record(&self, family: &Family, place: Place) -> OpenEncounter {
        let code = self.code(family).await.parse().unwrap();
        let evidence = Evidence::Code { place, code };
        self.app
            .app
            .begin_encounter(&self.nurse, evidence, "test")
            .await
            .unwrap()
    }

    pub(crate) async fn vaccinate(&self, open: &OpenEncounter) {
        let dose = fixture::first_dose(self.app.clock.now());
        self.app
            .app
            .record_dose(&self.nurse, open.key, dose, "test")
            .await
            .unwrap();
    }

    pub(crate) fn wait(&self, seconds: i64) {
        self.app.clock.advance_seconds(seconds);
    }

    pub(crate) fn texts(&self, family: &Family) -> Vec<String> {
        fixture::texts_to(&self.app, &family.mobile)
    }

    pub(crate) async fn seats(&self, id: SessionId) -> SessionSeats {
        let found = self.app.db.read("test::seats", move |tx| {
            Box::pin(async move { session::with_seats(tx, &[id]).await })
        });
        found.await.unwrap().remove(0)
    }

    /// The session that is open.
    pub(crate) async fn published(&self) -> SessionId {
        let found = self.app.db.read("test::published", |tx| {
            Box::pin(async move {
                tx.query_one("select id from session where state = 'published'", &[])
                    .await?
                    .parse(0)
            })
        });
        found.await.unwrap()
    }

    pub(crate) async fn count(&self, table: &'static str) -> i64 {
        fixture::count(&self.app, table).await
    }

    pub(crate) fn once(&self) -> FormKey {
        self.app.app.form_key()
    }
}

/// Seats and those taken, of one quota, by slot.
pub(crate) fn seats_of(session: &SessionSeats, quota: Quota) -> Vec<(i64, i64)> {
    let slot = |slot: &session::SlotSeats| {
        let of = slot.seats.iter().filter(|seats| seats.quota == quota);
        of.fold((0, 0), |sum, seats| (sum.0 + seats.capacity, sum.1 + seats.taken))
    };
    session.slots.iter().map(slot).collect()
}

/// A session of the same two slots and seats.
pub(crate) async fn publish(app: &TestApp, centre: i64, day: CivilDate) -> SessionId {
    let seats = [
        (DoseNumber::First, Quota::Online, 10),
        (DoseNumber::First, Quota::WalkIn, 2),
    ];
    fixture::publish(app, (centre, day, Vaccine::Covishield), &[FIRST, SECOND], &seats).await
}
