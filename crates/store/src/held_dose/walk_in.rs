//! Somebody without an appointment whose dose is held: what they said, sealed with the dose until they are registered.

use minicbor::{Decode, Encode};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::name::PersonName;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_keys::BlindIndex;

use crate::person::KeptDocument;
use crate::sealer::Sealer;

/// What is needed to register them.
#[derive(Clone)]
pub struct WalkIn {
    pub name: PersonName,
    pub birth_year: BirthYear,
    pub gender: Gender,
    pub document: HeldDocument,
    pub consent_version: String,
    /// When it was said, by which a year of birth is judged.
    pub said_at: Timestamp,
    /// Who came with a minor. None is no hindrance: the dose was given, and the record says that nobody is named.
    pub guardian: Option<PersonName>,
}

/// Shows nothing of whom it names.
impl std::fmt::Debug for WalkIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WalkIn(redacted)")
    }
}

/// What they showed.
#[derive(Clone)]
pub enum HeldDocument {
    Shown(DocumentType, DocumentNumber),
    /// The same as it is kept: without the number.
    Kept(DocumentType, KeptDocument),
    /// Nothing, and why not.
    None(Reason),
}

/// As it is sealed, within the dose.
#[derive(Encode, Decode)]
pub(super) struct SealedWalkIn {
    #[n(0)]
    name: String,
    #[n(1)]
    birth_year: i32,
    #[n(2)]
    gender: String,
    /// CoWIN's id of the document's type, its index under the first key and its last four; none with a reason instead.
    #[n(3)]
    document: Option<(i64, Vec<u8>, String)>,
    #[n(4)]
    no_document: Option<String>,
    #[n(5)]
    consent_version: String,
    #[n(6)]
    said_at: i64,
    #[n(7)]
    guardian: Option<String>,
}

impl SealedWalkIn {
    pub(super) fn of(walk_in: &WalkIn, sealer: &Sealer) -> Self {
        let kept = |kind: DocumentType, kept: KeptDocument| {
            (
                Some((kind.id(), kept.first.as_bytes().to_vec(), kept.last_four)),
                None,
            )
        };
        let (document, no_document) = match &walk_in.document {
            HeldDocument::Shown(kind, number) => kept(*kind, KeptDocument::of(sealer, (*kind, number))),
            HeldDocument::Kept(kind, document) => kept(*kind, document.clone()),
            HeldDocument::None(reason) => (None, Some(reason.as_str().to_owned())),
        };
        Self {
            name: walk_in.name.as_str().to_owned(),
            birth_year: walk_in.birth_year.get(),
            gender: walk_in.gender.code().to_owned(),
            document,
            no_document,
            consent_version: walk_in.consent_version.clone(),
            said_at: walk_in.said_at.micros(),
            guardian: walk_in.guardian.as_ref().map(|name| name.as_str().to_owned()),
        }
    }

    pub(super) fn read(self) -> Option<WalkIn> {
        let said_at = Timestamp::from_micros(self.said_at);
        let document = match (self.document, self.no_document) {
            (Some((kind, first, last_four)), None) => {
                let first = BlindIndex::from_bytes(first.try_into().ok()?);
                HeldDocument::Kept(
                    DocumentType::from_id(kind).ok()?,
                    KeptDocument { first, last_four },
                )
            }
            (None, Some(reason)) => HeldDocument::None(Reason::parse(&reason).ok()?),
            _ => return None,
        };
        let guardian = self.guardian.map(|name| PersonName::parse(&name)).transpose();
        Some(WalkIn {
            guardian: guardian.ok()?,
            name: PersonName::parse(&self.name).ok()?,
            birth_year: BirthYear::new(self.birth_year, said_at.date()).ok()?,
            gender: Gender::parse(&self.gender).ok()?,
            document,
            consent_version: self.consent_version,
            said_at,
        })
    }
}
