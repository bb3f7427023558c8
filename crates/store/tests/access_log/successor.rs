//! A log ends, and another goes on with its entries under a name and a key of its own.

use std::sync::Arc;

use pramaan_domain::access::Field;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MemoryKeyStore, SecretKey};
use pramaan_store::access_log::{Finding, LogClock, Numbered, check};
use pramaan_store::outside::{self, Ending, Fork, HeadFile, Held, KeptHead, Seen, Succession};
use pramaan_store::public_log::{self, Publication};
use pramaan_store::retention::{self, Agreement, Run};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{AccessLog, Db, Engine, Sealer, StoreError, access_log, day_index};
use pramaan_testkit::SeededEntropy;
use pramaan_tlog::leaf::{Bridge, Leaf, SystemKind};
use pramaan_tlog::{Hash, Verifier};
use sha2::{Digest, Sha256};

use super::outside::{restore, run};
use super::support::{Fixture, NOW, ORIGIN, entry, fixture, lets_nobody, stored};

pub(super) const NEXT: &str = "log.example/test-2";
pub(super) const DAY: i64 = 86_400;

/// The keys of the fixture but for the log's.
pub(super) fn next() -> Sealer {
    with_log_key(42)
}

pub(super) fn with_log_key(byte: u8) -> Sealer {
    let entropy = Arc::new(SeededEntropy::new(7));
    let keys = MemoryKeyStore::with_successor(&*entropy, SecretKey::from_bytes([byte; 32]));
    Sealer::new(Arc::new(keys), entropy)
}

pub(super) fn key_of(origin: &str, sealer: &Sealer) -> Verifier {
    Verifier::new(origin, &sealer.keys.log_public_key()).unwrap()
}

pub(super) async fn read(fixture: &Fixture, times: usize, now: Timestamp) {
    let log = AccessLog::start(
        fixture.db.clone(),
        fixture.sealer.clone(),
        ORIGIN,
        LogClock::Callers,
    );
    appended(fixture, &log, times, now).await.unwrap();
}

pub(super) async fn appended(
    fixture: &Fixture,
    log: &AccessLog,
    times: usize,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entries = vec![entry(fixture.people[0], &[Field::Name]); times];
    log.append(entries, now).await.map(drop)
}

pub(super) async fn head(fixture: &Fixture) -> KeptHead {
    KeptHead::from(&stored(&fixture.db).await.1)
}

pub(super) async fn succeed(fixture: &Fixture, origin: &str, ending: Ending) -> Result<KeptHead, StoreError> {
    let succession = Succession {
        ended: key_of(ORIGIN, &fixture.sealer),
        earlier: vec![next().keys.log_public_key()],
        origin: origin.to_owned(),
        ending,
        reason: "a copy of the key was found".to_owned(),
        policy_hash: [9; 32],
        now: NOW,
    };
    outside::succeed(&fixture.db, &fixture.sealer, &next(), succession).await
}

pub(super) async fn leaves(db: &Db) -> Vec<Leaf> {
    let rows = db.read("test::leaves", |tx| {
        Box::pin(async move { tx.query("select leaf from access_leaf order by idx", &[]).await })
    });
    let rows: Result<_, StoreError> = rows.await;
    let leaf = |row: &pramaan_store::Row| Leaf::from_bytes(row.blob(0).unwrap()).unwrap();
    rows.unwrap().iter().map(leaf).collect()
}

