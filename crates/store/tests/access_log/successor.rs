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
use pramaan_tlog::leaf::{Bridge, Hour, Leaf, SystemKind};
use pramaan_tlog::{Checkpoint, CompactRange, Hash, Verifier, leaf_hash};
use sha2::{Digest, Sha256};

use super::outside::{restore, run};
use super::support::{Fixture, NOW, ORIGIN, entry, fixture, stored};

const NEXT: &str = "log.example/test-2";
const DAY: i64 = 86_400;

/// The keys of the fixture but for the log's.
fn next() -> Sealer {
    with_log_key(42)
}

fn with_log_key(byte: u8) -> Sealer {
    let entropy = Arc::new(SeededEntropy::new(7));
    let keys = MemoryKeyStore::with_successor(&*entropy, SecretKey::from_bytes([byte; 32]));
    Sealer::new(Arc::new(keys), entropy)
}

fn key_of(origin: &str, sealer: &Sealer) -> Verifier {
    Verifier::new(origin, &sealer.keys.log_public_key()).unwrap()
}

async fn read(fixture: &Fixture, times: usize, now: Timestamp) {
    let log = AccessLog::start(
        fixture.db.clone(),
        fixture.sealer.clone(),
        ORIGIN,
        LogClock::Callers,
    );
    appended(fixture, &log, times, now).await.unwrap();
}

async fn appended(
    fixture: &Fixture,
    log: &AccessLog,
    times: usize,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entries = vec![entry(fixture.people[0], &[Field::Name]); times];
    log.append(entries, now).await.map(drop)
}

async fn head(fixture: &Fixture) -> KeptHead {
    KeptHead::from(&stored(&fixture.db).await.1)
}

