//! The citizen's pages: log in, the family, sessions and bookings, who read the record, certificates.
//!
//! Plain forms, one file a noun. Addresses hold a member's place in the family's list, never an id of a person.

mod about;
mod access;
mod appointment;
mod book;
mod certificate;
mod household;
mod layout;
mod login;
mod member;
mod member_form;
mod refusal;
mod sessions;
mod start;
mod verify;
mod visitor;

use axum::Router;

use super::front::Front;
use super::{explanation, words};

pub use visitor::SESSION;

/// All of them, undressed.
pub fn routes() -> Router<Front> {
    Router::new()
        .merge(start::routes())
        .merge(login::routes())
        .merge(household::routes())
        .merge(member::routes())
        .merge(access::routes())
        .merge(sessions::routes())
        .merge(book::routes())
        .merge(appointment::routes())
        .merge(certificate::routes())
        .merge(verify::routes())
        .merge(about::routes())
}

#[cfg(test)]
mod tests;
