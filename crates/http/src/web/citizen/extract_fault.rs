//! What a person is told whose list the public log does not agree with: what it means, what to keep, and whom to tell.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use pramaan_app::access_extract::{Check, Fault, FaultPlace};

use super::layout::Nav;
use super::words;
use crate::web::error_page::render;
use crate::web::page::Page;

/// The form's answer that asks for the file that fails.
pub(super) const KEEP: &str = "file";

#[derive(Template)]
#[template(path = "citizen/extract_fault.html")]
pub(super) struct ExtractFaultPage {
    page: Page,
    nav: Nav,
    /// The address of the member's list.
    list: String,
    /// What is wrong, and where.
    place: String,
    why: String,
    meaning: String,
    /// The word of the check, for whoever looks into it.
    check: Option<&'static str>,
    /// The months that were asked for: the file is made once more when it is wanted. None where no file could be made.
    keep: Option<(String, String)>,
}

impl ExtractFaultPage {
    /// `months` as they were typed: the first and the last.
    pub(super) fn new(page: Page, place: usize, fault: &Fault, (first, last): (&str, &str)) -> Self {
        Self {
            nav: Nav::inside("/household"),
            list: format!("/household/{place}/access"),
            place: match fault.place {
                FaultPlace::List => page.t("fault-at-list"),
                FaultPlace::Entry(index) => page.t1("fault-at-entry", "entry", index),
                FaultPlace::Day(day) => words::date(page.locale, day),
            },
            why: page.t(fault.check.map_or("fault-why-none", why)),
            meaning: page.t(meaning(fault)),
            check: fault.check.map(Check::name),
            keep: fault.file.as_ref().map(|_| (first.to_owned(), last.to_owned())),
            page,
        }
    }

    /// 409: nothing is wrong with what was asked for, and asking again does not help.
    pub(super) fn answer(self) -> Response {
        (StatusCode::CONFLICT, render(&self)).into_response()
    }
}

/// The sentence of a check, as the page says it that checks such a file.
const fn why(check: Check) -> &'static str {
    match check {
        Check::Format => "accesses-why-format",
        Check::Origin => "accesses-why-origin",
        Check::Key => "accesses-why-key",
        Check::Signature => "accesses-why-signature",
        Check::Checkpoint => "accesses-why-checkpoint",
        Check::Month => "accesses-why-month",
        Check::Day => "accesses-why-day",
        Check::Number => "accesses-why-number",
        Check::Leaf => "accesses-why-leaf",
        Check::Tag => "accesses-why-tag",
        Check::Detail => "accesses-why-detail",
        Check::Words => "accesses-why-words",
        Check::Inclusion => "accesses-why-inclusion",
        Check::Present => "accesses-why-present",
        Check::Absent => "accesses-why-absent",
    }
}

const fn meaning(fault: &Fault) -> &'static str {
    match (fault.check, fault.place) {
        (Some(Check::Number | Check::Present | Check::Absent), _) => "fault-means-number",
        (Some(Check::Leaf | Check::Tag | Check::Detail | Check::Words), FaultPlace::Entry(_)) => {
            "fault-means-entry"
        }
        _ => "fault-means-log",
    }
}

#[cfg(test)]
impl ExtractFaultPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let file = Some(Vec::new());
        let fault = |check, place, file| Fault { check, place, file };
        let mut faults: Vec<Fault> = Check::ALL
            .into_iter()
            .map(|check| fault(Some(check), FaultPlace::Entry(4711), file.clone()))
            .collect();
        faults.push(fault(Some(Check::Present), FaultPlace::Day(day), file.clone()));
        faults.push(fault(None, FaultPlace::List, None));
        let sample = |fault: &Fault| Self::new(page.clone(), 1, fault, ("2", "0"));
        faults.iter().map(sample).collect()
    }
}
