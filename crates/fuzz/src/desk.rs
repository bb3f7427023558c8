//! What is held out or typed at a site: QR codes of slips and cards, sealed letters of phones, lines of a paper sheet.

use std::sync::LazyLock;

use pramaan_app::encounter::Evidence;
use pramaan_cert::{CardToken, SlipToken};
use pramaan_http::fuzz;
use pramaan_keys::{KeyStore, MemoryKeyStore, seal_letter};
use pramaan_testkit::SeededEntropy;

const REQUEST: usize = 16;
const TYPED: &[u8] = b"who=slip&reference_id=48210937561204&code=0123&vaccine=COVISHIELD&batch=4121Z025";

/// The text of the QR code of a slip or a printed card. What is read is printed so that it is read again as itself.
///
/// # Panics
/// When it is not.
pub fn fuzz_slip(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    if let Ok(card) = text.parse::<CardToken>() {
        assert_eq!(card.to_string().parse(), Ok(card));
    }
    if let Ok(slip) = text.parse::<SlipToken>() {
        assert_eq!(slip.to_string().parse(), Ok(slip));
    }
    Evidence::from_slip(text).is_ok()
}

/// An installation, and the only letter that was sealed for it.
struct Sealed {
    keys: MemoryKeyStore,
    /// The name of the entry, then the letter.
    letter: Vec<u8>,
}

static SEALED: LazyLock<Sealed> = LazyLock::new(|| {
    let entropy = SeededEntropy::new(11);
    let keys = MemoryKeyStore::new(&entropy);
    let request = [7; REQUEST];
    let letter = seal_letter(&keys.letter_key(), &request, TYPED, &entropy);
    let letter = [&request[..], &letter.unwrap_or_default()].concat();
    Sealed { keys, letter }
});

/// The name of an entry, then a letter under it. Only the one that was sealed opens.
///
/// # Panics
/// When another one does.
pub fn fuzz_letter(bytes: &[u8]) -> bool {
    let Some((request, letter)) = bytes.split_first_chunk::<REQUEST>() else {
        return false;
    };
    let opened = SEALED.keys.open_letter(request, letter).ok();
    if let Some(plain) = &opened {
        assert_eq!(
            (bytes, &plain[..]),
            (&SEALED.letter[..], TYPED),
            "nobody sealed this"
        );
    }
    opened.is_some()
}

/// The fields of an entry that a phone kept.
///
/// # Panics
/// When what was typed is lost, or nothing says what is wrong with it.
pub fn fuzz_held_entry(bytes: &[u8]) -> bool {
    fuzz::held_entries(bytes)
}

/// A sheet of paper that was typed in.
///
/// # Panics
/// As [`fuzz_held_entry`].
pub fn fuzz_paper_sheet(bytes: &[u8]) -> bool {
    fuzz::paper_sheets(bytes)
}

pub(crate) fn slips() -> Vec<Vec<u8>> {
    vec![
        b"pramaan:slip:48210937561204:0042".to_vec(),
        b"pramaan:card:48210937561204:00421337".to_vec(),
    ]
}

pub(crate) fn letters() -> Vec<Vec<u8>> {
    vec![SEALED.letter.clone()]
}

pub(crate) fn held_entries() -> Vec<Vec<u8>> {
    vec![
        b"who=slip&reference_id=48210937561204&code=0123&vaccine=COVISHIELD&batch=4121Z025&day=2026-11-22&given_at=09:40\
          &site=left_upper_arm"
            .to_vec(),
    ]
}

pub(crate) fn paper_sheets() -> Vec<Vec<u8>> {
    vec![
        b"day=2026-11-21&vaccine=COVISHIELD&batch=4121Z025&site=left_upper_arm&given_by=MH-0002\
          &reference_id_1=3141+5926+535897&code_1=0123&given_at_1=17:30\
          &reference_id_8=48210937561204&code_8=9999&given_at_8=09:00"
            .to_vec(),
    ]
}
