//! A restored backup neither forks the log unseen nor brings back who was erased.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use pramaan_domain::access::{Field, Purpose};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::id::{AppointmentId, DoseId, HouseholdId, PersonId, SessionId};
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::access_log::LogClock;
use pramaan_store::dose::{self, DoseFacts, Entered, NewDose};
use pramaan_store::outside::{self, ErasureList, Fork, HeadFile, KeptHead, erase_again};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{AccessEntry, AccessLog, Db, StoreError, Value, member, person};
use pramaan_tlog::Leaf;
use pramaan_tlog::leaf::{AccessKind, SystemKind};

use super::clock::engine_time;
use super::support::{Fixture, NOW, ORIGIN, entry, fixture, new_person, stored};

/// By a process that was started just now: one that saw a log before a restore refuses to go on.
async fn log(fixture: &Fixture, entries: usize) {
    let entries = vec![entry(fixture.people[0], &[Field::Name]); entries];
    let (db, sealer) = (fixture.db.clone(), fixture.sealer.clone());
    let log = AccessLog::start(db, sealer, ORIGIN, LogClock::Callers);
    log.append(entries, NOW).await.unwrap();
}

pub(crate) async fn run(db: &Db, sql: &'static str, params: Vec<Value>) -> u64 {
    let ran = db.write("test::run", move |tx| {
        Box::pin(async move { tx.execute(sql, &params).await })
    });
    let ran: Result<u64, StoreError> = ran.await;
    ran.unwrap()
}

/// The log as a backup had it that was made before the last entries.
pub(crate) async fn restore(fixture: &Fixture, old: &pramaan_store::access_log::Head) {
    let size = i64::try_from(old.edge.size()).unwrap();
    run(
        &fixture.db,
        "delete from access_leaf where idx >= $1",
        vec![size.into()],
    )
    .await;
    run(&fixture.db, "delete from access_detail", vec![]).await;
    run(&fixture.db, "delete from access_count", vec![]).await;
    let head = vec![
        size.into(),
        old.edge.to_bytes().into(),
        old.checkpoint.as_str().into(),
    ];
    let set = "update access_head set size = $1, edge = $2, checkpoint = $3";
    assert_eq!(run(&fixture.db, set, head).await, 1);
}

fn head_file(folder: &tempfile::TempDir) -> (HeadFile, PathBuf) {
    let path = folder.path().join("log-head");
    (HeadFile::at(path.clone()), path)
}

async fn check(fixture: &Fixture, file: &HeadFile) -> Result<(), StoreError> {
    let kept = file.read(ORIGIN, &fixture.sealer)?;
    let checked = outside::check(&fixture.db, &fixture.sealer, ORIGIN, kept);
    checked.await.map(drop)
}

async fn keep(fixture: &Fixture, file: &HeadFile) -> Result<(), StoreError> {
    let kept = outside::keep(&fixture.db, &fixture.sealer, ORIGIN, file);
    kept.await.map(drop)
}

/// The head as it is in the database, whatever it continues.
async fn adopted(fixture: &Fixture, file: &HeadFile) {
    file.adopt(&KeptHead::from(&stored(&fixture.db).await.1)).unwrap();
}

#[store_test]
async fn a_restored_log_is_refused_and_a_longer_one_is_gone_on_with(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let (file, path) = head_file(&folder);
    assert_eq!(check(&fixture, &file).await, Ok(()), "an empty log needs no head");
    log(&fixture, 3).await;
    assert_eq!(
        check(&fixture, &file).await,
        Err(Fork::Unknown { found: 3 }.into())
    );
    adopted(&fixture, &file).await;
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(check(&fixture, &file).await, Ok(()));
    let (_, backup) = stored(&fixture.db).await;

    // Killed after the commit and before the head was written: the database is ahead, which is no fork.
    log(&fixture, 2).await;
    assert_eq!(check(&fixture, &file).await, Ok(()));
    keep(&fixture, &file).await.unwrap();

    restore(&fixture, &backup).await;
    let behind = Fork::Behind { kept: 5, found: 3 };
    assert!(behind.to_string().contains("pramaan log adopt"));
    assert_eq!(check(&fixture, &file).await, Err(behind.into()));
    log(&fixture, 4).await;
    let differs = Fork::Differs { kept: 5, found: 7 };
    assert_eq!(check(&fixture, &file).await, Err(differs.into()));
}