pub(super) async fn publish(
    db: &Db,
    (sealer, origin): (&Sealer, &'static str),
    head: KeptHead,
) -> Publication {
    let sealer = sealer.clone();
    let published = db.write("test::publish", move |tx| {
        Box::pin(async move {
            public_log::publish(tx, (&sealer, origin), &head, &head.checkpoint, None, NOW).await
        })
    });
    published.await.unwrap().unwrap()
}

/// Puts the rows of a table back as they were when they were copied to `kept`.
pub(super) async fn put_back(fixture: &Fixture, table: &str) {
    run(&fixture.db, format!("delete from {table}").leak(), vec![]).await;
    let again = format!("insert into {table} select * from kept");
    run(&fixture.db, again.leak(), vec![]).await;
}

pub(super) fn sha256(text: &str) -> Hash {
    Hash::from_bytes(Sha256::digest(text).into())
}

#[store_test]
async fn a_successor_goes_on_behind_the_entries_of_the_log_before(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let ended = head(&fixture).await;
    let ours = (&fixture.sealer, ORIGIN);
    assert_eq!(publish(&fixture.db, ours, ended.clone()).await.number, 1);
    let begun = succeed(&fixture, NEXT, Ending::Whole(ended.clone()))
        .await
        .unwrap();

    let leaves = leaves(&fixture.db).await;
    let Leaf::Bridge(Bridge {
        origin, size, root, ..
    }) = leaves[3]
    else {
        panic!("{:?}", leaves[3])
    };
    assert_eq!((origin, size, root), (sha256(ORIGIN), 3, ended.edge.root()));
    match &leaves[4] {
        Leaf::System(system) => assert_eq!(system.kind, SystemKind::KeyEvent),
        other => panic!("{other:?}"),
    }
    assert_eq!((leaves.len(), begun.edge.size()), (5, 5));
    let now = outside::committed(&fixture.db, &next(), NEXT).await.unwrap();
    assert_eq!(now, begun, "under the new name and by the new key");
    let by_the_old_key = outside::committed(&fixture.db, &fixture.sealer, NEXT).await;
    assert_eq!(by_the_old_key, Err(Fork::Unsigned { found: 5 }.into()));

    // Whoever still serves the log before writes nothing; the successor goes on, days and all.
    let old = appended(&fixture, &fixture.log, 1, NOW).await;
    assert_eq!(old, Err(StoreError::NoLog));
    let log = AccessLog::start(fixture.db.clone(), next(), NEXT, LogClock::Callers);
    appended(&fixture, &log, 2, NOW).await.unwrap();
    let later = NOW.plus_seconds(DAY);
    appended(&fixture, &log, 1, later).await.unwrap();
    let rooted = day_index::root_next(&fixture.db, &next(), &log, later).await;
    assert!(rooted.unwrap().is_some());

    assert_eq!(
        publish(&fixture.db, (&next(), NEXT), begun).await.number,
        1,
        "numbers of its own"
    );
    let before = fixture
        .db
        .read("test::before", |tx| Box::pin(public_log::before(tx)));
    let before: Result<_, StoreError> = before.await;
    let [before] = &before.unwrap()[..] else {
        panic!("one log ended")
    };
    assert_eq!((before.k, before.bridge), (1, 3));
    assert_eq!(before.verifier, key_of(ORIGIN, &fixture.sealer));
}

#[store_test]
async fn what_was_published_before_is_checked_with_the_key_of_then(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let ended = head(&fixture).await;
    publish(&fixture.db, (&fixture.sealer, ORIGIN), ended.clone()).await;
    let begun = succeed(&fixture, NEXT, Ending::Whole(ended)).await.unwrap();
    publish(&fixture.db, (&next(), NEXT), begun).await;
    let found = || async { check(&fixture.db, &next(), NEXT, |_, _| ()).await.unwrap() };
    let (checked, findings) = found().await;
    assert_eq!((checked.publications, &findings[..]), (2, &[][..]));

    run(
        &fixture.db,
        "update access_publication set note = replace(note, '3', '4') where origin = 'log.example/test'",
        vec![],
    )
    .await;
    let earlier = Numbered::Before { k: 1, number: 1 };
    assert_eq!(found().await.1, [Finding::Unsigned(earlier)]);
}

/// What anybody may ask of the publications of the log before.
async fn of_the_log_before(fixture: &Fixture, n: u64) -> [Result<Option<u64>, StoreError>; 2] {
    let read = fixture.db.read("test::earlier", move |tx| {
        Box::pin(async move {
            let sealer = next();
            let newest = public_log::newest(tx, (&sealer, ORIGIN)).await;
            let one = public_log::numbered(tx, (&sealer, ORIGIN), n).await;
            let number = |found: Option<Publication>| found.map(|found| found.number);
            Ok::<_, StoreError>([newest.map(number), one.map(number)])
        })
    });
    read.await.unwrap()
}

#[store_test]
async fn publications_of_the_log_before_stay_bound_under_the_next_key(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let ours = (&fixture.sealer, ORIGIN);
    for _ in 0..3 {
        read(&fixture, 1, NOW).await;
        publish(&fixture.db, ours, head(&fixture).await).await;
    }
    // The newest was altered, and no backup has it: what is given up is given up with the name.
    let altered = "update access_publication set size = 1000000 where n = 3";
    run(&fixture.db, altered, vec![]).await;
    let seen = Seen::from(&head(&fixture).await.edge);
    let begun = succeed(&fixture, NEXT, Ending::Seen(seen)).await.unwrap();
    publish(&fixture.db, (&next(), NEXT), begun).await;
    assert_eq!(of_the_log_before(&fixture, 1).await, [Ok(Some(2)), Ok(Some(1))]);
    let (checked, findings) = check(&fixture.db, &next(), NEXT, |_, _| ()).await.unwrap();
    assert_eq!((checked.publications, &findings[..]), (3, &[][..]));

    let moved = "update access_publication set at = at + 1 where origin = 'log.example/test' and n = 1";
    run(&fixture.db, moved, vec![]).await;
    let altered = Err(Fork::Publication { number: 1 }.into());
    assert_eq!(of_the_log_before(&fixture, 1).await, [Ok(Some(2)), altered]);
    let (_, findings) = check(&fixture.db, &next(), NEXT, |_, _| ()).await.unwrap();
    let earlier = Numbered::Before { k: 1, number: 1 };
    assert_eq!(findings, [Finding::PublicationAltered(earlier)]);
}

#[store_test]
async fn altered_publications_of_an_older_database_are_given_up_with_its_name(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let ours = (&fixture.sealer, ORIGIN);
    for _ in 0..3 {
        read(&fixture, 1, NOW).await;
        publish(&fixture.db, ours, head(&fixture).await).await;
    }
    let (_, backup) = stored(&fixture.db).await;
    let lost = succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    unsucceeded(&fixture, &backup).await;
    run(
        &fixture.db,
        "update access_publication set size = size + 1 where n >= 2",
        vec![],
    )
    .await;
    let third = with_log_key(43);
    let succession = Succession {
        ended: key_of(NEXT, &next()),
        earlier: vec![fixture.sealer.keys.log_public_key()],
        origin: "log.example/test-3".to_owned(),
        ending: Ending::Seen(Seen::from(&lost.edge)),
        reason: "the disk burnt".to_owned(),
        policy_hash: [9; 32],
        now: NOW,
    };
    outside::succeed(&fixture.db, &next(), &third, succession)
        .await
        .unwrap();
    assert_eq!(of_the_log_before(&fixture, 1).await, [Ok(Some(1)), Ok(Some(1))]);
}

#[store_test]
async fn a_publication_with_a_value_of_another_type_stops_no_succession_and_is_named(db: TestDb) {
    let fixture = fixture(db, 1).await;
    if fixture.db.engine() == Engine::Postgres {
        return lets_nobody(
            &fixture.db,
            "update access_publication set size = cast('x' as text)",
        )
        .await;
    }
    let ours = (&fixture.sealer, ORIGIN);
    for _ in 0..4 {
        read(&fixture, 1, NOW).await;
        publish(&fixture.db, ours, head(&fixture).await).await;
    }
    let keep = "create table kept as select * from access_publication";
    run(&fixture.db, keep, vec![]).await;
    let two = Numbered::Ours(2);
    let altered = Finding::PublicationAltered;
    for (sql, named) in [
        (
            "update access_publication set size = 1.5 where n = 2",
            vec![altered(two)],
        ),
        (
            "update access_publication set size = 'x' where n = 2",
            vec![altered(two)],
        ),
        (
            "update access_publication set at = 1.5 where n = 2",
            vec![altered(two)],
        ),
        (
            "update access_publication set binding_mac = 1.5 where n = 2",
            vec![altered(two)],
        ),
        (
            "update access_publication set note = cast(x'ff' as text) where n = 2",
            vec![Finding::Unsigned(two)],
        ),
        (
            "update access_publication set n = 2.5 where n = 2",
            vec![
                altered(Numbered::Ours(0)),
                Finding::PublicationsGone { from: two, to: two },
            ],
        ),
    ] {
        run(&fixture.db, sql, vec![]).await;
        let (_, findings) = check(&fixture.db, &fixture.sealer, ORIGIN, |_, _| ())
            .await
            .unwrap();
        assert_eq!(findings, named, "{sql}");
        put_back(&fixture, "access_publication").await;
    }
    for sql in [
        "update access_publication set at = 1.5 where n = 1",
        "update access_publication set size = 1.5, n = 2.5 where n = 3",
        "update access_publication set note = cast(x'ff' as text) where n = 4",
    ] {
        run(&fixture.db, sql, vec![]).await;
    }
    let seen = Seen::from(&head(&fixture).await.edge);
    succeed(&fixture, NEXT, Ending::Seen(seen)).await.unwrap();
    let first = Err(Fork::Publication { number: 1 }.into());
    assert_eq!(of_the_log_before(&fixture, 1).await, [Ok(Some(2)), first]);
    let (_, findings) = check(&fixture.db, &next(), NEXT, |_, _| ()).await.unwrap();
    assert_eq!(findings, [altered(Numbered::Before { k: 1, number: 1 })]);
}

#[store_test]
async fn more_altered_publications_than_are_looked_at_all_stay(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 1, NOW).await;
    publish(&fixture.db, (&fixture.sealer, ORIGIN), head(&fixture).await).await;
    let many = "insert into access_publication (origin, n, size, at, note, binding_mac)
        with recursive numbers (n) as (select 2 union all select n + 1 from numbers where n < 100001)
        select p.origin, numbers.n, p.size, p.at, p.note, p.binding_mac
        from numbers, access_publication p where p.n = 1";
    assert_eq!(run(&fixture.db, many, vec![]).await, 100_000);
    succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    let altered = Err(Fork::Publication { number: 100_001 }.into());
    assert_eq!(of_the_log_before(&fixture, 1).await, [altered, Ok(Some(1))]);
}

