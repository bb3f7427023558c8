//! What can be booked online, in memory: every published session from today on, by pincode, district and centre.
//!
//! It is a copy, never the truth: seats are given out by the booking transaction alone. A node's own bookings show at
//! once, those of other nodes within the second in which [`App::refresh_availability`] is called again. Each place has
//! a generation that rises with every change there, so that whoever keeps an answer knows when it is stale.

mod atlas;
mod index;
mod view;

use std::sync::{Mutex, PoisonError, RwLock};

use pramaan_domain::id::SessionId;
use pramaan_domain::session::Quota;
use pramaan_domain::time::Timestamp;
use pramaan_store::session::SessionSeats;
use pramaan_store::{Db, StoreError, centre, session};

pub use atlas::Atlas;
pub use pramaan_store::centre::Centre;
pub use view::{CentreView, Place, SessionView, SlotView, View};

use crate::{App, Refusal};
use index::Index;

/// Nodes' clocks differ and commits take time: how far back a refresh asks again, in seconds.
const OVERLAP_SECONDS: i64 = 10;
/// Sessions whose rows are in memory together while they are taken over.
const TOGETHER: usize = 256;

/// The memory, shared by everything that shows or sells seats.
#[derive(Default)]
pub struct Availability {
    index: RwLock<Index>,
    /// When this node last looked; nothing before the first refresh.
    looked: Mutex<Option<Timestamp>>,
}

impl Availability {
    /// What a place offers, and until when this stays true if nobody books.
    pub fn view(&self, place: Place, now: Timestamp) -> View {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .view(place, now)
    }

    /// A number that rises with every change at this place; 0 where nothing ever was.
    pub fn generation(&self, place: Place) -> u64 {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .generation(place)
    }

    /// One session with its centre.
    pub fn session(&self, id: SessionId, now: Timestamp) -> Option<CentreView> {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .session(id, now)
    }

    /// A centre, if it is known here.
    pub fn centre(&self, id: pramaan_domain::centre::CentreId) -> Option<std::sync::Arc<Centre>> {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .centre(id)
    }

    /// Every centre, in order of id.
    pub fn centres(&self) -> Vec<std::sync::Arc<Centre>> {
        self.index
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .centres()
    }

    /// Where the centres lie.
    pub fn atlas(&self) -> std::sync::Arc<Atlas> {
        self.index.read().unwrap_or_else(PoisonError::into_inner).atlas()
    }

    /// Looks for what changed since the last time. Call it once a second, and before the first request.
    pub async fn refresh(&self, db: &Db, now: Timestamp) -> Result<(), StoreError> {
        let looked = *self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let since = looked.map_or(Timestamp::from_micros(0), |at| at.plus_seconds(-OVERLAP_SECONDS));
        let today = now.date();
        let (centres, days) = db
            .read("app::availability::changed", move |tx| {
                Box::pin(async move {
                    let centres = centre::changed_since(tx, since).await?;
                    Ok::<_, StoreError>((centres, session::days_changed_since(tx, today, since).await?))
                })
            })
            .await?;
        self.write(|index| index.put_centres(centres));
        // Day by day, so that the rows of all of them are never in memory together. Most of what changed within the
        // overlap is known from the last time.
        for day in days {
            let changed = db.read("app::availability::day", move |tx| {
                Box::pin(session::changed_since(tx, day, since))
            });
            let mut changed = changed.await?;
            self.write(|index| changed.retain(|(id, at)| !index.knows(*id, *at)));
            let news: Vec<SessionId> = changed.into_iter().map(|(id, _)| id).collect();
            self.reload(db, &news).await?;
        }
        self.write(|index| index.forget_before(today));
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }

    /// Takes over sessions that this node has just changed.
    pub(crate) async fn reload(&self, db: &Db, ids: &[SessionId]) -> Result<(), StoreError> {
        for part in ids.chunks(TOGETHER) {
            let part = part.to_vec();
            let changed = db.read("app::availability::reload", move |tx| {
                Box::pin(async move { session::with_seats(tx, &part).await })
            });
            let mut changed = changed.await?;
            changed.iter_mut().for_each(keep_online);
            self.write(|index| index.put_sessions(&changed));
        }
        Ok(())
    }

    fn write<T>(&self, change: impl FnOnce(&mut Index) -> T) -> T {
        change(&mut self.index.write().unwrap_or_else(PoisonError::into_inner))
    }
}

fn keep_online(seats: &mut SessionSeats) {
    for slot in &mut seats.slots {
        slot.seats.retain(|seats| seats.quota == Quota::Online);
    }
}

impl App {
    pub fn availability(&self) -> &Availability {
        &self.0.availability
    }

    /// Takes over what other nodes changed. The binary calls it once a second, and once before it listens.
    pub async fn refresh_availability(&self) -> Result<(), Refusal> {
        Ok(self.0.availability.refresh(&self.0.db, self.now()).await?)
    }
}
