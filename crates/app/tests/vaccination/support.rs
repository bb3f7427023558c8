//! A centre in Mumbai with a session of today, a household with an appointment there, and a vaccinator on the roster.

use pramaan_app::access_list::AccessList;
use pramaan_app::appointment::Booking;
use pramaan_app::dose::Dose;
use pramaan_app::encounter::{Evidence, OpenEncounter, SlipCode};
use pramaan_app::roster::Place;
use pramaan_app::staff::StaffLogin;
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Refusal, Staff};
use pramaan_domain::access::{Basis, Purpose};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{AppointmentId, SessionId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::Quota;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::TestDb;
use pramaan_store::{StoreError, Value};

use crate::fixture;
pub(crate) use crate::fixture::{centre, count, register, registration, texts_to};
pub(crate) use pramaan_app::testing::{PASSWORD, invitee, staff_origin, totp};
pub(crate) const MOBILE: &str = "9876543210";
pub(crate) const DOCUMENT: &str = "Z1234567";
pub(crate) const SLOT: &str = "11:00AM-12:00PM";

pub(crate) struct Site {
    pub(crate) app: TestApp,
    pub(crate) citizen: Citizen,
    pub(crate) id: ReferenceId,
    pub(crate) session: SessionId,
    pub(crate) appointment: AppointmentId,
    pub(crate) staff: Staff,
}

pub(crate) fn reason() -> Reason {
    Reason::parse("the telephone and the card were stolen").unwrap()
}

impl Site {
    pub(crate) async fn open(db: TestDb) -> Self {
        let app = TestApp::start(db).await;
        put_centres(&app).await;
        let session = publish(&app, 1, app.app.today(), Vaccine::Covishield).await;
        let citizen = app.citizen(MOBILE).await;
        let id = register(&app, &citizen, DOCUMENT).await;
        let appointment = book(&app, &citizen, session, &[id], 1).await;
        let staff = nurse(&app, "MH-0001", 1).await;
        Self {
            app,
            citizen,
            id,
            session,
            appointment,
            staff,
        }
    }

    /// The household's own slip tells the four digits.
    pub(crate) async fn code(&self) -> String {
        fixture::slip_code(&self.app, &self.citizen, self.appointment).await
    }

    pub(crate) async fn wrong_code(&self) -> SlipCode {
        let right: u32 = self.code().await.parse().unwrap();
        format!("{:04}", (right + 1) % 10_000).parse().unwrap()
    }

    pub(crate) async fn place(&self) -> Place {
        self.app.app.roster_today(&self.staff).await.unwrap()[0].place
    }

    pub(crate) async fn begin(&self, evidence: Evidence) -> Result<OpenEncounter, Refusal> {
        self.app.app.begin_encounter(&self.staff, evidence, "test").await
    }

    /// With the right code.
    pub(crate) async fn open_record(&self) -> OpenEncounter {
        let code = self.code().await.parse().unwrap();
        self.begin(Evidence::Code {
            place: self.place().await,
            code,
        })
        .await
        .unwrap()
    }

    pub(crate) fn dose(&self) -> Dose {
        fixture::first_dose(self.app.clock.now())
    }

    pub(crate) async fn count(&self, table: &'static str) -> i64 {
        count(&self.app, table).await
    }
}

pub(crate) async fn execute(app: &TestApp, sql: &str, params: Vec<Value>) {
    let sql = sql.to_owned();
    let done = app.db.write("test::execute", move |tx| {
        Box::pin(async move { tx.execute(&sql, &params).await })
    });
    let _: u64 = done.await.unwrap();
}

/// Centres 1 and 2 in Mumbai.
pub(crate) async fn put_centres(app: &TestApp) {
    fixture::put_centres(app, &[(1, 395), (2, 395)]).await;
}

pub(crate) async fn publish(app: &TestApp, at: i64, day: CivilDate, vaccine: Vaccine) -> SessionId {
    let seats = [
        (DoseNumber::First, Quota::Online, 10),
        (DoseNumber::Second, Quota::Online, 10),
    ];
    fixture::publish(app, (at, day, vaccine), &[SLOT], &seats).await
}

pub(crate) async fn book(
    app: &TestApp,
    citizen: &Citizen,
    session: SessionId,
    members: &[ReferenceId],
    dose: i64,
) -> AppointmentId {
    let booking = fixture::booking((session, SLOT), members, dose);
    app.app.book(citizen, booking, "test").await.unwrap()
}

/// Somebody registers and books a first dose, the request named so that it can be repeated.
pub(crate) async fn book_with_key(app: &TestApp, citizen: &Citizen, session: SessionId, key: &str) {
    let id = register(app, citizen, "Z7654321").await;
    let booking = Booking {
        idempotency_key: Some(key.to_owned()),
        ..fixture::booking((session, SLOT), &[id], 1)
    };
    app.app.book(citizen, booking, "test").await.unwrap();
}

/// Enrolled, logged in and alone on today's roster of the centre.
pub(crate) async fn nurse(app: &TestApp, code: &str, at: i64) -> Staff {
    app.nurse(code, at).await.staff
}

pub(crate) fn login(code: &str, password: &str, totp: &str) -> StaffLogin {
    StaffLogin {
        code: code.to_owned(),
        password: password.to_owned(),
        totp: totp.to_owned(),
        origin: staff_origin(),
    }
}

/// Takes the log's head out of the database, so that the log cannot be written.
pub(crate) async fn break_log(app: &TestApp) {
    let gone = app.db.write("test::break_log", |tx| {
        Box::pin(async move { tx.execute("delete from access_head", &[]).await })
    });
    let _: Result<u64, StoreError> = gone.await;
}

/// Who changed by what a record opens, as the person's own list tells it, newest first: the code of the member of staff, and
/// what came with it.
pub(crate) fn contact_changes(list: &AccessList) -> Vec<(&str, Basis, Option<i64>)> {
    let changed = list.others.iter().filter(|line| line.purpose == Purpose::Contact);
    let told = changed.map(|line| {
        assert!(line.fields.is_empty(), "nothing is opened by it: {line:?}");
        (line.staff.as_str(), line.basis, line.card())
    });
    told.collect()
}
