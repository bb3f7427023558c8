//! What stands in clear of a dose event, and which event a certificate is of, bound by MACs: whoever can write the database,
//! but has no keys, makes no dose stand or fall and withdraws nobody's certificate.
//!
//! An event that is taken out again whole leaves a gap in `seq` and no other trace.

use pramaan_domain::correction::EventKind;
use pramaan_domain::id::{DoseId, HouseholdId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, equal};

use crate::StoreError;
use crate::certificate::CertificateKey;
use crate::db::Row;
use crate::sealer::Sealer;

/// An event's place in the history of its person, with nothing opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EventFacts {
    pub(crate) household: HouseholdId,
    pub(crate) person: PersonId,
    pub(crate) id: DoseId,
    pub(crate) kind: EventKind,
    pub(crate) supersedes: Option<DoseId>,
    pub(crate) root: DoseId,
    pub(crate) dose: i64,
    pub(crate) session: pramaan_domain::id::SessionId,
    pub(crate) recorded_at: Timestamp,
}

impl EventFacts {
    pub(crate) fn mac(&self, sealer: &Sealer) -> [u8; 32] {
        let superseded: &[u8] = match &self.supersedes {
            Some(event) => event.as_bytes(),
            None => &[],
        };
        sealer.keys.mac(
            MacKind::DoseEvent,
            &[
                self.household.as_bytes(),
                self.person.as_bytes(),
                self.id.as_bytes(),
                self.kind.code().as_bytes(),
                superseded,
                self.root.as_bytes(),
                &self.dose.to_be_bytes(),
                self.session.as_bytes(),
                &self.recorded_at.micros().to_be_bytes(),
            ],
        )
    }

    /// The columns from `first` on: household, person, id, kind, supersedes, root, dose, session, recorded_at, binding_mac.
    ///
    /// # Errors
    /// `Misplaced`, with an alarm, for a row that was not written by us as it stands.
    pub(crate) fn read(row: &Row, first: usize, sealer: &Sealer) -> Result<Self, StoreError> {
        let facts = Self {
            household: row.parse(first)?,
            person: row.parse(first + 1)?,
            id: row.parse(first + 2)?,
            kind: EventKind::parse(row.text(first + 3)?)
                .map_err(|_| row.inconsistent(first + 3, "a kind of event"))?,
            supersedes: row.opt_parse(first + 4)?,
            root: row.parse(first + 5)?,
            dose: row.int(first + 6)?,
            session: row.parse(first + 7)?,
            recorded_at: row.timestamp(first + 8)?,
        };
        match equal(&facts.mac(sealer), row.blob(first + 9)?) {
            true => Ok(facts),
            false => Err(StoreError::misplaced("dose")),
        }
    }
}

/// Of which dose event the certificate of this blind index is.
pub(crate) fn of_certificate(sealer: &Sealer, ix: &[u8], key: CertificateKey) -> [u8; 32] {
    let parts = [
        ix,
        key.household.as_bytes(),
        key.person.as_bytes(),
        key.event.as_bytes(),
    ];
    sealer.keys.mac(MacKind::DoseOfCertificate, &parts)
}
