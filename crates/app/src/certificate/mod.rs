//! Certificates: made and signed with each dose, fetched by the person, printed at the site.
//!
//! The format is the `cert` crate's. What is stored is the signed JSON; the PDF is made when somebody asks.

mod keys;
mod make;

use pramaan_cert::{CertificateId, DoseGiven, IssuerUrl, ValueError, VerificationMethod, Verified};
use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::{DoseId, HouseholdId, PersonId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::certificate;
use pramaan_store::member::Subject;

pub(crate) use keys::of_standing;
pub(crate) use make::{NAMED, certify};

use crate::encounter::{ENCOUNTER_SECONDS, EncounterKey};
use crate::open::Cause;
use crate::principal::{Citizen, FaceKind};
use crate::private_member::subjects;
use crate::verify::{self, CheckedCertificate};
use crate::workshop::Workshop;
use crate::{App, Refusal, Staff};

/// Who signs certificates, towards those who check them.
#[derive(Debug, Clone)]
pub struct Issuer {
    pub(crate) url: IssuerUrl,
    pub(crate) method: VerificationMethod,
}

impl Issuer {
    /// `url` begins the links in certificates: `https://host/`.
    pub fn new(url: &str) -> Result<Self, ValueError> {
        Ok(Self {
            url: url.parse()?,
            method: VerificationMethod::default(),
        })
    }

    /// With another name of the key than `did:pramaan:issuer`.
    pub fn with_key_name(self, name: &str) -> Result<Self, ValueError> {
        Ok(Self {
            method: name.parse()?,
            ..self
        })
    }
}

/// A certificate that a member of the household has. Nothing was opened to list it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IssuedCertificate {
    pub person: PersonId,
    pub event: DoseId,
    pub dose: DoseNumber,
    pub issued_at: Timestamp,
}

/// What a certificate says of the course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// More doses of the primary series are to come.
    Provisional,
    /// After the last dose of the primary series.
    Final,
    Precaution,
}

/// A certificate that was fetched.
pub struct FetchedCertificate {
    verified: Verified,
    press: Workshop,
}

impl std::fmt::Debug for FetchedCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FetchedCertificate(…)")
    }
}

impl FetchedCertificate {
    /// The JSON, exactly as it was signed.
    pub fn json(&self) -> &str {
        self.verified.signed.as_json()
    }

    /// What it says, for a page in words.
    pub fn facts(&self) -> CheckedCertificate {
        verify::facts(&self.verified)
    }

    pub fn id(&self) -> &CertificateId {
        &self.verified.certificate.fields().id
    }

    pub fn stage(&self) -> Stage {
        match self.verified.certificate.fields().dose {
            DoseGiven::Primary { number, total } if number < total => Stage::Provisional,
            DoseGiven::Primary { .. } => Stage::Final,
            DoseGiven::Precaution { .. } => Stage::Precaution,
        }
    }

    /// One A4 page with the QR code and the signed JSON attached. Takes some milliseconds, so it is made off the threads
    /// that answer requests, and few at once.
    ///
    /// # Errors
    /// `Busy` when too many wait for theirs.
    pub async fn into_pdf(self) -> Result<Vec<u8>, Refusal> {
        let Self { verified, press } = self;
        let typeset = move || pramaan_cert::certificate_pdf(&verified.certificate, &verified.signed);
        match press.run(typeset).await? {
            Some(Ok(pdf)) => Ok(pdf),
            Some(Err(_)) | None => Err(corrupt()),
        }
    }
}

impl App {
    /// The certificates of everybody whom this login sees, oldest first.
    pub async fn certificates(&self, citizen: &Citizen) -> Result<Vec<IssuedCertificate>, Refusal> {
        citizen.require_certificates()?;
        let seen = self.seen(citizen).await?;
        self.issued_to(subjects(&seen)).await
    }

    pub(crate) async fn issued_to(&self, people: Vec<Subject>) -> Result<Vec<IssuedCertificate>, Refusal> {
        let issued = self.0.db.read("app::certificate::list", move |tx| {
            Box::pin(async move { certificate::of_people(tx, &people).await })
        });
        let listed = issued.await?.into_iter().map(|issued| IssuedCertificate {
            person: issued.key.person,
            event: issued.key.event,
            dose: issued.dose,
            issued_at: issued.issued_at,
        });
        Ok(listed.collect())
    }

