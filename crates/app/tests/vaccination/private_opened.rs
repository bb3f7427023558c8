//! The open side of a private member, and of who came of age: what the PIN opens, for whom, and what the phone may still do.

use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::beneficiary::Registration;
use pramaan_app::message::Language;
use pramaan_app::private_member::{AtSite, OPEN_SECONDS};
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Face, Refusal};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{AppointmentId, SessionId};
use pramaan_domain::name::PersonName;
use pramaan_domain::private_member::PrivatePin;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const PIN: &str = "274913";

fn pin(digits: &str) -> PrivatePin {
    PrivatePin::choose(digits).unwrap()
}

async fn phone(app: &TestApp) -> Citizen {
    app.login(MOBILE, Face::Pages).await.unwrap().citizen
}

/// Whether a phone reads name, certificate and list of one person, and lists an appointment; all of it or nothing.
async fn reads(app: &TestApp, citizen: &Citizen, id: ReferenceId) -> [bool; 3] {
    let family = app.app.dashboard(citizen, "test").await.unwrap();
    let named = family.iter().any(|one| {
        one.person.reference_id == Some(id)
            && one
                .person
                .name
                .as_ref()
                .is_some_and(|name| name.as_str() == "Asha Devi")
    });
    let certificate = app.app.certificate(citizen, id, None, "test").await;
    if let Ok(certificate) = &certificate {
        assert!(certificate.json().contains("Asha Devi"));
    }
    let list = app.app.access_list(citizen, id, None, "test").await;
    if let Ok(list) = &list {
        assert!(list.others.iter().any(|line| line.staff == "MH-0001"));
    }
    [named, certificate.is_ok(), list.is_ok()]
}

async fn try_to_book(
    app: &TestApp,
    citizen: &Citizen,
    session: SessionId,
    id: ReferenceId,
) -> Result<AppointmentId, Refusal> {
    let booking = Booking {
        seat: Seat {
            session,
            slot: SLOT.to_owned(),
        },
        dose: 1,
        members: vec![id],
        declaring: Vec::new(),
        idempotency_key: None,
        language: Language::English,
    };
    app.app.book(citizen, booking, "test").await
}

#[store_test]
async fn with_the_pin_a_private_members_name_bookings_certificate_and_access_list_open(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let (app, key) = (&site.app.app, open.key);
    app.record_dose(&site.staff, key, site.dose(), "test")
        .await
        .unwrap();
    site.app.make_private(MOBILE, 1, &pin(PIN)).await;

    let (hers, other) = (phone(&site.app).await, phone(&site.app).await);
    assert_eq!(reads(&site.app, &hers, site.id).await, [false; 3]);
    assert!(app.certificates(&hers).await.unwrap().is_empty());
    assert!(app.appointments(&hers).await.unwrap().is_empty());
    let wrong = app.open_private(&hers, 1, pin("908172")).await;
    assert!(matches!(wrong, Err(Refusal::WrongPrivatePin { .. })), "{wrong:?}");
    assert_eq!(reads(&site.app, &hers, site.id).await, [false; 3]);

    app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    assert_eq!(reads(&site.app, &hers, site.id).await, [true; 3]);
    assert_eq!(app.certificates(&hers).await.unwrap().len(), 1);
    assert_eq!(
        reads(&site.app, &other, site.id).await,
        [false; 3],
        "another login"
    );
    let api = site.app.login(MOBILE, Face::Portal).await.unwrap().citizen;
    assert_eq!(reads(&site.app, &api, site.id).await, [false; 3], "the API");
    site.app.clock.advance_seconds(OPEN_SECONDS);
    assert_eq!(reads(&site.app, &hers, site.id).await, [false; 3], "it closes");
}

