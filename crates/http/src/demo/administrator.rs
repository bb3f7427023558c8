//! Be the dishonest administrator, and then the auditor who finds it: the demonstration's own log, really altered.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};
use pramaan_app::public_log::{Audit, DELETE, Deed, EDIT};
use pramaan_app::{App, StoreError};

use super::{Demo, Yourself};
use crate::web::Front;
use crate::web::csrf::CsrfForm;
use crate::web::error_page::{ErrorPage, Problem};
use crate::web::page::Page;

const HERE: &str = "/demo/administrator";

#[derive(Template)]
#[template(path = "demo/administrator.html")]
struct AdministratorPage {
    page: Page,
    deeds: Vec<Done>,
    /// What could not be done, because no look by a nurse is left to hide.
    undone: Option<&'static str>,
    edit: &'static str,
    delete: &'static str,
}

/// A deed that stands.
struct Done {
    id: &'static str,
    entry: u64,
}

#[derive(Template)]
#[template(path = "demo/auditor.html")]
struct AuditorPage<'a> {
    page: Page,
    audit: Audit,
    yourself: &'a Yourself,
}

pub(super) async fn show(page: Page, Extension(demo): Extension<Arc<Demo>>) -> Response {
    shown(page, &demo, None)
}

fn shown(page: Page, demo: &Demo, undone: Option<&'static str>) -> Response {
    let done = |(deed, entry)| Done {
        id: match deed {
            Deed::Edit => "administrator-edited",
            Deed::Delete => "administrator-deleted",
        },
        entry,
    };
    let locale = page.locale;
    let page = AdministratorPage {
        page,
        deeds: demo.dishonesty.deeds().into_iter().map(done).collect(),
        undone,
        edit: EDIT,
        delete: DELETE,
    };
    answer(page.render(), locale)
}

pub(super) async fn act(
    State(front): State<Front>,
    page: Page,
    Extension(demo): Extension<Arc<Demo>>,
    form: CsrfForm<BTreeMap<String, String>>,
) -> Response {
    let Some(deed) = form.0.get("deed") else {
        return ErrorPage::new(page.locale, Problem::BadRequest).into_response();
    };
    let app: &App = &front.app;
    let undone = match deed.as_str() {
        "edit" => hide(app, &demo, Deed::Edit).await,
        "delete" => hide(app, &demo, Deed::Delete).await,
        "repent" => app.repent(&demo.dishonesty).await.map(|()| None),
        _ => return ErrorPage::new(page.locale, Problem::BadRequest).into_response(),
    };
    match undone {
        Ok(None) => Redirect::to(HERE).into_response(),
        Ok(nothing_left) => shown(page, &demo, nothing_left),
        Err(error) => ErrorPage::new(page.locale, Problem::of(&error)).into_response(),
    }
}

/// Alters a row; answers the text for when no look by a nurse is left to hide.
async fn hide(app: &App, demo: &Demo, deed: Deed) -> Result<Option<&'static str>, StoreError> {
    let nothing_left = match deed {
        Deed::Edit => "administrator-no-edit",
        Deed::Delete => "administrator-no-delete",
    };
    let hidden = app.be_dishonest(&demo.dishonesty, deed).await?;
    Ok(hidden.is_none().then_some(nothing_left))
}

pub(super) async fn audit(
    State(front): State<Front>,
    page: Page,
    Extension(demo): Extension<Arc<Demo>>,
) -> Response {
    let locale = page.locale;
    match front.app.audit_log().await {
        Ok(audit) => {
            let page = AuditorPage {
                page,
                audit,
                yourself: &demo.yourself,
            };
            answer(page.render(), locale)
        }
        Err(error) => ErrorPage::new(locale, Problem::of(&error)).into_response(),
    }
}

fn answer(html: askama::Result<String>, locale: crate::web::i18n::Locale) -> Response {
    match html {
        Ok(html) => Html(html).into_response(),
        Err(_) => ErrorPage::new(locale, Problem::Internal).into_response(),
    }
}
