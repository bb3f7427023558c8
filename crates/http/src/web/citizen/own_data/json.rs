//! The same data as a file: names of elements are FHIR R4's where there is one for the thing. docs/own-data.md describes it.

use pramaan_app::aefi::History;
use pramaan_app::appointment::{Appointment, ClaimState};
use pramaan_app::correction::Changed;
use pramaan_app::dose::{Entered, Given};
use pramaan_app::ended_logins::{Confirmed, Door, KnownDevice};
use pramaan_app::objection::{Objected, Standing};
use pramaan_app::own_data::Taken;
use pramaan_app::private_member::Sight;
use pramaan_domain::time::Timestamp;
use serde::Serialize;

use crate::web::aefi_history::lines;
use crate::web::i18n::Locale;

/// What the file is, and which version of it.
pub(super) const FORMAT: &str = "pramaan-own-data/1";

#[derive(Serialize)]
pub(super) struct File {
    format: &'static str,
    /// Instants are UTC, days are India's.
    date: String,
    patient: Patient,
    consent: Consent,
    immunization: Vec<Immunization>,
    appointment: Vec<Booking>,
    #[serde(rename = "documentReference")]
    document_reference: Vec<Document>,
    #[serde(rename = "adverseEvent")]
    adverse_event: Vec<AdverseEvent>,
    #[serde(rename = "auditEvent")]
    audit_event: AuditEvent,
    objection: Vec<Complaint>,
    /// Only of who was registered at a desk.
    registration: Option<Registration>,
    /// The printed card that opens the record now.
    card: Option<Card>,
    /// What logged in with the number.
    device: Vec<Device>,
    /// What is kept and not in this file, and why.
    #[serde(rename = "notIncluded")]
    not_included: Vec<Left>,
}

#[derive(Serialize)]
struct Patient {
    identifier: Vec<Identifier>,
    name: String,
    gender: Option<String>,
    #[serde(rename = "birthYear")]
    birth_year: Option<i32>,
    /// Of 12 to 17-year-olds who gave it; erased on the 18th birthday.
    #[serde(rename = "birthDate")]
    birth_date: Option<String>,
    telecom: Option<String>,
    communication: &'static str,
    /// Declared illnesses: yes or no, never which.
    comorbidity: Option<bool>,
    /// The lists of groups with early access on which the number and the year of birth are.
    group: Vec<Listed>,
    /// Who was named for a minor.
    guardian: Option<String>,
    /// Whether the record is kept private from the phone.
    private: bool,
    registered: String,
}

#[derive(Serialize)]
struct Listed {
    code: &'static str,
    /// The last day on which it counts.
    until: Option<String>,
}

#[derive(Serialize)]
struct Identifier {
    system: String,
    value: String,
}

#[derive(Serialize)]
struct Consent {
    /// The version of the notice that was agreed to.
    policy: String,
    purpose: &'static str,
}

#[derive(Serialize)]
struct Immunization {
    identifier: String,
    status: &'static str,
    #[serde(rename = "vaccineCode")]
    vaccine_code: &'static str,
    #[serde(rename = "lotNumber")]
    lot_number: String,
    vial: String,
    #[serde(rename = "occurrenceDateTime")]
    occurrence_date_time: String,
    recorded: String,
    #[serde(rename = "doseNumber")]
    dose_number: i64,
    centre: i64,
    performer: String,
    /// The place on the body.
    site: &'static str,
    /// Of one that was typed without the record, or from paper: when.
    entered: Option<String>,
    /// What the rules said of one that they did not allow.
    #[serde(rename = "offProtocol")]
    off_protocol: Option<String>,
    /// Why it was given all the same.
    #[serde(rename = "offProtocolReason")]
    off_protocol_reason: Option<String>,
    /// Of one that was corrected, or brought here from another record of the same person.
    correction: Option<Correction>,
}

/// Who changed a dose last.
#[derive(Serialize)]
struct Correction {
    performer: String,
    /// The second person, where one was needed.
    agreed: Option<String>,
    reason: String,
}

