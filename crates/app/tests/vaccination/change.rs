//! What a household or a manager changes while a record is open, or after nobody came.

use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::beneficiary::Correction;
use pramaan_app::encounter::Evidence;
use pramaan_app::message::Language;
use pramaan_app::session::{Cancelled, SessionPlan, SlotPlan};
use pramaan_app::{Comorbidity, Refusal, Staff, StaffRole};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{AppointmentId, SessionId};
use pramaan_domain::name::PersonName;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Row, StoreError};

use crate::support::{DOCUMENT, Site, centre, execute, register};

const AFTERNOON: &str = "02:00PM-04:00PM";

impl Site {
    /// States of appointments, seats taken, states of claims.
    async fn places(&self) -> (Vec<String>, i64, Vec<String>) {
        let read = self.app.db.read("test::places", |tx| {
            Box::pin(async move {
                let text = |row: &Row| row.text(0).map(str::to_owned);
                let appointments = tx
                    .query("select state from appointment order by state", &[])
                    .await?;
                let taken = tx
                    .query_one("select cast(sum(taken) as bigint) from seat", &[])
                    .await?;
                let claims = tx.query("select state from claim order by state", &[]).await?;
                Ok::<_, StoreError>((
                    appointments.iter().map(text).collect::<Result<_, _>>()?,
                    taken.int(0)?,
                    claims.iter().map(text).collect::<Result<_, _>>()?,
                ))
            })
        });
        read.await.unwrap()
    }

    fn manager(&self) -> Staff {
        self.app.staff(StaffRole::SiteManager, 1, 395)
    }

    async fn afternoon(&self, day: CivilDate) -> SessionId {
        self.afternoon_for(day, (18, None), Vaccine::Covishield).await
    }

    async fn afternoon_for(
        &self,
        day: CivilDate,
        (min, max): (i64, Option<i64>),
        vaccine: Vaccine,
    ) -> SessionId {
        let plan = SessionPlan {
            id: None,
            centre: centre(1),
            day,
            vaccine,
            ages: AgeBand::new(min, max).unwrap(),
            slots: vec![SlotPlan {
                slot: Slot::parse(AFTERNOON).unwrap(),
                seats: vec![(DoseNumber::First, Quota::Online, 2)],
            }],
        };
        self.app.app.add_sessions(vec![plan]).await.unwrap()[0]
    }

    async fn book_afternoon(&self, session: SessionId) -> AppointmentId {
        let booking = Booking {
            seat: seat(session),
            dose: 1,
            members: vec![self.id],
            declaring: Vec::new(),
            idempotency_key: None,
            language: Language::English,
        };
        self.app.app.book(&self.citizen, booking, "test").await.unwrap()
    }

    pub(crate) async fn cancel(&self) -> Result<(), Refusal> {
        let (app, members) = (&self.app.app, [self.id]);
        let cancelled = app.cancel_appointment(
            &self.citizen,
            self.appointment,
            &members,
            Language::English,
            "test",
        );
        cancelled.await.map(drop)
    }

    async fn close(&self, to: Option<SessionId>) -> Cancelled {
        let (app, manager) = (&self.app.app, self.manager());
        let closed = app.cancel_session(&manager, self.session, to, "test");
        closed.await.unwrap()
    }
}

fn seat(session: SessionId) -> Seat {
    Seat {
        session,
        slot: AFTERNOON.to_owned(),
    }
}

fn states(appointments: &[&str], taken: i64, claims: &[&str]) -> (Vec<String>, i64, Vec<String>) {
    let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    (own(appointments), taken, own(claims))
}

fn tomorrow(site: &Site) -> CivilDate {
    site.app.app.today().succ_opt().unwrap()
}

#[store_test]
async fn a_dose_is_recorded_though_its_place_was_cancelled_meanwhile(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    site.cancel().await.unwrap();
    let shown = site.app.app.show_encounter(&site.staff, open.key, "test").await;
    assert_eq!(
        shown.unwrap().dose,
        DoseNumber::First,
        "what was booked is remembered"
    );
    let current = site.app.app.current_encounter(&site.staff, site.id).await;
    assert_eq!(current.unwrap(), open.key);
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test");
    recorded.await.unwrap();
    assert_eq!(site.places().await, states(&["cancelled"], 0, &[]));
    assert_eq!(
        (site.count("dose").await, site.count("certificate").await),
        (1, 1)
    );
}

