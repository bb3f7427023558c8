//! Adverse events following immunization (AEFI): what happened after a dose, how serious it was, and what has to be done
//! about it by when. Nothing here diagnoses anybody: whoever reports says what was seen.
//!
//! Lists and classes are those of WHO's standard reporting form (25 core variables) and of WHO's manual on causality
//! assessment; the clocks are India's (operational guidelines, chapter on AEFI).

mod case_number;
mod clock;
mod form;
mod stage;
mod word;

pub use case_number::{CaseNumber, ParseCaseNumber};
pub use clock::{CLOCKS, Clock, Office, due};
pub use form::{Bearing, CaseForm, FormFault, Narrative, ParseNarrative};
pub use stage::{Stage, Step};
pub use word::{Causality, Committee, Criterion, ItWas, Outcome, Seriousness, Specimen, Symptom};
