//! Section 4: the people of a household.

use std::collections::BTreeSet;

use pramaan_http::cowin::code::{self, Code};
use serde_json::{Value, json};

use crate::support::*;
use crate::{BENEFICIARY, all_shown};

const NEW: &str = "/v2/registration/beneficiary/new";
const DELETE: &str = "/v2/registration/beneficiary/delete";

#[tokio::test]
async fn registered_listed_and_deleted() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let list = wire
        .get("/v2/appointment/beneficiaries")
        .token(&token)
        .send()
        .await;
    assert_eq!(
        (list.status, list.text().as_str()),
        (200, r#"{"beneficiaries":[]}"#)
    );
    let form = wire.form();
    let answer = wire.post(NEW, &form).token(&token).await_ok().await;
    let id = text(&answer["beneficiary_reference_id"]);
    assert_eq!(
        (keys(&answer), id.len()),
        (["beneficiary_reference_id"].into(), 14)
    );
    let last = &text(&form["photo_id_number"])[4..];
    assert_eq!(
        wire.beneficiaries(&token).await,
        json!([{"beneficiary_reference_id": id, "name": "Asha Devi", "birth_year": "1980", "gender": "Female",
            "mobile_number": "3210", "photo_id_type": "Passport", "photo_id_number": format!("XXXXXXXX{last}"),
            "comorbidity_ind": "N", "vaccination_status": "Not Vaccinated", "vaccine": "", "dose1_date": "",
            "dose2_date": "", "appointments": []}])
    );
    wire.get("/v2/appointment/beneficiaries")
        .send()
        .await
        .unauthenticated();
    wire.post(NEW, &wire.form()).send().await.unauthenticated();
    let other = wire.login(OTHER).await;
    let body = json!({"beneficiary_reference_id": id});
    wire.post(DELETE, &body)
        .token(&other)
        .send()
        .await
        .refused(code::BENEFICIARY_UNKNOWN);
    wire.post(DELETE, &json!({}))
        .token(&token)
        .send()
        .await
        .refused(code::PARAMETER_MISSING);
    wire.post(DELETE, &body).token(&token).send().await.empty();
    wire.post(DELETE, &body)
        .token(&token)
        .send()
        .await
        .refused(code::BENEFICIARY_UNKNOWN);
    assert_eq!(wire.beneficiaries(&token).await, json!([]));
    all_shown(&wire, BENEFICIARY);
}

#[tokio::test]
async fn each_field_that_is_missing_or_wrong_is_named_and_nobody_is_registered() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let before = wire.rows().await;
    let cases: [(&str, &[Value], Code); 6] = [
        (
            "name",
            &[
                json!(null),
                json!(""),
                json!("  "),
                json!("123"),
                json!("a\u{0}b"),
                json!("x".repeat(101)),
            ],
            code::MALFORMED_NAME,
        ),
        (
            "birth_year",
            &[
                json!(null),
                json!(""),
                json!("80"),
                json!("2050"),
                json!("1800"),
                json!(-1),
            ],
            code::MALFORMED_BIRTH,
        ),
        (
            "gender_id",
            &[json!(null), json!(0), json!(9), json!(-1)],
            code::MALFORMED_GENDER,
        ),
        (
            "photo_id_type",
            &[json!(null), json!(0), json!(3), json!(99)],
            code::DOCUMENT_TYPE_UNKNOWN,
        ),
        (
            "photo_id_number",
            &[
                json!(null),
                json!(""),
                json!("123"),
                json!("A".repeat(21)),
                json!("AB_12"),
            ],
            code::MALFORMED_DOCUMENT,
        ),
        (
            "consent_version",
            &[json!(null), json!(""), json!("0"), json!("1\u{0}")],
            code::CONSENT_REQUIRED,
        ),
    ];
    for (field, values, code) in cases {
        for value in values {
            let mut form = wire.form();
            form[field] = value.clone();
            wire.post(NEW, &form)
                .token(&token)
                .send()
                .await
                .refused_in_words(code);
        }
        let mut form = wire.form();
        form.as_object_mut().unwrap().remove(field);
        wire.post(NEW, &form)
            .token(&token)
            .send()
            .await
            .refused_in_words(code);
    }
    let mut child = wire.form();
    child["birth_year"] = json!("2020");
    let refused = wire.post(NEW, &child).token(&token).send().await;
    refused.refused_in_words(code::UNDER_AGE);
    assert!(
        refused.text().contains("under 12") && !refused.text().contains("session"),
        "{}",
        refused.text()
    );
    assert_eq!(wire.rows().await, before);
}

