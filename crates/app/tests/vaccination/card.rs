//! People without a telephone or papers: a printed card is what they are known by at a site.

use pramaan_app::Refusal;
use pramaan_app::appointment::Seat;
use pramaan_app::card::{CARD_TRIES, PrintedCard, Shown};
use pramaan_app::district::Need;
use pramaan_app::encounter::{DocumentState, Evidence, WITHOUT_EVIDENCE_A_DAY};
use pramaan_app::message::Language;
use pramaan_app::otp::OtpDigest;
use pramaan_app::session::{SessionPlan, SlotPlan};
use pramaan_app::walk_in::{
    Bound, DeskMobile, Facilitator, PEOPLE_A_FACILITATOR, Undocumented, WalkInSeat, WithoutDocument,
};
use pramaan_app::{Comorbidity, StaffRole};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::card::CardCode;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::gender::Gender;
use pramaan_domain::id::SessionId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::staff::{Reason, StaffCode};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

/// A session of today with seats for walk-ins.
pub(crate) async fn walk_in_session(site: &Site) -> SessionId {
    let plan = SessionPlan {
        id: None,
        centre: centre(1),
        day: site.app.app.today(),
        vaccine: Vaccine::Covishield,
        ages: AgeBand::new(18, None).unwrap(),
        slots: vec![SlotPlan {
            slot: Slot::parse(SLOT).unwrap(),
            seats: vec![
                (DoseNumber::First, Quota::WalkIn, 10),
                (DoseNumber::Second, Quota::WalkIn, 10),
            ],
        }],
    };
    site.app.app.add_sessions(vec![plan]).await.unwrap()[0]
}

