//! Whoever can write the database's file and has no key.

use pramaan_store::{DatabaseUrl, Db, DbOptions, StoreError, Value};

use super::Folder;

/// Runs statements on the embedded database of a folder, beside whoever serves it; answers how many rows the last touched.
pub(crate) fn run(folder: &Folder, statements: &[&'static str]) -> u64 {
    let file = DatabaseUrl::Sqlite(folder.inside("pramaan.db"));
    let statements = statements.to_vec();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async move {
        let db = Db::open(&file, &DbOptions::default()).await.unwrap();
        let touched = db.write("test::statements", move |tx| {
            Box::pin(async move {
                let mut touched = 0;
                for sql in statements {
                    touched = tx.execute(sql, &[] as &[Value]).await?;
                }
                Ok::<_, StoreError>(touched)
            })
        });
        let touched = touched.await.unwrap();
        db.close().await;
        touched
    })
}

/// How many entries the log has in the database.
pub(crate) fn entries(folder: &Folder) -> u64 {
    run(folder, &["update access_leaf set idx = idx"])
}
