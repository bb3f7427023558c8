//! Who acts. A value of one of these types is the proof of a login; only the login use cases make them.

use pramaan_domain::access::ActorClass;
use pramaan_domain::id::{HouseholdId, LoginId, PersonId, SiteDeviceId, StaffId};
pub use pramaan_domain::staff::StaffRole;
use pramaan_store::Actor;

use crate::Refusal;

/// Through which door a citizen came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// CoWIN's portal API.
    Portal,
    /// The citizen's own pages. Their cookie is renewed by use, so it is no bearer token of the API, nor the other way round.
    Pages,
    /// CoWIN's public API: certificates only.
    Public,
    /// A white-listed partner by this number, with the person's own OTP.
    Partner(u64),
    /// The KYC status interface: yes or no, nothing else.
    Status,
    /// The pages of whoever has a printed card, by the number of that card: one person, and no household.
    Card(i64),
}

/// A door without the number of who stands in it: what a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaceKind {
    Portal,
    Pages,
    Public,
    Partner,
    Status,
    Card,
}

impl Face {
    pub const fn kind(self) -> FaceKind {
        match self {
            Self::Portal => FaceKind::Portal,
            Self::Pages => FaceKind::Pages,
            Self::Public => FaceKind::Public,
            Self::Partner(_) => FaceKind::Partner,
            Self::Status => FaceKind::Status,
            Self::Card(_) => FaceKind::Card,
        }
    }
}

/// A household whose mobile was proved by a one-time password, within the life of its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citizen {
    pub(crate) household: HouseholdId,
    /// The device, as the access log names it.
    pub(crate) login: LoginId,
    /// This login, however often its token is renewed.
    pub(crate) visit: LoginId,
    pub(crate) face: Face,
    /// Whom a login for the status interface named, or whose card it was.
    pub(crate) named: Option<PersonId>,
    /// When the one-time password was given, in seconds since 1970, however often the token was renewed.
    pub(crate) since: i64,
}

impl Citizen {
    pub fn face(&self) -> Face {
        self.face
    }

    /// Refuses a login that came through none of these doors; to the client it is no login at all, as CoWIN had it.
    ///
    /// # Errors
    /// `Unauthenticated`.
    pub fn require(&self, doors: &[FaceKind]) -> Result<(), Refusal> {
        if doors.contains(&self.face.kind()) {
            Ok(())
        } else {
            Err(Refusal::Unauthenticated)
        }
    }

    pub(crate) fn actor(&self) -> Actor {
        let (class, organisation) = match self.face {
            Face::Partner(number) => (ActorClass::AssistedCitizen, number),
            Face::Portal | Face::Pages | Face::Public | Face::Status | Face::Card(_) => {
                (ActorClass::Citizen, 0)
            }
        };
        Actor {
            class,
            organisation,
            district: 0,
            staff: String::new(),
            device: self.login.to_string(),
        }
    }
}

/// A member of staff with password and second factor proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub(crate) id: StaffId,
    pub(crate) login: LoginId,
    pub(crate) code: String,
    pub(crate) role: StaffRole,
    pub(crate) centre: i64,
    pub(crate) district: i64,
    /// The shared device that the login is on, if it is on one.
    pub(crate) device: Option<OnDevice>,
}

/// A shared device as who works on it knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDevice {
    pub id: SiteDeviceId,
    /// What the manager calls it.
    pub name: String,
}

impl Staff {
    /// The shared device that the login is on: its random id stays the same for as long as the device is enrolled.
    pub fn device(&self) -> Option<SiteDeviceId> {
        self.device.as_ref().map(|device| device.id)
    }

    pub fn device_name(&self) -> Option<&str> {
        self.device.as_ref().map(|device| device.name.as_str())
    }

    pub fn role(&self) -> StaffRole {
        self.role
    }

    pub fn code(&self) -> &str {
        &self.code
    }

    pub fn centre(&self) -> i64 {
        self.centre
    }

    pub fn district(&self) -> i64 {
        self.district
    }

    pub(crate) fn actor(&self) -> Actor {
        let class = match self.role {
            StaffRole::Vaccinator => ActorClass::Vaccinator,
            StaffRole::SiteManager => ActorClass::SiteManager,
            StaffRole::DistrictAdmin => ActorClass::DistrictAdmin,
        };
        Actor {
            class,
            organisation: u64::try_from(self.centre).unwrap_or(0),
            district: u32::try_from(self.district).unwrap_or(0),
            staff: self.code.clone(),
            device: match &self.device {
                Some(device) => format!("{} {}", self.login, device.name),
                None => self.login.to_string(),
            },
        }
    }
}