#[store_test]
async fn leaves_that_are_missing_or_altered_since_are_no_continuation(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let (file, path) = head_file(&folder);
    keep(&fixture, &file).await.unwrap();
    log(&fixture, 3).await;
    run(
        &fixture.db,
        "update access_leaf set leaf = $1 where idx = 1",
        vec![vec![0_u8; 9].into()],
    )
    .await;
    let differs = Fork::Differs { kept: 0, found: 3 };
    assert_eq!(check(&fixture, &file).await, Err(differs.clone().into()));
    run(&fixture.db, "delete from access_leaf", vec![]).await;
    assert_eq!(check(&fixture, &file).await, Err(differs.into()));

    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\n0\n", "\n1\n")).unwrap();
    assert_eq!(check(&fixture, &file).await, Err(Fork::Foreign.into()));
}

#[store_test]
async fn an_adopted_log_says_so_to_everybody(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let (file, _) = head_file(&folder);
    log(&fixture, 1).await;
    let unknown = Fork::Unknown { found: 1 };
    assert_eq!(check(&fixture, &file).await, Err(unknown.into()));

    let reason = "the disk of the server burnt".to_owned();
    let (db, sealer) = (&fixture.db, &fixture.sealer);
    let adopted = outside::adopt(db, sealer, ORIGIN, reason, [9; 32], NOW);
    file.adopt(&adopted.await.unwrap()).unwrap();
    assert_eq!(check(&fixture, &file).await, Ok(()));
    let (leaves, head) = stored(&fixture.db).await;
    assert_eq!((leaves.len(), head.edge.size()), (2, 2));
    match Leaf::from_bytes(&leaves[1]).unwrap() {
        Leaf::System(system) => assert_eq!(system.kind, SystemKind::Operation),
        other => panic!("{other:?}"),
    }
    log(&fixture, 2).await;
    assert_eq!(check(&fixture, &file).await, Ok(()));
}

#[store_test]
async fn an_adopted_log_ends_what_the_older_database_holds_open(db: TestDb) {
    let fixture = fixture(db, 2).await;
    log(&fixture, 1).await;
    for sql in [
        "insert into staff_link (token_mac, staff, binding_mac, shown, expires_at) values ($1, 'a', $1, 0, 1)",
        "insert into staff_login (token_ix, login, staff, centre, binding_mac, created_at, last_seen_at)
         values ($1, 'b', 'a', 1, $1, 1, 1)",
        "insert into site_device (id, token_ix, centre, name, enrolled_by, enrolled_at, binding_mac)
         values ('d', $1, 1, $1, 'a', 1, $1)",
        "insert into staff_sheet (staff, sheet, number, code_mac, printed_at, expires_at) values ('a', 's', 1, $1, 1, 2)",
        "insert into card (household, person, number, code_mac, made_at) select household, id, 3, $1, 1 from person",
        "insert into private_code (household, person, code_mac, expires_at) values ('h', 'p', $1, 2)",
    ] {
        run(&fixture.db, sql, vec![vec![1_u8].into()]).await;
    }
    let bare = "update person set document_state = 'no_document' where id = $1";
    run(&fixture.db, bare, vec![fixture.people[1].1.into()]).await;
    let next = |fixture: &Fixture| {
        let db = fixture.db.clone();
        async move {
            let taken = db.write("test::serial", |tx| {
                Box::pin(person::allocate_reference_serials(tx, 1))
            });
            taken.await.unwrap()
        }
    };
    let before = next(&fixture).await;
    let reason = "the disk of the server burnt".to_owned();
    let adopted = outside::adopt(&fixture.db, &fixture.sealer, ORIGIN, reason, [9; 32], NOW);
    adopted.await.unwrap();
    for open in [
        "delete from staff_link where used_at is null",
        "delete from staff_login where ended_at is null",
        "delete from site_device",
        "delete from staff_sheet",
        "delete from private_code",
        "delete from card where ended_at is not null and length(code_mac) = 1",
    ] {
        assert_eq!(run(&fixture.db, open, vec![]).await, 0, "{open}");
    }
    let kept = "delete from card where ended_at is null";
    assert_eq!(
        run(&fixture.db, kept, vec![]).await,
        1,
        "all that somebody without a document has"
    );
    assert!(next(&fixture).await > before + 10_000_000);
}

