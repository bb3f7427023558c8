//! One person's row of `departure`: read, checked and written.

use std::collections::HashMap;

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use super::Subject;
use crate::StoreError;
use crate::db::{ColumnType, Row, Rows, Tx, pair};
use crate::household;
use crate::person_key;
use crate::sealer::Sealer;

/// Under which phone a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Seen by this household, which need not be the one that keeps the rows.
    Held { by: HouseholdId },
    /// Seen by nobody: the number of this household fell silent. A second proof on that number brings the person back.
    Asleep { former: HouseholdId },
    /// Seen by nobody: the number belongs to somebody else now. Only a site brings the person back.
    Detached,
}

impl Standing {
    pub(super) fn holder(self) -> Option<HouseholdId> {
        match self {
            Self::Held { by } => Some(by),
            Self::Asleep { .. } | Self::Detached => None,
        }
    }

    const fn former(self) -> Option<HouseholdId> {
        match self {
            Self::Asleep { former } => Some(former),
            Self::Held { .. } | Self::Detached => None,
        }
    }

    fn of((holder, former): (Option<HouseholdId>, Option<HouseholdId>)) -> Option<Self> {
        match (holder, former) {
            (Some(by), None) => Some(Self::Held { by }),
            (None, Some(former)) => Some(Self::Asleep { former }),
            (None, None) => Some(Self::Detached),
            (Some(_), Some(_)) => None,
        }
    }
}

/// What became of holding somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    New,
    /// That household held the person before.
    Before,
}

/// Where a person is.
///
/// # Errors
/// `Misplaced`, with an alarm, when the row was not written by us as it stands.
pub async fn standing(tx: &mut Tx, sealer: &Sealer, subject: Subject) -> Result<Standing, StoreError> {
    let mut found = standings(tx, sealer, &[subject]).await?;
    Ok(found.remove(&subject.1).unwrap_or(at_home(subject)))
}

/// Without a row, with the household that keeps the rows.
fn at_home((household, _): Subject) -> Standing {
    Standing::Held { by: household }
}

/// Of those whose phone was ever changed: where they are. The others are where their rows are kept.
pub(crate) async fn standings(
    tx: &mut Tx,
    sealer: &Sealer,
    subjects: &[Subject],
) -> Result<HashMap<PersonId, Standing>, StoreError> {
    let mut found = HashMap::new();
    for rows in Rows::cut(tx.engine(), &[], [ColumnType::Text; 2], subjects.iter().map(pair)) {
        let sql = format!(
            "-- store::member::standings
             with v (household, person) as ({rows})
             select d.household, d.person, d.holder, d.former, d.since, d.binding_mac
             from departure d join v on v.household = d.household and v.person = d.person"
        );
        for row in tx.query(&sql, rows.params()).await? {
            let (subject, standing) = read(sealer, &row)?;
            found.insert(subject.1, standing);
        }
    }
    Ok(found)
}

/// A row of household, person, holder, former, since and MAC.
pub(super) fn read(sealer: &Sealer, row: &Row) -> Result<(Subject, Standing), StoreError> {
    let subject: Subject = (row.parse(0)?, row.parse(1)?);
    let standing = Standing::of((row.opt_parse(2)?, row.opt_parse(3)?));
    let standing = standing.ok_or_else(|| StoreError::misplaced("departure"))?;
    match equal(&bind(sealer, subject, standing, row.timestamp(4)?), row.blob(5)?) {
        true => Ok((subject, standing)),
        false => Err(StoreError::misplaced("departure")),
    }
}

fn bind(sealer: &Sealer, (household, person): Subject, standing: Standing, since: Timestamp) -> [u8; 32] {
    let bytes = |household: Option<HouseholdId>| household.map_or(Vec::new(), |id| id.as_bytes().to_vec());
    sealer.keys.mac(
        MacKind::HolderOfPerson,
        &[
            household.as_bytes(),
            person.as_bytes(),
            &bytes(standing.holder()),
            &bytes(standing.former()),
            &since.micros().to_be_bytes(),
        ],
    )
}

