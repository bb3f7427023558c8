//! The index behind the memory: centres with their sessions, found by pincode, district and session.
//!
//! Twenty thousand sessions take a few megabytes: a session is its facts and, per slot, four counts of free seats.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::place::{DistrictId, Pincode};
use pramaan_domain::session::AgeBand;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::centre::Centre;
use pramaan_store::session::{SessionSeats, SessionState};

use super::atlas::Atlas;
use super::view::{CentreView, Place, View};

#[derive(Default)]
pub(super) struct Index {
    sites: HashMap<CentreId, Site>,
    pincodes: HashMap<Pincode, Group>,
    districts: HashMap<DistrictId, Group>,
    sessions: HashMap<SessionId, CentreId>,
    /// The last generation that was given out; one for all places, so that a place never gets an old one again.
    generation: u64,
    atlas: Arc<Atlas>,
}

struct Site {
    centre: Arc<Centre>,
    /// In order of day, vaccine and id.
    sessions: Vec<Held>,
    generation: u64,
}

#[derive(Default)]
struct Group {
    centres: BTreeSet<CentreId>,
    generation: u64,
}

/// A session, compact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) id: SessionId,
    pub(super) day: CivilDate,
    pub(super) vaccine: Vaccine,
    pub(super) ages: AgeBand,
    pub(super) changed_at: Timestamp,
    pub(super) slots: Box<[HeldSlot]>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HeldSlot {
    pub(super) slot: Slot,
    /// By dose, in the order of [`DoseNumber::ALL`].
    pub(super) free: [u16; 4],
}

impl Index {
    pub(super) fn put_centres(&mut self, centres: Vec<Centre>) {
        let before = self.generation;
        self.place_centres(centres);
        if self.generation != before {
            let all = self.sites.values().map(|site| &site.centre);
            self.atlas = Arc::new(Atlas::new(all, self.generation));
        }
    }

    pub(super) fn atlas(&self) -> Arc<Atlas> {
        Arc::clone(&self.atlas)
    }

    fn place_centres(&mut self, centres: Vec<Centre>) {
        for centre in centres {
            let known = self.sites.get(&centre.id);
            if known.is_some_and(|site| *site.centre == centre) {
                continue;
            }
            if let Some(before) = known.map(|site| Arc::clone(&site.centre)) {
                self.touch(&before);
                self.unplace(&before);
            }
            let centre = Arc::new(centre);
            self.pincodes
                .entry(centre.pincode)
                .or_default()
                .centres
                .insert(centre.id);
            self.districts
                .entry(centre.district)
                .or_default()
                .centres
                .insert(centre.id);
            let sessions = self
                .sites
                .remove(&centre.id)
                .map(|site| site.sessions)
                .unwrap_or_default();
            self.sites.insert(
                centre.id,
                Site {
                    centre: Arc::clone(&centre),
                    sessions,
                    generation: 0,
                },
            );
            self.touch(&centre);
        }
    }

    fn unplace(&mut self, centre: &Centre) {
        if let Some(group) = self.pincodes.get_mut(&centre.pincode) {
            group.centres.remove(&centre.id);
        }
        if let Some(group) = self.districts.get_mut(&centre.district) {
            group.centres.remove(&centre.id);
        }
    }

    /// Sessions of centres that are not known yet wait for the next refresh, which brings both.
    pub(super) fn put_sessions(&mut self, changed: &[SessionSeats]) {
        for seats in changed {
            let Some(site) = self.sites.get_mut(&seats.session.centre) else {
                continue;
            };
            let held = (seats.session.state == SessionState::Published).then(|| held(seats));
            if site.put(seats.session.id, held) {
                let centre = Arc::clone(&site.centre);
                self.touch(&centre);
            }
            match seats.session.state {
                SessionState::Published => self.sessions.insert(seats.session.id, seats.session.centre),
                SessionState::Cancelled => self.sessions.remove(&seats.session.id),
            };
        }
    }

    pub(super) fn forget_before(&mut self, today: CivilDate) {
        let mut touched = Vec::new();
        for site in self.sites.values_mut() {
            let past = site.sessions.iter().take_while(|held| held.day < today).count();
            if past > 0 {
                for held in site.sessions.drain(..past) {
                    self.sessions.remove(&held.id);
                }
                touched.push(Arc::clone(&site.centre));
            }
        }
        for centre in touched {
            self.touch(&centre);
        }
    }

