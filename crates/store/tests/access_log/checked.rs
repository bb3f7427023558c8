//! Whoever can write the database alters one row, and the row is named.

use pramaan_domain::access::Field;
use pramaan_store::access_log::{Checked, Finding, Numbered, check, dishonest};
use pramaan_store::public_log;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{Db, Engine, Value};

use super::outside::run;
use super::support::{Fixture, NOW, ORIGIN, entry, fixture, lets_nobody, stored};

/// Three people, 1,203 entries, published after 1,200.
async fn log(db: TestDb) -> Fixture {
    let fixture = fixture(db, 3).await;
    let read = |times: usize| {
        let entries = fixture.people.iter().cycle().take(times);
        let entries = entries.map(|person| entry(*person, &[Field::Name])).collect();
        fixture.log.append(entries, NOW)
    };
    read(1_200).await.unwrap();
    publish(&fixture).await;
    read(3).await.unwrap();
    fixture
}

/// Publishes the newest head.
async fn publish(fixture: &Fixture) {
    let (head, sealer) = (fixture.log.known_head().unwrap(), fixture.sealer.clone());
    let published = fixture.db.write("test::publish", move |tx| {
        Box::pin(async move {
            public_log::publish(tx, (&sealer, ORIGIN), &head, &head.checkpoint, None, NOW).await
        })
    });
    assert!(published.await.unwrap().is_some());
}

async fn found(fixture: &Fixture) -> Vec<Finding> {
    let (checked, findings) = check(&fixture.db, &fixture.sealer, ORIGIN, |_, _| ())
        .await
        .unwrap();
    assert_eq!((checked.entries, checked.publications), (1_203, 1));
    findings
}

async fn does(db: &Db, sql: &'static str, params: Vec<Value>) {
    assert_eq!(run(db, sql, params).await, 1, "{sql}");
}

#[store_test]
async fn an_untouched_database_is_as_the_log_says(db: TestDb) {
    let fixture = log(db).await;
    let mut heard = Vec::new();
    let (checked, findings) = check(&fixture.db, &fixture.sealer, ORIGIN, |done, all| {
        heard.push((done, all))
    })
    .await
    .unwrap();
    assert_eq!(findings, []);
    let all = Checked {
        entries: 1_203,
        details: 1_203,
        erased: 0,
        publications: 1,
    };
    assert_eq!(checked, all);
    assert_eq!(heard.last(), Some(&(2_406, 2_406)));
}

#[store_test]
async fn an_edited_detail_is_named(db: TestDb) {
    let fixture = log(db).await;
    let other = "update access_detail set sealed = (select sealed from access_detail where idx = 700) where idx = 703";
    does(&fixture.db, other, vec![]).await;
    assert_eq!(found(&fixture).await, [Finding::DetailAltered { index: 703 }]);
}

#[store_test]
async fn a_deleted_detail_is_named_with_its_count_or_without(db: TestDb) {
    let fixture = log(db).await;
    let deleted = "delete from access_detail where idx = 1202";
    does(&fixture.db, deleted, vec![]).await;
    let gone = Finding::DetailGone { index: 1_202 };
    let findings = found(&fixture).await;
    assert!(
        matches!(findings[..], [Finding::Count { counted: 401, found: 400, .. }, named] if named == gone),
        "{findings:?}"
    );
    run(
        &fixture.db,
        "update access_count set n = 16 where n = 17 and person = $1",
        vec![fixture.people[2].1.into()],
    )
    .await;
    assert_eq!(found(&fixture).await, [gone]);
}

#[store_test]
async fn an_edited_leaf_is_named_and_fails_every_root_after_it(db: TestDb) {
    let fixture = log(db).await;
    let mut leaf = stored(&fixture.db).await.0.swap_remove(5);
    *leaf.last_mut().unwrap() ^= 1;
    does(
        &fixture.db,
        "update access_leaf set leaf = $1 where idx = 5",
        vec![leaf.into()],
    )
    .await;
    assert_eq!(
        found(&fixture).await,
        [
            Finding::Apart { index: 5 },
            Finding::Publication {
                number: Numbered::Ours(1),
                size: 1_200
            },
            Finding::Root { size: 1_203 }
        ]
    );
}

