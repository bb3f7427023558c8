//! A sheet of paper shown back before it is kept: each line in large letters.

use askama::Template;
use pramaan_app::held_dose::{HeldDose, HeldFor};

use super::dose::CONFIRMED;
use super::duty::Nav;
use super::paper_form::Typed;
use super::record::body_site;
use crate::web::kept::Fields;
use crate::web::page::Page;
use crate::web::words;

#[derive(Template)]
#[template(path = "staff/paper_confirm.html")]
pub(super) struct PaperConfirmPage {
    page: Page,
    nav: Nav,
    rows: Vec<Row>,
    /// The form, as it is sent on.
    hidden: Vec<(&'static str, String)>,
}

/// One line of the sheet in words.
struct Row {
    /// Its place on the sheet, from 1.
    line: usize,
    reference_id: String,
    vaccine: String,
    batch: String,
    vial: String,
    /// Day and time.
    given: String,
    site: String,
    /// The staff code of who gave it, where it was somebody else.
    given_by: String,
}

impl PaperConfirmPage {
    /// The lines that were filled in, and the sheet sealed as it is shown here.
    pub(super) fn new(
        page: Page,
        nav: Nav,
        typed: &Typed,
        (doses, seal): (&[(usize, HeldDose)], String),
    ) -> Self {
        let row = |(at, dose): &(usize, HeldDose)| Row {
            line: at + 1,
            reference_id: match &dose.who {
                HeldFor::Slip { reference_id, .. } => words::reference_id(*reference_id),
                HeldFor::New(new) => new.name.as_str().to_owned(),
            },
            vaccine: words::vaccine(page.locale, dose.vaccine),
            batch: dose.batch.as_str().to_owned(),
            vial: typed.vial.trim().to_owned(),
            given: words::instant(page.locale, dose.given_at),
            site: body_site(page.locale, dose.site),
            given_by: typed.given_by.trim().to_owned(),
        };
        let rows = doses.iter().map(row).collect();
        let fields = typed.fields().into_iter().filter(|(_, value)| !value.is_empty());
        let hidden = fields
            .map(|(field, value)| (field, value.to_owned()))
            .chain([("confirmed", CONFIRMED.to_owned()), ("shown", seal)]);
        Self {
            hidden: hidden.collect(),
            page,
            nav,
            rows,
        }
    }
}

#[cfg(test)]
impl PaperConfirmPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let now = pramaan_domain::time::Timestamp::from_seconds(1_795_321_800);
        let line = |n: usize| format!("reference_id_{n}=31415926535897&code_{n}=0123&given_at_{n}=17:30");
        let lines: Vec<String> = (1..=super::paper_form::LINES.len()).map(line).collect();
        let common = "day=2026-11-21&vaccine=COVISHIELD&batch=4121Z025&vial=7&site=left_upper_arm";
        let typed: Typed = crate::pairs::from_pairs(&format!("{common}&{}", lines.join("&"))).unwrap();
        let Ok((doses, _)) = typed.parse(now) else {
            unreachable!("a whole sheet");
        };
        let nav = Nav::role(pramaan_app::StaffRole::Vaccinator, super::duty::HOME);
        let sealed = "x".repeat(2 * typed.carry().len());
        vec![Self::new(page.clone(), nav, &typed, (&doses, sealed))]
    }
}
