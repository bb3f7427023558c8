//! "Was this you? No": one tap ends every login of a household, on every device and at every door.
//!
//! Whoever asks from a confirmed device goes on under a new name, so that a copy of their own cookie is worth nothing either.
//! Whoever asks from any other device is ended with the rest: it may be the stranger's.

use std::collections::HashSet;

use pramaan_domain::id::{HouseholdId, LoginId};
use pramaan_domain::time::Timestamp;
use pramaan_store::ended_login::{self, EndedHousehold};
use pramaan_store::{Sealer, Tx, household, known_device};

pub use pramaan_store::known_device::NewComer;

use crate::message::Message;
use crate::principal::Citizen;
use crate::{App, Refusal};

/// For so many days after its first login a device is asked about.
const NEW_DAYS: i64 = 30;
/// And about so many at once: where nobody ever confirmed one, every browser is new.
const ASKED_AT_MOST: usize = 3;

/// What became of the login that asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It is over, as all the others.
    This,
    /// It goes on with this token, and the one it was asked with is over.
    Others { token: String },
}

impl App {
    /// Ends all logins of a household: here at once, at other nodes within a second. One-time passwords asked for until now
    /// log nobody in. From a confirmed device, those that nobody confirmed are forgotten, and are strangers when they come
    /// again. The phone gets a message, when the access log lets its number be opened; the logins end without it too.
    ///
    /// # Errors
    /// `Unauthenticated` for a token that is none of our pages'; `Unavailable` when it could not be written down: then
    /// nothing has ended.
    pub async fn end_every_login(
        &self,
        citizen: &Citizen,
        token: &str,
        request: &'static str,
    ) -> Result<Ended, Refusal> {
        citizen.require_account()?;
        let fresh = LoginId::from_random(self.0.sealer.random());
        let renamed = self.renamed(token, fresh).ok_or(Refusal::Unauthenticated)?;
        let (sealer, now, home) = (self.0.sealer.clone(), self.now(), citizen.household);
        let by = citizen.login;
        let ended = self.0.db.write("app::ended_logins::everywhere", move |tx| {
            Box::pin(async move { end(tx, &sealer, (home, by, fresh), now).await })
        });
        let ended = ended.await?;
        self.0.ended_logins.learn_households([ended]);
        self.tell_of_the_end(citizen, request).await;
        Ok(match ended.spared {
            Some(_) => Ended::Others { token: renamed },
            None => Ended::This,
        })
    }

    /// The newest devices that logged in for the number not long ago and that nobody confirmed, without the one that asks;
    /// nothing is opened.
    pub async fn newcomers(&self, citizen: &Citizen) -> Result<Newcomers, Refusal> {
        citizen.require_account()?;
        let (sealer, home, this) = (self.0.sealer.clone(), citizen.household, citizen.login);
        let found = self.0.db.read("app::ended_logins::newcomers", move |tx| {
            Box::pin(async move {
                let mut devices = Vec::new();
                for number in household::indexes_of(tx, &sealer, home).await? {
                    devices.extend(known_device::unconfirmed(tx, &sealer, &number).await?);
                }
                let confirmed = confirmed(tx, &sealer, home).await?;
                Ok::<_, Refusal>((devices, confirmed))
            })
        });
        let (mut devices, confirmed) = found.await?;
        let since = self.now().plus_seconds(-NEW_DAYS * 86_400);
        devices.retain(|device| device.name != this && device.first_login_at >= since);
        devices.truncate(ASKED_AT_MOST);
        Ok(Newcomers {
            devices,
            may_confirm: confirmed.contains(&this.to_string()),
        })
    }

    async fn tell_of_the_end(&self, citizen: &Citizen, request: &'static str) {
        let told = async {
            let members = self.sighted(citizen).await?;
            if let Some(member) = members.first() {
                let message = Message::LoginsEnded;
                self.queue_to_person(member.subject(), message, request).await?;
            }
            Ok::<_, Refusal>(())
        };
        if let Err(error) = told.await {
            tracing::warn!(%error, "all logins of a number were ended, and it was not told");
        }
    }
}

/// Who logged in and is not known to be of the household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomers {
    /// That with the newest login first.
    pub devices: Vec<NewComer>,
    /// Whether the device that asks is confirmed, and may so confirm others.
    pub may_confirm: bool,
}

async fn end(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, by, fresh): (HouseholdId, LoginId, LoginId),
    now: Timestamp,
) -> Result<EndedHousehold, Refusal> {
    let is_ours = confirmed(tx, sealer, household).await?.contains(&by.to_string());
    let ended = EndedHousehold {
        household,
        ended_at: now,
        spared: is_ours.then_some(fresh),
    };
    ended_login::end_household(tx, &ended).await?;
    if is_ours {
        for number in household::indexes_of(tx, sealer, household).await? {
            known_device::forget_unconfirmed(tx, sealer, &number).await?;
        }
    }
    Ok(ended)
}

async fn confirmed(tx: &mut Tx, sealer: &Sealer, household: HouseholdId) -> Result<HashSet<String>, Refusal> {
    let mut names = HashSet::new();
    for number in household::indexes_of(tx, sealer, household).await? {
        names.extend(known_device::confirmed(tx, sealer, &number).await?);
    }
    Ok(names)
}
