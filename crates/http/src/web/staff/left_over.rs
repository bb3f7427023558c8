//! What is left of a dose form that was refused as a whole: everything typed is shown again, and one press takes it to the
//! form of a held dose, with the day on which the form was opened.

use pramaan_app::Refusal;
use pramaan_domain::dose::{BodySite, DoseNumber};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

use super::dose_form::Typed;
use super::held_dose_form::PAPER;
use super::record::body_site;
use crate::web::i18n::Locale;
use crate::web::kept::Fields;
use crate::web::words;

/// Nothing, for a page that no form led to.
#[derive(Clone, Default)]
pub(super) struct LeftOver {
    /// Labels and values, in the order of the form.
    pub(super) lines: Vec<(String, String)>,
    /// The same as the form of a held dose takes it over.
    pub(super) kept: Vec<(&'static str, String)>,
}

/// What both forms ask.
const CARRIED: [&str; 6] = ["vaccine", "batch", "vial", "given_at", "site", "reason"];

impl LeftOver {
    /// What was typed into the form of an encounter that was opened on the form's day; `today` for a form that says none.
    pub(super) fn new(locale: Locale, typed: &Typed, today: CivilDate) -> Self {
        let late = typed.opened_on().filter(|day| *day < today);
        let value = |text: &str| text.trim().to_owned();
        let vaccine = Vaccine::parse(&typed.vaccine).map(|one| words::vaccine(locale, one));
        let number = DoseNumber::parse(&typed.dose).map(|one| words::dose(locale, one));
        let site = BodySite::parse(&typed.site).map(|one| body_site(locale, one));
        let lines = [
            ("dose-vaccine", vaccine.unwrap_or_else(|_| value(&typed.vaccine))),
            ("dose-number", number.unwrap_or_else(|_| value(&typed.dose))),
            ("dose-batch", value(typed.batch())),
            ("dose-vial", value(&typed.vial)),
            (
                "left-over-day",
                late.map(|day| words::weekday_date(locale, day))
                    .unwrap_or_default(),
            ),
            ("dose-time", value(&typed.given_at)),
            ("dose-site", site.unwrap_or_else(|_| value(&typed.site))),
            ("confirm-reason", value(&typed.reason)),
        ];
        let said = lines.into_iter().filter(|(_, value)| !value.is_empty());
        Self {
            lines: said.map(|(label, value)| (locale.t(label), value)).collect(),
            kept: carried(typed, late),
        }
    }

    /// Only what may still have to be recorded goes on to the form of a held dose.
    pub(super) fn after(self, refusal: &Refusal) -> Self {
        match refusal {
            Refusal::NoEncounter | Refusal::OffRoster | Refusal::Unavailable(_) => self,
            _ => Self {
                kept: Vec::new(),
                ..self
            },
        }
    }
}

fn carried(typed: &Typed, late: Option<CivilDate>) -> Vec<(&'static str, String)> {
    let fields = typed.fields().into_iter().map(|(name, value)| match name {
        "batch" => (name, typed.batch()),
        _ => (name, value),
    });
    let fields = fields.filter(|(name, value)| CARRIED.contains(name) && !value.is_empty());
    let mut kept: Vec<_> = fields.map(|(name, value)| (name, value.to_owned())).collect();
    if let (Some(day), false) = (late, kept.is_empty()) {
        // Another day's dose is entered as from paper: with the day it was given and the day it was typed.
        kept.extend([("from", PAPER.to_owned()), ("day", day.to_string())]);
    }
    kept
}

#[cfg(test)]
impl LeftOver {
    pub(super) fn sample(locale: Locale) -> Self {
        let typed = Typed {
            vaccine: "COVISHIELD".to_owned(),
            dose: "1".to_owned(),
            batch: "4121Z025".to_owned(),
            given_at: "10:12".to_owned(),
            site: "left_upper_arm".to_owned(),
            day: "2026-11-19".to_owned(),
            ..Typed::default()
        };
        Self::new(locale, &typed, super::tests::today())
    }
}
