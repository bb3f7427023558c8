//! Each day that has ended gets the root of its tags, over entries that give the signed head and no others.

use std::collections::BTreeSet;

use pramaan_domain::access::Field;
use pramaan_domain::time::Timestamp;
use pramaan_store::day_index::{self, Rooted};
use pramaan_store::outside::Fork;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, StoreError};
use pramaan_tlog::leaf::{Day, Leaf};
use pramaan_tlog::{CompactRange, DayProof, SubjectTag, leaf_hash};

use super::outside::run;
use super::support::{Fixture, NOW, entry, fixture, stored};

const DAY: i64 = 86_400;
/// 2026-11-22 in Asia/Kolkata.
const TODAY: u32 = 20_779;
/// From [`NOW`], ten in the morning.
const TO_MIDNIGHT: i64 = 14 * 3_600;

async fn read(fixture: &Fixture, times: usize, at: Timestamp) {
    let entries = vec![entry(fixture.people[0], &[Field::Name]); times];
    assert_eq!(fixture.log.append(entries, at).await.unwrap().len(), times);
}

async fn root_next(fixture: &Fixture, now: Timestamp) -> Result<Option<Day>, StoreError> {
    day_index::root_next(&fixture.db, &fixture.sealer, &fixture.log, now).await
}

async fn all_roots(fixture: &Fixture, now: Timestamp) -> Vec<u32> {
    let mut days = Vec::new();
    while let Some(day) = root_next(fixture, now).await.unwrap() {
        days.push(day.number());
    }
    days
}

fn leaves(bytes: &[Vec<u8>]) -> Vec<Leaf> {
    bytes.iter().map(|leaf| Leaf::from_bytes(leaf).unwrap()).collect()
}

fn tags(leaves: &[Leaf], day: u32) -> BTreeSet<SubjectTag> {
    let tag = |leaf: &Leaf| match leaf {
        Leaf::Access(access) if access.circumstances.hour.day().number() == day => Some(access.subject),
        _ => None,
    };
    leaves.iter().filter_map(tag).collect()
}

async fn prove(db: &Db, day: u32, wanted: Vec<SubjectTag>) -> (Rooted, Vec<DayProof>) {
    let proofs = db.read("test::prove", move |tx| {
        Box::pin(async move {
            let (from, to) = (Day::new(day), Day::new(day));
            let [rooted] = Rooted::between(tx, from, to).await?[..] else {
                panic!("the day has no root")
            };
            let proofs = day_index::prove(tx, rooted, &wanted).await?;
            Ok::<_, StoreError>((rooted, proofs))
        })
    });
    proofs.await.unwrap()
}

#[store_test]
async fn a_day_is_rooted_when_it_has_ended_and_not_before(db: TestDb) {
    let fixture = fixture(db, 1).await;
    assert_eq!(all_roots(&fixture, NOW).await, [0; 0], "an empty log has no day");
    read(&fixture, 3, NOW).await;
    let midnight = NOW.plus_seconds(TO_MIDNIGHT);
    assert_eq!(all_roots(&fixture, midnight.plus_seconds(-1)).await, [0; 0]);
    assert_eq!(all_roots(&fixture, midnight).await, [TODAY]);
    assert_eq!(all_roots(&fixture, midnight).await, [0; 0], "once");
}

#[store_test]
async fn days_follow_each_other_without_gaps_and_empty_ones_have_a_root_too(db: TestDb) {
    let fixture = fixture(db, 2).await;
    read(&fixture, 3, NOW).await;
    // Of the next day but before the root of this one.
    read(&fixture, 2, NOW.plus_seconds(DAY)).await;
    assert_eq!(all_roots(&fixture, NOW.plus_seconds(DAY)).await, [TODAY]);
    read(&fixture, 1, NOW.plus_seconds(DAY)).await;
    assert_eq!(
        all_roots(&fixture, NOW.plus_seconds(4 * DAY)).await,
        [TODAY + 1, TODAY + 2, TODAY + 3]
    );
    let (bytes, head) = stored(&fixture.db).await;
    assert_eq!(head.edge.size() as usize, bytes.len());
    let leaves = leaves(&bytes);
    let roots: Vec<_> = leaves
        .iter()
        .filter_map(|leaf| match leaf {
            Leaf::DayRoot(root) => Some((root.day.number(), root.count)),
            _ => None,
        })
        .collect();
    assert_eq!(
        roots,
        [(TODAY, 3), (TODAY + 1, 3), (TODAY + 2, 0), (TODAY + 3, 0)]
    );
    for (day, count) in roots {
        let mut wanted: Vec<_> = tags(&leaves, day).into_iter().collect();
        assert_eq!(wanted.len() as u64, count);
        wanted.push(SubjectTag::from_bytes([0x77; 16]));
        assert_proves(&fixture.db, &leaves, day, wanted).await;
    }
}

