//! The receipt of one entry of a person's list, as a file that anybody can check (C2SP tlog-proof). What is in it is public;
//! that it is about this person is not, so only they get it here.

use pramaan_store::access_log::{Proven, proof};

use crate::principal::{Citizen, FaceKind};
use crate::private_member::Sight;
use crate::{App, Refusal};

/// What came of asking for a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessReceipt {
    /// The file.
    Made(String),
    /// The entry is committed, and the next publication has it.
    NotPublished,
}

impl App {
    /// The receipt of one entry about a member, by their place in the household's list. Opens nothing and is no entry.
    ///
    /// # Errors
    /// `NoEntry` when no entry of theirs is at this position of the log; `PrivateMember` for one whose record is closed;
    /// `Unauthenticated` through any door but our own pages.
    pub async fn access_receipt(
        &self,
        citizen: &Citizen,
        place: usize,
        index: u64,
    ) -> Result<AccessReceipt, Refusal> {
        citizen.require(&[FaceKind::Pages])?;
        let member = self.sighted_at(citizen, place).await?;
        if member.sight == Sight::Private {
            return Err(Refusal::PrivateMember);
        }
        let (sealer, origin, subject) = (self.0.sealer.clone(), self.0.log.origin(), member.subject());
        let found = self.0.db.read("app::access_receipt", move |tx| {
            Box::pin(async move { proof(tx, (&sealer, &origin), subject, index).await })
        });
        match found.await? {
            None => Err(Refusal::NoEntry),
            Some(Proven::NotYet) => Ok(AccessReceipt::NotPublished),
            Some(Proven::InLog(file)) => Ok(AccessReceipt::Made(file.to_string())),
        }
    }
}
