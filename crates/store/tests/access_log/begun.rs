//! A succession that was stopped behind its commit is gone on with as it was begun, and not otherwise.

use pramaan_store::outside::{self, Ending, Fork, Seen, Succession};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, Engine, Sealer, StoreError};
use pramaan_tlog::leaf::{Bridge, Hour, Leaf};
use pramaan_tlog::{Checkpoint, CompactRange, Verifier, leaf_hash};

use super::outside::{restore, run};
use super::successor::{NEXT, head, key_of, leaves, next, read, sha256, succeed, unsucceeded, with_log_key};
use super::support::{Fixture, NOW, ORIGIN, fixture, stored};

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
