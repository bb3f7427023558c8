//! Section 6: booking, moving, cancelling and the slip.

use pramaan_app::StaffRole;
use pramaan_app::import::{self, Bad};
use pramaan_http::cowin::code;
use serde_json::{Value, json};

use crate::support::*;
use crate::{APPOINTMENT, all_shown};

const SCHEDULE: &str = "/v2/appointment/schedule";
const RESCHEDULE: &str = "/v2/appointment/reschedule";
const CANCEL: &str = "/v2/appointment/cancel";
const SLIP: &str = "/v2/appointment/appointmentslip/download";
const UNKNOWN: &str = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

fn booking(session: &str, slot: &str, members: &[&str]) -> Value {
    json!({"dose": 1, "session_id": session, "slot": slot, "beneficiaries": members})
}

#[tokio::test]
async fn booked_moved_printed_and_cancelled() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let (one, two) = (wire.register(&token).await, wire.register(&token).await);
    let session = wire.today().await;
    let post = |path, body| {
        let call = wire.post(path, &body).token(&token);
        async move { call.send().await }
    };
    let number = wire.book(&token, &booking(&session, ELEVEN, &[&one, &two])).await;
    post(SCHEDULE, booking(&session, ELEVEN, &[&one, &two]))
        .await
        .refused(code::ALREADY_BOOKED);
    wire.get(&format!("{SLIP}?appointment_id={number}"))
        .token(&token)
        .send()
        .await
        .pdf();
    let moving = json!({"appointment_id": number, "session_id": session, "slot": ONE});
    for _ in 0..2 {
        post(RESCHEDULE, moving.clone()).await.empty();
    }
    for index in [0, 1] {
        assert_eq!(
            wire.beneficiaries(&token).await[index]["appointments"][0]["slot"],
            ONE
        );
    }
    let cancelling = |who: Value| json!({"appointment_id": number, "beneficiariesToCancel": who});
    post(CANCEL, cancelling(json!([two.parse::<u64>().unwrap()])))
        .await
        .empty();
    let left = wire.beneficiaries(&token).await;
    let counts = left
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["appointments"].as_array().unwrap().len());
    assert_eq!(counts.sum::<usize>(), 1, "the other keeps the seat");
    post(CANCEL, cancelling(json!([])))
        .await
        .refused(code::BENEFICIARIES_REQUIRED);
    post(CANCEL, cancelling(json!([one]))).await.empty();
    post(CANCEL, cancelling(json!([one])))
        .await
        .refused(code::APPOINTMENT_UNKNOWN);
    post(RESCHEDULE, moving).await.refused(code::APPOINTMENT_UNKNOWN);
    post(RESCHEDULE, json!({})).await.refused(code::PARAMETER_MISSING);
    wire.get(SLIP)
        .token(&token)
        .send()
        .await
        .refused(code::PARAMETER_MISSING);
    for id in [number.as_str(), UNKNOWN, "x"] {
        let call = wire.get(&format!("{SLIP}?appointment_id={id}")).token(&token);
        call.send().await.refused(code::APPOINTMENT_UNKNOWN);
    }
    for (path, body) in [
        (SCHEDULE, json!({})),
        (RESCHEDULE, json!({})),
        (CANCEL, json!({})),
    ] {
        wire.post(path, &body).send().await.unauthenticated();
    }
    wire.get(SLIP).send().await.unauthenticated();
    all_shown(&wire, APPOINTMENT);
}

