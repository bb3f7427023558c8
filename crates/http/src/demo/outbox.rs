//! The phone: messages that were sent, and the one-time codes of staff.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::response::{Html, IntoResponse, Response};
use pramaan_app::sms::Sms;
use pramaan_domain::mobile::Mobile;
use serde::Deserialize;

use super::Demo;
use crate::query::Query;
use crate::web::error_page::{ErrorPage, Problem};
use crate::web::page::Page;

/// Messages on the page at most.
const LATEST: usize = 40;

#[derive(Deserialize)]
pub(super) struct Asked {
    mobile: Option<String>,
}

struct Shown {
    to: String,
    text: String,
    at: String,
}

struct Code {
    staff: String,
    role: &'static str,
    code: String,
}

#[derive(Template)]
#[template(path = "demo/outbox.html")]
struct OutboxPage {
    page: Page,
    messages: Vec<Shown>,
    codes: Vec<Code>,
}

/// A page for people, newest first; with `?mobile=`, plain text for programs: that number's messages, newest last, one a line.
pub(super) async fn show(
    page: Page,
    Extension(demo): Extension<Arc<Demo>>,
    Query(asked): Query<Asked>,
) -> Response {
    match asked.mobile {
        Some(mobile) => plain(&demo, &mobile),
        None => html(page, &demo),
    }
}

fn plain(demo: &Demo, mobile: &str) -> Response {
    let texts: Vec<String> = match Mobile::parse(mobile) {
        Ok(mobile) => demo
            .outbox
            .to(&mobile)
            .into_iter()
            .map(|sms| sms.text + "\n")
            .collect(),
        Err(_) => Vec::new(),
    };
    texts.concat().into_response()
}

fn html(page: Page, demo: &Demo) -> Response {
    let locale = page.locale;
    let messages = demo.outbox.latest(LATEST).iter().rev().map(shown).collect();
    let codes = demo.staff.iter().filter_map(|account| {
        let code = (demo.code_of)(&account.code)?;
        Some(Code {
            staff: account.code.clone(),
            role: account.role,
            code,
        })
    });
    let outbox = OutboxPage {
        page,
        messages,
        codes: codes.collect(),
    };
    match outbox.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => ErrorPage::new(locale, Problem::Internal).into_response(),
    }
}

fn shown(sms: &Sms) -> Shown {
    Shown {
        to: sms.to.as_str().to_owned(),
        text: sms.text.clone(),
        at: sms.at.time_of_day().format("%H:%M").to_string(),
    }
}