pub(crate) fn undocumented(site: &Site, name: &str, facilitator: &str) -> Undocumented {
    Undocumented {
        form: format!("the form of {name}"),
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::parse("1950", site.app.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
        without: WithoutDocument {
            reason: Reason::parse("lives on the street, has no papers").unwrap(),
            facilitator: Facilitator {
                name: PersonName::parse("Ramesh Kumar").unwrap(),
                document: (DocumentType::VoterId, DocumentNumber::parse(facilitator).unwrap()),
            },
        },
    }
}

pub(crate) fn shown(card: &PrintedCard) -> Shown {
    Shown::Card {
        reference_id: card.reference_id,
        code: card.code.clone(),
    }
}

/// The card with another code.
fn forged(card: &PrintedCard) -> Shown {
    let code: u32 = card.code.as_str().parse().unwrap();
    Shown::Card {
        reference_id: card.reference_id,
        code: format!("{:08}", (code + 1) % 100_000_000)
            .parse::<CardCode>()
            .unwrap(),
    }
}

/// Somebody without telephone and papers, and their card.
pub(crate) async fn card_holder(site: &Site, name: &str) -> PrintedCard {
    let typed = undocumented(site, name, "VOTER12345");
    let registered = site
        .app
        .app
        .register_walk_in(&site.staff, typed, None)
        .await
        .unwrap();
    assert_eq!(registered.mobile, Bound::ToPaper);
    registered.card.unwrap()
}

pub(crate) async fn seated(
    site: &Site,
    session: SessionId,
    (shown, dose): (Shown, i64),
) -> Result<pramaan_app::walk_in::Seated, Refusal> {
    let wanted = WalkInSeat {
        seat: Seat {
            session,
            slot: SLOT.to_owned(),
        },
        dose,
        shown,
        idempotency_key: None,
        language: Language::English,
    };
    site.app.app.seat_walk_in(&site.staff, wanted, "test").await
}

#[store_test]
async fn a_person_without_phone_or_paper_is_vaccinated_by_card_and_the_certificate_says_so(db: TestDb) {
    let site = Site::open(db).await;
    let (app, session) = (&site.app.app, walk_in_session(&site).await);
    let card = card_holder(&site, "Sita Bai").await;
    seated(&site, session, (shown(&card), 1)).await.unwrap();
    let evidence = Evidence::from_slip(&card.token().unwrap().to_string()).unwrap();
    assert!(
        matches!(evidence, Evidence::Card { .. }),
        "the QR code of the card"
    );
    let open = site.begin(evidence).await.unwrap();
    assert_eq!(open.person.document_state, DocumentState::NoDocument);
    assert_eq!(
        (
            open.person.document_type,
            open.person.document_last_four.as_deref()
        ),
        (None, Some(""))
    );
    app.record_dose(&site.staff, open.key, site.dose(), "test")
        .await
        .unwrap();
    let printed = app
        .certificate_at_desk(&site.staff, shown(&card), "test")
        .await
        .unwrap();
    assert!(
        printed.json().contains("No identity document shown"),
        "{}",
        printed.json()
    );
    // The second dose: by card alone.
    site.app.clock.advance_seconds(90 * 86_400);
    let nurse = nurse(&site.app, "MH-0002", 1).await;
    let site = Site { staff: nurse, ..site };
    let session = walk_in_session(&site).await;
    seated(&site, session, (shown(&card), 2)).await.unwrap();
    let again = Evidence::Card {
        reference_id: card.reference_id,
        code: card.code.clone(),
    };
    let open = site.begin(again).await.unwrap();
    assert_eq!((open.dose, open.doses.len()), (DoseNumber::Second, 1));
    let admin = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    let matters = site.app.app.matters(&admin).await.unwrap();
    assert_eq!(matters, [], "a card is evidence: nobody has to account for it");
}

#[store_test]
async fn five_wrong_codes_of_a_card_are_counted_for_good_and_tomorrow_it_opens_again(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = card_holder(&site, "Sita Bai").await;
    for _ in 0..CARD_TRIES {
        let wrong = app.make_card(&site.staff, forged(&card), "test").await;
        assert!(matches!(wrong, Err(Refusal::WrongCard)), "{wrong:?}");
    }
    let spent = app.make_card(&site.staff, shown(&card), "test").await;
    assert!(
        matches!(spent, Err(Refusal::CardSpent)),
        "the right one, too: {spent:?}"
    );
    // Of a reference id that names nobody it is told alike.
    let nobody = || PrintedCard {
        reference_id: pramaan_domain::reference_id::ReferenceId::parse("31415926535897").unwrap(),
        code: card.code.clone(),
    };
    for _ in 0..CARD_TRIES {
        let wrong = app.make_card(&site.staff, shown(&nobody()), "test").await;
        assert!(matches!(wrong, Err(Refusal::WrongCard)), "{wrong:?}");
    }
    let spent = app.make_card(&site.staff, shown(&nobody()), "test").await;
    assert!(matches!(spent, Err(Refusal::CardSpent)), "{spent:?}");
    site.app.clock.advance_seconds(86_400);
    let nurse = nurse(&site.app, "MH-0002", 1).await;
    app.make_card(&nurse, shown(&card), "test").await.unwrap();
}

#[store_test]
async fn a_new_card_ends_the_old_one_and_an_ended_one_opens_nothing(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let old = card_holder(&site, "Sita Bai").await;
    let new = app.make_card(&site.staff, shown(&old), "test").await.unwrap();
    assert_ne!(old.code, new.code);
    let gone = app.end_card(&site.staff, shown(&old), "test").await;
    assert!(matches!(gone, Err(Refusal::WrongCard)), "{gone:?}");
    app.end_card(&site.staff, shown(&new), "test").await.unwrap();
    let gone = app.end_card(&site.staff, shown(&new), "test").await;
    assert!(matches!(gone, Err(Refusal::WrongCard)), "{gone:?}");
    // Somebody with papers gets one by the document, and who can write the database revives none.
    let by_document = |document: &str| Shown::Document {
        reference_id: site.id,
        document: (DocumentType::Passport, DocumentNumber::parse(document).unwrap()),
    };
    let wrong = app.make_card(&site.staff, by_document("Z9999999"), "test").await;
    assert!(matches!(wrong, Err(Refusal::NoMatch)), "{wrong:?}");
    let card = app
        .make_card(&site.staff, by_document(DOCUMENT), "test")
        .await
        .unwrap();
    execute(&site.app, "update card set number = number + 1", Vec::new()).await;
    let moved = app.end_card(&site.staff, shown(&card), "test").await;
    assert!(
        matches!(moved, Err(Refusal::WrongCard)),
        "bound by a MAC: {moved:?}"
    );
}

/// The code was in that answer alone: the old card gets another one from the same hand, as long as the lost one is the last.
#[store_test]
async fn a_new_card_whose_answer_was_lost_is_made_again_for_the_old_one_within_the_hour(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let old = card_holder(&site, "Sita Bai").await;
    let lost = app.make_card(&site.staff, shown(&old), "test").await.unwrap();
    let card = app.make_card(&site.staff, shown(&old), "test").await.unwrap();
    let gone = app.end_card(&site.staff, shown(&lost), "test").await;
    assert!(matches!(gone, Err(Refusal::WrongCard)), "{gone:?}");
    // The next card, by the one that arrived after all: the oldest is over for good.
    let next = app.make_card(&site.staff, shown(&card), "test").await.unwrap();
    let refused = app.make_card(&site.staff, shown(&old), "test").await;
    assert!(matches!(refused, Err(Refusal::WrongCard)), "{refused:?}");
    site.app.clock.advance_seconds(3_601);
    let late = app.make_card(&site.staff, shown(&card), "test").await;
    assert!(matches!(late, Err(Refusal::WrongCard)), "an hour later: {late:?}");
    app.end_card(&site.staff, shown(&next), "test").await.unwrap();
    let revived = app.make_card(&site.staff, shown(&next), "test").await;
    assert!(matches!(revived, Err(Refusal::WrongCard)), "{revived:?}");
    let others = card_holder(&site, "Gita Bai").await;
    app.make_card(&site.staff, shown(&others), "test").await.unwrap();
    let colleague = nurse(&site.app, "MH-0002", 1).await;
    let refused = app.make_card(&colleague, shown(&others), "test").await;
    assert!(matches!(refused, Err(Refusal::WrongCard)), "{refused:?}");
}

/// Each card that is made again is a right card like any other: nobody makes them without end.
#[store_test]
async fn a_card_made_again_is_one_of_four_hundred_a_day(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let old = card_holder(&site, "Sita Bai").await;
    let again = || app.make_card(&site.staff, shown(&old), "test");
    again().await.unwrap();
    again().await.unwrap();
    let counted = site
        .count("evidence_count where kind = 'card_service' and n = 2")
        .await;
    assert_eq!(counted, 1);
    let full = "update evidence_count set n = 400 where kind = 'card_service'";
    execute(&site.app, full, Vec::new()).await;
    let made = site.count("card").await;
    let refused = again().await;
    assert!(matches!(refused, Err(Refusal::OverBudget { .. })), "{refused:?}");
    assert_eq!(site.count("card").await, made);
}

/// A try stands for somebody who was opened without evidence, not for somebody who cannot be.
#[store_test]
async fn who_cannot_be_told_uses_up_no_try_without_evidence(db: TestDb) {
    let site = Site::open(db).await;
    let (place, session) = (site.place().await, walk_in_session(&site).await);
    let card = card_holder(&site, "Sita Bai").await;
    let seated = seated(&site, session, (shown(&card), 1)).await.unwrap();
    for _ in 0..=WITHOUT_EVIDENCE_A_DAY {
        let refused = site
            .begin(Evidence::None {
                place: seated.place,
                reason: reason(),
            })
            .await;
        assert!(matches!(refused, Err(Refusal::NoMobile)), "{refused:?}");
    }
    let with_phone = Evidence::None {
        place,
        reason: reason(),
    };
    site.begin(with_phone).await.unwrap();
}

/// Who comes for the second dose is seated, however many certificates the desk has printed that day.
#[store_test]
async fn prints_and_cards_by_document_take_nothing_from_the_seats_of_the_desk(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let by_document = || Shown::Document {
        reference_id: site.id,
        document: (DocumentType::Passport, DocumentNumber::parse(DOCUMENT).unwrap()),
    };
    for _ in 0..3 {
        app.access_list_at_desk(&site.staff, by_document(), "test")
            .await
            .unwrap();
    }
    let counted = "evidence_count where kind = 'walk_in_seat' and n > 0";
    assert_eq!(site.count(counted).await, 0, "a print takes no seat");
    let prints = "evidence_count where kind = 'document_service' and n = 3";
    assert_eq!(site.count(prints).await, 1);
}

#[store_test]
async fn a_paper_shown_later_is_added_by_card_and_opens_the_record_from_then_on(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let card = card_holder(&site, "Sita Bai").await;
    let document = (
        DocumentType::RationCard,
        DocumentNumber::parse("RC55501").unwrap(),
    );
    let added = app
        .add_document(&site.staff, shown(&card), document.clone(), "test")
        .await;
    assert_eq!(added.unwrap(), DocumentState::Sole);
    let twice = app
        .add_document(&site.staff, shown(&card), document.clone(), "test")
        .await;
    assert!(matches!(twice, Err(Refusal::HasDocument)), "{twice:?}");
    let by_document = Shown::Document {
        reference_id: card.reference_id,
        document,
    };
    app.make_card(&site.staff, by_document, "test").await.unwrap();
}

#[store_test]
async fn the_same_form_sent_twice_makes_one_person_and_a_card_that_opens(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let before = site.count("person").await;
    let first = card_holder(&site, "Sita Bai").await;
    let second = card_holder(&site, "Sita Bai").await;
    assert_eq!(first.reference_id, second.reference_id);
    assert_eq!(site.count("person").await, before + 1);
    app.end_card(&site.staff, shown(&second), "test").await.unwrap();
    // An hour later it is somebody's, and not made anew for who types the form again.
    site.app.clock.advance_seconds(3_601);
    let typed = undocumented(&site, "Sita Bai", "VOTER12345");
    let late = app.register_walk_in(&site.staff, typed, None).await.unwrap();
    assert_eq!((late.reference_id, late.card), (first.reference_id, None));
}

/// A facilitator brings people of one name and year, and one reason fits them all.
#[store_test]
async fn two_people_without_paper_and_with_the_same_particulars_are_two_and_both_cards_open(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let before = site.count("person").await;
    let mut cards = Vec::new();
    for form in ["one form", "another form"] {
        let typed = Undocumented {
            form: form.to_owned(),
            ..undocumented(&site, "Ramesh Kumar", "VOTER12345")
        };
        let registered = app.register_walk_in(&site.staff, typed, None).await.unwrap();
        cards.push(registered.card.unwrap());
    }
    assert_ne!(cards[0].reference_id, cards[1].reference_id);
    assert_eq!(site.count("person").await, before + 2);
    for card in cards {
        app.access_list_at_desk(&site.staff, shown(&card), "test")
            .await
            .unwrap();
    }
}

#[store_test]
async fn a_facilitator_of_many_without_paper_is_shown_to_the_district_and_never_refused(db: TestDb) {
    let site = Site::open(db).await;
    let app = &site.app.app;
    let admin = site.app.staff(StaffRole::DistrictAdmin, 0, 395);
    let line = Need::Facilitators { count: 1 };
    for number in 1..=PEOPLE_A_FACILITATOR {
        assert_eq!(app.facilitators_to_review(&admin).await.unwrap(), []);
        assert!(!app.morning(&admin).await.unwrap().needs.contains(&line));
        let name = format!(
            "Person {}",
            ["A", "B", "C", "D"][number as usize % 4].repeat(number as usize)
        );
        card_holder(&site, &name).await;
    }
    let [one] = app.facilitators_to_review(&admin).await.unwrap()[..] else {
        panic!("one facilitator to look at");
    };
    assert_eq!((one.centre, one.people), (1, PEOPLE_A_FACILITATOR));
    assert!(app.morning(&admin).await.unwrap().needs.contains(&line));
    assert_eq!(card_holder(&site, "One More").await.code.as_str().len(), 8);
    let other = site.app.staff(StaffRole::DistrictAdmin, 0, 571);
    assert_eq!(app.facilitators_to_review(&other).await.unwrap(), []);
    let nurse = app.facilitators_to_review(&site.staff).await;
    assert!(matches!(nurse, Err(Refusal::Forbidden)));
}

async fn proof(site: &Site, mobile: &str) -> DeskMobile {
    let number = Mobile::parse(mobile).unwrap();
    let sent = site
        .app
        .app
        .send_desk_code(&site.staff, number, Language::English)
        .await;
    DeskMobile {
        txn: sent.unwrap(),
        otp: OtpDigest::of(&site.app.code(mobile)),
    }
}

#[store_test]
async fn a_mobile_of_staff_and_one_of_six_people_are_refused_alike_and_a_card_is_made_instead(db: TestDb) {
    const OF_STAFF: &str = "9876543219";
    const OF_SIX: &str = "9876543218";
    let site = Site::open(db).await;
    let app = &site.app.app;
    let code = StaffCode::parse(site.staff.code()).unwrap();
    let number = Mobile::parse(OF_STAFF).unwrap();
    app.note_staff_mobile(&site.staff, code.clone(), number.clone())
        .await
        .unwrap();
    let stranger = nurse(&site.app, "MH-0002", 2).await;
    let refused = app.note_staff_mobile(&stranger, code, number).await;
    assert!(matches!(refused, Err(Refusal::Forbidden)));
    let family = site.app.citizen(OF_SIX).await;
    for member in 0..6 {
        register(&site.app, &family, &format!("F{member}234567")).await;
    }
    let before = site.count("person").await;
    let mut said = Vec::new();
    for mobile in [OF_STAFF, OF_SIX] {
        let typed = registration(app.today(), "W1234567");
        let refused = app
            .register_walk_in(&site.staff, typed, Some(proof(&site, mobile).await))
            .await;
        said.push(format!("{refused:?}"));
    }
    assert_eq!(said, ["Err(MobileNotHere)", "Err(MobileNotHere)"]);
    assert_eq!(site.count("person").await, before);
    let typed = registration(app.today(), "W1234567");
    let with_card = app.register_walk_in(&site.staff, typed, None).await.unwrap();
    assert!(with_card.card.is_some());
}