#[store_test]
async fn what_a_folder_knows_of_the_log_before_says_nothing_of_the_next(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let file = HeadFile::at(folder.path().join("log-head"));
    read(&fixture, 1, NOW).await;
    let published = publish(&fixture.db, (&fixture.sealer, ORIGIN), head(&fixture).await).await;
    let known = file.published(ORIGIN, &fixture.sealer).unwrap();
    known.keep(published.mark()).unwrap();
    let kept = file.published(ORIGIN, &fixture.sealer).unwrap();
    assert_eq!(kept.known(), Some(published.mark()));

    let begun = succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    let of_next = file.published(NEXT, &next()).unwrap();
    assert_eq!(of_next.known(), None, "its numbers begin anew");
    let first = publish(&fixture.db, (&next(), NEXT), begun).await;
    of_next.keep(first.mark()).unwrap();
    let kept = file.published(NEXT, &next()).unwrap();
    assert_eq!(kept.known(), Some(first.mark()));

    let path = folder.path().join("log-published");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace(NEXT, ORIGIN)).unwrap();
    let renamed = file.published(NEXT, &next()).map(|published| published.known());
    assert_eq!(renamed, Err(Fork::Foreign.into()));
}

#[store_test]
async fn a_day_that_ended_in_the_log_before_is_gone_on_from(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let later = NOW.plus_seconds(DAY);
    read(&fixture, 1, later).await;
    let root = |sealer: Sealer, log: AccessLog, now| {
        let db = fixture.db.clone();
        async move { day_index::root_next(&db, &sealer, &log, now).await }
    };
    let first = root(fixture.sealer.clone(), fixture.log.clone(), later)
        .await
        .unwrap();
    succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    let log = AccessLog::start(fixture.db.clone(), next(), NEXT, LogClock::Callers);
    let second = root(next(), log, later.plus_seconds(DAY)).await.unwrap();
    assert_eq!(second.unwrap().number(), first.unwrap().number() + 1);
}

