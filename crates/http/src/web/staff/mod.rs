//! The pages of those who work at a site: log in, today's visitors, evidence, the record, the dose; and planning.
//!
//! Plain forms, one file a noun. Addresses hold the number of a place in a queue or a random id of an encounter, never
//! anything of a person. A record is on the screen only in the answer to evidence, or within that encounter.

mod device;
mod device_door;
mod dose;
mod dose_form;
mod duty;
mod encounter;
mod enrol;
mod event;
mod evidence;
mod evidence_form;
mod factor;
mod held_dose;
mod held_dose_attention;
mod held_dose_form;
mod invite;
mod login;
mod people;
mod pin;
mod record;
mod refusal;
mod replacement;
mod roster;
mod session;
mod session_cancel;
mod session_form;
mod sheet;
mod site;
mod today;
mod told;
mod walk_in;
mod walk_in_form;

use axum::Router;

use super::front::Front;

pub use duty::{SESSION, SITE_DEVICE};

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
        .merge(session::routes())
        .merge(session_cancel::routes())
        .merge(device::routes())
        .merge(device_door::routes())
        .merge(pin::routes())
        .merge(sheet::routes())
        .merge(factor::routes())
        .merge(event::routes())
        .merge(replacement::routes())
        .merge(site::routes())
}

#[cfg(test)]
mod tests;