/// One altered entry fails all that was published since: it is named first, and they in one line.
#[store_test]
async fn an_altered_entry_is_named_before_the_publications_that_it_fails(db: TestDb) {
    let fixture = fixture(db, 1).await;
    for _ in 0..6 {
        let looked = entry(fixture.people[0], &[Field::Name]);
        fixture.log.append(vec![looked], NOW).await.unwrap();
        publish(&fixture).await;
    }
    let other = "update access_leaf set leaf = (select leaf from access_leaf where idx = 0) where idx = 1";
    does(&fixture.db, other, vec![]).await;
    let forged = "update access_publication set note = replace(note, 'log.', 'lag.') where n = 5";
    does(&fixture.db, forged, vec![]).await;
    let (_, findings) = check(&fixture.db, &fixture.sealer, ORIGIN, |_, _| ())
        .await
        .unwrap();
    assert_eq!(
        findings,
        [
            Finding::Apart { index: 1 },
            Finding::Unsigned(Numbered::Ours(5)),
            Finding::Publications {
                from: Numbered::Ours(2),
                to: Numbered::Ours(4),
                size: 2
            },
            Finding::Publication {
                number: Numbered::Ours(6),
                size: 6
            },
            Finding::Root { size: 6 }
        ]
    );
    assert!(
        findings[2].to_string().starts_with("publications 2 to 4: "),
        "{}",
        findings[2]
    );
}

#[store_test]
async fn a_leaf_that_names_another_actor_than_its_detail_is_named(db: TestDb) {
    let fixture = log(db).await;
    let before = fixture.db.write("test::dishonest", |tx| {
        Box::pin(async move { dishonest::edit(tx, u64::MAX).await })
    });
    let altered = before.await.unwrap().unwrap();
    assert_eq!(
        found(&fixture).await,
        [Finding::Apart { index: 1_202 }, Finding::Root { size: 1_203 }]
    );
    let back = fixture.db.write("test::put_back", |tx| {
        Box::pin(async move { dishonest::put_back(tx, altered).await })
    });
    back.await.unwrap();
    assert_eq!(found(&fixture).await, []);
}

#[store_test]
async fn a_deleted_leaf_and_a_forged_publication_are_named(db: TestDb) {
    let fixture = log(db).await;
    does(&fixture.db, "delete from access_leaf where idx = 1201", vec![]).await;
    assert_eq!(
        found(&fixture).await,
        [
            Finding::LeafGone { index: 1_201 },
            Finding::Apart { index: 1_201 },
            Finding::Root { size: 1_203 }
        ]
    );
    let forged = "update access_publication set note = replace(note, '1200', '1199')";
    does(&fixture.db, forged, vec![]).await;
    let unsigned = Finding::Unsigned(Numbered::Ours(1));
    assert_eq!(found(&fixture).await[2], unsigned, "behind the entries");
}

#[store_test]
async fn details_that_changed_places_are_named(db: TestDb) {
    let fixture = log(db).await;
    // The same person's entries 0 and 3: what they say of each other's moment is exchanged.
    for sql in [
        "update access_detail set i = 9999 where idx = 0",
        "update access_detail set i = 0 where idx = 3",
        "update access_detail set i = 1 where i = 9999",
    ] {
        does(&fixture.db, sql, vec![]).await;
    }
    assert_eq!(
        found(&fixture).await,
        [Finding::Apart { index: 0 }, Finding::Apart { index: 3 }]
    );
}

#[store_test]
async fn altered_and_missing_publications_are_named(db: TestDb) {
    let fixture = log(db).await;
    let altered = "update access_publication set size = 1000000";
    does(&fixture.db, altered, vec![]).await;
    assert_eq!(
        found(&fixture).await,
        [Finding::PublicationAltered(Numbered::Ours(1))]
    );
    let moved = "update access_publication set size = 1200, n = 7";
    does(&fixture.db, moved, vec![]).await;
    assert_eq!(
        found(&fixture).await,
        [
            Finding::PublicationsGone {
                from: Numbered::Ours(1),
                to: Numbered::Ours(6)
            },
            Finding::PublicationAltered(Numbered::Ours(7))
        ]
    );
}

