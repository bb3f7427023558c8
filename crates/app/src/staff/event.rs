//! What happened to shared devices, PINs, printed codes and second factors, for those who answer for them.

use std::collections::HashMap;

use pramaan_domain::id::SiteDeviceId;
use pramaan_domain::staff::StaffRole;
use pramaan_store::site_device;
use pramaan_store::staff_event::{self, Reach};

pub use pramaan_store::staff_event::{Genuine, ListedEvent, StaffEvent};

use crate::{App, Refusal, Staff};

/// How many of the newest events are listed.
pub const EVENTS: u32 = 200;

/// An event, and what its device is called now; empty for none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLine {
    pub listed: ListedEvent,
    pub device: String,
}

impl App {
    /// The newest events of a manager's centre, or of an admin's district.
    ///
    /// # Errors
    /// `Forbidden` for a vaccinator.
    pub async fn staff_events(&self, by: &Staff) -> Result<Vec<EventLine>, Refusal> {
        let reach = match by.role {
            StaffRole::Vaccinator => return Err(Refusal::Forbidden),
            StaffRole::SiteManager => Reach::Centre(by.district, by.centre),
            StaffRole::DistrictAdmin => Reach::District(by.district),
        };
        let sealer = self.0.sealer.clone();
        let found = self.0.db.read("app::staff::events", move |tx| {
            Box::pin(async move {
                let events = staff_event::newest(tx, &sealer, reach, EVENTS).await?;
                let mut names: HashMap<SiteDeviceId, String> = HashMap::new();
                for device in events.iter().filter_map(|listed| listed.event.device) {
                    if names.contains_key(&device) {
                        continue;
                    }
                    // A code that nobody used made no device.
                    let found = site_device::by_id(tx, &sealer, device).await?;
                    names.insert(
                        device,
                        found.map_or_else(String::new, |found| found.name.to_string()),
                    );
                }
                Ok::<_, Refusal>((events, names))
            })
        });
        let (events, names) = found.await?;
        let name = |device: Option<SiteDeviceId>| device.and_then(|device| names.get(&device)).cloned();
        let line = |listed: ListedEvent| EventLine {
            device: name(listed.event.device).unwrap_or_default(),
            listed,
        };
        Ok(events.into_iter().map(line).collect())
    }
}
