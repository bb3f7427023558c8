//! A centre in Mumbai with a session of two slots today, households with appointments, a nurse and a manager.

use chrono::NaiveTime;
use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::beneficiary::Registration;
use pramaan_app::dose::{Dose, Vial};
use pramaan_app::encounter::{Evidence, OpenEncounter};
use pramaan_app::message::Language;
use pramaan_app::roster::Place;
use pramaan_app::session::{SessionPlan, SlotPlan};
use pramaan_app::testing::TestApp;
use pramaan_app::visit::DayBoard;
use pramaan_app::{Citizen, Comorbidity, FormKey, Staff, StaffRole};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::centre::{CentreId, CentreKind};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{AppointmentId, SessionId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::{DistrictId, Pincode};
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::centre::{self, Centre};
use pramaan_store::session::{self, SessionSeats};
use pramaan_store::testing::TestDb;

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

pub(crate) fn batch() -> VaccineBatch {
    VaccineBatch::parse("4121Z025").unwrap()
}

impl Day {
    /// Ten seats to book and two for walk-ins in each of two slots, for a first dose.
    pub(crate) async fn open(db: TestDb) -> Self {
        let app = TestApp::start(db).await;
        put_centres(&app).await;
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
        let booking = Booking {
            seat: Seat {
                session: self.session,
                slot: slot.to_owned(),
            },
            dose: 1,
            members: vec![id],
            declaring: Vec::new(),
            idempotency_key: None,
            language: Language::English,
        };
        let appointment = self.app.app.book(&citizen, booking, "test").await.unwrap();
        Family {
            citizen,
            id,
            appointment,
            mobile,
        }
    }

    pub(crate) async fn register(&self, citizen: &Citizen, document: &str) -> ReferenceId {
        let today = self.app.app.today();
        let registration = Registration {
            name: PersonName::parse("Asha Devi").unwrap(),
            birth_year: BirthYear::parse("1980", today).unwrap(),
            birth_date: None,
            gender: Gender::Female,
            document_type: DocumentType::Passport,
            document_number: DocumentNumber::parse(document).unwrap(),
            comorbidity: Comorbidity::None,
            consent_version: "1".to_owned(),
        };
        self.app.app.register(citizen, registration).await.unwrap()
    }

    pub(crate) async fn code(&self, family: &Family) -> String {
        let slip = self
            .app
            .app
            .slip(&family.citizen, family.appointment, "test")
            .await
            .unwrap();
        slip.members[0].code.to_string()
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
        let dose = Dose {
            number: DoseNumber::First,
            vaccine: Vaccine::Covishield,
            batch: batch(),
            vial: Vial::parse("7").unwrap(),
            given_at: self.app.clock.now(),
            site: BodySite::LeftUpperArm,
            reason: None,
        };
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
        let mobile = Mobile::parse(&family.mobile).unwrap();
        let sent = self.app.outbox.to(&mobile);
        sent.into_iter().map(|sms| sms.text).collect()
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
        let rows = self.app.db.read("test::count", move |tx| {
            Box::pin(async move {
                tx.query_one(&format!("select count(*) from {table}"), &[])
                    .await?
                    .int(0)
            })
        });
        rows.await.unwrap()
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

fn at(id: i64) -> CentreId {
    CentreId::from_number(id).unwrap()
}

async fn put_centres(app: &TestApp) {
    let centres: Vec<Centre> = [(1, 395), (2, 395), (3, 392)]
        .map(|(id, district)| place(id, district))
        .into();
    let now = app.clock.now();
    let put = app.db.write("test::centres", move |tx| {
        Box::pin(async move { centre::put(tx, &centres, now).await })
    });
    put.await.unwrap();
    app.app.refresh_availability().await.unwrap();
}

fn place(id: i64, district: u16) -> Centre {
    Centre {
        id: at(id),
        name: PlaceName::parse(&format!("Fort dispensary {id}")).unwrap(),
        location: "Fort".to_owned(),
        district: DistrictId::from_number(district.into()).unwrap(),
        block: "Ward A".to_owned(),
        pincode: Pincode::parse("400001").unwrap(),
        latitude_micro: 18_930_000,
        longitude_micro: 72_830_000,
        opens: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
        closes: NaiveTime::from_hms_opt(18, 0, 0).unwrap(),
        kind: CentreKind::Government,
        fees: Vec::new(),
    }
}

pub(crate) async fn publish(app: &TestApp, centre: i64, day: CivilDate) -> SessionId {
    let slot = |slot| SlotPlan {
        slot: Slot::parse(slot).unwrap(),
        seats: vec![
            (DoseNumber::First, Quota::Online, 10),
            (DoseNumber::First, Quota::WalkIn, 2),
        ],
    };
    let plan = SessionPlan {
        id: None,
        centre: at(centre),
        day,
        vaccine: Vaccine::Covishield,
        ages: AgeBand::new(18, None).unwrap(),
        slots: vec![slot(FIRST), slot(SECOND)],
    };
    app.app.add_sessions(vec![plan]).await.unwrap()[0]
}
