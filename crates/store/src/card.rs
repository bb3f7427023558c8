//! The printed card: its code, judged without saying whether there is a card.

use pramaan_domain::card::CardCode;
use pramaan_domain::id::{HouseholdId, PersonId, StaffId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::db::{Row, Tx, Value, days};
use crate::person::{self, Directory};
use crate::sealer::Sealer;

/// Wrong codes with one reference id on one day, after which no code is judged any more in that place.
pub const CARD_TRIES: u8 = 5;

/// Where a code is typed. Counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardPlace {
    Site,
    Page,
}

impl CardPlace {
    const fn code(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Page => "page",
        }
    }
}

/// A card whose code was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownCard {
    pub household: HouseholdId,
    pub person: PersonId,
    /// The person's how many-th card it is, from 1.
    pub number: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardGuess {
    Right(ShownCard),
    /// Counted; commit it. Also for a card that was ended, and for a reference id that names nobody.
    Wrong,
    /// Wrong five times today: nothing was judged.
    Spent,
}

/// A card that opens something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveCard {
    pub number: i64,
    pub made_at: Timestamp,
}

/// Makes a person's next card, which ends the one before; answers its number. Lock the person first.
pub async fn issue(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
    code: &CardCode,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let before = tx
        .query_opt(
            "-- store::card::before
             select number from card where household = $1 and person = $2",
            &[household.into(), person.into()],
        )
        .await?;
    let number = before.map_or(Ok(0), |row| row.int(0))?.saturating_add(1);
    let mac = code_mac(sealer, (household, person), (number, now.micros()), code);
    tx.execute(
        "-- store::card::issue
         insert into card (household, person, number, code_mac, made_at) values ($1, $2, $3, $4, $5)
         on conflict (household, person)
         do update set number = $3, code_mac = $4, made_at = $5, ended_at = null, before_mac = null",
        &[
            household.into(),
            person.into(),
            number.into(),
            mac.into(),
            now.into(),
        ],
    )
    .await?;
    Ok(number)
}

/// Notes on a card that was made just now which code was shown for it, and to whom: the same code gets another one from the
/// same hand, as long as this is the person's card.
pub async fn note_before(
    tx: &mut Tx,
    sealer: &Sealer,
    ((household, person), made): ((HouseholdId, PersonId), LiveCard),
    (staff, before): (StaffId, &CardCode),
) -> Result<(), StoreError> {
    let mac = before_mac(sealer, ((household, person), made), (staff, before));
    tx.execute(
        "-- store::card::note_before
         update card set before_mac = $4 where household = $1 and person = $2 and number = $3",
        &[household.into(), person.into(), made.number.into(), mac.into()],
    )
    .await?;
    Ok(())
}

/// Whose card was made `since` then, by this member of staff, for this code: its own code may have been lost on the way.
pub async fn made_before(
    tx: &mut Tx,
    sealer: &Sealer,
    (id, code): (ReferenceId, &CardCode),
    (staff, since): (StaffId, Timestamp),
) -> Result<Option<(HouseholdId, PersonId)>, StoreError> {
    let named = person::by_reference_ids(tx, sealer, &[id]).await?;
    let Some((household, person)) = named.into_iter().flatten().next() else {
        return Ok(None);
    };
    let row = tx
        .query_opt(
            "-- store::card::made_before
             select number, made_at, before_mac from card
             where household = $1 and person = $2 and made_at >= $3 and before_mac is not null",
            &[household.into(), person.into(), since.into()],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let made = LiveCard {
        number: row.int(0)?,
        made_at: row.timestamp(1)?,
    };
    let offered = before_mac(sealer, ((household, person), made), (staff, code));
    Ok(equal(&offered, row.blob(2)?).then_some((household, person)))
}

/// Ends a person's card; whether there was one.
pub async fn end(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let nothing = sealer.random::<32>();
    let ended = tx
        .execute(
            "-- store::card::end
             update card set code_mac = $3, ended_at = $4, before_mac = null
             where household = $1 and person = $2 and ended_at is null",
            &[household.into(), person.into(), nothing.into(), now.into()],
        )
        .await?;
    Ok(ended == 1)
}

/// The card of a person that was not ended.
pub async fn live(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
) -> Result<Option<LiveCard>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::card::live
             select number, made_at from card where household = $1 and person = $2 and ended_at is null",
            &[household.into(), person.into()],
        )
        .await?;
    let read = |row: Row| {
        Ok(LiveCard {
            number: row.int(0)?,
            made_at: row.timestamp(1)?,
        })
    };
    row.map(read).transpose()
}

