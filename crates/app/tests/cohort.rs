//! Bulk lists of health care workers, front-line workers and travellers: what being on one changes, and what it does not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::beneficiary::Registration;
use pramaan_app::card::Shown;
use pramaan_app::encounter::Evidence;
use pramaan_app::import::{self, Bad, ImportError, Imported};
use pramaan_app::member::{PhoneChange, Present};
use pramaan_app::message::Language;
use pramaan_app::otp::OtpDigest;
use pramaan_app::testing::TestApp;
use pramaan_app::walk_in::{DeskMobile, WalkInSeat};
use pramaan_app::{Citizen, Comorbidity, Refusal};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::AppointmentId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::rules::Group;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::testing::{TestDb, store_test};

const EXAMPLE: &str = include_str!("../../../data/examples/cohort.csv");
const SLOT: &str = "11:00AM-01:00PM";
const SESSION: &str = "5b0f3f0e-5f2f-4a39-9d6b-0c6f4c1f7a01";
const NURSE: &str = "9000000101";
const NEIGHBOUR: &str = "9000000109";

/// 20 January 2021, when only health care workers may begin, with a session tomorrow.
async fn january(db: TestDb) -> TestApp {
    let day = CivilDate::from_ymd_opt(2021, 1, 20).unwrap();
    let ten = chrono::NaiveTime::from_hms_opt(10, 0, 0).unwrap();
    let test = TestApp::start_at(db, Timestamp::from_local(day, ten)).await;
    let centres = "id,name,address,district_id,pincode,opens,closes,kind\n\
        561001,Fort Clinic,Bora Bazar,395,400001,09:00,17:00,government\n";
    import::centres(&test.app, centres.as_bytes(), Bad::RefusesAll, &mut |_, _| {})
        .await
        .unwrap();
    let sessions = format!(
        "id,centre_id,date,vaccine,min_age,slots,seats\n\
         {SESSION},561001,2021-01-21,COVISHIELD,18,{SLOT},1:online:20\n"
    );
    import::sessions(&test.app, sessions.as_bytes(), Bad::RefusesAll, &mut |_, _| {})
        .await
        .unwrap();
    test
}

async fn cohort(test: &TestApp, text: &str, bad: Bad) -> Result<Imported, ImportError> {
    import::cohort(&test.app, text.as_bytes(), bad, &mut |_, _| {}).await
}

/// Imports one row for the nurse's number.
async fn list(test: &TestApp, row: &str) {
    let text = format!("mobile,birth_year,group,valid_until\n{NURSE},{row}\n");
    assert_eq!(cohort(test, &text, Bad::RefusesAll).await.unwrap().added, 1);
}

