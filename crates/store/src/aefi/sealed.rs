//! An event as it is sealed: numbered fields, so that later versions can add some; padded, so that its length tells neither
//! what kind it is nor how much was written.

use minicbor::{Decode, Encode};
use pramaan_domain::aefi::{
    Bearing, CaseForm, CaseNumber, Causality, Committee, Criterion, Narrative, Outcome, Seriousness,
    Specimen, Symptom,
};
use pramaan_domain::dose::{DoseNumber, VaccineBatch};
use pramaan_domain::id::AefiId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::SecretKey;

use super::{About, Assessment, Entry, Event, Investigation, NewEvent};
use crate::StoreError;
use crate::db::{date, days};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};

/// All fit one: five hundred letters of any Indian script and a reason of three hundred.
const BLOCK: usize = 3_072;

pub(super) fn seal(sealer: &Sealer, key: &SecretKey, new: &NewEvent) -> Vec<u8> {
    let sealed = Sealed {
        entry: encoded(&new.entry),
        by: new.by.clone(),
        reason: new.reason.as_ref().map(|reason| reason.as_str().to_owned()),
    };
    // Encoding into a vector cannot fail: its writer's error type is uninhabited.
    let plain = padded(&minicbor::to_vec(&sealed).unwrap_or_default(), BLOCK);
    key.seal(&bound(new.id, new.seq), &plain, &*sealer.entropy)
}

pub(super) fn bound(id: AefiId, seq: i64) -> Vec<u8> {
    context("aefi", "sealed", format_args!("{id}|{seq}"))
}

pub(super) fn read(plain: &[u8], seq: i64, recorded_at: Timestamp) -> Result<Event, StoreError> {
    let corrupt = || StoreError::corrupt("aefi", "sealed");
    let sealed: Sealed = unpadded(plain)
        .and_then(|plain| minicbor::decode(plain).ok())
        .ok_or_else(corrupt)?;
    let reason = match sealed.reason {
        Some(text) => Some(Reason::parse(&text).map_err(|_| corrupt())?),
        None => None,
    };
    Ok(Event {
        seq,
        entry: decoded(sealed.entry).ok_or_else(corrupt)?,
        by: sealed.by,
        reason,
        recorded_at,
    })
}

#[derive(Encode, Decode)]
struct Sealed {
    #[n(0)]
    entry: SealedEntry,
    #[n(1)]
    by: String,
    #[n(2)]
    reason: Option<String>,
}

