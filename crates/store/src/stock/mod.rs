//! Stock at a centre: the entries of its ledger, the sums of them, vials, counts and recalls. Nothing is about a person.
//!
//! Whoever adds an entry locks the centre's head first, so entries of a centre come one after the other. What the ledger
//! refuses is decided in `domain`; here it is written down, all of it or nothing.

mod batch;
mod check;
mod count;
mod dose;
mod entry;
mod note;
mod planned;
mod read;
mod recall;

use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::stock::BatchKey;

use crate::StoreError;
use crate::db::{Row, Value};
use crate::session::vaccine_of;

pub use batch::{find, receive_batch};
pub use check::{Discrepancy, check};
pub use count::{Count, count, counts_of_day, variance_notes};
pub use dose::{Taken, take_back, use_dose};
pub use entry::{Entry, Head, first_post, lock, open_vial, post, take_from_vial};
pub use planned::given_in;
pub use read::{Line, Moved, Stock, day_sums, lines, of_centre, shelf};
pub use recall::{lift, recall, recalls};

/// The columns `vaccine, batch` from `column` on.
fn key_of(row: &Row, column: usize) -> Result<BatchKey, StoreError> {
    let batch = VaccineBatch::parse(row.text(column + 1)?);
    Ok(BatchKey {
        vaccine: vaccine_of(row, column)?,
        batch: batch.map_err(|_| row.inconsistent(column + 1, "a batch"))?,
    })
}

/// The parameters `$1, $2, $3`: centre, vaccine, batch; and more.
fn at<const N: usize>(centre: i64, key: &BatchKey, more: [Value; N]) -> Vec<Value> {
    let mut params = vec![
        centre.into(),
        key.vaccine.name().into(),
        key.batch.as_str().into(),
    ];
    params.extend(more);
    params
}
