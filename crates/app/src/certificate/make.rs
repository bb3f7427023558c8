//! Making a certificate from the dose and the record, within the transaction that records the dose.

use chrono::Months;
use pramaan_cert::{
    Age, Certificate, CertificateFields, CertificateId, DoseGiven, Facility, Line, MaskedIdentity, Person,
    Pincode, Place, Vaccine,
};
use pramaan_domain::access::{Field, FieldSet};
use pramaan_domain::dose::{DoseNumber, GivenDose, primary_doses};
use pramaan_domain::place;
use pramaan_domain::time::Timestamp;
use pramaan_store::centre::Centre;
use pramaan_store::certificate::{self, CertificateKey, Issued};
use pramaan_store::dose::{Given, NewDose};
use pramaan_store::person::OpenedPerson;
use pramaan_store::{Sealer, StoreError, Tx};

use super::Issuer;
use crate::Refusal;

/// What stands on a certificate of the person's record.
pub(crate) const NAMED: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::Gender,
    Field::DocumentType,
    Field::DocumentLastFour,
    Field::ReferenceId,
]);

/// The format wants an end. Indian rules set none, so it is the five years of the format's own example.
const VALID_MONTHS: u32 = 60;

/// Signs and stores the certificate of a dose that this transaction records.
pub(crate) async fn certify(
    tx: &mut Tx,
    (sealer, issuer): (&Sealer, &Issuer),
    (new, earlier): (&NewDose, &[Given]),
    (person, centre): (&OpenedPerson, &Centre),
    now: Timestamp,
) -> Result<(), Refusal> {
    let key = CertificateKey {
        household: new.household,
        person: new.person,
        event: new.id,
    };
    let number = certificate::reserve_number(tx, sealer, key).await?;
    let fields = fields(issuer, (new, earlier), (person, centre), (&number, now)).ok_or_else(unprintable)?;
    let certificate = Certificate::new(fields).map_err(|_| unprintable())?;
    let signed = pramaan_cert::sign(&certificate, &issuer.method, now, &|input| {
        sealer.keys.sign_certificate(input)
    });
    let issued = Issued {
        key,
        dose: new.dose,
        issued_at: now,
    };
    Ok(certificate::insert(tx, sealer, issued, signed.as_json()).await?)
}

fn fields(
    issuer: &Issuer,
    (new, earlier): (&NewDose, &[Given]),
    (person, centre): (&OpenedPerson, &Centre),
    (number, now): (&str, Timestamp),
) -> Option<CertificateFields> {
    let given_on = new.facts.given_at.date();
    let district = place::district(centre.district)?;
    let state = place::state(district.state)?;
    Some(CertificateFields {
        id: CertificateId::parse(number).ok()?,
        issuer: issuer.url.clone(),
        issued_at: now,
        person: Person {
            reference_id: pramaan_cert::ReferenceId::parse(&person.reference_id?.to_string()).ok()?,
            identity: identity(person)?,
            name: line(person.name.as_ref()?.as_str()),
            gender: line(person.gender?.cowin_name()),
            age: Age::in_year_of(person.birth_year?.get(), given_on).ok()?,
            nationality: line(""),
        },
        vaccine: Vaccine {
            name: line(new.facts.vaccine.name()),
            manufacturer: line(new.facts.vaccine.manufacturer()),
            batch: line(new.facts.batch.as_str()),
            coding: None,
        },
        dose: place_in_course(new, earlier),
        given_at: new.facts.given_at,
        effective_start: given_on,
        effective_until: given_on.checked_add_months(Months::new(VALID_MONTHS))?,
        vaccinator: line(&new.facts.staff),
        facility: Facility {
            name: line(centre.name.as_str()),
            place: Place {
                district: line(district.name.trim()),
                state: line(state.name),
                pincode: Pincode::parse(&centre.pincode.to_string()).ok()?,
            },
        },
    })
}

/// Somebody without any document has a certificate all the same, which says so.
fn identity(person: &OpenedPerson) -> Option<MaskedIdentity> {
    match person.document_type {
        None => Some(MaskedIdentity::none()),
        Some(kind) => MaskedIdentity::new(line(kind.name()), person.document_last_four.as_deref()?).ok(),
    }
}

/// Provisional, final or precaution follows from the number and the length of the course that the first dose began.
///
/// A third dose of a course of two, which only happens off protocol, counts as a course of three: the certificate says
/// what was given and does not call it a precaution dose.
fn place_in_course(new: &NewDose, earlier: &[Given]) -> DoseGiven {
    let this = GivenDose {
        on: new.facts.given_at.date(),
        vaccine: new.facts.vaccine,
    };
    let first = earlier
        .iter()
        .map(Given::for_rules)
        .chain([this])
        .min()
        .unwrap_or(this);
    let total = u8::try_from(primary_doses(first)).unwrap_or(2);
    let primary = |number: u8| DoseGiven::Primary {
        number,
        total: total.max(number),
    };
    match new.dose {
        DoseNumber::First => primary(1),
        DoseNumber::Second => primary(2),
        DoseNumber::Third => primary(3),
        DoseNumber::Precaution => DoseGiven::Precaution { primary_total: total },
    }
}

/// A text without the characters that a printed line must not have. A dose that was given is never refused for them.
fn line(text: &str) -> Line {
    let kept = |text: &str| Line::parse(text).ok();
    let cleaned = || {
        let printable = text
            .chars()
            .filter(|c| Line::parse(c.encode_utf8(&mut [0; 4])).is_ok());
        kept(&printable.take(200).collect::<String>())
    };
    kept(text).or_else(cleaned).unwrap_or_else(blank)
}

fn blank() -> Line {
    match Line::parse("") {
        Ok(blank) => blank,
        Err(_) => unreachable!("an empty line holds no control character and is not too long"),
    }
}

fn unprintable() -> StoreError {
    StoreError::corrupt("person", "a fact that the certificate needs")
}
