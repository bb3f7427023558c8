//! Taking one's own data along: the page that says what to prove first, and the file. Nothing of a person is on the page.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use pramaan_app::access_extract::Missing;
use pramaan_app::own_data::{OwnDataFile, Taken};
use pramaan_app::{Citizen, Refusal};

use super::json::File;
use crate::web::citizen::layout::Nav;
use crate::web::citizen::refusal;
use crate::web::citizen::visitor::SignedIn;
use crate::web::csrf::{CsrfForm, Nothing};
use crate::web::error_page::render;
use crate::web::form::FormState;
use crate::web::front::Front;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "citizen/own_data_file.html")]
pub(in crate::web::citizen) struct OwnDataFilePage {
    page: Page,
    nav: Nav,
    /// Of the PIN, which another page takes.
    form: FormState,
    place: usize,
    /// What has to be proved first.
    lacks: Option<Missing>,
}

pub(super) async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
) -> Response {
    let locale = page.locale;
    let asked = asked(&front, page, &citizen, &place).await;
    asked.unwrap_or_else(|refused| refusal::page(locale, &refused))
}

async fn asked(front: &Front, page: Page, citizen: &Citizen, place: &str) -> Result<Response, Refusal> {
    let place = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    let lacks = front.app.lacks_for_extract(citizen, place).await?;
    Ok(render(&OwnDataFilePage {
        page,
        nav: Nav::inside("/household"),
        form: FormState::new(),
        place,
        lacks,
    }))
}

pub(super) async fn take(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    CsrfForm(Nothing {}): CsrfForm<Nothing>,
) -> Response {
    let locale = page.locale;
    let taken = taken(&front, page, &citizen, &place).await;
    taken.unwrap_or_else(|refused| refusal::page(locale, &refused))
}

async fn taken(front: &Front, page: Page, citizen: &Citizen, place: &str) -> Result<Response, Refusal> {
    let number = place.parse().map_err(|_| Refusal::UnknownBeneficiary)?;
    let request = "POST /household/{place}/data/file";
    match front.app.own_data_file(citizen, number, request).await? {
        OwnDataFile::Made(taken) => Ok(download(front, place, &taken)),
        // The page says what to prove.
        OwnDataFile::ProveAgain(_) => {
            let again = asked(front, page, citizen, place).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}

fn download(front: &Front, place: &str, taken: &Taken) -> Response {
    let file = File::new(taken, place, front.app.now());
    // Structs of texts and numbers always serialise.
    let bytes = serde_json::to_vec_pretty(&file).unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"pramaan-data.json\"",
        ),
    ];
    (headers, bytes).into_response()
}

#[cfg(test)]
impl OwnDataFilePage {
    pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
        [None, Some(Missing::Otp), Some(Missing::Pin)]
            .map(|lacks| Self {
                page: page.clone(),
                nav: Nav::inside("/household"),
                form: FormState::new(),
                place: 1,
                lacks,
            })
            .into()
    }
}
