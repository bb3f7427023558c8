//! A person's view key made anew: whoever has an older extract of theirs recognises no entry from tomorrow on.
//!
//! It takes what an extract takes, because whoever has an unlocked phone could else spoil a key that somebody relies on. It
//! is an entry of the kind *contact-changed*: it opens nothing, and changes who recognises what is written about the person.

use pramaan_domain::access::Basis;
use pramaan_domain::time::CivilDate;
use pramaan_store::view_key::{self, Renewed};

use crate::access_extract::Missing;
use crate::member::Word;
use crate::principal::{Citizen, FaceKind};
use crate::private_member::{BY_PIN, Sight};
use crate::{App, Refusal};

/// What came of asking for a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViewKeyRenewal {
    /// It holds from that day on.
    From(CivilDate),
    /// What was proved is older than five minutes. Nothing changed.
    ProveAgain(Missing),
    /// One begins tomorrow already. Nothing changed.
    Before,
}

impl App {
    /// The day from which a member's newest view key holds, by their place in the household's list; `None` for the first.
    pub async fn view_key_since(
        &self,
        citizen: &Citizen,
        place: usize,
    ) -> Result<Option<CivilDate>, Refusal> {
        citizen.require(&[FaceKind::Pages])?;
        let subject = self.sighted_at(citizen, place).await?.subject();
        let since = self.0.db.read("app::view_key::since", move |tx| {
            Box::pin(async move { view_key::newest(tx, subject).await })
        });
        Ok(since.await?)
    }

    /// Makes a member's view key anew from the next Indian day on, by their place in the household's list.
    ///
    /// # Errors
    /// `Unauthenticated` through any door but our own pages; `Unavailable` when the log cannot be written: then nothing changed.
    pub async fn renew_view_key(
        &self,
        citizen: &Citizen,
        place: usize,
        request: &'static str,
    ) -> Result<ViewKeyRenewal, Refusal> {
        citizen.require(&[FaceKind::Pages])?;
        let member = self.sighted_at(citizen, place).await?;
        if let Some(missing) = self.lacks(citizen, member.sight) {
            return Ok(ViewKeyRenewal::ProveAgain(missing));
        }
        let word = Word {
            actor: citizen.actor(),
            basis: Basis::PersonOtp,
            request,
            reason: match member.sight {
                Sight::ByPin { .. } => Some(BY_PIN.to_owned()),
                Sight::Open | Sight::Private => None,
            },
        };
        let (subject, now) = (member.subject(), self.now());
        let entries = self.contact_changed(&word, &[subject]);
        let (log, sealer) = (self.0.log.clone(), self.0.sealer.clone());
        let renewed = self.0.db.write("app::view_key::renew", move |tx| {
            Box::pin(async move {
                let entry = log.contact_changes(entries, now);
                match view_key::renew(tx, &sealer, subject, entry, &log.origin()).await? {
                    Renewed::From(from, head) => Ok((from, head)),
                    // Takes the entry back with it.
                    Renewed::Before => Err(Refusal::ViewKeyWaits),
                }
            })
        });
        match renewed.await {
            Ok((from, head)) => {
                if let Some(head) = head {
                    self.0.log.committed(head);
                }
                Ok(ViewKeyRenewal::From(from))
            }
            Err(Refusal::ViewKeyWaits) => Ok(ViewKeyRenewal::Before),
            Err(refused) => Err(refused),
        }
    }
}