/// Counts a guess at a card and judges it, atomically; commit it. Right ones are not counted.
///
/// Until the code is right, statements and key operations are the same whether the reference id names somebody with a card,
/// somebody without one, or nobody.
///
/// # Errors
/// `Misplaced`, with an alarm, when the index was changed to name another person.
pub async fn guess(
    tx: &mut Tx,
    sealer: &Sealer,
    (id, code): (ReferenceId, &CardCode),
    (place, day): (CardPlace, CivilDate),
) -> Result<CardGuess, StoreError> {
    let ixs = person::reference_ixs(sealer, id);
    let [ix, _] = &ixs;
    let counter: [Value; 3] = [ix.into(), place.code().into(), days(day).into()];
    if !count(tx, sealer, &counter).await? {
        return Ok(CardGuess::Spent);
    }
    let (household, person) = named(tx, sealer, &ixs).await?;
    let row = tx
        .query_opt(
            "-- store::card::find
             select number, made_at, code_mac from card where household = $1 and person = $2",
            &[household.into(), person.into()],
        )
        .await?;
    // Drawn whether it is needed or not.
    let nothing = sealer.random::<32>();
    let (number, made_at, kept) = match row {
        Some(row) => (row.int(0)?, row.int(1)?, row.blob(2)?.to_vec()),
        None => (0, 0, nothing.to_vec()),
    };
    let offered = code_mac(sealer, (household, person), (number, made_at), code);
    if !equal(&offered, &kept) {
        return Ok(CardGuess::Wrong);
    }
    tx.execute(
        "-- store::card::uncount
         update card_try set n = n - 1 where reference_ix = $1 and place = $2 and day = $3",
        &counter,
    )
    .await?;
    Ok(CardGuess::Right(ShownCard {
        household,
        person,
        number,
    }))
}

/// Whether there was a try left, and it is taken.
async fn count(tx: &mut Tx, sealer: &Sealer, counter: &[Value; 3]) -> Result<bool, StoreError> {
    let [ix, place, day] = counter.clone();
    let counted = tx
        .execute(
            "-- store::card::count
             insert into card_try (reference_ix, place, day, key_epoch, n) values ($1, $2, $3, $4, 1)
             on conflict (reference_ix, place, day) do update set n = card_try.n + 1 where card_try.n < $5",
            &[
                ix,
                place,
                day,
                i64::from(sealer.keys.epoch().0).into(),
                CARD_TRIES.into(),
            ],
        )
        .await?;
    Ok(counted == 1)
}

/// Whom a reference id names; nobody real for one that names nobody. The same work for both.
async fn named(
    tx: &mut Tx,
    sealer: &Sealer,
    [ix, before]: &[Vec<u8>; 2],
) -> Result<(HouseholdId, PersonId), StoreError> {
    let row = tx
        .query_opt(
            "-- store::card::named
             select household, person, binding_mac, reference_ix from reference_index where reference_ix in ($1, $2)",
            &[ix.into(), before.into()],
        )
        .await?;
    let nobody = (
        HouseholdId::from_random(sealer.random()),
        PersonId::from_random(sealer.random()),
    );
    let (subject, kept, at) = match row {
        Some(row) => (
            (row.parse(0)?, row.parse(1)?),
            row.blob(2)?.to_vec(),
            row.blob(3)?.to_vec(),
        ),
        None => {
            let bound = Directory::Reference.bind(sealer, ix, nobody).to_vec();
            (nobody, bound, ix.clone())
        }
    };
    if subject != nobody {
        // As much work as was done above for nobody.
        Directory::Reference.bind(sealer, ix, nobody);
    }
    Directory::Reference.check(sealer, &at, subject, &kept)?;
    Ok(subject)
}

/// Takes the card of a person who is being deleted.
pub(crate) async fn forget(
    tx: &mut Tx,
    (household, person): (HouseholdId, PersonId),
) -> Result<(), StoreError> {
    tx.execute(
        "-- store::card::forget
         delete from card where household = $1 and person = $2",
        &[household.into(), person.into()],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` counts of days before `before`; answers how many.
pub async fn purge_tries(tx: &mut Tx, before: CivilDate, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::card::purge_tries
         delete from card_try where (reference_ix, place, day) in (
             select reference_ix, place, day from card_try where day < $1 limit $2)",
        &[days(before).into(), most.into()],
    )
    .await
}

fn code_mac(
    sealer: &Sealer,
    (household, person): (HouseholdId, PersonId),
    (number, made_at): (i64, i64),
    code: &CardCode,
) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::CardCode,
        &[
            household.as_bytes(),
            person.as_bytes(),
            &number.to_be_bytes(),
            &made_at.to_be_bytes(),
            code.as_str().as_bytes(),
        ],
    )
}

fn before_mac(
    sealer: &Sealer,
    ((household, person), made): ((HouseholdId, PersonId), LiveCard),
    (staff, before): (StaffId, &CardCode),
) -> [u8; 32] {
    sealer.keys.mac(
        MacKind::CardCode,
        &[
            b"before",
            household.as_bytes(),
            person.as_bytes(),
            &made.number.to_be_bytes(),
            &made.made_at.micros().to_be_bytes(),
            staff.as_bytes(),
            before.as_str().as_bytes(),
        ],
    )
}
