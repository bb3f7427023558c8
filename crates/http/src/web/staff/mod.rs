//! The pages of those who work at a site: log in, today's visitors, evidence, the record, the dose; and planning.
//!
//! Plain forms, one file a noun. Addresses hold the number of a place in a queue or a random id of an encounter, never
//! anything of a person. A record is on the screen only in the answer to evidence, or within that encounter.

mod aefi;
mod aefi_case;
mod aefi_find;
mod aefi_form;
mod aefi_lists;
mod aefi_report;
mod calendar;
mod card;
mod card_form;
mod card_printed;
mod centre;
mod company;
mod correction;
mod correction_change;
mod correction_form;
mod correction_proposal;
mod correction_record;
mod correction_visit;
mod day;
mod day_act;
mod day_close;
mod day_live;
mod day_share;
mod device;
mod device_door;
mod district;
mod dose;
mod dose_form;
mod duty;
mod encounter;
mod enrol;
mod event;
mod evidence;
mod evidence_form;
mod facilitator;
mod factor;
#[cfg(feature = "testing")]
pub(crate) mod fuzz;
mod guardian;
mod held_dose;
mod held_dose_attention;
mod held_dose_fields;
mod held_dose_form;
mod import;
mod invite;
mod left_over;
mod login;
mod merge;
mod merge_compare;
mod merge_proposal;
mod merge_record;
mod objection;
mod offline;
mod paper;
mod paper_confirm;
mod paper_form;
mod people;
mod phone;
mod pin;
mod private_member;
mod progress;
mod proposal;
mod record;
mod refusal;
mod replacement;
mod review;
mod review_ask;
mod roster;
mod roster_print;
mod session;
mod session_cancel;
mod session_change;
mod session_form;
mod sheet;
mod site;
mod stock;
mod stock_act;
mod stock_recall;
mod stock_receive;
mod stock_words;

mod told;
mod unsent;
mod walk_in;
mod walk_in_form;
mod walk_in_withdraw;
mod week;

use axum::Router;
use axum::middleware::from_fn_with_state;

use super::front::Front;
use super::stay;

pub use duty::{SESSION, SITE_DEVICE};

/// All of them, undressed.
pub fn routes(front: &Front) -> Router<Front> {
    Router::new()
        .merge(aefi::routes())
        .merge(aefi_case::routes())
        .merge(aefi_find::routes())
        .merge(aefi_report::routes())
        .merge(login::routes())
        .merge(enrol::routes())
        .merge(day::routes())
        .merge(day_act::routes())
        .merge(day_close::routes())
        .merge(session_change::routes())
        .merge(evidence::routes())
        .merge(encounter::routes())
        .merge(private_member::routes())
        .merge(guardian::routes())
        .merge(dose::routes())
        .merge(correction::routes())
        .merge(correction_visit::routes())
        .merge(correction_record::routes())
        .merge(correction_change::routes())
        .merge(correction_proposal::routes())
        .merge(merge::routes())
        .merge(merge_record::routes())
        .merge(merge_compare::routes())
        .merge(merge_proposal::routes())
        .merge(held_dose::routes())
        .merge(walk_in::routes())
        .merge(walk_in_withdraw::routes())
        .merge(card::routes())
        .merge(facilitator::routes())
        .merge(held_dose_attention::routes())
        .merge(offline::routes())
        .merge(paper::routes())
        .merge(roster_print::routes())
        .merge(roster::routes())
        .merge(invite::routes())
        .merge(people::routes())
        .merge(phone::routes())
        .merge(session::routes())
        .merge(session_cancel::routes())
        .merge(stock::routes())
        .merge(stock_receive::routes())
        .merge(stock_act::routes())
        .merge(stock_recall::routes())
        .merge(device::routes())
        .merge(device_door::routes())
        .merge(pin::routes())
        .merge(sheet::routes())
        .merge(factor::routes())
        .merge(event::routes())
        .merge(replacement::routes())
        .merge(site::routes())
        .merge(district::routes())
        .merge(objection::routes())
        .merge(review::routes())
        .merge(unsent::routes())
        .merge(review_ask::routes())
        .merge(centre::routes())
        .merge(week::routes())
        .merge(calendar::routes())
        .merge(import::routes())
        .merge(progress::routes())
        .layer(from_fn_with_state(front.clone(), stay::of_staff))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::pages;
