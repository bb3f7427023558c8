//! The headline sum: what answers told of people is a part of what a log discloses, person by person and field by field.
//!
//! An [`Account`] is given what stands in people's records and every answer that was captured, whatever it is packed in. It
//! counts the answers that told a field of somebody, and compares with the entries of the log that name this person and this
//! field: in all, and route by route, as an entry names the request that it was written for. What was typed into a question is
//! no read, and neither is what is on a list of [`Excuse`]s, each with its reason.
//!
//! It knows no database: whoever uses it says what stands in the records, and which entries count.

mod account;
mod excuse;
mod marker;
mod route;
mod typed;

#[cfg(test)]
mod tests;

pub use account::{Account, Sum};
pub use excuse::Excuse;
pub use marker::{Disclosed, Marker};