#[store_test]
async fn the_end_of_a_day_of_another_log_is_not_gone_on_from(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 2, NOW).await;
    let (_, backup) = stored(&fixture.db).await;
    let later = NOW.plus_seconds(DAY);
    let days = |sealer: Sealer, now| {
        let (db, log) = (
            fixture.db.clone(),
            AccessLog::start(fixture.db.clone(), sealer.clone(), ORIGIN, LogClock::Callers),
        );
        async move { day_index::root_next(&db, &sealer, &log, now).await }
    };
    // The day has ended after an entry that is lost with the restore: its row was bound by our keys.
    read(&fixture, 1, NOW).await;
    days(fixture.sealer.clone(), later).await.unwrap().unwrap();
    run(
        &fixture.db,
        "create table kept as select edge, binding_mac from access_day",
        vec![],
    )
    .await;
    restore(&fixture, &backup).await;
    run(&fixture.db, "delete from access_day", vec![]).await;
    run(&fixture.db, "delete from access_day_tags", vec![]).await;
    read(&fixture, 1, NOW).await;
    days(fixture.sealer.clone(), later).await.unwrap().unwrap();
    run(
        &fixture.db,
        "update access_day set edge = (select edge from kept), binding_mac = (select binding_mac from kept)",
        vec![],
    )
    .await;
    let refused = days(fixture.sealer.clone(), later.plus_seconds(DAY)).await;
    assert!(
        matches!(refused, Err(StoreError::Fork(Fork::Differs { .. }))),
        "{refused:?}"
    );
}

