//! Doses that a phone kept offline and sent later: each once, whatever became of the line, the clock and the roster; and those of
//! people without an appointment, who are registered when their dose is.

use pramaan_app::card::Shown;
use pramaan_app::encounter::Evidence;
use pramaan_app::held_dose::{
    Held, HeldDocument, HeldDose, HeldFor, HeldSlip, HeldState, RequestId, Source, Trouble, TypedOn, Vouched,
    WalkIn,
};
use pramaan_app::roster::AppointmentState;
use pramaan_app::{Refusal, StaffRole};
use pramaan_domain::access::Basis;
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::Value;
use pramaan_store::dose::Entered;
use pramaan_store::testing::{TestDb, store_test};

use crate::support::*;

const DAY: i64 = 86_400;

pub(crate) fn phone(name: u8) -> TypedOn {
    TypedOn::Phone {
        request: RequestId::from_bytes([name; 16]),
        clock_off: 0,
    }
}

pub(crate) fn new_person(site: &Site, name: &str, document: HeldDocument) -> HeldFor {
    HeldFor::New(Box::new(WalkIn {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::parse("1971", site.app.app.today()).unwrap(),
        gender: Gender::Female,
        document,
        consent_version: "1".to_owned(),
        said_at: site.app.clock.now(),
        guardian: None,
    }))
}

fn passport(number: &str) -> HeldDocument {
    HeldDocument::Shown(DocumentType::Passport, DocumentNumber::parse(number).unwrap())
}

impl Site {
    async fn send(&self, dose: &HeldDose, on: TypedOn) -> Held {
        self.app.app.hold(&self.staff, dose.clone(), on).await.unwrap()
    }

    async fn walk_in(&self, name: &str, document: HeldDocument) -> HeldDose {
        HeldDose {
            who: new_person(self, name, document),
            reason: None,
            ..self.to_hold().await
        }
    }
}

#[store_test]
async fn an_offline_dose_sent_again_is_the_same_even_after_it_was_recorded(db: TestDb) {
    let site = Site::open(db).await;
    let dose = HeldDose {
        reason: None,
        ..site.to_hold().await
    };
    let first = site.send(&dose, phone(1)).await;
    assert_eq!((first.number, first.late, first.vouched), (1, 0, Vouched::Enough));
    // With another time, as when the phone's clock was set between two tries.
    let moved = HeldDose {
        given_at: dose.given_at.plus_seconds(-60),
        ..dose.clone()
    };
    assert_eq!(site.send(&moved, phone(1)).await, first);
    assert_eq!(site.settle().await, 1);
    site.app.clock.advance_seconds(30 * DAY);
    site.app.app.retain().await.unwrap();
    let again = site
        .send(
            &HeldDose {
                given_at: site.app.clock.now(),
                ..dose
            },
            phone(1),
        )
        .await;
    assert_eq!(
        (again.day, again.number),
        (first.day, first.number),
        "thirty days later, off the roster"
    );
    assert_eq!((site.count("held_dose").await, site.count("dose").await), (1, 1));
    assert_eq!(
        site.doses().await[0].facts.entered,
        Entered::Held {
            at: Timestamp::from_seconds(1_795_321_800)
        }
    );
}

#[store_test]
async fn an_offline_dose_three_days_late_is_recorded_as_of_its_day_and_flagged(db: TestDb) {
    let site = Site::open(db).await;
    let dose = HeldDose {
        reason: None,
        ..site.to_hold().await
    };
    let given_at = dose.given_at;
    site.app.clock.advance_seconds(3 * DAY);
    let held = site.send(&dose, phone(1)).await;
    assert_eq!(
        (held.day, held.late, held.vouched),
        (given_at.date(), 3, Vouched::Enough)
    );
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    let listed = site.app.app.held_doses(&manager).await.unwrap().newest;
    assert_eq!((listed[0].late, listed[0].source), (3, Source::Phone));
    assert_eq!(site.settle().await, 1);
    let given = site.doses().await;
    assert_eq!(given[0].facts.given_at, given_at);
}

