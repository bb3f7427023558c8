//! What a change of a dose does to visits: an observation is of who had the dose, from when they had it.

use pramaan_domain::id::PersonId;
use pramaan_domain::time::Timestamp;
use pramaan_domain::visit::{Dosed, OBSERVATION_MINUTES, VisitAct, VisitState};
use pramaan_store::roster;
use pramaan_store::session::Session;
use pramaan_store::visit::{self, Step};
use pramaan_store::{StoreError, Tx};

use super::{of, seen};

/// What changed about a dose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// What was recorded of it.
    Facts,
    /// Whose it is: it was moved here.
    Person,
}

/// In the transaction of a correction or a move, under the lock of the person: whoever is looked after, is from the time that
/// stands now; to whom a dose is moved, is for what is left of the half hour. Later, or on another day, nothing follows.
pub(crate) async fn corrected(
    tx: &mut Tx,
    (session, by): (&Session, &str),
    person: PersonId,
    (change, given_at): (Change, Timestamp),
    now: Timestamp,
) -> Result<(), StoreError> {
    let here = (session.centre.number(), session.day);
    if session.day != now.date() {
        return Ok(());
    }
    let places = roster::of_person(tx, here, person).await?;
    let Some(place) = places.into_iter().find(|one| one.place.session == session.id) else {
        return Ok(());
    };
    let visits = visit::find(tx, here, of(&place)).await?;
    let visits = visits.into_iter().map(|visit| (of(&place), visit)).collect();
    let dosed = match change {
        Change::Facts if seen(&place, &visits).state == VisitState::Observing => Dosed::Yes,
        Change::Person if given_at.plus_seconds(60 * OBSERVATION_MINUTES) > now => Dosed::No,
        Change::Facts | Change::Person => return Ok(()),
    };
    let step = Step {
        of: of(&place),
        dosed,
        act: VisitAct::Correct,
        since: given_at,
    };
    visit::step(tx, here, step, by, now).await.map(drop)
}
