//! Going on with a log of which this folder does not know the last head: only in public. When heads that the database does not
//! hold are known to have been seen, going on under the same name would be a fork: that takes a successor, [`succeed`](super::succeed()).

use minicbor::{Decode, Encode};
use pramaan_domain::time::Timestamp;
use pramaan_tlog::leaf::{ActorClass, SystemKind};

use super::KeptHead;
use super::continued::signed;
use crate::StoreError;
use crate::access_log::operation::{self, Doer};
use crate::access_log::{head, leaf};
use crate::db::{Db, Tx};
use crate::sealer::Sealer;

/// What an operator did, and why. Sealed; the leaf commits to it.
#[derive(Encode, Decode)]
pub(super) struct Event<'a> {
    /// Microseconds since 1970 UTC.
    #[n(0)]
    pub(super) at: i64,
    #[n(1)]
    pub(super) what: &'a str,
    #[n(2)]
    pub(super) reason: &'a str,
    /// Entries of the log as it was found.
    #[n(3)]
    pub(super) found: u64,
    /// Name and key of the log that begins with the entry, as they are published. Nobody without our sealing key can have an
    /// entry name another.
    #[n(4)]
    pub(super) next: Option<&'a str>,
}

/// Makes the database's log this folder's, with an entry that says so. Answers the head to be kept from now on.
///
/// Invitations and logins of staff end in the same commit, and reference ids go on behind those that may have been given since.
///
/// # Errors
/// `Fork::Unsigned` for a log that these keys did not sign: nobody goes on with that one.
pub async fn adopt(
    db: &Db,
    sealer: &Sealer,
    origin: &str,
    reason: String,
    policy_hash: [u8; 32],
    now: Timestamp,
) -> Result<KeptHead, StoreError> {
    let (sealer, origin) = (sealer.clone(), origin.to_owned());
    db.write("store::outside::adopt", move |tx| {
        Box::pin(async move {
            let (mut log, engine) = head::lock(tx, &origin).await?;
            signed(&sealer, &log)?;
            let at = engine.unwrap_or(now).max(log.at);
            let event = Event {
                at: at.micros(),
                what: "the log of a restored database was adopted",
                reason: &reason,
                found: log.edge.size(),
                next: None,
            };
            let hour = leaf::hour(at)?;
            let doer = Doer {
                class: ActorClass::OperatorCommand,
                kind: SystemKind::Operation,
                policy_hash,
            };
            // Encoding into a vector cannot fail: its writer's error type is uninhabited.
            let detail = minicbor::to_vec(event).unwrap_or_default();
            operation::append(tx, &sealer, &mut log, (hour, doer), &detail).await?;
            log.advance(tx, &sealer, at).await?;
            forget_promises(tx, &sealer, at).await?;
            Ok(KeptHead::from(&log))
        })
    })
    .await
}

/// Serial numbers of reference ids that an older database is made to skip: more than a nation registers between two backups,
/// and of nine thousand million little.
const SERIALS_SKIPPED: i64 = 20_000_000;

/// Ends what the older database holds open and what may have ended since: links and logins of staff, shared devices, printed
/// codes, cards. Whoever registered since
/// was told a reference id; the numbers go on behind all of those.
pub(super) async fn forget_promises(tx: &mut Tx, sealer: &Sealer, now: Timestamp) -> Result<(), StoreError> {
    for sql in [
        "-- store::outside::links
         update staff_link set used_at = $1 where used_at is null",
        "-- store::outside::logins
         update staff_login set ended_at = $1 where ended_at is null",
    ] {
        tx.execute(sql, &[now.into()]).await?;
    }
    // Which devices were stolen and which codes were used since, nobody knows any more: all are enrolled and printed anew.
    for sql in [
        "-- store::outside::devices
         delete from site_device",
        "-- store::outside::device_codes
         delete from site_device_code",
        "-- store::outside::shifts
         delete from site_shift",
        "-- store::outside::sheets
         delete from staff_sheet",
        "-- store::outside::private_codes
         delete from private_code",
    ] {
        tx.execute(sql, &[]).await?;
    }
    // Which cards were ended or followed by another since, nobody knows either. Who has a document gets a new one by it; to
    // somebody without any the card is all there is, and it stays.
    let nothing = sealer.random::<32>();
    tx.execute(
        "-- store::outside::cards
         update card set code_mac = $1, before_mac = null, ended_at = $2
         where ended_at is null and exists (
             select 1 from person
             where person.household = card.household and person.id = card.person
               and person.document_state <> 'no_document')",
        &[nothing.into(), now.into()],
    )
    .await?;
    tx.execute(
        "-- store::outside::serials
         update reference_block set next = next + $1",
        &[SERIALS_SKIPPED.into()],
    )
    .await?;
    Ok(())
}
