//! What a person takes home of their list: entries, view keys and proofs, to be checked by anybody (docs/extract.md).
//!
//! Whoever has the file recognises the person's entries of those months for ever, so a login is not enough: it takes a
//! one-time password of these minutes, or the PIN of a private member.

use std::sync::Arc;

use chrono::{Datelike, Months};
use pramaan_domain::access::{Field, FieldSet, Purpose};
use pramaan_domain::time::CivilDate;
use pramaan_store::StoreError;
use pramaan_store::access_log::extract::{self, Draft};
use pramaan_tlog::extract::Trusted;
use tokio::sync::OwnedSemaphorePermit;

use crate::extract_fault::told;
pub use crate::extract_fault::{Check, Fault, FaultPlace};
use crate::principal::{Citizen, FaceKind};
use crate::private_member::{OPEN_SECONDS, Sight, Sighted};
use crate::{App, Refusal};

/// How long a one-time password or a PIN is fresh enough, in seconds.
pub const FRESH_SECONDS: i64 = 5 * 60;
/// How far back the months of an extract go, the current one included.
pub const MONTHS_BACK: u32 = 12;
/// Days that are proven in one transaction.
const DAYS_AT_ONCE: usize = 31;
/// Extracts that a node makes at one time: one of a year is some thousand small reads and half a second of hashing, and people
/// at a desk go before.
pub const AT_ONCE: usize = 2;

/// Whole months, the last of them as far as it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtractMonths {
    from: CivilDate,
    to: CivilDate,
    reach: Reach,
}

/// What to do when the log owes roots of these days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Say so, and open nothing.
    Whole,
    /// End the list with the last days that can be told of.
    AsFarAsRooted,
}

impl ExtractMonths {
    /// From the month `first` months ago to the one `last` months ago: 0 is the month of `today`. `None` when they go back
    /// more than a year, or the first is after the last.
    pub fn ago(first: u32, last: u32, today: CivilDate) -> Option<Self> {
        if first >= MONTHS_BACK || last > first {
            return None;
        }
        let month = today.with_day(1)?;
        let after = month
            .checked_sub_months(Months::new(last))?
            .checked_add_months(Months::new(1))?;
        Some(Self {
            from: month.checked_sub_months(Months::new(first))?,
            to: after.pred_opt()?.min(today),
            reach: Reach::Whole,
        })
    }

    /// The same, also when the roots of days are late and the list ends earlier.
    #[must_use]
    pub fn as_far_as_rooted(self) -> Self {
        let reach = Reach::AsFarAsRooted;
        Self { reach, ..self }
    }
}

/// What came of asking for an extract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessExtract {
    /// The file, packed.
    Made(Vec<u8>),
    /// What was proved is older than five minutes. Nothing was opened.
    ProveAgain(Missing),
    /// The log has no published head yet: nothing could be checked.
    NothingPublished,
    /// The log owes the roots of days since this one, so the list would end with it. Nothing was opened, and nothing is known to
    /// be altered.
    RootsLate(CivilDate),
    /// What is kept here is not what the log has. The entry is written; who runs the service got an alarm.
    DoesNotHold(Fault),
}

/// What has to be proved again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The mobile, by a one-time password.
    Otp,
    /// A private member's PIN.
    Pin,
}

impl App {
    /// What a login lacks to take an extract of a member, by their place in the household's list; nothing is opened to know it.
    pub async fn lacks_for_extract(
        &self,
        citizen: &Citizen,
        place: usize,
    ) -> Result<Option<Missing>, Refusal> {
        citizen.require(&[FaceKind::Pages])?;
        let member = self.sighted_at(citizen, place).await?;
        Ok(self.lacks(citizen, member.sight))
    }

