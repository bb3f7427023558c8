//! Card holders on any telephone: card, code and a one-time password open that one person's certificate and list.

use std::net::IpAddr;

use pramaan_app::Refusal;
use pramaan_app::access_list::AccessList;
use pramaan_app::card::{CARD_TRIES, CardConfirmation, CardLogin, PrintedCard};
use pramaan_app::encounter::Evidence;
use pramaan_app::message::Language;
use pramaan_app::origin::{ClientAddr, Device, Origin};
use pramaan_app::otp::OtpDigest;
use pramaan_domain::access::{ActorClass, Basis, Purpose};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::testing::{TestDb, store_test};

use crate::card::{card_holder, seated, shown, walk_in_session};
use crate::support::*;

const BORROWED: &str = "9876500077";

fn origin() -> Origin {
    let address = ClientAddr::new(IpAddr::from([203, 0, 113, 9]));
    Origin::new(address, Device::UserAgent("a borrowed telephone"))
}

async fn log_in(site: &Site, card: &PrintedCard) -> Result<CardLogin, Refusal> {
    let app = &site.app.app;
    let number = (Mobile::parse(BORROWED).unwrap(), Language::English);
    let txn = app.request_card_otp(number, origin()).await.unwrap();
    let typed = CardConfirmation {
        txn,
        otp: OtpDigest::of(&site.app.code(BORROWED)),
        reference_id: card.reference_id,
        code: card.code.clone(),
        origin: origin(),
    };
    app.confirm_card_otp(typed).await
}

async fn vaccinated(site: &Site) -> PrintedCard {
    let session = walk_in_session(site).await;
    let card = card_holder(site, "Sita Bai").await;
    seated(site, session, (shown(&card), 1)).await.unwrap();
    let evidence = Evidence::Card {
        reference_id: card.reference_id,
        code: card.code.clone(),
    };
    let open = site.begin(evidence).await.unwrap();
    let app = &site.app.app;
    app.record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    card
}

fn uses(list: &AccessList) -> Vec<(ActorClass, Basis, Purpose, i64)> {
    let line =
        |line: &pramaan_app::access_list::Line| Some((line.class, line.basis, line.purpose, line.card()?));
    list.others.iter().filter_map(line).collect()
}

#[store_test]
async fn on_a_borrowed_phone_a_card_opens_one_persons_certificate_and_list_and_nothing_else(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = vaccinated(&site).await;
    let households = site.count("mobile_index").await;
    let citizen = log_in(&site, &card).await.unwrap().citizen;
    let [issued] = app.certificates_by_card(&citizen).await.unwrap()[..] else {
        panic!("one certificate");
    };
    let fetched = app
        .certificate_by_card(&citizen, issued.event, "test")
        .await
        .unwrap();
    assert!(fetched.json().contains("Sita Bai"));
    let list = app.access_list_by_card(&citizen, None, "test").await.unwrap();
    let (class, basis) = (ActorClass::Citizen, Basis::PersonOtp);
    let nurse = (ActorClass::Vaccinator, Basis::SiteEvidence);
    assert_eq!(
        uses(&list)[..2],
        [
            (class, basis, Purpose::OwnAccessList, 1),
            (class, basis, Purpose::Certificate, 1)
        ],
        "each use stands by itself, this look too"
    );
    assert!(
        uses(&list).contains(&(nurse.0, nurse.1, Purpose::Vaccination, 1)),
        "and that at the site"
    );
    let registered = list.registered.unwrap();
    assert_eq!((registered.staff.as_str(), registered.at.centre), ("MH-0001", 1));
    let without = registered.without.unwrap();
    assert_eq!(
        (without.facilitator.as_str(), without.last_four.as_str()),
        ("Ramesh Kumar", "2345")
    );
    // It is no login of a household, and no binding of the telephone.
    assert!(matches!(
        app.beneficiaries(&citizen, "test").await,
        Err(Refusal::Unauthenticated)
    ));
    assert!(matches!(
        app.certificates(&citizen).await,
        Err(Refusal::Unauthenticated)
    ));
    assert_eq!(site.count("mobile_index").await, households);
    let owner = site.app.citizen(BORROWED).await;
    assert_eq!(app.household_size(&owner).await.unwrap(), 0);
    // And a household's login is none by card.
    let other = app.certificates_by_card(&site.citizen).await;
    assert!(matches!(other, Err(Refusal::Unauthenticated)));
}

#[store_test]
async fn a_copied_card_is_ended_on_a_phone_and_its_logins_with_it(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = vaccinated(&site).await;
    let thief = log_in(&site, &card).await.unwrap();
    assert!(app.citizen(&thief.token).is_ok());
    let holder = log_in(&site, &card).await.unwrap().citizen;
    app.end_own_card(&holder).await.unwrap();
    for login in [&thief.citizen, &holder] {
        let gone = app.access_list_by_card(login, None, "test").await;
        assert!(matches!(gone, Err(Refusal::Unauthenticated)), "{gone:?}");
    }
    assert!(matches!(log_in(&site, &card).await, Err(Refusal::WrongCard)));
}

#[store_test]
async fn a_new_card_ends_the_logins_of_the_old_one(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = vaccinated(&site).await;
    let old = log_in(&site, &card).await.unwrap().citizen;
    app.make_card(&site.staff, shown(&card), "test").await.unwrap();
    let gone = app.certificates_by_card(&old).await;
    assert!(matches!(gone, Err(Refusal::Unauthenticated)));
}

#[store_test]
async fn guesses_on_phones_do_not_close_a_card_at_the_site(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = vaccinated(&site).await;
    let wrong = PrintedCard {
        code: "00000000".parse().unwrap(),
        ..card.clone()
    };
    assert_ne!(wrong.code, card.code);
    for _ in 0..CARD_TRIES {
        site.app.clock.advance_seconds(601);
        assert!(matches!(log_in(&site, &wrong).await, Err(Refusal::WrongCard)));
    }
    site.app.clock.advance_seconds(601);
    let spent = log_in(&site, &card).await;
    assert!(
        matches!(spent, Err(Refusal::WrongCard)),
        "the same answer: {spent:?}"
    );
    app.access_list_at_desk(&site.staff, shown(&card), "test")
        .await
        .unwrap();
}

#[store_test]
async fn the_list_is_printed_at_a_site_for_who_shows_a_card_and_it_names_the_card(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = vaccinated(&site).await;
    let list = app
        .access_list_at_desk(&site.staff, shown(&card), "test")
        .await
        .unwrap();
    let (class, basis) = (ActorClass::Vaccinator, Basis::SiteEvidence);
    assert_eq!(uses(&list)[0], (class, basis, Purpose::OwnAccessList, 1));
    assert_eq!(list.card.unwrap().number, 1);
    break_log(&site.app).await;
    let closed = app.access_list_at_desk(&site.staff, shown(&card), "test").await;
    assert!(matches!(closed, Err(Refusal::Unavailable(_))), "no log, no list");
}

#[store_test]
async fn a_reference_id_of_nobody_and_a_wrong_code_are_one_answer(db: TestDb) {
    let site = Site::open(db).await;
    let card = vaccinated(&site).await;
    let nobody = PrintedCard {
        reference_id: ReferenceId::parse("31415926535897").unwrap(),
        code: card.code.clone(),
    };
    let without_card = PrintedCard {
        reference_id: site.id,
        code: card.code.clone(),
    };
    let mut said = Vec::new();
    for typed in [nobody, without_card] {
        said.push(format!("{:?}", log_in(&site, &typed).await.err()));
    }
    assert_eq!(said, ["Some(WrongCard)", "Some(WrongCard)"]);
}