#[store_test]
async fn a_detail_that_was_taken_from_its_list_is_named(db: TestDb) {
    let fixture = log(db).await;
    // Entry 1200 is the first person's last, and in its seventh part.
    let taken = "update access_count set n = n - 1, places = replace(places, ',1200,', ',') where part = 6 and person = $1";
    does(&fixture.db, taken, vec![fixture.people[0].1.into()]).await;
    assert_eq!(found(&fixture).await, [Finding::Unlisted { index: 1_200 }]);
    does(
        &fixture.db,
        "delete from access_count where part = 0 and person = $1",
        vec![fixture.people[1].1.into()],
    )
    .await;
    let all = found(&fixture).await;
    let unlisted = all.iter().filter(|one| matches!(one, Finding::Unlisted { .. }));
    assert_eq!(
        (unlisted.count(), all.len()),
        (65, 66),
        "and the part after the one that is gone"
    );
}

#[store_test]
async fn a_hole_in_the_numbering_and_a_count_of_nobody_are_named(db: TestDb) {
    let fixture = log(db).await;
    let person = fixture.people[0];
    let hole = "insert into access_count (household, person, day, part, n, places)
                select household, person, day, 9, 0, '' from access_count where person = $1 and part = 0";
    does(&fixture.db, hole, vec![person.1.into()]).await;
    let named = found(&fixture).await;
    assert!(
        matches!(
            named[..],
            [Finding::Count {
                counted: 576,
                found: 401,
                ..
            }]
        ),
        "{named:?}"
    );
    let nobody = "update access_count set household = 'x' where person = $1 and part = 9";
    does(&fixture.db, nobody, vec![person.1.into()]).await;
    assert_eq!(found(&fixture).await, [Finding::CountOfNobody]);
}

/// One person's seventy entries of a day, published, and copies of their rows.
async fn kept(db: TestDb) -> Fixture {
    let fixture = fixture(db, 1).await;
    let looks = vec![entry(fixture.people[0], &[Field::Name]); 70];
    fixture.log.append(looks, NOW).await.unwrap();
    publish(&fixture).await;
    for table in TABLES {
        let keep = format!("create table kept_{table} as select * from {table}");
        run(&fixture.db, keep.leak(), vec![]).await;
    }
    // What was found before is not lost with a row that does not read.
    let forged = "update access_publication set note = replace(note, 'log.', 'lag.')";
    does(&fixture.db, forged, vec![]).await;
    fixture
}

const TABLES: [&str; 3] = ["access_leaf", "access_detail", "access_count"];

/// What is found beside the forged publication, and the rows as they were.
async fn found_and_put_back(fixture: &Fixture) -> Vec<Finding> {
    let (checked, mut findings) = check(&fixture.db, &fixture.sealer, ORIGIN, |_, _| ())
        .await
        .unwrap();
    assert_eq!(checked.entries, 70);
    let unsigned = Finding::Unsigned(Numbered::Ours(1));
    let before = findings.len();
    findings.retain(|finding| *finding != unsigned);
    assert_eq!(before - findings.len(), 1);
    for table in TABLES {
        run(&fixture.db, format!("delete from {table}").leak(), vec![]).await;
        let back = format!("insert into {table} select * from kept_{table}");
        run(&fixture.db, back.leak(), vec![]).await;
    }
    findings
}

