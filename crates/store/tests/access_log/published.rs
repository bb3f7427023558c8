//! What is published of the log is what was committed, tile by tile.

use std::collections::BTreeMap;

use pramaan_domain::access::Field;
use pramaan_store::outside::{Fork, KeptHead};
use pramaan_store::public_log::{self, Mark, Publication, Tiles};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, StoreError};
use pramaan_tlog::{
    CompactRange, Hash, Node, Tile, consistency_plan, decode_entries, inclusion_plan, leaf_hash,
    verify_consistency, verify_inclusion,
};

use sha2::{Digest, Sha256};

use super::outside::run;
use super::support::{Fixture, NOW, ORIGIN, entry, fixture, stored};

async fn read(fixture: &Fixture, times: usize) {
    let entries = vec![entry(fixture.people[0], &[Field::Name]); times];
    assert_eq!(fixture.log.append(entries, NOW).await.unwrap().len(), times);
}

async fn tile(db: &Db, wanted: Tile) -> Option<Vec<u8>> {
    let tile = db.read("test::tile", move |tx| {
        Box::pin(async move { public_log::tile(tx, wanted).await })
    });
    tile.await.unwrap()
}

async fn bundle(db: &Db, wanted: Tile) -> Option<Vec<u8>> {
    let bundle = db.read("test::bundle", move |tx| {
        Box::pin(async move { public_log::bundle(tx, wanted).await })
    });
    bundle.await.unwrap()
}

/// Every node of the tree over `leaves`.
fn nodes(leaves: &[Vec<u8>]) -> (CompactRange, BTreeMap<Node, Hash>) {
    let (mut tree, mut nodes) = (CompactRange::new(), BTreeMap::new());
    for leaf in leaves {
        tree.append_with(leaf_hash(leaf), &mut |node, hash| {
            nodes.insert(node, hash);
        });
    }
    (tree, nodes)
}

#[store_test]
async fn tiles_and_bundles_are_those_of_the_signed_tree(db: TestDb) {
    let fixture = fixture(db, 1).await;
    for times in [1, 254, 2, 300, 43] {
        read(&fixture, times).await;
    }
    let (leaves, head) = stored(&fixture.db).await;
    let (tree, nodes) = nodes(&leaves);
    assert_eq!((head.edge.size(), &head.edge), (600, &tree));
    let mut levels = [0; 2];
    for wanted in Tile::all(600) {
        let level = wanted.level() * 8;
        let expected: Vec<u8> = (0..u64::from(wanted.width()))
            .map(|n| Node {
                level,
                index: wanted.index() * 256 + n,
            })
            .flat_map(|node| *nodes[&node].as_bytes())
            .collect();
        assert_eq!(
            tile(&fixture.db, wanted).await,
            Some(expected),
            "{}",
            wanted.path()
        );
        levels[usize::from(wanted.level())] += 1;
        if wanted.level() == 0 {
            let bytes = bundle(&fixture.db, wanted).await.unwrap();
            let first = wanted.index() as usize * 256;
            assert_eq!(
                decode_entries(&bytes).unwrap(),
                leaves[first..first + usize::from(wanted.width())]
            );
        }
    }
    assert_eq!(levels, [3, 1]);
    let beyond = Tile::of_size(0, 2, 601).unwrap();
    assert_eq!(tile(&fixture.db, beyond).await, None, "one more than there are");
    assert_eq!(bundle(&fixture.db, beyond).await, None);
}

#[store_test]
async fn proofs_are_made_of_tiles(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 600).await;
    let (leaves, head) = stored(&fixture.db).await;
    let root = head.edge.root();
    let mut then = CompactRange::new();
    for (index, leaf) in leaves.iter().enumerate() {
        if index % 37 == 0 {
            let plan = inclusion_plan(index as u64, 600).unwrap();
            let tiles = fetched(&fixture.db, plan.nodes().collect()).await;
            let path = plan.prove(|node| tiles.node(node).ok_or(())).unwrap();
            verify_inclusion(&leaf_hash(leaf), index as u64, 600, &path, &root).unwrap();
            let plan = consistency_plan(index as u64, 600).unwrap();
            let tiles = fetched(&fixture.db, plan.nodes().collect()).await;
            let path = plan.prove(|node| tiles.node(node).ok_or(())).unwrap();
            verify_consistency(index as u64, 600, &path, &then.root(), &root).unwrap();
        }
        then.append(leaf_hash(leaf));
    }
}