#[derive(Serialize)]
struct Booking {
    identifier: String,
    status: &'static str,
    date: String,
    slot: String,
    #[serde(rename = "vaccineCode")]
    vaccine_code: &'static str,
    #[serde(rename = "doseNumber")]
    dose_number: i64,
    centre: String,
}

#[derive(Serialize)]
struct Document {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "doseNumber")]
    dose_number: i64,
    date: String,
}

#[derive(Serialize)]
struct AdverseEvent {
    identifier: String,
    entries: Vec<AdverseEntry>,
}

#[derive(Serialize)]
struct AdverseEntry {
    recorded: String,
    text: String,
    note: Vec<String>,
}

#[derive(Serialize)]
struct AuditEvent {
    /// How many entries the access log has about the person, this one included.
    total: i64,
    /// Where they are read.
    url: String,
}

#[derive(Serialize)]
struct Complaint {
    #[serde(rename = "logEntry")]
    log_entry: u64,
    status: &'static str,
    reason: &'static str,
    note: String,
    date: String,
    due: String,
    answer: Option<Reply>,
}

#[derive(Serialize)]
struct Reply {
    author: String,
    note: String,
    date: String,
}

#[derive(Serialize)]
struct Registration {
    centre: i64,
    performer: String,
    date: String,
    /// Why there was no document, and who spoke for the person.
    reason: Option<String>,
    facilitator: Option<String>,
    /// Kind and last four characters of the facilitator's document.
    #[serde(rename = "facilitatorDocument")]
    facilitator_document: Option<String>,
    /// Why nobody came with a minor.
    alone: Option<String>,
}

#[derive(Serialize)]
struct Card {
    number: i64,
    date: String,
}

#[derive(Serialize)]
struct Device {
    /// As the access log names it.
    identifier: String,
    /// `pages`, `app` or `partner N`.
    door: String,
    first: String,
    last: String,
    /// Whether it is held to be the person's own.
    confirmed: bool,
}

#[derive(Serialize)]
struct Left {
    what: String,
    why: String,
}

impl File {
    pub(super) fn new(taken: &Taken, place: &str, now: Timestamp) -> Self {
        let data = &taken.data;
        Self {
            format: FORMAT,
            date: now.to_string(),
            patient: patient(taken),
            consent: Consent {
                policy: data.consent_version.clone(),
                purpose: "registration and vaccination",
            },
            immunization: data.doses.iter().map(immunization).collect(),
            appointment: taken.appointments.iter().map(booking).collect(),
            document_reference: taken
                .certificates
                .iter()
                .map(|one| Document {
                    kind: "vaccination certificate",
                    dose_number: one.dose.code(),
                    date: one.issued_at.to_string(),
                })
                .collect(),
            adverse_event: data.cases.iter().map(adverse_event).collect(),
            audit_event: AuditEvent {
                total: data.accesses,
                url: format!("/household/{place}/access"),
            },
            objection: taken.objections.iter().map(complaint).collect(),
            registration: data.registered.as_ref().map(|desk| Registration {
                centre: desk.at.centre,
                performer: desk.staff.clone(),
                date: desk.at.registered_at.to_string(),
                reason: desk.without.as_ref().map(|told| told.reason.clone()),
                facilitator: desk.without.as_ref().map(|told| told.facilitator.clone()),
                facilitator_document: desk.without.as_ref().map(|told| {
                    let kind = told.document_type;
                    format!("document-type-{kind}, last four characters {}", told.last_four)
                }),
                alone: desk.alone.clone(),
            }),
            card: taken.card.map(|card| Card {
                number: card.number,
                date: card.made_at.to_string(),
            }),
            device: taken.devices.iter().map(device).collect(),
            not_included: left_out(Locale::En)
                .into_iter()
                .map(|(what, why)| Left { what, why })
                .collect(),
        }
    }
}