#[store_test]
async fn what_was_lost_stands_in_the_bridge(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 1, NOW).await;
    let (_, backup) = stored(&fixture.db).await;
    read(&fixture, 4, NOW).await;
    let lost = head(&fixture).await;
    restore(&fixture, &backup).await;
    let seen = Seen::from(&lost.edge);
    let held = outside::holds(&fixture.db, seen).await.unwrap();
    assert_eq!(held, Held::Behind { entries: 1 });

    // The bridges of a log that lost entries again and again are added up, and have to stay below what an audit believes.
    let made_up = Seen {
        size: outside::MOST_ENTRIES + 1,
        root: seen.root,
    };
    let incredible = Fork::Incredible { seen: made_up.size };
    let refused = succeed(&fixture, NEXT, Ending::Seen(made_up)).await;
    assert_eq!(refused, Err(incredible.into()));

    let whole = succeed(&fixture, NEXT, Ending::Whole(lost)).await;
    assert_eq!(whole, Err(Fork::Behind { kept: 5, found: 1 }.into()));
    succeed(&fixture, NEXT, Ending::Seen(seen)).await.unwrap();
    match &leaves(&fixture.db).await[..] {
        [_, Leaf::Bridge(bridge), Leaf::System(system)] => {
            assert_eq!((bridge.size, bridge.root), (seen.size, seen.root));
            assert_eq!(system.kind, SystemKind::Operation);
        }
        other => panic!("{other:?}"),
    }
}

#[store_test]
async fn a_log_that_our_keys_did_not_sign_is_not_renamed(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 2, NOW).await;
    let seen = Seen {
        size: 9,
        root: Seen::from(&head(&fixture).await.edge).root,
    };
    let stranger = with_log_key(44);
    // The same name and another key, or another name and keys that ended: somebody else's database.
    // Nor under the name of the newest, by a key that ended: it may have ended because it was stolen.
    let signer = fixture.sealer.keys.log_public_key();
    for (origin, earlier) in [
        (ORIGIN, vec![]),
        (ORIGIN, vec![signer]),
        ("log.example/ours", vec![with_log_key(45).keys.log_public_key()]),
    ] {
        let succession = Succession {
            ended: key_of(origin, &stranger),
            earlier,
            origin: NEXT.to_owned(),
            ending: Ending::Seen(seen),
            reason: "a wrong address was given".to_owned(),
            policy_hash: [9; 32],
            now: NOW,
        };
        let renamed = outside::succeed(&fixture.db, &stranger, &next(), succession).await;
        assert_eq!(renamed, Err(Fork::Unsigned { found: 2 }.into()), "{origin}");
    }
    let name = outside::origin(&fixture.db).await.unwrap();
    assert_eq!(
        (name.as_deref(), leaves(&fixture.db).await.len()),
        (Some(ORIGIN), 2)
    );
}

