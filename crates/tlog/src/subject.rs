//! Subject tags: how a person, and nobody else, recognises the log's leaves about them.
//!
//! The key of a month can be handed to an auditor or an app without giving away other months. Without the key a tag is
//! noise: tags of one person cannot be linked, nor can a guessed mobile number be tested.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::leaf::Day;

/// Sixteen bytes that stand for a person in one leaf.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectTag([u8; 16]);

impl SubjectTag {
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for SubjectTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SubjectTag({})", hex::encode(self.0))
    }
}

/// `HMAC-SHA256(person's tag key, "pramaan month key v1" ‖ year (2, big endian) ‖ month (1))` as long as the person's view
/// key was never made anew; after the `epoch`-th time, `epoch` (4, big endian) follows. Year and month are those of the day
/// in Asia/Kolkata: see [`Day::year_month`].
pub fn month_key(person_tag_key: &[u8; 32], (year, month): (u16, u8), epoch: u32) -> [u8; 32] {
    let [high, low] = year.to_be_bytes();
    let mut message = [b"pramaan month key v1".as_slice(), &[high, low, month]].concat();
    if epoch > 0 {
        message.extend(epoch.to_be_bytes());
    }
    hmac(person_tag_key, &message)
}

/// The first 16 bytes of `HMAC-SHA256(month key, day (4, big endian) ‖ i (4, big endian))`, for the person's leaf number
/// `i` = 0, 1, 2… of that day.
pub fn subject_tag(month_key: &[u8; 32], day: Day, i: u32) -> SubjectTag {
    let mac = hmac(month_key, &[day.number().to_be_bytes(), i.to_be_bytes()].concat());
    let (tag, _) = mac.split_first_chunk().unwrap_or((&[0; 16], &[]));
    SubjectTag(*tag)
}

fn hmac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    // RFC 2104 pads a short key with zeros up to the block; doing it here makes the construction infallible.
    let mut block = [0; 64];
    for (slot, byte) in block.iter_mut().zip(key) {
        *slot = *byte;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    mac.update(message);
    mac.finalize().into_bytes().into()
}
