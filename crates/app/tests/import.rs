//! Real input and broken input: thirteen captured answers, and files with every kind of bad row.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;

use pramaan_app::availability::Place;
use pramaan_app::import::{self, Bad, Converted, ImportError, Imported};
use pramaan_app::testing::{Setup, TestApp};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::place::DistrictId;
use pramaan_domain::time::{CivilDate, Timestamp};

const CENTRES: &str = include_str!("../../../data/examples/centres.csv");
const SESSIONS: &str = include_str!("../../../data/examples/sessions.csv");

fn sample(name: &str) -> Converted {
    let path = format!("{}/tests/data/{name}.json", env!("CARGO_MANIFEST_DIR"));
    import::convert(&serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

#[test]
fn every_captured_answer_is_read() {
    let counts: BTreeMap<&str, (usize, usize, usize)> = [
        "calendar_kollam_2021-05-16",
        "calendar_nw_delhi_2021-05-06",
        "calendar_patna_801503_2021-07-13",
        "calendar_pin_400080_2021-09-24",
        "calendar_pin_560076_2021-05-04",
        "calendar_rohtak_2021-05-04",
        "centers_by_latlong_mumbai",
        "districts_state_21",
        "findByDistrict_97_2021-06-05",
        "findByPin_400055_2022-03-30",
        "findByPin_416416_2022-04-28",
        "getPublicReports_17_296_2021-04-29",
        "states",
    ]
    .into_iter()
    .map(|name| {
        let read = sample(name);
        (
            name,
            (read.centres.len(), read.sessions.len(), read.left_out.len()),
        )
    })
    .collect();
    assert_eq!(counts.len(), 13);
    assert!(
        counts.values().all(|(_, _, left_out)| *left_out == 0),
        "{counts:?}"
    );
    assert_eq!(
        counts.values().map(|(_, sessions, _)| sessions).sum::<usize>(),
        159,
        "{counts:?}"
    );
    assert_eq!(counts["centers_by_latlong_mumbai"].0, 100);
    assert_eq!(counts["states"], (0, 0, 0));
}

#[test]
fn the_oddities_of_real_answers_are_understood() {
    // A centre that is open from 21:30 to 03:30 and names no slots: one slot, cut at midnight.
    let rohtak = sample("calendar_rohtak_2021-05-04");
    let night = rohtak
        .centres
        .iter()
        .find(|centre| centre.closes < centre.opens)
        .unwrap();
    let plan = rohtak
        .sessions
        .iter()
        .find(|plan| plan.centre == night.id)
        .unwrap();
    assert_eq!(
        plan.slots
            .iter()
            .map(|slot| slot.slot.to_string())
            .collect::<Vec<_>>(),
        ["09:30PM-11:59PM"]
    );
    // Coordinates of 0 and whole degrees become the pincode's.
    let mumbai = sample("findByPin_400055_2022-03-30");
    assert!(
        mumbai
            .centres
            .iter()
            .all(|centre| (18_000_000..20_000_000).contains(&centre.latitude_micro))
    );
    // More seats than both doses together: the rest is the precaution share, and none is lost among the slots.
    let plan = mumbai.sessions.iter().find(|plan| plan.slots.len() == 4).unwrap();
    let sum = |dose| {
        let seats = plan.slots.iter().flat_map(|slot| &slot.seats);
        seats
            .filter(|(of, _, _)| *of == dose)
            .map(|(_, _, seats)| u32::from(*seats))
            .sum::<u32>()
    };
    assert_eq!(
        [
            sum(DoseNumber::First),
            sum(DoseNumber::Second),
            sum(DoseNumber::Precaution)
        ],
        [19, 6, 19]
    );
    // Slots as objects, several sessions of one centre on one day, fees.
    let sangli = sample("findByPin_416416_2022-04-28");
    assert!(sangli.sessions.len() > sangli.centres.len());
    let paid = sample("calendar_pin_560076_2021-05-04");
    assert!(
        paid.centres
            .iter()
            .any(|centre| centre.fees.iter().any(|(_, fee)| fee.rupees() == 850))
    );
}

#[tokio::test]
async fn captured_sessions_can_be_published_and_found() {
    let noon = chrono::NaiveTime::from_hms_opt(0, 5, 0).unwrap();
    let day = CivilDate::from_ymd_opt(2021, 9, 24).unwrap();
    let setup = Setup {
        now: Timestamp::from_local(day, noon),
        ..Setup::default()
    };
    let test = TestApp::on_sqlite(setup).await;
    let read = sample("calendar_pin_400080_2021-09-24");
    let sessions = read.sessions.len();
    test.app.add_centres(read.centres).await.unwrap();
    test.app.add_sessions(read.sessions).await.unwrap();
    let mumbai = Place::District(DistrictId::from_number(395).unwrap());
    let view = test.app.availability().view(mumbai, test.app.now());
    assert_eq!(
        view.centres
            .iter()
            .map(|centre| centre.sessions.len())
            .sum::<usize>(),
        sessions
    );
}

async fn app() -> TestApp {
    TestApp::on_sqlite(Setup::default()).await
}

async fn centres(test: &TestApp, text: &str, bad: Bad) -> Result<Imported, ImportError> {
    import::centres(&test.app, text.as_bytes(), bad, &mut |_, _| {}).await
}

async fn sessions(test: &TestApp, text: &str, bad: Bad) -> Result<Imported, ImportError> {
    import::sessions(&test.app, text.as_bytes(), bad, &mut |_, _| {}).await
}

fn places(rows: &[import::BadRow]) -> Vec<(u64, &'static str)> {
    rows.iter().map(|row| (row.line, row.column)).collect()
}

#[tokio::test]
async fn the_example_files_go_in_whole_and_once() {
    let test = app().await;
    let mut heard = (0, 0);
    let mut progress = |done, total| heard = (done, total);
    let added = import::centres(&test.app, CENTRES.as_bytes(), Bad::RefusesAll, &mut progress)
        .await
        .unwrap()
        .added;
    assert!(added >= 3);
    assert_eq!(heard, (added, added));
    let first = sessions(&test, SESSIONS, Bad::RefusesAll).await.unwrap();
    assert!(first.added >= 3);
    // Centres are replaced; sessions with an id are known, those without are new ones.
    assert_eq!(
        centres(&test, CENTRES, Bad::RefusesAll).await.unwrap().added,
        added
    );
    let again = sessions(&test, SESSIONS, Bad::IsSkipped).await.unwrap();
    assert_eq!(again.added, 0, "every example names its id");
    assert!(again.rejected.iter().all(|row| row.column == "id"));
}

#[tokio::test]
async fn each_bad_centre_is_named_and_nothing_goes_in() {
    let test = app().await;
    let header = "id,name,address,district_id,block,pincode,latitude,longitude,opens,closes,kind,fees\n";
    let good = "1,Fort Clinic,Bora Bazar,395,,400001,18.93,72.83,09:00,17:00,government,\n";
    let text = format!(
        "\u{feff}{header}{good}\
         0,Name,Street,395,,400001,,,09:00,17:00,government,\n\
         2,,Street,395,,400001,,,09:00,17:00,government,\n\
         3,Name,Street,9999,,400001,,,09:00,17:00,government,\n\
         4,Name,Street,395,,40001,,,09:00,17:00,government,\n\
         5,Name,Street,395,,400001,48.1,,09:00,17:00,government,\n\
         6,Name,Street,395,,400001,,,9 am,17:00,government,\n\
         7,Name,Street,395,,400001,,,09:00,17:00,charity,\n\
         8,Name,Street,395,,400001,,,09:00,17:00,private,WATER:5\n\
         9,Name,Street,395\n\
         1,Again,Street,395,,400001,,,09:00,17:00,government,\n"
    );
    let Err(ImportError::BadRows(bad)) = centres(&test, &text, Bad::RefusesAll).await else {
        panic!("imported")
    };
    let expected = [
        (3, "id"),
        (4, "name"),
        (5, "district_id"),
        (6, "pincode"),
        (7, "latitude"),
        (8, "opens"),
        (9, "kind"),
        (10, "fees"),
        (11, "row"),
        (12, "id"),
    ];
    assert_eq!(places(&bad), expected);
    assert!(bad.iter().all(|row| row.reason.len() > 10), "{bad:?}");
    assert!(test.app.availability().centres().is_empty());
    let skipped = centres(&test, &text, Bad::IsSkipped).await.unwrap();
    assert_eq!((skipped.added, places(&skipped.rejected)), (1, expected.to_vec()));
    let rejects = String::from_utf8(import::rejects(&skipped.rejected)).unwrap();
    assert!(rejects.starts_with("line,column,reason,row\n3,id,"), "{rejects}");
    assert_eq!(rejects.lines().count(), 11);
}

#[tokio::test]
async fn each_bad_session_is_named() {
    let test = app().await;
    centres(&test, CENTRES, Bad::RefusesAll).await.unwrap();
    let text = "centre_id,date,vaccine,min_age,max_age,slots,seats\n\
        999999,2026-11-22,COVISHIELD,18,,09:00AM-11:00AM,1:online:5\n\
        561001,22/31/2026,COVISHIELD,18,,09:00AM-11:00AM,1:online:5\n\
        561001,2026-11-22,WATER,18,,09:00AM-11:00AM,1:online:5\n\
        561001,2026-11-22,COVISHIELD,x,,09:00AM-11:00AM,1:online:5\n\
        561001,2026-11-22,COVISHIELD,45,18,09:00AM-11:00AM,1:online:5\n\
        561001,2026-11-22,COVISHIELD,18,,9-11,1:online:5\n\
        561001,2026-11-22,COVISHIELD,18,,09:00AM-11:00AM|10:00AM-12:00PM,1:online:5\n\
        561001,2026-11-22,COVISHIELD,18,,09:00AM-11:00AM,5\n\
        561001,2026-11-22,COVISHIELD,18,,09:00AM-11:00AM,1:online:99999\n\
        561001,2026-11-22,COVISHIELD,12,,09:00AM-11:00AM,1:online:5\n\
        561001,2026-11-22,COVISHIELD,12,,09:00AM-11:00AM,2:online:5\n\
        561001,2020-11-22,COVISHIELD,18,,09:00AM-11:00AM,1:online:5\n\
        561001,2126-11-22,COVISHIELD,18,,09:00AM-11:00AM,1:online:5\n\
        561001,2026-11-22,COVISHIELD,-1,,09:00AM-11:00AM,1:online:5\n\
        561001,2026-11-22,COVISHIELD,18,999,09:00AM-11:00AM,1:online:5\n";
    let outcome = sessions(&test, text, Bad::IsSkipped).await.unwrap();
    let expected = [
        (2, "centre_id"),
        (3, "date"),
        (4, "vaccine"),
        (5, "min_age"),
        (6, "max_age"),
        (7, "slots"),
        (8, "slots"),
        (9, "seats"),
        (10, "seats"),
        (11, "seats"),
        (13, "date"),
        (14, "date"),
        (15, "min_age"),
        (16, "max_age"),
    ];
    assert_eq!(places(&outcome.rejected), expected, "{:?}", outcome.rejected);
    assert_eq!(
        outcome.added, 1,
        "second doses of any age that may have begun elsewhere"
    );
    let Err(ImportError::ColumnMissing { column, .. }) = sessions(&test, "date\n", Bad::IsSkipped).await
    else {
        panic!("imported");
    };
    assert_eq!(column, "centre_id");
    for bytes in [&b""[..], b"\xff\xfe", b"centre_id,date\n\xff\n"] {
        assert!(
            import::sessions(&test.app, bytes, Bad::RefusesAll, &mut |_, _| {})
                .await
                .is_err()
        );
    }
}

/// What would be blank on a certificate, or rewrite the line around it, is refused before any dose is given there.
#[tokio::test]
async fn a_place_without_a_printable_name_is_refused() {
    let test = TestApp::on_sqlite(Setup::default()).await;
    let header = "id,name,address,district_id,pincode,opens,closes,kind,block\n";
    for (name, address, block, column) in [
        ("", "Bora Bazar", "Ward A", "name"),
        ("\u{a0}", "Bora Bazar", "Ward A", "name"),
        ("\u{200e}\u{2066}", "Bora Bazar", "Ward A", "name"),
        ("- - -", "Bora Bazar", "Ward A", "name"),
        ("Fort \u{202e}cinilC", "Bora Bazar", "Ward A", "name"),
        ("Fort Clinic", "\u{200f}", "Ward A", "address"),
        ("Fort Clinic", "Bora Bazar", "\u{feff}", "block"),
    ] {
        let text = format!("{header}1,{name},{address},395,400001,09:00,17:00,government,{block}\n");
        let refused = import::centres(&test.app, text.as_bytes(), Bad::RefusesAll, &mut |_, _| {}).await;
        let Err(ImportError::BadRows(rows)) = refused else {
            panic!("{name:?} {address:?} {block:?}: {refused:?}");
        };
        assert_eq!(rows[0].column, column, "{rows:?}");
    }
    let entry = serde_json::json!({"centers": [{
        "center_id": 1, "name": " \u{200e} ", "state_name": "Maharashtra", "district_name": "Mumbai", "pincode": 400001,
    }]});
    let converted = import::convert(&entry);
    assert_eq!((converted.centres.len(), converted.left_out.len()), (0, 1));
    assert_eq!(converted.left_out[0].field, "name");
}