#[tokio::test]
async fn six_are_registered_and_the_seventh_is_refused() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    for _ in 0..6 {
        wire.register(&token).await;
    }
    wire.post(NEW, &wire.form())
        .token(&token)
        .send()
        .await
        .refused(code::HOUSEHOLD_FULL);
    assert_eq!(wire.beneficiaries(&token).await.as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn a_document_of_somebody_else_gets_the_same_answer() {
    let wire = Wire::start().await;
    let (one, two) = (wire.login(ASHA).await, wire.login(OTHER).await);
    let form = wire.form();
    let first = wire.post(NEW, &form).token(&one).send().await;
    let second = wire.post(NEW, &form).token(&two).send().await;
    assert_eq!(
        (first.status, first.bytes.len(), first.kind()),
        (second.status, second.bytes.len(), second.kind())
    );
    assert_ne!(first.json(), second.json());
}

#[tokio::test]
async fn optional_fields_and_documents_are_taken_as_documented() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let mut child = wire.form();
    (child["birth_year"], child["date_of_birth"]) = (json!("2011"), json!("2011-05-06"));
    child.as_object_mut().unwrap().remove("comorbidity_ind");
    wire.post(NEW, &child).token(&token).await_ok().await;
    let mut adult = wire.form();
    adult["date_of_birth"] = json!("1980-05-06");
    wire.post(NEW, &adult)
        .token(&token)
        .send()
        .await
        .refused_in_words(code::MALFORMED_BIRTH);
    // The last digit of an Aadhaar number may be mistyped; the document is seen at the site.
    let mut aadhaar = wire.form();
    (aadhaar["photo_id_type"], aadhaar["photo_id_number"]) = (json!(1), json!("234123412345"));
    wire.post(NEW, &aadhaar).token(&token).await_ok().await;
    let shown = wire.beneficiaries(&token).await;
    let list = shown.as_array().unwrap();
    assert!(
        list.iter()
            .any(|person| person["photo_id_number"] == "XXXXXXXX2345")
    );
    assert!(!shown.to_string().contains("23412341") && !shown.to_string().contains("2011-05-06"));
    // A gender that CoWIN did not know is Others here.
    let mut other = wire.form();
    (other["gender_id"], other["comorbidity_ind"]) = (json!(3), json!("Y"));
    wire.post(NEW, &other).token(&token).await_ok().await;
    let shown = wire.beneficiaries(&token).await;
    let last = shown
        .as_array()
        .unwrap()
        .iter()
        .find(|person| person["gender"] == "Others")
        .unwrap()
        .clone();
    assert_eq!(last["comorbidity_ind"], "Y");
}

