//! How many doses the blocks of a district gave, against how many they aimed at.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use csv::WriterBuilder;
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::tally::published;
use pramaan_domain::time::CivilDate;
use pramaan_store::target;

pub use pramaan_store::target::BlockDay;

use super::own;
use crate::{App, Refusal, Staff};

/// Days that one page and one target cover at most.
pub const PROGRESS_DAYS: u64 = 31;
/// Doses a day and block at most: more than the largest city gave on its record day.
pub const MOST_TARGET: i64 = 500_000;

/// A block's doses a day from `days.0` to `days.1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub block: PlaceName,
    pub days: (CivilDate, CivilDate),
    pub doses: i64,
}

/// One block on one day. Without a target, it is not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub day: CivilDate,
    pub block: String,
    pub target: Option<i64>,
    pub given: i64,
}

impl App {
    /// The blocks of the admin's district on the days from `days.0` to `days.1`, by day and block; those with neither a target
    /// nor a dose are left out. Counts only.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a district's admin; `Invalid` with the field `until` for more than [`PROGRESS_DAYS`].
    pub async fn progress(
        &self,
        staff: &Staff,
        days: (CivilDate, CivilDate),
    ) -> Result<Vec<Progress>, Refusal> {
        let district = own(staff)?.number();
        check_days(days)?;
        let found = self.0.db.read("app::district::progress", move |tx| {
            Box::pin(async move {
                let targets = target::of_days(tx, district, days).await?;
                Ok::<_, Refusal>((targets, target::given(tx, district, days).await?))
            })
        });
        let (targets, given) = found.await?;
        let mut rows: BTreeMap<(CivilDate, String), (Option<i64>, i64)> = BTreeMap::new();
        for one in targets {
            rows.entry((one.day, one.block)).or_default().0 = Some(one.doses);
        }
        for one in given {
            rows.entry((one.day, one.block)).or_default().1 = one.doses;
        }
        let row = |((day, block), (target, given))| Progress {
            day,
            block,
            target,
            given,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// The blocks in which the admin's district has centres.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a district's admin.
    pub fn blocks(&self, staff: &Staff) -> Result<Vec<String>, Refusal> {
        let district = own(staff)?;
        let centres = self.0.availability.centres().into_iter();
        let own = centres.filter(|centre| centre.district == district);
        let blocks: BTreeSet<String> = own.map(|centre| centre.block.clone()).collect();
        Ok(blocks.into_iter().collect())
    }

    /// Sets what a block of the district is to give, day by day, replacing what was set before.
    ///
    /// # Errors
    /// `Forbidden`; `Invalid` with the field `block`, `until` or `doses`.
    pub async fn set_target(&self, staff: &Staff, target: Target) -> Result<(), Refusal> {
        let district = own(staff)?.number();
        check_days(target.days)?;
        if !self
            .blocks(staff)?
            .iter()
            .any(|block| block == target.block.as_str())
        {
            return Err(invalid("block", "no centre of the district is in this block"));
        }
        if !(0..=MOST_TARGET).contains(&target.doses) {
            return Err(invalid("doses", "give a number of doses a day"));
        }
        let (by, now) = (staff.code.clone(), self.now());
        let set = self.0.db.write("app::district::set_target", move |tx| {
            Box::pin(async move {
                let days = target.days.0.iter_days().take_while(|day| *day <= target.days.1);
                for day in days {
                    let one = BlockDay {
                        block: target.block.to_string(),
                        day,
                        doses: target.doses,
                    };
                    target::set(tx, district, &one, (&by, now)).await?;
                }
                Ok::<_, Refusal>(())
            })
        });
        set.await
    }

    /// The same as [`progress`](Self::progress) as CSV for the state: what was given is rounded down to a multiple of five, as
    /// it is published of a day, so that no small count is in it.
    pub async fn progress_csv(
        &self,
        staff: &Staff,
        days: (CivilDate, CivilDate),
    ) -> Result<Vec<u8>, Refusal> {
        let rows = self.progress(staff, days).await?;
        let mut writer = WriterBuilder::new().from_writer(Vec::new());
        // Writing into memory does not fail.
        let _ = writer.write_record(["date", "block", "target", "given_rounded_down_to_5"]);
        for row in rows {
            let given = published(u64::try_from(row.given).unwrap_or(0));
            let target = row.target.map_or_else(String::new, |target| target.to_string());
            let _ = writer.write_record([row.day.to_string(), row.block, target, given.to_string()]);
        }
        Ok(writer.into_inner().unwrap_or_default())
    }
}

fn check_days((from, until): (CivilDate, CivilDate)) -> Result<(), Refusal> {
    let last = from.checked_add_days(Days::new(PROGRESS_DAYS - 1));
    match last.is_some_and(|last| (from..=last).contains(&until)) {
        true => Ok(()),
        false => Err(invalid(
            "until",
            "give at most 31 days, the last not before the first",
        )),
    }
}

fn invalid(field: &'static str, sentence: &str) -> Refusal {
    Refusal::Invalid {
        field,
        sentence: sentence.to_owned(),
    }
}