#[tokio::test]
async fn what_cannot_be_booked_has_its_code_and_takes_no_seat() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let (one, two) = (wire.register(&token).await, wire.register(&token).await);
    let stranger = {
        let token = wire.login(OTHER).await;
        wire.register(&token).await
    };
    let (session, small) = (wire.today().await, wire.session(561_001, "23-11-2026").await);
    let banded = wire.session(561_002, "23-11-2026").await;
    let before = wire.rows().await;
    let with = |field: &str, value: Value| {
        let mut body = booking(&session, ELEVEN, &[&one]);
        body[field] = value;
        body
    };
    for (body, code) in [
        (json!({}), code::PARAMETER_MISSING),
        (with("slot", json!(null)), code::PARAMETER_MISSING),
        (with("session_id", json!("x")), code::INVALID_SLOT),
        (with("session_id", json!(UNKNOWN)), code::INVALID_SLOT),
        (with("slot", json!("FORENOON")), code::INVALID_SLOT),
        (with("beneficiaries", json!([])), code::BENEFICIARIES_REQUIRED),
        (
            with("beneficiaries", json!([one, one, one, one, one, one, one])),
            code::BENEFICIARIES_REQUIRED,
        ),
        (
            with("beneficiaries", json!([stranger])),
            code::BENEFICIARY_UNKNOWN,
        ),
        (
            with("beneficiaries", json!([one, stranger])),
            code::BENEFICIARY_UNKNOWN,
        ),
        (booking(&small, NINE, &[&one, &two]), code::COMPLETELY_BOOKED),
    ] {
        wire.post(SCHEDULE, &body)
            .token(&token)
            .send()
            .await
            .refused(code);
    }
    for (body, code) in [
        (with("dose", json!(4)), code::MALFORMED_VALUE),
        (with("dose", json!(2)), code::OTHER_DOSE_DUE),
    ] {
        wire.post(SCHEDULE, &body)
            .token(&token)
            .send()
            .await
            .refused_in_words(code);
    }
    let mut adult = wire.form();
    adult["birth_year"] = json!("1990");
    let adult = wire
        .post("/v2/registration/beneficiary/new", &adult)
        .token(&token)
        .await_ok()
        .await;
    let young = text(&adult["beneficiary_reference_id"]);
    wire.post(SCHEDULE, &booking(&banded, NINE, &[&young]))
        .token(&token)
        .send()
        .await
        .refused_in_words(code::UNDER_AGE);
    let after = wire.rows().await;
    for table in ["appointment", "claim", "outbox"] {
        let count = |rows: &[(&str, i64)]| rows.iter().find(|(name, _)| *name == table).unwrap().1;
        assert_eq!(count(&before), count(&after), "{table}");
    }
    wire.test.clock.advance_seconds(3_600);
    let token = wire.login(ASHA).await;
    wire.post(SCHEDULE, &booking(&session, NINE, &[&one]))
        .token(&token)
        .send()
        .await
        .refused(code::SLOT_ENDED);
}

#[tokio::test]
async fn a_second_dose_too_early_or_of_another_vaccine_is_a_400_with_the_day() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let id = wire.register(&token).await;
    wire.vaccinate(&token, ASHA, &id, 1).await;
    let mut body = booking(&wire.today().await, ONE, &[&id]);
    body["dose"] = json!(2);
    let early = wire.post(SCHEDULE, &body).token(&token).send().await;
    early.refused_in_words(code::TOO_EARLY);
    assert!(early.text().contains("2027"), "{}", early.text());
}

#[tokio::test]
async fn who_needs_another_dose_or_vaccine_is_refused_with_the_reason() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let (one, two) = (wire.register(&token).await, wire.register(&token).await);
    wire.vaccinate(&token, ASHA, &one, 1).await;
    let later = wire.session(561_001, "14-02-2027").await;
    let more = "centre_id,date,vaccine,min_age,max_age,slots,seats\n\
        561001,2026-11-24,COVAXIN,18,,09:00AM-11:00AM,2:online:5\n\
        561001,2026-11-25,CORBEVAX,12,14,09:00AM-11:00AM,1:online:5\n";
    let added = import::sessions(&wire.test.app, more.as_bytes(), Bad::RefusesAll, &mut |_, _| {}).await;
    assert_eq!(added.unwrap().added, 2);
    wire.test.clock.advance_seconds(1);
    wire.test.app.refresh_availability().await.unwrap();
    let covaxin = wire.session(561_001, "24-11-2026").await;
    let corbevax = wire.session(561_001, "25-11-2026").await;
    let refused = wire
        .post(SCHEDULE, &booking(&corbevax, NINE, &[&two]))
        .token(&token)
        .send()
        .await;
    refused.refused_in_words(code::NOT_ELIGIBLE);
    let mut other_vaccine = booking(&covaxin, NINE, &[&one]);
    other_vaccine["dose"] = json!(2);
    let refused = wire.post(SCHEDULE, &other_vaccine).token(&token).send().await;
    refused.refused_in_words(code::DIFFERENT_VACCINE);
    let mut together = booking(&later, NINE, &[&one, &two]);
    together["dose"] = json!(2);
    let refused = wire.post(SCHEDULE, &together).token(&token).send().await;
    refused.refused(code::BENEFICIARIES_DIFFER);
}

