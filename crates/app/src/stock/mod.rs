//! Stock at a site: what it has, and what those who work there do with it. A dose that is recorded takes by itself.
//!
//! Vaccinators on the roster receive, open and waste. Sending back, taking back a receipt and counting are the manager's: who
//! uses the doses does not write off what is missing.

mod change;
mod count;
mod day_sheet;
mod plan;
mod recall;

use pramaan_domain::id::StaffId;
use pramaan_domain::stock::{BatchKey, Shelf};
use pramaan_keys::MacKind;
use pramaan_store::stock;
use pramaan_store::{StoreError, Tx, staff};

pub use change::{Change, Doing, From};
pub use count::Counted;
pub(crate) use day_sheet::lines as sheet_lines;
pub use day_sheet::{DaySheet, SheetLine};
pub use plan::Shortage;
pub use pramaan_store::stock::{Count, Discrepancy, Line, Stock};

use crate::roster::require_shift;
use crate::{App, FormKey, Refusal, Staff, StaffRole};

/// Entries of a batch that are shown, the newest.
pub const LINES: u32 = 200;
/// How often a transaction that gave way to another is run again.
const ATTEMPTS: u8 = 5;

/// An entry with the code of who made it; none for what a dose did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub line: Line,
    pub staff: Option<String>,
}

/// A batch with its newest entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub shelf: Shelf,
    pub entries: Vec<Entry>,
}

impl App {
    /// What the centre of this member of staff has. Opens nothing.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff, `OffRoster` for a vaccinator who does not work there today.
    pub async fn stock(&self, staff: &Staff) -> Result<Stock, Refusal> {
        let place = Place::of(self, staff);
        let found = self.0.db.read("app::stock::show", move |tx| {
            Box::pin(async move {
                place.require(tx).await?;
                Ok::<_, Refusal>(stock::of_centre(tx, place.centre).await?)
            })
        });
        found.await
    }

    /// A batch of the centre and its newest [`LINES`] entries.
    ///
    /// # Errors
    /// As [`stock`](Self::stock); `UnknownBatch` for one that the centre has no entry of.
    pub async fn stock_batch(&self, staff: &Staff, key: BatchKey) -> Result<Batch, Refusal> {
        let (place, sealer) = (Place::of(self, staff), self.0.sealer.clone());
        let found = self.0.db.read("app::stock::batch", move |tx| {
            Box::pin(async move {
                place.require(tx).await?;
                let lines = stock::lines(tx, &sealer, (place.centre, &key), LINES).await?;
                if lines.is_empty() {
                    return Err(Refusal::UnknownBatch);
                }
                let people = staff::of_centre(tx, &sealer, place.centre).await?;
                let code_of = |id: StaffId| {
                    people
                        .iter()
                        .find(|row| row.id == id)
                        .map(|row| row.code.to_string())
                };
                let entries = lines.into_iter().map(|line| Entry {
                    staff: line.staff.and_then(code_of),
                    line,
                });
                Ok::<_, Refusal>(Batch {
                    entries: entries.collect(),
                    shelf: stock::shelf(tx, place.centre, &key).await?,
                })
            })
        });
        found.await
    }

    /// Over a form and what it was given, so that the same sent again is told from another.
    fn post_mac(&self, staff: &Staff, once: &FormKey, said: &str) -> [u8; 32] {
        let centre = staff.centre.to_be_bytes();
        self.0.sealer.keys.mac(
            MacKind::StockPost,
            &[&centre, once.as_str().as_bytes(), said.as_bytes()],
        )
    }
}

/// Where somebody works with stock, and as what.
#[derive(Debug, Clone, Copy)]
struct Place {
    staff: StaffId,
    role: StaffRole,
    centre: i64,
    today: pramaan_domain::time::CivilDate,
}

impl Place {
    fn of(app: &App, staff: &Staff) -> Self {
        Self {
            staff: staff.id,
            role: staff.role,
            centre: staff.centre,
            today: app.today(),
        }
    }

    async fn require(&self, tx: &mut Tx) -> Result<(), Refusal> {
        match self.role {
            StaffRole::DistrictAdmin => Err(Refusal::Forbidden),
            StaffRole::SiteManager => Ok(()),
            StaffRole::Vaccinator => require_shift(tx, self.staff, (self.centre, self.today)).await,
        }
    }

    fn require_manager(&self) -> Result<(), Refusal> {
        match self.role {
            StaffRole::SiteManager => Ok(()),
            StaffRole::Vaccinator | StaffRole::DistrictAdmin => Err(Refusal::Forbidden),
        }
    }
}

fn invalid(field: &'static str, sentence: &str) -> Refusal {
    Refusal::Invalid {
        field,
        sentence: sentence.to_owned(),
    }
}

impl std::convert::From<pramaan_domain::stock::Short> for Refusal {
    fn from(short: pramaan_domain::stock::Short) -> Self {
        Self::ShortOfStock { there: short.there }
    }
}

/// What the ledger keeps beside its entries is kept in one transaction with them; a difference is a defect or a hand in the
/// database.
fn told_of(found: &[Discrepancy], centre: i64) {
    if !found.is_empty() {
        let error = StoreError::corrupt("stock_balance", "n");
        let differences = found.len();
        tracing::error!(%error, centre, differences, "a stock is not the sum of its entries");
    }
}
