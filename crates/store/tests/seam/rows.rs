//! Many rows in one statement are the same rows on both engines.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{ColumnType, Db, Engine, Row, Rows, StoreError, Value};

use crate::support::{ITEMS, execute, items, query};

const COLUMNS: [ColumnType; 3] = [ColumnType::Int, ColumnType::Text, ColumnType::Blob];

type Item = (i64, Option<String>, Option<Vec<u8>>);

/// What an array's text form, a literal or an encoding could stumble over, and what comes by chance.
fn word() -> impl Strategy<Value = Option<String>> {
    let odd = prop::sample::select(vec![
        "",
        " ",
        "'",
        "\"",
        "\\",
        "{}",
        "{a,b}",
        "null",
        "NULL",
        ",",
        "\u{FFFD}",
        "\u{10FFFF}",
        "\n",
        "$1",
        "?1",
        "दीप्ति",
    ]);
    prop_oneof![
        2 => Just(None),
        3 => odd.prop_map(|word| Some(word.to_owned())),
        3 => "[^\u{0}]{0,12}".prop_map(Some),
    ]
}

fn some_items() -> impl Strategy<Value = Vec<Item>> {
    let id = prop_oneof![4 => any::<i64>(), 1 => prop::sample::select(vec![i64::MIN, -1, 0, i64::MAX])];
    let bytes = prop::option::of(prop::collection::vec(any::<u8>(), 0..20));
    let items = prop::collection::btree_map(id, (word(), bytes), 0..150);
    items.prop_map(|items| {
        items
            .into_iter()
            .map(|(id, (word, bytes))| (id, word, bytes))
            .collect()
    })
}

fn columns((id, word, bytes): Item) -> [Value; 3] {
    [id.into(), word.into(), bytes.into()]
}

fn item(row: &Row) -> Item {
    let word = row.opt_text(1).unwrap().map(str::to_owned);
    (
        row.int(0).unwrap(),
        word,
        row.opt_blob(2).unwrap().map(<[u8]>::to_vec),
    )
}

fn sorted(rows: &[Row]) -> Vec<Item> {
    let mut items: Vec<Item> = rows.iter().map(item).collect();
    items.sort_unstable();
    items
}

/// The rows as they come back from a list, the table's after they went in by one, and what is left after another took them.
async fn through_rows(db: &Db, items: Vec<Item>) -> [Vec<Item>; 3] {
    let done: Result<_, StoreError> = db
        .write("test::through_rows", move |tx| {
            Box::pin(async move {
                let mut listed = Vec::new();
                let all: Vec<_> = Rows::cut(tx.engine(), &[7.into()], COLUMNS, items.into_iter().map(columns)).collect();
                for rows in &all {
                    let sql = format!("with v (id, word, bytes) as ({rows}) select id, word, bytes from v where $1 = 7");
                    listed.extend(tx.query(&sql, rows.params()).await?);
                    let sql = format!("insert into item (id, word, bytes) select * from ({rows}) as r where $1 = 7");
                    assert_eq!(tx.execute(&sql, rows.params()).await?, rows.count());
                }
                let kept = tx.query("select id, word, bytes from item", &[]).await?;
                for rows in &all {
                    let sql = format!(
                        "with v (id, word, bytes) as ({rows}) delete from item where $1 = 7 and id in (select id from v)"
                    );
                    assert_eq!(tx.execute(&sql, rows.params()).await?, rows.count());
                }
                let left = tx.query("select id, word, bytes from item", &[]).await?;
                Ok([sorted(&listed), sorted(&kept), sorted(&left)])
            })
        })
        .await;
    done.unwrap()
}

#[store_test(prepare = ITEMS)]
async fn whatever_rows_hold_comes_back(db: TestDb) {
    let mut runner = TestRunner::deterministic();
    for _ in 0..48 {
        let items = some_items().new_tree(&mut runner).unwrap().current();
        let [listed, kept, left] = through_rows(&db, items.clone()).await;
        assert_eq!(listed, items);
        assert_eq!(kept, items);
        assert_eq!(left, []);
    }
}

#[store_test(prepare = ITEMS)]
async fn rows_are_inserted_unless_they_are_there(db: TestDb) {
    let many = |word: &'static str| (0..10_000_i64).map(move |id| columns((id, Some(word.to_owned()), None)));
    for word in ["first", "second"] {
        for rows in Rows::cut(db.engine(), &[], COLUMNS, many(word)) {
            let sql = format!(
                "insert into item (id, word, bytes) {rows}
                 on conflict (id) do update set word = item.word || excluded.word, bytes = excluded.bytes"
            );
            assert_eq!(execute(&db, &sql, rows.params()).await, Ok(rows.count()));
        }
    }
    assert_eq!(items(&db).await, 10_000);
    let both = query(&db, "select id from item where word = 'firstsecond'", &[]).await;
    assert_eq!(both.unwrap().len(), 10_000);
}

#[store_test(prepare = ITEMS)]
async fn no_rows_change_nothing(db: TestDb) {
    let none = Rows::new(db.engine(), &[], COLUMNS, []);
    let sql = format!("insert into item (id, word, bytes) {none} on conflict (id) do nothing");
    assert_eq!(execute(&db, &sql, none.params()).await, Ok(0));
}

#[store_test(prepare = ITEMS)]
async fn the_zero_character_is_refused_in_rows(db: TestDb) {
    let rows = Rows::new(
        db.engine(),
        &[],
        [ColumnType::Text],
        [["a".into()], ["a\0b".into()]],
    );
    let refused = query(&db, &format!("-- test::zero\n{rows}"), rows.params()).await;
    let message = refused.unwrap_err().to_string();
    assert!(
        message.contains("test::zero") && message.contains("U+0000"),
        "{message}"
    );
}

#[store_test(prepare = ITEMS)]
async fn an_array_is_for_postgres_and_of_one_kind(db: TestDb) {
    let sql = "-- test::array\nselect * from unnest(cast($1 as bigint[]))";
    let mixed = Value::Array(vec![1.into(), "one".into()]);
    let (sql, expected) = match db.engine() {
        Engine::Postgres => (sql, "text was given where the statement wants int8"),
        Engine::Sqlite => ("-- test::array\nselect $1", "an array was given"),
    };
    let message = query(&db, sql, &[mixed]).await.unwrap_err().to_string();
    assert!(
        message.contains("test::array") && message.contains(expected),
        "{message}"
    );
    let nested = Value::Array(vec![Value::Array(vec![1.into()])]);
    assert!(query(&db, sql, &[nested]).await.is_err());
}
