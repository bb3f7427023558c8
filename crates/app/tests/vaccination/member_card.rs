//! The printed card where a phone changes: for people without a document at the desk, and as the second proof at home.

use pramaan_app::Refusal;
use pramaan_app::card::{Code, PrintedCard, Shown};
use pramaan_app::member::{PhoneChange, Present, SecondProof};
use pramaan_app::otp::OtpDigest;
use pramaan_app::walk_in::DeskMobile;
use pramaan_domain::access::Purpose;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::staff::StaffCode;
use pramaan_store::testing::{TestDb, store_test};

use crate::card::{shown, undocumented};
use crate::member::{OWN, SILENT_DAYS, at_desk, change, desk_code, listed, login, moved};
use crate::support::*;

async fn without_papers(site: &Site) -> PrintedCard {
    let typed = undocumented(site, "Gangu Bai", "VOTER12345");
    let walk_in = site.app.app.register_walk_in(&site.staff, typed, None).await;
    walk_in.unwrap().card.unwrap()
}

fn by_card(card: &PrintedCard, mobile: DeskMobile) -> PhoneChange {
    PhoneChange {
        present: Present::Card {
            reference_id: card.reference_id,
            code: card.code.clone(),
            document: None,
        },
        mobile,
    }
}

/// Another code of eight digits.
fn wrong(card: &PrintedCard) -> PrintedCard {
    let code = (card.code.as_str().parse::<u32>().unwrap() + 1) % 100_000_000;
    PrintedCard {
        code: format!("{code:08}").parse::<Code>().unwrap(),
        ..card.clone()
    }
}

#[store_test]
async fn who_has_no_document_gets_a_phone_by_card(db: TestDb) {
    let site = Site::open(db).await;
    let card = without_papers(&site).await;
    let mobile = desk_code(&site, OWN).await;
    let refused = change(&site, by_card(&wrong(&card), mobile.clone())).await;
    assert!(matches!(refused, Err(Refusal::WrongCard)), "{refused:?}");
    assert_eq!(site.count("card_try").await, 1, "it stays counted");
    assert_eq!(site.count("departure").await, 0);
    change(&site, by_card(&card, mobile.clone())).await.unwrap();
    let hers = login(&site.app, OWN).await;
    assert_eq!(listed(&site.app, &hers).await, [card.reference_id]);
    change(&site, by_card(&card, mobile)).await.unwrap();
    assert_eq!(site.count("departure").await, 1, "sent twice, it is one");
}

/// The card of somebody who is registered with a document.
async fn with_papers(site: &Site) -> PrintedCard {
    let shown = Shown::Document {
        reference_id: site.id,
        document: (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap()),
    };
    site.app.app.make_card(&site.staff, shown, "test").await.unwrap()
}

#[store_test]
async fn a_card_alone_takes_nobody_with_a_document_to_another_phone(db: TestDb) {
    let site = Site::open(db).await;
    let card = with_papers(&site).await;
    let mobile = desk_code(&site, OWN).await;
    let refused = change(&site, by_card(&card, mobile.clone())).await;
    assert!(matches!(refused, Err(Refusal::HasDocument)), "{refused:?}");
    let with = |number: &str| PhoneChange {
        present: Present::Card {
            reference_id: card.reference_id,
            code: card.code.clone(),
            document: Some((DocumentType::Passport, DocumentNumber::parse(number).unwrap())),
        },
        mobile: mobile.clone(),
    };
    let refused = change(&site, with("Z7654321")).await;
    assert!(matches!(refused, Err(Refusal::NoMatch)), "{refused:?}");
    let counted = site
        .count("evidence_count where kind = 'unmatched_document'")
        .await;
    assert_eq!(counted, 1, "the wrong document stays counted");
    assert_eq!(site.count("departure").await, 0);
    assert_eq!(listed(&site.app, &site.citizen).await, [site.id]);
    change(&site, with(DOCUMENT)).await.unwrap();
    assert_eq!(listed(&site.app, &login(&site.app, OWN).await).await, [site.id]);
}

#[store_test]
async fn the_list_of_accesses_names_the_card_that_changed_a_phone(db: TestDb) {
    let site = Site::open(db).await;
    let card = without_papers(&site).await;
    let mobile = desk_code(&site, OWN).await;
    change(&site, by_card(&card, mobile)).await.unwrap();
    let hers = login(&site.app, OWN).await;
    let list = site
        .app
        .app
        .access_list(&hers, card.reference_id, None, "test")
        .await;
    let others = list.unwrap().others;
    let changed = others
        .iter()
        .find(|line| line.purpose == Purpose::Contact)
        .unwrap();
    assert_eq!(changed.card(), Some(1));
}

