//! How often a login of staff may be tried, and from where.
//!
//! Whoever knows a staff code (it is printed on certificates) can try it, so a count by code alone would lock its owner
//! out. Tries from a device on which the code has logged in before are therefore counted apart, and nobody else can use
//! them up; strangers are counted by device, by network and, over all networks, by code. All of it comes before the
//! password is stretched.

use pramaan_domain::time::Timestamp;
use pramaan_keys::IndexKind;
use pramaan_store::budget::Charge;
use pramaan_store::staff_device::DeviceOfCode;
use pramaan_store::staff_device::Familiarity;
use pramaan_store::{Sealer, StoreError, Tx, budget};

use crate::budget::Budget;
use crate::origin::Origin;

/// The widths. A successful login gives the tries of its own device and network back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaffLoginBudgets {
    /// One code from one device on which it never logged in.
    pub device: Budget,
    /// How many tries one on which it did has in the same time.
    pub known_device_tries: u32,
    /// One code from such devices of one network.
    pub network_of_code: Budget,
    /// One code from such devices anywhere.
    pub code: Budget,
    /// The same over a day: it bounds guessing, and is what a stranger can take from the owner's *new* devices.
    pub code_day: Budget,
    /// Such devices of one network, whatever the codes: what they can have us stretch.
    pub network: Budget,
    /// Logins that may wait for their password to be stretched, of strangers and of known devices each.
    pub strangers_waiting: u16,
    pub known_waiting: u16,
}

const QUARTER: u32 = 15 * 60;

impl StaffLoginBudgets {
    /// Wide enough for a demonstration, whose visitors are all on one machine and share the accounts.
    pub const fn demo() -> Self {
        let wide = Budget::new(2_000, QUARTER);
        Self {
            device: wide,
            known_device_tries: 2_000,
            network_of_code: wide,
            code: wide,
            code_day: Budget::new(20_000, 86_400),
            network: wide,
            strangers_waiting: 24,
            known_waiting: 24,
        }
    }
}

impl Default for StaffLoginBudgets {
    fn default() -> Self {
        Self {
            device: Budget::new(5, QUARTER),
            known_device_tries: 10,
            network_of_code: Budget::new(10, QUARTER),
            code: Budget::new(20, QUARTER),
            code_day: Budget::new(100, 86_400),
            network: Budget::new(600, QUARTER),
            strangers_waiting: 24,
            known_waiting: 24,
        }
    }
}

/// What tells the device of a login from others.
#[derive(Clone, Copy)]
pub enum StaffDevice<'a> {
    /// The name that an earlier login on it was given ([`StaffSession::device`](super::StaffSession)).
    Named(&'a str),
    /// None yet: told by address and user agent meanwhile.
    Unnamed,
    /// The system of a facility, by its partner number: its key was shown with the request.
    Facility(u64),
}

/// Where a login is good for. The token of one is nothing at the other: what a facility's system may do, it does on
/// evidence, and the pages do more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffDoor {
    /// The pages of staff.
    Pages,
    /// The system of a facility, by its partner number.
    Facility(u64),
}

impl StaffDoor {
    /// What a token is indexed as: without this prefix it names no login, so no row can be made to count elsewhere.
    pub(super) fn bind(self, token: &str) -> String {
        match self {
            Self::Pages => format!("pages|{token}"),
            Self::Facility(number) => format!("facility-{number}|{token}"),
        }
    }
}

/// Where a login comes from. Only blind indexes of it are ever kept.
#[derive(Clone)]
pub struct StaffOrigin {
    device: Vec<u8>,
    network: Vec<u8>,
    pub(super) naming: Naming,
    pub(super) door: StaffDoor,
    /// The cookie of a shared device.
    pub(super) shared: Option<String>,
}

/// Whether the device is to be given a name when it has logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    HasOne,
    Needed,
}

impl StaffOrigin {
    pub fn new(origin: &Origin, device: StaffDevice<'_>) -> Self {
        let (device, naming, door) = match device {
            StaffDevice::Named(name) => (named(name), Naming::HasOne, StaffDoor::Pages),
            StaffDevice::Unnamed => (origin.device().to_vec(), Naming::Needed, StaffDoor::Pages),
            StaffDevice::Facility(number) => (
                pramaan_keys::context(&[b"partner", &number.to_be_bytes()]),
                Naming::HasOne,
                StaffDoor::Facility(number),
            ),
        };
        Self {
            device,
            network: origin.network().to_vec(),
            naming,
            door,
            shared: None,
        }
    }