async fn person(test: &TestApp, mobile: &str, born: &str) -> (Citizen, ReferenceId) {
    let citizen = test.citizen(mobile).await;
    let registration = Registration {
        name: PersonName::parse("Asha Devi").unwrap(),
        birth_year: BirthYear::parse(born, test.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::from_id(8).unwrap(),
        document_number: DocumentNumber::parse(&format!("Z{}", &mobile[3..])).unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    let id = test.app.register(&citizen, registration).await.unwrap();
    (citizen, id)
}

async fn book(test: &TestApp, (citizen, id): &(Citizen, ReferenceId)) -> Result<AppointmentId, Refusal> {
    let booking = Booking {
        seat: Seat {
            session: SESSION.parse().unwrap(),
            slot: SLOT.to_owned(),
        },
        dose: 1,
        members: vec![*id],
        declaring: Vec::new(),
        idempotency_key: None,
        language: Language::English,
    };
    test.app.book(citizen, booking, "test").await
}

async fn may_book(test: &TestApp, who: &(Citizen, ReferenceId)) -> bool {
    match book(test, who).await {
        Ok(_) => true,
        Err(Refusal::NotEligible(_)) => false,
        Err(other) => panic!("{other}"),
    }
}

#[store_test]
async fn a_listed_nurse_books_when_only_health_care_workers_may(db: TestDb) {
    let test = january(db).await;
    let nurse = person(&test, NURSE, "1978").await;
    let neighbour = person(&test, NEIGHBOUR, "1978").await;
    assert!(!may_book(&test, &nurse).await, "not on a list yet");
    cohort(&test, EXAMPLE, Bad::RefusesAll).await.unwrap();
    assert!(!may_book(&test, &neighbour).await);
    assert!(may_book(&test, &nurse).await);
    let family = test.app.dashboard(&nurse.0, "test").await.unwrap();
    let groups: Vec<Group> = family[0].lists.iter().map(|list| list.group).collect();
    assert_eq!(groups, [Group::Hcw], "the pages explain by the same lists");
}

#[store_test]
async fn another_year_of_birth_or_another_group_does_not_count(db: TestDb) {
    let test = january(db).await;
    list(&test, "1978,hcw,").await;
    let relative = person(&test, NURSE, "1979").await;
    assert!(!may_book(&test, &relative).await);
    list(&test, "1979,flw,").await;
    assert!(
        !may_book(&test, &relative).await,
        "front-line workers begin in February"
    );
    list(&test, "1979,hcw,").await;
    assert!(may_book(&test, &relative).await);
}

#[store_test]
async fn a_row_counts_until_its_last_day(db: TestDb) {
    let test = january(db).await;
    let nurse = person(&test, NURSE, "1978").await;
    list(&test, "1978,hcw,2021-01-20").await;
    assert!(
        !may_book(&test, &nurse).await,
        "the dose would be given on the 21st"
    );
    list(&test, "1978,hcw,21-01-2021").await;
    assert!(may_book(&test, &nurse).await);
}

#[store_test]
async fn a_list_is_imported_twice_to_the_same_end(db: TestDb) {
    let test = january(db).await;
    for _ in 0..2 {
        let imported = cohort(&test, EXAMPLE, Bad::RefusesAll).await.unwrap();
        assert_eq!((imported.added, imported.rejected.len()), (6, 0));
    }
    let rows = test.db.read("test::rows", |tx| {
        Box::pin(async move { tx.query_one("select count(*) from cohort", &[]).await?.int(0) })
    });
    assert_eq!(rows.await.unwrap(), 6);
    let people = test.db.read("test::people", |tx| {
        Box::pin(async move { tx.query_one("select count(*) from household", &[]).await?.int(0) })
    });
    assert_eq!(people.await.unwrap(), 0, "a list makes nobody");
}

#[store_test]
async fn a_number_lent_to_many_is_quarantined(db: TestDb) {
    let test = january(db).await;
    let mut text = "mobile,birth_year,group\n".to_owned();
    for year in 1978..1985 {
        text.push_str(&format!("{NURSE},{year},hcw\n"));
    }
    for year in 1978..1984 {
        text.push_str(&format!("{NEIGHBOUR},{year},hcw\n"));
    }
    let Err(ImportError::BadRows(bad)) = cohort(&test, &text, Bad::RefusesAll).await else {
        panic!("imported")
    };
    assert_eq!(
        bad.iter().map(|row| row.line).collect::<Vec<_>>(),
        [2, 3, 4, 5, 6, 7, 8]
    );
    let told =
        |row: &import::BadRow| row.column == "mobile" && row.reason.starts_with("shared number, quarantined");
    assert!(bad.iter().all(told), "{bad:?}");
    let neighbour = person(&test, NEIGHBOUR, "1978").await;
    assert!(!may_book(&test, &neighbour).await, "nothing was imported");
    let skipped = cohort(&test, &text, Bad::IsSkipped).await.unwrap();
    assert_eq!((skipped.added, skipped.rejected.len()), (6, 7));
    assert!(may_book(&test, &neighbour).await);
    let nurse = person(&test, NURSE, "1978").await;
    assert!(!may_book(&test, &nurse).await);
}

#[store_test]
async fn each_bad_row_is_named_and_shows_nobody(db: TestDb) {
    let test = january(db).await;
    let text = "mobile,birth_year,group,valid_until,name\n\
        9000000101,1978,hcw,,Kamala\n\
        +919000000102,1978,hcw,,Kamala\n\
        9000000103,78,hcw,,Kamala\n\
        9000000104,2022,hcw,,Kamala\n\
        9000000105,1978,general,,Kamala\n\
        9000000106,1978,doctor,,Kamala\n\
        9000000107,1978,hcw,31/31/2021,Kamala\n\
        9000000108,1978\n";
    let skipped = cohort(&test, text, Bad::IsSkipped).await.unwrap();
    assert_eq!(skipped.added, 1);
    let places: Vec<_> = skipped
        .rejected
        .iter()
        .map(|row| (row.line, row.column))
        .collect();
    let expected = [
        (3, "mobile"),
        (4, "birth_year"),
        (5, "birth_year"),
        (6, "group"),
        (7, "group"),
        (8, "valid_until"),
        (9, "row"),
    ];
    assert_eq!(places, expected);
    let rejects = String::from_utf8(import::rejects(&skipped.rejected)).unwrap();
    for hidden in ["90000001", "1978", "Kamala"] {
        assert!(!rejects.contains(hidden), "{rejects}");
    }
    assert!(
        rejects.contains("(left out),(left out),doctor,,(left out)"),
        "{rejects}"
    );
    let Err(ImportError::ColumnMissing { column, .. }) =
        cohort(&test, "mobile,group\n", Bad::IsSkipped).await
    else {
        panic!("imported");
    };
    assert_eq!(column, "birth_year");
}

/// A health care worker who has another phone now is on the list of that number, at the table as when booking.
#[store_test]
async fn who_changed_phones_is_on_the_list_at_the_desk_and_at_the_table_too(db: TestDb) {
    let test = january(db).await;
    let today = "6b0f3f0e-5f2f-4a39-9d6b-0c6f4c1f7a02";
    let sessions = format!(
        "id,centre_id,date,vaccine,min_age,slots,seats\n\
         {today},561001,2021-01-20,COVISHIELD,18,{SLOT},1:walk_in:20\n"
    );
    import::sessions(&test.app, sessions.as_bytes(), Bad::RefusesAll, &mut |_, _| {})
        .await
        .unwrap();
    list(&test, "1978,hcw,").await;
    let (_, id) = person(&test, NEIGHBOUR, "1978").await;
    let passport = DocumentType::from_id(8).unwrap();
    let document = || (passport, DocumentNumber::parse("Z0000109").unwrap());
    let nurse = test.nurse("MH-0001", 561_001).await.staff;
    let number = Mobile::parse(NURSE).unwrap();
    let txn = test
        .app
        .send_desk_code(&nurse, number, Language::English)
        .await
        .unwrap();
    let change = PhoneChange {
        present: Present::Desk {
            named: None,
            document: document(),
        },
        mobile: DeskMobile {
            txn,
            otp: OtpDigest::of(&test.code(NURSE)),
        },
    };
    test.app.change_phone(&nurse, change, "test").await.unwrap();
    let wanted = WalkInSeat {
        seat: Seat {
            session: today.parse().unwrap(),
            slot: SLOT.to_owned(),
        },
        dose: 1,
        shown: Shown::Document {
            reference_id: id,
            document: document(),
        },
        idempotency_key: None,
        language: Language::English,
    };
    let seated = test.app.seat_walk_in(&nurse, wanted, "test").await;
    seated.unwrap();
    let (kind, number) = document();
    let shown = Evidence::Document { kind, number };
    let open = test.app.begin_encounter(&nurse, shown, "test").await.unwrap();
    assert!(open.advice.verdict.may_book(), "{}", open.advice.explanation());
}
