//! [`Certificate`] to [`Document`] and back. Going back accepts only what going forth writes.

use chrono::NaiveDateTime;
use pramaan_domain::time::{CivilDate, Timestamp};

use crate::credential::{Certificate, CertificateFields, Coding, Facility, Person, Place, Vaccine};
use crate::document::{
    Address, CREDENTIAL_TYPES, Document, Evidence, FacilityNode, HolderAddress, NON_TRANSFERABLE,
    PERSON_TYPE, Subject, VACCINATION_TYPES, Verifier,
};
use crate::error::{Implausible, ValueError, VerifyError};
use crate::seal::seal;
use crate::value::{Age, CertificateId, DoseGiven, IssuerUrl, Line, MaskedIdentity, Pincode, ReferenceId};

const VOCABULARY_1: &str = "https://cowin.gov.in/credentials/vaccination/v1";
const VOCABULARY_2: &str = "https://cowin.gov.in/credentials/vaccination/v2";
const SUBJECT_PREFIX: &str = "did:pramaan:";
const COUNTRY: &str = "IN";

/// The unsigned document of a certificate, sealed.
pub(crate) fn to_document(certificate: &Certificate) -> Document {
    let fields = certificate.fields();
    let vocabulary = if fields.vaccine.coding.is_some() {
        VOCABULARY_2
    } else {
        VOCABULARY_1
    };
    let mut document = Document {
        vocabulary: vocabulary.to_owned(),
        types: CREDENTIAL_TYPES,
        subject: to_subject(&fields.person),
        issuer: fields.issuer.as_str().to_owned(),
        issuance_date: fields.issued_at.to_string(),
        evidence: [to_evidence(fields)],
        non_transferable: NON_TRANSFERABLE,
        proof: None,
    };
    let seal = seal(&document);
    let [evidence] = &mut document.evidence;
    evidence.feedback_url = feedback_url(fields, &seal);
    document
}

fn info_url(fields: &CertificateFields) -> String {
    format!("{}?{}", fields.issuer.as_str(), fields.id.as_str())
}

fn feedback_url(fields: &CertificateFields, seal: &str) -> String {
    format!("{}&s={seal}", info_url(fields))
}

fn text(line: &Line) -> String {
    line.as_str().to_owned()
}

fn to_subject(person: &Person) -> Subject {
    Subject {
        kind: PERSON_TYPE,
        id: format!("{SUBJECT_PREFIX}{}", person.reference_id.as_str()),
        ref_id: person.reference_id.as_str().to_owned(),
        uhid: Some(person.identity.to_string()),
        name: text(&person.name),
        gender: text(&person.gender),
        age: person.age.to_string(),
        nationality: text(&person.nationality),
        address: HolderAddress::Constant,
        dob: None,
    }
}

fn to_evidence(fields: &CertificateFields) -> Evidence {
    let (dose, total_doses) = fields.dose.numbers();
    let coding = fields.vaccine.coding.as_ref();
    let place = &fields.facility.place;
    Evidence {
        id: format!("{}vaccine/{}", fields.issuer.as_str(), fields.id.as_str()),
        info_url: info_url(fields),
        feedback_url: String::new(),
        certificate_id: fields.id.as_str().to_owned(),
        types: VACCINATION_TYPES,
        batch: text(&fields.vaccine.batch),
        vaccine: text(&fields.vaccine.name),
        manufacturer: text(&fields.vaccine.manufacturer),
        icd11_code: coding.map(|coding| text(&coding.icd11_code)),
        prophylaxis: coding.map(|coding| text(&coding.prophylaxis)),
        date: fields.given_at.to_string(),
        effective_start: fields.effective_start.to_string(),
        effective_until: fields.effective_until.to_string(),
        dose,
        total_doses,
        verifier: Verifier {
            name: text(&fields.vaccinator),
        },
        facility: FacilityNode {
            name: text(&fields.facility.name),
            address: Address {
                district: text(&place.district),
                address_region: text(&place.state),
                address_country: COUNTRY.to_owned(),
                postal_code: place.pincode.as_str().to_owned(),
                ..Address::default()
            },
        },
    }
}

