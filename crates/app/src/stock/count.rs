//! A stock-take: the doses in closed vials, counted by hand. Where the ledger had another number, the variance becomes an entry
//! with its reason.

use pramaan_domain::staff::Reason;
use pramaan_domain::stock::{Account, Act, BatchKey, Doses, MOST_DOSES, Movement, Waste};
use pramaan_domain::time::Timestamp;
use pramaan_store::db::Again;
use pramaan_store::stock::{self, Count, Entry, Head};
use pramaan_store::{Sealer, Tx};

use super::{ATTEMPTS, Place, invalid};
use crate::again::pause;
use crate::{App, FormKey, Refusal, Staff};

/// What somebody counted of one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub key: BatchKey,
    /// Doses in closed vials; those in open vials are used or wasted before a count.
    pub doses: u32,
    /// Needed where the ledger has another number.
    pub note: Option<Reason>,
}

impl App {
    /// Keeps a count of some batches of the manager's centre; all or none, once however often the form is sent. Answers the
    /// variance of each, counted less expected.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a site manager; `UnknownBatch`; `Invalid` with the field `note` where there is a variance
    /// and no reason, and with `doses` for more than a centre can hold.
    pub async fn count_stock(
        &self,
        staff: &Staff,
        counted: Vec<Counted>,
        once: &FormKey,
    ) -> Result<Vec<i64>, Refusal> {
        let place = Place::of(self, staff);
        place.require_manager()?;
        if counted.iter().any(|one| one.doses > MOST_DOSES) {
            return Err(invalid("doses", "no centre holds so many doses"));
        }
        let post_mac = self.post_mac(staff, once, &format!("{counted:?}"));
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let pause = pause(&self.0.sealer);
        let again = Again::new(ATTEMPTS, &pause);
        let done = self.0.db.write_again("app::stock::count", again, move |tx| {
            Box::pin(async move {
                let mut head = stock::lock(tx, place.centre).await?;
                if !stock::first_post(tx, place.centre, post_mac, now).await? {
                    return Ok(Vec::new());
                }
                let mut variances = Vec::with_capacity(counted.len());
                for one in counted {
                    variances.push(write(tx, &sealer, (place, &mut head), one, now).await?);
                }
                super::told_of(&stock::check(tx, place.centre).await?, place.centre);
                Ok::<_, Refusal>(variances)
            })
        });
        done.await
    }
}

async fn write(
    tx: &mut Tx,
    sealer: &Sealer,
    (place, head): (Place, &mut Head),
    counted: Counted,
    now: Timestamp,
) -> Result<i64, Refusal> {
    let shelf = stock::shelf(tx, place.centre, &counted.key).await?;
    if shelf.batch.is_none() {
        return Err(Refusal::UnknownBatch);
    }
    let count = Count {
        key: counted.key,
        counted: counted.doses.into(),
        expected: shelf.ledger.balance(Account::OnHand),
        at: now,
    };
    stock::count(tx, place.centre, &count).await?;
    let Some(movement) = movement(&count) else {
        return Ok(0);
    };
    if counted.note.is_none() {
        return Err(invalid(
            "note",
            "the ledger has another number: say what you think happened",
        ));
    }
    let entry = Entry {
        key: count.key.clone(),
        movement,
        vial: None,
        staff: Some(place.staff),
        note: counted.note,
        at: now,
    };
    stock::post(tx, sealer, (place.centre, head), &[entry]).await??;
    Ok(count.counted - count.expected)
}

/// More is found, less is missing.
fn movement(count: &Count) -> Option<Movement> {
    let variance = count.counted - count.expected;
    let doses = Doses::new(variance.abs()).ok()?;
    Some(match variance {
        1.. => Act::CountMore.of(doses),
        _ => Act::Waste(Waste::CountShortfall).of(doses),
    })
}