fn patient(taken: &Taken) -> Patient {
    let person = &taken.data.person;
    let reference = person.reference_id.map(|id| Identifier {
        system: "reference-id".to_owned(),
        value: id.to_string(),
    });
    let document = person.document_type.map(|kind| Identifier {
        system: format!("document-type-{}, last four characters", kind.id()),
        value: person.document_last_four.clone().unwrap_or_default(),
    });
    let date = person
        .birth_date
        .map(|date| date.get().format("%Y-%m-%d").to_string());
    Patient {
        identifier: reference.into_iter().chain(document).collect(),
        name: person
            .name
            .as_ref()
            .map(|name| name.as_str().to_owned())
            .unwrap_or_default(),
        gender: person.gender.map(|gender| gender.code().to_owned()),
        birth_year: person.birth_year.map(|year| year.get()),
        birth_date: date,
        telecom: person.mobile.as_ref().map(|mobile| mobile.as_str().to_owned()),
        communication: match person.language {
            pramaan_domain::language::Language::English => "en",
            pramaan_domain::language::Language::Hindi => "hi",
        },
        comorbidity: person
            .comorbidity
            .map(|said| said == pramaan_app::Comorbidity::Declared),
        group: taken
            .groups
            .iter()
            .map(|one| Listed {
                code: one.group.code(),
                until: one.valid_until.map(|day| day.to_string()),
            })
            .collect(),
        guardian: person.guardian.as_ref().map(|one| match one {
            pramaan_domain::guardian::Guardian::Member(_) => "an adult of the same mobile".to_owned(),
            pramaan_domain::guardian::Guardian::Named(name) => name.as_str().to_owned(),
        }),
        private: taken.sight != Sight::Open,
        registered: person.created_at.to_string(),
    }
}

fn immunization(given: &Given) -> Immunization {
    let facts = &given.facts;
    Immunization {
        identifier: given.id.to_string(),
        status: "completed",
        vaccine_code: facts.vaccine.name(),
        lot_number: facts.batch.as_str().to_owned(),
        vial: facts.vial.clone(),
        occurrence_date_time: facts.given_at.to_string(),
        recorded: given.recorded_at.to_string(),
        dose_number: given.dose.code(),
        centre: facts.centre,
        performer: facts.staff.clone(),
        site: facts.site.code(),
        entered: match facts.entered {
            Entered::WithTheRecord => None,
            Entered::Held { at } | Entered::FromPaper { at } => Some(at.to_string()),
        },
        off_protocol: facts
            .off_protocol
            .as_ref()
            .map(|off| format!("{}: {}", off.rule, off.finding)),
        off_protocol_reason: facts.off_protocol.as_ref().map(|off| off.reason.clone()),
        correction: given.changed.as_ref().map(correction),
    }
}

fn correction(changed: &Changed) -> Correction {
    Correction {
        performer: changed.by.clone(),
        agreed: changed.agreed.clone(),
        reason: changed.reason.clone(),
    }
}

fn device(one: &KnownDevice) -> Device {
    Device {
        identifier: one.name.to_string(),
        door: match one.door {
            Door::Pages => "pages".to_owned(),
            Door::App => "app".to_owned(),
            Door::Partner(number) => format!("partner {number}"),
        },
        first: one.first_login_at.to_string(),
        last: one.last_login_at.to_string(),
        confirmed: one.confirmed == Confirmed::Yes,
    }
}

fn booking(one: &Appointment) -> Booking {
    Booking {
        identifier: one.id.to_string(),
        status: match one.state {
            ClaimState::Booked => "booked",
            ClaimState::Vaccinated => "fulfilled",
        },
        date: one.day.to_string(),
        slot: one.slot.to_string(),
        vaccine_code: one.vaccine.name(),
        dose_number: one.dose.code(),
        centre: format!("{}, {}", one.centre.name, one.centre.location),
    }
}

fn adverse_event(case: &History) -> AdverseEvent {
    let entries = lines(Locale::En, case).into_iter();
    AdverseEvent {
        identifier: case.id.to_string(),
        entries: entries
            .map(|line| AdverseEntry {
                recorded: line.when,
                text: line.text,
                note: line.words,
            })
            .collect(),
    }
}

