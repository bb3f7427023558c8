//! Who registered somebody at a desk; for people without any document why, and through whom; and why a minor came alone.

use minicbor::{Decode, Encode};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::name::PersonName;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::access_log::Opening;
use crate::db::Tx;
use crate::pad::{padded, unpadded};
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};

type Subject = (HouseholdId, PersonId);

/// Who speaks for somebody without a document. The whole number lives here and nowhere else.
pub struct Facilitator {
    pub name: PersonName,
    pub document: (DocumentType, DocumentNumber),
}

/// Why somebody has no document, and who speaks for them.
pub struct WithoutDocument {
    pub reason: Reason,
    pub facilitator: Facilitator,
}

/// A registration at a desk, about to be written down.
pub struct NewDeskRegistration<'a> {
    pub subject: Subject,
    pub centre: i64,
    /// The code of the member of staff.
    pub staff: &'a str,
    pub without: Option<&'a WithoutDocument>,
    /// Why nobody came with a minor.
    pub alone: Option<&'a Reason>,
}

/// Where and when somebody was registered at a desk; opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtDesk {
    pub centre: i64,
    pub registered_at: Timestamp,
}

/// The same with what was sealed, for the person's own list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskRegistration {
    pub at: AtDesk,
    pub staff: String,
    pub without: Option<ToldWithoutDocument>,
    /// Why nobody came with a minor.
    pub alone: Option<String>,
}

/// What is kept of why there was no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldWithoutDocument {
    pub reason: String,
    pub facilitator: String,
    pub document_type: i64,
    pub last_four: String,
}

#[derive(Encode, Decode)]
struct Sealed {
    #[n(0)]
    staff: String,
    #[n(1)]
    reason: String,
    #[n(2)]
    facilitator: String,
    #[n(3)]
    document_type: i64,
    #[n(4)]
    last_four: String,
    #[n(5)]
    alone: String,
}

/// Almost every registration fits one, with a facilitator or without: a dump does not show who has no document by length.
const BLOCK: usize = 2_200;

/// # Errors
/// `Erased` when the person's keys are gone.
pub async fn insert(
    tx: &mut Tx,
    sealer: &Sealer,
    new: NewDeskRegistration<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let subject = new.subject;
    let plain = plain(&new);
    let keys = person_key::group(tx, sealer, Group::Identity, &[subject]).await?;
    let key = keys.get(&subject.1).ok_or(StoreError::Erased)?;
    let sealed = key.seal(&bound(subject), &padded(&plain, BLOCK), &*sealer.entropy);
    let at = AtDesk {
        centre: new.centre,
        registered_at: now,
    };
    let binding = mac(sealer, subject, at, &sealed);
    tx.execute(
        "-- store::desk_registration::insert
         insert into desk_registration (household, person, centre, sealed, binding_mac, registered_at)
         values ($1, $2, $3, $4, $5, $6)",
        &[
            subject.0.into(),
            subject.1.into(),
            new.centre.into(),
            sealed.into(),
            binding.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// Where and when a person was registered at a desk; `None` for who registered otherwise.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row is not as it was written.
pub async fn find(tx: &mut Tx, sealer: &Sealer, subject: Subject) -> Result<Option<AtDesk>, StoreError> {
    Ok(load(tx, sealer, subject).await?.map(|(at, _)| at))
}

/// What a person's list says of the registration; `None` also after erasure.
pub(crate) async fn open(
    tx: &mut Tx,
    sealer: &Sealer,
    opening: Opening,
) -> Result<Option<DeskRegistration>, StoreError> {
    let subject = (opening.household, opening.person);
    let Some((at, sealed)) = load(tx, sealer, subject).await? else {
        return Ok(None);
    };
    let keys = person_key::group(tx, sealer, Group::Identity, &[subject]).await?;
    let Some(key) = keys.get(&subject.1) else {
        return Ok(None);
    };
    let plain = key.open(&bound(subject), &sealed)?;
    let corrupt = || StoreError::corrupt("desk_registration", "sealed");
    let plain = unpadded(&plain).ok_or_else(corrupt)?;
    let told: Sealed = minicbor::decode(plain).map_err(|_| corrupt())?;
    let without = (!told.facilitator.is_empty()).then_some(ToldWithoutDocument {
        reason: told.reason,
        facilitator: told.facilitator,
        document_type: told.document_type,
        last_four: told.last_four,
    });
    Ok(Some(DeskRegistration {
        at,
        staff: told.staff,
        without,
        alone: Some(told.alone).filter(|why| !why.is_empty()),
    }))
}

async fn load(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
) -> Result<Option<(AtDesk, Vec<u8>)>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::desk_registration::find
             select centre, registered_at, sealed, binding_mac from desk_registration
             where household = $1 and person = $2",
            &[subject.0.into(), subject.1.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let at = AtDesk {
        centre: row.int(0)?,
        registered_at: row.timestamp(1)?,
    };
    let sealed = row.blob(2)?;
    match equal(&mac(sealer, subject, at, sealed), row.blob(3)?) {
        true => Ok(Some((at, sealed.to_vec()))),
        false => Err(StoreError::misplaced("desk_registration")),
    }
}

/// Takes what is kept of a person who is being deleted.
pub(crate) async fn forget(tx: &mut Tx, (household, person): Subject) -> Result<(), StoreError> {
    tx.execute(
        "-- store::desk_registration::forget
         delete from desk_registration where household = $1 and person = $2",
        &[household.into(), person.into()],
    )
    .await?;
    Ok(())
}

fn plain(new: &NewDeskRegistration<'_>) -> Vec<u8> {
    let alone = new.alone.map_or("", Reason::as_str).to_owned();
    let told = match new.without {
        None => Sealed {
            staff: new.staff.to_owned(),
            alone,
            reason: String::new(),
            facilitator: String::new(),
            document_type: 0,
            last_four: String::new(),
        },
        Some(without) => Sealed {
            staff: new.staff.to_owned(),
            alone,
            reason: without.reason.as_str().to_owned(),
            facilitator: without.facilitator.name.as_str().to_owned(),
            document_type: without.facilitator.document.0.id(),
            last_four: without.facilitator.document.1.last_four(),
        },
    };
    // Encoding into a vector cannot fail.
    minicbor::to_vec(told).unwrap_or_default()
}

fn mac(sealer: &Sealer, (household, person): Subject, at: AtDesk, sealed: &[u8]) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::DeskRegistration,
        &[
            household.as_bytes(),
            person.as_bytes(),
            &at.centre.to_be_bytes(),
            &at.registered_at.micros().to_be_bytes(),
            sealed,
        ],
    )
}

fn bound((household, person): Subject) -> Vec<u8> {
    context(
        "desk_registration",
        "sealed",
        format_args!("{household}|{person}"),
    )
}