/// Reads a document back, and compares it with what the fields read from it would write: fixed parts, links, spelling of
/// dates and the seal are thereby checked at once.
pub(crate) fn to_certificate(document: &Document) -> Result<Certificate, VerifyError> {
    let certificate = Certificate::new(read_fields(document)?)?;
    let mut expected = to_document(&certificate);
    expected.proof.clone_from(&document.proof);
    if expected == *document {
        return Ok(certificate);
    }
    let [evidence] = &mut expected.evidence;
    evidence
        .feedback_url
        .clone_from(&document.evidence().feedback_url);
    if expected == *document {
        return Err(VerifyError::FieldsMoved);
    }
    Err(Implausible::Field("fixed part").into())
}

fn read_fields(document: &Document) -> Result<CertificateFields, Implausible> {
    let evidence = document.evidence();
    Ok(CertificateFields {
        id: at("certificateId", CertificateId::parse(&evidence.certificate_id))?,
        issuer: at("issuer", document.issuer.parse::<IssuerUrl>())?,
        issued_at: read_instant("issuanceDate", &document.issuance_date)?,
        person: read_person(&document.subject)?,
        vaccine: read_vaccine(evidence)?,
        dose: DoseGiven::from_numbers(evidence.dose, evidence.total_doses)
            .map_err(|_| Implausible::DoseNumber)?,
        given_at: read_instant("date", &evidence.date)?,
        effective_start: read_date("effectiveStart", &evidence.effective_start)?,
        effective_until: read_date("effectiveUntil", &evidence.effective_until)?,
        vaccinator: at("verifier", Line::parse(&evidence.verifier.name))?,
        facility: read_facility(&evidence.facility)?,
    })
}

fn at<T>(field: &'static str, value: Result<T, ValueError>) -> Result<T, Implausible> {
    value.map_err(|_| Implausible::Field(field))
}

fn read_person(subject: &Subject) -> Result<Person, Implausible> {
    let identity = subject.uhid.as_deref().ok_or(Implausible::Empty("uhid"))?;
    Ok(Person {
        reference_id: at("refId", ReferenceId::parse(&subject.ref_id))?,
        identity: at("uhid", MaskedIdentity::parse(identity))?,
        name: at("name", Line::parse(&subject.name))?,
        gender: at("gender", Line::parse(&subject.gender))?,
        age: at("age", Age::parse(&subject.age))?,
        nationality: at("nationality", Line::parse(&subject.nationality))?,
    })
}

fn read_vaccine(evidence: &Evidence) -> Result<Vaccine, Implausible> {
    let coding = match (&evidence.icd11_code, &evidence.prophylaxis) {
        (Some(code), Some(prophylaxis)) => Some(Coding {
            icd11_code: at("icd11Code", Line::parse(code))?,
            prophylaxis: at("prophylaxis", Line::parse(prophylaxis))?,
        }),
        _ => None,
    };
    Ok(Vaccine {
        name: at("vaccine", Line::parse(&evidence.vaccine))?,
        manufacturer: at("manufacturer", Line::parse(&evidence.manufacturer))?,
        batch: at("batch", Line::parse(&evidence.batch))?,
        coding,
    })
}

fn read_facility(facility: &FacilityNode) -> Result<Facility, Implausible> {
    Ok(Facility {
        name: at("facility", Line::parse(&facility.name))?,
        place: Place {
            district: at("district", Line::parse(&facility.address.district))?,
            state: at("addressRegion", Line::parse(&facility.address.address_region))?,
            pincode: at("postalCode", Pincode::parse(&facility.address.postal_code))?,
        },
    })
}

fn read_instant(field: &'static str, text: &str) -> Result<Timestamp, Implausible> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3fZ")
        .map(|instant| Timestamp::from_micros(instant.and_utc().timestamp_micros()))
        .map_err(|_| Implausible::Field(field))
}

fn read_date(field: &'static str, text: &str) -> Result<CivilDate, Implausible> {
    CivilDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Implausible::Field(field))
}
