//! Printed one-time codes, for staff without a phone: who has how many, and a sheet to print.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use pramaan_app::staff::{PrintedSheet, SheetOf};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::staff::StaffCode;
use serde::Deserialize;

use super::duty::{Nav, OnDuty};
use super::refusal;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words;

const HERE: &str = "/staff/sheets";
/// The entry of the navigation from which these pages are reached.
pub(super) const FROM: &str = "/staff/people";

pub(super) fn routes() -> Router<Front> {
    Router::new().route(HERE, get(show).post(print))
}

#[derive(Template)]
#[template(path = "staff/sheet.html")]
pub(super) struct SheetsPage {
    page: Page,
    nav: Nav,
    form: FormState,
    reader: StaffRole,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "staff/sheet_printed.html")]
pub(super) struct PrintedPage {
    page: Page,
    nav: Nav,
    code: String,
    codes: Vec<String>,
    until: String,
}

struct Line {
    code: String,
    left: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    code: String,
}

async fn show(State(front): State<Front>, page: Page, OnDuty(staff): OnDuty) -> Response {
    list(&front, page, &staff, FormState::new()).await
}

async fn print(
    State(front): State<Front>,
    page: Page,
    OnDuty(staff): OnDuty,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    let printed = match StaffCode::parse(&typed.code) {
        Ok(code) => front.app.print_sheet(&staff, code).await,
        Err(_) => Err(Refusal::Invalid {
            field: "code",
            sentence: String::new(),
        }),
    };
    match printed {
        Ok(sheet) => render(&PrintedPage::new(page, Nav::of(&staff, FROM), &sheet)),
        Err(Refusal::Invalid { .. }) => {
            let form = FormState::new()
                .value_of("code", &typed.code)
                .error_at("code", Message::new("sheet-code-unknown"));
            let again = list(&front, page, &staff, form).await;
            (StatusCode::UNPROCESSABLE_ENTITY, again).into_response()
        }
        Err(refused) => refusal::page(page, Nav::of(&staff, FROM), &refused),
    }
}

async fn list(front: &Front, page: Page, staff: &Staff, form: FormState) -> Response {
    let nav = Nav::of(staff, FROM);
    match front.app.sheets(staff).await {
        Ok(sheets) => render(&SheetsPage {
            lines: sheets.iter().map(|sheet| Line::new(page.locale, sheet)).collect(),
            page,
            nav,
            form,
            reader: staff.role(),
        }),
        Err(refused) => refusal::page(page, nav, &refused),
    }
}

impl Line {
    fn new(locale: Locale, sheet: &SheetOf) -> Self {
        let left = match sheet.left {
            None => locale.t("sheet-none"),
            Some(left) => locale.t_with(
                "sheet-left",
                &[
                    ("left", left.left.to_string()),
                    ("used", left.used.to_string()),
                    ("until", words::date(locale, left.expires_at.date())),
                ],
            ),
        };
        Self {
            code: sheet.member.code.to_string(),
            left,
        }
    }
}

impl SheetsPage {
    /// A district has more people than a page.
    fn asks_code(&self) -> bool {
        self.reader == StaffRole::DistrictAdmin
    }
}

impl PrintedPage {
    fn new(page: Page, nav: Nav, sheet: &PrintedSheet) -> Self {
        Self {
            code: sheet.code.to_string(),
            codes: sheet.codes.iter().map(|code| code.spelled()).collect(),
            until: words::date(page.locale, sheet.expires_at.date()),
            page,
            nav,
        }
    }
}

#[cfg(test)]
impl SheetsPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let line = |left: &str| Line {
            code: "MH-0001".to_owned(),
            left: left.to_owned(),
        };
        let with = |reader, form, lines| Self {
            page: page.clone(),
            nav: Nav::role(reader, FROM),
            form,
            reader,
            lines,
        };
        let wrong = FormState::new().error_at("code", Message::new("sheet-code-unknown"));
        vec![
            with(StaffRole::DistrictAdmin, wrong, vec![line("7")]),
            with(StaffRole::SiteManager, FormState::new(), Vec::new()),
        ]
    }
}

#[cfg(test)]
impl PrintedPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        vec![Self {
            page: page.clone(),
            nav: Nav::role(StaffRole::SiteManager, FROM),
            code: "MH-0001".to_owned(),
            codes: vec!["1234 5678".to_owned(), "8765 4321".to_owned()],
            until: words::date(page.locale, super::tests::today()),
        }]
    }
}
