//! What is left of a form that was refused as a whole: everything typed is shown again, and goes on by one press where that
//! can help. A dose goes to the form of a held dose, with the day on which its form was opened.

use pramaan_app::{Refusal, Staff};
use pramaan_domain::document::DocumentType;
use pramaan_domain::dose::{BodySite, DoseNumber};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

use super::aefi_find;
use super::dose_form::Typed;
use super::held_dose_form::PAPER;
use super::record::body_site;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::kept::{Fields, Said, Way, owned};
use crate::web::words;

/// Nothing, for a page that no form led to.
#[derive(Clone, Default)]
pub(super) struct LeftOver {
    /// Labels and values, in the order of the form.
    pub(super) lines: Vec<(String, String)>,
    /// The same form to the same address.
    pub(super) again: Option<Way>,
    /// Another form that takes it over.
    pub(super) onward: Option<Way>,
    pub(super) aim: Aim,
}

/// What the record was opened for, or was to be: only a dose can be recorded without.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Aim {
    Dose,
    #[default]
    Other,
}

/// What both forms of a dose ask.
const CARRIED: [&str; 6] = ["vaccine", "batch", "vial", "given_at", "site", "reason"];
/// Where a dose is recorded without opening a record.
const HELD: &str = "/staff/held-dose";

impl LeftOver {
    /// What `staff` typed into the form that posts to `action`.
    pub(super) fn of<T: Said>(
        front: &Front,
        (staff, locale): (&Staff, Locale),
        action: &str,
        typed: &T,
    ) -> Self {
        let lines = typed.lines(locale);
        let again = match (typed.is_whole(), lines.is_empty()) {
            (true, _) => Some(Way::again(action, typed.again())),
            // Nothing but a code: it is typed anew, on a page that is fetched anew.
            (false, true) => None,
            (false, false) => {
                let kept = front.app.keep_form(staff.typist(), action, &typed.carry());
                Some(Way::back(action, kept))
            }
        };
        Self {
            lines,
            again,
            ..Self::default()
        }
    }

    /// What a form behind no record sent to `action`: it is sent again when the reason has passed.
    pub(super) fn sent<T: Fields>(action: &str, typed: &T) -> Self {
        Self {
            again: Some(Way::again(action, typed.fields())),
            ..Self::default()
        }
    }

    /// The same of a form that opens a record for a dose.
    #[must_use]
    pub(super) fn for_dose(self) -> Self {
        Self {
            aim: Aim::Dose,
            ..self
        }
    }

    /// The same of a form that goes on as another one.
    #[must_use]
    pub(super) fn or_onward(self, onward: Way) -> Self {
        Self {
            onward: Some(onward),
            ..self
        }
    }

    /// What was typed into the form of an encounter that was opened on the form's day; `today` for a form that says none.
    /// It was sent to `path`.
    pub(super) fn of_dose((path, locale): (&str, Locale), typed: &Typed, today: CivilDate) -> Self {
        let late = typed.opened_on().filter(|day| *day < today);
        let carried = carried(typed, late);
        let mut sent = typed.fields();
        sent.push(("confirmed", &typed.confirmed));
        Self {
            lines: dose_lines(locale, typed, late),
            again: Some(Way::again(path, sent)),
            onward: (!carried.is_empty()).then(|| Way::held(carried)),
            aim: Aim::Dose,
        }
    }

    /// What helps after `refusal`: the same again where the reason passes, another form where the record is closed.
    pub(super) fn after(self, refusal: &Refusal) -> Self {
        let passes = matches!(
            refusal,
            Refusal::Busy | Refusal::Unavailable(_) | Refusal::OverBudget { .. } | Refusal::OffRoster
        );
        let closed = matches!(refusal, Refusal::NoEncounter);
        let onward = closed || (passes && self.is_dose());
        Self {
            again: self.again.filter(|_| passes),
            onward: self.onward.filter(|_| onward),
            ..self
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.again.is_none()
    }

    pub(super) fn is_dose(&self) -> bool {
        self.aim == Aim::Dose
    }

    /// The heading of the lines. A dose may have been saved by an earlier try: its own text asks to look first.
    pub(super) fn title(&self) -> &'static str {
        match self.aim {
            Aim::Dose => "left-over-title",
            Aim::Other => "left-over-unsaved",
        }
    }
}