    /// The extract of one member, by their place in the household's list. It is itself an entry, which stands in the next.
    ///
    /// # Errors
    /// `Corrupt` when rows of rooted days are gone; `Unauthenticated` through any door but our own pages; `Busy`, with nothing opened and nothing written, when others take
    /// theirs.
    pub async fn access_extract(
        &self,
        citizen: &Citizen,
        place: usize,
        months: ExtractMonths,
        request: &'static str,
    ) -> Result<AccessExtract, Refusal> {
        citizen.require(&[FaceKind::Pages])?;
        let taken = Arc::clone(&self.0.extracts).try_acquire_owned();
        let taken = taken.map_err(|_| Refusal::Busy)?;
        let member = self.sighted_at(citizen, place).await?;
        if let Some(missing) = self.lacks(citizen, member.sight) {
            return Ok(AccessExtract::ProveAgain(missing));
        }
        // First: a day whose root is gone from here is no day whose root is late.
        self.days_are_whole().await?;
        if months.reach == Reach::Whole
            && let Some(since) = self.roots_owed().await?.filter(|since| *since <= months.to)
        {
            return Ok(AccessExtract::RootsLate(since));
        }
        told(self.opened(citizen, member, (months, request), taken).await)
    }

    async fn opened(
        &self,
        citizen: &Citizen,
        member: Sighted,
        (months, request): (ExtractMonths, &'static str),
        taken: OwnedSemaphorePermit,
    ) -> Result<AccessExtract, Refusal> {
        let wanted = (months.from, months.to);
        let fields = FieldSet::of(&[Field::AccessList, Field::ViewKey]);
        let cause = citizen
            .cause(Purpose::OwnAccessList, fields, request)
            .seen(member.sight);
        let receipt = self.receipts(&cause, &[member.subject()]).await?.pop();
        let receipt = receipt.ok_or(Refusal::UnknownBeneficiary)?;
        let (sealer, origin, now) = (self.0.sealer.clone(), self.0.log.origin(), self.now());
        let begun = self.0.db.read("app::access_extract::begin", move |tx| {
            Box::pin(async move { extract::begin(tx, &sealer, &origin, receipt, wanted, now).await })
        });
        match begun.await? {
            Some(draft) => self.proven(draft, taken).await,
            None => Ok(AccessExtract::NothingPublished),
        }
    }

    pub(crate) fn lacks(&self, citizen: &Citizen, sight: Sight) -> Option<Missing> {
        let (proved, missing) = match sight {
            Sight::Open => (citizen.since, Missing::Otp),
            Sight::ByPin { until } => (until.seconds() - OPEN_SECONDS, Missing::Pin),
            Sight::Private => return Some(Missing::Pin),
        };
        (self.now().seconds() - proved > FRESH_SECONDS).then_some(missing)
    }

    /// The file, checked before it leaves: what does not hold here holds nowhere.
    async fn proven(&self, mut draft: Draft, taken: OwnedSemaphorePermit) -> Result<AccessExtract, Refusal> {
        loop {
            let proven = self.0.db.read("app::access_extract::prove", move |tx| {
                Box::pin(async move {
                    let more = draft.prove(tx, DAYS_AT_ONCE).await?;
                    Ok::<_, StoreError>((draft, more))
                })
            });
            let (next, more) = proven.await?;
            draft = next;
            if !more {
                break;
            }
        }
        // A year has some ten thousand hashes to check. The place is kept until that is done, also when nobody waits any more.
        let checked = tokio::task::spawn_blocking(move || {
            let extract = draft.finish();
            let checked = match extract.verify(&Trusted::default()) {
                Ok(_) => AccessExtract::Made(extract.to_file()),
                Err(error) => AccessExtract::DoesNotHold(Fault::of(&error, &extract)),
            };
            drop(taken);
            checked
        });
        checked.await.map_err(|_| Refusal::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(year: i32, month: u32, day: u32) -> CivilDate {
        CivilDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn months_are_whole_and_end_today_at_the_latest() {
        let today = date(2026, 11, 23);
        let days =
            |first, last| ExtractMonths::ago(first, last, today).map(|months| (months.from, months.to));
        assert_eq!(days(0, 0), Some((date(2026, 11, 1), today)));
        assert_eq!(days(2, 1), Some((date(2026, 9, 1), date(2026, 10, 31))));
        assert_eq!(days(11, 0), Some((date(2025, 12, 1), today)));
        assert_eq!((days(12, 0), days(1, 2)), (None, None));
    }
}
