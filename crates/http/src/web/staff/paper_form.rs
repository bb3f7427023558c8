//! The form into which a sheet of paper is typed: what all lines have in common, and eight lines.

use std::collections::BTreeMap;

use pramaan_app::held_dose::{HeldDose, HeldFor, TypedOn};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use super::dose_form::{GivenTyped, keep, time_on};
use super::held_dose_form;
use crate::web::form::{FormState, Message};
use crate::web::kept::Fields;

/// The fields of one line, in the order of the page.
pub(super) struct Names {
    pub(super) reference_id: &'static str,
    pub(super) code: &'static str,
    pub(super) given_at: &'static str,
}

macro_rules! names {
    ($($n:literal)*) => {
        [$(Names {
            reference_id: concat!("reference_id_", $n),
            code: concat!("code_", $n),
            given_at: concat!("given_at_", $n),
        }),*]
    };
}

/// Every line, from the first.
pub(super) const LINES: [Names; 8] = names!(1 2 3 4 5 6 7 8);

/// A sheet as it was typed.
#[derive(Clone, Default, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
pub(super) struct Typed {
    /// On which all were given.
    pub(super) day: String,
    pub(super) vaccine: String,
    pub(super) batch: String,
    pub(super) vial: String,
    pub(super) site: String,
    /// Who gave them, if that is somebody else.
    pub(super) given_by: String,
    pub(super) lines: Vec<Line>,
    /// `yes` from the page that showed everything back.
    pub(super) confirmed: String,
    /// The sheet as that page showed it, sealed: nothing else is kept by its press.
    pub(super) shown: String,
    /// `change` when somebody came back from there, `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

/// One line, as many as the page has.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Line {
    pub(super) reference_id: String,
    pub(super) code: String,
    pub(super) given_at: String,
}

impl Line {
    pub(super) fn is_empty(&self) -> bool {
        [&self.reference_id, &self.code, &self.given_at]
            .iter()
            .all(|typed| typed.trim().is_empty())
    }
}

impl From<BTreeMap<String, String>> for Typed {
    fn from(mut sent: BTreeMap<String, String>) -> Self {
        let mut take = |name: &str| sent.remove(name).unwrap_or_default();
        Self {
            day: take("day"),
            vaccine: take("vaccine"),
            batch: take("batch"),
            vial: take("vial"),
            site: take("site"),
            given_by: take("given_by"),
            lines: LINES
                .iter()
                .map(|names| Line {
                    reference_id: take(names.reference_id),
                    code: take(names.code),
                    given_at: take(names.given_at),
                })
                .collect(),
            confirmed: take("confirmed"),
            shown: take("shown"),
            step: take("step"),
            kept: take("kept"),
        }
    }
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields: Vec<(&'static str, &str)> = vec![
            ("day", &self.day),
            ("vaccine", &self.vaccine),
            ("batch", &self.batch),
            ("vial", &self.vial),
            ("site", &self.site),
            ("given_by", &self.given_by),
        ];
        for (names, line) in LINES.iter().zip(&self.lines) {
            fields.extend([
                (names.reference_id, line.reference_id.as_str()),
                (names.code, line.code.as_str()),
                (names.given_at, line.given_at.as_str()),
            ]);
        }
        fields
    }
}

impl Typed {
    /// Before anybody typed.
    pub(super) fn suggested(today: CivilDate) -> Self {
        Self {
            day: today.to_string(),
            ..Self::default()
        }
    }

