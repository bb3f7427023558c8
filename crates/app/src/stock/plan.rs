//! Whether there are doses for the seats that are about to be published.

use pramaan_domain::stock::Shelf;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::session::{self, SessionSeats, SessionState};
use pramaan_store::stock;

use crate::session::SessionPlan;
use crate::{App, Refusal, Staff};

/// More seats than doses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shortage {
    /// Of the centre's sessions with this vaccine up to and including that day, the new one among them, less what was given.
    pub seats: i64,
    /// Of this vaccine on hand, neither recalled nor expired on that day.
    pub doses: i64,
}

impl App {
    /// Warns of a session that has more seats than there are doses for; none for a centre that keeps no ledger. It forbids
    /// nothing: a delivery may be on its way.
    ///
    /// # Errors
    /// `Forbidden` for another's centre.
    pub async fn stock_short_for(
        &self,
        staff: &Staff,
        plan: &SessionPlan,
    ) -> Result<Option<Shortage>, Refusal> {
        self.require_planner(staff, plan.centre)?;
        let (centre, vaccine, day, now) = (plan.centre, plan.vaccine, plan.day, self.now());
        let found = self.0.db.read("app::stock::short_for", move |tx| {
            Box::pin(async move {
                let stock = stock::of_centre(tx, centre.number()).await?;
                let sessions = session::of_centre(tx, centre, (now.date(), day)).await?;
                let sessions: Vec<SessionSeats> = sessions
                    .into_iter()
                    .filter(|one| one.session.vaccine == vaccine)
                    .filter(|one| one.session.state == SessionState::Published)
                    .collect();
                let ids: Vec<_> = sessions.iter().map(|one| one.session.id).collect();
                Ok::<_, Refusal>((stock, stock::given_in(tx, &ids).await?, sessions))
            })
        });
        let (stock, given, sessions) = found.await?;
        if stock.kept_since.is_none() {
            return Ok(None);
        }
        let new = plan.slots.iter().flat_map(|slot| &slot.seats);
        let new: i64 = new.map(|(.., seats)| i64::from(*seats)).sum();
        let planned = sessions.iter().map(|one| {
            let given = given.get(&one.session.id).copied().unwrap_or(0);
            (seats(one) - given).max(0)
        });
        let of_vaccine = stock.shelves.iter().filter(|shelf| shelf.key.vaccine == vaccine);
        let shortage = Shortage {
            seats: new + planned.sum::<i64>(),
            doses: of_vaccine.map(|shelf| doses(shelf, day, now)).sum(),
        };
        Ok((shortage.seats > shortage.doses).then_some(shortage))
    }
}

fn seats(session: &SessionSeats) -> i64 {
    let seats = session.slots.iter().flat_map(|slot| &slot.seats);
    seats.map(|seat| seat.capacity).sum()
}

/// What is open now is for today.
fn doses(shelf: &Shelf, day: CivilDate, now: Timestamp) -> i64 {
    let open = match day == now.date() && shelf.of_the_batch(day).is_empty() {
        true => shelf.open_at(now),
        false => 0,
    };
    shelf.plannable_on(day) + open
}