#[tokio::test]
async fn a_vaccinated_person_keeps_dates_vaccine_and_appointments() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let id = wire.register(&token).await;
    let booking = json!({"dose": 1, "session_id": wire.today().await, "slot": NINE, "beneficiaries": [id]});
    let cancelled = wire.book(&token, &booking).await;
    let body = json!({"appointment_id": cancelled, "beneficiariesToCancel": [id]});
    wire.post("/v2/appointment/cancel", &body)
        .token(&token)
        .send()
        .await
        .empty();
    let person = wire.beneficiaries(&token).await[0].clone();
    assert_eq!(
        (&person["appointments"], &person["vaccine"]),
        (&json!([]), &json!("")),
        "a cancelled one is gone"
    );

    let first = wire.vaccinate(&token, ASHA, &id, 1).await;
    let person = wire.beneficiaries(&token).await[0].clone();
    assert_eq!(
        (
            &person["vaccination_status"],
            &person["vaccine"],
            &person["dose1_date"],
            &person["dose2_date"]
        ),
        (
            &json!("Partially Vaccinated"),
            &json!("COVISHIELD"),
            &json!("22-11-2026"),
            &json!("")
        )
    );
    assert_eq!(
        person["appointments"],
        json!([{"appointment_id": first, "center_id": 561001, "name": "Fort Clinic", "state_name": "Maharashtra",
            "district_name": "Mumbai", "block_name": "Ward A", "from": "09:00", "to": "17:00", "dose": 1,
            "session_id": booking["session_id"], "date": "22-11-2026", "slot": ELEVEN}])
    );
    let body = json!({"beneficiary_reference_id": id});
    wire.post(DELETE, &body)
        .token(&token)
        .send()
        .await
        .refused(code::BENEFICIARY_HAS_RECORD);

    wire.test.clock.advance_seconds(84 * 86_400);
    let token = wire.login(ASHA).await;
    let second = wire.vaccinate(&token, ASHA, &id, 2).await;
    let person = wire.beneficiaries(&token).await[0].clone();
    assert_eq!(
        (
            &person["vaccination_status"],
            &person["dose1_date"],
            &person["dose2_date"]
        ),
        (&json!("Vaccinated"), &json!("22-11-2026"), &json!("14-02-2027"))
    );
    let kept: BTreeSet<_> = person["appointments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| text(&one["appointment_id"]))
        .collect();
    assert_eq!(kept, [first, second].into());
}

/// Somebody who can write the database moves a person into a household of their own, and one number to another household.
#[tokio::test]
async fn a_row_moved_in_the_database_opens_nothing_and_says_so_without_a_name() {
    let wire = Wire::start().await;
    let asha = wire.login(ASHA).await;
    wire.register(&asha).await;
    let thief = wire.login(OTHER).await;
    let moves = [
        "update person_key set household = (select max(t.household) from mobile_index t where t.household <> person_key.household)
         where subject in (select id from person)",
        "update person set household = (select max(t.household) from mobile_index t where t.household <> person.household)",
        "update mobile_index set household = (select max(t.household) from person t)",
    ];
    let moved: Result<(), pramaan_app::StoreError> = wire
        .test
        .db
        .write("test::move", move |tx| {
            Box::pin(async move {
                for sql in moves {
                    assert!(tx.execute(sql, &[]).await? >= 1, "{sql}");
                }
                Ok(())
            })
        })
        .await;
    moved.unwrap();
    let list = wire
        .get("/v2/appointment/beneficiaries")
        .token(&thief)
        .send()
        .await;
    list.refused(code::RECORD_MISPLACED);
    let txn = wire.generate(ASHA).await;
    let guess = json!({"otp": sha256(&wire.test.code(ASHA)), "txnId": txn});
    wire.post("/v2/auth/validateMobileOtp", &guess)
        .send()
        .await
        .refused(code::OTP_NOT_CHECKED);
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_a_503_until_it_can_again() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let id = wire.register(&token).await;
    let list = || wire.get("/v2/appointment/beneficiaries").token(&token).send();
    wire.test.break_log().await;
    let refused = list().await;
    assert_eq!(refused.header(http::header::RETRY_AFTER), "5");
    refused.refused(code::LOG_UNWRITABLE);
    wire.test.mend_log().await;
    assert_eq!(
        list().await.ok()["beneficiaries"][0]["beneficiary_reference_id"],
        id
    );
}

#[tokio::test]
async fn the_same_registration_with_one_idempotency_key_is_one_person() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let (form, other) = (wire.form(), wire.form());
    let send = async |form: &Value| {
        let call = wire.post(NEW, form).token(&token);
        call.header("idempotency-key", "3c5a").send().await
    };
    let first = send(&form).await;
    assert_eq!(first.status, 200, "{}", first.text());
    let again = send(&form).await;
    assert_eq!((again.status, again.text()), (200, first.text()));
    send(&other).await.refused(code::IDEMPOTENCY_MISMATCH);
    wire.post(NEW, &form)
        .token(&token)
        .send()
        .await
        .refused(code::OWN_DOCUMENT);
    assert_eq!(wire.beneficiaries(&token).await.as_array().unwrap().len(), 1);
    let long = "k".repeat(300);
    let call = wire.post(NEW, &other).token(&token);
    let refused = call.header("idempotency-key", &long).send().await;
    assert_eq!(refused.status, 400, "{}", refused.text());
}
