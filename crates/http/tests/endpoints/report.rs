//! Section 9: the public dashboard.

use std::collections::BTreeSet;

use http::Method;
use pramaan_http::cowin::code;
use serde_json::{Value, json};

use crate::support::*;
use crate::{REPORT, all_shown};

const PUBLIC: &str = "/v1/reports/v2/getPublicReports";
const LIVE: &str = "/v1/reports/getLiveVaccination";

const KEYS: &str = "topBlock vaccinationDoneByTime last7DaysRegistration last30DaysAefi last5daySessionStatus \
    getBeneficiariesGroupBy aefiPercentage vaccinationByAge timeWiseTodayRegReport vaccinationDoneByTimeAgeWise timestamp";
const VACCINATION: &str = "total male female others covishield covaxin sputnik today tot_dose_1 tot_dose_2 tot_pd \
    total_doses aefi today_dose_one today_dose_two today_male today_female today_others today_aefi";

fn names(list: &str) -> BTreeSet<&str> {
    list.split_whitespace().collect()
}

#[tokio::test]
async fn the_report_has_every_key_with_its_type_and_counts_what_was_done() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let id = wire.register(&token).await;
    wire.vaccinate(&token, ASHA, &id, 1).await;
    let report = wire
        .get(&format!("{PUBLIC}?state_id=&district_id=&date=2026-11-22"))
        .await_ok()
        .await;
    assert_eq!(keys(&report), names(KEYS));
    let top = &report["topBlock"];
    assert_eq!(keys(top), names("sites sessions registration vaccination"));
    assert_eq!(
        top["sites"],
        json!({"total": 3, "govt": 2, "pvt": 1, "today": null})
    );
    assert_eq!(keys(&top["sessions"]), names("total govt pvt today"));
    assert!(keys(&top["registration"]).is_superset(&names("total cit_18_45 cit_45_above today")));
    assert_eq!(keys(&top["vaccination"]), names(VACCINATION));
    for (name, value) in top["vaccination"].as_object().unwrap() {
        assert!(value.is_u64(), "{name} is {value}");
    }
    for (name, value) in [
        ("total", 1),
        ("covishield", 1),
        ("tot_dose_1", 1),
        ("tot_dose_2", 0),
        ("total_doses", 1),
        ("today", 1),
        ("today_dose_one", 1),
    ] {
        assert_eq!(top["vaccination"][name], value, "{name}");
    }
    let days = report["vaccinationDoneByTime"].as_array().unwrap();
    assert_eq!(
        days[..],
        [
            json!({"ts": "2026-11-22", "timestamps": "2026-11-22T00:00:00.000+05:30", "label": "22 Nov",
            "count": 1, "dose_one": 1, "dose_two": 0, "dose_pd": 0})
        ]
    );
    assert_eq!(
        keys(&report["vaccinationDoneByTimeAgeWise"][0]),
        names("ts timestamps label total vac_18_45 vac_45_60 vac_60_above vac_15_17")
    );
    assert_eq!(report["vaccinationByAge"]["total"], 1);
    for hidden in ["male", "female", "others", "today_female"] {
        assert_eq!(top["vaccination"][hidden], 0, "{hidden} of one person");
    }
    for list in [
        "vaccinationDoneByTime",
        "last7DaysRegistration",
        "last30DaysAefi",
        "timeWiseTodayRegReport",
        "vaccinationDoneByTimeAgeWise",
    ] {
        assert!(report[list].is_array(), "{list}");
    }
    assert!(report["aefiPercentage"].is_number());
    assert!(keys(&report["vaccinationByAge"]).is_superset(&names("total vac_18_45 vac_45_60 above_60")));
    for day in report["last5daySessionStatus"].as_array().unwrap() {
        assert_eq!(keys(day), names("session_date total planned ongoing completed"));
    }
    assert!(!report.to_string().contains("Asha"));
    assert_eq!(wire.get(LIVE).send().await.text(), r#"{"count":1}"#);
    areas(&wire).await;
    wire.get(&format!("{PUBLIC}?date=22-11-2026"))
        .send()
        .await
        .refused_in_words(code::MALFORMED_DATE);
    wire.get(&format!("{PUBLIC}?state_id=x"))
        .send()
        .await
        .refused(code::MALFORMED_VALUE);
    wire.call(Method::POST, LIVE).send().await.not_allowed();
    all_shown(&wire, &REPORT[..1]);
}

async fn areas(wire: &Wire) {
    let rows = async |query: &str| -> Vec<Value> {
        let report = wire.get(&format!("{PUBLIC}{query}")).await_ok().await;
        report["getBeneficiariesGroupBy"].as_array().unwrap().clone()
    };
    let common = "state_id id title state_name total partial_vaccinated totally_vaccinated today";
    let find = |rows: &[Value], title: &str| rows.iter().find(|row| row["title"] == title).unwrap().clone();
    let state = find(&rows("").await, "Maharashtra");
    assert_eq!(keys(&state), names(common));
    assert_eq!(
        (&state["state_id"], &state["total"], &state["partial_vaccinated"]),
        (&json!(21), &json!(1), &json!(1))
    );
    let district = find(&rows("?state_id=21").await, "Mumbai");
    assert_eq!(keys(&district), names(&format!("{common} district_id")));
    assert_eq!(
        (&district["district_id"], &district["total"]),
        (&json!(395), &json!(1))
    );
    let site = find(&rows("?state_id=21&district_id=395").await, "Fort Clinic");
    assert_eq!((&site["total"], &site["today"]), (&json!(1), &json!(1)));
    assert!(rows("?state_id=99").await.is_empty() && rows("?district_id=99999").await.is_empty());
}