async fn fetched(db: &Db, nodes: Vec<Node>) -> Tiles {
    let fetched = db.read("test::fetch", move |tx| {
        Box::pin(async move {
            let mut tiles = Tiles::of(600);
            tiles.fetch(tx, nodes).await?;
            Ok::<_, StoreError>(tiles)
        })
    });
    fetched.await.unwrap()
}

async fn publish(fixture: &Fixture) -> Option<Publication> {
    publish_after(fixture, None).await.unwrap()
}

/// Publishes as a node that knows this to be published.
async fn publish_after(fixture: &Fixture, known: Option<Mark>) -> Result<Option<Publication>, StoreError> {
    let (head, sealer) = (fixture.log.known_head().unwrap(), fixture.sealer.clone());
    let published = fixture.db.write("test::publish", move |tx| {
        Box::pin(async move {
            public_log::publish(tx, (&sealer, ORIGIN), &head, &head.checkpoint, known, NOW).await
        })
    });
    published.await
}

#[store_test]
async fn publications_are_numbered_without_gaps_and_never_go_back(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 2).await;
    let old = fixture.log.known_head().unwrap();
    let first = publish(&fixture).await.unwrap();
    assert_eq!((first.number, first.size), (1, 2));
    assert_eq!(publish(&fixture).await, None, "nothing is new");
    read(&fixture, 3).await;
    let second = publish(&fixture).await.unwrap();
    assert_eq!((second.number, second.size), (2, 5));
    let sealer = fixture.sealer.clone();
    let late = fixture.db.write("test::late", move |tx| {
        Box::pin(
            async move { public_log::publish(tx, (&sealer, ORIGIN), &old, &old.checkpoint, None, NOW).await },
        )
    });
    assert_eq!(late.await, Ok(None), "a node that is behind publishes nothing");
    let sealer = fixture.sealer.clone();
    let kept = fixture.db.read("test::kept", |tx| {
        Box::pin(async move {
            Ok::<_, StoreError>([
                public_log::newest(tx, (&sealer, ORIGIN)).await?,
                public_log::numbered(tx, (&sealer, ORIGIN), 1).await?,
                public_log::numbered(tx, (&sealer, ORIGIN), 3).await?,
                public_log::newest(tx, (&sealer, "another.example/log")).await?,
            ])
        })
    });
    assert_eq!(kept.await.unwrap(), [Some(second), Some(first), None, None]);
}

#[store_test]
async fn a_policy_is_kept_under_its_hash(db: TestDb) {
    let fixture = fixture(db, 0).await;
    let text = fixture.db.write("test::policy", |tx| {
        Box::pin(async move {
            for _ in 0..2 {
                public_log::keep_policy(tx, "abc").await?;
            }
            let found = public_log::policy_text(tx, Sha256::digest("abc").into()).await?;
            Ok::<_, StoreError>((found, public_log::policy_text(tx, [0; 32]).await?))
        })
    });
    assert_eq!(text.await.unwrap(), (Some("abc".to_owned()), None));
}

/// What a node with this mark makes of the newest publication.
async fn last(fixture: &Fixture, known: Option<Mark>) -> Result<Option<u64>, StoreError> {
    let sealer = fixture.sealer.clone();
    let last = fixture.db.read("test::last", move |tx| {
        Box::pin(async move { public_log::last(tx, (&sealer, ORIGIN), known).await })
    });
    Ok(last.await?.map(|last| last.number))
}

/// A log with two publications.
async fn twice_published(db: TestDb) -> (Fixture, [Publication; 2]) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 2).await;
    let first = publish(&fixture).await.unwrap();
    read(&fixture, 3).await;
    let second = publish(&fixture).await.unwrap();
    (fixture, [first, second])
}