fn complaint(one: &Objected) -> Complaint {
    Complaint {
        log_entry: one.about.index,
        status: match one.standing {
            Standing::Open => "open",
            Standing::Overdue => "overdue",
            Standing::Answered => "answered",
        },
        reason: one.ground.code(),
        note: one.words.as_str().to_owned(),
        date: one.made_at.to_string(),
        due: one.due_at.to_string(),
        answer: one.answer.as_ref().map(|answer| Reply {
            author: answer.by.clone(),
            note: answer.words.as_str().to_owned(),
            date: answer.at.to_string(),
        }),
    }
}

/// What is kept and not shown, and why.
pub(super) fn left_out(locale: Locale) -> Vec<(String, String)> {
    [
        ("data-left-keys", "data-left-keys-why"),
        ("data-left-indexes", "data-left-indexes-why"),
        ("data-left-secrets", "data-left-secrets-why"),
        ("data-left-code", "data-left-code-why"),
        ("data-left-certificates", "data-left-certificates-why"),
        ("data-left-accesses", "data-left-accesses-why"),
        ("data-left-names", "data-left-names-why"),
        ("data-left-clocks", "data-left-clocks-why"),
        ("data-left-document", "data-left-document-why"),
        ("data-left-steps", "data-left-steps-why"),
        ("data-left-messages", "data-left-messages-why"),
        ("data-left-cases", "data-left-cases-why"),
    ]
    .map(|(what, why)| (locale.t(what), locale.t(why)))
    .into()
}

#[cfg(test)]
impl File {
    /// One with something in each element.
    pub(super) fn sample() -> Self {
        let text = || "4711".to_owned();
        let some = || Some(text());
        Self {
            format: FORMAT,
            date: text(),
            patient: Patient {
                identifier: vec![Identifier {
                    system: text(),
                    value: text(),
                }],
                name: text(),
                gender: some(),
                birth_year: Some(1980),
                birth_date: some(),
                telecom: some(),
                communication: "en",
                comorbidity: Some(true),
                group: vec![Listed {
                    code: "hcw",
                    until: some(),
                }],
                guardian: some(),
                private: false,
                registered: text(),
            },
            consent: Consent {
                policy: text(),
                purpose: "4711",
            },
            immunization: vec![Immunization {
                identifier: text(),
                status: "completed",
                vaccine_code: "4711",
                lot_number: text(),
                vial: text(),
                occurrence_date_time: text(),
                recorded: text(),
                dose_number: 1,
                centre: 1,
                performer: text(),
                site: "nose",
                entered: some(),
                off_protocol: some(),
                off_protocol_reason: some(),
                correction: Some(Correction {
                    performer: text(),
                    agreed: some(),
                    reason: text(),
                }),
            }],
            appointment: vec![Booking {
                identifier: text(),
                status: "booked",
                date: text(),
                slot: text(),
                vaccine_code: "4711",
                dose_number: 1,
                centre: text(),
            }],
            document_reference: vec![Document {
                kind: "vaccination certificate",
                dose_number: 1,
                date: text(),
            }],
            adverse_event: vec![AdverseEvent {
                identifier: text(),
                entries: Vec::new(),
            }],
            audit_event: AuditEvent {
                total: 1,
                url: text(),
            },
            objection: vec![Complaint {
                log_entry: 1,
                status: "open",
                reason: "other",
                note: text(),
                date: text(),
                due: text(),
                answer: None,
            }],
            registration: Some(Registration {
                centre: 1,
                performer: text(),
                date: text(),
                reason: some(),
                facilitator: some(),
                facilitator_document: some(),
                alone: some(),
            }),
            card: Some(Card {
                number: 1,
                date: text(),
            }),
            device: vec![Device {
                identifier: text(),
                door: text(),
                first: text(),
                last: text(),
                confirmed: true,
            }],
            not_included: Vec::new(),
        }
    }
}
