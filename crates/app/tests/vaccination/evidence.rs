//! Every way in which a record opens at the site, and every way in which it does not.

use pramaan_app::Refusal;
use pramaan_app::StaffRole;
use pramaan_app::encounter::{
    Evidence, SlipCode, WITHOUT_EVIDENCE_A_DAY, WRONG_CODES_A_DAY, WRONG_SLIPS_A_DAY,
};
use pramaan_app::roster::Place;
use pramaan_domain::access::{ActorClass, Basis, Field, Purpose};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::rules::Verdict;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::StoreError;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

fn document(number: &str) -> Evidence {
    Evidence::Document {
        kind: DocumentType::Passport,
        number: DocumentNumber::parse(number).unwrap(),
    }
}

#[store_test]
async fn the_code_opens_what_the_screen_needs_under_one_entry(db: TestDb) {
    let site = Site::open(db).await;
    let (code, place) = (site.code().await.parse().unwrap(), site.place().await);
    let entries = site.count("access_leaf").await;
    let open = site.begin(Evidence::Code { place, code }).await.unwrap();
    assert_eq!(site.count("access_leaf").await, entries + 1);
    assert_eq!(open.person.name.as_ref().unwrap().as_str(), "Asha Devi");
    assert_eq!(open.person.document_last_four.as_deref(), Some("4567"));
    assert!(open.person.mobile.is_none() && open.person.reference_id.is_none());
    assert!(open.doses.is_empty());
    assert_eq!(
        (open.dose, open.vaccine),
        (DoseNumber::First, Vaccine::Covishield)
    );
    assert_eq!(open.advice.verdict, Verdict::Eligible);

    let list = site
        .app
        .app
        .access_list(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    let read = &list.others[0];
    assert_eq!(read.class, ActorClass::Vaccinator);
    assert_eq!(
        (read.basis, read.purpose),
        (Basis::SiteEvidence, Purpose::Vaccination)
    );
    assert_eq!((read.staff.as_str(), read.organisation), ("MH-0001", 1));
    assert!(read.fields.contains(Field::Doses) && !read.fields.contains(Field::Mobile));
}

#[store_test]
async fn showing_the_page_again_is_a_new_entry_for_half_an_hour(db: TestDb) {
    let site = Site::open(db).await;
    let open = site.open_record().await;
    let entries = site.count("access_leaf").await;
    let again = site
        .app
        .app
        .show_encounter(&site.staff, open.key, "test")
        .await
        .unwrap();
    assert_eq!(again.key, open.key);
    assert_eq!(site.count("access_leaf").await, entries + 1);
    let other = nurse_beside(&site, "MH-0002").await;
    assert!(matches!(
        site.app.app.show_encounter(&other, open.key, "test").await,
        Err(Refusal::NoEncounter)
    ));
    site.app.clock.advance_seconds(30 * 60 + 1);
    let late = site.app.app.show_encounter(&site.staff, open.key, "test").await;
    assert!(matches!(late, Err(Refusal::NoEncounter)));
    assert_eq!(site.count("access_leaf").await, entries + 1);
}

async fn nurse_beside(site: &Site, code: &str) -> pramaan_app::Staff {
    let staff = site
        .app
        .enrolled(code, StaffRole::Vaccinator, Some(1))
        .await
        .staff;
    let codes = ["MH-0001", code].map(|code| pramaan_domain::staff::StaffCode::parse(code).unwrap());
    site.app
        .app
        .set_roster_of(1, site.app.app.today(), codes.to_vec())
        .await
        .unwrap();
    staff
}

#[store_test]
async fn a_wrong_code_is_counted_and_the_fifth_ends_it(db: TestDb) {
    let site = Site::open(db).await;
    let (right, wrong, place) = (site.code().await, site.wrong_code().await, site.place().await);
    let entries = site.count("access_leaf").await;
    // A right one in between is not counted.
    for left in [4_u8, 3] {
        let refused = site
            .begin(Evidence::Code {
                place,
                code: wrong.clone(),
            })
            .await;
        assert!(
            matches!(refused, Err(Refusal::WrongCode { left: l }) if l == left),
            "{left}"
        );
    }
    site.begin(Evidence::Code {
        place,
        code: right.parse().unwrap(),
    })
    .await
    .unwrap();
    for left in [2_u8, 1, 0] {
        let refused = site
            .begin(Evidence::Code {
                place,
                code: wrong.clone(),
            })
            .await;
        assert!(
            matches!(refused, Err(Refusal::WrongCode { left: l }) if l == left),
            "{left}"
        );
    }
    let spent = site
        .begin(Evidence::Code {
            place,
            code: right.parse().unwrap(),
        })
        .await;
    assert!(
        matches!(spent, Err(Refusal::CodeSpent)),
        "the right one does not help any more"
    );
    assert_eq!(site.count("access_leaf").await, entries + 1);
    site.begin(document(DOCUMENT)).await.unwrap();
}

#[store_test]
async fn six_guesses_at_once_are_five_tries(db: TestDb) {
    let site = Site::open(db).await;
    let (wrong, place) = (site.wrong_code().await, site.place().await);
    let guess = || {
        site.begin(Evidence::Code {
            place,
            code: wrong.clone(),
        })
    };
    let (a, b, c, d, e, f) = tokio::join!(guess(), guess(), guess(), guess(), guess(), guess());
    let outcomes = [a, b, c, d, e, f];
    let spent = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(Refusal::CodeSpent)))
        .count();
    let wrong = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(Refusal::WrongCode { .. })))
        .count();
    assert_eq!((wrong, spent), (5, 1));
}

