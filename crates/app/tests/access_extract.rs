//! The extract that a person takes home: made from the published log, and checked as a stranger would.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use pramaan_app::access_extract::{AT_ONCE, AccessExtract, ExtractMonths, FRESH_SECONDS, Missing};
use pramaan_app::access_receipt::AccessReceipt;
use pramaan_app::beneficiary::Registration;
use pramaan_app::testing::TestApp;
use pramaan_app::view_key::ViewKeyRenewal;
use pramaan_app::{Citizen, Comorbidity, Face, Refusal};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_tlog::extract::{Extract, Trusted, Verified, ViewKey};
use pramaan_tlog::leaf::{AccessKind, Day};
use pramaan_tlog::policy::Policy;
use pramaan_tlog::{Leaf, ProofFile, SubjectTag, Verifier, leaf_hash, subject_tag};

const MOBILE: &str = "9876543210";
const DAY: i64 = 86_400;
const REQUEST: &str = "POST /household/{place}/access/extract";

async fn phone(test: &TestApp) -> Citizen {
    test.citizen_through(MOBILE, Face::Pages).await
}

fn somebody(test: &TestApp) -> Registration {
    Registration {
        name: PersonName::parse("Asha Devi").unwrap(),
        birth_year: BirthYear::parse("1980", test.app.today()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::from_id(8).unwrap(),
        document_number: DocumentNumber::parse("Z1234567").unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    }
}

async fn registered(test: &TestApp) {
    test.app
        .register(&phone(test).await, somebody(test))
        .await
        .unwrap();
    look(test).await;
}

/// An entry.
async fn look(test: &TestApp) {
    test.app.beneficiaries(&phone(test).await, "test").await.unwrap();
}

async fn day(test: &TestApp) {
    test.clock.advance_seconds(DAY);
    test.app.root_days().await.unwrap();
}

async fn extract(test: &TestApp) -> Result<AccessExtract, Refusal> {
    let months = ExtractMonths::ago(11, 0, test.app.today()).unwrap();
    test.app
        .access_extract(&phone(test).await, 1, months, REQUEST)
        .await
}

fn read(made: AccessExtract) -> Extract {
    let AccessExtract::Made(file) = made else {
        panic!("{made:?}")
    };
    Extract::parse(&file).unwrap()
}

fn key(test: &TestApp) -> Verifier {
    Verifier::parse(&test.app.log_key().unwrap()).unwrap()
}

fn checked(test: &TestApp, made: AccessExtract) -> Verified {
    let trusted = Trusted {
        key: Some(key(test)),
        checkpoint: None,
    };
    read(made).verify(&trusted).unwrap()
}

#[store_test]
async fn an_extract_of_the_published_log_holds_and_says_on_which_days_nobody_looked(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    assert_eq!(extract(&test).await.unwrap(), AccessExtract::NothingPublished);
    look(&test).await;
    for _ in 0..4 {
        day(&test).await;
    }
    look(&test).await;
    test.app.publish_log().await.unwrap();
    let verified = checked(&test, extract(&test).await.unwrap());
    assert_eq!((verified.complete.len(), verified.open.len()), (4, 1));
    let first = verified.complete[0];
    let own: Vec<_> = verified.entries.iter().map(|entry| entry.day == first).collect();
    assert!(
        own.len() >= 4 && own.contains(&true) && own.contains(&false),
        "{own:?}"
    );
    assert_eq!(verified.quiet().len(), 1, "three days in a row");
    let taken = verified
        .entries
        .iter()
        .find(|entry| entry.detail.request == REQUEST)
        .unwrap();
    assert_eq!(taken.fields, ["access_list", "view_key"]);
    assert_eq!(taken.detail.purpose, "own_access_list");

    // The extract of a moment ago is an entry of the next, once that is published.
    test.app.publish_log().await.unwrap();
    let next = checked(&test, extract(&test).await.unwrap());
    assert_eq!(next.entries.len(), verified.entries.len() + 1);
}

#[store_test]
async fn an_old_login_takes_nothing_and_writes_nothing(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    test.app.publish_log().await.unwrap();
    let (citizen, months) = (
        phone(&test).await,
        ExtractMonths::ago(0, 0, test.app.today()).unwrap(),
    );
    assert_eq!(test.app.lacks_for_extract(&citizen, 1).await.unwrap(), None);
    test.clock.advance_seconds(FRESH_SECONDS + 1);
    let before = test.app.publish_log().await.unwrap();
    assert_eq!(
        test.app.lacks_for_extract(&citizen, 1).await.unwrap(),
        Some(Missing::Otp)
    );
    let refused = test
        .app
        .access_extract(&citizen, 1, months, REQUEST)
        .await
        .unwrap();
    assert_eq!(refused, AccessExtract::ProveAgain(Missing::Otp));
    assert_eq!(
        test.app.publish_log().await.unwrap(),
        before,
        "no entry was written"
    );
    let portal = test.citizen(MOBILE).await;
    let refused = test.app.access_extract(&portal, 1, months, REQUEST).await;
    assert!(matches!(refused, Err(Refusal::Unauthenticated)));
}

#[store_test]
async fn an_entry_removed_from_the_database_stops_the_extract(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    look(&test).await;
    day(&test).await;
    test.app.publish_log().await.unwrap();
    checked(&test, extract(&test).await.unwrap());
    test.db
        .write("test::remove", |tx| {
            Box::pin(async move {
                let last = "delete from access_detail where idx = (select min(idx) from access_detail)";
                tx.execute(last, &[]).await.map(drop)
            })
        })
        .await
        .unwrap();
    assert!(matches!(extract(&test).await, Ok(AccessExtract::DoesNotHold(_))));
}

/// Who writes the database deletes the row of the last day that has a root, so that an extract would call the day open.
#[store_test]
async fn an_extract_calls_no_rooted_day_open(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    for _ in 0..2 {
        day(&test).await;
    }
    test.app.publish_log().await.unwrap();
    assert_eq!(checked(&test, extract(&test).await.unwrap()).complete.len(), 2);
    let deleted = test.db.write("test::delete", |tx| {
        Box::pin(async move {
            let last = "delete from access_day where day = (select max(day) from access_day)";
            tx.execute(last, &[]).await.map(drop)
        })
    });
    deleted.await.unwrap();
    assert!(matches!(extract(&test).await, Err(Refusal::Unavailable(_))));

    // A node that was started since learns it from the log.
    let node = test.second_node();
    assert!(node.root_days().await.is_err());
    let months = ExtractMonths::ago(11, 0, node.today()).unwrap();
    let citizen = phone(&test).await;
    let made = node.access_extract(&citizen, 1, months, REQUEST).await;
    assert!(matches!(made, Err(Refusal::Unavailable(_))));
}

/// The tags of all entries about anybody, as everybody reads them.
async fn public_tags(test: &TestApp) -> Vec<(Day, SubjectTag)> {
    let rows = test
        .db
        .read("test::leaves", |tx| {
            Box::pin(async move { tx.query("select leaf from access_leaf order by idx", &[]).await })
        })
        .await
        .unwrap();
    let leaves = rows
        .iter()
        .map(|row| Leaf::from_bytes(row.blob(0).unwrap()).unwrap());
    let tag = |leaf| match leaf {
        Leaf::Access(access) => Some((access.circumstances.hour.day(), access.subject)),
        _ => None,
    };
    leaves.filter_map(tag).collect()
}

/// What somebody with these keys recognises: the days.
async fn recognised(test: &TestApp, keys: &[ViewKey]) -> Vec<u32> {
    let tags = public_tags(test).await;
    let is_theirs = |(day, tag): &(Day, SubjectTag)| {
        keys.iter()
            .any(|key| (0..50).any(|i| subject_tag(&key.key, *day, i) == *tag))
    };
    tags.iter()
        .filter(|one| is_theirs(one))
        .map(|(day, _)| day.number())
        .collect()
}

async fn renew(test: &TestApp) -> ViewKeyRenewal {
    let request = "POST /household/{place}/access/view-key";
    let renewed = test.app.renew_view_key(&phone(test).await, 1, request).await;
    renewed.unwrap()
}

#[store_test]
async fn whoever_has_a_key_from_before_recognises_nothing_after_it_was_made_anew(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    day(&test).await;
    look(&test).await;
    test.app.publish_log().await.unwrap();
    let given_away = read(extract(&test).await.unwrap()).view_keys;
    let today = recognised(&test, &given_away).await.pop().unwrap();

    assert_eq!(
        test.app.view_key_since(&phone(&test).await, 1).await.unwrap(),
        None
    );
    let ViewKeyRenewal::From(from) = renew(&test).await else {
        panic!("not renewed")
    };
    assert_eq!(
        from,
        test.app.today().succ_opt().unwrap(),
        "from the next Indian day on"
    );
    assert_eq!(
        test.app.view_key_since(&phone(&test).await, 1).await.unwrap(),
        Some(from)
    );
    let written = public_tags(&test).await.len();
    assert_eq!(renew(&test).await, ViewKeyRenewal::Before, "once a day");
    assert_eq!(public_tags(&test).await.len(), written, "and that is no entry");
    look(&test).await;
    let before = recognised(&test, &given_away).await;
    assert_eq!(before.last(), Some(&today), "still today");

    day(&test).await;
    look(&test).await;
    for _ in 0..2 {
        day(&test).await;
    }
    look(&test).await;
    assert_eq!(
        recognised(&test, &given_away).await,
        before,
        "nothing new, this month or later"
    );
    test.app.publish_log().await.unwrap();
    let made = read(extract(&test).await.unwrap());
    assert_eq!(
        recognised(&test, &made.view_keys).await.last(),
        Some(&(today + 3))
    );
    let verified = made.verify(&Trusted::default()).unwrap();
    let days: Vec<u32> = verified.complete.iter().map(|day| day.number()).collect();
    assert_eq!(
        days,
        (today - 1..today + 3).collect::<Vec<_>>(),
        "complete across the day"
    );
    let renewal = verified
        .entries
        .iter()
        .find(|entry| entry.kind == AccessKind::ContactChanged);
    let renewal = renewal.unwrap();
    assert_eq!(renewal.detail.purpose, "contact");
    assert_eq!(renewal.detail.request, "POST /household/{place}/access/view-key");
    let origin = key(&test);
    let checked = pramaan_store::access_log::check(&test.db, &test.sealer, origin.name(), |_, _| ());
    assert_eq!(checked.await.unwrap().1, [], "the database and its log agree");
}

#[store_test]
async fn days_of_epochs_cannot_be_changed_by_who_writes_the_database(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    renew(&test).await;
    look(&test).await;
    for sql in [
        "update person_key set tags_since = null where tags_since is not null",
        "update person_key set tags_since = $1 where tags is not null",
    ] {
        test.db
            .write("test::epochs", move |tx| {
                Box::pin(async move {
                    let params = ["20000".into()];
                    let params = if sql.contains('$') { &params[..] } else { &[] };
                    tx.execute(sql, params).await.map(drop)
                })
            })
            .await
            .unwrap();
        let looked = test.app.beneficiaries(&phone(&test).await, "test").await;
        assert!(matches!(looked, Err(Refusal::Unavailable(_))), "{looked:?}");
    }
}

#[store_test]
async fn an_old_login_makes_no_key_anew(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    let citizen = phone(&test).await;
    test.clock.advance_seconds(FRESH_SECONDS + 1);
    let written = public_tags(&test).await.len();
    let refused = test.app.renew_view_key(&citizen, 1, "test").await.unwrap();
    assert_eq!(refused, ViewKeyRenewal::ProveAgain(Missing::Otp));
    assert_eq!(public_tags(&test).await.len(), written);
    let portal = test.citizen(MOBILE).await;
    let refused = test.app.renew_view_key(&portal, 1, "test").await;
    assert!(matches!(refused, Err(Refusal::Unauthenticated)));
}

#[store_test]
async fn a_receipt_shows_that_the_entry_is_in_the_published_log(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    test.app.publish_log().await.unwrap();
    let own = read(extract(&test).await.unwrap()).entries;
    let citizen = phone(&test).await;
    for entry in &own {
        let made = test.app.access_receipt(&citizen, 1, entry.index).await.unwrap();
        let AccessReceipt::Made(file) = made else {
            panic!("{made:?}")
        };
        let proof = ProofFile::parse(file.as_bytes()).unwrap();
        assert_eq!(
            (proof.index, proof.extra.as_ref()),
            (entry.index, Some(&entry.leaf))
        );
        proof
            .verify(&leaf_hash(&entry.leaf), &Policy::of_log(key(&test)))
            .unwrap();
    }
    look(&test).await;
    let newest = public_tags(&test).await.len() as u64 - 1;
    let made = test.app.access_receipt(&citizen, 1, newest).await.unwrap();
    assert_eq!(made, AccessReceipt::NotPublished);

    let stranger = test.citizen_through("9876543211", Face::Pages).await;
    test.app.register(&stranger, somebody(&test)).await.unwrap();
    test.app.beneficiaries(&stranger, "test").await.unwrap();
    test.app.publish_log().await.unwrap();
    let refused = test.app.access_receipt(&stranger, 1, own[0].index).await;
    assert!(
        matches!(refused, Err(Refusal::NoEntry)),
        "somebody else's: {refused:?}"
    );
    let refused = test.app.access_receipt(&citizen, 1, u64::MAX).await;
    assert!(matches!(refused, Err(Refusal::NoEntry)), "{refused:?}");
}

#[store_test]
async fn a_node_makes_few_extracts_at_one_time(db: TestDb) {
    let test = TestApp::start(db).await;
    registered(&test).await;
    test.app.publish_log().await.unwrap();
    let months = ExtractMonths::ago(0, 0, test.app.today()).unwrap();
    let citizen = phone(&test).await;
    let one = || test.app.access_extract(&citizen, 1, months, REQUEST);
    assert_eq!(AT_ONCE, 2);
    let made: [_; 4] = tokio::join!(one(), one(), one(), one()).into();
    let busy = made
        .iter()
        .filter(|one| matches!(one, Err(Refusal::Busy)))
        .count();
    assert_eq!(busy, 2, "{made:?}");
    assert!(
        matches!(one().await, Ok(AccessExtract::Made(_))),
        "places are given back"
    );
}