#[store_test]
async fn the_head_is_kept_behind_the_commits(db: TestDb) {
    let fixture = fixture(db, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let (file, _) = head_file(&folder);
    let now = engine_time(&fixture.db).await;
    let kept_log =
        AccessLog::start_kept(fixture.db.clone(), fixture.sealer.clone(), ORIGIN, file.clone()).unwrap();
    for _ in 0..20 {
        let entries = vec![entry(fixture.people[0], &[Field::Name])];
        kept_log.append(entries, now).await.unwrap();
    }
    drop(kept_log);
    let deadline = Instant::now() + Duration::from_secs(60);
    let kept = |file: &HeadFile| {
        let kept = file.read(ORIGIN, &fixture.sealer).unwrap();
        kept.map_or(0, |kept| kept.edge.size())
    };
    while kept(&file) < 20 {
        assert!(
            Instant::now() < deadline,
            "the last head is written, though nobody asks any more"
        );
        tokio::task::yield_now().await;
    }
    assert_eq!(check(&fixture, &file).await, Ok(()));
}

async fn erase(fixture: &Fixture, list: &ErasureList, subject: (HouseholdId, PersonId)) {
    list.add(subject, NOW).unwrap();
    let sealer = fixture.sealer.clone();
    let erased = fixture.db.write("test::erase", move |tx| {
        Box::pin(async move { person::delete(tx, &sealer, subject, NOW).await.map(drop) })
    });
    let erased: Result<(), StoreError> = erased.await;
    erased.unwrap();
}

async fn erase_all(fixture: &Fixture, list: &ErasureList, now: Timestamp) -> Result<usize, StoreError> {
    let known = KeptHead::from(&stored(&fixture.db).await.1);
    let (db, sealer) = (&fixture.db, &fixture.sealer);
    erase_again(db, sealer, ORIGIN, known, list, [9; 32], now).await
}

async fn register(fixture: &Fixture, (household, id): (HouseholdId, PersonId), serial: u64) {
    let sealer = fixture.sealer.clone();
    let registered = fixture.db.write("test::register", move |tx| {
        Box::pin(async move {
            let mut new = new_person(&sealer, household, serial, usize::try_from(serial).unwrap());
            new.id = id;
            person::insert(tx, &sealer, new, NOW).await.map(drop)
        })
    });
    let registered: Result<(), StoreError> = registered.await;
    registered.unwrap();
}

async fn keys(db: &Db) -> i64 {
    let count = db.read("test::keys", |tx| {
        let sql = "select count(*) from person_key where household <> subject";
        Box::pin(async move { tx.query_one(sql, &[]).await?.int(0) })
    });
    let count: Result<i64, StoreError> = count.await;
    count.unwrap()
}

#[store_test]
async fn who_was_erased_is_erased_again_after_a_restore(db: TestDb) {
    let fixture = fixture(db, 3).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erased");
    ErasureList::create(&path).unwrap();
    let open = || ErasureList::open(&path, fixture.sealer.clone()).unwrap();
    let (gone, kept) = (fixture.people[0], fixture.people[1]);
    let list = open();
    erase(&fixture, &list, gone).await;
    list.add(kept, NOW).unwrap();
    list.take_back(kept, NOW).unwrap();
    assert_eq!(keys(&fixture.db).await, 2);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains(&gone.1.to_string()) && text.lines().count() == 6);
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);

    // The backup brings the person back. A line that a killed process began spoils nothing.
    register(&fixture, gone, 40).await;
    std::fs::write(&path, format!("{text}+00ff")).unwrap();
    let list = open();
    assert_eq!(keys(&fixture.db).await, 3);
    let now = engine_time(&fixture.db).await;
    assert_eq!(erase_all(&fixture, &list, now).await, Ok(1));
    assert_eq!(keys(&fixture.db).await, 2);
    let (leaves, _) = stored(&fixture.db).await;
    match Leaf::from_bytes(leaves.last().unwrap()).unwrap() {
        Leaf::Access(access) => assert_eq!(access.kind, AccessKind::Erased),
        other => panic!("{other:?}"),
    }
    assert_eq!(erase_all(&fixture, &list, now).await, Ok(0));
    assert_eq!(
        stored(&fixture.db).await.0.len(),
        leaves.len(),
        "and is not erased twice"
    );

    list.add(fixture.people[2], NOW).unwrap();
    assert_eq!(
        open().subjects().unwrap().len(),
        2,
        "a line after the spoilt one is read"
    );
}

