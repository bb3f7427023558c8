//! A certificate as the program knows it: typed, plausible, without an address or a birth date of the person.

use std::fmt;

use chrono::Datelike;
use pramaan_domain::time::{CivilDate, Timestamp};

use crate::error::Implausible;
use crate::value::{Age, CertificateId, DoseGiven, IssuerUrl, Line, MaskedIdentity, Pincode, ReferenceId};

const MICROS_PER_MILLI: i64 = 1_000;

/// What a certificate says. Instants have milliseconds on the wire; finer parts are dropped by [`Certificate::new`].
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateFields {
    pub id: CertificateId,
    pub issuer: IssuerUrl,
    pub issued_at: Timestamp,
    pub person: Person,
    pub vaccine: Vaccine,
    pub dose: DoseGiven,
    pub given_at: Timestamp,
    pub effective_start: CivilDate,
    pub effective_until: CivilDate,
    /// Display name of who vaccinated; may be empty.
    pub vaccinator: Line,
    pub facility: Facility,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    pub reference_id: ReferenceId,
    pub identity: MaskedIdentity,
    pub name: Line,
    /// As on the CoWIN wire: `Male`, `Female`, `Others`.
    pub gender: Line,
    pub age: Age,
    /// `Indian`, or empty where it was not established.
    pub nationality: Line,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vaccine {
    /// CoWIN's name, such as `COVISHIELD`.
    pub name: Line,
    pub manufacturer: Line,
    pub batch: Line,
    /// With a coding the certificate uses version 2 of the vocabulary, which has the two terms; without it version 1.
    pub coding: Option<Coding>,
}

/// WHO's classification of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coding {
    /// ICD-11 extension code such as `XM68M6`.
    pub icd11_code: Line,
    pub prophylaxis: Line,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facility {
    pub name: Line,
    pub place: Place,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub district: Line,
    pub state: Line,
    pub pincode: Pincode,
}

/// Fields that can be true together.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(CertificateFields);

impl Certificate {
    pub fn new(mut fields: CertificateFields) -> Result<Self, Implausible> {
        fields.issued_at = to_millis(fields.issued_at);
        fields.given_at = to_millis(fields.given_at);
        require_present(&fields)?;
        require_order(&fields)?;
        // A dose made by hand may hold numbers that no wire pair has.
        let (number, total) = fields.dose.numbers();
        match DoseGiven::from_numbers(number, total) {
            Ok(dose) if dose == fields.dose => Ok(Self(fields)),
            _ => Err(Implausible::DoseNumber),
        }
    }

    pub fn fields(&self) -> &CertificateFields {
        &self.0
    }
}

fn require_present(fields: &CertificateFields) -> Result<(), Implausible> {
    let required = [
        ("name", &fields.person.name),
        ("gender", &fields.person.gender),
        ("vaccine", &fields.vaccine.name),
        ("facility", &fields.facility.name),
    ];
    let coding = fields.vaccine.coding.iter();
    let coded = coding.flat_map(|c| [("icd11Code", &c.icd11_code), ("prophylaxis", &c.prophylaxis)]);
    match required
        .into_iter()
        .chain(coded)
        .find(|(_, line)| line.is_blank())
    {
        Some((field, _)) => Err(Implausible::Empty(field)),
        None => Ok(()),
    }
}

fn require_order(fields: &CertificateFields) -> Result<(), Implausible> {
    let years = [
        fields.issued_at.date().year(),
        fields.given_at.date().year(),
        fields.effective_start.year(),
        fields.effective_until.year(),
    ];
    if years.iter().any(|year| !(2000..=2199).contains(year)) {
        return Err(Implausible::YearOutOfRange);
    }
    if fields.given_at > fields.issued_at {
        return Err(Implausible::GivenAfterIssue);
    }
    if fields.effective_start > fields.effective_until {
        return Err(Implausible::EndsBeforeStart);
    }
    Ok(())
}

fn to_millis(instant: Timestamp) -> Timestamp {
    let millis = instant.micros().div_euclid(MICROS_PER_MILLI);
    Timestamp::from_micros(millis.saturating_mul(MICROS_PER_MILLI))
}

macro_rules! redacted {
    ($($name:ident)+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    )+};
}
redacted! { Certificate CertificateFields Person }
