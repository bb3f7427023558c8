//! Private members: who of a household a login sees, and how a member of 18 or more keeps their record to themselves.
//!
//! Who merely holds the phone makes nobody private and nobody open again: that takes the person's own PIN, a code that was
//! printed for them, or the person with their document at a site. What a login may see is decided here and nowhere else.

mod site;

use std::collections::HashMap;

use pramaan_domain::id::{HouseholdId, LoginId, PersonId};
use pramaan_domain::private_member::{PrivatePin, SettingCode};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::MacKind;
use pramaan_store::member::{self, Subject};
use pramaan_store::private_member::{self, Privacy};
use pramaan_store::staff_device::Familiarity;
use pramaan_store::{Receipt, Sealer, StoreError, Tx, person};

pub use site::{AtSite, SetAtSite};

use crate::open::Cause;
use crate::principal::{Citizen, Face};
use crate::staff::Keyed;
use crate::{App, Refusal};

/// Wrong PINs and codes of one person on one day; then both are closed until the next. Of the 997,000 PINs that may be
/// chosen, half take longer than 270 years to try.
pub const TRIES_A_DAY: i64 = 5;
/// How long a PIN opens a record, for the login that it was typed in.
pub const OPEN_SECONDS: i64 = 15 * 60;
/// How long a printed code is good.
pub const SETTING_CODE_DAYS: i64 = 30;

/// Why a private member's record was open, as the sealed detail of the access says it.
pub(crate) const BY_PIN: &str = "private member, opened with their own PIN";

/// How a login sees a member of its household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// As the phone shows everybody.
    Open,
    /// A private member, opened with their PIN until then.
    ByPin { until: Timestamp },
    /// A private member of whom nothing is shown and nothing opened.
    Private,
}

/// A member as a login sees them; nothing is opened to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighted {
    pub(crate) household: HouseholdId,
    pub person: PersonId,
    pub sight: Sight,
}

impl Sighted {
    pub(crate) fn subject(&self) -> Subject {
        (self.household, self.person)
    }

    /// Somebody who stands at a site: what they keep from their phone, they do not keep from the desk.
    pub(crate) fn at_site((household, person): Subject) -> Self {
        Self {
            household,
            person,
            sight: Sight::Open,
        }
    }

    pub(crate) fn is_seen(&self) -> bool {
        self.sight != Sight::Private
    }
}

/// As they are named in the log.
pub(crate) fn subjects(sighted: &[Sighted]) -> Vec<Subject> {
    sighted.iter().map(Sighted::subject).collect()
}

/// Who looks: a household, and the login whose PINs count. Only our own pages take PINs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewer {
    household: HouseholdId,
    visit: Option<LoginId>,
}

/// What a person proves at home that the phone is not enough for. The code of a printed card belongs here, too; with it the
/// age has to be opened, which a setting code has behind it.
#[derive(Debug, Clone)]
pub enum OwnCode {
    Setting(SettingCode),
}

/// Wrong PINs and codes of a day, told to the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongTries {
    pub person: PersonId,
    pub day: CivilDate,
    pub count: i64,
}

impl Citizen {
    pub(crate) fn viewer(&self) -> Viewer {
        Viewer {
            household: self.household,
            visit: (self.face == Face::Pages).then_some(self.visit),
        }
    }

    fn require_pages(&self) -> Result<(), Refusal> {
        self.require(&[crate::FaceKind::Pages])
    }
}

impl Cause {
    /// The same, saying on whose word the record is open.
    pub(crate) fn seen(&self, sight: Sight) -> Self {
        let reason = match sight {
            Sight::ByPin { .. } => Some(BY_PIN.to_owned()),
            Sight::Open | Sight::Private => self.reason.clone(),
        };
        Self {
            reason,
            ..self.clone()
        }
    }
}