#[store_test]
async fn an_offline_dose_of_tomorrow_or_of_long_ago_is_refused_with_its_field(db: TestDb) {
    let site = Site::open(db).await;
    let dose = site.to_hold().await;
    let now = site.app.clock.now();
    for given_at in [now.plus_seconds(60), now.plus_seconds(-15 * DAY)] {
        let dose = HeldDose {
            given_at,
            ..dose.clone()
        };
        let refused = site.app.app.hold(&site.staff, dose, phone(1)).await;
        assert!(
            matches!(
                refused,
                Err(Refusal::Invalid {
                    field: "given_at",
                    ..
                })
            ),
            "{refused:?}"
        );
    }
    let yesterday = HeldDose {
        given_at: now.plus_seconds(-DAY),
        ..dose
    };
    let refused = site.app.app.hold(&site.staff, yesterday, phone(1)).await;
    assert!(
        matches!(refused, Err(Refusal::OffRoster)),
        "she was not at work on that day: {refused:?}"
    );
    assert_eq!(site.count("held_dose").await, 0);
}

#[store_test]
async fn an_offline_clock_that_was_wrong_is_kept_with_the_dose(db: TestDb) {
    let site = Site::open(db).await;
    let on = TypedOn::Phone {
        request: RequestId::from_bytes([7; 16]),
        clock_off: 7_200,
    };
    site.send(&site.to_hold().await, on).await;
    assert_eq!(site.held().await[0].clock_off, 7_200);
    let forged = "update held_dose set clock_off = 0";
    execute(&site.app, forged, Vec::new()).await;
    assert_eq!(site.settle().await, 0);
    assert_eq!(
        site.state().await,
        HeldState::NeedsAttention(Trouble::Unreadable),
        "as it was sealed"
    );
}

#[store_test]
async fn a_held_walk_in_is_registered_and_recorded_once_when_the_log_is_back(db: TestDb) {
    let site = Site::open(db).await;
    let dose = HeldDose {
        reason: Some(reason()),
        ..site.walk_in("Sita Bai", passport("P5550001")).await
    };
    site.app.break_log().await;
    let held = site.send(&dose, TypedOn::Form).await;
    assert_eq!(
        site.send(&dose, TypedOn::Form).await,
        held,
        "the same again is the same"
    );
    let people = site.count("person").await;
    assert!(
        site.app.app.settle_held_doses().await.is_err(),
        "no entry, no record"
    );
    site.app.mend_log().await;
    site.app.clock.advance_seconds(31);
    let other = site.app.second_node();
    let (one, two) = tokio::join!(site.app.app.settle_held_doses(), other.settle_held_doses());
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    assert_eq!(site.count("person").await, people + 1);
    for table in ["dose", "certificate"] {
        assert_eq!(site.count(table).await, 1, "{table}");
    }
    let visitors = site.app.app.roster_today(&site.staff).await.unwrap();
    let vaccinated = visitors
        .iter()
        .filter(|one| one.state == AppointmentState::Vaccinated);
    assert_eq!((visitors.len(), vaccinated.count()), (2, 1));
    let over = "select count(*) from seat where taken > capacity";
    let over = site.app.db.read("test::over", move |tx| {
        Box::pin(async move { tx.query_one(over, &[]).await?.int(0) })
    });
    let over: Result<i64, pramaan_store::StoreError> = over.await;
    assert_eq!(
        over.unwrap(),
        0,
        "no seat was left for walk-ins, and none was made up"
    );
}

/// As at the desk: whether somebody registered the document before is not told by who is refused. They are registered, and the
/// dose waits for the document in hand, as every disputed one does.
#[store_test]
async fn a_held_walk_in_with_a_known_document_is_registered_and_waits_for_the_document_in_hand(db: TestDb) {
    let site = Site::open(db).await;
    let citizen = site.app.citizen("9876543211").await;
    register(&site.app, &citizen, "P9990001").await;
    let people = site.count("person").await;
    let dose = site.walk_in("Asha Devi", passport("P9990001")).await;
    site.send(&dose, TypedOn::Paper { given_by: None }).await;
    assert_eq!(site.settle().await, 0);
    assert_eq!(
        site.count("person").await,
        people + 1,
        "as with a document that nobody has"
    );
    assert_eq!(
        site.state().await,
        HeldState::NeedsAttention(Trouble::DocumentAtSite)
    );

    let in_hand = (DocumentType::Passport, DocumentNumber::parse("P9990001").unwrap());
    let evidence = Evidence::Document {
        kind: in_hand.0,
        number: in_hand.1.clone(),
    };
    let key = site.begin(evidence).await.unwrap().key;
    let settled = site
        .app
        .app
        .settle_document(&site.staff, key, in_hand, "test")
        .await;
    settled.unwrap();
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    let today = site.app.app.today();
    site.app.app.retry_held_dose(&manager, today, 1).await.unwrap();
    assert_eq!(site.settle().await, 1, "and is recorded when it was seen");
    assert_eq!(
        site.count("person").await,
        people + 1,
        "nobody is registered twice"
    );
}