#[store_test]
async fn with_the_pin_a_private_member_books_reads_the_slip_and_cancels(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let document = (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap());
    let app = &site.app.app;
    app.private_at_site(&site.staff, open.key, document, AtSite::Choose(pin(PIN)), "test")
        .await
        .unwrap();
    let hers = phone(&site.app).await;
    let slip = app.slip(&hers, site.appointment, "test").await;
    assert!(matches!(slip, Err(Refusal::UnknownAppointment)), "{slip:?}");

    app.open_private(&hers, 1, pin(PIN)).await.unwrap();
    let listed: Vec<_> = app.appointments(&hers).await.unwrap();
    assert_eq!(
        listed.iter().map(|one| one.id).collect::<Vec<_>>(),
        [site.appointment]
    );
    let slip = app.slip(&hers, site.appointment, "test").await.unwrap();
    assert_eq!(slip.members.len(), 1);
    app.cancel_appointment(&hers, site.appointment, &[site.id], Language::English, "test")
        .await
        .unwrap();
    let tomorrow = app.today().succ_opt().unwrap();
    let session = publish(&site.app, 1, tomorrow, Vaccine::Covishield).await;
    let booked = try_to_book(&site.app, &hers, session, site.id).await.unwrap();
    let closed = phone(&site.app).await;
    assert!(app.appointments(&closed).await.unwrap().is_empty());
    let untouched = app
        .cancel_appointment(&closed, booked, &[site.id], Language::English, "test")
        .await;
    assert!(untouched.is_err(), "{untouched:?}");
    assert_eq!(app.appointments(&hers).await.unwrap().len(), 1);
}

/// Days pass in which the number does not fall silent.
async fn until(app: &TestApp, day: (i32, u32, u32)) {
    let day = CivilDate::from_ymd_opt(day.0, day.1, day.2).unwrap();
    loop {
        let left = day.signed_duration_since(app.app.today()).num_days();
        if left == 0 {
            return;
        }
        app.clock.advance_seconds(left.min(60) * 86_400);
        phone(app).await;
    }
}

/// Docs/operation.md: from the 18th birthday on nobody else changes or deletes the record; it stays on the family's list, booked
/// and read from the phone as every adult's, until its person makes it private.
#[store_test]
async fn at_eighteen_the_phone_books_and_reads_as_for_any_adult_until_the_person_is_private(db: TestDb) {
    let app = TestApp::start(db).await;
    put_centres(&app).await;
    let citizen = app.citizen(MOBILE).await;
    register(&app, &citizen, DOCUMENT).await;
    app.clock.advance_seconds(1);
    let child = Registration {
        name: PersonName::parse("Meera Devi").unwrap(),
        birth_year: BirthYear::parse("2009", app.app.today()).unwrap(),
        ..registration(app.app.today(), "Z0000003")
    };
    let child = app.app.register(&citizen, child).await.unwrap();

    until(&app, (2027, 12, 31)).await;
    let holder = phone(&app).await;
    let deleted = app.app.delete_beneficiary(&holder, child).await;
    assert!(matches!(deleted, Err(Refusal::CameOfAge)), "{deleted:?}");
    let day = app.app.today().succ_opt().unwrap();
    let session = publish(&app, 1, day, Vaccine::Covishield).await;
    let booked = try_to_book(&app, &holder, session, child).await.unwrap();
    assert_eq!(
        app.app.slip(&holder, booked, "test").await.unwrap().members.len(),
        1
    );
    app.app.access_list(&holder, child, None, "test").await.unwrap();
    app.app
        .cancel_appointment(&holder, booked, &[child], Language::English, "test")
        .await
        .unwrap();

    app.make_private(MOBILE, 2, &pin(PIN)).await;
    let holder = phone(&app).await;
    assert_eq!(app.app.dashboard(&holder, "test").await.unwrap().len(), 1);
    let refused = try_to_book(&app, &holder, session, child).await;
    assert!(matches!(refused, Err(Refusal::UnknownBeneficiary)), "{refused:?}");
    let list = app.app.access_list(&holder, child, None, "test").await;
    assert!(matches!(list, Err(Refusal::UnknownBeneficiary)), "{list:?}");
    let certificate = app.app.certificate(&holder, child, None, "test").await;
    assert!(
        matches!(certificate, Err(Refusal::UnknownBeneficiary)),
        "{certificate:?}"
    );
    app.app.open_private(&holder, 2, pin(PIN)).await.unwrap();
    try_to_book(&app, &holder, session, child).await.unwrap();
}