#[store_test]
async fn a_dose_gives_back_the_seat_that_its_place_was_moved_to(db: TestDb) {
    let site = Site::open(db).await;
    let later = site.afternoon(tomorrow(&site)).await;
    let open = site.open_record().await;
    let (app, to) = (&site.app.app, seat(later));
    let moved = app.reschedule(&site.citizen, site.appointment, &to, Language::English, "test");
    moved.await.unwrap();
    assert_eq!(site.places().await, states(&["booked", "moved"], 1, &["booked"]));
    let recorded = app.record_dose(&site.staff, open.key, site.dose(), "test");
    recorded.await.unwrap();
    assert_eq!(site.places().await, states(&["cancelled", "moved"], 0, &[]));
}

#[store_test]
async fn a_dose_gives_back_the_seat_that_was_booked_for_it_elsewhere(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    site.cancel().await.unwrap();
    let later = site.afternoon(tomorrow(&site)).await;
    site.book_afternoon(later).await;
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test");
    recorded.await.unwrap();
    assert_eq!(site.places().await, states(&["cancelled", "cancelled"], 0, &[]));
}

#[store_test]
async fn a_dose_is_recorded_though_its_session_was_cancelled_meanwhile(db: TestDb) {
    let site = Site::open(db).await;
    let later = site.afternoon(tomorrow(&site)).await;
    let open = site.open_record().await;
    assert_eq!(
        site.close(Some(later)).await,
        Cancelled {
            moved: 1,
            ended: 0,
            untold: 0
        }
    );
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test");
    recorded.await.unwrap();
    assert_eq!(site.places().await, states(&["cancelled", "moved"], 0, &[]));
}

#[store_test]
async fn a_cancelled_place_is_good_for_one_dose_too(db: TestDb) {
    let site = Site::open(db).await;
    let (one, other) = (site.open_record().await, site.open_record().await);
    site.cancel().await.unwrap();
    let app = &site.app.app;
    app.record_dose(&site.staff, one.key, site.dose(), "test")
        .await
        .unwrap();
    let again = app.record_dose(&site.staff, other.key, site.dose(), "test").await;
    assert!(matches!(again, Err(Refusal::AlreadyRecorded)), "{again:?}");
    assert_eq!(site.count("dose").await, 1);
}

#[store_test]
async fn nobody_is_deleted_while_their_record_is_open_at_a_site(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    site.cancel().await.unwrap();
    let app = &site.app.app;
    let refused = app.delete_beneficiary(&site.citizen, site.id).await;
    assert!(matches!(refused, Err(Refusal::RecordOpen)), "{refused:?}");
    app.record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    let refused = app.delete_beneficiary(&site.citizen, site.id).await;
    assert!(matches!(refused, Err(Refusal::HasDose)), "{refused:?}");
}

fn correction(today: CivilDate, name: &str) -> Correction {
    Correction {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::parse("1970", today).unwrap(),
        birth_date: None,
        gender: Gender::Male,
        comorbidity: Comorbidity::None,
    }
}

