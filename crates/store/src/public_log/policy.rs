//! The text behind each policy hash, for as long as the log names it.

use sha2::{Digest, Sha256};

use crate::StoreError;
use crate::db::Tx;

/// Keeps a policy under its SHA-256.
pub async fn keep(tx: &mut Tx, body: &str) -> Result<(), StoreError> {
    let hash = Sha256::digest(body.as_bytes());
    tx.execute(
        "-- store::public_log::keep_policy
         insert into access_policy (hash, body) values ($1, $2) on conflict (hash) do nothing",
        &[hash.as_slice().into(), body.into()],
    )
    .await?;
    Ok(())
}

/// The policy with this SHA-256; `None` when no entry was ever decided by it here.
pub async fn text(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<String>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::public_log::policy_text
             select body from access_policy where hash = $1",
            &[hash.as_slice().into()],
        )
        .await?;
    row.map(|row| row.text(0).map(str::to_owned)).transpose()
}