/// A row of a dose that only somebody with the database can have written.
async fn forged_dose(fixture: &Fixture, (household, person): (HouseholdId, PersonId)) {
    let given = "insert into dose (household, person, id, seq, dose, session, kind, root, sealed, binding_mac, recorded_at)
                 values ($1, $2, $5, 1, 1, $5, 'given', $5, $3, $3, $4)";
    let id: Value = DoseId::from_random([7; 16]).into();
    let row = vec![
        household.into(),
        person.into(),
        vec![0_u8; 220].into(),
        NOW.plus_seconds(60).into(),
        id,
    ];
    assert_eq!(run(&fixture.db, given, row).await, 1);
}

async fn dose(fixture: &Fixture, (household, person): (HouseholdId, PersonId)) {
    let sealer = fixture.sealer.clone();
    let new = NewDose {
        household,
        person,
        id: DoseId::from_random([3; 16]),
        dose: DoseNumber::First,
        session: SessionId::from_random([4; 16]),
        facts: DoseFacts {
            given_at: NOW,
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("4121Z025").unwrap(),
            vial: "7".to_owned(),
            site: BodySite::LeftUpperArm,
            centre: 1,
            staff: "MH395-0007".to_owned(),
            entered: Entered::WithTheRecord,
            off_protocol: None,
        },
    };
    let given = fixture.db.write("test::dose", move |tx| {
        Box::pin(async move { dose::append(tx, &sealer, &new, NOW).await })
    });
    let given: Result<(), StoreError> = given.await;
    given.unwrap();
}

/// The entry of a booking, as of then.
async fn books(fixture: &Fixture, person: (HouseholdId, PersonId), at: Timestamp) {
    let (db, sealer) = (fixture.db.clone(), fixture.sealer.clone());
    let log = AccessLog::start(db, sealer, ORIGIN, LogClock::Callers);
    let entry = AccessEntry {
        purpose: Purpose::Booking,
        ..entry(person, &[Field::Doses])
    };
    log.append(vec![entry], at).await.unwrap();
}

async fn appointment(
    fixture: &Fixture,
    (household, person): (HouseholdId, PersonId),
    booked_at: Timestamp,
    ends_at: Timestamp,
) {
    let place =
        "insert into appointment (session, id, person, household, slot, dose, quota, state, queue, code_mac,
                     code_tries, booked_at, changed_at)
                 values ($6, $1, $2, $3, 0, 1, 'online', 'booked', 1, $4, 0, $5, $5)";
    let session = SessionId::from_random([4; 16]);
    let id: Value = AppointmentId::from_random(*person.as_bytes()).into();
    let row = vec![
        id.clone(),
        person.into(),
        household.into(),
        vec![0_u8; 9].into(),
        booked_at.into(),
        session.into(),
    ];
    run(&fixture.db, place, row).await;
    let claim = "insert into claim (household, person, dose, appointment, session, slot, queue, code, booked_on, ends_at,
                     state)
                 values ($1, $2, 1, $3, $6, 0, 1, $4, 0, $5, 'booked')";
    let row = vec![
        household.into(),
        person.into(),
        id,
        vec![0_u8; 9].into(),
        ends_at.into(),
        session.into(),
    ];
    run(&fixture.db, claim, row).await;
}

