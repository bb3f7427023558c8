//! The authority to open fields of one person's record, minted by a committed access entry.

use pramaan_domain::access::{FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;

use crate::StoreError;

/// How long a receipt opens anything, in seconds.
pub const RECEIPT_SECONDS: i64 = 30;

/// Proof that an access entry for this person, purpose and field set is durably committed.
///
/// Only the access log mints one. It can be neither copied nor written down, is consumed by the function that opens, and
/// is dead after thirty seconds, so that an entry stands for one opening and not for a habit.
///
/// It can be looked at:
/// ```
/// fn position(receipt: &pramaan_store::Receipt) -> u64 {
///     receipt.index()
/// }
/// ```
/// Nobody else makes one:
/// ```compile_fail,E0451
/// use pramaan_store::Receipt;
/// fn forge(real: Receipt) -> Receipt {
///     Receipt { index: 0, ..real }
/// }
/// ```
/// ```compile_fail,E0624
/// use pramaan_domain::{access::{FieldSet, Purpose}, id::{HouseholdId, PersonId}, time::Timestamp};
/// fn mint(subject: (HouseholdId, PersonId), fields: FieldSet, now: Timestamp) -> pramaan_store::Receipt {
///     pramaan_store::Receipt::mint(subject, fields, Purpose::OwnRecord, now, 0)
/// }
/// ```
/// ```compile_fail,E0277
/// fn out_of_nothing<T: Default>() -> T {
///     T::default()
/// }
/// out_of_nothing::<pramaan_store::Receipt>();
/// ```
/// It is not copied, and not written down to be read back:
/// ```compile_fail,E0277
/// fn needs<T: Clone>() {}
/// needs::<pramaan_store::Receipt>();
/// ```
/// ```compile_fail,E0277
/// fn needs<T: serde::Serialize>() {}
/// needs::<pramaan_store::Receipt>();
/// ```
/// ```compile_fail,E0277
/// fn needs<T: serde::de::DeserializeOwned>() {}
/// needs::<pramaan_store::Receipt>();
/// ```
/// ```compile_fail,E0277
/// fn needs<T: minicbor::Encode<()>>() {}
/// needs::<pramaan_store::Receipt>();
/// ```
/// It opens once:
/// ```
/// use pramaan_domain::time::Timestamp;
/// use pramaan_store::{Receipt, Sealer, Tx, person};
/// async fn once(tx: &mut Tx, sealer: &Sealer, receipt: Receipt, now: Timestamp) {
///     drop(person::open(tx, sealer, vec![receipt], now).await);
/// }
/// ```
/// ```compile_fail,E0382
/// use pramaan_domain::time::Timestamp;
/// use pramaan_store::{Receipt, Sealer, Tx, person};
/// async fn twice(tx: &mut Tx, sealer: &Sealer, receipt: Receipt, now: Timestamp) {
///     drop(person::open(tx, sealer, vec![receipt], now).await);
///     drop(person::open(tx, sealer, vec![receipt], now).await);
/// }
/// ```
#[derive(Debug)]
#[must_use = "an entry was written for this receipt; open with it or drop it on purpose"]
pub struct Receipt {
    household: HouseholdId,
    person: PersonId,
    fields: FieldSet,
    purpose: Purpose,
    minted: Timestamp,
    index: u64,
}

impl Receipt {
    pub(super) fn mint(
        (household, person): (HouseholdId, PersonId),
        fields: FieldSet,
        purpose: Purpose,
        minted: Timestamp,
        index: u64,
    ) -> Self {
        Self {
            household,
            person,
            fields,
            purpose,
            minted,
            index,
        }
    }

    pub fn person(&self) -> PersonId {
        self.person
    }

    pub fn household(&self) -> HouseholdId {
        self.household
    }

    pub fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The position of the entry in the log.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Spends the receipt: the fields it opens, unless it is older than thirty seconds.
    pub(crate) fn spend(self, now: Timestamp) -> Result<Opening, StoreError> {
        if now > self.minted.plus_seconds(RECEIPT_SECONDS) || now < self.minted.plus_seconds(-RECEIPT_SECONDS)
        {
            return Err(StoreError::ReceiptExpired);
        }
        Ok(Opening {
            household: self.household,
            person: self.person,
            fields: self.fields,
        })
    }
}

/// A spent receipt: what the opening function may open, and nothing else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    pub(crate) household: HouseholdId,
    pub(crate) person: PersonId,
    pub(crate) fields: FieldSet,
}

#[cfg(test)]
mod tests {
    use super::*;
    use pramaan_domain::access::Field;

    fn receipt(minted: Timestamp) -> Receipt {
        let subject = (HouseholdId::from_random([1; 16]), PersonId::from_random([2; 16]));
        Receipt::mint(
            subject,
            FieldSet::of(&[Field::Name]),
            Purpose::OwnRecord,
            minted,
            7,
        )
    }

    #[test]
    fn a_receipt_opens_for_thirty_seconds() {
        let minted = Timestamp::from_seconds(1_000);
        assert!(receipt(minted).spend(minted).is_ok());
        assert!(receipt(minted).spend(minted.plus_seconds(30)).is_ok());
        let late = minted.plus_seconds(30).micros() + 1;
        assert!(matches!(
            receipt(minted).spend(Timestamp::from_micros(late)),
            Err(StoreError::ReceiptExpired)
        ));
    }

    #[test]
    fn a_clock_set_back_does_not_keep_a_receipt_alive() {
        let minted = Timestamp::from_seconds(1_000);
        assert!(matches!(
            receipt(minted).spend(minted.plus_seconds(-31)),
            Err(StoreError::ReceiptExpired)
        ));
    }
}
