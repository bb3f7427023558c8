//! The closed lists of adverse events in the reader's words.

use pramaan_domain::aefi::{
    Bearing, Causality, Criterion, FormFault, Outcome, Seriousness, Specimen, Stage, Symptom,
};

use crate::web::form::Choice;
use crate::web::i18n::Locale;

/// The id of the text.
pub(in crate::web) const fn symptom(of: Symptom) -> &'static str {
    match of {
        Symptom::Fever => "aefi-symptom-fever",
        Symptom::LocalReaction => "aefi-symptom-local",
        Symptom::SevereLocalReaction => "aefi-symptom-local-severe",
        Symptom::Headache => "aefi-symptom-headache",
        Symptom::Weakness => "aefi-symptom-weakness",
        Symptom::Vomiting => "aefi-symptom-vomiting",
        Symptom::Rash => "aefi-symptom-rash",
        Symptom::Fainting => "aefi-symptom-fainting",
        Symptom::Breathlessness => "aefi-symptom-breath",
        Symptom::ChestPain => "aefi-symptom-chest",
        Symptom::SwollenFace => "aefi-symptom-face",
        Symptom::Anaphylaxis => "aefi-symptom-anaphylaxis",
        Symptom::SeizureWithFever => "aefi-symptom-seizure-fever",
        Symptom::SeizureWithoutFever => "aefi-symptom-seizure",
        Symptom::Abscess => "aefi-symptom-abscess",
        Symptom::Sepsis => "aefi-symptom-sepsis",
        Symptom::Encephalopathy => "aefi-symptom-encephalopathy",
        Symptom::ToxicShock => "aefi-symptom-shock",
        Symptom::Thrombocytopenia => "aefi-symptom-platelets",
        Symptom::Other => "aefi-symptom-other",
    }
}

/// The id of the text.
pub(in crate::web) const fn class(of: Seriousness) -> &'static str {
    match of {
        Seriousness::Minor => "aefi-class-minor",
        Seriousness::Severe => "aefi-class-severe",
        Seriousness::Serious => "aefi-class-serious",
    }
}

/// The id of the text.
pub(in crate::web) const fn criterion(of: Criterion) -> &'static str {
    match of {
        Criterion::Death => "aefi-criterion-death",
        Criterion::LifeThreatening => "aefi-criterion-life",
        Criterion::Hospitalisation => "aefi-criterion-hospital",
        Criterion::Disability => "aefi-criterion-disability",
        Criterion::CongenitalAnomaly => "aefi-criterion-congenital",
        Criterion::Cluster => "aefi-criterion-cluster",
    }
}

/// The id of the text.
pub(in crate::web) const fn outcome(of: Outcome) -> &'static str {
    match of {
        Outcome::Recovering => "aefi-outcome-recovering",
        Outcome::Recovered => "aefi-outcome-recovered",
        Outcome::Sequelae => "aefi-outcome-sequelae",
        Outcome::NotRecovered => "aefi-outcome-not",
        Outcome::Died => "aefi-outcome-died",
        Outcome::Unknown => "aefi-outcome-unknown",
    }
}

/// The id of the text.
pub(in crate::web) const fn bearing(of: Bearing) -> &'static str {
    match of {
        Bearing::Pregnant => "aefi-bearing-pregnant",
        Bearing::BreastFeeding => "aefi-bearing-feeding",
        Bearing::Neither => "aefi-bearing-neither",
        Bearing::NotKnown => "aefi-bearing-unknown",
    }
}

/// The id of the text.
pub(in crate::web) const fn causality(of: Causality) -> &'static str {
    match of {
        Causality::A1 => "aefi-cause-a1",
        Causality::A2 => "aefi-cause-a2",
        Causality::A3 => "aefi-cause-a3",
        Causality::A4 => "aefi-cause-a4",
        Causality::B1 => "aefi-cause-b1",
        Causality::B2 => "aefi-cause-b2",
        Causality::C => "aefi-cause-c",
        Causality::D => "aefi-cause-d",
    }
}

/// The id of the text.
pub(in crate::web) const fn specimen(of: Specimen) -> &'static str {
    match of {
        Specimen::Sent => "aefi-specimen-sent",
        Specimen::NotNeeded => "aefi-specimen-no",
        Specimen::NotPossible => "aefi-specimen-cannot",
    }
}

/// The id of the text.
pub(in crate::web) const fn stage(of: Stage) -> &'static str {
    match of {
        Stage::Heard => "aefi-stage-heard",
        Stage::Reported => "aefi-stage-reported",
        Stage::Numbered => "aefi-stage-numbered",
        Stage::Investigated => "aefi-stage-investigated",
        Stage::AssessedByState => "aefi-stage-state",
        Stage::Settled => "aefi-stage-settled",
    }
}

/// The id of the text.
pub(in crate::web) const fn fault(of: FormFault) -> &'static str {
    match of {
        FormFault::OnsetBeforeDose => "aefi-fault-before",
        FormFault::OnsetAhead => "aefi-fault-ahead",
        FormFault::NoSymptom => "aefi-fault-symptom",
        FormFault::OtherWithoutWords => "aefi-fault-words",
        FormFault::SeriousWithoutCriterion => "aefi-fault-criterion",
        FormFault::CriterionWithoutSerious => "aefi-fault-serious",
        FormFault::DeathAndOutcomeDiffer => "aefi-fault-death",
        FormFault::Diluent => "aefi-fault-diluent",
    }
}

/// Answers to a question, in the order of their list.
pub(in crate::web) fn choices<T: Copy>(
    locale: Locale,
    of: &[T],
    code: fn(T) -> &'static str,
    text: fn(T) -> &'static str,
) -> Vec<Choice> {
    let choice = |one: &T| Choice::new(code(*one), locale.t(text(*one)));
    of.iter().map(choice).collect()
}

/// Several of a list, as one line.
pub(in crate::web) fn listed<T: Copy>(locale: Locale, of: &[T], text: fn(T) -> &'static str) -> String {
    let words: Vec<String> = of.iter().map(|one| locale.t(text(*one))).collect();
    words.join(", ")
}
