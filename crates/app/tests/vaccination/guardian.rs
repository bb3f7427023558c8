//! A minor has a guardian, whose rights end on the eighteenth birthday.

use pramaan_app::beneficiary::{Correction, Registration};
use pramaan_app::guardian::{Said, Shown};
use pramaan_app::private_member::Sight;
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Comorbidity, Face, Refusal, Repetition};
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::private_member::PrivatePin;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const DAY: i64 = 86_400;

fn somebody(app: &TestApp, name: &str, year: &str, date: Option<&str>, document: &str) -> Registration {
    let today = app.app.today();
    Registration {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::parse(year, today).unwrap(),
        birth_date: date.map(|date| BirthDate::parse(date, today).unwrap()),
        ..registration(today, document)
    }
}

/// Asha and Ravi, both grown up, and whoever is registered third.
async fn family(db: TestDb, child: (&str, Option<&str>)) -> (TestApp, ReferenceId) {
    let app = TestApp::start(db).await;
    let citizen = app.citizen(MOBILE).await;
    let mut last = None;
    for (name, (year, date), document) in [
        ("Asha Devi", ("1980", None), "Z0000001"),
        ("Ravi Kumar", ("1975", None), "Z0000002"),
        ("Meera Devi", child, "Z0000003"),
    ] {
        let typed = somebody(&app, name, year, date, document);
        last = Some(app.app.register(&citizen, typed).await.unwrap());
        app.clock.advance_seconds(1);
    }
    (app, last.unwrap())
}

async fn phone(app: &TestApp) -> Citizen {
    app.login(MOBILE, Face::Pages).await.unwrap().citizen
}

fn person(name: &str) -> Shown {
    Shown::Person(PersonName::parse(name).unwrap())
}

async fn guardian(app: &TestApp) -> Shown {
    let guarded = app.app.guarded_at(&phone(app).await, 3, "test").await;
    guarded.unwrap().guardian
}

/// Days pass in which the number does not fall silent.
async fn in_use(app: &TestApp, days: i64) {
    let mut left = days;
    while left > 0 {
        let days = left.min(60);
        app.clock.advance_seconds(days * DAY);
        left -= days;
        phone(app).await;
    }
}

async fn until(app: &TestApp, day: (i32, u32, u32)) {
    let day = CivilDate::from_ymd_opt(day.0, day.1, day.2).unwrap();
    in_use(app, day.signed_duration_since(app.app.today()).num_days()).await;
    assert_eq!(app.app.today(), day);
}

