//! What is shown of a place at one moment: sessions with the slots that have not ended.

use std::sync::Arc;

use pramaan_domain::centre::{CentreId, Fee};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::place::{DistrictId, Pincode};
use pramaan_domain::session::AgeBand;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::centre::Centre;

use super::index::Held;

/// How long a session that ran out is still found by those who look for seats, in seconds.
const RECENTLY_SECONDS: i64 = 600;

/// Where somebody looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Pincode(Pincode),
    District(DistrictId),
    Centre(CentreId),
}

/// What a place offers.
#[derive(Debug, Clone)]
pub struct View {
    /// In order of id, those without sessions included.
    pub centres: Vec<CentreView>,
    pub generation: u64,
    /// The moment at which time alone changes what is shown.
    pub valid_until: Timestamp,
}

#[derive(Debug, Clone)]
pub struct CentreView {
    pub centre: Arc<Centre>,
    /// In order of day.
    pub sessions: Vec<SessionView>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionView {
    pub id: SessionId,
    pub day: CivilDate,
    pub vaccine: Vaccine,
    pub ages: AgeBand,
    /// The slots that have not ended, in order of time.
    pub slots: Vec<SlotView>,
    listed_until: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotView {
    pub slot: Slot,
    /// By dose, in the order of [`DoseNumber::ALL`].
    free: [u16; 4],
}

impl View {
    pub(super) fn new(centres: Vec<CentreView>, generation: u64, now: Timestamp) -> Self {
        let sessions = || centres.iter().flat_map(|centre| &centre.sessions);
        let ends =
            sessions().flat_map(|session| session.slots.iter().map(|slot| slot.slot.ends_at(session.day)));
        let listed = sessions().filter_map(|session| session.listed_until);
        let midnight = Timestamp::from_local(now.date(), chrono::NaiveTime::MIN).plus_seconds(86_400);
        let changes = ends.chain(listed).filter(|at| *at > now);
        let valid_until = changes.min().map_or(midnight, |at| at.min(midnight));
        Self {
            centres,
            generation,
            valid_until,
        }
    }
}

impl CentreView {
    pub(super) fn new(centre: &Arc<Centre>, sessions: &[Held], now: Timestamp) -> Self {
        let today = now.date();
        let shown = sessions.iter().filter(|held| held.day >= today);
        Self {
            centre: Arc::clone(centre),
            sessions: shown.map(|held| SessionView::new(held, now)).collect(),
        }
    }

    /// What one dose of a vaccine costs here.
    pub fn fee(&self, vaccine: Vaccine) -> Fee {
        let named = self.centre.fees.iter().find(|(named, _)| *named == vaccine);
        named.map_or(Fee::FREE, |(_, fee)| *fee)
    }
}

impl SessionView {
    fn new(held: &Held, now: Timestamp) -> Self {
        let mut slots: Vec<SlotView> = held
            .slots
            .iter()
            .filter(|slot| slot.slot.ends_at(held.day) > now)
            .map(|slot| SlotView {
                slot: slot.slot,
                free: slot.free,
            })
            .collect();
        slots.sort_unstable_by_key(|slot| slot.slot);
        let has_seats = |free: &[u16; 4]| free.iter().any(|free| *free > 0);
        // Seats that ended unsold were there until a moment ago; seats that ran out, until the last change.
        let ended_unsold = held
            .slots
            .iter()
            .any(|slot| slot.slot.ends_at(held.day) <= now && has_seats(&slot.free));
        let listed_until = match slots.iter().any(|slot| has_seats(&slot.free)) || ended_unsold {
            true => None,
            false => Some(held.changed_at.plus_seconds(RECENTLY_SECONDS)),
        };
        Self {
            id: held.id,
            day: held.day,
            vaccine: held.vaccine,
            ages: held.ages,
            slots,
            listed_until,
        }
    }

    /// Free seats of one dose in the slots that have not ended.
    pub fn free(&self, dose: DoseNumber) -> u32 {
        self.slots.iter().map(|slot| slot.free(dose)).sum()
    }

    /// Whether it has seats, or had some recently: CoWIN's `find*` leaves out the others.
    pub fn has_or_had_seats(&self, now: Timestamp) -> bool {
        self.listed_until.is_none_or(|until| until > now)
    }
}

impl SlotView {
    pub fn free(&self, dose: DoseNumber) -> u32 {
        let at = DoseNumber::ALL
            .iter()
            .position(|candidate| *candidate == dose)
            .unwrap_or_default();
        self.free.get(at).copied().unwrap_or_default().into()
    }
}
