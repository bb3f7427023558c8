//! What happened to a root key: an entry of the log about the service itself, of nobody's record.

use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::{ActorClass, SystemKind};

use super::KeptHead;
use super::adopt::Event;
use crate::StoreError;
use crate::access_log::operation::{self, Doer};
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
                next: None,
            };
            let hour = leaf::hour(at)?;
            let doer = Doer {
                class: ActorClass::OperatorCommand,
                kind: SystemKind::KeyEvent,
                policy_hash,
            };
            // Encoding into a vector cannot fail: its writer's error type is uninhabited.
            let detail = minicbor::to_vec(event).unwrap_or_default();
            operation::append(tx, &sealer, &mut log, (hour, doer), &detail).await?;
            log.advance(tx, &sealer, at).await?;
            Ok(KeptHead::from(&log))
        })
    })
    .await
}