impl Way {
    fn held(carried: Vec<(&'static str, String)>) -> Self {
        let form = [("step", "change"), ("who", "slip")].map(|(name, value)| (name, value.to_owned()));
        Self {
            action: HELD.to_owned(),
            fields: form.into_iter().chain(carried).collect(),
            text: "left-over-text",
            button: "left-over-go",
        }
    }

    /// An adverse event's form after its time: the person is found again, and the form goes on.
    pub(super) fn found_again(typed: &super::aefi_form::Typed) -> Self {
        let step = [("step", aefi_find::CARRY.to_owned())];
        Self {
            action: aefi_find::PATH.to_owned(),
            fields: step.into_iter().chain(typed.carried()).collect(),
            text: "left-over-aefi",
            button: "left-over-aefi-go",
        }
    }
}

/// What many forms ask in the same words.
pub(super) fn common(locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
    let words = value.trim().to_owned();
    Some(match field {
        "document_type" => {
            let kind = DocumentType::parse(value).map(|kind| words::document(locale, kind));
            ("evidence-document-type-label", kind.unwrap_or(words))
        }
        "document_number" => ("evidence-document", words),
        _ => return None,
    })
}

/// A dose's own answers in words.
pub(super) fn dose_answer(locale: Locale, field: &str, value: &str) -> Option<(&'static str, String)> {
    let words = value.trim().to_owned();
    Some(match field {
        "vaccine" => {
            let vaccine = Vaccine::parse(value).map(|one| words::vaccine(locale, one));
            ("dose-vaccine", vaccine.unwrap_or(words))
        }
        "dose" => {
            let number = DoseNumber::parse(value).map(|one| words::dose(locale, one));
            ("dose-number", number.unwrap_or(words))
        }
        "batch" => ("dose-batch", words),
        "vial" => ("dose-vial", words),
        "given_at" => ("dose-time", words),
        "site" => {
            let site = BodySite::parse(value).map(|one| body_site(locale, one));
            ("dose-site", site.unwrap_or(words))
        }
        _ => return None,
    })
}

fn dose_lines(locale: Locale, typed: &Typed, late: Option<CivilDate>) -> Vec<(String, String)> {
    let answer = |field, value: &str| dose_answer(locale, field, value);
    let day = late.map(|day| ("left-over-day", words::weekday_date(locale, day)));
    let lines = [
        answer("vaccine", &typed.vaccine),
        answer("dose", &typed.dose),
        answer("batch", typed.batch()),
        answer("vial", &typed.vial),
        day,
        answer("given_at", &typed.given_at),
        answer("site", &typed.site),
        Some(("confirm-reason", typed.reason.trim().to_owned())),
    ];
    let said = lines.into_iter().flatten().filter(|(_, value)| !value.is_empty());
    said.map(|(label, value)| (locale.t(label), value)).collect()
}

fn carried(typed: &Typed, late: Option<CivilDate>) -> Vec<(&'static str, String)> {
    let fields = typed.fields().into_iter().map(|(name, value)| match name {
        "batch" => (name, typed.batch()),
        _ => (name, value),
    });
    let fields = fields.filter(|(name, value)| CARRIED.contains(name) && !value.is_empty());
    let mut kept = owned(fields.collect());
    if let (Some(day), false) = (late, kept.is_empty()) {
        // Another day's dose is entered as from paper: with the day it was given and the day it was typed.
        kept.extend([("from", PAPER.to_owned()), ("day", day.to_string())]);
    }
    kept
}

#[cfg(test)]
impl LeftOver {
    /// Of a dose, of an adverse event, and of a form with a PIN.
    pub(super) fn samples(locale: Locale) -> [Self; 3] {
        let dose = Typed {
            vaccine: "COVISHIELD".to_owned(),
            dose: "1".to_owned(),
            batch: "4121Z025".to_owned(),
            given_at: "10:12".to_owned(),
            site: "left_upper_arm".to_owned(),
            day: "2026-11-19".to_owned(),
            ..Typed::default()
        };
        let path = "/staff/encounter/1/2";
        let event = super::aefi_form::Typed::sample();
        let aefi = Self {
            lines: event.lines(locale),
            again: Some(Way::again(path, event.again())),
            ..Self::default()
        };
        let secret = Self {
            again: Some(Way::back(path, "kept".to_owned())),
            ..aefi.clone()
        };
        [
            Self::of_dose((path, locale), &dose, super::tests::today()),
            aefi.or_onward(Way::found_again(&event)),
            secret,
        ]
    }
}
