//! A person's list that the published log does not agree with: what is told of it, and what is handed out all the same.
//!
//! Whoever removes or alters an entry in the database is found here first, and by the person: so they get the file that fails,
//! with which anybody can see the same without us.

use pramaan_domain::time::CivilDate;
use pramaan_store::{StoreError, day_index};
use pramaan_tlog::extract::{Extract, ExtractError, Place};
use pramaan_tlog::leaf::{Day, Hour};

pub use pramaan_tlog::extract::Check;

use crate::access_extract::AccessExtract;
use crate::{App, Refusal};

/// Why a list does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which step failed (docs/extract.md); nothing when what is kept of the log is too damaged to make a file of it.
    pub check: Option<Check>,
    pub place: FaultPlace,
    /// The file that fails, in every program that checks one, at that step.
    pub file: Option<Vec<u8>>,
}

/// Where in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultPlace {
    /// In what all entries share.
    List,
    /// At an entry, by its place in the log.
    Entry(u64),
    /// On a day: it has more or other entries in the log than in the list.
    Day(CivilDate),
}

impl Fault {
    /// Of a file that was made and checked.
    pub(crate) fn of(error: &ExtractError, extract: &Extract) -> Self {
        Self {
            check: Some(error.check),
            place: match error.place {
                Place::File => FaultPlace::List,
                Place::Entry(index) => FaultPlace::Entry(index),
                Place::Day(day) => date(day).map_or(FaultPlace::List, FaultPlace::Day),
            },
            file: Some(extract.to_file()),
        }
    }
}

/// What came of making a file: a list that could not even be put together does not hold either. Any other error passes.
pub(crate) fn told(made: Result<AccessExtract, Refusal>) -> Result<AccessExtract, Refusal> {
    let check = match &made {
        Ok(AccessExtract::DoesNotHold(fault)) => fault.check.map_or("none", Check::name),
        Err(Refusal::Unavailable(StoreError::Corrupt { .. })) => "none",
        _ => return made,
    };
    tracing::error!(
        check,
        "ALARM: a person's entries are not those that the published log has; look for who can write the database"
    );
    let damaged = Fault {
        check: None,
        place: FaultPlace::List,
        file: None,
    };
    made.or(Ok(AccessExtract::DoesNotHold(damaged)))
}

impl App {
    /// Since which day the published log owes the roots of days. What is late is not altered.
    pub(crate) async fn roots_owed(&self) -> Result<Option<CivilDate>, Refusal> {
        let Some(hour) = Hour::at(self.now().seconds()) else {
            return Ok(None);
        };
        let (sealer, origin, today) = (self.0.sealer.clone(), self.0.log.origin(), hour.day());
        let owed = self.0.db.read("app::access_extract::owed", move |tx| {
            Box::pin(async move { day_index::owed(tx, (&sealer, &origin), today).await })
        });
        Ok(owed.await?.and_then(date))
    }
}

fn date(day: Day) -> Option<CivilDate> {
    let (year, month, day) = day.date()?;
    CivilDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
}
