//! An objection and its answer as they are sealed: numbered fields, so that later versions can add some; padded, so that the
//! length tells neither which it is nor how much was written.

use minicbor::{Decode, Encode};
use pramaan_domain::objection::{Ground, Words};
use pramaan_domain::time::Timestamp;
use pramaan_keys::SecretKey;

use super::{Answer, Objection};
use crate::StoreError;
use crate::access_log::AccessDetail;
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};

/// Five hundred letters of any Indian script, and the entry with a reason of three hundred.
const BLOCK: usize = 4_096;

#[derive(Encode, Decode)]
pub(super) enum Event {
    #[n(0)]
    Made {
        #[n(0)]
        ground: String,
        #[n(1)]
        words: String,
        #[n(2)]
        detail: AccessDetail,
    },
    #[n(1)]
    Answered {
        #[n(0)]
        by: String,
        #[n(1)]
        words: String,
    },
}

pub(super) fn seal(sealer: &Sealer, key: &SecretKey, place: (u64, i64), event: &Event) -> Vec<u8> {
    // Encoding into a vector cannot fail: its writer's error type is uninhabited.
    let plain = padded(&minicbor::to_vec(event).unwrap_or_default(), BLOCK);
    key.seal(&bound(place), &plain, &*sealer.entropy)
}

pub(super) fn bound((index, seq): (u64, i64)) -> Vec<u8> {
    context("objection", "sealed", format_args!("{index}|{seq}"))
}

pub(super) fn read(plain: &[u8]) -> Result<Event, StoreError> {
    unpadded(plain)
        .and_then(|plain| minicbor::decode(plain).ok())
        .ok_or_else(corrupt)
}

/// Adds an event to those before it: an answer to the objection to the same entry.
///
/// # Errors
/// `Corrupt` for an answer to nothing, and for words that this program never wrote.
pub(super) fn gather(
    all: &mut Vec<Objection>,
    (index, at): (u64, Timestamp),
    event: Event,
) -> Result<(), StoreError> {
    match event {
        Event::Made {
            ground,
            words,
            detail,
        } => all.push(Objection {
            index,
            ground: Ground::from_code(&ground).ok_or_else(corrupt)?,
            words: Words::parse(&words).map_err(|_| corrupt())?,
            detail,
            made_at: at,
            answer: None,
        }),
        Event::Answered { by, words } => {
            let made = all.last_mut().filter(|made| made.index == index);
            made.ok_or_else(corrupt)?.answer = Some(Answer {
                by,
                words: Words::parse(&words).map_err(|_| corrupt())?,
                at,
            });
        }
    }
    Ok(())
}

fn corrupt() -> StoreError {
    StoreError::corrupt("objection", "sealed")
}