#[store_test]
async fn nobody_is_renamed_between_the_look_at_the_document_and_the_certificate(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let open = site.open_record().await;
    let shown = open.person.name.clone().unwrap();
    let rename =
        |name| app.correct_beneficiary(&site.citizen, site.id, correction(app.today(), name), "test");
    let refused = rename("Imposter Singh").await;
    assert!(matches!(refused, Err(Refusal::RecordOpen)), "{refused:?}");
    app.record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    let refused = rename("Imposter Singh").await;
    assert!(matches!(refused, Err(Refusal::HasDose)), "{refused:?}");
    let certificate = app
        .certificate(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    let text = certificate.json().to_owned();
    assert!(
        text.contains(shown.as_str()) && !text.contains("Imposter"),
        "{text}"
    );
}

#[store_test]
async fn a_record_can_be_corrected_again_once_it_was_left(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    site.open_record().await;
    site.app.clock.advance_seconds(30 * 60 + 1);
    let correction = correction(app.today(), "Asha Devi Rao");
    app.correct_beneficiary(&site.citizen, site.id, correction, "test")
        .await
        .unwrap();
    let family = app.beneficiaries(&site.citizen, "test").await.unwrap();
    assert_eq!(family[0].name.as_ref().unwrap().as_str(), "Asha Devi Rao");
}

#[store_test]
async fn an_encounter_that_is_over_keeps_nobody(db: TestDb) {
    let site = Site::open(db).await;
    site.open_record().await;
    site.cancel().await.unwrap();
    site.app.clock.advance_seconds(30 * 60 + 1);
    let deleted = site.app.app.delete_beneficiary(&site.citizen, site.id);
    deleted.await.unwrap();
    assert_eq!(site.count("person").await, 0);
}

#[store_test]
async fn a_no_show_who_books_again_is_found_at_the_new_place_only(db: TestDb) {
    let site = Site::open(db).await;
    let later = site.afternoon(site.app.app.today()).await;
    site.app.clock.advance_seconds(3 * 3600);
    site.book_afternoon(later).await;
    // The seat of somebody who did not come stays taken: nobody else can come in time for it.
    assert_eq!(site.places().await, states(&["booked", "missed"], 2, &["booked"]));
    let expected = site.app.app.roster_today(&site.staff).await.unwrap();
    let sessions: Vec<_> = expected.iter().map(|visitor| visitor.place.session).collect();
    assert_eq!(sessions, [later]);
    let evidence = Evidence::Document {
        kind: DocumentType::Passport,
        number: DocumentNumber::parse(DOCUMENT).unwrap(),
    };
    let open = site.begin(evidence).await.unwrap();
    assert_eq!(open.key.session, later);
    assert_eq!(
        site.close(None).await,
        Cancelled {
            moved: 0,
            ended: 0,
            untold: 0
        }
    );
    assert_eq!(site.places().await, states(&["booked", "missed"], 2, &["booked"]));
}

#[store_test]
async fn a_session_is_cancelled_without_those_who_were_deleted_since(db: TestDb) {
    let site = Site::open(db).await;
    site.app.clock.advance_seconds(3 * 3600);
    let deleted = site.app.app.delete_beneficiary(&site.citizen, site.id);
    deleted.await.unwrap();
    assert_eq!(site.places().await, states(&["missed"], 1, &[]));
    assert_eq!(
        site.close(None).await,
        Cancelled {
            moved: 0,
            ended: 0,
            untold: 0
        }
    );
}

#[store_test]
async fn one_person_who_was_erased_keeps_nobody_from_being_told(db: TestDb) {
    let site = Site::open(db).await;
    let other = site.app.citizen("9876543211").await;
    let id = register(&site.app, &other, "Z7654321").await;
    crate::support::book(&site.app, &other, site.session, &[id], 1).await;
    let (_, erased) = site.app.member(&site.citizen).await;
    execute(
        &site.app,
        "delete from person_key where subject = $1",
        vec![erased.into()],
    )
    .await;
    let before = site.count("outbox").await;
    assert_eq!(
        site.close(None).await,
        Cancelled {
            moved: 0,
            ended: 2,
            untold: 1
        }
    );
    assert_eq!(site.count("outbox").await, before + 1);
}

#[store_test]
async fn people_of_a_cancelled_session_move_only_where_all_of_them_may_come(db: TestDb) {
    let site = Site::open(db).await;
    let (app, manager) = (&site.app.app, site.manager());
    let (today, next) = (app.today(), tomorrow(&site));
    let wanted = site.afternoon(next).await;
    let (anybody, covishield) = ((18, None), Vaccine::Covishield);
    for (day, ages, vaccine) in [
        (next, (45, None), covishield),
        (next, (18, Some(44)), covishield),
        (next, anybody, Vaccine::Covaxin),
        (today, anybody, covishield),
    ] {
        let other = site.afternoon_for(day, ages, vaccine).await;
        let refused = app.cancel_session(&manager, wanted, Some(other), "test").await;
        assert!(
            matches!(refused, Err(Refusal::Invalid { field: "session", .. })),
            "{day} {ages:?} {vaccine}: {refused:?}"
        );
    }
    for day in [today, next] {
        let other = site.afternoon_for(day, (18, None), covishield).await;
        let closed = site.afternoon_for(today, (45, Some(60)), covishield).await;
        let closed = app.cancel_session(&manager, closed, Some(other), "test").await;
        assert_eq!(
            closed.unwrap(),
            Cancelled {
                moved: 0,
                ended: 0,
                untold: 0
            },
            "{day}"
        );
    }
}
