//! What was given is recorded once, truthfully, with everything that belongs to it.

use pramaan_app::Refusal;
use pramaan_app::dose::Answered;
use pramaan_app::roster::AppointmentState;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

#[store_test]
async fn a_dose_ends_its_appointment_and_tells_the_person(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    assert_eq!(recorded.answer, Answered::OnProtocol);
    let visitors = site.app.app.roster_today(&site.staff).await.unwrap();
    assert_eq!(visitors[0].state, AppointmentState::Vaccinated);
    for (table, rows) in [
        ("dose", 1),
        ("dose_count", 1),
        ("certificate", 1),
        ("certificate_index", 1),
    ] {
        assert_eq!(site.count(table).await, rows, "{table}");
    }
    let sent = site.app.outbox.to(&Mobile::parse(MOBILE).unwrap());
    assert!(
        sent.last().unwrap().text.contains("COVISHIELD"),
        "{:?}",
        sent.last().unwrap().text
    );

    let code = site.code().await.parse().unwrap();
    let again = site
        .begin(pramaan_app::encounter::Evidence::Code {
            place: visitors[0].place,
            code,
        })
        .await;
    assert!(matches!(again, Err(Refusal::AlreadyRecorded)));
}

#[store_test]
async fn a_repeated_post_records_nothing_twice(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let dose = site.dose();
    let record = || {
        site.app
            .app
            .record_dose(&site.staff, open.key, dose.clone(), "test")
    };
    let (one, other) = tokio::join!(record(), record());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.event, other.event);
    assert_ne!(one.answer, other.answer);
    let entries = site.count("access_leaf").await;
    assert_eq!(record().await.unwrap().answer, Answered::Repeated);
    assert_eq!(
        site.count("access_leaf").await,
        entries,
        "a repetition opens nothing"
    );
    let different = pramaan_app::dose::Dose {
        site: pramaan_domain::dose::BodySite::LeftThigh,
        ..dose.clone()
    };
    let refused = site
        .app
        .app
        .record_dose(&site.staff, open.key, different, "test")
        .await;
    assert!(matches!(refused, Err(Refusal::AlreadyRecorded)));
    assert_eq!(
        (site.count("dose").await, site.count("certificate").await),
        (1, 1)
    );
}

#[store_test]
async fn two_encounters_with_one_person_record_one_dose(db: TestDb) {
    let site = Site::open(db).await;
    let (first, second) = (site.open_record().await, site.open_record().await);
    site.app
        .app
        .record_dose(&site.staff, first.key, site.dose(), "test")
        .await
        .unwrap();
    let again = site
        .app
        .app
        .record_dose(&site.staff, second.key, site.dose(), "test")
        .await;
    assert!(matches!(again, Err(Refusal::AlreadyRecorded)), "{again:?}");
    assert_eq!(site.count("dose").await, 1);
}

#[store_test]
async fn what_no_rule_allowed_is_recorded_with_its_reason(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let mut dose = site.dose();
    dose.vaccine = Vaccine::Covaxin;
    let unreasoned = site
        .app
        .app
        .record_dose(&site.staff, open.key, dose.clone(), "test")
        .await;
    assert!(
        matches!(unreasoned, Err(Refusal::OffProtocol { .. })),
        "{unreasoned:?}"
    );
    assert_eq!(site.count("dose").await, 0);
    dose.reason = Some(reason());
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, dose, "test")
        .await
        .unwrap();
    assert_eq!(recorded.answer, Answered::OffProtocol);

    // Thirty days later nothing is due; a second dose was given all the same.
    site.app.clock.advance_seconds(30 * 86_400);
    let session = publish(&site.app, 1, site.app.app.today(), Vaccine::Covaxin).await;
    let appointment = book(&site.app, &site.citizen, session, &[site.id], 2).await;
    let site = Site {
        session,
        appointment,
        staff: nurse(&site.app, "MH-0009", 1).await,
        ..site
    };
    let open = site.open_record().await;
    let off = open.doses[0].facts.off_protocol.as_ref().unwrap();
    assert_eq!(off.reason, reason().as_str());
    assert!(off.finding.contains("COVISHIELD"), "{}", off.finding);
    let mut dose = site.dose();
    (dose.number, dose.vaccine) = (DoseNumber::Precaution, Vaccine::Covaxin);
    dose.reason = Some(reason());
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, dose, "test")
        .await
        .unwrap();
    assert_eq!(recorded.answer, Answered::OffProtocol, "the second was due");
}

#[store_test]
async fn the_time_of_a_dose_is_of_today_and_past(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    for seconds in [1, -86_400] {
        let mut dose = site.dose();
        dose.given_at = site.app.clock.now().plus_seconds(seconds);
        let refused = site
            .app
            .app
            .record_dose(&site.staff, open.key, dose, "test")
            .await;
        assert!(
            matches!(
                refused,
                Err(Refusal::Invalid {
                    field: "given_at",
                    ..
                })
            ),
            "{seconds}"
        );
    }
}

#[store_test]
async fn without_an_open_encounter_there_is_no_dose(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let other = nurse(&site.app, "MH-0002", 1).await;
    let foreign = site
        .app
        .app
        .record_dose(&other, open.key, site.dose(), "test")
        .await;
    assert!(matches!(foreign, Err(Refusal::NoEncounter)));
    let off = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await;
    assert!(
        matches!(off, Err(Refusal::OffRoster)),
        "the other took the place on the roster"
    );
    let codes = vec![pramaan_domain::staff::StaffCode::parse("MH-0001").unwrap()];
    site.app
        .app
        .set_roster_of(1, site.app.app.today(), codes)
        .await
        .unwrap();
    site.app.clock.advance_seconds(30 * 60 + 1);
    let late = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await;
    assert!(matches!(late, Err(Refusal::NoEncounter)));
    assert_eq!(site.count("dose").await, 0);
}

/// Invariant 1. Recording a dose without reading anybody is not built yet, so a dose waits for the log here.
#[store_test]
async fn without_the_log_no_dose_opens_anybody(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    break_log(&site.app).await;
    let refused = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await;
    assert!(matches!(refused, Err(Refusal::Unavailable(_))));
    assert_eq!(site.count("dose").await, 0);
}
