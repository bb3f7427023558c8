//! What may open a record, and what did: the register of this release in words, with what the retention job did last. Of
//! nobody, for everybody, without a login.

mod machine;
mod words;

use std::sync::LazyLock;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::Engine;
use pramaan_app::inventory::{self, CommandOpens, Grant, Register, Way};
use pramaan_app::retention::Status;
use pramaan_domain::access::{ActorClass, Basis, Purpose};

use super::layout::Nav;
use super::visitor::Visitor;
use crate::web::error_page::render;
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;
use crate::web::words::instant;

const PATH: &str = "/transparency";

pub(super) fn routes() -> Router<Front> {
    Router::new()
        .route("/transparency", get(show))
        .route("/transparency.json", get(machine::show))
        .route("/transparency/register.json", get(machine::register))
}

/// What one class of actors may open.
struct Actor {
    who: String,
    grants: Vec<Allowed>,
}

/// One line of the policy matrix.
struct Allowed {
    purpose: String,
    basis: String,
    /// By class, such as `identity: name, gender`.
    opens: Vec<String>,
    /// Routes and jobs, as the program names them.
    ways: &'static [&'static str],
}

/// What the retention job did last.
struct Retained {
    /// A sentence: when, in which entry of the log, and what is overdue.
    sentence: String,
    /// The text that the entry commits to, and its salt in hexadecimal digits.
    told: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "citizen/transparency.html")]
pub(super) struct TransparencyPage {
    page: Page,
    nav: Nav,
    here: &'static str,
    hash: &'static str,
    actors: Vec<Actor>,
    /// Commands that open nothing, with commas.
    commands: String,
    retained: Retained,
}

impl TransparencyPage {
    pub(super) fn new(page: Page, nav: Nav, engine: Engine, retention: Option<&Status>) -> Self {
        let register = inventory::register();
        let closed = register.commands.iter();
        let closed = closed.filter(|command| command.opens == CommandOpens::Nothing);
        let commands: Vec<_> = closed.map(|command| command.name.as_str()).collect();
        Self {
            here: match engine {
                Engine::Sqlite => "transparency-here-one",
                Engine::Postgres => "transparency-here-many",
            },
            hash: inventory::hash(),
            actors: actors(page.locale, register),
            commands: commands.join(", "),
            retained: retained(page.locale, retention),
            page,
            nav,
        }
    }
}

async fn show(State(front): State<Front>, page: Page, visitor: Visitor) -> Response {
    let retention = front.app.retention();
    render(&TransparencyPage::new(
        page,
        Nav::of(&visitor, PATH),
        front.app.engine(),
        retention.as_deref(),
    ))
}

/// In the order of the matrix, each class of actors once.
fn actors(locale: Locale, register: &'static Register) -> Vec<Actor> {
    let mut actors: Vec<(ActorClass, Actor)> = Vec::new();
    for (number, grant) in register.matrix.iter().enumerate() {
        // A test sees that the register has no word that the domain does not know.
        let Some(class) = ActorClass::from_name(&grant.actor) else {
            continue;
        };
        let Some(allowed) = allowed(locale, register, (number, grant)) else {
            continue;
        };
        match actors.iter_mut().find(|(known, _)| *known == class) {
            Some((_, actor)) => actor.grants.push(allowed),
            None => actors.push((
                class,
                Actor {
                    who: words::actor(locale, class),
                    grants: vec![allowed],
                },
            )),
        }
    }
    actors.into_iter().map(|(_, actor)| actor).collect()
}

fn allowed(locale: Locale, register: &'static Register, (number, grant): (usize, &Grant)) -> Option<Allowed> {
    let of_class = |class: &str| {
        let fields = register.openable.iter();
        let fields =
            fields.filter(|openable| openable.class == class && grant.fields.contains(&openable.field));
        let fields: Vec<_> = fields
            .map(|openable| words::field(locale, &openable.field))
            .collect();
        format!("{}: {}", words::class(locale, class), fields.join(", "))
    };
    Some(Allowed {
        purpose: words::purpose(locale, Purpose::from_name(&grant.purpose)?),
        basis: words::basis(locale, Basis::from_name(&grant.basis)?),
        opens: register
            .classes(&grant.fields)
            .into_iter()
            .map(of_class)
            .collect(),
        ways: WAYS.get(number).map_or(&[], Vec::as_slice),
    })
}