/// Everybody whom a household holds, as a login sees them: its own in the order of registration, then those who came. Who is
/// held is decided by `store::member`, what a private member keeps from the phone is decided here.
pub(crate) async fn sights(
    tx: &mut Tx,
    sealer: &Sealer,
    viewer: Viewer,
    now: Timestamp,
) -> Result<Vec<Sighted>, StoreError> {
    let members = member::of_household(tx, sealer, viewer.household).await?;
    let private = members.iter().filter(|member| member.privacy == Privacy::Private);
    let private: Vec<Subject> = private.map(|member| (member.household, member.person)).collect();
    let opened = match viewer.visit {
        Some(visit) => private_member::opened_by(tx, sealer, &private, visit, now).await?,
        None => HashMap::new(),
    };
    let sighted = members.iter().map(|member| Sighted {
        household: member.household,
        person: member.person,
        sight: sight(member.privacy, opened.get(&member.person)),
    });
    Ok(sighted.collect())
}

fn sight(privacy: Privacy, opened_until: Option<&Timestamp>) -> Sight {
    match (privacy, opened_until) {
        (Privacy::Open, _) => Sight::Open,
        (Privacy::Private, Some(until)) => Sight::ByPin { until: *until },
        (Privacy::Private, None) => Sight::Private,
    }
}

impl App {
    /// Everybody whom this number shows, private members among them; nothing is opened.
    pub async fn sighted(&self, citizen: &Citizen) -> Result<Vec<Sighted>, Refusal> {
        let (sealer, viewer, now) = (self.0.sealer.clone(), citizen.viewer(), self.now());
        let sighted = self.0.db.read("app::private_member::sights", move |tx| {
            Box::pin(async move { sights(tx, &sealer, viewer, now).await })
        });
        Ok(sighted.await?)
    }

    /// Those of them whom this login sees.
    pub(crate) async fn seen(&self, citizen: &Citizen) -> Result<Vec<Sighted>, Refusal> {
        let sighted = self.sighted(citizen).await?;
        Ok(sighted.into_iter().filter(Sighted::is_seen).collect())
    }

    /// One of them.
    ///
    /// # Errors
    /// `UnknownBeneficiary` for a private member who is not open, as for nobody.
    pub(crate) async fn seen_as(&self, citizen: &Citizen, person: PersonId) -> Result<Sighted, Refusal> {
        let seen = self.seen(citizen).await?;
        let found = seen.into_iter().find(|one| one.person == person);
        found.ok_or(Refusal::UnknownBeneficiary)
    }

    /// The member that a reference id names, when this login sees them.
    ///
    /// # Errors
    /// `UnknownBeneficiary` for nobody of this household, and for a private member who is not open.
    pub(crate) async fn seen_named(&self, citizen: &Citizen, id: ReferenceId) -> Result<Sighted, Refusal> {
        match self.sighted_named(citizen, id).await? {
            Some(found) if found.is_seen() => Ok(found),
            _ => Err(Refusal::UnknownBeneficiary),
        }
    }

    /// The member of this household that a reference id names, seen or not.
    pub(crate) async fn sighted_named(
        &self,
        citizen: &Citizen,
        id: ReferenceId,
    ) -> Result<Option<Sighted>, Refusal> {
        let (sealer, viewer, now) = (self.0.sealer.clone(), citizen.viewer(), self.now());
        let found = self.0.db.read("app::private_member::named", move |tx| {
            Box::pin(async move {
                let named = person::by_reference_ids(tx, &sealer, &[id]).await?;
                let sighted = sights(tx, &sealer, viewer, now).await?;
                let named = named.into_iter().flatten().next();
                Ok::<_, Refusal>(sighted.into_iter().find(|one| Some(one.subject()) == named))
            })
        });
        found.await
    }

    /// A member by their place in the household's list, from 1.
    ///
    /// # Errors
    /// `UnknownBeneficiary` when nobody is there.
    pub async fn sighted_at(&self, citizen: &Citizen, place: usize) -> Result<Sighted, Refusal> {
        citizen.require_account()?;
        let sighted = self.sighted(citizen).await?;
        let found = place.checked_sub(1).and_then(|index| sighted.get(index));
        found.copied().ok_or(Refusal::UnknownBeneficiary)
    }

    /// Receipts for members whom a login sees: the entry of a private one says that their PIN was given.
    pub(crate) async fn receipts_seen(
        &self,
        cause: &Cause,
        seen: &[Sighted],
    ) -> Result<Vec<Receipt>, Refusal> {
        let causes: Vec<_> = seen.iter().map(|one| cause.seen(one.sight)).collect();
        let wanted: Vec<_> = causes.iter().zip(seen.iter().map(Sighted::subject)).collect();
        self.receipts_each(&wanted).await
    }