    fn touch(&mut self, centre: &Centre) {
        self.generation += 1;
        if let Some(site) = self.sites.get_mut(&centre.id) {
            site.generation = self.generation;
        }
        self.pincodes.entry(centre.pincode).or_default().generation = self.generation;
        self.districts.entry(centre.district).or_default().generation = self.generation;
    }

    pub(super) fn generation(&self, place: Place) -> u64 {
        match place {
            Place::Pincode(pincode) => self.pincodes.get(&pincode).map(|group| group.generation),
            Place::District(district) => self.districts.get(&district).map(|group| group.generation),
            Place::Centre(centre) => self.sites.get(&centre).map(|site| site.generation),
        }
        .unwrap_or_default()
    }

    pub(super) fn view(&self, place: Place, now: Timestamp) -> View {
        let group = match place {
            Place::Pincode(pincode) => self.pincodes.get(&pincode),
            Place::District(district) => self.districts.get(&district),
            Place::Centre(_) => None,
        };
        let alone = match place {
            Place::Centre(centre) => Some(centre),
            Place::Pincode(_) | Place::District(_) => None,
        };
        let ids = group
            .iter()
            .flat_map(|group| group.centres.iter().copied())
            .chain(alone);
        let sites = ids.filter_map(|id| self.sites.get(&id));
        let centres = sites
            .map(|site| CentreView::new(&site.centre, &site.sessions, now))
            .collect();
        View::new(centres, self.generation(place), now)
    }

    /// Whether a session is held as it was when it changed last: `changed_at` rises with each change.
    pub(super) fn knows(&self, id: SessionId, changed_at: Timestamp) -> bool {
        let site = self.sessions.get(&id).and_then(|centre| self.sites.get(centre));
        let held = site.and_then(|site| site.sessions.iter().find(|held| held.id == id));
        held.is_some_and(|held| held.changed_at == changed_at)
    }

    pub(super) fn session(&self, id: SessionId, now: Timestamp) -> Option<CentreView> {
        let site = self.sites.get(self.sessions.get(&id)?)?;
        let held = site.sessions.iter().find(|held| held.id == id)?;
        Some(CentreView::new(&site.centre, std::slice::from_ref(held), now))
    }

    pub(super) fn centre(&self, id: CentreId) -> Option<Arc<Centre>> {
        self.sites.get(&id).map(|site| Arc::clone(&site.centre))
    }

    pub(super) fn centres(&self) -> Vec<Arc<Centre>> {
        let mut centres: Vec<_> = self.sites.values().map(|site| Arc::clone(&site.centre)).collect();
        centres.sort_unstable_by_key(|centre| centre.id);
        centres
    }
}

impl Site {
    /// Replaces or removes a session; answers whether anything that is shown changed.
    fn put(&mut self, id: SessionId, held: Option<Held>) -> bool {
        let at = self.sessions.iter().position(|known| known.id == id);
        match (at.and_then(|at| self.sessions.get_mut(at)), held) {
            (None, None) => false,
            (None, Some(held)) => {
                let place = |held: &Held| (held.day, held.vaccine, held.id);
                let at = self.sessions.partition_point(|known| place(known) < place(&held));
                self.sessions.insert(at, held);
                true
            }
            // Read before what is known: a reload and a refresh have crossed.
            (Some(known), Some(held)) if held.changed_at < known.changed_at => false,
            (Some(known), Some(held)) => {
                let shown = known.slots != held.slots || known.day != held.day || known.ages != held.ages;
                *known = held;
                shown
            }
            (Some(_), None) => {
                self.sessions.retain(|known| known.id != id);
                true
            }
        }
    }
}

fn held(seats: &SessionSeats) -> Held {
    let slots = seats.slots.iter().map(|slot| HeldSlot {
        slot: slot.slot,
        free: DoseNumber::ALL.map(|dose| {
            let free: i64 = slot
                .seats
                .iter()
                .filter(|seats| seats.dose == dose)
                .map(|seats| seats.free())
                .sum();
            u16::try_from(free).unwrap_or(u16::MAX)
        }),
    });
    Held {
        id: seats.session.id,
        day: seats.session.day,
        vaccine: seats.session.vaccine,
        ages: seats.session.ages,
        changed_at: seats.session.changed_at,
        slots: slots.collect(),
    }
}