#[store_test]
async fn the_slip_opens_the_record_of_its_own_person(db: TestDb) {
    let site = Site::open(db).await;
    let text = format!("pramaan:slip:{}:{}", site.id, site.code().await);
    let open = site.begin(Evidence::from_slip(&text).unwrap()).await.unwrap();
    assert_eq!(open.person.name.as_ref().unwrap().as_str(), "Asha Devi");
    assert!(matches!(
        Evidence::from_slip("pramaan:slip:1:2"),
        Err(Refusal::Invalid { field: "slip", .. })
    ));

    let stranger = site.app.citizen("9876543211").await;
    let other = register(&site.app, &stranger, "Y7654321").await;
    let mixed = format!("pramaan:slip:{other}:{}", site.code().await);
    let refused = site.begin(Evidence::from_slip(&mixed).unwrap()).await;
    assert!(matches!(refused, Err(Refusal::NoMatch)));
}

/// Who knows a reference id, of any certificate, learns by it alone neither who is expected here today nor who had a dose.
#[store_test]
async fn a_slip_without_its_code_tells_nothing(db: TestDb) {
    let site = Site::open(db).await;
    let (right, wrong) = (site.code().await, site.wrong_code().await);
    let stranger = site.app.citizen("9876543211").await;
    let other = register(&site.app, &stranger, "Y7654321").await;
    let shown = async |reference_id, code: &SlipCode| {
        let code = code.clone();
        site.begin(Evidence::Slip { reference_id, code })
            .await
            .unwrap_err()
    };
    let expected = shown(site.id, &wrong).await;
    assert!(matches!(expected, Refusal::NoMatch), "{expected:?}");
    let not_expected = shown(other, &wrong).await;
    assert!(matches!(not_expected, Refusal::NoMatch), "{not_expected:?}");

    let open = site.open_record().await;
    let recorded = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test");
    recorded.await.unwrap();
    let vaccinated = shown(site.id, &wrong).await;
    assert!(matches!(vaccinated, Refusal::NoMatch), "{vaccinated:?}");
    let right = right.parse().unwrap();
    let by_the_right_code = shown(site.id, &right).await;
    assert!(matches!(by_the_right_code, Refusal::AlreadyRecorded));
    for _ in 0..3 {
        shown(site.id, &wrong).await;
    }
    let spent = shown(site.id, &right).await;
    assert!(
        matches!(spent, Refusal::NoMatch),
        "five wrong ones spend it: {spent:?}"
    );
}

