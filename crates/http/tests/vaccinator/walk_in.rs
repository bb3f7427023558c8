//! Without an appointment: registered at the desk, seated from the walk-ins' quota, opened by the document in hand.

use super::*;
use pramaan_app::otp::OtpDigest;
use pramaan_domain::mobile::Mobile;

const SLOT: &str = "11:00AM-01:00PM";

fn sita() -> Value {
    json!({"name": "Sita Bai", "birth_year": "1971", "gender_id": 2, "mobile_number": OTHER, "photo_id_type": 8,
        "photo_id_number": "P5550001", "comorbidity_ind": "N", "consent_version": "1"})
}

fn with(mut body: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

impl Server {
    async fn desk(&self, path: &str, body: Value) -> Answered {
        self.site(Method::POST, path, Some(body)).await
    }

    /// Registers somebody at the desk; answers the reference id.
    async fn walks_in(&self, body: Value) -> String {
        let answer = self.desk(NEW, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["beneficiary_reference_id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn on_spot(&self, id: &str) -> Value {
        json!({"dose": 1, "session_id": self.session(561_001, "22-11-2026").await, "slot": SLOT, "beneficiaries": [id],
            "photo_id_type": 8, "photo_id_number": "P5550001"})
    }

    /// The code that a number was sent, asked for at the desk.
    async fn desk_code(&self, mobile: &str) -> Value {
        let sent = self.desk(SEND, json!({"mobile_number": mobile})).await.json();
        json!({"txnId": sent["txnId"], "otp": OtpDigest::of(&self.test.code(mobile)).as_str()})
    }

    async fn family(&self, mobile: &str) -> Vec<Value> {
        let token = self.test.login(mobile, Face::Portal).await.unwrap().token;
        let bearer = format!("Bearer {token}");
        let path = "/v2/appointment/beneficiaries";
        let answer = self
            .send(Method::GET, path, &[("authorization", &bearer)], None)
            .await;
        answer.json()["beneficiaries"].as_array().unwrap().clone()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        let counted = self.test.db.read("test::count", move |tx| {
            Box::pin(async move { tx.query_one(sql, &[]).await?.int(0) })
        });
        counted.await.unwrap()
    }
}

#[tokio::test]
async fn who_walks_in_is_registered_seated_and_vaccinated_on_the_document_in_hand() {
    let server = Server::start().await;
    let id = server.walks_in(sita()).await;
    let seated = server.desk(SEAT, server.on_spot(&id).await).await;
    assert_eq!(seated.status, 200, "{}", seated.text());
    let seated = seated.json();
    assert_eq!(seated["appointment_confirmation_no"], seated["appointment_id"]);

    // Nobody has the code of the slip yet: the document opens the record, in headers when it is looked at.
    let find = format!("{FIND}?beneficiary_reference_id={id}");
    let bearer = format!("Bearer {}", server.staff);
    let headers = [
        ("x-api-key", server.facility.as_str()),
        ("authorization", &bearer),
        ("x-photo-id-type", "8"),
        ("x-photo-id-number", "P5550001"),
    ];
    let entries = server.entries().await;
    let found = server.send(Method::GET, &find, &headers, None).await.json();
    assert_eq!(found["beneficiaries"][0]["name"], "Sita Bai");
    assert_eq!(server.entries().await, entries + 1);
    let dose = with(server.dose(), json!({"beneficiary_reference_id": id}));
    let recorded = server.desk(VACCINATE, dose).await;
    assert_eq!(recorded.status, 204, "{}", recorded.text());
    let print = format!("{PRINT}?beneficiary_reference_id={id}");
    server.site(Method::GET, &print, None).await.pdf();
}

#[tokio::test]
async fn the_document_may_come_with_the_dose() {
    let server = Server::start().await;
    let id = server.walks_in(sita()).await;
    assert_eq!(server.desk(SEAT, server.on_spot(&id).await).await.status, 200);
    let dose = with(
        server.dose(),
        json!({"beneficiary_reference_id": id, "photo_id_type": 8, "photo_id_number": "P9999999"}),
    );
    server
        .desk(VACCINATE, dose.clone())
        .await
        .refused(409, "PRAMAAN0030");
    let dose = with(dose, json!({"photo_id_number": "P5550001"}));
    assert_eq!(server.desk(VACCINATE, dose).await.status, 204);
}

#[tokio::test]
async fn a_number_without_its_code_puts_nobody_into_a_family() {
    let server = Server::start().await;
    let answer = server
        .desk(NEW, with(sita(), json!({"mobile_number": ASHA})))
        .await
        .json();
    assert_eq!(answer["mobile_bound"], "N");
    let family = server.family(ASHA).await;
    assert_eq!(family.len(), 1, "Asha alone");
    // Nor does it make a family of a number that had none, and nothing was sent to it.
    server
        .walks_in(with(sita(), json!({"photo_id_number": "P5550002"})))
        .await;
    assert!(server.test.outbox.to(&Mobile::parse(OTHER).unwrap()).is_empty());
    assert_eq!(server.family(OTHER).await.len(), 0);
}

#[tokio::test]
async fn a_number_with_its_code_leads_to_the_record() {
    let server = Server::start().await;
    let code = server.desk_code(ASHA).await;
    let text = server
        .test
        .outbox
        .to(&Mobile::parse(ASHA).unwrap())
        .pop()
        .unwrap()
        .text;
    assert!(text.contains("read it out") && text.contains("OTP"), "{text}");
    let wrong = with(
        sita(),
        json!({"txnId": code["txnId"], "otp": OtpDigest::of("000000").as_str()}),
    );
    let before = server.count("select count(*) from person").await;
    server.desk(NEW, wrong).await.refused(400, "USRAUT0014");
    assert_eq!(server.count("select count(*) from person").await, before);
    let typed = with(with(sita(), json!({"mobile_number": ASHA})), code);
    let answer = server.desk(NEW, typed.clone()).await.json();
    assert_eq!(answer["mobile_bound"], "Y");
    let family = server.family(ASHA).await;
    let mut names: Vec<_> = family
        .iter()
        .map(|member| member["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Asha Devi", "Sita Bai"]);
    // The code is used up, and the repeated post is answered all the same.
    assert_eq!(server.desk(NEW, typed).await.json(), answer);
    assert_eq!(server.family(ASHA).await.len(), 2);
}

#[tokio::test]
async fn a_desks_code_logs_nobody_in_and_a_logins_code_proves_nothing_at_a_desk() {
    let server = Server::start().await;
    let code = server.desk_code(ASHA).await;
    for path in ["/v2/auth/validateMobileOtp", "/v2/auth/public/confirmOTP"] {
        server
            .send(Method::POST, path, &[], Some(code.clone()))
            .await
            .unauthenticated();
    }
    let path = "/v2/auth/generateMobileOTP";
    let sent = server
        .send(Method::POST, path, &[], Some(json!({"mobile": ASHA})))
        .await
        .json();
    let login = json!({"txnId": sent["txnId"], "otp": OtpDigest::of(&server.test.code(ASHA)).as_str()});
    server.desk(NEW, with(sita(), login)).await.unauthenticated();
    // Another centre's desk neither.
    let kind = PartnerKind::Facility { centre: 561_002 };
    let (partner, elsewhere) = server.test.app.add_partner("Fort Private", kind).await.unwrap();
    let nurse = server
        .test
        .nurse_of_facility(partner.number(), "MH-0003", 561_002);
    let nurse = format!("Bearer {}", nurse.await.token);
    let headers = [
        ("x-api-key", elsewhere.as_str()),
        ("authorization", nurse.as_str()),
    ];
    let body = Some(with(sita(), code));
    server
        .send(Method::POST, NEW, &headers, body)
        .await
        .unauthenticated();
}

#[tokio::test]
async fn the_seventh_of_a_number_is_registered_on_paper_instead() {
    let server = Server::start().await;
    for document in 0..5 {
        let code = server.desk_code(ASHA).await;
        let typed = with(sita(), json!({"photo_id_number": format!("P000000{document}")}));
        server.walks_in(with(typed, code)).await;
    }
    let code = server.desk_code(ASHA).await;
    server
        .desk(NEW, with(sita(), code))
        .await
        .refused(409, "PRAMAAN0080");
    server.walks_in(sita()).await;
}

#[tokio::test]
async fn the_same_typed_twice_registers_once() {
    let server = Server::start().await;
    let before = server.count("select count(*) from person").await;
    let id = server.walks_in(sita()).await;
    assert_eq!(server.walks_in(sita()).await, id);
    assert_eq!(server.count("select count(*) from person").await, before + 1);
    assert_eq!(server.count("select count(*) from household").await, 2);
    let other = server.walks_in(with(sita(), json!({"name": "Sita Devi"}))).await;
    assert_ne!(other, id);
}

#[tokio::test]
async fn what_is_wrong_at_the_desk_is_named_and_changes_nothing() {
    let server = Server::start().await;
    let before = server.count("select count(*) from person").await;
    for (change, status, code) in [
        (json!({"name": ""}), 400, "APPOIN0047"),
        (json!({"birth_year": "1800"}), 400, "PRAMAAN0011"),
        (json!({"birth_year": "2020"}), 409, "PRAMAAN0021"),
        (json!({"gender_id": 9}), 400, "PRAMAAN0012"),
        (json!({"mobile_number": "12"}), 400, "PRAMAAN0005"),
        (json!({"photo_id_number": "?"}), 400, "PRAMAAN0013"),
        (json!({"consent_version": "0"}), 400, "PRAMAAN0015"),
        (json!({"txnId": "x"}), 400, "USRAUT0012"),
    ] {
        server.desk(NEW, with(sita(), change)).await.refused(status, code);
    }
    server.desk(SEND, json!({})).await.refused(400, "USRAUT0010");
    assert_eq!(server.count("select count(*) from person").await, before);
}

#[tokio::test]
async fn a_seat_takes_the_document_that_the_reference_id_names() {
    let server = Server::start().await;
    let id = server.walks_in(sita()).await;
    let seat = server.on_spot(&id).await;
    let entries = server.entries().await;
    for (change, status, code) in [
        (json!({"photo_id_number": "P9876543"}), 409, "PRAMAAN0030"),
        (json!({"beneficiaries": [server.id]}), 409, "PRAMAAN0030"),
        (json!({"beneficiaries": ["12345678901234"]}), 409, "PRAMAAN0030"),
        (json!({"beneficiaries": []}), 400, "APPOIN0047"),
        (json!({"beneficiaries": [id, server.id]}), 400, "PRAMAAN0016"),
        (json!({"photo_id_number": null}), 400, "PRAMAAN0013"),
        (json!({"session_id": "none"}), 400, "APPOIN0015"),
        (
            json!({"session_id": server.session(561_001, "23-11-2026").await}),
            400,
            "APPOIN0015",
        ),
        (
            json!({"session_id": server.session(561_002, "22-11-2026").await}),
            400,
            "APPOIN0015",
        ),
        (json!({"slot": "01:00PM-02:00PM"}), 400, "APPOIN0015"),
        (json!({"dose": 4}), 400, "PRAMAAN0002"),
    ] {
        server
            .desk(SEAT, with(seat.clone(), change))
            .await
            .refused(status, code);
    }
    assert_eq!(server.entries().await, entries, "nothing was opened");
    assert_eq!(server.count("select count(*) from appointment").await, 1);
    server
        .desk(SEAT, with(seat, json!({"dose": 2})))
        .await
        .refused(409, "APPOIN0040");
}

#[tokio::test]
async fn seats_for_walk_ins_are_their_own_and_run_out() {
    let server = Server::start().await;
    for (document, expected) in [("P5550001", 200), ("P5550002", 200), ("P5550003", 409)] {
        let id = server
            .walks_in(with(sita(), json!({"photo_id_number": document})))
            .await;
        let seat = with(server.on_spot(&id).await, json!({"photo_id_number": document}));
        let seated = server.desk(SEAT, seat.clone()).await;
        assert_eq!(seated.status, expected, "{document}: {}", seated.text());
        let again = server.desk(SEAT, seat).await;
        let code = if expected == 200 {
            "APPOIN0022"
        } else {
            "APPOIN0040"
        };
        again.refused(409, code);
    }
    let online = server
        .count("select count(*) from appointment where quota = 'online'")
        .await;
    assert_eq!(online, 1, "Asha's own booking");
}

#[tokio::test]
async fn a_search_by_documents_ends_after_twenty() {
    let server = Server::start().await;
    let id = server.walks_in(sita()).await;
    let seat = server.on_spot(&id).await;
    for guess in 0..20 {
        let wrong = with(seat.clone(), json!({"photo_id_number": format!("Q{guess:06}")}));
        server.desk(SEAT, wrong).await.refused(409, "PRAMAAN0030");
    }
    server.desk(SEAT, seat).await.refused(429, "PRAMAAN0007");
}

#[tokio::test]
async fn off_the_roster_nobody_registers_or_seats() {
    let server = Server::start().await;
    let id = server.walks_in(sita()).await;
    let seat = server.on_spot(&id).await;
    server.test.clock.advance_seconds(-86_400);
    server.desk(NEW, sita()).await.refused(409, "PRAMAAN0031");
    server
        .desk(SEND, json!({"mobile_number": ASHA}))
        .await
        .refused(409, "PRAMAAN0031");
    server.desk(SEAT, seat).await.refused(400, "APPOIN0015");
}

/// A desk with the person's own code learns no more of the family than the family sees, and not by trying.
#[tokio::test]
async fn who_is_in_the_numbers_family_already_is_not_registered_at_the_desk_again() {
    let server = Server::start().await;
    let before = server.count("select count(*) from person").await;
    let asha = with(sita(), json!({"photo_id_number": "P9876543"}));
    let again = with(asha.clone(), server.desk_code(ASHA).await);
    server.desk(NEW, again.clone()).await.refused(409, "PRAMAAN0063");
    assert_eq!(server.count("select count(*) from person").await, before);
    let other = with(again, json!({"photo_id_number": "P1111111"}));
    server.desk(NEW, other).await.unauthenticated();
    // To another number, or to paper, it is as good as any document.
    let paper = server.walks_in(asha).await;
    assert_ne!(paper, server.id);
}

/// The wire has no field for a guardian: the open record of the pages says that nobody is named.
#[tokio::test]
async fn a_minor_is_registered_without_a_field_that_cowin_does_not_have() {
    let server = Server::start().await;
    let answer = server
        .desk(NEW, with(sita(), json!({"birth_year": "2009"})))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let members: Vec<_> = answer.as_object().unwrap().keys().collect();
    assert_eq!(members, ["beneficiary_reference_id", "mobile_bound"]);
}