    /// The lines that were filled in, each with its place on the page, and who gave them.
    ///
    /// # Errors
    /// The form with an error beside each field that cannot be read; beside the first line when none was filled in.
    pub(super) fn parse(&self, now: Timestamp) -> Result<(Vec<(usize, HeldDose)>, TypedOn), FormState> {
        let day = self.day.trim().parse().ok().filter(|day| *day <= now.date());
        let (form, day) = keep(self.form(), "day", day, "held-day-wrong");
        let vaccine = Vaccine::parse(&self.vaccine).ok();
        let (mut form, vaccine) = keep(form, "vaccine", vaccine, "dose-vaccine-wrong");
        let on = self.on();
        if on.is_err() {
            form = form.error_at("given_by", Message::new("paper-giver-wrong"));
        }
        let common = GivenTyped {
            batch: &self.batch,
            vial: &self.vial,
            given_at: "00:00",
            site: &self.site,
        };
        let day = day.unwrap_or(now.date());
        let (mut form, given) = common.parse_on(form, (day, now));
        let mut doses = Vec::new();
        for (at, (names, line)) in LINES.iter().zip(&self.lines).enumerate() {
            if line.is_empty() {
                continue;
            }
            let read = line.read(form, names, (day, now));
            form = read.0;
            if let (Some((who, given_at)), Some(vaccine), Some(given)) = (read.1, vaccine, &given) {
                doses.push((
                    at,
                    HeldDose {
                        who,
                        vaccine,
                        batch: given.batch.clone(),
                        vial: given.vial.clone(),
                        given_at,
                        site: given.site,
                        reason: None,
                    },
                ));
            }
        }
        if self.lines.iter().all(Line::is_empty) {
            form = form.error_at("reference_id_1", Message::new("paper-nothing"));
        }
        match (form.is_valid(), on) {
            (true, Ok(on)) => Ok((doses, on)),
            _ => Err(form),
        }
    }

    fn on(&self) -> Result<TypedOn, FormState> {
        let typed = held_dose_form::Typed {
            from: held_dose_form::PAPER.to_owned(),
            given_by: self.given_by.clone(),
            ..held_dose_form::Typed::default()
        };
        typed.typed_on()
    }
}

impl Line {
    fn read(
        &self,
        form: FormState,
        names: &Names,
        when: (CivilDate, Timestamp),
    ) -> (FormState, Option<(HeldFor, Timestamp)>) {
        let digits: String = self.reference_id.split_whitespace().collect();
        let id = ReferenceId::parse(&digits).ok();
        let (form, id) = keep(form, names.reference_id, id, "held-reference-wrong");
        let (form, code) = keep(form, names.code, self.code.parse().ok(), "evidence-code-shape");
        let given_at = time_on(&self.given_at, when);
        let (form, given_at) = keep(form, names.given_at, given_at, "held-time-wrong");
        let read = match (id, code, given_at) {
            (Some(id), Some(code), Some(given_at)) => Some((HeldFor::slip(id, code), given_at)),
            _ => None,
        };
        (form, read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pairs;

    /// 2026-11-22 10:00 in Asia/Kolkata.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_321_800);

    fn sheet(more: &str) -> Typed {
        let common = "day=2026-11-21&vaccine=COVISHIELD&batch=4121Z025&site=left_upper_arm";
        pairs::from_pairs(&format!("{common}&{more}")).unwrap()
    }

    #[test]
    fn a_paper_sheet_is_read_line_by_line_and_empty_lines_are_left_out() {
        let typed = sheet("reference_id_2=31415926535897&code_2=0123&given_at_2=17:30");
        let (doses, _) = typed.parse(NOW).unwrap();
        assert_eq!(doses.len(), 1);
        assert_eq!(
            (doses[0].0, doses[0].1.given_at.date().to_string().as_str()),
            (1, "2026-11-21")
        );
        let carried = pairs::from_pairs::<Typed>(&typed.carry()).unwrap();
        assert_eq!(carried.fields(), typed.fields());
    }

    #[test]
    fn a_paper_line_that_is_half_filled_is_named_and_nothing_typed_is_lost() {
        let typed = sheet("reference_id_1=3141&given_at_3=25:00");
        let form = typed.parse(NOW).err().unwrap();
        let fields: Vec<_> = form.errors().iter().map(|(field, _)| *field).collect();
        let expected = [
            "reference_id_1",
            "code_1",
            "given_at_1",
            "reference_id_3",
            "code_3",
            "given_at_3",
        ];
        assert_eq!(fields, expected);
        assert_eq!(form.value("given_at_3"), "25:00");
        let nothing = sheet("").parse(NOW).err().unwrap();
        assert!(nothing.error("reference_id_1").is_some());
    }
}