/// H-17 is all that they were told.
#[store_test]
async fn a_held_walk_in_gets_a_card_by_the_number_and_the_document_in_hand(db: TestDb) {
    let site = Site::open(db).await;
    let dose = site.walk_in("Sita Bai", passport("P5550001")).await;
    let held = site.send(&dose, phone(1)).await;
    assert_eq!(site.settle().await, 1);
    let other = site.somebody_else("9876543213", "W7654321").await.1;
    let other = site.send(&other, phone(2)).await;
    assert_eq!(site.settle().await, 1);
    let slip = |number: i64, document: &str| HeldSlip {
        day: held.day,
        number,
        document: (DocumentType::Passport, DocumentNumber::parse(document).unwrap()),
    };
    let app = &site.app.app;
    for (number, document) in [
        (held.number, "P5550002"),
        (other.number, "P5550001"),
        (other.number, "W7654321"),
        (99, "P5550001"),
    ] {
        let refused = app
            .card_of_held_dose(&site.staff, slip(number, document), "test")
            .await;
        assert!(
            matches!(refused, Err(Refusal::NoMatch)),
            "{number} {document}: {refused:?}"
        );
    }
    let elsewhere = nurse(&site.app, "MH-0009", 2).await;
    let refused = app
        .card_of_held_dose(&elsewhere, slip(held.number, "P5550001"), "test")
        .await;
    assert!(matches!(refused, Err(Refusal::NoMatch)), "{refused:?}");

    let card = app
        .card_of_held_dose(&site.staff, slip(held.number, "P5550001"), "test")
        .await
        .unwrap();
    let shown = || Shown::Card {
        reference_id: card.reference_id,
        code: card.code.clone(),
    };
    app.certificate_at_desk(&site.staff, shown(), "test")
        .await
        .unwrap();
    let list = app
        .access_list_at_desk(&site.staff, shown(), "test")
        .await
        .unwrap();
    let told = [(site.staff.code(), Basis::SiteEvidence, None)];
    assert_eq!(contact_changes(&list), told, "who made the card");
    let registered = list.registered.map(|at| (at.at.centre, at.staff));
    assert_eq!(
        registered,
        Some((1, "MH-0001".to_owned())),
        "their list says who registered them"
    );
}

#[store_test]
async fn held_walk_ins_of_one_member_of_staff_have_a_day_s_budget_of_their_own(db: TestDb) {
    let site = Site::open(db).await;
    let dose = site.walk_in("Sita Bai", passport("P5550001")).await;
    site.send(&dose, phone(1)).await;
    let spent = "update evidence_count set n = 100 where kind = 'held_walk_in'";
    execute(&site.app, spent, Vec::new()).await;
    let other = site.walk_in("Rama Bai", passport("P5550002")).await;
    let over = site.app.app.hold(&site.staff, other, phone(2)).await;
    assert!(matches!(over, Err(Refusal::OverBudget { .. })), "{over:?}");
    site.send(&dose, phone(1)).await;
    site.send(&site.to_hold().await, phone(3)).await;
    assert_eq!(site.count("held_dose").await, 2, "a slip asks about no document");
}

#[store_test]
async fn a_held_walk_in_without_a_document_or_a_session_needs_attention_and_is_not_lost(db: TestDb) {
    let site = Site::open(db).await;
    let people = site.count("person").await;
    let dose = site.walk_in("Rama Rao", HeldDocument::None(reason())).await;
    site.send(&dose, TypedOn::Paper { given_by: None }).await;
    assert_eq!(site.settle().await, 0);
    assert_eq!(site.state().await, HeldState::NeedsAttention(Trouble::NoDocument));
    assert_eq!(site.count("person").await, people);
    execute(&site.app, "update session set state = 'cancelled'", Vec::new()).await;
    let dose = site.walk_in("Sita Bai", passport("P5550002")).await;
    site.send(&dose, phone(1)).await;
    assert_eq!(site.settle().await, 0);
    assert_eq!(site.state().await, HeldState::NeedsAttention(Trouble::NoSession));
    assert_eq!(site.count("person").await, people, "nobody is half registered");
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    execute(&site.app, "update session set state = 'published'", Vec::new()).await;
    let today = site.app.app.today();
    site.app.app.retry_held_dose(&manager, today, 2).await.unwrap();
    assert_eq!(site.settle().await, 1, "and is recorded once there is a session");
}