#[store_test]
async fn whose_erasure_was_rolled_back_and_who_went_on_is_kept(db: TestDb) {
    let fixture = fixture(db, 5).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erased");
    ErasureList::create(&path).unwrap();
    let open = || ErasureList::open(&path, fixture.sealer.clone()).unwrap();
    let list = open();
    let now = engine_time(&fixture.db).await;
    let erased_at = now.plus_seconds(-120);
    for subject in &fixture.people {
        list.add(*subject, erased_at).unwrap();
    }
    let (before, after) = (now.plus_seconds(-180), now.plus_seconds(-60));
    let (past, future) = (now.plus_seconds(-1), now.plus_seconds(3600));
    let [vaccinated, booked, restored, missed, idle] = fixture.people[..] else {
        panic!("{}", fixture.people.len());
    };
    dose(&fixture, vaccinated).await;
    books(&fixture, booked, after).await;
    appointment(&fixture, booked, after, future).await;
    appointment(&fixture, restored, before, future).await;
    appointment(&fixture, missed, after, past).await;

    assert_eq!(erase_all(&fixture, &list, now).await, Ok(3));
    let sealer = fixture.sealer.clone();
    let there = fixture.db.read("test::members", move |tx| {
        Box::pin(async move { member::of_household(tx, &sealer, vaccinated.0).await })
    });
    let mut there: Vec<_> = there.await.unwrap().iter().map(|member| member.person).collect();
    there.sort();
    let mut alive = [vaccinated.1, booked.1];
    alive.sort();
    assert_eq!(there, alive);
    assert_eq!(keys(&fixture.db).await, 2);
    let mut gone = [restored, missed, idle];
    gone.sort();
    assert_eq!(open().subjects().unwrap(), gone, "and these stay on the list");
    assert_eq!(
        stored(&fixture.db).await.0.len(),
        4,
        "an entry each, and that of the booking"
    );
    assert_eq!(erase_all(&fixture, &list, now).await, Ok(0));
}

/// Somebody with an old copy of the database puts erased people back, and beside them what would keep them.
#[store_test]
async fn rows_that_this_server_did_not_write_keep_nobody(db: TestDb) {
    let fixture = fixture(db, 4).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("erased");
    ErasureList::create(&path).unwrap();
    let open = || ErasureList::open(&path, fixture.sealer.clone()).unwrap();
    let list = open();
    let now = engine_time(&fixture.db).await;
    // No entry of this log is later than now.
    let erased_at = now.plus_seconds(30);
    let (before, after, future) = (
        now.plus_seconds(-180),
        now.plus_seconds(60),
        now.plus_seconds(3600),
    );
    let [dosed, booked, shifted, borrowing] = fixture.people[..] else {
        panic!("{}", fixture.people.len());
    };
    for subject in &fixture.people {
        list.add(*subject, erased_at).unwrap();
    }
    forged_dose(&fixture, dosed).await;
    appointment(&fixture, booked, after, future).await;
    // Booked before the erasure, and the row says later.
    books(&fixture, shifted, before).await;
    appointment(&fixture, shifted, after, future).await;
    // Another person's entry, moved to one's own list.
    let listed = "insert into access_count (household, person, day, part, n, places)
                  select household, $1, day, part + 7, n, places from access_count where person = $2";
    let moved = "update access_detail set person = $1 where person = $2";
    for sql in [listed, moved] {
        let row = vec![borrowing.1.into(), shifted.1.into()];
        assert_eq!(run(&fixture.db, sql, row).await, 1);
    }
    appointment(&fixture, borrowing, after, future).await;

    assert_eq!(erase_all(&fixture, &list, now).await, Ok(4));
    assert_eq!(keys(&fixture.db).await, 0);
    assert_eq!(open().subjects().unwrap().len(), 4, "and they stay on the list");
}

#[tokio::test]
async fn a_lost_list_of_erasures_is_not_an_empty_one() {
    let folder = tempfile::tempdir().unwrap();
    let entropy = std::sync::Arc::new(pramaan_testkit::SeededEntropy::new(7));
    let keys = std::sync::Arc::new(pramaan_keys::MemoryKeyStore::new(&*entropy));
    let sealer = pramaan_store::Sealer::new(keys, entropy);
    let missing = ErasureList::open(&folder.path().join("erased"), sealer);
    let refused = missing.err().unwrap().to_string();
    assert!(refused.contains("is missing"), "{refused}");
}
