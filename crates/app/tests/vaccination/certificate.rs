//! The certificate: made with the dose, verified offline, fetched by its person only.

use pramaan_app::certificate::Stage;
use pramaan_app::{Citizen, Face, Refusal};
use pramaan_cert::{DoseGiven, TrustedKeys, VerificationMethod, verify_file};
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

async fn vaccinated(db: TestDb) -> Site {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    site.app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    site
}

fn keys(site: &Site) -> TrustedKeys {
    let key = site.app.sealer.keys.certificate_public_key();
    TrustedKeys::default()
        .with(VerificationMethod::default(), key)
        .unwrap()
}

#[store_test]
async fn it_says_what_was_given_and_verifies_without_us(db: TestDb) {
    let site = vaccinated(db).await;
    let fetched = site
        .app
        .app
        .certificate(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    assert_eq!(fetched.stage(), Stage::Provisional);
    let json = fetched.json().to_owned();
    let pdf = fetched.into_pdf().await.unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    for file in [json.as_bytes(), &pdf] {
        let verified = verify_file(file, &keys(&site)).unwrap();
        assert_eq!(verified.signed.as_json(), json, "one spelling");
        let fields = verified.certificate.fields();
        assert_eq!(fields.person.name.as_str(), "Asha Devi");
        assert_eq!(fields.person.identity.to_string(), "Passport XXXX XXXX 4567");
        assert_eq!(fields.person.age.to_string(), "46");
        assert_eq!(fields.dose, DoseGiven::Primary { number: 1, total: 2 });
        assert_eq!(fields.vaccine.batch.as_str(), "4121Z025");
        assert_eq!(fields.facility.place.district.as_str(), "Mumbai");
        assert_eq!(fields.id.as_str().len(), 14);
    }
    assert!(json.contains(&format!("did:pramaan:{}", site.id)));
    assert!(!json.contains("1980") && !json.contains(DOCUMENT));
    let changed = json.replace("4121Z025", "4121Z026");
    assert!(verify_file(changed.as_bytes(), &keys(&site)).is_err());
}

#[store_test]
async fn the_last_dose_of_the_course_makes_it_final(db: TestDb) {
    let site = vaccinated(db).await;
    site.app.clock.advance_seconds(90 * 86_400);
    let session = publish(
        &site.app,
        1,
        site.app.app.today(),
        pramaan_domain::vaccine::Vaccine::Covishield,
    )
    .await;
    let appointment = book(&site.app, &site.citizen, session, &[site.id], 2).await;
    let site = Site {
        session,
        appointment,
        staff: nurse(&site.app, "MH-0009", 1).await,
        ..site
    };
    let open = site.open_record().await;
    let mut dose = site.dose();
    dose.number = pramaan_domain::dose::DoseNumber::Second;
    site.app
        .app
        .record_dose(&site.staff, open.key, dose, "test")
        .await
        .unwrap();
    let latest = site
        .app
        .app
        .certificate(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    assert_eq!(latest.stage(), Stage::Final);
    let listed = site.app.app.certificates(&site.citizen).await.unwrap();
    assert_eq!(listed.len(), 2);
    let first = Some(listed[0].event);
    let first = site
        .app
        .app
        .certificate(&site.citizen, site.id, first, "test")
        .await
        .unwrap();
    assert_eq!(first.stage(), Stage::Provisional);
    assert_ne!(first.id(), latest.id());
}

#[store_test]
async fn the_public_door_opens_certificates_and_nothing_else(db: TestDb) {
    let site = vaccinated(db).await;
    let public: Citizen = site.app.login(MOBILE, Face::Public).await.unwrap().citizen;
    site.app
        .app
        .certificate(&public, site.id, None, "test")
        .await
        .unwrap();
    assert!(matches!(
        site.app.app.beneficiaries(&public, "test").await,
        Err(Refusal::Unauthenticated)
    ));
}

#[store_test]
async fn nobody_fetches_anothers_or_one_that_is_not_there(db: TestDb) {
    let site = Site::open(db).await;
    let entries = site.count("access_leaf").await;
    let none = site
        .app
        .app
        .certificate(&site.citizen, site.id, None, "test")
        .await;
    assert!(matches!(none, Err(Refusal::NoCertificate)));
    let stranger = site.app.citizen("9876543211").await;
    let foreign = site.app.app.certificate(&stranger, site.id, None, "test").await;
    assert!(matches!(foreign, Err(Refusal::UnknownBeneficiary)));
    assert_eq!(site.count("access_leaf").await, entries);
}

#[store_test]
async fn the_site_prints_it_within_the_encounter_only(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let early = site
        .app
        .app
        .certificate_at_site(&site.staff, open.key, "test")
        .await;
    assert!(matches!(early, Err(Refusal::NoCertificate)));
    site.app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    site.app
        .app
        .certificate_at_site(&site.staff, open.key, "test")
        .await
        .unwrap();
    site.app.clock.advance_seconds(30 * 60 + 1);
    let late = site
        .app
        .app
        .certificate_at_site(&site.staff, open.key, "test")
        .await;
    assert!(matches!(late, Err(Refusal::NoEncounter)));
}

#[store_test]
async fn each_reading_for_it_is_in_the_persons_list(db: TestDb) {
    let site = vaccinated(db).await;
    let list = site
        .app
        .app
        .access_list(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    let machine: Vec<_> = list
        .folded
        .iter()
        .map(|line| (line.class, line.purpose))
        .collect();
    use pramaan_domain::access::{ActorClass, Purpose};
    assert!(
        machine.contains(&(ActorClass::Machine, Purpose::Certificate)),
        "{machine:?}"
    );
    assert!(machine.contains(&(ActorClass::Machine, Purpose::Notification)));
    assert_eq!(
        list.others
            .iter()
            .filter(|line| line.purpose == Purpose::Vaccination)
            .count(),
        2
    );
}