#[store_test]
async fn a_leaf_or_a_detail_with_a_value_of_another_type_is_named_and_no_error(db: TestDb) {
    if db.engine() == Engine::Postgres {
        return lets_nobody(&db, "update access_leaf set leaf = cast('x' as text)").await;
    }
    let fixture = kept(db).await;
    let index = 65;
    for value in ["'x'", "1.5", "7", "cast(leaf as text)"] {
        let sql = format!("update access_leaf set leaf = {value} where idx = 65");
        does(&fixture.db, sql.leak(), vec![]).await;
        let named = [
            Finding::LeafUnreadable { index },
            Finding::Apart { index },
            Finding::Root { size: 70 },
        ];
        assert_eq!(found_and_put_back(&fixture).await, named, "{value}");
    }
    let altered = Finding::DetailAltered { index };
    for value in ["'x'", "1.5", "cast(sealed as text)"] {
        let sql = format!("update access_detail set sealed = {value} where idx = 65");
        does(&fixture.db, sql.leak(), vec![]).await;
        assert_eq!(found_and_put_back(&fixture).await, [altered], "{value}");
    }
    let count = Finding::Count {
        day: NOW.date(),
        counted: 70,
        found: 69,
    };
    for set in [
        "day = 1.5",
        "day = 'x'",
        "i = 1.5",
        "household = cast(x'ff' as text)",
        "household = x'00'",
        "person = cast(person as blob)",
    ] {
        let sql = format!("update access_detail set {set} where idx = 65");
        does(&fixture.db, sql.leak(), vec![]).await;
        assert_eq!(found_and_put_back(&fixture).await, [altered, count], "{set}");
    }
}

#[store_test]
async fn a_count_with_a_value_of_another_type_is_named_and_no_error(db: TestDb) {
    if db.engine() == Engine::Postgres {
        return lets_nobody(&db, "update access_count set n = cast('x' as text)").await;
    }
    let fixture = kept(db).await;
    let day = NOW.date();
    let unlisted: Vec<_> = (64..70).map(|index| Finding::Unlisted { index }).collect();
    for value in ["'x'", "1.5", "9e999", "-9e999", "x'00'"] {
        let sql = format!("update access_count set n = {value} where part = 1");
        does(&fixture.db, sql.leak(), vec![]).await;
        let counted = 64 + i64::from(u32::MAX);
        let named = [Finding::Count {
            day,
            counted,
            found: 70,
        }];
        assert_eq!(found_and_put_back(&fixture).await, named, "{value}");
    }
    for value in ["x'00'", "cast(x'ff' as text)"] {
        let sql = format!("update access_count set places = {value} where part = 1");
        does(&fixture.db, sql.leak(), vec![]).await;
        let count = Finding::Count {
            day,
            counted: 70,
            found: 64,
        };
        let named = [vec![count], unlisted.clone()].concat();
        assert_eq!(found_and_put_back(&fixture).await, named, "{value}");
    }
    for set in [
        "day = 1.5",
        "part = 1.5",
        "part = 'x'",
        "part = x'00'",
        "household = cast(x'ff' as text)",
        "person = x'00'",
        "household = char(0)",
    ] {
        let sql = format!("update access_count set {set} where part = 1");
        does(&fixture.db, sql.leak(), vec![]).await;
        let named = [vec![Finding::CountOfNobody], unlisted.clone()].concat();
        assert_eq!(found_and_put_back(&fixture).await, named, "{set}");
    }
}

/// More of them than are read at once, before, between and behind those that are in order.
#[store_test]
async fn however_many_counts_of_other_types_are_each_named_and_the_others_compared(db: TestDb) {
    if db.engine() == Engine::Postgres {
        return lets_nobody(&db, "update access_count set day = cast('x' as text)").await;
    }
    let fixture = kept(db).await;
    for place in [
        "household, person, day, n + 0.5",
        "household, person, day + 0.5, n",
        "cast(x'00' || n as text), person, day, n",
        "cast(x'ff' || n as text), person, day, n",
        "household, cast(person || n as blob), day, n",
    ] {
        let many = format!(
            "insert into access_count (household, person, day, part, n, places)
             with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n < 899)
             select {place}, 1, '' from (select household, person, day from access_count where part = 0), numbers"
        );
        assert_eq!(run(&fixture.db, many.leak(), vec![]).await, 900, "{place}");
        let unlisted =
            "update access_count set places = replace(places, ',69,', ',') where n = 6 and part = 1";
        does(&fixture.db, unlisted, vec![]).await;
        let findings = found_and_put_back(&fixture).await;
        let nobody = findings.iter().filter(|one| **one == Finding::CountOfNobody);
        assert_eq!((nobody.count(), findings.len()), (900, 902), "{place}");
        assert_eq!(findings[901], Finding::Unlisted { index: 69 }, "{place}");
    }
}
