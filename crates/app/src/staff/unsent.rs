//! What shared devices say that they keep and have not sent: a count, so that somebody asks before the phone is lost.

use pramaan_store::unsent;

pub use pramaan_store::unsent::Unsent;

use super::device::{live_device, managed};
use crate::{App, Refusal, Staff};

/// More than one phone keeps.
pub const MOST_UNSENT: u32 = 10_000;

impl App {
    /// Takes down how many doses a shared device keeps unsent. The token is its cookie's; nobody needs to be logged in, since
    /// a phone whose login has ended is just the one that cannot send.
    ///
    /// # Errors
    /// `Invalid` with the field `count` beyond [`MOST_UNSENT`]; `NoDevice` when no device in use has this token.
    pub async fn tell_unsent(&self, token: &str, doses: u32) -> Result<(), Refusal> {
        if doses > MOST_UNSENT {
            return Err(Refusal::Invalid {
                field: "count",
                sentence: format!("one phone keeps at most {MOST_UNSENT} doses"),
            });
        }
        let (sealer, token, now) = (self.0.sealer.clone(), token.to_owned(), self.now());
        // Strangers take no place among the writers.
        let device = self.0.db.read("app::staff::device_that_tells", move |tx| {
            Box::pin(async move { live_device(tx, &sealer, &token).await })
        });
        let device = device.await?.ok_or(Refusal::NoDevice)?;
        let told = Unsent {
            device: device.id,
            centre: device.centre,
            doses: doses.into(),
            told_at: now,
        };
        let told = self.0.db.write("app::staff::tell_unsent", move |tx| {
            Box::pin(async move { unsent::tell(tx, &told).await })
        });
        Ok(told.await?)
    }

    /// What each device of a manager's centre told last; those that never told anything are not there.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a site manager.
    pub async fn unsent(&self, manager: &Staff) -> Result<Vec<Unsent>, Refusal> {
        let centre = managed(manager)?;
        let told = self.0.db.read("app::staff::unsent", move |tx| {
            Box::pin(async move { unsent::of_centre(tx, centre).await })
        });
        Ok(told.await?)
    }
}
