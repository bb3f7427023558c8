//! The pages of those who work at a site: log in, today's visitors, evidence, the record, the dose; and planning.
//!
//! Plain forms, one file a noun. Addresses hold the number of a place in a queue or a random id of an encounter, never
//! anything of a person. A record is on the screen only in the answer to evidence, or within that encounter.

mod dose;
mod dose_form;
mod duty;
mod encounter;
mod enrol;
mod evidence;
mod evidence_form;
mod held_dose;
mod held_dose_attention;
mod held_dose_form;
mod invite;
mod login;
mod people;
mod phone;
mod record;
mod refusal;
mod roster;
mod session;
mod session_cancel;
mod session_form;
mod today;
mod walk_in;
mod walk_in_form;

use axum::Router;

use super::front::Front;

pub use duty::SESSION;

/// All of them, undressed.
pub fn routes() -> Router<Front> {
    Router::new()
        .merge(login::routes())
        .merge(enrol::routes())
        .merge(today::routes())
        .merge(evidence::routes())
        .merge(encounter::routes())
        .merge(dose::routes())
        .merge(held_dose::routes())
        .merge(walk_in::routes())
        .merge(held_dose_attention::routes())
        .merge(roster::routes())
        .merge(invite::routes())
        .merge(people::routes())
        .merge(phone::routes())
        .merge(session::routes())
        .merge(session_cancel::routes())
}

#[cfg(test)]
mod tests;
