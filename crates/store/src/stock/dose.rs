//! A dose that was given takes from the stock, and one that is taken back gives to it; each once.

use pramaan_domain::id::DoseId;
use pramaan_domain::stock::{Account, Act, BatchKey, Doses, Movement, Objection, Shelf, Source};
use pramaan_domain::time::Timestamp;
use pramaan_keys::MacKind;

use super::entry::{Entry, Head, lock, open_vial, post, take_from_vial};
use super::{at, key_of, shelf};
use crate::StoreError;
use crate::db::Tx;
use crate::sealer::Sealer;

const HOUR_MICROS: i64 = 3_600_000_000;

/// A dose that was given, as the stock sees it.
#[derive(Debug, Clone)]
pub struct Taken {
    pub centre: i64,
    pub key: BatchKey,
    pub given_at: Timestamp,
    /// The event that says so.
    pub event: DoseId,
}

/// Takes a dose that was given from the stock of its centre: from an open vial of the batch, else from one that is opened
/// for it, else it is counted as untracked. Answers what speaks against it, most weighty first; nothing for a centre that
/// keeps no ledger, or kept none yet when it was given. An event takes once, whatever is asked again.
pub async fn use_dose(
    tx: &mut Tx,
    sealer: &Sealer,
    taken: &Taken,
    now: Timestamp,
) -> Result<Vec<Objection>, StoreError> {
    let mut head = lock(tx, taken.centre).await?;
    if took_before(tx, sealer, taken).await? {
        return Ok(Vec::new());
    }
    // What is in the book came in after a dose that was given before it began.
    let kept = head
        .kept_since
        .is_some_and(|since| taken.given_at >= minute_of(since));
    let shelf = match kept {
        false => Shelf::empty(taken.key.clone()),
        true => shelf(tx, taken.centre, &taken.key).await?,
    };
    let out = take_out(tx, taken, &shelf).await?;
    remember(tx, sealer, taken, &out).await?;
    move_dose(tx, sealer, (taken, &mut head), &out, now).await?;
    Ok(match kept {
        false => Vec::new(),
        true => shelf.objections(taken.given_at),
    })
}

async fn took_before(tx: &mut Tx, sealer: &Sealer, taken: &Taken) -> Result<bool, StoreError> {
    let row = tx
        .query_opt(
            "-- store::stock::took_before
             select vial from stock_dose where centre = $1 and event_mac = $2",
            &[taken.centre.into(), event_mac(sealer, taken.event).into()],
        )
        .await?;
    Ok(row.is_some())
}

/// A dose on its way out of the stock.
struct Out {
    /// Before the dose itself: a vial that is opened for it.
    opened: Option<Movement>,
    vial: Option<i64>,
    /// A dose that was given before the vial's opening on record moves that.
    moved: Option<Moved>,
}

/// The opening of a vial on record: before, and as a dose says that it was.
#[derive(Clone, Copy)]
struct Moved {
    from: Timestamp,
    to: Timestamp,
}

async fn take_out(tx: &mut Tx, taken: &Taken, shelf: &Shelf) -> Result<Out, StoreError> {
    let none = Out {
        opened: None,
        vial: None,
        moved: None,
    };
    Ok(match (shelf.source(taken.given_at), &shelf.batch) {
        (Source::Vial(vial), _) => Out {
            vial: Some(vial.number),
            moved: (taken.given_at < vial.opened_at).then_some(Moved {
                from: vial.opened_at,
                to: taken.given_at,
            }),
            ..none
        },
        (Source::PastTime(vial), _) => Out {
            vial: Some(vial.number),
            ..none
        },
        (Source::NewVial, Some(batch)) => {
            let on_hand = shelf.ledger.balance(Account::OnHand);
            let opened = open_vial(tx, taken.centre, (batch, on_hand), taken.given_at).await?;
            let (vial, movement) = opened.ok_or_else(|| StoreError::corrupt("stock_balance", "n"))?;
            Out {
                opened: Some(movement),
                vial: Some(vial.number),
                ..none
            }
        }
        (Source::NewVial | Source::Nowhere, _) => none,
    })
}

async fn remember(tx: &mut Tx, sealer: &Sealer, taken: &Taken, out: &Out) -> Result<(), StoreError> {
    tx.execute(
        "-- store::stock::remember
         insert into stock_dose (centre, vaccine, batch, event_mac, vial, opening_before, opening)
         values ($1, $2, $3, $4, $5, $6, $7)",
        &at(
            taken.centre,
            &taken.key,
            [
                event_mac(sealer, taken.event).into(),
                out.vial.into(),
                out.moved.map(|moved| moved.from).into(),
                out.moved.map(|moved| moved.to).into(),
            ],
        ),
    )
    .await?;
    Ok(())
}

