//! The status interface: one person, one number.

use pramaan_app::message::Language;
use pramaan_app::otp::{Login, OtpRequest};
use pramaan_app::testing::TestApp;
use pramaan_app::{Face, Refusal};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccinationStatus, VaccineBatch};
use pramaan_domain::id::{DoseId, HouseholdId, PersonId, SessionId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::dose::{self, DoseFacts, NewDose};
use pramaan_store::private_member;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::{MOBILE, count, guess, home, register, register_as};

async fn login_as(app: &TestApp, name: Option<&str>) -> Result<Login, Refusal> {
    let request = OtpRequest {
        mobile: Mobile::parse(MOBILE).unwrap(),
        full_name: name.map(|name| PersonName::parse(name).unwrap()),
        face: Face::Status,
        origin: home(),
        language: Language::English,
    };
    let txn = app.app.request_otp(request).await.unwrap();
    guess(app, txn, &app.code(MOBILE), Face::Status).await
}

async fn give(app: &TestApp, (household, person): (HouseholdId, PersonId), dose: DoseNumber) {
    let (sealer, now) = (app.sealer.clone(), app.clock.now());
    let new = NewDose {
        household,
        person,
        id: DoseId::from_random(sealer.random()),
        dose,
        session: SessionId::from_random([1; 16]),
        facts: DoseFacts {
            given_at: now,
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("4121Z001").unwrap(),
            vial: String::new(),
            site: BodySite::LeftUpperArm,
            centre: 1,
            staff: "V1".to_owned(),
            entered: pramaan_store::dose::Entered::WithTheRecord,
            off_protocol: None,
        },
    };
    let given = app.db.write("test::give", move |tx| {
        Box::pin(async move { dose::append(tx, &sealer, &new, now).await })
    });
    given.await.unwrap();
}

#[store_test]
async fn a_number_from_nought_to_two_under_an_entry_for_doses_alone(db: TestDb) {
    let app = TestApp::start(db).await;
    let owner = app.citizen(MOBILE).await;
    register(&app, &owner, "Z1234567").await;
    let person = app.member(&owner).await;
    let citizen = login_as(&app, Some("asha  DEVI")).await.unwrap().citizen;
    let before = count(&app, "select count(*) from access_leaf").await;
    assert_eq!(before, 1, "the name was compared");
    let mut seen = Vec::new();
    for dose in [Some(DoseNumber::First), Some(DoseNumber::Second), None] {
        seen.push(app.app.vaccination_status(&citizen, "test").await.unwrap());
        if let Some(dose) = dose {
            app.clock.advance_seconds(84 * 86_400);
            give(&app, person, dose).await;
        }
    }
    use VaccinationStatus::{NotVaccinated, PartiallyVaccinated, Vaccinated};
    assert_eq!(seen, [NotVaccinated, PartiallyVaccinated, Vaccinated]);
    assert_eq!(count(&app, "select count(*) from access_leaf").await, before + 3);
}

#[store_test]
async fn a_name_says_which_member_is_meant(db: TestDb) {
    let app = TestApp::start(db).await;
    let owner = app.citizen(MOBILE).await;
    register_as(&app, &owner, "Asha Devi", "Z1234567").await;
    let asha = app.member(&owner).await;
    register_as(&app, &owner, "Ravi Kumar", "Z1234568").await;
    give(&app, asha, DoseNumber::First).await;
    for (name, status) in [
        ("Asha Devi", VaccinationStatus::PartiallyVaccinated),
        ("Ravi Kumar", VaccinationStatus::NotVaccinated),
    ] {
        let login = login_as(&app, Some(name)).await.unwrap();
        let citizen = app.app.citizen(&login.token).unwrap();
        assert_eq!(
            app.app.vaccination_status(&citizen, "test").await.unwrap(),
            status
        );
    }
    for nobody in [Some("Somebody Else"), None] {
        assert!(matches!(
            login_as(&app, nobody).await,
            Err(Refusal::NotRegistered)
        ));
    }
    register_as(&app, &owner, "ravi kumar", "Z1234569").await;
    assert!(
        matches!(
            login_as(&app, Some("Ravi Kumar")).await,
            Err(Refusal::NotRegistered)
        ),
        "two of one name"
    );
}

/// Whoever read out the code may be the private one: the other's doses are no answer about them.
#[store_test]
async fn without_a_name_nobody_is_meant_where_another_member_is_private(db: TestDb) {
    let app = TestApp::start(db).await;
    let owner = app.citizen(MOBILE).await;
    register_as(&app, &owner, "Asha Devi", "Z1234567").await;
    let (asha, now, sealer) = (app.member(&owner).await, app.clock.now(), app.sealer.clone());
    login_as(&app, None).await.unwrap();
    register_as(&app, &owner, "Ravi Kumar", "Z1234568").await;
    let private = app.db.write("test::private", move |tx| {
        Box::pin(async move { private_member::set(tx, &sealer, asha, Some("hash"), now).await })
    });
    private.await.unwrap();
    let unnamed = login_as(&app, None).await;
    assert!(matches!(unnamed, Err(Refusal::NotRegistered)), "{unnamed:?}");
    login_as(&app, Some("Ravi Kumar")).await.unwrap();
}

#[store_test]
async fn no_other_login_asks_it(db: TestDb) {
    let app = TestApp::start(db).await;
    let owner = app.login(MOBILE, Face::Portal).await.unwrap().citizen;
    register(&app, &owner, "Z1234567").await;
    for face in [Face::Portal, Face::Public, Face::Partner(1)] {
        let citizen = app.login(MOBILE, face).await.unwrap().citizen;
        let asked = app.app.vaccination_status(&citizen, "test").await;
        assert!(matches!(asked, Err(Refusal::Unauthenticated)), "{face:?}");
    }
    let status = login_as(&app, Some("Asha Devi")).await.unwrap().citizen;
    assert!(matches!(
        app.app.beneficiaries(&status, "test").await,
        Err(Refusal::Unauthenticated)
    ));
}

#[store_test]
async fn whoever_was_deleted_is_unknown_as_at_the_login(db: TestDb) {
    let app = TestApp::start(db).await;
    let owner = app.citizen(MOBILE).await;
    let id = register(&app, &owner, "Z1234567").await;
    let status = login_as(&app, Some("Asha Devi")).await.unwrap().citizen;
    app.app.delete_beneficiary(&owner, id).await.unwrap();
    let asked = app.app.vaccination_status(&status, "test").await;
    assert!(matches!(asked, Err(Refusal::NotRegistered)), "{asked:?}");
    let again = login_as(&app, Some("Asha Devi")).await;
    assert!(matches!(again, Err(Refusal::NotRegistered)), "{again:?}");
}