/// The ways by the number of the first line of the matrix that allowed them. Every visitor's page has the same.
static WAYS: LazyLock<Vec<Vec<&'static str>>> = LazyLock::new(|| {
    let register = inventory::register();
    let allows = |grant: &Grant, way: &Way| {
        (&grant.actor, &grant.basis, &grant.purpose) == (&way.actor, &way.basis, &way.purpose)
            && way.fields.iter().all(|field| grant.fields.contains(field))
    };
    let mut ways = vec![Vec::new(); register.matrix.len()];
    for way in &register.ways {
        let number = register.matrix.iter().position(|grant| allows(grant, way));
        if let Some(of_grant) = number.and_then(|number| ways.get_mut(number)) {
            of_grant.push(way.name.as_str());
        }
    }
    ways.iter_mut().for_each(Vec::dedup);
    ways
});

fn retained(locale: Locale, status: Option<&Status>) -> Retained {
    let Some(status) = status else {
        return Retained {
            sentence: locale.t("transparency-retention-not-yet"),
            told: None,
        };
    };
    let overdue: Vec<_> = status.overdue().map(|age| age.kept.table).collect();
    let judged = match overdue.is_empty() {
        true => locale.t("transparency-retention-in-time"),
        false => locale.t_with(
            "transparency-retention-overdue",
            &[("tables", overdue.join(", "))],
        ),
    };
    let last = status.last.as_ref().map(|run| {
        let at = ("at", instant(locale, run.at));
        let entry = ("entry", run.index.to_string());
        locale.t_with("transparency-retention-last", &[at, entry])
    });
    let sentences = last.into_iter().chain([judged]).collect::<Vec<_>>();
    let told = status.last.as_ref();
    Retained {
        sentence: sentences.join(" "),
        told: told.map(|run| (run.told.clone(), machine::hex(&run.salt))),
    }
}

#[cfg(test)]
impl TransparencyPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::outside(PATH);
        let new = |engine, status: Option<&Status>| Self::new(page.clone(), nav, engine, status);
        let [fine, late] = [3, 400].map(tests::status);
        vec![
            new(Engine::Sqlite, None),
            new(Engine::Sqlite, Some(&fine)),
            new(Engine::Postgres, Some(&late)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use pramaan_app::retention::{Age, KEPT, Run};
    use pramaan_domain::time::Timestamp;

    use super::*;

    /// The oldest row of each table is so many days old.
    pub(super) fn status(days: i64) -> Status {
        let age = |kept| Age {
            kept,
            seconds: Some(days * 86_400),
        };
        let at = Timestamp::from_seconds(1_795_321_800);
        Status {
            at,
            ages: KEPT.into_iter().filter(|kept| kept.days > 5).map(age).collect(),
            last: Some(Run {
                index: 1_234_567,
                at,
                salt: [7; 32],
                told: "pramaan-retention/1\n2026-11-22T04:30:00.000Z\nidempotency 12 3 7\n".to_owned(),
            }),
        }
    }

    #[test]
    fn every_line_of_the_register_is_on_the_page() {
        let register = inventory::register();
        let actors = actors(Locale::En, register);
        let grants: usize = actors.iter().map(|actor| actor.grants.len()).sum();
        assert_eq!(grants, register.matrix.len());
        for way in &register.ways {
            let is_here = |actor: &Actor| {
                let mut ways = actor.grants.iter().flat_map(|grant| grant.ways);
                ways.any(|name| *name == way.name)
            };
            assert!(actors.iter().any(is_here), "{way:?}");
        }
        let fields = register
            .openable
            .iter()
            .map(|openable| words::field(Locale::En, &openable.field));
        assert!(
            fields.clone().all(|field| !field.is_empty()),
            "{:?}",
            fields.collect::<Vec<_>>()
        );
    }

    #[test]
    fn what_is_overdue_is_named() {
        let late = retained(Locale::En, Some(&status(400)));
        assert!(
            late.sentence.contains("idempotency") && !late.sentence.contains("staff_event"),
            "{}",
            late.sentence
        );
        assert!(
            !retained(Locale::En, Some(&status(3)))
                .sentence
                .contains("idempotency")
        );
    }
}
