//! "Was this you? No": one tap ends every login of a household, on every device and at every door.
//!
//! Whoever asks goes on under a new name when two things hold: the device is confirmed, and its OTP was given in these minutes.
//! A copy of a confirmed device's cookie has no OTP to give, so a thief who presses first is out with everybody else. Whoever asks
//! otherwise is ended with the rest: it may be the stranger's.

use std::collections::HashSet;

use pramaan_domain::id::{HouseholdId, LoginId};
use pramaan_domain::time::Timestamp;
use pramaan_store::ended_login::{self, EndedHousehold};
use pramaan_store::{Sealer, Tx, household, known_device};

pub use pramaan_store::known_device::{Door, KnownDevice};

use crate::access_extract::FRESH_SECONDS;
use crate::message::Message;
use crate::principal::Citizen;
use crate::{App, Refusal};

/// For so many days after its first login a device is asked about.
const NEW_DAYS: i64 = 30;
/// And about so many at once: where nobody ever confirmed one, every browser is new.
const ASKED_AT_MOST: usize = 3;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllEnded {
    pub this: Ended,
    pub told: Told,
}

/// What became of the login that asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It is over, as all the others.
    This,
    /// It goes on with this token, and the one it was asked with is over.
    Others { token: String },
}

/// Whether the number gets a message about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    Yes,
    /// Nobody is registered with the number, or the access log does not let it be opened.
    No,
}

/// How sure it is that whoever uses a login has the number's phone now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The OTP was given in these minutes.
    Fresh,
    Old,
}

impl App {
    /// Ends all logins of a household: here at once, at other nodes within a second. One-time passwords asked for until now
    /// log nobody in. Whose device is confirmed and who gave the OTP in these minutes goes on, and the devices that nobody
    /// confirmed are forgotten, and are strangers when they come again. The phone gets a message, when the access log lets its
    /// number be opened; the logins end without it too.
    ///
    /// # Errors
    /// `Unauthenticated` for a token that is none of our pages'; `Unavailable` when it could not be written down: then
    /// nothing has ended.
    pub async fn end_every_login(
        &self,
        citizen: &Citizen,
        token: &str,
        request: &'static str,
    ) -> Result<AllEnded, Refusal> {
        citizen.require_account()?;
        let fresh = LoginId::from_random(self.0.sealer.random());
        let renamed = self.renamed(token, fresh).ok_or(Refusal::Unauthenticated)?;
        let (sealer, now, home) = (self.0.sealer.clone(), self.now(), citizen.household);
        let by = (citizen.login, self.proof(citizen), fresh);
        let ended = self.0.db.write("app::ended_logins::everywhere", move |tx| {
            Box::pin(async move { end(tx, &sealer, (home, by), now).await })
        });
        let ended = ended.await?;
        self.0.ended_logins.learn_households([ended]);
        let (this, message) = match ended.spared {
            Some(_) => (Ended::Others { token: renamed }, Message::OtherLoginsEnded),
            None => (Ended::This, Message::LoginsEnded),
        };
        let told = self.tell_of_the_end(citizen, message, request).await;
        Ok(AllEnded { this, told })
    }

    /// Whether a login's OTP was given in these minutes.
    pub fn proof(&self, citizen: &Citizen) -> Proof {
        match self.now().seconds().saturating_sub(citizen.since) > FRESH_SECONDS {
            true => Proof::Old,
            false => Proof::Fresh,
        }
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

    /// Every device that logged in for the number and is remembered, that with the newest login first; nothing is opened.
    pub async fn known_devices(&self, citizen: &Citizen) -> Result<KnownDevices, Refusal> {
        citizen.require_account()?;
        let (sealer, home) = (self.0.sealer.clone(), citizen.household);
        let found = self.0.db.read("app::ended_logins::devices", move |tx| {
            Box::pin(async move {
                let mut devices = Vec::new();
                for number in household::indexes_of(tx, &sealer, home).await? {
                    devices.extend(known_device::all(tx, &sealer, &number).await?);
                }
                Ok::<_, Refusal>(devices)
            })
        });
        Ok(KnownDevices {
            devices: found.await?,
            this: citizen.login,
            proof: self.proof(citizen),
        })
    }

    /// Takes back that a device is the person's own: its reads stand apart from now on, and it confirms no other. Any device
    /// may ask for it, with an OTP of these minutes: the first to log in for a number, and so the one that is confirmed, may be
    /// a stranger's. Its login goes on until all are ended.
    ///
    /// # Errors
    /// `Forbidden` without a fresh OTP, or for a device that never logged in for this number.
    pub async fn distrust_device(&self, citizen: &Citizen, device: LoginId) -> Result<(), Refusal> {
        citizen.require_account()?;
        if self.proof(citizen) == Proof::Old {
            return Err(Refusal::Forbidden);
        }
        let (sealer, home) = (self.0.sealer.clone(), citizen.household);
        let found = self.0.db.write("app::ended_logins::distrust", move |tx| {
            Box::pin(async move {
                let mut found = false;
                for number in household::indexes_of(tx, &sealer, home).await? {
                    found |= known_device::distrust(tx, &number, device).await?;
                }
                Ok::<_, Refusal>(found)
            })
        });
        match found.await? {
            true => Ok(()),
            false => Err(Refusal::Forbidden),
        }
    }

    async fn tell_of_the_end(&self, citizen: &Citizen, message: Message, request: &'static str) -> Told {
        let told = async {
            let members = self.sighted(citizen).await?;
            let Some(member) = members.first() else {
                return Ok(Told::No);
            };
            self.queue_to_person(member.subject(), message, request).await?;
            Ok::<_, Refusal>(Told::Yes)
        };
        told.await.unwrap_or_else(|error| {
            tracing::warn!(%error, "all logins of a number were ended, and it was not told");
            Told::No
        })
    }
}

/// The devices of a number, as one of them asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDevices {
    pub devices: Vec<KnownDevice>,
    /// The one that asks.
    pub this: LoginId,
    pub proof: Proof,
}

/// Who logged in and is not known to be of the household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newcomers {
    /// That with the newest login first.
    pub devices: Vec<KnownDevice>,
    /// Whether the device that asks is confirmed, and may so confirm others.
    pub may_confirm: bool,
}

async fn end(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, (by, proof, fresh)): (HouseholdId, (LoginId, Proof, LoginId)),
    now: Timestamp,
) -> Result<EndedHousehold, Refusal> {
    let is_confirmed = confirmed(tx, sealer, household).await?.contains(&by.to_string());
    let is_ours = is_confirmed && proof == Proof::Fresh;
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
