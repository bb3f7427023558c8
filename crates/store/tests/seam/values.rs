//! What is put in comes back, of the same kind.

use pramaan_domain::id::PersonId;
use pramaan_domain::time::Timestamp;
use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{StoreError, Value};

use crate::support::{ITEMS, execute, query};

const INSERT: &str = "insert into item (id, word, bytes) values ($1, $2, $3)";

#[store_test(prepare = ITEMS)]
async fn extremes_come_back(db: TestDb) {
    let words = [Some("दीप्ति O'Brien $1 ?"), Some(""), None];
    let bytes: [Option<Vec<u8>>; 3] = [Some((0..=255).collect()), Some(Vec::new()), None];
    for (id, (word, bytes)) in [i64::MIN, 0, i64::MAX]
        .into_iter()
        .zip(words.into_iter().zip(bytes))
    {
        let params = [id.into(), word.into(), bytes.clone().into()];
        assert_eq!(execute(&db, INSERT, &params).await, Ok(1));
        let found = query(
            &db,
            "select word, bytes, id from item where id = $1",
            &[id.into()],
        )
        .await
        .unwrap();
        assert_eq!(found[0].opt_text(0), Ok(word));
        assert_eq!(found[0].opt_blob(1), Ok(bytes.as_deref()));
        assert_eq!(found[0].int(2), Ok(id));
    }
}

#[store_test(prepare = ITEMS)]
async fn ids_and_instants_come_back(db: TestDb) {
    let (person, now) = (
        PersonId::from_random([9; 16]),
        Timestamp::from_seconds(1_700_000_000),
    );
    let params = [now.into(), person.into(), [7u8; 32].into()];
    execute(&db, INSERT, &params).await.unwrap();
    let found = query(&db, "select id, word, bytes from item", &[]).await.unwrap();
    assert_eq!(found[0].timestamp(0), Ok(now));
    assert_eq!(found[0].parse(1), Ok(person));
    assert_eq!(found[0].array(2), Ok([7u8; 32]));
}

#[store_test(prepare = ITEMS)]
async fn a_column_of_another_kind_is_a_named_error(db: TestDb) {
    execute(&db, INSERT, &[1.into(), Value::Null, Value::Null])
        .await
        .unwrap();
    let found = query(&db, "-- store::item::get\nselect word, id from item", &[])
        .await
        .unwrap();
    let named = |column, expected| StoreError::Inconsistent {
        statement: "store::item::get".into(),
        column,
        expected,
    };
    assert_eq!(found[0].text(0), Err(named(0, "text")));
    assert_eq!(found[0].blob(1), Err(named(1, "bytes")));
    assert_eq!(found[0].int(2), Err(named(2, "in the answer")));
}

#[store_test(prepare = ITEMS)]
async fn truth_is_one_and_fractions_are_refused(db: TestDb) {
    let exists = "select exists (select 1 from item), not exists (select 1 from item)";
    let found = query(&db, exists, &[]).await.unwrap();
    assert_eq!((found[0].int(0), found[0].int(1)), (Ok(0), Ok(1)));
    let fraction = query(&db, "select 0.5", &[]).await;
    assert!(
        matches!(fraction, Err(StoreError::Inconsistent { column: 0, .. })),
        "{fraction:?}"
    );
}

#[store_test(prepare = ITEMS)]
async fn the_zero_character_is_refused(db: TestDb) {
    let refused = execute(&db, INSERT, &[1.into(), "a\0b".into(), Value::Null]).await;
    assert!(
        matches!(refused, Err(StoreError::Statement { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_value_does_not_show_itself() {
    let shown = format!("{:?}", [Value::from("9876543210"), Value::from(1987)]);
    assert_eq!(shown, "[text, an integer]");
}
