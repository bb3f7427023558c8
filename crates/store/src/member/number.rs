//! Numbers that are not their people's any more, or may not be: silent for long, or reported as somebody else's.

use pramaan_domain::id::HouseholdId;
use pramaan_domain::time::Timestamp;

use super::list::{kept, listed};
use super::standing::{list_only_with, standings, write};
use super::{Standing, Subject};
use crate::StoreError;
use crate::db::Tx;
use crate::household;
use crate::mobile_index;
use crate::sealer::Sealer;

/// What a report came to. It is for the books of whoever runs the service, and told to nobody who reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recycled {
    /// These people are found again at a site only.
    Detached(Vec<Subject>),
    /// Nobody had proved the number.
    Unknown,
}

/// Puts to sleep everybody whom a household sees: its number was silent for long. Who slept already, since the same number fell
/// silent before, sleeps on under this household: a number knows one that it had.
pub async fn silence(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, former): (HouseholdId, Option<HouseholdId>),
    now: Timestamp,
) -> Result<(), StoreError> {
    let sleeps = Standing::Asleep { former: household };
    for subject in held(tx, sealer, household).await? {
        write(tx, sealer, subject, sleeps, now).await?;
    }
    let Some(former) = former else { return Ok(()) };
    for subject in asleep(tx, sealer, former).await? {
        write(tx, sealer, subject, sleeps, now).await?;
        list_only_with(tx, sealer, (subject, household), now).await?;
    }
    Ok(())
}

/// Whether anybody sleeps since the number of this household fell silent.
pub(crate) async fn has_sleepers(
    tx: &mut Tx,
    sealer: &Sealer,
    former: HouseholdId,
) -> Result<bool, StoreError> {
    Ok(!asleep(tx, sealer, former).await?.is_empty())
}

/// Takes a number from everybody who was reached by it: it belongs to somebody else now. Its devices go, and the next who
/// proves it begins anew. Nobody's rows are touched; at a site each is found again, with the document in hand.
pub async fn recycle(
    tx: &mut Tx,
    sealer: &Sealer,
    mobile_ix: &[u8],
    now: Timestamp,
) -> Result<Recycled, StoreError> {
    let Some(number) = mobile_index::lock(tx, sealer, mobile_ix).await? else {
        return Ok(Recycled::Unknown);
    };
    let mut subjects = held(tx, sealer, number.household).await?;
    if let Some(former) = number.former {
        subjects.extend(asleep(tx, sealer, former).await?);
    }
    for subject in &subjects {
        write(tx, sealer, *subject, Standing::Detached, now).await?;
    }
    household::lose_number(tx, sealer, number.household, mobile_ix, now).await?;
    Ok(Recycled::Detached(subjects))
}

/// Whom a household sees, to be taken from it.
async fn held(tx: &mut Tx, sealer: &Sealer, household: HouseholdId) -> Result<Vec<Subject>, StoreError> {
    let members = super::of_household(tx, sealer, household).await?;
    Ok(members
        .iter()
        .map(|member| (member.household, member.person))
        .collect())
}

/// Who sleeps since the number of this household fell silent.
pub(super) async fn asleep(
    tx: &mut Tx,
    sealer: &Sealer,
    former: HouseholdId,
) -> Result<Vec<Subject>, StoreError> {
    let kept = kept(tx, sealer, &[former]).await?.into_iter();
    let mut subjects: Vec<Subject> = kept.map(|member| (member.household, member.person)).collect();
    let listed = listed(tx, &[former]).await?;
    subjects.extend(listed.into_iter().map(|(_, subject)| subject));
    let standings = standings(tx, sealer, &subjects).await?;
    subjects.retain(|(_, person)| standings.get(person) == Some(&Standing::Asleep { former }));
    Ok(subjects)
}
