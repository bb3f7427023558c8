//! What members of staff said of an entry: sealed, for they may name somebody.

use pramaan_domain::staff::Reason;
use pramaan_keys::SealPurpose;

use crate::StoreError;
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};

/// What is padded to: all fit one, three hundred letters of any Indian script.
const BLOCK: usize = 1_280;

pub(super) fn seal(sealer: &Sealer, entry: (i64, i64), said: &Reason) -> Vec<u8> {
    let plain = padded(said.as_str().as_bytes(), BLOCK);
    sealer
        .keys
        .seal(SealPurpose::StockNote, &bound(entry), &plain, &*sealer.entropy)
}

pub(super) fn read(sealer: &Sealer, entry: (i64, i64), sealed: &[u8]) -> Result<Reason, StoreError> {
    let plain = sealer.keys.open(SealPurpose::StockNote, &bound(entry), sealed)?;
    let said = unpadded(&plain).and_then(|plain| std::str::from_utf8(plain).ok());
    said.and_then(|said| Reason::parse(said).ok())
        .ok_or_else(|| StoreError::corrupt("stock_entry", "note"))
}

fn bound((centre, seq): (i64, i64)) -> Vec<u8> {
    context("stock_entry", "note", format!("{centre}|{seq}"))
}
