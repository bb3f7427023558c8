//! What was given at sessions already: of their seats, no dose is needed for these any more.

use std::collections::HashMap;

use pramaan_domain::id::SessionId;

use crate::StoreError;
use crate::db::{ColumnType, Tx, Value, batches, rows_placeholders};

/// Doses recorded at each of these sessions; one without any is left out.
pub async fn given_in(tx: &mut Tx, sessions: &[SessionId]) -> Result<HashMap<SessionId, i64>, StoreError> {
    let mut given = HashMap::new();
    for batch in batches(tx.engine(), sessions, 1, 0) {
        let sql = format!(
            "-- store::stock::given_in
             with v (session) as (values {})
             select d.session, cast(sum(d.n) as bigint) from dose_count d join v on v.session = d.session
             group by d.session",
            rows_placeholders(tx.engine(), 1, &[ColumnType::Text], batch.len())
        );
        let params: Vec<Value> = batch.iter().map(|session| (*session).into()).collect();
        for row in tx.query(&sql, &params).await? {
            given.insert(row.parse(0)?, row.int(1)?);
        }
    }
    Ok(given)
}
