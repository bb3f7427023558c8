//! `pramaan import cohort FILE.csv`: who is on a bulk list. Columns: `mobile`, `birth_year`, `group` (hcw, flw,
//! traveller), and `valid_until`, the last day on which the row counts.
//!
//! A row makes no person and no household, and opens nothing: it is kept as a keyed index, and counts once its owner has
//! logged in with a one-time password of their own.

use std::collections::HashMap;

use pramaan_domain::birth::BirthYear;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::rules::Group;
use pramaan_domain::time::CivilDate;
use pramaan_store::cohort::{self as stored, Listed};

use super::row::{BadRow, Columns, Fault, Row, date, read_all};
use super::{Bad, ImportError, Imported, Progress, accept};
use crate::beneficiary::HOUSEHOLD_SIZE;
use crate::{App, Refusal};

pub(super) const COLUMNS: Columns = Columns {
    required: &["mobile", "birth_year", "group"],
    optional: &["valid_until"],
    personal: &["mobile", "birth_year"],
};

pub(super) struct Member {
    mobile: Mobile,
    born: BirthYear,
    group: Group,
    valid_until: Option<CivilDate>,
}

/// Adds the rows of a file to the lists; a row that is there already gets the file's last day.
///
/// A number with more rows than a household has members is a number that somebody lent to many: all its rows are bad.
pub async fn cohort(
    app: &App,
    bytes: &[u8],
    bad: Bad,
    progress: Progress<'_>,
) -> Result<Imported, ImportError> {
    let today = app.today();
    let mut rows_of: HashMap<Mobile, usize> = HashMap::new();
    let (read, mut rejected) = read_all(bytes, &COLUMNS, progress, |row| {
        let mobile = row.parse("mobile", Mobile::parse)?;
        // Rows that are bad for another reason count too.
        *rows_of.entry(mobile.clone()).or_default() += 1;
        read(row, mobile, today)
    })?;
    let (shared, good): (Vec<_>, Vec<_>) = read.into_iter().partition(|(_, member)| {
        rows_of
            .get(&member.mobile)
            .is_some_and(|rows| *rows > HOUSEHOLD_SIZE)
    });
    rejected.extend(shared.into_iter().map(|(row, _)| BadRow {
        column: "mobile",
        reason: format!("shared number, quarantined: it has more than {HOUSEHOLD_SIZE} rows in this file"),
        ..row
    }));
    rejected.sort_by_key(|row| row.line);
    let (good, rejected) = accept(good, rejected, bad)?;
    let sealer = &app.0.sealer;
    let listed = |(_, member): (BadRow, Member)| {
        let Member {
            mobile,
            born,
            group,
            valid_until,
        } = member;
        Listed::new(sealer, (&mobile, born), group, valid_until)
    };
    let listed: Vec<Listed> = good.into_iter().map(listed).collect();
    let added = listed.len();
    app.add_to_lists(listed).await?;
    progress(added, added);
    Ok(Imported { added, rejected })
}

impl App {
    async fn add_to_lists(&self, listed: Vec<Listed>) -> Result<(), Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let put = self.0.db.write("app::import::cohort", move |tx| {
            Box::pin(async move { stored::put(tx, &sealer, &listed, now).await })
        });
        Ok(put.await?)
    }
}

pub(super) fn read(row: &Row<'_>, mobile: Mobile, today: CivilDate) -> Result<Member, Fault> {
    let valid_until = match row.get("valid_until") {
        "" => None,
        _ => Some(row.parse("valid_until", date)?),
    };
    Ok(Member {
        mobile,
        born: row.parse("birth_year", |text| BirthYear::parse(text, today))?,
        group: row.parse("group", group)?,
        valid_until,
    })
}

/// The general group has no list.
fn group(text: &str) -> Result<Group, &'static str> {
    let listed = Group::parse(text).ok().filter(|group| *group != Group::General);
    listed.ok_or("give hcw, flw or traveller")
}
