//! The faces of Pramaan: the CoWIN-compatible API, the pages, and the manners that every face shares.
//!
//! It turns HTTP into calls of use cases and their answers into HTTP. It is *not* a place for decisions: who may do
//! what is `policy`'s, what happens is `app`'s, and no module here may name a database.

pub mod body;
pub mod cowin;
pub mod demo;
pub mod etag;
pub mod face;
#[cfg(feature = "testing")]
pub mod fuzz;
pub mod inventory;
pub mod limit;
pub mod log;
mod multipart;
pub mod observe;
mod pairs;
pub mod query;
pub mod router;
pub mod server;
pub mod text;
pub mod web;