#[store_test]
async fn entries_that_do_not_give_the_signed_head_are_not_gone_on_with(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let seen = Seen::from(&head(&fixture).await.edge);
    let altered = "update access_leaf set leaf = (select leaf from access_leaf where idx = 2) where idx = 1";
    run(&fixture.db, altered, vec![]).await;
    let refused = Err(Fork::Altered { found: 3 }.into());
    assert_eq!(succeed(&fixture, NEXT, Ending::Seen(seen)).await, refused);
    if fixture.db.engine() == Engine::Sqlite {
        for another_type in [
            "update access_leaf set leaf = 'x' where idx = 1",
            "update access_leaf set leaf = 1.5 where idx = 1",
        ] {
            run(&fixture.db, another_type, vec![]).await;
            assert_eq!(succeed(&fixture, NEXT, Ending::Seen(seen)).await, refused);
            let held = outside::holds(&fixture.db, seen).await;
            assert_eq!(held, Ok(Held::No { entries: 3 }));
        }
    }
    run(&fixture.db, "delete from access_leaf where idx = 1", vec![]).await;
    assert_eq!(succeed(&fixture, NEXT, Ending::Seen(seen)).await, refused);
}

/// The database as it was before the log ended.
pub(super) async fn unsucceeded(fixture: &Fixture, backup: &access_log::Head) {
    let size = i64::try_from(backup.edge.size()).unwrap();
    for sql in [
        "delete from access_leaf where idx >= $1",
        "delete from access_event where idx >= $1",
        "delete from access_before where bridge >= $1",
    ] {
        run(&fixture.db, sql, vec![size.into()]).await;
    }
    let head = vec![
        size.into(),
        backup.edge.to_bytes().into(),
        backup.checkpoint.as_str().into(),
        ORIGIN.into(),
    ];
    let set = "update access_head set size = $1, edge = $2, checkpoint = $3, origin = $4";
    assert_eq!(run(&fixture.db, set, head).await, 1);
}

#[store_test]
async fn a_database_from_before_an_earlier_successor_keeps_both_logs_before(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 2, NOW).await;
    publish(&fixture.db, (&fixture.sealer, ORIGIN), head(&fixture).await).await;
    let (_, backup) = stored(&fixture.db).await;
    let lost = succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    unsucceeded(&fixture, &backup).await;

    let (third, name) = (with_log_key(43), "log.example/test-3");
    let again = |earlier| {
        let succession = Succession {
            ended: key_of(NEXT, &next()),
            earlier,
            origin: name.to_owned(),
            ending: Ending::Seen(Seen::from(&lost.edge)),
            reason: "the disk burnt".to_owned(),
            policy_hash: [9; 32],
            now: NOW,
        };
        let (db, third) = (fixture.db.clone(), third.clone());
        async move { outside::succeed(&db, &next(), &third, succession).await }
    };
    assert_eq!(again(vec![]).await, Err(Fork::Unsigned { found: 2 }.into()));
    again(vec![fixture.sealer.keys.log_public_key()]).await.unwrap();
    match &leaves(&fixture.db).await[..] {
        [_, _, Leaf::Bridge(first), Leaf::Bridge(second), Leaf::System(_)] => {
            assert_eq!((first.origin, first.size), (sha256(ORIGIN), 2));
            assert_eq!(first.root, backup.edge.root());
            assert_eq!((second.origin, second.size), (sha256(NEXT), 4));
            assert_eq!(second.root, lost.edge.root());
        }
        other => panic!("{other:?}"),
    }
    let before = fixture
        .db
        .read("test::before", |tx| Box::pin(public_log::before(tx)));
    let before: Result<Vec<public_log::Before>, StoreError> = before.await;
    let keys: Vec<_> = before
        .unwrap()
        .into_iter()
        .map(|before| before.verifier)
        .collect();
    assert_eq!(keys, [key_of(ORIGIN, &fixture.sealer), key_of(NEXT, &next())]);
    let (checked, findings) = check(&fixture.db, &third, name, |_, _| ()).await.unwrap();
    assert_eq!((checked.publications, &findings[..]), (1, &[][..]));
}