    /// Opens a private member to this login with their PIN; answers until when. It closes by itself.
    ///
    /// # Errors
    /// `WrongPrivatePin`, counted for good; `PrivatePinSpent` from the fifth of a day on; `UnknownBeneficiary` for nobody of this household
    /// and for a member who is not private; `LoginsBusy`.
    pub async fn open_private(
        &self,
        citizen: &Citizen,
        place: usize,
        pin: PrivatePin,
    ) -> Result<Timestamp, Refusal> {
        citizen.require_pages()?;
        let subject = self.sighted_at(citizen, place).await?.subject();
        let judged = self.judge_pin(subject, &pin).await?;
        let (sealer, visit) = (self.0.sealer.clone(), citizen.visit);
        let (now, until) = (self.now(), self.now().plus_seconds(OPEN_SECONDS));
        let opened = self.0.db.write("app::private_member::open", move |tx| {
            Box::pin(async move {
                match judged.settle(tx, &sealer, now).await? {
                    Ok(()) => Ok(Ok(private_member::open(tx, &sealer, subject, visit, until).await?)),
                    Err(refused) => Ok::<_, Refusal>(Err(refused)),
                }
            })
        });
        opened.await?.map(|()| until)
    }

    /// Closes a private member to this login again. Of somebody who is not open, nothing changes.
    ///
    /// # Errors
    /// `UnknownBeneficiary` for nobody of this household.
    pub async fn close_private(&self, citizen: &Citizen, place: usize) -> Result<(), Refusal> {
        citizen.require_pages()?;
        let subject = self.sighted_at(citizen, place).await?.subject();
        let visit = citizen.visit;
        let closed = self.0.db.write("app::private_member::close", move |tx| {
            Box::pin(async move { private_member::close(tx, subject, visit).await })
        });
        Ok(closed.await?)
    }