#[tokio::test]
async fn a_cancelled_session_cannot_be_booked() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let one = wire.register(&token).await;
    let session = wire.today().await;
    let manager = wire.test.staff(StaffRole::SiteManager, 561_001, 395);
    let id = session.parse().unwrap();
    wire.test
        .app
        .cancel_session(&manager, id, None, "test")
        .await
        .unwrap();
    wire.post(SCHEDULE, &booking(&session, ELEVEN, &[&one]))
        .token(&token)
        .send()
        .await
        .refused(code::SESSION_CANCELLED);
}

#[tokio::test]
async fn a_full_disk_is_a_503_that_changes_nothing() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    wire.register(&token).await;
    // SQLite refuses to grow beyond what it has now.
    let shrunk = wire.test.db.write("test::fill", |tx| {
        Box::pin(async move { tx.query("pragma max_page_count = 1", &[]).await.map(|_| ()) })
    });
    shrunk.await.unwrap();
    let before = wire.rows().await;
    // Each reading writes an entry, and without one there is no reading.
    let mut refused = None;
    for _ in 0..900 {
        let answer = wire
            .get("/v2/appointment/beneficiaries")
            .token(&token)
            .send()
            .await;
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the disk is full at last");
    refused.refused(code::DISK_FULL);
    assert_eq!(refused.header(http::header::RETRY_AFTER), "5");
    assert_eq!(wire.rows().await, before);
}

#[tokio::test]
async fn the_same_booking_with_one_idempotency_key_is_one_booking() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let (id, session) = (wire.register(&token).await, wire.today().await);
    let send = |slot: &str| {
        let call = wire
            .post(SCHEDULE, &booking(&session, slot, &[&id]))
            .token(&token);
        let call = call.header("idempotency-key", "3c5a");
        async move { call.send().await }
    };
    let first = send(ELEVEN).await;
    assert_eq!(send(ELEVEN).await.ok(), first.ok());
    send(ONE).await.refused(code::IDEMPOTENCY_MISMATCH);
    let bare = wire
        .post(SCHEDULE, &booking(&session, ELEVEN, &[&id]))
        .token(&token);
    bare.send().await.refused(code::ALREADY_BOOKED);
}

#[tokio::test]
async fn somebody_named_twice_is_booked_once() {
    let wire = Wire::start().await;
    let token = wire.login(ASHA).await;
    let id = wire.register(&token).await;
    // One seat is there.
    let session = wire.session(561_001, "23-11-2026").await;
    wire.book(&token, &booking(&session, NINE, &[&id, &id])).await;
    assert_eq!(
        wire.beneficiaries(&token).await[0]["appointments"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn anothers_appointment_does_not_exist() {
    let wire = Wire::start().await;
    let (token, other) = (wire.login(ASHA).await, wire.login(OTHER).await);
    let (id, session) = (wire.register(&token).await, wire.today().await);
    wire.register(&other).await;
    let number = wire.book(&token, &booking(&session, ELEVEN, &[&id])).await;
    let moving = json!({"appointment_id": number, "session_id": session, "slot": ONE});
    let cancelling = json!({"appointment_id": number, "beneficiariesToCancel": [id]});
    wire.post(RESCHEDULE, &moving)
        .token(&other)
        .send()
        .await
        .refused(code::APPOINTMENT_UNKNOWN);
    wire.post(CANCEL, &cancelling)
        .token(&other)
        .send()
        .await
        .refused(code::APPOINTMENT_UNKNOWN);
    let slip = wire.get(&format!("{SLIP}?appointment_id={number}")).token(&other);
    slip.send().await.refused(code::APPOINTMENT_UNKNOWN);
    assert_eq!(
        wire.beneficiaries(&token).await[0]["appointments"][0]["slot"],
        ELEVEN
    );
}