#[store_test]
async fn one_name_is_one_log(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 1, NOW).await;
    let named = |origin: &str| StoreError::LogNamed {
        origin: origin.to_owned(),
    };
    let ending = || async { Ending::Whole(head(&fixture).await) };
    assert_eq!(
        succeed(&fixture, ORIGIN, ending().await).await,
        Err(named(ORIGIN))
    );
    let seen = Seen::from(&head(&fixture).await.edge);
    succeed(&fixture, NEXT, ending().await).await.unwrap();
    for origin in [NEXT, ORIGIN] {
        let again = succeed(&fixture, origin, Ending::Seen(seen)).await;
        assert_eq!(again, Err(named(origin)));
    }
    let sealer = fixture.sealer.clone();
    let create = fixture.db.write("test::create", move |tx| {
        Box::pin(async move { access_log::create(tx, &sealer, "log.example/other", NOW).await })
    });
    create.await.unwrap();
    let name = outside::origin(&fixture.db).await.unwrap();
    assert_eq!(name.as_deref(), Some(NEXT), "a database holds one tree");
}

#[store_test]
async fn a_head_that_somebody_has_seen_is_held_or_not(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 2, NOW).await;
    let seen = Seen::from(&head(&fixture).await.edge);
    read(&fixture, 2, NOW).await;
    let other = Seen { size: 3, ..seen };
    let nothing = Seen::from(&pramaan_tlog::CompactRange::new());
    let held = [seen, other, nothing].map(|seen| outside::holds(&fixture.db, seen));
    let [one, two, three] = held;
    assert_eq!(one.await, Ok(Held::Yes));
    assert_eq!(two.await, Ok(Held::No { entries: 4 }));
    assert_eq!(three.await, Ok(Held::Yes));
}

/// The last entry of the retention job.
async fn last_told(db: &Db) -> Run {
    let last = db.read("test::last", |tx| Box::pin(retention::last(tx)));
    let last: Result<_, StoreError> = last.await;
    last.unwrap().unwrap()
}

async fn tell(db: &Db, sealer: Sealer, origin: &str, now: Timestamp) {
    let log = AccessLog::start(db.clone(), sealer.clone(), origin, LogClock::Callers);
    let entered = db.write("test::retention", move |tx| {
        Box::pin(async move {
            let told = |at: Timestamp, _: &[_]| at.to_string();
            retention::enter(tx, &sealer, &log, [9; 32], now, told).await
        })
    });
    let entered: Result<_, StoreError> = entered.await;
    entered.unwrap().unwrap();
}

#[store_test]
async fn what_the_retention_job_told_is_read_on_under_the_next_name(db: TestDb) {
    let fixture = fixture(db, 1).await;
    tell(&fixture.db, fixture.sealer.clone(), ORIGIN, NOW).await;
    let first = last_told(&fixture.db).await;
    assert_eq!(
        (first.index, first.before, first.leaf),
        (0, None, Agreement::Holds)
    );
    let ended = head(&fixture).await;
    succeed(&fixture, NEXT, Ending::Whole(ended)).await.unwrap();
    assert_eq!(last_told(&fixture.db).await, first, "of the same tree");
    tell(&fixture.db, next(), NEXT, NOW.plus_seconds(DAY)).await;
    let second = last_told(&fixture.db).await;
    assert_eq!(
        (second.index, second.before, second.leaf),
        (3, Some(0), Agreement::Holds)
    );
}