#[store_test]
async fn who_writes_the_database_alters_no_publication_unseen(db: TestDb) {
    let (fixture, [_, second]) = twice_published(db).await;
    let altered = Err(StoreError::from(Fork::Publication { number: 2 }));
    assert_eq!(last(&fixture, Some(second.mark())).await, Ok(Some(2)));
    for (alter, back) in [
        (
            "update access_publication set size = 1000000 where n = 2",
            "update access_publication set size = 5 where n = 2",
        ),
        (
            "update access_publication set at = at + 1 where n = 2",
            "update access_publication set at = at - 1 where n = 2",
        ),
        (
            "update access_publication set note = note || 'x' where n = 2",
            "update access_publication set note = substr(note, 1, length(note) - 1) where n = 2",
        ),
    ] {
        assert_eq!(run(&fixture.db, alter, vec![]).await, 1);
        assert_eq!(last(&fixture, None).await, altered, "{alter}");
        read(&fixture, 1).await;
        let next = publish_after(&fixture, None).await;
        assert!(next.is_err(), "nothing is published after {alter}");
        assert_eq!(run(&fixture.db, back, vec![]).await, 1);
        assert_eq!(last(&fixture, None).await, Ok(Some(2)), "{back}");
    }
}

#[store_test]
async fn a_number_that_was_published_is_not_given_again(db: TestDb) {
    let (fixture, [first, second]) = twice_published(db).await;
    run(&fixture.db, "delete from access_publication where n = 2", vec![]).await;
    let altered = Err(StoreError::from(Fork::Publication { number: 2 }));
    assert_eq!(last(&fixture, Some(second.mark())).await, altered);
    assert_eq!(last(&fixture, Some(first.mark())).await, Ok(Some(1)));
    // A genuine head of ours is no publication, whatever number it is put under.
    let head = fixture.log.known_head().unwrap();
    let forged = "insert into access_publication (origin, n, size, at, note, binding_mac)
        select origin, 2, 5, at, $1, binding_mac from access_publication where n = 1";
    run(&fixture.db, forged, vec![head.checkpoint.into()]).await;
    assert_eq!(last(&fixture, None).await, altered);
}

#[store_test]
async fn a_node_that_another_was_faster_than_waits_for_its_next_turn(db: TestDb) {
    let (fixture, [first, second]) = twice_published(db).await;
    read(&fixture, 1).await;
    assert_eq!(publish_after(&fixture, Some(first.mark())).await, Ok(None));
    let third = publish_after(&fixture, Some(second.mark())).await.unwrap();
    assert_eq!(third.unwrap().number, 3);
}

/// Publishes a head once more as a node that finds witnesses lacking on this publication.
async fn publish_anew(
    fixture: &Fixture,
    head: KeptHead,
    lacking: &Publication,
) -> Result<Option<Publication>, StoreError> {
    let (sealer, lacking) = (fixture.sealer.clone(), lacking.mark());
    let published = fixture.db.write("test::publish_anew", move |tx| {
        Box::pin(async move {
            let note = head.checkpoint.clone() + "\u{2014} witness.example/w1 AAAAAAECAwQ=\n";
            public_log::publish_anew(tx, (&sealer, ORIGIN), &head, &note, lacking, NOW).await
        })
    });
    published.await
}

#[store_test]
async fn only_the_newest_head_is_published_once_more(db: TestDb) {
    let (fixture, [first, second]) = twice_published(db).await;
    let head = fixture.log.known_head().unwrap();
    let mut another = head.clone();
    another.edge = CompactRange::new();
    (0..5).for_each(|_| another.edge.append(leaf_hash(b"another")));
    let forked = publish_anew(&fixture, another, &second).await;
    assert_eq!(forked, Err(Fork::Publication { number: 2 }.into()));
    assert_eq!(publish_anew(&fixture, head.clone(), &first).await, Ok(None));

    let third = publish_anew(&fixture, head.clone(), &second)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((third.number, third.size), (3, second.size));
    assert!(third.note.starts_with(&second.note) && third.note != second.note);
    assert_eq!(last(&fixture, Some(third.mark())).await, Ok(Some(3)));
    let other_node = publish_anew(&fixture, head.clone(), &second).await;
    assert_eq!(other_node, Ok(None), "another was faster");
    read(&fixture, 1).await;
    let grown = fixture.log.known_head().unwrap();
    assert_eq!(
        publish_anew(&fixture, grown, &third).await,
        Ok(None),
        "it is of another size"
    );
}

