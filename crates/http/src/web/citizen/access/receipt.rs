//! The receipt of one entry, as a file: that the entry is in the public log. Nothing is opened for it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use pramaan_app::access_receipt::AccessReceipt;
use pramaan_app::{Citizen, Refusal};

use crate::web::citizen::layout::Nav;
use crate::web::citizen::refusal;
use crate::web::citizen::visitor::SignedIn;
use crate::web::error_page::{render, soon};
use crate::web::front::Front;
use crate::web::page::Page;

/// An entry that the next publication has.
#[derive(Template)]
#[template(path = "citizen/receipt_soon.html")]
pub(in crate::web) struct SoonPage {
    page: Page,
    nav: Nav,
    place: String,
}

pub(super) async fn take(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path((place, entry)): Path<(String, String)>,
) -> Response {
    match made(&front, &citizen, &place, &entry).await {
        Ok(AccessReceipt::Made(file)) => download(&entry, file),
        Ok(AccessReceipt::NotPublished) => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            let shown = SoonPage {
                page,
                nav: Nav::inside("/household"),
                place,
            };
            soon(status, (status, render(&shown)).into_response())
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn made(front: &Front, citizen: &Citizen, place: &str, entry: &str) -> Result<AccessReceipt, Refusal> {
    let place = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    let index = entry.parse().map_err(|_| Refusal::NoEntry)?;
    front.app.access_receipt(citizen, place, index).await
}

fn download(entry: &str, file: String) -> Response {
    // A number by now: it named an entry.
    let name = format!("attachment; filename=\"pramaan-receipt-{entry}.txt\"");
    let name = HeaderValue::try_from(name).unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    (
        [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)],
        file,
    )
        .into_response()
}

#[cfg(test)]
impl SoonPage {
    pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
        let soon = Self {
            nav: Nav::inside("/household"),
            place: "1".to_owned(),
            page: page.clone(),
        };
        vec![soon]
    }
}
