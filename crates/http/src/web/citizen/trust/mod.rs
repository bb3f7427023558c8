//! What the log of looks proves and what it cannot: by how this installation runs, and by who attacks it.

mod rows;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::Engine;
use pramaan_app::public_log::WitnessHealth;

use super::layout::Nav;
use super::visitor::Visitor;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::page::Page;
use rows::{Row, Shape};

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/trust", get(trust))
}

/// How the running program is deployed, as far as it can know: which engine, and whether a policy names witnesses. Where
/// these run, and whose they are, the page leaves to the operator and the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deployment {
    pub(super) engine: Engine,
    pub(super) witnesses: WitnessHealth,
}

impl Deployment {
    /// Whether the answers of a shape hold here. With witnesses they are those of that shape, whatever the database.
    fn is(self, shape: Shape) -> bool {
        let witnessed = self.witnesses != WitnessHealth::None;
        match shape {
            Shape::Witnessed => witnessed,
            Shape::Alone => !witnessed && self.engine == Engine::Sqlite,
            Shape::Apart => !witnessed && self.engine == Engine::Postgres,
        }
    }

    const fn stored(self) -> &'static str {
        match self.engine {
            Engine::Sqlite => "trust-here-alone",
            Engine::Postgres => "trust-here-apart",
        }
    }

    const fn witnessed(self) -> &'static str {
        match self.witnesses {
            WitnessHealth::None => "trust-here-unwitnessed",
            WitnessHealth::Fresh { .. } => "trust-here-witnessed",
            WitnessHealth::Awaited => "trust-here-awaited",
            WitnessHealth::Stale { .. } | WitnessHealth::Stopped { .. } => "trust-here-silent",
        }
    }
}

/// One shape with its answers.
struct Part {
    id: &'static str,
    name: String,
    is_here: bool,
    answers: Vec<Answer>,
}

/// What one attacker gets.
struct Answer {
    who: String,
    opens: String,
    left: String,
    alters: String,
    tests: &'static [&'static str],
}

impl Answer {
    fn new(row: &Row, page: &Page) -> Self {
        Self {
            who: page.t(row.attacker.id()),
            opens: page.t(row.opens),
            left: page.t(row.left.id()),
            alters: page.t(row.alters),
            tests: row.tests,
        }
    }
}

#[derive(Template)]
#[template(path = "citizen/trust.html")]
pub(super) struct TrustPage {
    page: Page,
    nav: Nav,
    stored: &'static str,
    witnessed: String,
    parts: Vec<Part>,
}

impl TrustPage {
    /// `witnesses`: the names of their keys.
    pub(super) fn new(page: Page, nav: Nav, deployment: Deployment, witnesses: &[String]) -> Self {
        let part = |shape: Shape| Part {
            id: shape.id(),
            name: page.t(shape.id()),
            is_here: deployment.is(shape),
            answers: rows::of(shape).map(|row| Answer::new(row, &page)).collect(),
        };
        Self {
            parts: Shape::ALL.map(part).into(),
            stored: deployment.stored(),
            witnessed: page.t1(deployment.witnessed(), "names", witnesses.join(", ")),
            page,
            nav,
        }
    }

    /// One of each deployment, for the tests of all pages.
    #[cfg(test)]
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::outside("/trust");
        let witnesses = [
            WitnessHealth::None,
            WitnessHealth::Fresh { seconds: 1 },
            WitnessHealth::Stale { seconds: 400 },
            WitnessHealth::Awaited,
        ];
        let deployments = [Engine::Sqlite, Engine::Postgres]
            .into_iter()
            .flat_map(|engine| witnesses.map(|witnesses| Deployment { engine, witnesses }));
        deployments
            .map(|deployment| Self::new(page.clone(), nav, deployment, &["witness.example/one".to_owned()]))
            .collect()
    }
}

async fn trust(State(front): State<Front>, page: Page, visitor: Visitor) -> Response {
    let nav = Nav::of(&visitor, "/trust");
    let deployment = Deployment {
        engine: front.app.engine(),
        witnesses: front.app.witness_health(),
    };
    render(&TrustPage::new(page, nav, deployment, front.app.witness_names()))
}
