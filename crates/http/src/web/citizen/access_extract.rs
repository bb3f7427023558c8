//! Taking home the list of who read a record, as a file that anybody can check: which months, and a proof of these minutes
//! that it is the person who asks. Nothing of a person is on this page, only a place in the family's list.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{Datelike, Months};
use http::{HeaderValue, StatusCode, header};
use pramaan_app::access_extract::{AccessExtract, ExtractMonths, Fault, MONTHS_BACK, Missing};
use pramaan_app::{Citizen, Refusal};
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::extract_fault::{self, ExtractFaultPage};
use super::layout::Nav;
use super::visitor::SignedIn;
use super::{refusal, words};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{form_again, render};
use crate::web::form::{Choice, FormState, Message};
use crate::web::front::Front;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/household/{place}/access/extract", get(show).post(take))
}

#[derive(Template)]
#[template(path = "citizen/access_extract.html")]
pub(super) struct AccessExtractPage {
    page: Page,
    nav: Nav,
    form: FormState,
    place: usize,
    /// What has to be proved first.
    lacks: Option<Missing>,
    /// Since when the log is late, in words.
    late: Option<String>,
    /// The last twelve, newest first; a value is how many months ago it was.
    months: Vec<Choice>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Typed {
    first: String,
    last: String,
    /// `rooted` to take the list as far as the log goes.
    reach: String,
    /// [`extract_fault::KEEP`] to take a file that does not hold.
    keep: String,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
) -> Response {
    match asked(&front, page.clone(), &citizen, &place, suggested()).await {
        Ok(asked) => render(&asked),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

/// The last three months.
fn suggested() -> FormState {
    FormState::new().value_of("first", "2").value_of("last", "0")
}

async fn asked(
    front: &Front,
    page: Page,
    citizen: &Citizen,
    place: &str,
    form: FormState,
) -> Result<AccessExtractPage, Refusal> {
    let place = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    let lacks = front.app.lacks_for_extract(citizen, place).await?;
    Ok(AccessExtractPage {
        nav: Nav::inside("/household"),
        form,
        place,
        lacks,
        late: None,
        months: months(&page, front.app.today()),
        page,
    })
}

fn months(page: &Page, today: CivilDate) -> Vec<Choice> {
    let month = |ago: u32| {
        let date = today.with_day(1)?.checked_sub_months(Months::new(ago))?;
        let label = words::month_of_year(page.locale, date.year(), date.month());
        Some(Choice::new(ago.to_string(), label))
    };
    (0..MONTHS_BACK).filter_map(month).collect()
}

async fn take(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    CsrfForm(typed): CsrfForm<Typed>,
) -> Response {
    match taken(&front, &citizen, &place, &typed).await {
        Ok(file) => file,
        Err(Again::Refused(refused)) => refusal::page(page.locale, &refused),
        Err(Again::Form(form)) => match asked(&front, page.clone(), &citizen, &place, form).await {
            Ok(asked) => form_again(StatusCode::UNPROCESSABLE_ENTITY, render(&asked)),
            Err(refused) => refusal::page(page.locale, &refused),
        },
        Err(Again::Late(form, since)) => match asked(&front, page.clone(), &citizen, &place, form).await {
            Ok(asked) => render(&asked.late_since(since)),
            Err(refused) => refusal::page(page.locale, &refused),
        },
        Err(Again::Fault(number, fault)) => {
            let months = (typed.first.as_str(), typed.last.as_str());
            ExtractFaultPage::new(page, number, &fault, months).answer()
        }
    }
}

/// What the form says to take a list that ends early.
const ROOTED: &str = "rooted";

/// Why there is no file.
enum Again {
    Form(FormState),
    /// The log owes roots of days since then.
    Late(FormState, CivilDate),
    /// Of the member at this place.
    Fault(usize, Fault),
    Refused(Refusal),
}

impl AccessExtractPage {
    fn late_since(self, since: CivilDate) -> Self {
        let late = Some(words::date(self.page.locale, since));
        Self { late, ..self }
    }
}

async fn taken(front: &Front, citizen: &Citizen, place: &str, typed: &Typed) -> Result<Response, Again> {
    let chosen = || {
        FormState::new()
            .value_of("first", typed.first.as_str())
            .value_of("last", typed.last.as_str())
    };
    let wrong = |message| Again::Form(chosen().error_at("first", Message::new(message)));
    let number = place
        .parse()
        .map_err(|_| Again::Refused(Refusal::UnknownBeneficiary))?;
    let (Ok(first), Ok(last)) = (typed.first.parse(), typed.last.parse()) else {
        return Err(wrong("extract-months-wrong"));
    };
    let months = ExtractMonths::ago(first, last, front.app.today());
    let mut months = months.ok_or_else(|| wrong("extract-months-wrong"))?;
    if typed.reach == ROOTED {
        months = months.as_far_as_rooted();
    }
    let request = "POST /household/{place}/access/extract";
    let made = front.app.access_extract(citizen, number, months, request).await;
    match made.map_err(Again::Refused)? {
        AccessExtract::Made(file) => Ok(download(file, GOOD)),
        AccessExtract::RootsLate(since) => Err(Again::Late(chosen(), since)),
        AccessExtract::DoesNotHold(Fault { file: Some(file), .. }) if typed.keep == extract_fault::KEEP => {
            Ok(download(file, FAILING))
        }
        AccessExtract::DoesNotHold(fault) => Err(Again::Fault(number, fault)),
        // The page says what to prove.
        AccessExtract::ProveAgain(_) => Err(Again::Form(chosen())),
        AccessExtract::NothingPublished => Err(wrong("extract-unpublished")),
    }
}

/// Under which names files are taken home.
const GOOD: &str = "attachment; filename=\"pramaan-accesses.json.gz\"";
const FAILING: &str = "attachment; filename=\"pramaan-accesses-that-fail.json.gz\"";

fn download(file: Vec<u8>, name: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/gzip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    (headers, file).into_response()
}

#[cfg(test)]
impl AccessExtractPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let sample = |lacks, form| Self {
            nav: Nav::inside("/household"),
            form,
            place: 1,
            lacks,
            late: None,
            months: months(page, today),
            page: page.clone(),
        };
        let wrong = suggested().error_at("first", Message::new("extract-months-wrong"));
        vec![
            sample(None, suggested()),
            sample(None, wrong),
            sample(None, suggested()).late_since(today),
            sample(Some(Missing::Otp), suggested()),
            sample(Some(Missing::Pin), suggested()),
        ]
    }
}