fn correction(app: &TestApp, year: &str) -> Correction {
    Correction {
        name: PersonName::parse("Meera Kumari").unwrap(),
        birth_year: BirthYear::parse(year, app.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        comorbidity: Comorbidity::None,
    }
}

#[store_test]
async fn a_guardian_is_the_first_adult_until_another_is_chosen(db: TestDb) {
    let (app, _) = family(db, ("2012", None)).await;
    assert_eq!(guardian(&app).await, person("Asha Devi"));
    let phone = phone(&app).await;
    app.app.choose_guardian(&phone, (3, 2), "test").await.unwrap();
    assert_eq!(guardian(&app).await, person("Ravi Kumar"));
    for nobody in [0, 3, 4] {
        let refused = app.app.choose_guardian(&phone, (3, nobody), "test").await;
        assert!(
            matches!(
                refused,
                Err(Refusal::Invalid {
                    field: "guardian",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    let adult = app.app.choose_guardian(&phone, (1, 2), "test").await;
    assert!(
        matches!(adult, Err(Refusal::UnknownBeneficiary)),
        "an adult has none: {adult:?}"
    );
}

#[store_test]
async fn a_private_guardian_is_not_named(db: TestDb) {
    let (app, _) = family(db, ("2012", None)).await;
    let pin = PrivatePin::choose("274913").unwrap();
    app.make_private(MOBILE, 1, &pin).await;
    assert_eq!(
        guardian(&app).await,
        person("Ravi Kumar"),
        "the first adult whom the phone shows"
    );
    app.app
        .choose_guardian(&phone(&app).await, (3, 2), "test")
        .await
        .unwrap();
    app.make_private(MOBILE, 2, &pin).await;
    assert_eq!(guardian(&app).await, Shown::PrivateMember);
}

#[store_test]
async fn a_child_who_is_alone_at_the_site_has_whoever_came_along_as_guardian(db: TestDb) {
    let app = TestApp::start(db).await;
    put_centres(&app).await;
    let session = publish(&app, 1, app.app.today(), Vaccine::Covishield).await;
    let citizen = app.citizen(MOBILE).await;
    // Perhaps 17, perhaps 18: nobody who decides alone.
    let child = somebody(&app, "Meera Devi", "2008", None, DOCUMENT);
    let id = app.app.register(&citizen, child).await.unwrap();
    let appointment = book(&app, &citizen, session, &[id], 1).await;
    let staff = nurse(&app, "MH-0001", 1).await;
    let site = Site {
        app,
        citizen,
        id,
        session,
        appointment,
        staff,
    };
    let open = site.open_record().await;
    let name = PersonName::parse("Kamala Bai").unwrap();
    let (app, phone) = (&site.app.app, phone(&site.app).await);
    let before = app.guarded_at(&phone, 1, "test").await.unwrap();
    assert_eq!(before.guardian, Shown::Nobody);
    app.name_guardian(&site.staff, open.key, name, "test")
        .await
        .unwrap();
    let after = app.guarded_at(&phone, 1, "test").await.unwrap();
    assert_eq!(after.guardian, person("Kamala Bai"));
}

#[store_test]
async fn what_a_guardian_may_do_ends_on_the_eighteenth_birthday(db: TestDb) {
    // By a date, which is erased on that very day, and the day after it is still known that they are 18.
    let (app, id) = family(db, ("2009", Some("2009-06-15"))).await;
    until(&app, (2027, 6, 14)).await;
    app.app.retain().await.unwrap();
    app.app
        .correct_beneficiary(
            &phone(&app).await,
            id,
            Correction {
                birth_date: Some(BirthDate::parse("2009-06-15", app.app.today()).unwrap()),
                ..correction(&app, "2009")
            },
            "test",
        )
        .await
        .unwrap();
    assert_eq!(guardian(&app).await, person("Asha Devi"));
    for day in [(2027, 6, 15), (2027, 6, 16)] {
        until(&app, day).await;
        app.app.retain().await.unwrap();
        ended(&app, id, "2009").await;
    }
}

#[store_test]
async fn where_only_the_year_is_known_control_passes_on_its_last_day(db: TestDb) {
    let (app, id) = family(db, ("2009", None)).await;
    until(&app, (2027, 12, 30)).await;
    app.app
        .correct_beneficiary(&phone(&app).await, id, correction(&app, "2009"), "test")
        .await
        .unwrap();
    until(&app, (2027, 12, 31)).await;
    ended(&app, id, "2009").await;
}

/// Still listed, but no longer others' to change or delete; theirs with a PIN.
async fn ended(app: &TestApp, id: ReferenceId, year: &str) {
    let holder = phone(app).await;
    assert_eq!(
        app.app.dashboard(&holder, "test").await.unwrap().len(),
        3,
        "still listed"
    );
    for face in [Face::Pages, Face::Portal] {
        let holder = app.login(MOBILE, face).await.unwrap().citizen;
        let changed = app
            .app
            .correct_beneficiary(&holder, id, correction(app, year), "test")
            .await;
        assert!(matches!(changed, Err(Refusal::CameOfAge)), "{changed:?}");
        let deleted = app.app.delete_beneficiary(&holder, id).await;
        assert!(matches!(deleted, Err(Refusal::CameOfAge)), "{deleted:?}");
    }
    let none = app.app.guarded_at(&holder, 3, "test").await;
    assert!(
        matches!(none, Err(Refusal::UnknownBeneficiary)),
        "nobody speaks for them: {none:?}"
    );
    let pin = PrivatePin::choose("274913").unwrap();
    app.make_private(MOBILE, 3, &pin).await;
    app.app.open_private(&holder, 3, pin.clone()).await.unwrap();
    app.app
        .correct_beneficiary(&holder, id, correction(app, year), "test")
        .await
        .unwrap();
    app.app.end_private(&holder, 3, pin).await.unwrap();
    assert_eq!(app.app.sighted(&holder).await.unwrap()[2].sight, Sight::Open);
}

#[store_test]
async fn who_was_grown_up_when_registered_is_changed_and_deleted_as_before(db: TestDb) {
    let (app, id) = family(db, ("1990", None)).await;
    in_use(&app, 400).await;
    let holder = phone(&app).await;
    app.app
        .correct_beneficiary(&holder, id, correction(&app, "1990"), "test")
        .await
        .unwrap();
    app.app.delete_beneficiary(&holder, id).await.unwrap();
}

/// The child's form, as the pages send it.
async fn child(app: &TestApp, said: Said, repetition: Repetition) -> Result<ReferenceId, Refusal> {
    let typed = somebody(app, "Chhotu", "2011", None, "Z0000004");
    let phone = phone(app).await;
    let sent = app
        .app
        .register_guarded(&phone, (typed, said), repetition, "test");
    sent.await
}

async fn guardian_at(app: &TestApp, place: usize) -> Shown {
    let guarded = app.app.guarded_at(&phone(app).await, place, "test").await;
    guarded.unwrap().guardian
}

fn named(name: &str) -> Said {
    Said::Named(PersonName::parse(name).unwrap())
}

#[store_test]
async fn a_minor_is_registered_together_with_the_guardian_who_was_said(db: TestDb) {
    let (app, _) = family(db, ("2012", None)).await;
    let form = Repetition::Form("form".to_owned());
    let first = child(&app, Said::Member(2), form.clone()).await.unwrap();
    assert_eq!(guardian_at(&app, 4).await, person("Ravi Kumar"));
    assert_eq!(guardian_at(&app, 3).await, person("Asha Devi"), "nobody else's");
    let again = child(&app, Said::Member(2), form.clone()).await.unwrap();
    assert_eq!(again, first, "the same sent again");
    let other = child(&app, Said::Member(1), form).await;
    assert!(
        matches!(other, Err(Refusal::OwnDocument)),
        "another guardian is another form: {other:?}"
    );

    app.app
        .delete_beneficiary(&phone(&app).await, first)
        .await
        .unwrap();
    let request = Repetition::Request("request".to_owned());
    let kamala = child(&app, named("Kamala Bai"), request.clone()).await.unwrap();
    assert_eq!(guardian_at(&app, 4).await, person("Kamala Bai"));
    assert_eq!(
        child(&app, named("Kamala Bai"), request.clone()).await.unwrap(),
        kamala
    );
    let renamed = child(&app, named("Kamala Devi"), request).await;
    assert!(matches!(renamed, Err(Refusal::KeyReused)), "{renamed:?}");
}

#[store_test]
async fn a_minor_is_not_registered_without_an_adult_whom_the_phone_shows_or_a_name(db: TestDb) {
    let (app, _) = family(db, ("2012", None)).await;
    app.make_private(MOBILE, 2, &PrivatePin::choose("274913").unwrap())
        .await;
    for (said, at) in [
        (Said::Nobody, "guardian_name"),
        (Said::Member(0), "guardian"),
        (Said::Member(2), "guardian"),
        (Said::Member(3), "guardian"),
        (Said::Member(9), "guardian"),
    ] {
        let refused = child(&app, said.clone(), Repetition::Unnamed).await;
        assert!(
            matches!(refused, Err(Refusal::Invalid { field, .. }) if field == at),
            "{said:?}: {refused:?}"
        );
    }
    let phone = phone(&app).await;
    let adults = app.app.adults(&phone, "test").await.unwrap();
    let places: Vec<_> = adults.iter().map(|one| (one.place, one.name.as_str())).collect();
    assert_eq!(
        places,
        [(1, "Asha Devi")],
        "neither the child nor a private member"
    );
    assert_eq!(app.app.sighted(&phone).await.unwrap().len(), 3);
}

#[store_test]
async fn who_is_grown_up_is_registered_without_a_guardian(db: TestDb) {
    let (app, _) = family(db, ("2012", None)).await;
    let phone = phone(&app).await;
    for (document, said) in [("Z0000005", Said::Nobody), ("Z0000006", Said::Member(9))] {
        let typed = somebody(&app, "Lata Devi", "1990", None, document);
        let sent = app
            .app
            .register_guarded(&phone, (typed, said), Repetition::Unnamed, "test");
        sent.await.unwrap();
    }
    // By the year alone perhaps 17 and perhaps 18: somebody has to speak for them. The date says that nobody has.
    let today = app.app.today();
    let year = chrono::Datelike::year(&today) - 18;
    let year_only = somebody(&app, "Tara Devi", &year.to_string(), None, "Z0000007");
    assert!(year_only.is_of_minor(today));
    let born = format!("{year}-01-01");
    let dated = somebody(&app, "Tara Devi", &year.to_string(), Some(&born), "Z0000007");
    assert!(!dated.is_of_minor(today));
}
