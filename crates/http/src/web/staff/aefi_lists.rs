//! The answers that the forms about adverse events offer.

use pramaan_domain::aefi::{Bearing, Causality, Criterion, Outcome, Seriousness, Specimen, Symptom};

use crate::web::aefi_words::{self, choices};
use crate::web::form::Choice;
use crate::web::i18n::Locale;

/// The answers of the case form.
pub(super) struct Lists {
    pub(super) symptoms: Vec<Choice>,
    pub(super) classes: Vec<Choice>,
    pub(super) criteria: Vec<Choice>,
    pub(super) outcomes: Vec<Choice>,
    /// Empty where it is not asked.
    pub(super) bearing: Vec<Choice>,
    pub(super) specimens: Vec<Choice>,
    pub(super) causes: Vec<Choice>,
    pub(super) copies: Vec<Choice>,
}

impl Lists {
    pub(super) fn new(locale: Locale, asks: Asks) -> Self {
        let hinted = |seriousness: &Seriousness| {
            let hint = match seriousness {
                Seriousness::Minor => "aefi-class-minor-hint",
                Seriousness::Severe => "aefi-class-severe-hint",
                Seriousness::Serious => "aefi-class-serious-hint",
            };
            Choice::new(seriousness.code(), locale.t(aefi_words::class(*seriousness))).hint(locale.t(hint))
        };
        Self {
            symptoms: choices(locale, Symptom::ALL, Symptom::code, aefi_words::symptom),
            classes: Seriousness::ALL.iter().map(hinted).collect(),
            criteria: choices(locale, Criterion::ALL, Criterion::code, aefi_words::criterion),
            outcomes: choices(locale, Outcome::ALL, Outcome::code, aefi_words::outcome),
            bearing: match asks {
                Asks::Bearing => choices(locale, &Bearing::ALL, Bearing::code, aefi_words::bearing),
                Asks::NotBearing => Vec::new(),
            },
            specimens: choices(locale, Specimen::ALL, Specimen::code, aefi_words::specimen),
            causes: choices(locale, Causality::ALL, Causality::code, aefi_words::causality),
            copies: vec![Choice::new("yes", locale.t("aefi-copies-sent"))],
        }
    }

    pub(super) fn asks_bearing(&self) -> bool {
        !self.bearing.is_empty()
    }
}

/// Whether pregnancy and breast-feeding are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Bearing,
    NotBearing,
}

impl From<bool> for Asks {
    fn from(asks: bool) -> Self {
        match asks {
            true => Self::Bearing,
            false => Self::NotBearing,
        }
    }
}