    /// On the shared device of this cookie, if it is one.
    #[must_use]
    pub fn on_device(mut self, token: Option<&str>) -> Self {
        self.shared = token.map(str::to_owned);
        self
    }

    pub(super) fn device_of(&self, sealer: &Sealer, code: &str) -> DeviceOfCode {
        DeviceOfCode::new(sealer, code, &self.device)
    }
}

/// The bytes of a name that we gave.
pub(super) fn named(name: &str) -> Vec<u8> {
    pramaan_keys::context(&[b"own", name.as_bytes()])
}

impl std::fmt::Debug for StaffOrigin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaffOrigin(redacted)")
    }
}

const DEVICE: &str = "staff.device";
const NETWORK_OF_CODE: &str = "staff.code-network";
const CODE: &str = "staff.code";
const CODE_DAY: &str = "staff.code-day";
const NETWORK: &str = "staff.network";

/// What one try is counted against: always the same kinds in the same order, whatever the code.
#[derive(Clone)]
pub(super) struct Tries {
    pub(super) device: DeviceOfCode,
    code_ix: Vec<u8>,
    network_of_code_ix: Vec<u8>,
    network_ix: Vec<u8>,
    budgets: StaffLoginBudgets,
}

impl Tries {
    /// `code` as typed, in capitals.
    pub(super) fn new(
        sealer: &Sealer,
        budgets: StaffLoginBudgets,
        (code, origin): (&str, &StaffOrigin),
    ) -> Self {
        let index = |kind, value: &[u8]| sealer.keys.index(kind, value).as_bytes().to_vec();
        let both = pramaan_keys::context(&[b"staff", code.as_bytes(), &origin.network]);
        Self {
            device: origin.device_of(sealer, code),
            code_ix: index(IndexKind::StaffCode, code.as_bytes()),
            network_of_code_ix: index(IndexKind::NetworkPrefix, &both),
            network_ix: index(IndexKind::NetworkPrefix, &origin.network),
            budgets,
        }
    }

    /// Counts one try, and says whether it is one too many.
    pub(super) async fn spend(
        &self,
        tx: &mut Tx,
        familiarity: Familiarity,
        now: Timestamp,
    ) -> Result<Verdict, StoreError> {
        let counts = budget::spend(tx, &self.charges(), now).await?;
        let up_to = |kind: &str, most: u32| counts.get(kind).is_some_and(|count| *count <= most.into());
        let within = |kind, budget: Budget| up_to(kind, budget.count);
        let budgets = &self.budgets;
        let allowed = match familiarity {
            Familiarity::Known => up_to(DEVICE, budgets.known_device_tries),
            Familiarity::Stranger => {
                within(DEVICE, budgets.device)
                    && within(NETWORK_OF_CODE, budgets.network_of_code)
                    && within(CODE, budgets.code)
                    && within(CODE_DAY, budgets.code_day)
                    && within(NETWORK, budgets.network)
            }
        };
        Ok(if allowed { Verdict::Allowed } else { Verdict::Over })
    }

    /// What a login that succeeded need not leave behind. The code's own counts stay: else a stranger who waits for the
    /// owner's next login would get a fresh budget with it.
    pub(super) async fn give_back(&self, tx: &mut Tx) -> Result<(), StoreError> {
        budget::forget(tx, DEVICE, self.device.as_bytes()).await?;
        budget::forget(tx, NETWORK_OF_CODE, &self.network_of_code_ix).await
    }

    fn charges(&self) -> [Charge; 5] {
        let charge = |kind, subject: &[u8], budget: Budget| Charge {
            kind,
            subject: subject.to_vec(),
            window_seconds: budget.seconds.into(),
        };
        let budgets = &self.budgets;
        [
            charge(DEVICE, self.device.as_bytes(), budgets.device),
            charge(NETWORK_OF_CODE, &self.network_of_code_ix, budgets.network_of_code),
            charge(CODE, &self.code_ix, budgets.code),
            charge(CODE_DAY, &self.code_ix, budgets.code_day),
            charge(NETWORK, &self.network_ix, budgets.network),
        ]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Allowed,
    Over,
}