/// Five tries at each of a hundred places would be five hundred.
#[store_test]
async fn wrong_codes_are_counted_against_who_types_them_whatever_the_place(db: TestDb) {
    let site = Site::open(db).await;
    let place = site.place().await;
    let (right, wrong): (SlipCode, _) = (site.code().await.parse().unwrap(), site.wrong_code().await);
    let typed = |code: &SlipCode| {
        let code = code.clone();
        site.begin(Evidence::Code { place, code })
    };
    let refused = typed(&wrong).await;
    assert!(matches!(refused, Err(Refusal::WrongCode { .. })), "{refused:?}");
    let nearly = "update evidence_count set n = $1 where kind = 'wrong_code' and n = 1";
    execute(&site.app, nearly, vec![(WRONG_CODES_A_DAY - 1).into()]).await;
    let last = typed(&wrong).await;
    assert!(matches!(last, Err(Refusal::WrongCode { .. })), "{last:?}");
    for code in [&wrong, &right] {
        let over = typed(code).await;
        assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
    }
    site.app.clock.advance_seconds(86_400);
    let at_work = vec![pramaan_domain::staff::StaffCode::parse("MH-0001").unwrap()];
    let app = &site.app.app;
    app.set_roster_of(1, app.today(), at_work).await.unwrap();
    let other_day = typed(&right).await;
    assert!(
        matches!(other_day, Err(Refusal::UnknownAppointment)),
        "judged again: {other_day:?}"
    );
}

#[store_test]
async fn wrong_slips_are_counted_against_who_shows_them(db: TestDb) {
    let site = Site::open(db).await;
    let stranger = site.app.citizen("9876543211").await;
    let other = register(&site.app, &stranger, "Y7654321").await;
    let code: SlipCode = site.code().await.parse().unwrap();
    let slip = |reference_id| {
        let code = code.clone();
        site.begin(Evidence::Slip { reference_id, code })
    };
    for _ in 0..WRONG_SLIPS_A_DAY {
        let wrong = slip(other).await;
        assert!(matches!(wrong, Err(Refusal::NoMatch)), "{wrong:?}");
    }
    let over = slip(site.id).await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
    site.open_record().await;
}

#[store_test]
async fn the_code_sent_to_the_mobile_opens_it_once(db: TestDb) {
    let site = Site::open(db).await;
    let place = site.place().await;
    let txn = site
        .app
        .app
        .send_visit_code(&site.staff, place, "test")
        .await
        .unwrap();
    let code = site.app.code(MOBILE);
    let mobile = |code: &str| Evidence::Mobile {
        place,
        txn,
        code: code.to_owned(),
    };
    let wrong = if code == "000000" { "111111" } else { "000000" };
    assert!(matches!(
        site.begin(mobile(wrong)).await,
        Err(Refusal::WrongVisitCode)
    ));
    let other = nurse_beside(&site, "MH-0002").await;
    let elsewhere = site.app.app.begin_encounter(&other, mobile(&code), "test").await;
    assert!(
        matches!(elsewhere, Err(Refusal::WrongVisitCode)),
        "it was sent for somebody else's encounter"
    );
    site.begin(mobile(&code)).await.unwrap();
    assert!(matches!(
        site.begin(mobile(&code)).await,
        Err(Refusal::WrongVisitCode)
    ));

    let late = site
        .app
        .app
        .send_visit_code(&site.staff, place, "test")
        .await
        .unwrap();
    let code = site.app.code(MOBILE);
    site.app.clock.advance_seconds(300);
    let refused = site
        .begin(Evidence::Mobile {
            place,
            txn: late,
            code,
        })
        .await;
    assert!(matches!(refused, Err(Refusal::WrongVisitCode)));
}

#[store_test]
async fn nobodys_telephone_is_flooded_from_a_site(db: TestDb) {
    let site = Site::open(db).await;
    let place = site.place().await;
    for _ in 0..5 {
        site.app
            .app
            .send_visit_code(&site.staff, place, "test")
            .await
            .unwrap();
    }
    let sixth = site.app.app.send_visit_code(&site.staff, place, "test").await;
    assert!(matches!(sixth, Err(Refusal::OverBudget { .. })));
}

