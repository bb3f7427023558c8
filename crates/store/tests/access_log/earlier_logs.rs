//! The rows and keys of the logs that this one continues, compared with the entries that go on from them.

use pramaan_store::access_log::{Finding, check};
use pramaan_store::outside::{self, Ending, Fork, Succession};
use pramaan_store::public_log::{self};
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Engine, Sealer, StoreError, access_log};

use super::outside::run;
use super::successor::{NEXT, head, key_of, leaves, next, put_back, read, succeed, with_log_key};
use super::support::{Fixture, NOW, ORIGIN, fixture, lets_nobody};

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
        put_back(&fixture, "access_before").await;
    }
    let (_, findings) = check(&fixture.db, &next(), NEXT, |_, _| ()).await.unwrap();
    assert_eq!(findings, []);
}

#[store_test]
async fn a_row_of_an_earlier_log_with_a_value_of_another_type_is_named_and_no_error(db: TestDb) {
    let fixture = fixture(db, 1).await;
    if fixture.db.engine() == Engine::Postgres {
        return lets_nobody(&fixture.db, "update access_before set k = cast('x' as text)").await;
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
        put_back(&fixture, "access_before").await;
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
        put_back(&fixture, "access_before").await;
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