/// Writes where a person is from now on. Tries at a second proof are forgotten when a household holds the person.
pub(super) async fn write(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    standing: Standing,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::member::write
         insert into departure (household, person, holder, former, since, proof_tries, binding_mac)
         values ($1, $2, $3, $4, $5, 0, $6)
         on conflict (household, person) do update set holder = excluded.holder, former = excluded.former
           , since = excluded.since, binding_mac = excluded.binding_mac
           , proof_tries = case when excluded.holder is null then departure.proof_tries else 0 end",
        &[
            subject.0.into(),
            subject.1.into(),
            standing.holder().into(),
            standing.former().into(),
            now.into(),
            bind(sealer, subject, standing, now).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Lets a household hold a person from now on, and nobody else. The person is locked until the transaction ends. It asks nobody
/// whether it may: see who calls it.
///
/// # Errors
/// `Erased` when the person or the household is gone.
pub async fn hold(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    by: HouseholdId,
    now: Timestamp,
) -> Result<Hold, StoreError> {
    if person_key::lock(tx, &[subject]).await?.is_empty() {
        return Err(StoreError::Erased);
    }
    let before = standing(tx, sealer, subject).await?;
    if before == (Standing::Held { by }) {
        return Ok(Hold::Before);
    }
    household::move_in(tx, by).await?;
    write(tx, sealer, subject, Standing::Held { by }, now).await?;
    list_only_with(tx, sealer, (subject, by), now).await?;
    match before {
        Standing::Held { by } => household::move_out(tx, sealer, by, now).await?,
        Standing::Asleep { former } => household::wake(tx, sealer, former, now).await?,
        Standing::Detached => {}
    }
    Ok(Hold::New)
}

/// Where to look for a person from now on: with this household, and no other but the one that keeps the rows. One that listed
/// the person and lists nobody any more goes like one in which nobody ever was.
pub(super) async fn list_only_with(
    tx: &mut Tx,
    sealer: &Sealer,
    (subject, holder): (Subject, HouseholdId),
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = take_off_lists(tx, subject).await?;
    if holder != subject.0 {
        tx.execute(
            "-- store::member::enlist
             insert into member (holder, household, person, since) values ($1, $2, $3, $4)",
            &[holder.into(), subject.0.into(), subject.1.into(), now.into()],
        )
        .await?;
    }
    let left = before.into_iter().filter(|household| *household != holder);
    move_out_of(tx, sealer, left, now).await
}

async fn move_out_of(
    tx: &mut Tx,
    sealer: &Sealer,
    households: impl Iterator<Item = HouseholdId> + Send,
    now: Timestamp,
) -> Result<(), StoreError> {
    for household in households {
        household::move_out(tx, sealer, household, now).await?;
    }
    Ok(())
}

/// Answers which households listed the person.
async fn take_off_lists(tx: &mut Tx, (household, person): Subject) -> Result<Vec<HouseholdId>, StoreError> {
    let rows = tx
        .query(
            "-- store::member::lists
             select holder from member where household = $1 and person = $2 order by holder",
            &[household.into(), person.into()],
        )
        .await?;
    tx.execute(
        "-- store::member::take_off_lists
         delete from member where household = $1 and person = $2",
        &[household.into(), person.into()],
    )
    .await?;
    rows.iter().map(|row| row.parse(0)).collect()
}

/// Takes out what is here of a person who is being deleted; answers under which phone they were.
pub async fn forget(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    now: Timestamp,
) -> Result<Standing, StoreError> {
    let before = standing(tx, sealer, subject).await?;
    let listed = take_off_lists(tx, subject).await?;
    move_out_of(tx, sealer, listed.into_iter(), now).await?;
    tx.execute(
        "-- store::member::forget
         delete from departure where household = $1 and person = $2",
        &[subject.0.into(), subject.1.into()],
    )
    .await?;
    Ok(before)
}
