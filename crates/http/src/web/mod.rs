//! What all pages share: language, layout, forms, cookies, protection of forms, error pages.
//!
//! Pages work without JavaScript, at 360 pixels, by keyboard and by ear. Pages themselves live beside these modules.

mod aefi_history;
mod aefi_words;
pub mod asset;
mod card;
pub mod citizen;
pub mod cookie;
pub mod csrf;
mod done;
pub mod error_page;
mod explanation;
pub mod form;
mod front;
pub mod headers;
pub mod i18n;
mod kept;
pub mod language;
pub mod page;
#[cfg(test)]
mod samples;
mod site;
pub mod staff;
mod stay;
mod upload;
mod words;

pub use front::Front;
pub use site::{Demonstration, Site, dress};
