//! Pages that explain: the privacy notice and help.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::beneficiary::NOTICE_VERSIONS;

use super::layout::Nav;
use super::visitor::Visitor;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/privacy", get(privacy))
        .route("/help", get(help))
}

/// One line of the itemised notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Item {
    pub(in crate::web) what: String,
    pub(in crate::web) why: String,
    /// None for what stays as long as the record.
    pub(in crate::web) kept: Option<String>,
}

/// The notice of today: everything that a registration takes, why, and for how long.
pub(in crate::web) fn notice(locale: Locale) -> Vec<Item> {
    const ITEMS: [(&str, &str, Option<&str>); 8] = [
        ("notice-name", "notice-name-why", None),
        ("notice-birth", "notice-birth-why", None),
        ("notice-gender", "notice-gender-why", None),
        ("notice-document", "notice-document-why", None),
        ("notice-mobile", "notice-mobile-why", None),
        ("notice-doses", "notice-doses-why", Some("notice-kept-doses")),
        (
            "notice-birth-date",
            "notice-birth-date-why",
            Some("notice-kept-birth-date"),
        ),
        ("notice-guardian", "notice-guardian-why", None),
    ];
    let item = |(what, why, kept): (&str, &str, Option<&str>)| Item {
        what: locale.t(what),
        why: locale.t(why),
        kept: kept.map(|id| locale.t(id)),
    };
    ITEMS.map(item).into()
}

/// The version of that notice.
pub(in crate::web) fn version() -> &'static str {
    NOTICE_VERSIONS.last().copied().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "citizen/privacy.html")]
pub(super) struct PrivacyPage {
    page: Page,
    nav: Nav,
    notice: Vec<Item>,
    version: &'static str,
}

impl PrivacyPage {
    pub(super) fn new(page: Page, nav: Nav) -> Self {
        let notice = notice(page.locale);
        Self {
            page,
            nav,
            notice,
            version: version(),
        }
    }
}

async fn privacy(page: Page, visitor: Visitor) -> Response {
    render(&PrivacyPage::new(page, Nav::of(&visitor, "/privacy")))
}

#[derive(Template)]
#[template(path = "citizen/help.html")]
pub(super) struct HelpPage {
    page: Page,
    nav: Nav,
    questions: Vec<(String, String)>,
}

impl HelpPage {
    pub(super) fn new(page: Page, nav: Nav) -> Self {
        const QUESTIONS: [[&str; 2]; 6] = [
            ["help-phone-title", "help-phone-text"],
            ["help-lost-title", "help-lost-text"],
            ["help-otp-title", "help-otp-text"],
            ["help-wrong-title", "help-wrong-text"],
            ["help-unknown-title", "help-unknown-text"],
            ["help-access-title", "help-access-text"],
        ];
        let questions = QUESTIONS
            .map(|[title, text]| (page.t(title), page.t(text)))
            .into();
        Self { page, nav, questions }
    }
}

async fn help(page: Page, visitor: Visitor) -> Response {
    render(&HelpPage::new(page, Nav::of(&visitor, "/help")))
}