#[derive(Encode, Decode)]
enum SealedEntry {
    #[n(0)]
    Form(#[n(0)] Box<SealedForm>, #[n(1)] SealedAbout),
    #[n(1)]
    Numbered(#[n(0)] String),
    #[n(2)]
    Investigated {
        #[n(0)]
        began_on: i64,
        #[n(1)]
        specimen: String,
        #[n(2)]
        alike: u32,
        #[n(3)]
        findings: String,
    },
    #[n(3)]
    Assessed {
        #[n(0)]
        committee: String,
        #[n(1)]
        causality: String,
        #[n(2)]
        decided_on: i64,
        #[n(3)]
        words: String,
    },
}

#[derive(Encode, Decode)]
struct SealedForm {
    #[n(0)]
    onset: i64,
    #[n(1)]
    symptoms: Vec<String>,
    #[n(2)]
    seriousness: Option<String>,
    #[n(3)]
    criteria: Vec<String>,
    #[n(4)]
    outcome: String,
    #[n(5)]
    diluent: String,
    #[n(6)]
    bearing: Option<String>,
    #[n(7)]
    words: String,
}

#[derive(Encode, Decode)]
struct SealedAbout {
    #[n(0)]
    event: String,
    #[n(1)]
    dose: i64,
    #[n(2)]
    vaccine: String,
    #[n(3)]
    batch: String,
    #[n(4)]
    vial: String,
    #[n(5)]
    given_at: i64,
    #[n(6)]
    centre: i64,
    #[n(7)]
    vial_from: Option<i64>,
    #[n(8)]
    others: Option<u32>,
}

fn encoded(entry: &Entry) -> SealedEntry {
    match entry {
        Entry::Form { form, about } => SealedEntry::Form(Box::new(encoded_form(form)), encoded_about(about)),
        Entry::Numbered { number } => SealedEntry::Numbered(number.to_string()),
        Entry::Investigated(found) => SealedEntry::Investigated {
            began_on: days(found.began_on),
            specimen: found.specimen.code().to_owned(),
            alike: found.alike,
            findings: found.findings.as_str().to_owned(),
        },
        Entry::Assessed(decided) => SealedEntry::Assessed {
            committee: decided.committee.code().to_owned(),
            causality: decided.causality.code().to_owned(),
            decided_on: days(decided.decided_on),
            words: decided.words.as_str().to_owned(),
        },
    }
}

fn encoded_form(form: &CaseForm) -> SealedForm {
    SealedForm {
        onset: form.onset.micros(),
        symptoms: form.symptoms.iter().map(|one| one.code().to_owned()).collect(),
        seriousness: form.seriousness.map(|one| one.code().to_owned()),
        criteria: form.criteria.iter().map(|one| one.code().to_owned()).collect(),
        outcome: form.outcome.code().to_owned(),
        diluent: form.diluent.clone(),
        bearing: form.bearing.map(|one| one.code().to_owned()),
        words: form.words.as_str().to_owned(),
    }
}

fn encoded_about(about: &About) -> SealedAbout {
    SealedAbout {
        event: about.root.to_string(),
        dose: about.dose.code(),
        vaccine: about.vaccine.name().to_owned(),
        batch: about.batch.as_str().to_owned(),
        vial: about.vial.clone(),
        given_at: about.given_at.micros(),
        centre: about.centre,
        vial_from: about.vial_from.map(Timestamp::micros),
        others: about.others,
    }
}

fn decoded(sealed: SealedEntry) -> Option<Entry> {
    Some(match sealed {
        SealedEntry::Form(form, about) => Entry::Form {
            form: decoded_form(*form)?,
            about: decoded_about(about)?,
        },
        SealedEntry::Numbered(number) => Entry::Numbered {
            number: CaseNumber::parse(&number).ok()?,
        },
        SealedEntry::Investigated {
            began_on,
            specimen,
            alike,
            findings,
        } => Entry::Investigated(Investigation {
            began_on: date(began_on)?,
            specimen: Specimen::from_code(&specimen)?,
            alike,
            findings: Narrative::parse(&findings).ok()?,
        }),
        SealedEntry::Assessed {
            committee,
            causality,
            decided_on,
            words,
        } => Entry::Assessed(Assessment {
            committee: Committee::from_code(&committee)?,
            causality: Causality::from_code(&causality)?,
            decided_on: date(decided_on)?,
            words: Narrative::parse(&words).ok()?,
        }),
    })
}

fn decoded_form(sealed: SealedForm) -> Option<CaseForm> {
    let symptoms = sealed.symptoms.iter().map(|code| Symptom::from_code(code));
    let criteria = sealed.criteria.iter().map(|code| Criterion::from_code(code));
    let seriousness = match sealed.seriousness {
        Some(code) => Some(Seriousness::from_code(&code)?),
        None => None,
    };
    let bearing = match sealed.bearing {
        Some(code) => Some(Bearing::from_code(&code)?),
        None => None,
    };
    Some(CaseForm {
        onset: Timestamp::from_micros(sealed.onset),
        symptoms: symptoms.collect::<Option<_>>()?,
        seriousness,
        criteria: criteria.collect::<Option<_>>()?,
        outcome: Outcome::from_code(&sealed.outcome)?,
        diluent: sealed.diluent,
        bearing,
        words: Narrative::parse(&sealed.words).ok()?,
    })
}

fn decoded_about(sealed: SealedAbout) -> Option<About> {
    Some(About {
        root: sealed.event.parse().ok()?,
        dose: DoseNumber::from_code(sealed.dose).ok()?,
        vaccine: Vaccine::parse(&sealed.vaccine).ok()?,
        batch: VaccineBatch::parse(&sealed.batch).ok()?,
        vial: sealed.vial,
        given_at: Timestamp::from_micros(sealed.given_at),
        centre: sealed.centre,
        vial_from: sealed.vial_from.map(Timestamp::from_micros),
        others: sealed.others,
    })
}
