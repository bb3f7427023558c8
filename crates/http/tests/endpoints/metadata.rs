//! Section 2: states, districts, identity documents and genders.

use http::Method;
use serde_json::json;

use crate::METADATA;
use crate::support::*;

#[tokio::test]
async fn lists_have_cowins_ids_names_and_types() {
    let wire = Wire::start().await;
    let states = wire.get("/v2/admin/location/states").await_ok().await;
    let list = states["states"].as_array().unwrap();
    assert_eq!((list.len(), keys(&states)), (37, ["states", "ttl"].into()));
    assert_eq!(
        list[0],
        json!({"state_id": 1, "state_name": "Andaman and Nicobar Islands"})
    );
    for (id, name) in [
        (9, "Delhi"),
        (16, "Karnataka"),
        (17, "Kerala"),
        (21, "Maharashtra"),
        (37, "Daman and Diu"),
    ] {
        assert!(
            list.contains(&json!({"state_id": id, "state_name": name})),
            "{name}"
        );
    }

    let districts = wire.get("/v2/admin/location/districts/21").await_ok().await;
    let list = districts["districts"].as_array().unwrap();
    for (id, name) in [(395, "Mumbai"), (363, "Pune"), (397, "Aurangabad ")] {
        assert!(
            list.contains(&json!({"district_id": id, "district_name": name})),
            "{name:?}"
        );
    }
    for unknown in ["0", "38", "99999999999999999999", "-1", "x"] {
        let answer = wire
            .get(&format!("/v2/admin/location/districts/{unknown}"))
            .await_ok()
            .await;
        assert_eq!(answer, json!({"districts": [], "ttl": 24}), "{unknown}");
    }

    let types = wire.get("/v2/registration/beneficiary/idTypes").await_ok().await;
    assert_eq!(
        (&types["types"][0], &types["ttl"]),
        (&json!({"id": 1, "type": "Aadhaar Card"}), &json!(24))
    );
    let genders = wire.get("/v2/registration/beneficiary/genders").await_ok().await;
    assert_eq!(
        genders,
        json!({"genders": [{"id": 1, "gender": "Male"}, {"id": 2, "gender": "Female"}, {"id": 3, "gender": "Others"}],
            "ttl": 24})
    );

    // Nothing that is asked for is refused here, except another method.
    for endpoint in METADATA {
        let path = endpoint.strip_prefix("GET ").unwrap();
        wire.call(Method::POST, path).send().await.not_allowed();
    }
}

#[tokio::test]
async fn a_path_beside_the_lists_is_a_404_in_json() {
    let wire = Wire::start().await;
    for path in [
        "/v2/admin/location/states/21",
        "/v2/admin/location/districts",
        "/v2/admin/location/districts/",
    ] {
        let answer = wire.get(path).send().await;
        answer.refused(pramaan_http::cowin::code::PATH_UNKNOWN);
    }
}