    /// Makes a member private, or gives a private one another PIN, on a code of their own. The code is spent.
    ///
    /// # Errors
    /// `WrongSettingCode`, counted with wrong PINs; `PrivatePinSpent`; `UnknownBeneficiary`; `LoginsBusy`.
    pub async fn set_private(
        &self,
        citizen: &Citizen,
        place: usize,
        code: OwnCode,
        pin: PrivatePin,
    ) -> Result<(), Refusal> {
        citizen.require_pages()?;
        let subject = self.sighted_at(citizen, place).await?.subject();
        let OwnCode::Setting(code) = code;
        self.judge_code(subject, code.clone()).await?;
        let hash = self.hash_pin(subject, &pin).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let set = self.0.db.write("app::private_member::set", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                // Of the same code sent twice at once, one has spent it.
                if !private_member::code_fits(tx, &sealer, subject, &code, now).await? {
                    return Err(Refusal::WrongSettingCode);
                }
                Ok(private_member::set(tx, &sealer, subject, Some(&hash), now).await?)
            })
        });
        set.await
    }

    /// Makes a private member one whom the phone shows, with their PIN.
    ///
    /// # Errors
    /// As [`open_private`](Self::open_private).
    pub async fn end_private(&self, citizen: &Citizen, place: usize, pin: PrivatePin) -> Result<(), Refusal> {
        citizen.require_pages()?;
        let subject = self.sighted_at(citizen, place).await?.subject();
        let judged = self.judge_pin(subject, &pin).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let ended = self.0.db.write("app::private_member::end", move |tx| {
            Box::pin(async move {
                match judged.settle(tx, &sealer, now).await? {
                    Ok(()) => Ok(Ok(private_member::set(tx, &sealer, subject, None, now).await?)),
                    Err(refused) => Ok::<_, Refusal>(Err(refused)),
                }
            })
        });
        ended.await?
    }

    /// The wrong PINs and codes of those private members whom this login has open: nobody else is told.
    pub async fn wrong_tries(&self, citizen: &Citizen) -> Result<Vec<WrongTries>, Refusal> {
        citizen.require_account()?;
        let (sealer, viewer, now) = (self.0.sealer.clone(), citizen.viewer(), self.now());
        let known = self.0.db.read("app::private_member::wrong", move |tx| {
            Box::pin(async move {
                let sighted = sights(tx, &sealer, viewer, now).await?;
                let by_pin = sighted
                    .iter()
                    .filter(|one| matches!(one.sight, Sight::ByPin { .. }));
                let by_pin: Vec<Subject> = by_pin.map(Sighted::subject).collect();
                private_member::wrong_of(tx, &by_pin).await
            })
        });
        let told = known.await?.into_iter();
        Ok(told
            .map(|(person, day, count)| WrongTries { person, day, count })
            .collect())
    }

    /// Compares a PIN. What comes of it counts only once it is [settled](Judged::settle).
    async fn judge_pin(&self, subject: Subject, pin: &PrivatePin) -> Result<Judged, Refusal> {
        let (sealer, today) = (self.0.sealer.clone(), self.today());
        let known = self.0.db.read("app::private_member::judge", move |tx| {
            Box::pin(async move {
                let wrong = private_member::wrong_on(tx, subject, today).await?;
                Ok::<_, Refusal>((private_member::pin_hash(tx, &sealer, subject).await?, wrong))
            })
        });
        let (hash, wrong) = known.await?;
        let hash = hash.ok_or(Refusal::UnknownBeneficiary)?;
        // Before anything is stretched: who has no try left costs nothing.
        if wrong >= TRIES_A_DAY {
            return Err(Refusal::PrivatePinSpent);
        }
        let hasher = &self.0.login_desk.hasher;
        let place = hasher.place(Familiarity::Stranger)?;
        let keyed = keyed(&self.0.sealer, subject, pin);
        let right = hasher.matches(keyed, place, Some(&hash)).await?;
        Ok(Judged { subject, hash, right })
    }

    /// Judges a printed code and counts it when it is wrong, in one transaction.
    async fn judge_code(&self, subject: Subject, code: SettingCode) -> Result<(), Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let judged = self.0.db.write("app::private_member::judge_code", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                if private_member::wrong_on(tx, subject, now.date()).await? >= TRIES_A_DAY {
                    return Err(Refusal::PrivatePinSpent);
                }
                if private_member::code_fits(tx, &sealer, subject, &code, now).await? {
                    return Ok(Ok(()));
                }
                private_member::count_wrong(tx, subject, now.date()).await?;
                Ok(Err(Refusal::WrongSettingCode))
            })
        });
        judged.await?
    }

    /// What is kept of a PIN.
    pub(crate) async fn hash_pin(&self, subject: Subject, pin: &PrivatePin) -> Result<String, Refusal> {
        let hasher = &self.0.login_desk.hasher;
        let place = hasher.place(Familiarity::Stranger)?;
        let keyed = keyed(&self.0.sealer, subject, pin);
        hasher.hash(keyed, place, &*self.0.sealer.entropy).await
    }
}

fn keyed(sealer: &Sealer, (household, person): Subject, pin: &PrivatePin) -> Keyed {
    let parts = [household.as_bytes().as_slice(), person.as_bytes(), pin.as_bytes()];
    Keyed::of(sealer.keys.mac(MacKind::PrivatePin, &parts))
}

/// A PIN that was compared, and with what.
struct Judged {
    subject: Subject,
    hash: String,
    right: bool,
}

impl Judged {
    /// Counts a wrong one. Nobody learns whether a PIN was right but by this, and it lets five wrong ones through a day,
    /// however many were compared at once. Commit a refusal too.
    async fn settle(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, Refusal> {
        person::lock(tx, self.subject).await?;
        let wrong = private_member::wrong_on(tx, self.subject, now.date()).await?;
        if wrong >= TRIES_A_DAY {
            return Ok(Err(Refusal::PrivatePinSpent));
        }
        let unchanged =
            private_member::pin_hash(tx, sealer, self.subject).await?.as_ref() == Some(&self.hash);
        if self.right && unchanged {
            return Ok(Ok(()));
        }
        let wrong = private_member::count_wrong(tx, self.subject, now.date()).await?;
        let left = u8::try_from(TRIES_A_DAY.saturating_sub(wrong)).unwrap_or_default();
        Ok(Err(Refusal::WrongPrivatePin { left }))
    }
}