/// A held dose keeps its person's document by the index of that day, and the key may change before there is a line again.
#[store_test]
async fn a_held_walk_ins_document_is_found_after_an_index_rekey(db: TestDb) {
    let mut site = Site::open(db).await;
    for (name, number, request) in [("Asha Devi", DOCUMENT, 1), ("Sita Bai", "P5550003", 2)] {
        let dose = site.walk_in(name, passport(number)).await;
        site.send(&dose, phone(request)).await;
    }
    site.app = site.app.with_next_index_key();
    let people = site.count("person").await;

    assert_eq!(
        site.settle().await,
        1,
        "not moved yet, and the known one found: it waits"
    );

    let states: Vec<_> = site.held().await.into_iter().map(|held| held.state).collect();
    assert!(
        states.contains(&HeldState::NeedsAttention(Trouble::DocumentAtSite)),
        "{states:?}"
    );
    assert!(states.contains(&HeldState::Recorded), "{states:?}");
    assert_eq!(site.count("person").await, people + 2);
    while crate::member::moved(&site.app, 1).await > 0 {}
    assert_eq!(site.count("document_index where key_epoch < 2").await, 0);
    crate::member::leaves_for(&site, "P5550003", "9811111111").await;
    let own = crate::member::login(&site.app, "9811111111").await;
    assert_eq!(site.app.app.sighted(&own).await.unwrap().len(), 1);
}

#[store_test]
async fn held_walk_ins_are_as_long_as_everything_else(db: TestDb) {
    let site = Site::open(db).await;
    site.send(&site.to_hold().await, phone(1)).await;
    let long = site.walk_in(&"Lakshmi ".repeat(8), passport("P5550003")).await;
    site.send(&long, phone(2)).await;
    let none = HeldDose {
        vaccine: Vaccine::Covaxin,
        reason: Some(pramaan_domain::staff::Reason::parse(&"न".repeat(300)).unwrap()),
        ..site
            .walk_in(
                "Om",
                HeldDocument::None(pramaan_domain::staff::Reason::parse(&"न".repeat(300)).unwrap()),
            )
            .await
    };
    site.send(&none, phone(3)).await;
    let long = PersonName::parse(&"न".repeat(100)).unwrap();
    let minor = HeldFor::New(Box::new(WalkIn {
        name: long.clone(),
        birth_year: BirthYear::parse("2011", site.app.app.today()).unwrap(),
        gender: Gender::Female,
        document: HeldDocument::None(pramaan_domain::staff::Reason::parse(&"न".repeat(300)).unwrap()),
        consent_version: "1".to_owned(),
        said_at: site.app.clock.now(),
        guardian: Some(long),
    }));
    site.send(&HeldDose { who: minor, ..none }, phone(4)).await;
    let lengths = site.app.db.read("test::lengths", move |tx| {
        Box::pin(async move {
            tx.query_one("select count(distinct length(sealed)) from held_dose", &[])
                .await?
                .int(0)
        })
    });
    let lengths: Result<i64, pramaan_store::StoreError> = lengths.await;
    assert_eq!(lengths.unwrap(), 1, "lengths tell nothing");
}

/// Keys that do not unwrap: while entries are taken for others, it is not tried for ever.
#[store_test]
async fn a_held_dose_that_keeps_failing_comes_to_attention(db: TestDb) {
    let site = Site::open(db).await;
    site.hold(site.to_hold().await).await;
    let (household, _) = site.app.member(&site.citizen).await;
    let spoil = "update person_key set tags = $2 where household = $1 and household <> subject";
    let row: Vec<Value> = vec![household.into(), vec![1_u8; 7].into()];
    execute(&site.app, spoil, row).await;
    for tried in 1..50 {
        let _fails = site.app.app.settle_held_doses().await;
        assert_eq!(site.state().await, HeldState::Waiting, "{tried}");
        site.app.clock.advance_seconds(601);
    }
    let _fails = site.app.app.settle_held_doses().await;
    assert_eq!(
        site.app
            .app
            .held_doses(&site.app.staff(StaffRole::SiteManager, 1, 395))
            .await
            .unwrap()
            .newest[0]
            .state,
        HeldState::NeedsAttention(Trouble::KeepsFailing)
    );
    let manager = site.app.staff(StaffRole::SiteManager, 1, 395);
    let day = site.held().await[0].day;
    site.app
        .app
        .dismiss_held_dose(&manager, (day, 1), reason())
        .await
        .unwrap();
}
