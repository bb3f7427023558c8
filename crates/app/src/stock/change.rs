//! What people do with stock by hand: receive, open a vial, waste, send back, take a receipt back.

use chrono::Months;
use pramaan_domain::staff::Reason;
use pramaan_domain::stock::{Account, Act, Batch, BatchKey, Doses, Movement, Waste};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::db::Again;
use pramaan_store::stock::{self, Entry, Head};
use pramaan_store::{Sealer, StoreError, Tx};

use super::{ATTEMPTS, Place, invalid};
use crate::again::pause;
use crate::{App, FormKey, Refusal, Staff};

/// An expiry further ahead is a wrong year.
const LONGEST_SHELF_LIFE: Months = Months::new(60);

/// One thing done with one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub key: BatchKey,
    pub doing: Doing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doing {
    Receive {
        expires_on: CivilDate,
        doses_per_vial: u16,
        doses: Doses,
    },
    OpenVial,
    Waste {
        from: From,
        doses: Doses,
        waste: Waste,
        /// Needed for `Waste::Other`.
        note: Option<Reason>,
    },
    /// Sent back or on.
    Return {
        doses: Doses,
        note: Reason,
    },
    /// So many doses were entered as received and never came.
    TakeBackReceipt {
        doses: Doses,
        note: Reason,
    },
}

/// Which doses are wasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From {
    Closed,
    /// By its number among the opened vials of the batch.
    Vial(i64),
}

impl App {
    /// Does something with a batch at the centre of this member of staff, once, however often the same form is sent.
    ///
    /// # Errors
    /// `Forbidden`, `OffRoster`; `ShortOfStock` with what is there; `UnknownBatch` for one that was never received; `Invalid`
    /// with the field: `expires_on` and `doses_per_vial` where they differ from what is on record or cannot be, `note` where
    /// one is needed, `waste` for what only a count may say.
    pub async fn change_stock(&self, staff: &Staff, change: Change, once: &FormKey) -> Result<(), Refusal> {
        let place = Place::of(self, staff);
        match &change.doing {
            Doing::Return { .. } | Doing::TakeBackReceipt { .. } => place.require_manager()?,
            Doing::Receive { expires_on, .. } => check_expiry(*expires_on, place.today)?,
            Doing::Waste { waste, note, .. } => check_waste(*waste, note.as_ref())?,
            Doing::OpenVial => {}
        }
        let post_mac = self.post_mac(staff, once, &format!("{change:?}"));
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let pause = pause(&self.0.sealer);
        let again = Again::new(ATTEMPTS, &pause);
        let changed = self.0.db.write_again("app::stock::change", again, move |tx| {
            Box::pin(async move {
                place.require(tx).await?;
                let mut head = stock::lock(tx, place.centre).await?;
                if !stock::first_post(tx, place.centre, post_mac, now).await? {
                    return Ok(());
                }
                write(tx, &sealer, (place, &mut head), &change, now).await
            })
        });
        changed.await
    }
}

fn check_expiry(expires_on: CivilDate, today: CivilDate) -> Result<(), Refusal> {
    if expires_on < today {
        return Err(invalid(
            "expires_on",
            "this batch has expired: send it back, or check the date",
        ));
    }
    match today.checked_add_months(LONGEST_SHELF_LIFE) {
        Some(last) if expires_on <= last => Ok(()),
        _ => Err(invalid(
            "expires_on",
            "no vaccine keeps that long: check the year of expiry",
        )),
    }
}

fn check_waste(waste: Waste, note: Option<&Reason>) -> Result<(), Refusal> {
    match (waste, note) {
        (Waste::Other, None) => Err(invalid("note", "say why these doses were wasted")),
        (Waste::CountShortfall, _) => Err(invalid("waste", "only a count tells that doses are missing")),
        _ => Ok(()),
    }
}

async fn write(
    tx: &mut Tx,
    sealer: &Sealer,
    (place, head): (Place, &mut Head),
    change: &Change,
    now: Timestamp,
) -> Result<(), Refusal> {
    let (movement, vial) = movement(tx, place.centre, change, now).await?;
    let entry = Entry {
        key: change.key.clone(),
        movement,
        vial,
        staff: Some(place.staff),
        note: note(&change.doing),
        at: now,
    };
    stock::post(tx, sealer, (place.centre, head), &[entry]).await??;
    Ok(())
}

async fn movement(
    tx: &mut Tx,
    centre: i64,
    change: &Change,
    now: Timestamp,
) -> Result<(Movement, Option<i64>), Refusal> {
    let key = &change.key;
    Ok(match &change.doing {
        Doing::Receive {
            expires_on,
            doses_per_vial,
            doses,
        } => {
            let batch = Batch {
                key: key.clone(),
                expires_on: *expires_on,
                doses_per_vial: *doses_per_vial,
            };
            same_as_before(&stock::receive_batch(tx, centre, &batch, now).await?, &batch)?;
            (Act::Receive.of(*doses), None)
        }
        Doing::OpenVial => {
            let shelf = stock::shelf(tx, centre, key).await?;
            let batch = shelf.batch.as_ref().ok_or(Refusal::UnknownBatch)?;
            let on_hand = shelf.ledger.balance(Account::OnHand);
            let opened = stock::open_vial(tx, centre, (batch, on_hand), now).await?;
            let (vial, movement) = opened.ok_or(Refusal::ShortOfStock { there: 0 })?;
            (movement, Some(vial.number))
        }
        Doing::Waste {
            from: From::Closed,
            doses,
            waste,
            ..
        } => (Act::Waste(*waste).of(*doses), None),
        Doing::Waste {
            from: From::Vial(number),
            doses,
            waste,
            ..
        } => {
            if !stock::take_from_vial(tx, (centre, key), *number, doses.get()).await? {
                return Err(short_of_vial(tx, centre, key, *number).await?);
            }
            (Act::WasteOpen(*waste).of(*doses), Some(*number))
        }
        Doing::Return { doses, .. } => (Act::Return.of(*doses), None),
        Doing::TakeBackReceipt { doses, .. } => (Act::Receive.of(*doses).reversed(), None),
    })
}

async fn short_of_vial(tx: &mut Tx, centre: i64, key: &BatchKey, number: i64) -> Result<Refusal, StoreError> {
    let shelf = stock::shelf(tx, centre, key).await?;
    let vial = shelf.vials.iter().find(|vial| vial.number == number);
    Ok(Refusal::ShortOfStock {
        there: vial.map_or(0, |vial| vial.left),
    })
}

fn same_as_before(known: &Batch, typed: &Batch) -> Result<(), Refusal> {
    if known.expires_on != typed.expires_on {
        let sentence = format!(
            "this batch is on record with the expiry {}: check the vial",
            known.expires_on
        );
        return Err(invalid("expires_on", &sentence));
    }
    if known.doses_per_vial != typed.doses_per_vial {
        let sentence = format!(
            "a vial of this batch is on record with {} doses",
            known.doses_per_vial
        );
        return Err(invalid("doses_per_vial", &sentence));
    }
    Ok(())
}

fn note(doing: &Doing) -> Option<Reason> {
    match doing {
        Doing::Waste { note, .. } => note.clone(),
        Doing::Return { note, .. } | Doing::TakeBackReceipt { note, .. } => Some(note.clone()),
        Doing::Receive { .. } | Doing::OpenVial => None,
    }
}
