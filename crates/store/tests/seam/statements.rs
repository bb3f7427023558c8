//! Statements mean the same on both engines.

use pramaan_store::testing::{TestDb, store_test};
use pramaan_store::{ColumnType, Rows, StoreError, Value};

use crate::support::{ITEMS, execute, int, items, query};

#[store_test(prepare = ITEMS)]
async fn parameters_go_by_number(db: TestDb) {
    let sql = "select cast($2 as text), cast($1 as text), '$1', cast($2 as text) /* $3 */ -- $4";
    let found = query(&db, sql, &["one".into(), "two".into()]).await.unwrap();
    let texts: Vec<&str> = (0..4).map(|column| found[0].text(column).unwrap()).collect();
    assert_eq!(texts, ["two", "one", "$1", "two"]);
}

#[store_test(prepare = ITEMS)]
async fn counts_are_of_rows(db: TestDb) {
    for id in 0..3 {
        execute(&db, "insert into item (id) values ($1)", &[id.into()])
            .await
            .unwrap();
    }
    let count = async |sql| execute(&db, sql, &[]).await.unwrap();
    assert_eq!(count("update item set word = 'x' where id > 0").await, 2);
    assert_eq!(count("update item set word = 'x' where id > 7").await, 0);
    assert_eq!(count("update item set word = 'y' returning id").await, 3);
    assert_eq!(count("create table other (id bigint)").await, 0);
    assert_eq!(count("delete from item").await, 3);
    assert_eq!(count("drop table other").await, 0);
}

#[store_test(prepare = ITEMS)]
async fn a_conflict_does_nothing_or_updates_and_returns(db: TestDb) {
    let nothing = "insert into item (id, word) values ($1, $2) on conflict do nothing returning id";
    let first = query(&db, nothing, &[1.into(), "a".into()]).await.unwrap();
    let second = query(&db, nothing, &[1.into(), "b".into()]).await.unwrap();
    assert_eq!((first.len(), second.len()), (1, 0));
    let update = "insert into total (name, amount) values ($1, $2)
                  on conflict (name) do update set amount = total.amount + excluded.amount returning amount";
    query(&db, update, &["doses".into(), 2.into()]).await.unwrap();
    let total = query(&db, update, &["doses".into(), 3.into()]).await.unwrap();
    assert_eq!(total[0].int(0), Ok(5));
}

#[store_test(prepare = ITEMS)]
async fn many_rows_go_in_and_are_changed_by_a_list(db: TestDb) {
    let columns = [ColumnType::Int, ColumnType::Text, ColumnType::Blob];
    let ids: Vec<i64> = (0..3_000).collect();
    db.write("test::batches", move |tx| {
        Box::pin(async move {
            let all = ids.into_iter().map(|id| -> [Value; 3] {
                let word = (id % 2 == 0).then_some("even");
                [id.into(), word.into(), id.to_be_bytes().into()]
            });
            for rows in Rows::cut(tx.engine(), &[], columns, all) {
                let sql = format!("insert into item (id, word, bytes) {rows}");
                tx.execute(&sql, rows.params()).await?;
            }
            let added = [[2.into(), " two".into()], [3.into(), " three".into()]];
            let rows = Rows::new(
                tx.engine(),
                &["!".into()],
                [ColumnType::Int, ColumnType::Text],
                added,
            );
            let sql = format!(
                "with v(id, word) as ({rows})
                 update item set word = item.word || v.word || $1 from v where item.id = v.id"
            );
            assert_eq!(tx.execute(&sql, rows.params()).await?, 2);
            Ok::<_, StoreError>(())
        })
    })
    .await
    .unwrap();
    assert_eq!(items(&db).await, 3_000);
    let changed = query(&db, "select id, bytes, word from item where word like '%!'", &[])
        .await
        .unwrap();
    assert_eq!(changed.len(), 1, "a null word stays null");
    assert_eq!(changed[0].blob(1), Ok(&2i64.to_be_bytes()[..]));
    assert_eq!(changed[0].text(2), Ok("even two!"));
}

#[store_test(prepare = ITEMS)]
async fn sums_are_cast(db: TestDb) {
    execute(
        &db,
        "insert into total (name, amount) values ('a', 4), ('b', 5)",
        &[],
    )
    .await
    .unwrap();
    assert_eq!(int(&db, "select cast(sum(amount) as bigint) from total").await, 9);
}

#[store_test(prepare = ITEMS)]
async fn one_row_is_one_row(db: TestDb) {
    let one = db
        .read("test::one", |tx| {
            Box::pin(async move {
                tx.query_one("-- store::item::all\nselect id from item", &[])
                    .await
            })
        })
        .await;
    let (statement, found) = ("store::item::all".into(), 0);
    assert_eq!(one.map(drop), Err(StoreError::RowCount { statement, found }));
    execute(&db, "insert into item (id) values (1), (2)", &[])
        .await
        .unwrap();
    let several = db
        .read("test::several", |tx| {
            Box::pin(async move { tx.query_opt("select id from item", &[]).await })
        })
        .await;
    assert!(matches!(several, Err(StoreError::RowCount { found: 2, .. })));
}
