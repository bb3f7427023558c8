//! What became of links, at each end, append-only.

use pramaan_domain::access::Field;
use pramaan_domain::id::{HouseholdId, PersonId, ProposalId};
use pramaan_domain::merge::Act;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::access_log::Receipt;
use crate::db::{Row, Tx};
use crate::pad::{padded, unpadded};
use crate::person_key::{self, Group};
use crate::sealer::{Sealer, context};

/// An event about to be written down, at one end.
pub struct MergeEvent<'a> {
    pub id: ProposalId,
    pub act: Act,
    /// Who proposed it and who agreed.
    pub staff: (&'a str, &'a str),
    pub reason: &'a Reason,
}

/// What became of a record's links, as it is told to whoever has the record open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub what: What,
    pub recorded_at: Timestamp,
}

#[derive(Clone, PartialEq, Eq)]
pub enum What {
    /// Two people joined it with another, or parted it from one.
    Decided {
        act: Act,
        staff_code: String,
        agreed_code: String,
        reason: Reason,
    },
    /// A record that it was joined with was deleted.
    OtherErased,
}

/// What somebody wrote about a person: only that there is something.
impl std::fmt::Debug for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Decided { act, .. } => f.debug_tuple("Decided").field(act).finish(),
            Self::OtherErased => f.write_str("OtherErased"),
        }
    }
}

/// The act of an event that nobody proposed.
const OTHER_ERASED: &str = "other_erased";
/// A reason of three hundred letters of any Indian script fits one.
const BLOCK: usize = 1_280;

/// # Errors
/// `Erased` when the person's keys are gone.
pub async fn note(
    tx: &mut Tx,
    sealer: &Sealer,
    at: (HouseholdId, PersonId),
    event: &MergeEvent<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let what = (event.id, event.act.code(), event.staff);
    append(tx, sealer, at, (what, event.reason.as_str()), now).await
}

/// Notes with a record that one joined with it is deleted.
///
/// # Errors
/// `Erased` when the person's keys are gone.
pub(super) async fn note_other_erased(
    tx: &mut Tx,
    sealer: &Sealer,
    at: (HouseholdId, PersonId),
    now: Timestamp,
) -> Result<(), StoreError> {
    let what = (ProposalId::from_random(sealer.random()), OTHER_ERASED, ("", ""));
    append(tx, sealer, at, (what, ""), now).await
}

/// Of an event: its id, the code of its act, who proposed it and who agreed.
type Head<'a> = (ProposalId, &'a str, (&'a str, &'a str));

async fn append(
    tx: &mut Tx,
    sealer: &Sealer,
    at: (HouseholdId, PersonId),
    ((id, act, staff), reason): (Head<'_>, &str),
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = person_key::one(tx, sealer, Group::Identity, at).await?;
    let sealed = key.seal(
        &bound(at.1, id),
        &padded(reason.as_bytes(), BLOCK),
        &*sealer.entropy,
    );
    let binding = mac(sealer, (at, id, act), staff, (&sealed, now));
    tx.execute(
        "-- store::merge::note
         insert into merge_event (household, person, id, act, staff_code, agreed_code, sealed, binding_mac, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            at.0.into(),
            at.1.into(),
            id.into(),
            act.into(),
            staff.0.into(),
            staff.1.into(),
            sealed.into(),
            binding.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(())
}

/// What became of a person's links, oldest first: one receipt, which must name the name.
///
/// # Errors
/// `NotNamed`; `Misplaced`, with an alarm, when a row is not as it was written.
pub async fn told(
    tx: &mut Tx,
    sealer: &Sealer,
    receipt: Receipt,
    now: Timestamp,
) -> Result<Vec<Told>, StoreError> {
    let opening = receipt.spend(now)?;
    if !opening.fields.contains(Field::Name) {
        return Err(StoreError::NotNamed {
            field: Field::Name.name(),
        });
    }
    let of = (opening.household, opening.person);
    let rows = tx
        .query(
            "-- store::merge::told
             select id, act, staff_code, agreed_code, sealed, binding_mac, recorded_at from merge_event
             where household = $1 and person = $2 order by recorded_at, id",
            &[of.0.into(), of.1.into()],
        )
        .await?;
    let keys = person_key::group(tx, sealer, Group::Identity, &[of]).await?;
    let Some(key) = keys.get(&of.1) else {
        return Ok(Vec::new());
    };
    rows.iter()
        .map(|row| {
            let id: ProposalId = row.parse(0)?;
            checked(row, sealer, (of, id))?;
            let recorded_at = row.timestamp(6)?;
            if row.text(1)? == OTHER_ERASED {
                let what = What::OtherErased;
                return Ok(Told { what, recorded_at });
            }
            let plain = key.open(&bound(of.1, id), row.blob(4)?)?;
            let text = unpadded(&plain).and_then(|plain| std::str::from_utf8(plain).ok());
            let reason = text.and_then(|text| Reason::parse(text).ok());
            let what = What::Decided {
                act: act(row)?,
                staff_code: row.text(2)?.to_owned(),
                agreed_code: row.text(3)?.to_owned(),
                reason: reason.ok_or_else(|| StoreError::corrupt("merge_event", "sealed"))?,
            };
            Ok(Told { what, recorded_at })
        })
        .collect()
}

fn act(row: &Row) -> Result<Act, StoreError> {
    Act::parse(row.text(1)?).ok_or_else(|| row.inconsistent(1, "a merge or an un-merge"))
}

fn checked(
    row: &Row,
    sealer: &Sealer,
    (of, id): ((HouseholdId, PersonId), ProposalId),
) -> Result<(), StoreError> {
    let staff = (row.text(2)?, row.text(3)?);
    let expected = mac(
        sealer,
        (of, id, row.text(1)?),
        staff,
        (row.blob(4)?, row.timestamp(6)?),
    );
    match equal(&expected, row.blob(5)?) {
        true => Ok(()),
        false => Err(StoreError::misplaced("merge_event")),
    }
}

fn mac(
    sealer: &Sealer,
    (at, id, act): ((HouseholdId, PersonId), ProposalId, &str),
    (staff, agreed): (&str, &str),
    (sealed, now): (&[u8], Timestamp),
) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::MergeEvent,
        &[
            at.0.as_bytes(),
            at.1.as_bytes(),
            id.as_bytes(),
            act.as_bytes(),
            staff.as_bytes(),
            agreed.as_bytes(),
            sealed,
            &now.micros().to_be_bytes(),
        ],
    )
}

fn bound(person: PersonId, id: ProposalId) -> Vec<u8> {
    context("merge_event", "sealed", format_args!("{person}|{id}"))
}
