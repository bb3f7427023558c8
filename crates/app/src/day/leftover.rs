//! Doses in open vials that nobody is there or expected for: seats for walk-ins, so that they are not wasted.

use std::collections::BTreeMap;

use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::session::Quota;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::day_event::{self, DayEventKind, NewDayEvent};
use pramaan_store::session::{self, SessionState};
use pramaan_store::visit::{self, Day};
use pramaan_store::{appointment, roster, stock};

use super::Manager;
use crate::visit::leftovers;
use crate::{App, Refusal, Staff};

impl App {
    /// Makes as many seats for walk-ins, of this dose, as there are doses of the vaccine left over; answers how many. What is
    /// offered is left over no more: a second tap finds nothing.
    ///
    /// # Errors
    /// `Forbidden` for anybody but the site manager; `NothingLeft` when there are none, or no session of the vaccine goes on:
    /// it can be extended first.
    pub async fn offer_leftover(
        &self,
        staff: &Staff,
        (vaccine, dose): (Vaccine, DoseNumber),
    ) -> Result<i64, Refusal> {
        let (manager, now, sealer) = (Manager::of(self, staff)?, self.now(), self.0.sealer.clone());
        let centre = CentreId::from_number(staff.centre).map_err(|_| Refusal::Forbidden)?;
        let offered = self.0.db.write("app::day::leftover", move |tx| {
            let manager = manager.clone();
            Box::pin(async move {
                let (here, today) = manager.here;
                let ids: Vec<_> = session::of_centre(tx, centre, (today, today))
                    .await?
                    .into_iter()
                    .map(|found| found.session.id)
                    .collect();
                appointment::lock_sessions(tx, &ids).await?;
                let mut day = Day::lock(tx, manager.here).await?;
                let sessions = session::with_seats(tx, &ids).await?;
                let expected = roster::expected(tx, here, today).await?;
                let visits = visit::of_day(tx, manager.here).await?;
                let stock = stock::of_centre(tx, here).await?;
                let left = leftovers(&stock, (&expected, &visits), &sessions, now);
                let left = left.into_iter().find(|left| left.vaccine == vaccine);
                let left = left.ok_or(Refusal::NothingLeft)?;
                let of_vaccine = sessions.iter().filter(|found| {
                    (found.session.vaccine, found.session.state) == (vaccine, SessionState::Published)
                });
                let open = of_vaccine.flat_map(|found| found.slots.iter().map(move |slot| (found, slot)));
                let open = open.filter(|(found, slot)| slot.slot.ends_at(found.session.day) > now);
                // Those hours that last longest.
                let (found, slot) = open
                    .max_by_key(|(_, slot)| slot.slot.end())
                    .ok_or(Refusal::NothingLeft)?;
                let id = found.session.id;
                let more = BTreeMap::from([((id, slot.number, dose, Quota::WalkIn), left.doses)]);
                session::add_capacity(tx, &more).await?;
                session::touch(tx, id, now).await?;
                let new = NewDayEvent {
                    kind: DayEventKind::Leftover,
                    session: Some(id),
                    n: left.doses,
                    by: &manager.code,
                    note: None,
                };
                day_event::append(tx, &sealer, &mut day, new, now).await?;
                Ok::<_, Refusal>((left.doses, id))
            })
        });
        let (doses, session) = offered.await?;
        self.reload(vec![session]).await;
        Ok(doses)
    }
}