/// Every tag but the last is there, and that one is not.
async fn assert_proves(db: &Db, leaves: &[Leaf], day: u32, wanted: Vec<SubjectTag>) {
    let (rooted, proofs) = prove(db, day, wanted.clone()).await;
    let Leaf::DayRoot(root) = &leaves[rooted.index as usize] else {
        panic!("the root is where it says")
    };
    assert_eq!((root.day.number(), root.count), (day, rooted.count));
    let (absent, present) = proofs.split_last().unwrap();
    for (tag, proof) in wanted.iter().zip(present) {
        let DayProof::Present(proof) = proof else {
            panic!("{tag:?} is there")
        };
        root.verify_present(*tag, proof).unwrap();
    }
    let DayProof::Absent(absent) = absent else {
        panic!("nobody has this tag")
    };
    root.verify_absent(*wanted.last().unwrap(), absent).unwrap();
}

#[store_test]
async fn a_day_of_several_rows_is_proved_from_them(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 2_500, NOW).await;
    assert_eq!(all_roots(&fixture, NOW.plus_seconds(DAY)).await, [TODAY]);
    let leaves = leaves(&stored(&fixture.db).await.0);
    let all: Vec<_> = tags(&leaves, TODAY).into_iter().collect();
    assert_eq!(all.len(), 2_500);
    let just_after = |tag: SubjectTag| {
        let next = u128::from_be_bytes(*tag.as_bytes()).wrapping_add(1);
        SubjectTag::from_bytes(next.to_be_bytes())
    };
    // At the ends, in the middle, and where one row ends and the next begins.
    for place in [0, 1, 511, 1_022, 1_023, 1_024, 2_047, 2_048, 2_498, 2_499] {
        assert_proves(
            &fixture.db,
            &leaves,
            TODAY,
            vec![all[place], just_after(all[place])],
        )
        .await;
    }
    let before_all = SubjectTag::from_bytes([0; 16]);
    assert_proves(&fixture.db, &leaves, TODAY, vec![before_all]).await;
}

#[store_test]
async fn altered_entries_get_no_root_and_stop_the_log(db: TestDb) {
    let fixture = fixture(db, 2).await;
    read(&fixture, 3, NOW).await;
    let mut forged = stored(&fixture.db).await.0.swap_remove(1);
    // The last byte of the subject's tag lies before the commitment's 34.
    let place = forged.len() - 35;
    forged[place] ^= 1;
    run(
        &fixture.db,
        "update access_leaf set leaf = $1 where idx = 1",
        vec![forged.into()],
    )
    .await;
    let differs = StoreError::from(Fork::Differs { kept: 3, found: 3 });
    assert_eq!(
        root_next(&fixture, NOW.plus_seconds(DAY)).await,
        Err(differs.clone())
    );
    assert_eq!(fixture.log.goes_on(), Err(differs));
    assert_eq!(stored(&fixture.db).await.0.len(), 3, "nothing was signed");
}

#[store_test]
async fn where_a_day_ends_cannot_be_moved(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    read(&fixture, 2, NOW.plus_seconds(DAY)).await;
    assert_eq!(all_roots(&fixture, NOW.plus_seconds(DAY)).await, [TODAY]);
    // As if the day had ended one entry later: the first of the next day would be left out of its index.
    let mut edge = CompactRange::new();
    for leaf in &stored(&fixture.db).await.0[..4] {
        edge.append(leaf_hash(leaf));
    }
    let moved = "update access_day set edge = $1";
    run(&fixture.db, moved, vec![edge.to_bytes().into()]).await;
    let misplaced = StoreError::Misplaced { table: "access_day" };
    assert_eq!(
        root_next(&fixture, NOW.plus_seconds(2 * DAY)).await,
        Err(misplaced)
    );
    assert_eq!(stored(&fixture.db).await.0.len(), 6, "nothing was signed");
}

#[store_test]
async fn a_day_is_not_rooted_again_when_what_is_kept_of_it_is_deleted(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let later = NOW.plus_seconds(2 * DAY);
    assert_eq!(all_roots(&fixture, later).await, [TODAY, TODAY + 1]);
    for deleted in ["delete from access_day where idx = 4", "delete from access_day"] {
        run(&fixture.db, deleted, vec![]).await;
        let corrupt = StoreError::corrupt("access_day", "idx");
        assert_eq!(root_next(&fixture, later).await, Err(corrupt), "{deleted}");
    }
    assert_eq!(stored(&fixture.db).await.0.len(), 5, "nothing was signed");
}

#[store_test]
async fn two_nodes_root_a_day_once(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 3, NOW).await;
    let tomorrow = NOW.plus_seconds(DAY);
    let tomorrows = || root_next(&fixture, tomorrow);
    let four = tokio::join!(tomorrows(), tomorrows(), tomorrows(), tomorrows());
    let rooted = <[_; 4]>::from(four).map(Result::unwrap);
    assert_eq!(rooted.iter().flatten().count(), 1, "{rooted:?}");
}
