//! The citizen's pages on a real app, in process: the main way through, and what may go wrong on it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod about;
mod browser;
mod card;
mod comorbidity;
mod extract;
mod guardian;
mod household;
mod login;
mod merge;
mod rights;
mod session;
mod unwell;
mod verify;

use browser::Browser;

/// What everybody types into the form of a new person.
const ASHA: &[(&str, &str)] = &[
    ("consent", "yes"),
    ("name", "Asha Devi"),
    ("birth_year", "1980"),
    ("gender", "female"),
    ("document_type", "8"),
    ("document_number", "Z1234567"),
];

/// `ASHA` with some answers replaced; an empty one is left out.
fn but<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = ASHA
        .iter()
        .filter(|(name, _)| !changes.iter().any(|(other, _)| other == name));
    kept.chain(changes)
        .filter(|(_, value)| !value.is_empty())
        .copied()
        .collect()
}

/// Somebody with one registered member.
async fn registered() -> Browser {
    let mut browser = Browser::logged_in("9876543210").await;
    let page = browser.get("/household/new").await;
    let page = browser.submit(&page, "/household/new", ASHA).await;
    assert_eq!(page.status, 303, "{}", page.body);
    browser
}