#[store_test]
async fn a_publication_above_the_log_is_refused(db: TestDb) {
    let (fixture, _) = twice_published(db).await;
    let back = "update access_head set edge = $1, size = 0";
    run(&fixture.db, back, vec![CompactRange::new().to_bytes().into()]).await;
    let altered = Err(StoreError::from(Fork::Publication { number: 2 }));
    assert_eq!(last(&fixture, None).await, altered);
}

/// A published file as it is served.
async fn served(db: &Db, newest: &Publication, path: &str) -> Result<Option<usize>, StoreError> {
    let (newest, wanted) = (newest.clone(), Tile::parse(path).unwrap());
    let covered = db.read("test::covered", move |tx| {
        Box::pin(async move { public_log::covered(tx, &newest, wanted).await })
    });
    Ok(covered.await?.map(|found| found.hashes.len() / 32))
}

/// Rows that were cut, altered or lost; put back from `kept`.
#[store_test]
async fn damaged_rows_are_not_served_as_the_log(db: TestDb) {
    let fixture = fixture(db, 1).await;
    read(&fixture, 600).await;
    let head = fixture.log.known_head().unwrap();
    let newest = Publication {
        number: 1,
        size: 600,
        at: NOW,
        note: head.checkpoint.clone(),
    };
    let (first, second, edge, above) = ("tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2");
    let db = &fixture.db;
    for (path, width) in [
        (first, 256),
        ("tile/0/000.p/7", 7),
        (second, 256),
        (edge, 88),
        (above, 2),
    ] {
        assert_eq!(served(db, &newest, path).await, Ok(Some(width)), "{path}");
    }
    for beyond in [
        "tile/0/002.p/89",
        "tile/0/003.p/1",
        "tile/1/000.p/3",
        "tile/2/000.p/1",
    ] {
        assert_eq!(served(db, &newest, beyond).await, Ok(None), "{beyond}");
    }
    let half_of_300 = "update access_leaf set leaf = substr(leaf, 1, 40) where idx = 300";
    let lost_599 = "delete from access_leaf where idx = 599";
    let another_type_300 = "update access_leaf set leaf = 'x' where idx = 300";
    let another_type_599 = "update access_leaf set leaf = 'x' where idx = 599";
    let other_node =
        "update access_node set hash = (select hash from access_node where idx = 1) where idx = 0";
    for (damage, bad, good) in [
        // The tile above has the hash of the second, and the edge is whole.
        (
            half_of_300,
            vec![second, "tile/0/001.p/200"],
            vec![first, edge, above],
        ),
        (another_type_300, vec![second], vec![first, edge, above]),
        (lost_599, vec![edge, "tile/0/002.p/1", above], vec![first, second]),
        (another_type_599, vec![edge, above], vec![first, second]),
        (other_node, vec![first, edge, above], vec![second]),
    ] {
        let (leaves, nodes) = (
            "create table kept_leaf as select * from access_leaf",
            "create table kept_node as select * from access_node",
        );
        for sql in [leaves, nodes, damage] {
            run(db, sql, vec![]).await;
        }
        for path in bad {
            let refused = served(db, &newest, path).await;
            assert!(
                matches!(refused, Err(StoreError::LogDamaged { .. })),
                "{damage}: {path}: {refused:?}"
            );
        }
        for path in good {
            assert!(
                served(db, &newest, path).await.unwrap().is_some(),
                "{damage}: {path}"
            );
        }
        for sql in [
            "delete from access_leaf",
            "insert into access_leaf select * from kept_leaf",
            "drop table kept_leaf",
            "delete from access_node",
            "insert into access_node select * from kept_node",
            "drop table kept_node",
        ] {
            run(db, sql, vec![]).await;
        }
    }
    let forged = Publication {
        note: head.checkpoint.replacen("\n600\n", "\n599\n", 1),
        ..newest
    };
    let refused = served(db, &forged, edge).await;
    assert!(
        matches!(refused, Err(StoreError::LogDamaged { .. })),
        "{refused:?}"
    );
}
