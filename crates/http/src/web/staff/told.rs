//! What a page says after its form did something: the address that the redirect leads to names it.

use serde::Deserialize;

use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::form::Message;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Told {
    done: Option<String>,
}

/// The message of what was done, by the page's own list of words and text ids; none for anything else.
pub(super) fn told(way: Result<Query<Told>, CowinError>, known: &[(&str, &'static str)]) -> Option<Message> {
    let done = way.ok()?.0.done?;
    let (_, id) = known.iter().find(|(word, _)| *word == done)?;
    Some(Message::new(id))
}

/// The centre that an address names; none for what is no number.
pub(super) fn centre_in(named: Option<&String>) -> Option<i64> {
    named.and_then(|named| named.trim().parse().ok())
}
