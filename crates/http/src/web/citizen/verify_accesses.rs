//! Checking a person's extract of the log: in the reader's browser, by a script that has nobody to send it to. The page is the same
//! for everybody; what is chosen on it never comes here.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::access;
use super::layout::Nav;
use crate::web::asset;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::headers::Scripted;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/verify/accesses", get(show))
}

#[derive(Template)]
#[template(path = "citizen/verify_accesses.html")]
pub(super) struct VerifyAccessesPage {
    page: Page,
    nav: Nav,
    /// The key of this installation's log; empty where it could not be told.
    log_key: String,
    /// The scripts: what checks, and what shows it.
    scripts: [&'static str; 2],
    /// What the script says, each under the name by which it looks it up. `%name` stands for what it fills in.
    texts: Vec<(String, String)>,
}

impl VerifyAccessesPage {
    pub(super) fn new(page: Page, nav: Nav, log_key: String) -> Self {
        let text = |(name, id): (&str, &str)| (name.to_owned(), page.t(id));
        let mut texts: Vec<_> = TEXTS.map(text).into();
        texts.extend(access::vocabulary(page.locale));
        Self {
            page,
            nav,
            log_key,
            scripts: [asset::extract(), asset::accesses()],
            texts,
        }
    }
}

/// Outside of any login: the page needs none, and its script runs where no form could send anything.
async fn show(State(front): State<Front>, page: Page) -> Response {
    let log_key = front
        .app
        .log_key()
        .map_or_else(|_| String::new(), |key| key.to_string());
    let mut response = render(&VerifyAccessesPage::new(page, Nav::outside("/verify"), log_key));
    response.extensions_mut().insert(Scripted::Alone);
    response
}

const TEXTS: [(&str, &str); 48] = [
    ("working", "accesses-working"),
    ("nothing", "accesses-nothing"),
    ("large", "accesses-large"),
    ("holds", "accesses-holds"),
    ("none", "accesses-none"),
    ("one", "accesses-one"),
    ("many", "accesses-many"),
    ("unproven", "accesses-unproven"),
    ("open", "accesses-open"),
    ("quiet", "accesses-quiet"),
    ("span", "accesses-span"),
    ("key-file", "accesses-key-file"),
    ("key-known", "accesses-key-known"),
    ("key-here", "accesses-key-here"),
    ("alone-title", "accesses-alone-title"),
    ("head", "accesses-head"),
    ("unsigned-title", "accesses-unsigned-title"),
    ("unsigned", "accesses-unsigned"),
    ("fails", "accesses-fails"),
    ("place-file", "accesses-place-file"),
    ("place-entry", "accesses-place-entry"),
    ("place-day", "accesses-place-day"),
    ("why-format", "accesses-why-format"),
    ("why-origin", "accesses-why-origin"),
    ("why-key", "accesses-why-key"),
    ("why-signature", "accesses-why-signature"),
    ("why-checkpoint", "accesses-why-checkpoint"),
    ("why-month", "accesses-why-month"),
    ("why-day", "accesses-why-day"),
    ("why-number", "accesses-why-number"),
    ("why-leaf", "accesses-why-leaf"),
    ("why-tag", "accesses-why-tag"),
    ("why-detail", "accesses-why-detail"),
    ("why-words", "accesses-why-words"),
    ("why-inclusion", "accesses-why-inclusion"),
    ("why-present", "accesses-why-present"),
    ("why-absent", "accesses-why-absent"),
    ("told", "accesses-told"),
    ("entries", "accesses-entries"),
    ("entry", "accesses-entry"),
    ("staff", "accesses-staff"),
    ("centre", "accesses-centre"),
    ("changed", "accesses-changed"),
    ("erased", "accesses-erased"),
    ("where", "access-where"),
    ("fields", "access-fields"),
    ("basis", "access-basis"),
    ("reason", "access-reason"),
];
