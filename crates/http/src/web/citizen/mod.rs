//! The citizen's pages: log in, the family, sessions and bookings, who read the record, certificates.
//!
//! Plain forms, one file a noun. Addresses hold a member's place in the family's list, never an id of a person.

pub(super) mod about;
pub(super) mod access;
mod access_extract;
mod appointment;
mod book;
mod card;
mod certificate;
mod course;
mod devices;
mod ended;
mod extract_fault;
mod guardian;
mod household;
mod layout;
pub(super) mod login;
mod member;
pub(super) mod member_form;
mod own_data;
mod private_member;
mod proof;
pub(super) mod refusal;
mod sessions;
mod start;
mod transparency;
mod trust;
mod unwell;
mod verify;
mod verify_accesses;
mod view_key;
mod visitor;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::post;
use http::header;

use super::cookie;
use super::csrf::{CsrfForm, Nothing};
use super::front::Front;
use super::page::Page;
use super::stay::{self, Stay};
use super::{explanation, words};

pub(super) use appointment::pdf_answer;
pub use card::SESSION as CARD_SESSION;
pub(super) use private_member::chosen_pin;
pub use visitor::SESSION;

/// Middleware: an answer to a citizen who is logged in renews the login, unless it begins or ends one itself.
async fn renew(State(front): State<Front>, mut request: Request, next: Next) -> Response {
    let sent = cookie::read(request.headers(), SESSION);
    let renewed = sent.and_then(|token| front.app.renewed(token));
    let stay = renewed
        .as_deref()
        .or(sent)
        .and_then(|token| Stay::citizen(&front, token));
    if let Some(stay) = stay {
        request.extensions_mut().insert(stay);
    }
    let mut response = next.run(request).await;
    let name = "__Host-citizen=";
    let sets = |cookie: &http::HeaderValue| cookie.as_bytes().starts_with(name.as_bytes());
    let decided = response.headers().get_all(header::SET_COOKIE).iter().any(sets);
    if let (Some(token), false) = (renewed, decided) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, visitor::session_cookie(&token));
    }
    response
}

/// Keeps a login, as every request does.
async fn keep(page: Page, CsrfForm(Nothing {}): CsrfForm<Nothing>) -> Response {
    stay::told(&page)
}

/// All of them, undressed.
pub fn routes(front: &Front) -> Router<Front> {
    Router::new()
        .merge(start::routes())
        .merge(login::routes())
        .merge(household::routes())
        .merge(member::routes())
        .merge(proof::routes())
        .merge(private_member::routes())
        .merge(guardian::routes())
        .merge(access::routes())
        .merge(access_extract::routes())
        .merge(view_key::routes())
        .merge(ended::routes())
        .merge(devices::routes())
        .merge(own_data::routes())
        .merge(sessions::routes())
        .merge(unwell::routes())
        .merge(book::routes())
        .merge(appointment::routes())
        .merge(certificate::routes())
        .merge(card::routes())
        .merge(verify::routes())
        .merge(verify_accesses::routes())
        .merge(about::routes())
        .merge(transparency::routes())
        .merge(trust::routes())
        .route("/login/stay", post(keep))
        .layer(from_fn_with_state(front.clone(), renew))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) use tests::pages;
