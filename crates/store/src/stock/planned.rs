//! What was given at sessions already: of their seats, no dose is needed for these any more.

use std::collections::HashMap;

use pramaan_domain::id::SessionId;

use crate::StoreError;
use crate::db::{ColumnType, Rows, Tx};

/// Doses recorded at each of these sessions; one without any is left out.
pub async fn given_in(tx: &mut Tx, sessions: &[SessionId]) -> Result<HashMap<SessionId, i64>, StoreError> {
    let mut given = HashMap::new();
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [ColumnType::Text],
        sessions.iter().map(|session| [(*session).into()]),
    ) {
        let sql = format!(
            "-- store::stock::given_in
             with v (session) as ({rows})
             select d.session, cast(sum(d.n) as bigint) from dose_count d join v on v.session = d.session
             group by d.session"
        );
        for row in tx.query(&sql, rows.params()).await? {
            given.insert(row.parse(0)?, row.int(1)?);
        }
    }
    Ok(given)
}
