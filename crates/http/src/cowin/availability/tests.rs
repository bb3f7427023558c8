use super::*;
use pramaan_app::import::{self, Bad};
use pramaan_app::testing::{Setup, TestApp};

const HEAD: &str = "id,name,address,district_id,block,pincode,latitude,longitude,opens,closes,kind,fees\n";

async fn with_centres(test: &TestApp, rows: &str) {
    let file = format!("{HEAD}{rows}");
    let done = import::centres(&test.app, file.as_bytes(), Bad::RefusesAll, &mut |_, _| {}).await;
    done.unwrap();
    // What was imported at this instant is seen by the next look.
    test.clock.advance_seconds(1);
    test.app.refresh_availability().await.unwrap();
}

fn spot(lat: &str, long: &str) -> Spot {
    Spot {
        lat: thousandths(&Text::from(lat), 90.0).unwrap(),
        long: thousandths(&Text::from(long), 180.0).unwrap(),
        language: Language::English,
    }
}

#[tokio::test]
async fn centres_nearby_are_written_once_for_a_spot_until_a_centre_changes() {
    let test = TestApp::on_sqlite(Setup::default()).await;
    let fort =
        "561001,Fort Clinic,Bora Bazar,395,Ward A,400001,18.934600,72.837200,09:00,17:00,government,\n";
    with_centres(&test, fort).await;
    let bodies = Bodies::new(CAPACITY);
    let here = near_answer(&test.app, &bodies, spot("18.9346", "72.8372"));
    let kept = bodies.bytes();
    for same in ["18.9346", "18.93461", "18.935"] {
        let again = near_answer(&test.app, &bodies, spot(same, " 72.8374 "));
        assert!(Arc::ptr_eq(&here, &again), "{same}");
    }
    assert_eq!(bodies.bytes(), kept);
    let elsewhere = near_answer(&test.app, &bodies, spot("18.9446", "72.8372"));
    assert!(!Arc::ptr_eq(&here, &elsewhere));

    let pune = "561003,Pune Clinic,Camp,363,Camp,411001,18.516000,73.876000,09:00,17:00,government,\n";
    with_centres(&test, pune).await;
    let after = near_answer(&test.app, &bodies, spot("18.9346", "72.8372"));
    let text = String::from_utf8(after.identity().to_vec()).unwrap();
    assert!(
        text.find("Fort Clinic") < text.find("Pune Clinic") && text.contains("Fort"),
        "{text}"
    );
}

#[tokio::test]
async fn ever_new_spots_fill_no_memory() {
    let test = TestApp::on_sqlite(Setup::default()).await;
    let fort =
        "561001,Fort Clinic,Bora Bazar,395,Ward A,400001,18.934600,72.837200,09:00,17:00,government,\n";
    with_centres(&test, fort).await;
    let bodies = Bodies::new(20_000);
    for lat in -2_000..2_000 {
        let language = Language::English;
        near_answer(
            &test.app,
            &bodies,
            Spot {
                lat,
                long: 0,
                language,
            },
        );
        assert!(bodies.bytes() <= 20_000);
    }
}