    /// A member's certificate: of this dose event, or else the latest.
    ///
    /// # Errors
    /// `UnknownBeneficiary` when the id names nobody of this household, `NoCertificate` before the first dose.
    pub async fn certificate(
        &self,
        citizen: &Citizen,
        id: ReferenceId,
        event: Option<DoseId>,
        request: &'static str,
    ) -> Result<FetchedCertificate, Refusal> {
        citizen.require_certificates()?;
        let member = self.seen_named(citizen, id).await?;
        let fields = FieldSet::of(&[Field::Certificate]);
        let cause = citizen.cause(Purpose::Certificate, fields, request);
        self.fetch(cause.seen(member.sight), member.subject(), event)
            .await
    }

    /// The certificate of the dose that was just recorded, to print it at the site within the half hour of the encounter.
    ///
    /// # Errors
    /// `NoEncounter` when it is another's or over, `NoCertificate` when no dose was recorded in it.
    pub async fn certificate_at_site(
        &self,
        staff: &Staff,
        key: EncounterKey,
        request: &'static str,
    ) -> Result<FetchedCertificate, Refusal> {
        let encounter = self.encounter(staff, key).await?;
        if self.now() > encounter.opened_at.plus_seconds(ENCOUNTER_SECONDS) {
            return Err(Refusal::NoEncounter);
        }
        let recorded = encounter.recorded.ok_or(Refusal::NoCertificate)?;
        let cause = Cause {
            actor: staff.actor(),
            basis: Basis::SiteEvidence,
            purpose: Purpose::Certificate,
            fields: FieldSet::of(&[Field::Certificate]),
            request,
            reason: None,
        };
        if encounter.basis != Basis::SiteEvidence {
            return Err(Refusal::Forbidden);
        }
        let subject = (encounter.household, encounter.person);
        let sealer = self.0.sealer.clone();
        let standing = self.0.db.read("app::certificate::standing", move |tx| {
            Box::pin(async move { certificate::standing_event(tx, &sealer, subject, recorded.event).await })
        });
        // Corrected since, the dose has another certificate; voided, it has none.
        let event = standing.await?.ok_or(Refusal::NoCertificate)?;
        self.fetch(cause, subject, Some(event)).await
    }

    pub(crate) async fn fetch(
        &self,
        cause: Cause,
        subject: (HouseholdId, PersonId),
        event: Option<DoseId>,
    ) -> Result<FetchedCertificate, Refusal> {
        self.require_issued(subject, event).await?;
        let receipt = self
            .receipts(&cause, &[subject])
            .await?
            .pop()
            .ok_or(Refusal::NoCertificate)?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::certificate::open", move |tx| {
            Box::pin(async move { certificate::open(tx, &sealer, receipt, event, now).await })
        });
        let opened = opened.await?.ok_or(Refusal::NoCertificate)?;
        // What was stored is checked before it is handed out: a row that somebody changed does not become a certificate.
        let verified = keys::handed_out(&self.0.sealer, &self.0.issuer, opened.json.as_bytes(), now)
            .map_err(|_| corrupt())?;
        let press = self.0.press.clone();
        Ok(FetchedCertificate { verified, press })
    }

    /// No entry is written for an opening that cannot happen.
    async fn require_issued(
        &self,
        subject: (HouseholdId, PersonId),
        event: Option<DoseId>,
    ) -> Result<(), Refusal> {
        let issued = self.0.db.read("app::certificate::issued", move |tx| {
            Box::pin(async move { certificate::of_people(tx, &[subject]).await })
        });
        let fits = |issued: &certificate::Issued| event.is_none_or(|event| event == issued.key.event);
        if issued.await?.iter().any(fits) {
            Ok(())
        } else {
            Err(Refusal::NoCertificate)
        }
    }
}

impl Citizen {
    /// Certificates are behind the public token too, and nothing else is.
    fn require_certificates(&self) -> Result<(), Refusal> {
        self.require(&[
            FaceKind::Portal,
            FaceKind::Pages,
            FaceKind::Partner,
            FaceKind::Public,
        ])
    }
}

fn corrupt() -> Refusal {
    pramaan_store::StoreError::corrupt("certificate", "sealed").into()
}
