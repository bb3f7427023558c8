//! What happened to a root key: an entry of the log about the service itself, of nobody's record.

use pramaan_domain::time::Timestamp;
use pramaan_tlog::Hash;
use pramaan_tlog::leaf::{Actor, ActorClass, Leaf, System, SystemKind};

use super::KeptHead;
use super::adopt::{Event, insert_event};
use crate::StoreError;
use crate::access_log::{head, leaf};
use crate::db::Db;
use crate::sealer::Sealer;

/// Writes that a root key was replaced, and why; sealed, and shown to an investigation. Answers the head to be kept.
///
/// # Errors
/// As the appending of any entry: then the key must not be touched.
pub async fn key_event(
    db: &Db,
    sealer: &Sealer,
    origin: &str,
    (what, reason): (String, String),
    policy_hash: [u8; 32],
    now: Timestamp,
) -> Result<KeptHead, StoreError> {
    let (sealer, origin) = (sealer.clone(), origin.to_owned());
    db.write("store::outside::key_event", move |tx| {
        Box::pin(async move {
            let (mut log, engine) = head::lock(tx, &origin).await?;
            super::signed(&sealer, &log)?;
            let at = engine.unwrap_or(now).max(log.at);
            let event = Event {
                at: at.micros(),
                what: &what,
                reason: &reason,
                found: log.edge.size(),
            };
            let hour = leaf::hour(at)?;
            let detail = insert_event(tx, &sealer, &origin, log.edge.size(), &event).await?;
            let leaf = Leaf::System(System {
                kind: SystemKind::KeyEvent,
                hour,
                actor: Actor {
                    class: ActorClass::OperatorCommand,
                    organisation: 0,
                },
                policy: Hash::from_bytes(policy_hash),
                detail,
            });
            let bytes = leaf.to_bytes();
            head::insert_leaf(tx, &log, &bytes).await?;
            log.append(&bytes);
            log.advance(tx, &sealer, at).await?;
            Ok(KeptHead::from(&log))
        })
    })
    .await
}