#[store_test]
async fn a_new_phone_of_staff_is_refused_as_one_of_six_and_the_card_stays(db: TestDb) {
    const OF_STAFF: &str = "9876543219";
    const OF_SIX: &str = "9876543218";
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = without_papers(&site).await;
    let code = StaffCode::parse(site.staff.code()).unwrap();
    app.note_staff_mobile(&site.staff, code, Mobile::parse(OF_STAFF).unwrap())
        .await
        .unwrap();
    let family = site.app.citizen(OF_SIX).await;
    for member in 0..6 {
        register(&site.app, &family, &format!("F{member}234567")).await;
    }
    for number in [OF_STAFF, OF_SIX] {
        let by_card = change(&site, by_card(&card, desk_code(&site, number).await)).await;
        let by_document = change(&site, at_desk(DOCUMENT, desk_code(&site, number).await)).await;
        for refused in [by_card, by_document] {
            assert!(matches!(refused, Err(Refusal::MobileNotHere)), "{refused:?}");
        }
    }
    assert_eq!(site.count("departure").await, 0);
    let again = app.make_card(&site.staff, shown(&card), "test").await.unwrap();
    assert_eq!(again.reference_id, card.reference_id);
}

async fn proves(site: &Site, citizen: &pramaan_app::Citizen, card: &PrintedCard) -> Result<(), Refusal> {
    let proof = SecondProof::Card {
        reference_id: card.reference_id,
        code: card.code.clone(),
    };
    site.app.app.second_proof(citizen, proof, "test").await
}

#[store_test]
async fn a_silent_number_wakes_with_the_card(db: TestDb) {
    let site = Site::open(db).await;
    let card = without_papers(&site).await;
    let mobile = desk_code(&site, OWN).await;
    change(&site, by_card(&card, mobile)).await.unwrap();
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    let hers = login(&site.app, OWN).await;
    assert!(listed(&site.app, &hers).await.is_empty());
    let elsewhere = login(&site.app, MOBILE).await;
    for (citizen, card, why) in [
        (&elsewhere, &card, "on the own number only"),
        (&hers, &wrong(&card), "with its code only"),
    ] {
        let refused = proves(&site, citizen, card).await;
        assert!(matches!(refused, Err(Refusal::WrongProof)), "{why}: {refused:?}");
    }
    proves(&site, &hers, &card).await.unwrap();
    assert_eq!(listed(&site.app, &hers).await, [card.reference_id]);
}

/// Eight digits are guessed five times a day, and the site stays open to the person.
#[store_test]
async fn wrong_cards_as_second_proof_are_counted_and_tell_nothing(db: TestDb) {
    let site = Site::open(db).await;
    let card = without_papers(&site).await;
    let mobile = desk_code(&site, OWN).await;
    change(&site, by_card(&card, mobile)).await.unwrap();
    site.app.clock.advance_seconds(SILENT_DAYS * 86_400);
    let thief = login(&site.app, OWN).await;
    for _ in 0..5 {
        let refused = proves(&site, &thief, &wrong(&card)).await;
        assert!(matches!(refused, Err(Refusal::WrongProof)), "{refused:?}");
    }
    let late = proves(&site, &thief, &card).await;
    assert!(matches!(late, Err(Refusal::WrongProof)), "{late:?}");
    assert!(listed(&site.app, &thief).await.is_empty());
    let back = nurse(&site.app, "MH-0002", 1).await;
    let number = Mobile::parse(OWN).unwrap();
    let sent = site
        .app
        .app
        .send_desk_code(&back, number, pramaan_app::message::Language::English);
    let mobile = DeskMobile {
        txn: sent.await.unwrap(),
        otp: OtpDigest::of(&site.app.code(OWN)),
    };
    let at_site = site.app.app.change_phone(&back, by_card(&card, mobile), "test");
    at_site.await.unwrap();
    assert_eq!(
        listed(&site.app, &login(&site.app, OWN).await).await,
        [card.reference_id]
    );
}

#[store_test]
async fn a_card_and_a_certificate_are_found_while_the_index_key_changes_and_after(db: TestDb) {
    let mut site = Site::open(db).await;
    let card = without_papers(&site).await;
    let open = site.open_record().await;
    let dose = site.dose();
    site.app
        .app
        .record_dose(&site.staff, open.key, dose, "test")
        .await
        .unwrap();
    site.app = site.app.with_next_index_key();
    let during = site
        .app
        .app
        .make_card(&site.staff, shown(&card), "test")
        .await
        .unwrap();
    while moved(&site.app, 2).await > 0 {}
    let after = site
        .app
        .app
        .make_card(&site.staff, shown(&during), "test")
        .await
        .unwrap();
    assert_eq!(after.reference_id, card.reference_id);
    let citizen = login(&site.app, MOBILE).await;
    let fetched = site.app.app.certificate(&citizen, site.id, None, "test").await;
    let number = fetched.unwrap().id().as_str().to_owned();
    let sealer = site.app.sealer.clone();
    let fate = site.app.db.read("test::fate", move |tx| {
        Box::pin(async move { pramaan_store::certificate::fate(tx, &sealer, &number).await })
    });
    let fate: Result<_, pramaan_store::StoreError> = fate.await;
    assert!(fate.unwrap().is_some(), "its row is bound to its new index");
}
