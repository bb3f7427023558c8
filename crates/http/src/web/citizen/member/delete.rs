//! Deleting a member, after asking.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use pramaan_app::{Citizen, HouseholdLeft, Refusal};
use pramaan_domain::reference_id::ReferenceId;
use serde::Deserialize;

use super::Shown;
use crate::web::citizen::layout::Nav;
use crate::web::citizen::refusal;
use crate::web::citizen::visitor::{SESSION, SignedIn, with_cookie};
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{ErrorPage, Problem, render};
use crate::web::form::FormState;
use crate::web::front::Front;
use crate::web::page::Page;

#[derive(Template)]
#[template(path = "citizen/delete.html")]
pub(in crate::web::citizen) struct DeletePage {
    page: Page,
    nav: Nav,
    form: FormState,
    name: String,
    reference: String,
    action: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Meant {
    reference: String,
}

pub(super) async fn ask(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
) -> Response {
    delete_page(&front, page, &citizen, &place, FormState::new()).await
}

async fn delete_page(front: &Front, page: Page, citizen: &Citizen, place: &str, form: FormState) -> Response {
    let request = "GET /household/{place}/delete";
    match Shown::at(front, citizen, place, request, page.locale).await {
        Ok(member) => render(&DeletePage {
            page,
            nav: Nav::inside("/household"),
            form,
            name: member.name,
            reference: member.typed.reference,
            action: format!("/household/{place}/delete"),
        }),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

pub(super) async fn delete(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    Path(place): Path<String>,
    CsrfForm(meant): CsrfForm<Meant>,
) -> Response {
    let Ok(id) = ReferenceId::parse(&meant.reference) else {
        return ErrorPage::new(page.locale, Problem::BadRequest).into_response();
    };
    match front.app.delete_beneficiary(&citizen, id).await {
        Ok(HouseholdLeft::WithMembers) => Redirect::to("/household?done=deleted").into_response(),
        // Nothing is left that this login could be of.
        Ok(HouseholdLeft::Nothing) => with_cookie(
            Redirect::to("/login?why=erased").into_response(),
            Some(SESSION.clear()),
        ),
        Err(
            refused @ (Refusal::HasDose | Refusal::HasAppointment | Refusal::RecordOpen | Refusal::CameOfAge),
        ) => {
            let (_, message) = refusal::about_member(&refused);
            let form = FormState::new().error_at("confirm", message);
            let again = delete_page(&front, page, &citizen, &place, form).await;
            (StatusCode::CONFLICT, again).into_response()
        }
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::web::form::Message;

    impl DeletePage {
        pub(in crate::web::citizen) fn samples(page: &Page) -> Vec<Self> {
            let refused = FormState::new().error_at("confirm", Message::new("error-has-appointment"));
            [FormState::new(), refused]
                .map(|form| Self {
                    page: page.clone(),
                    nav: Nav::inside("/household"),
                    form,
                    name: "Asha Devi".to_owned(),
                    reference: "12345678901234".to_owned(),
                    action: "/household/1/delete".to_owned(),
                })
                .into()
        }
    }
}