async fn succeed(fixture: &Fixture, origin: &str, ending: Ending) -> Result<KeptHead, StoreError> {
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

async fn leaves(db: &Db) -> Vec<Leaf> {
    let rows = db.read("test::leaves", |tx| {
        Box::pin(async move { tx.query("select leaf from access_leaf order by idx", &[]).await })
    });
    let rows: Result<_, StoreError> = rows.await;
    let leaf = |row: &pramaan_store::Row| Leaf::from_bytes(row.blob(0).unwrap()).unwrap();
    rows.unwrap().iter().map(leaf).collect()
}

async fn publish(db: &Db, (sealer, origin): (&Sealer, &'static str), head: KeptHead) -> Publication {
    let sealer = sealer.clone();
    let published = db.write("test::publish", move |tx| {
        Box::pin(async move {
            public_log::publish(tx, (&sealer, origin), &head, &head.checkpoint, None, NOW).await
        })
    });
    published.await.unwrap().unwrap()
}

fn sha256(text: &str) -> Hash {
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
        return; // It lets nobody write one.
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
        run(&fixture.db, "delete from access_publication", vec![]).await;
        run(
            &fixture.db,
            "insert into access_publication select * from kept",
            vec![],
        )
        .await;
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
async fn unsucceeded(fixture: &Fixture, backup: &access_log::Head) {
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
async fn rows_of_earlier_logs_are_compared_with_the_entries_that_go_on_from_them(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let ended = head(&fixture).await;
    succeed(&fixture, NEXT, Ending::Whole(ended)).await.unwrap();
    run(
        &fixture.db,
        "create table kept as select * from access_before",
        vec![],
    )
    .await;
    let (index, other) = (
        3,
        "log.example/before+5d11683e+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs",
    );
    let insert =
        "insert into access_before (k, origin, verifier, bridge) values (7, 'log.example/before', $1, 0)";
    for (sql, params, named) in [
        (
            "update access_before set k = 2",
            vec![],
            vec![Finding::BeforeAltered { index, k: 2 }],
        ),
        (
            "update access_before set bridge = 2",
            vec![],
            vec![Finding::BeforeGone { index }, Finding::BeforeLeft { k: 1 }],
        ),
        (
            "update access_before set verifier = $1",
            vec![other.into()],
            vec![Finding::BeforeAltered { index, k: 1 }],
        ),
        (
            "delete from access_before",
            vec![],
            vec![Finding::BeforeGone { index }],
        ),
        (
            "update access_before set verifier = 'no key'",
            vec![],
            vec![Finding::BeforeUnreadable { k: 1 }, Finding::BeforeGone { index }],
        ),
        (
            "update access_before set bridge = -1",
            vec![],
            vec![Finding::BeforeUnreadable { k: 1 }, Finding::BeforeGone { index }],
        ),
        (insert, vec![other.into()], vec![Finding::BeforeLeft { k: 7 }]),
    ] {
        run(&fixture.db, sql, params).await;
        let (_, findings) = check(&fixture.db, &next(), NEXT, |_, _| ()).await.unwrap();
        assert_eq!(findings, named, "{sql}");
        run(&fixture.db, "delete from access_before", vec![]).await;
        run(
            &fixture.db,
            "insert into access_before select * from kept",
            vec![],
        )
        .await;
    }
    let (_, findings) = check(&fixture.db, &next(), NEXT, |_, _| ()).await.unwrap();
    assert_eq!(findings, []);
}

#[store_test]
async fn a_row_of_an_earlier_log_with_a_value_of_another_type_is_named_and_no_error(db: TestDb) {
    let fixture = fixture(db, 1).await;
    if fixture.db.engine() == Engine::Postgres {
        return; // It lets nobody write one.
    }
    read(&fixture, 3, NOW).await;
    succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    let ended = key_of(ORIGIN, &fixture.sealer);
    let keep = "create table kept as select * from access_before";
    run(&fixture.db, keep, vec![]).await;
    for (sql, k) in [
        ("update access_before set bridge = 1.5", 1),
        ("update access_before set verifier = cast(x'ff' as text)", 1),
        ("update access_before set k = 1.5", 0),
        ("update access_before set k = 'x'", 0),
    ] {
        run(&fixture.db, "delete from access_before", vec![]).await;
        run(
            &fixture.db,
            "insert into access_before select * from kept",
            vec![],
        )
        .await;
        run(&fixture.db, sql, vec![]).await;
        let (_, findings) = check(&fixture.db, &next(), NEXT, |_, _| ()).await.unwrap();
        let named = [Finding::BeforeUnreadable { k }, Finding::BeforeGone { index: 3 }];
        assert_eq!(findings, named, "{sql}");
        let begun = outside::begun(&fixture.db, (&next(), NEXT), &ended, None).await;
        assert_eq!(begun, Err(Fork::Begun { found: 5 }.into()), "{sql}");
    }
}

/// A second succession, and the numbers that the logs before it have then.
async fn ended_again(fixture: &Fixture) -> Result<Vec<u64>, StoreError> {
    let succession = Succession {
        ended: key_of(NEXT, &next()),
        earlier: vec![fixture.sealer.keys.log_public_key()],
        origin: "log.example/test-3".to_owned(),
        ending: Ending::Whole(outside::committed(&fixture.db, &next(), NEXT).await.unwrap()),
        reason: "a copy of the key was found".to_owned(),
        policy_hash: [9; 32],
        now: NOW,
    };
    outside::succeed(&fixture.db, &next(), &with_log_key(43), succession).await?;
    let before = fixture
        .db
        .read("test::before", |tx| Box::pin(public_log::readable_before(tx)));
    let (before, _) = before.await?;
    Ok(before.iter().map(|before| before.k).collect())
}

#[store_test]
async fn a_log_does_not_end_behind_altered_numbers_of_those_before(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    let keep = "create table kept as select * from access_before";
    run(&fixture.db, keep, vec![]).await;
    let added = "insert into access_before values (9223372036854775807, 'z', 'z', 0)";
    let on_both = [
        ("update access_before set k = 2", 1),
        ("update access_before set k = 0", 1),
        (added, 2),
    ];
    let of_another_type = match fixture.db.engine() {
        Engine::Sqlite => vec![
            ("update access_before set k = 'x'", 1),
            ("update access_before set k = 1.5", 1),
            ("insert into access_before values (9e999, 'z', 'z', 0)", 2),
            ("insert into access_before values (x'00', 'z', 'z', 0)", 2),
        ],
        Engine::Postgres => vec![],
    };
    let entries = leaves(&fixture.db).await.len();
    for (sql, place) in on_both.into_iter().chain(of_another_type) {
        assert_eq!(run(&fixture.db, sql, vec![]).await, 1);
        let refused = ended_again(&fixture).await;
        assert_eq!(refused, Err(StoreError::BeforeNumbers { place }), "{sql}");
        let said = StoreError::BeforeNumbers { place }.to_string();
        assert!(said.contains("access_before"), "{said}");
        let name = outside::origin(&fixture.db).await.unwrap();
        assert_eq!(name.as_deref(), Some(NEXT), "nothing was begun: {sql}");
        assert_eq!(leaves(&fixture.db).await.len(), entries, "{sql}");
        run(&fixture.db, "delete from access_before", vec![]).await;
        let back = "insert into access_before select * from kept";
        run(&fixture.db, back, vec![]).await;
    }
    // What else was altered in a row leaves its number, and a key that was stolen can be ended.
    let key = "update access_before set verifier = 'no key'";
    run(&fixture.db, key, vec![]).await;
    assert_eq!(ended_again(&fixture).await, Ok(vec![2]));
}

#[store_test]
async fn logs_that_ended_are_numbered_one_behind_the_other(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    assert_eq!(ended_again(&fixture).await, Ok(vec![1, 2]));
}

#[store_test]
async fn keys_of_earlier_logs_are_compared_with_those_that_ended_in_the_folder(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 1, NOW).await;
    succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    let (first, stranger, other) = (fixture.sealer.clone(), with_log_key(45), with_log_key(46));
    let insert =
        "insert into access_before (k, origin, verifier, bridge) values (2, 'log.example/test-2', $1, 2)";
    let second = key_of(NEXT, &next()).to_string();
    run(&fixture.db, insert, vec![second.as_str().into()]).await;
    let key = |sealer: &Sealer| sealer.keys.log_public_key();
    let found = |ended: Vec<[u8; 32]>| {
        let db = fixture.db.clone();
        async move { access_log::check_keys_before(&db, &ended).await.unwrap() }
    };
    // A log of the folder that this database never had leaves the others as they are.
    for ended in [
        vec![key(&first), key(&next())],
        vec![key(&first), key(&stranger), key(&next())],
    ] {
        assert_eq!(found(ended).await, []);
    }
    let of = |k| Finding::BeforeKey { k };
    assert_eq!(found(vec![key(&next())]).await, [of(1)], "the file was deleted");
    assert_eq!(found(vec![]).await, [of(1), of(2)]);
    // Of the same name, and another of our own keys.
    for (altered, exchanged, k) in [
        (
            "update access_before set verifier = $1 where k = 1",
            key_of(ORIGIN, &stranger),
            1,
        ),
        (
            "update access_before set verifier = $1 where k = 1",
            key_of(ORIGIN, &next()),
            1,
        ),
        (
            "update access_before set verifier = $1 where k = 2",
            key_of(NEXT, &first),
            2,
        ),
    ] {
        let exchanged = exchanged.to_string();
        run(&fixture.db, altered, vec![exchanged.as_str().into()]).await;
        for ended in [
            vec![key(&first), key(&next())],
            vec![key(&first), key(&other), key(&next())],
        ] {
            assert_eq!(found(ended).await, [of(k)], "{exchanged}");
        }
        for (k, right) in [(1, key_of(ORIGIN, &first)), (2, key_of(NEXT, &next()))] {
            let right = right.to_string();
            let sql = "update access_before set verifier = $1 where k = $2";
            run(&fixture.db, sql, vec![right.as_str().into(), k.into()]).await;
        }
    }
}

#[store_test]
async fn a_succession_is_gone_on_with_only_as_it_was_begun(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let kept = Seen::from(&head(&fixture).await.edge);
    succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    let ended = key_of(ORIGIN, &fixture.sealer);
    let begun = |ended: &Verifier, kept| {
        let (db, ended) = (fixture.db.clone(), ended.clone());
        async move { outside::begun(&db, (&next(), NEXT), &ended, kept).await }
    };
    for kept in [None, Some(kept)] {
        assert_eq!(begun(&ended, kept).await, Ok(()));
    }
    let refused = || Err(Fork::Begun { found: 5 }.into());
    let (root, size) = (kept.root, kept.size);
    for another in [
        Seen { size: size - 1, root },
        Seen { size: size + 1, root },
        Seen {
            size,
            root: sha256("another"),
        },
    ] {
        assert_eq!(begun(&ended, Some(another)).await, refused(), "{another:?}");
    }
    let stranger = key_of(ORIGIN, &with_log_key(45));
    assert_eq!(begun(&stranger, Some(kept)).await, refused());
    // As if the log that ended had had another successor: the entry behind the last bridge says that this is the one.
    let row = "insert into access_before (k, origin, verifier, bridge) values (0, 'z', $1, 0)";
    run(&fixture.db, row, vec![ended.to_string().as_str().into()]).await;
    assert_eq!(begun(&ended, Some(kept)).await, Ok(()));
    run(&fixture.db, "delete from access_before where k = 0", vec![]).await;
    for table in ["access_before", "access_event", "access_leaf"] {
        let keep = format!("create table kept_{table} as select * from {table}");
        run(&fixture.db, keep.leak(), vec![]).await;
    }
    let altered = [
        "update access_before set bridge = 2",
        "delete from access_before",
        "update access_event set sealed = (select leaf from access_leaf where idx = 0) where idx = 4",
        "delete from access_event where idx = 4",
        "update access_leaf set leaf = (select leaf from access_leaf where idx = 1) where idx = 0",
    ];
    let of_another_type = match fixture.db.engine() {
        Engine::Sqlite => vec![
            "update access_event set sealed = 'x' where idx = 4",
            "update access_event set sealed = 1.5 where idx = 4",
            "update access_leaf set leaf = 'x' where idx = 0",
            "update access_leaf set leaf = 1.5 where idx = 3",
            "update access_leaf set leaf = 'x' where idx = 4",
        ],
        Engine::Postgres => vec![],
    };
    for sql in altered.into_iter().chain(of_another_type) {
        run(&fixture.db, sql, vec![]).await;
        assert_eq!(begun(&ended, Some(kept)).await, refused(), "{sql}");
        for table in ["access_before", "access_event", "access_leaf"] {
            let empty = format!("delete from {table}");
            run(&fixture.db, empty.leak(), vec![]).await;
            let again = format!("insert into {table} select * from kept_{table}");
            run(&fixture.db, again.leak(), vec![]).await;
        }
        assert_eq!(begun(&ended, Some(kept)).await, Ok(()), "{sql}");
    }
}

/// The entries of the database under `NEXT`, signed by a key that whoever wrote them has.
async fn signed_by_a_stranger(fixture: &Fixture) -> Sealer {
    let stranger = with_log_key(45);
    let mut edge = CompactRange::new();
    let leaves = leaves(&fixture.db).await;
    leaves
        .iter()
        .for_each(|leaf| edge.append(leaf_hash(&leaf.to_bytes())));
    let note = Checkpoint::new(NEXT, edge.size(), edge.root()).unwrap();
    let keys = &stranger.keys;
    let note = note.sign(keys.log_public_key(), &|message| keys.sign_log(message));
    let set = "update access_head set size = $1, edge = $2, checkpoint = $3, origin = $4";
    let head = vec![
        i64::try_from(edge.size()).unwrap().into(),
        edge.to_bytes().into(),
        note.unwrap().as_str().into(),
        NEXT.into(),
    ];
    assert_eq!(run(&fixture.db, set, head).await, 1);
    stranger
}

#[store_test]
async fn an_entry_of_ours_does_not_make_a_stranger_s_log_a_successor(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let ended = key_of(ORIGIN, &fixture.sealer);
    let (db, sealer) = (&fixture.db, &fixture.sealer);
    let about = ("a key was replaced".to_owned(), "as a precaution".to_owned());
    let kept = outside::key_event(db, sealer, ORIGIN, about, [9; 32], NOW)
        .await
        .unwrap();
    let kept = Seen::from(&kept.edge);
    let (_, backup) = stored(db).await;
    let original = leaves(db).await[2].to_bytes();

    // The log is cut behind an entry that our keys sealed, and its neighbour made a bridge over more than ever was.
    let size = kept.size + 9;
    let bridge = Leaf::Bridge(Bridge {
        hour: Hour::at(NOW.seconds()).unwrap(),
        origin: sha256(ORIGIN),
        size,
        root: sha256("another"),
    });
    let set = "update access_leaf set leaf = $1 where idx = 2";
    run(db, set, vec![bridge.to_bytes().into()]).await;
    let row = "insert into access_before (k, origin, verifier, bridge) values (1, $1, $2, 2)";
    run(db, row, vec![ORIGIN.into(), ended.to_string().as_str().into()]).await;
    let stranger = signed_by_a_stranger(&fixture).await;
    let begun = |found, kept| {
        let (db, ended, stranger) = (fixture.db.clone(), ended.clone(), stranger.clone());
        async move {
            let begun = outside::begun(&db, (&stranger, NEXT), &ended, kept).await;
            assert_eq!(begun, Err(Fork::Begun { found }.into()));
        }
    };
    for kept in [None, Some(kept)] {
        begun(4, kept).await;
    }
    // Nor has it gone on since, with an entry more.
    one_more(db).await;
    signed_by_a_stranger(&fixture).await;
    begun(5, None).await;

    // The entry of a succession itself is worth nothing under another key.
    run(db, set, vec![original.into()]).await;
    unsucceeded(&fixture, &backup).await;
    run(db, "delete from access_before", vec![]).await;
    succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    signed_by_a_stranger(&fixture).await;
    for kept in [None, Some(kept)] {
        begun(6, kept).await;
    }
    one_more(db).await;
    signed_by_a_stranger(&fixture).await;
    begun(7, None).await;
}

/// The first leaf once more, behind the last.
async fn one_more(db: &Db) {
    let again = "insert into access_leaf (idx, leaf)
        select max(idx) + 1, (select leaf from access_leaf where idx = 0) from access_leaf";
    run(db, again, vec![]).await;
}

#[store_test]
async fn an_adoption_over_another_history_is_gone_on_with(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 2, NOW).await;
    let (_, backup) = stored(&fixture.db).await;
    read(&fixture, 2, NOW).await;
    let kept = Seen::from(&head(&fixture).await.edge);
    restore(&fixture, &backup).await;
    read(&fixture, 5, NOW).await;
    let found = head(&fixture).await;
    let (_, at_found) = stored(&fixture.db).await;
    let ended = key_of(ORIGIN, &fixture.sealer);
    let begun = |kept| {
        let (db, ended) = (fixture.db.clone(), ended.clone());
        async move { outside::begun(&db, (&next(), NEXT), &ended, kept).await }
    };
    let refused = || Err(Fork::Begun { found: 9 }.into());
    // A witness has signed what the database has otherwise: less than it has, or as much.
    for size in [6, 7] {
        let bridged = Seen {
            size,
            root: sha256("another"),
        };
        succeed(&fixture, NEXT, Ending::Seen(bridged)).await.unwrap();
        let not_larger = Seen {
            size,
            root: sha256("a third"),
        };
        for kept in [None, Some(kept), Some(bridged), Some(not_larger)] {
            assert_eq!(begun(kept).await, Ok(()), "{size}: {kept:?}");
        }
        let larger = Seen {
            size: size + 1,
            root: sha256("another"),
        };
        assert_eq!(begun(Some(larger)).await, refused(), "{size}");
        unsucceeded(&fixture, &at_found).await;
    }
    // Of a whole bridge, nothing but what the entries give.
    succeed(&fixture, NEXT, Ending::Whole(found)).await.unwrap();
    assert_eq!(begun(Some(kept)).await, refused());
}

#[store_test]
async fn a_log_that_went_on_since_it_was_begun_is_not_called_altered(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let kept = Seen::from(&head(&fixture).await.edge);
    succeed(&fixture, NEXT, Ending::Whole(head(&fixture).await))
        .await
        .unwrap();
    let about = ("a key was replaced".to_owned(), "as a precaution".to_owned());
    let appended = outside::key_event(&fixture.db, &next(), NEXT, about, [9; 32], NOW).await;
    assert_eq!(appended.unwrap().edge.size(), 6);
    let ended = key_of(ORIGIN, &fixture.sealer);
    let went_on = StoreError::from(Fork::WentOn { found: 6 });
    for kept in [None, Some(kept)] {
        let begun = outside::begun(&fixture.db, (&next(), NEXT), &ended, kept).await;
        assert_eq!(begun, Err(went_on.clone()));
    }
    let said = went_on.to_string();
    assert!(!said.to_lowercase().contains("restore"), "{said}");

    // With another successor it has gone on, too.
    let (third, name) = (with_log_key(43), "log.example/test-3");
    let succession = Succession {
        ended: key_of(NEXT, &next()),
        earlier: vec![],
        origin: name.to_owned(),
        ending: Ending::Whole(outside::committed(&fixture.db, &next(), NEXT).await.unwrap()),
        reason: "a copy of the key was found".to_owned(),
        policy_hash: [9; 32],
        now: NOW,
    };
    outside::succeed(&fixture.db, &next(), &third, succession)
        .await
        .unwrap();
    let begun = outside::begun(&fixture.db, (&third, name), &ended, Some(kept)).await;
    assert_eq!(begun, Err(Fork::WentOn { found: 8 }.into()));
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