async fn move_dose(
    tx: &mut Tx,
    sealer: &Sealer,
    (taken, head): (&Taken, &mut Head),
    out: &Out,
    now: Timestamp,
) -> Result<(), StoreError> {
    let entry = |movement| Entry {
        key: taken.key.clone(),
        movement,
        vial: out.vial,
        staff: None,
        note: None,
        at: hour_of(now),
    };
    let used = used(out.vial).of(Doses::ONE);
    let entries: Vec<Entry> = out.opened.into_iter().chain([used]).map(entry).collect();
    if let Some(vial) = out.vial {
        let there = take_from_vial(tx, (taken.centre, &taken.key), vial, 1).await?;
        there.then_some(()).ok_or(StoreError::Serialization)?;
        if let Some(moved) = out.moved {
            move_opening(tx, (taken.centre, &taken.key), vial, moved).await?;
        }
    }
    let posted = post(tx, sealer, (taken.centre, head), &entries).await?;
    posted.map_err(|_| StoreError::corrupt("stock_balance", "n"))
}

fn used(vial: Option<i64>) -> Act {
    match vial {
        Some(_) => Act::Use,
        None => Act::UseUntracked,
    }
}

/// Gives back what the dose of this event took: to its vial, or to what was untracked. `false` when it took nothing here or
/// gave it back before.
pub async fn take_back(
    tx: &mut Tx,
    sealer: &Sealer,
    (centre, event): (i64, DoseId),
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut head = lock(tx, centre).await?;
    let row = tx
        .query_opt(
            "-- store::stock::take_back
             update stock_dose set taken_back_at = $3
             where centre = $1 and event_mac = $2 and taken_back_at is null
             returning vaccine, batch, vial, opening_before, opening",
            &[
                centre.into(),
                event_mac(sealer, event).into(),
                hour_of(now).into(),
            ],
        )
        .await?;
    let Some(row) = row else {
        return Ok(false);
    };
    let (key, vial) = (key_of(&row, 0)?, row.opt_int(2)?);
    if let Some(vial) = vial {
        take_from_vial(tx, (centre, &key), vial, -1).await?;
        if let (Some(from), Some(to)) = (row.opt_timestamp(3)?, row.opt_timestamp(4)?) {
            move_back(tx, (centre, &key), vial, Moved { from, to }).await?;
        }
    }
    let entry = Entry {
        key,
        movement: used(vial).of(Doses::ONE).reversed(),
        vial,
        staff: None,
        note: None,
        at: hour_of(now),
    };
    let posted = post(tx, sealer, (centre, &mut head), &[entry]).await?;
    posted.map_err(|_| StoreError::corrupt("stock_balance", "n"))?;
    Ok(true)
}

async fn move_opening(
    tx: &mut Tx,
    (centre, key): (i64, &BatchKey),
    vial: i64,
    moved: Moved,
) -> Result<(), StoreError> {
    let params = at(centre, key, [vial.into(), moved.from.into(), moved.to.into()]);
    tx.execute(
        "-- store::stock::move_opening
         update stock_vial set opened_at = $6
         where centre = $1 and vaccine = $2 and batch = $3 and vial = $4 and opened_at = $5",
        &params,
    )
    .await?;
    Ok(())
}

/// A time that was typed wrong moves nothing once its dose is taken back: neither the vial, nor what a dose that moved it
/// further would put it back to.
async fn move_back(
    tx: &mut Tx,
    (centre, key): (i64, &BatchKey),
    vial: i64,
    moved: Moved,
) -> Result<(), StoreError> {
    let params = at(centre, key, [vial.into(), moved.to.into(), moved.from.into()]);
    tx.execute(
        "-- store::stock::move_back
         update stock_dose set opening_before = $6
         where centre = $1 and vaccine = $2 and batch = $3 and vial = $4 and opening_before = $5
           and taken_back_at is null",
        &params,
    )
    .await?;
    let back = Moved {
        from: moved.to,
        to: moved.from,
    };
    move_opening(tx, (centre, key), vial, back).await
}

fn event_mac(sealer: &Sealer, event: DoseId) -> [u8; 32] {
    sealer.keys.mac(MacKind::StockDose, &[event.as_bytes()])
}

/// The hour that has begun, so that an entry does not tell the moment at which a person's dose was recorded. India's day
/// begins at a full half hour of UTC, so whole hours are counted from there.
fn hour_of(now: Timestamp) -> Timestamp {
    let half = HOUR_MICROS / 2;
    let micros = now.micros() - half;
    Timestamp::from_micros(micros - micros.rem_euclid(HOUR_MICROS) + half)
}

/// The minute that has begun: the time of a dose is typed to the minute.
fn minute_of(at: Timestamp) -> Timestamp {
    Timestamp::from_micros(at.micros() - at.micros().rem_euclid(HOUR_MICROS / 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_of_a_dose_tells_the_hour_and_the_day_stays_the_day() {
        for seconds in [1_795_321_800, 1_795_321_801, 1_795_285_800, 1_795_372_199] {
            let now = Timestamp::from_seconds(seconds);
            let hour = hour_of(now);
            assert!(hour <= now && now.micros() - hour.micros() < HOUR_MICROS);
            assert_eq!(hour.date(), now.date());
            assert_eq!(chrono::Timelike::minute(&hour.time_of_day()), 0);
        }
    }
}