#[store_test]
async fn codes_asked_for_at_once_are_five_as_well(db: TestDb) {
    let site = Site::open(db).await;
    let place = site.place().await;
    let asked = (0..9).map(|_| {
        let (app, staff) = (site.app.app.clone(), site.staff.clone());
        tokio::spawn(async move { app.send_visit_code(&staff, place, "test").await })
    });
    let (mut sent, mut refused) = (0, 0);
    for asked in asked.collect::<Vec<_>>() {
        match asked.await.unwrap() {
            Ok(_) => sent += 1,
            Err(Refusal::OverBudget { .. }) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!((sent, refused, site.count("visit_code").await), (5, 4, 5));
}

#[store_test]
async fn every_entry_of_an_opening_without_evidence_has_its_reason(db: TestDb) {
    let site = Site::open(db).await;
    let evidence = Evidence::None {
        place: site.place().await,
        reason: reason(),
    };
    let key = site.begin(evidence).await.unwrap().key;
    let app = &site.app.app;
    app.show_encounter(&site.staff, key, "test").await.unwrap();
    app.record_dose(&site.staff, key, site.dose(), "test")
        .await
        .unwrap();
    let list = app
        .access_list(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    let reasons: Vec<_> = list.others.iter().map(|line| line.reason.as_deref()).collect();
    assert_eq!(reasons, [Some(reason().as_str()); 3]);
    // The reason is sealed with the opening, as everything about a person is.
    let stored = site.app.db.read("test::reason", |tx| {
        Box::pin(async move {
            let row = tx.query_one("select reason from encounter", &[]).await?;
            Ok::<_, pramaan_store::StoreError>(row.blob(0)?.to_vec())
        })
    });
    let stored = stored.await.unwrap();
    let words = reason().as_str().as_bytes().to_vec();
    assert!(!stored.windows(5).any(|part| part == &words[..5]));
}

#[store_test]
async fn the_group_that_decides_is_named_wherever_it_is_looked_up(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    app.dashboard(&site.citizen, "test").await.unwrap();
    let key = site.open_record().await.key;
    app.record_dose(&site.staff, key, site.dose(), "test")
        .await
        .unwrap();
    let list = app
        .access_list(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    assert_eq!(list.others.len(), 2, "shown, and judged for the dose");
    assert!(list.others.iter().all(|line| line.fields.contains(Field::Group)));
    for purpose in [Purpose::Booking, Purpose::OwnRecord] {
        let own = list.folded.iter().filter(|line| line.purpose == purpose);
        let own = own.map(|line| line.fields);
        let first = list
            .new_devices
            .iter()
            .filter(|device| device.purposes.contains(&purpose));
        let mut fields = own.chain(first.map(|device| device.fields));
        assert!(fields.any(|fields| fields.contains(Field::Group)), "{purpose:?}");
    }
}

#[store_test]
async fn the_document_finds_nobody_who_is_not_expected_today(db: TestDb) {
    let site = Site::open(db).await;
    site.begin(document(" z123 4567")).await.unwrap();
    let stranger = site.app.citizen("9876543211").await;
    register(&site.app, &stranger, "Y7654321").await;
    let entries = site.count("access_leaf").await;
    for number in ["Y7654321", "X0000000"] {
        assert!(
            matches!(site.begin(document(number)).await, Err(Refusal::NoMatch)),
            "{number}"
        );
    }
    for n in 2..20 {
        assert!(matches!(
            site.begin(document(&format!("X00000{n:02}"))).await,
            Err(Refusal::NoMatch)
        ));
    }
    let searched = site.begin(document(DOCUMENT)).await;
    assert!(
        matches!(searched, Err(Refusal::OverBudget { .. })),
        "twenty are no slips of the finger"
    );
    assert_eq!(site.count("access_leaf").await, entries);
}

#[store_test]
async fn without_evidence_five_a_day_each_with_a_reason_and_a_message(db: TestDb) {
    let site = Site::open(db).await;
    let place = site.place().await;
    let none = || Evidence::None {
        place,
        reason: reason(),
    };
    let mobile = Mobile::parse(MOBILE).unwrap();
    let before = site.app.outbox.to(&mobile).len();
    for n in 1..=WITHOUT_EVIDENCE_A_DAY as usize {
        site.begin(none()).await.unwrap();
        let sent = site.app.outbox.to(&mobile);
        assert_eq!(sent.len(), before + n);
        assert!(sent.last().unwrap().text.contains("MH-0001"));
    }
    assert!(matches!(site.begin(none()).await, Err(Refusal::NoEvidenceSpent)));
    let list = site
        .app
        .app
        .access_list(&site.citizen, site.id, None, "test")
        .await
        .unwrap();
    let unproven: Vec<_> = list
        .others
        .iter()
        .filter(|line| line.basis == Basis::NoEvidenceWithReason)
        .collect();
    assert_eq!(unproven.len(), 5);
    assert_eq!(unproven[0].reason.as_deref(), Some(reason().as_str()));
    site.app.clock.advance_seconds(60);
    site.open_record().await;
}

#[store_test]
async fn a_site_manager_opens_nothing_without_evidence_and_a_district_admin_nothing_at_all(db: TestDb) {
    let site = Site::open(db).await;
    let place = site.place().await;
    let manager = site
        .app
        .enrolled("SM-0001", StaffRole::SiteManager, Some(1))
        .await
        .staff;
    let admin = site
        .app
        .enrolled("DA-0001", StaffRole::DistrictAdmin, None)
        .await
        .staff;
    let codes = vec![pramaan_domain::staff::StaffCode::parse("SM-0001").unwrap()];
    site.app
        .app
        .set_roster_of(1, site.app.app.today(), codes)
        .await
        .unwrap();
    let none = Evidence::None {
        place,
        reason: reason(),
    };
    let refused = site.app.app.begin_encounter(&manager, none, "test").await;
    assert!(matches!(refused, Err(Refusal::Forbidden)));
    site.app
        .app
        .begin_encounter(&manager, document(DOCUMENT), "test")
        .await
        .unwrap();
    let refused = site
        .app
        .app
        .begin_encounter(&admin, document(DOCUMENT), "test")
        .await;
    assert!(matches!(refused, Err(Refusal::Forbidden)));
}

#[store_test]
async fn off_the_roster_at_another_centre_or_on_another_day_nothing_opens(db: TestDb) {
    let site = Site::open(db).await;
    let (code, place) = (site.code().await, site.place().await);
    let evidence = || Evidence::Code {
        place,
        code: code.parse().unwrap(),
    };
    let entries = site.count("access_leaf").await;
    let off = site
        .app
        .enrolled("MH-0002", StaffRole::Vaccinator, Some(1))
        .await
        .staff;
    let elsewhere = nurse(&site.app, "MH-0003", 2).await;
    for (staff, wanted) in [(&off, "OffRoster"), (&elsewhere, "UnknownAppointment")] {
        for evidence in [evidence(), document(DOCUMENT)] {
            let refused = site
                .app
                .app
                .begin_encounter(staff, evidence, "test")
                .await
                .unwrap_err();
            let shown = format!("{refused:?}");
            assert!(shown == wanted || shown == "NoMatch", "{shown}");
        }
    }
    let nowhere = Place { queue: 99, ..place };
    let refused = site
        .begin(Evidence::Code {
            place: nowhere,
            code: code.parse().unwrap(),
        })
        .await;
    assert!(matches!(refused, Err(Refusal::UnknownAppointment)));

    site.app.clock.advance_seconds(86_400);
    let codes = vec![pramaan_domain::staff::StaffCode::parse("MH-0001").unwrap()];
    site.app
        .app
        .set_roster_of(1, site.app.app.today(), codes)
        .await
        .unwrap();
    assert!(
        matches!(site.begin(evidence()).await, Err(Refusal::UnknownAppointment)),
        "yesterday's session"
    );
    assert_eq!(site.count("access_leaf").await, entries);
}

#[store_test]
async fn a_cancelled_session_opens_nobody(db: TestDb) {
    let site = Site::open(db).await;
    let (code, place) = (site.code().await, site.place().await);
    execute(&site.app, "update session set state = 'cancelled'", Vec::new()).await;
    let refused = site
        .begin(Evidence::Code {
            place,
            code: code.parse().unwrap(),
        })
        .await;
    assert!(matches!(refused, Err(Refusal::UnknownAppointment)));
}

/// Invariant 1. Recording a dose without reading anybody is not built yet.
#[store_test]
async fn without_the_log_nothing_opens(db: TestDb) {
    let site = Site::open(db).await;
    let (code, place) = (site.code().await, site.place().await);
    break_log(&site.app).await;
    let refused = site
        .begin(Evidence::Code {
            place,
            code: code.parse().unwrap(),
        })
        .await;
    assert!(matches!(refused, Err(Refusal::Unavailable(_))), "{refused:?}");
    assert_eq!(site.count("encounter").await, 0);
}

#[store_test]
async fn a_disputed_document_is_settled_with_the_document_in_hand(db: TestDb) {
    let site = Site::open(db).await;
    let second = site.app.citizen("9876543211").await;
    let id = register(&site.app, &second, DOCUMENT).await;
    let appointment = book(&site.app, &second, site.session, &[id], 1).await;
    let slip = site.app.app.slip(&second, appointment, "test").await.unwrap();
    let text = format!("pramaan:slip:{id}:{}", &*slip.members[0].code);

    let both = site.begin(document(DOCUMENT)).await;
    assert!(
        matches!(
            both,
            Err(Refusal::Invalid {
                field: "document_number",
                ..
            })
        ),
        "two are expected with it"
    );
    let open = site.begin(Evidence::from_slip(&text).unwrap()).await.unwrap();
    let waits = site
        .app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await;
    assert!(matches!(waits, Err(Refusal::DocumentAtSite)));
    assert_eq!(site.count("dose").await, 0);

    let settle = |number: &str| {
        let document = (DocumentType::Passport, DocumentNumber::parse(number).unwrap());
        site.app
            .app
            .settle_document(&site.staff, open.key, document, "test")
    };
    assert!(matches!(settle("X0000000").await, Err(Refusal::NoMatch)));
    let seen = settle(DOCUMENT).await.unwrap();
    assert_eq!(seen.document_last_four.as_deref(), Some("4567"));
    site.app
        .app
        .record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();

    let first = site.open_record_of_first().await;
    let waits = site
        .app
        .app
        .record_dose(&site.staff, first.key, site.dose(), "test")
        .await;
    assert!(
        matches!(waits, Err(Refusal::DocumentAtSite)),
        "the first has to show theirs now"
    );
}

impl Site {
    async fn open_record_of_first(&self) -> pramaan_app::encounter::OpenEncounter {
        let text = format!("pramaan:slip:{}:{}", self.id, self.code().await);
        self.begin(Evidence::from_slip(&text).unwrap()).await.unwrap()
    }
}

/// Who can write the database points their own document and reference id at somebody else who is expected here, and shows
/// the document.
#[store_test]
async fn an_index_that_was_pointed_at_another_person_opens_nothing(db: TestDb) {
    let site = Site::open(db).await;
    let thief = site.app.citizen("9876500000").await;
    let id = register(&site.app, &thief, "Z7654321").await;
    book(&site.app, &thief, site.session, &[id], 1).await;
    let (victim, victims) = site.app.member(&site.citizen).await;
    let (_, thiefs) = site.app.member(&thief).await;
    for table in ["document_index", "reference_index"] {
        let point = format!(
            "update {table} set household = '{victim}', person = '{victims}' where person = '{thiefs}'"
        );
        let pointed: Result<u64, StoreError> = site
            .app
            .db
            .write("test::point", move |tx| {
                Box::pin(async move { tx.execute(&point, &[]).await })
            })
            .await;
        assert_eq!(pointed.unwrap(), 1);
    }
    let document = Evidence::Document {
        kind: DocumentType::Passport,
        number: DocumentNumber::parse("Z7654321").unwrap(),
    };
    let slip = Evidence::Slip {
        reference_id: id,
        code: site.wrong_code().await,
    };
    let entries = site.count("access_leaf").await;
    for (evidence, table) in [(document, "document_index"), (slip, "reference_index")] {
        let refused = site.begin(evidence).await.map(drop);
        assert!(
            matches!(&refused, Err(Refusal::Unavailable(StoreError::Misplaced { table: found })) if *found == table),
            "{refused:?}"
        );
    }
    assert_eq!(site.count("access_leaf").await, entries, "nothing was opened");
}
