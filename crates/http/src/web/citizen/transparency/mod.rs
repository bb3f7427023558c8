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
use pramaan_app::retention::{Agreement, Pulse, Run, Standing};
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
        .route("/transparency/retention/{index}", get(machine::told))
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

/// How the retention job stands.
struct Retained {
    /// When it ran and told last, what is overdue and what could not be deleted, as of now.
    sentences: String,
    last: Option<Told>,
}

/// The job's last entry of the log.
struct Told {
    index: u64,
    /// The text that the entry commits to, and its salt in hexadecimal digits.
    text: String,
    salt: String,
}

#[derive(Template)]
#[template(path = "citizen/transparency.html")]
pub(super) struct TransparencyPage {
    page: Page,
    nav: Nav,
    here: &'static str,
    hash: &'static str,
    actors: Vec<Actor>,
    /// Commands that compare sealed details and tell nothing of them, with commas.
    comparing: String,
    /// Commands that open nothing, with commas.
    commands: String,
    retained: Retained,
}

impl TransparencyPage {
    pub(super) fn new(page: Page, nav: Nav, engine: Engine, retention: &Standing) -> Self {
        let register = inventory::register();
        let named = |opens: CommandOpens| {
            let commands = register.commands.iter().filter(|command| command.opens == opens);
            let names: Vec<_> = commands.map(|command| command.name.as_str()).collect();
            names.join(", ")
        };
        Self {
            here: match engine {
                Engine::Sqlite => "transparency-here-one",
                Engine::Postgres => "transparency-here-many",
            },
            hash: inventory::hash(),
            actors: actors(page.locale, register),
            comparing: named(CommandOpens::Compares),
            commands: named(CommandOpens::Nothing),
            retained: retained(page.locale, retention),
            page,
            nav,
        }
    }
}

async fn show(State(front): State<Front>, page: Page, visitor: Visitor) -> Response {
    render(&TransparencyPage::new(
        page,
        Nav::of(&visitor, PATH),
        front.app.engine(),
        &front.app.retention(),
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

fn retained(locale: Locale, standing: &Standing) -> Retained {
    let last = standing.seen.as_ref().and_then(|status| status.last.as_ref());
    let sentences = [
        ran(locale, standing),
        last.map(|run| told(locale, run)),
        judged(locale, standing),
        (!standing.failed.is_empty()).then(|| {
            let tables = standing.failed.join(", ");
            locale.t_with("transparency-retention-failed", &[("tables", tables)])
        }),
    ];
    Retained {
        sentences: sentences.into_iter().flatten().collect::<Vec<_>>().join(" "),
        last: last.map(|run| Told {
            index: run.index,
            text: run.told.clone(),
            salt: machine::hex(&run.salt),
        }),
    }
}

/// When the job ran last in this process.
fn ran(locale: Locale, standing: &Standing) -> Option<String> {
    let now = ("now", instant(locale, standing.now));
    Some(match &standing.seen {
        None => locale.t_with("transparency-retention-not-yet", &[now]),
        Some(status) => {
            let at = ("at", instant(locale, status.at));
            locale.t_with("transparency-retention-ran", &[at, now])
        }
    })
}

fn told(locale: Locale, run: &Run) -> String {
    let at = ("at", instant(locale, run.at));
    let entry = ("entry", run.index.to_string());
    locale.t_with(
        match run.leaf {
            Agreement::Holds => "transparency-retention-last",
            Agreement::Differs => "transparency-retention-altered",
        },
        &[at, entry],
    )
}

/// What is overdue; nothing is said of it before the first run.
fn judged(locale: Locale, standing: &Standing) -> Option<String> {
    if standing.pulse == Pulse::Silent {
        return Some(locale.t("transparency-retention-silent"));
    }
    standing.seen.as_ref()?;
    Some(match standing.overdue.is_empty() {
        true => locale.t("transparency-retention-in-time"),
        false => {
            let tables = standing.overdue.join(", ");
            locale.t_with("transparency-retention-overdue", &[("tables", tables)])
        }
    })
}

#[cfg(test)]
impl TransparencyPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        let nav = Nav::outside(PATH);
        let new = |engine, standing: Standing| Self::new(page.clone(), nav, engine, &standing);
        let [unseen, fine, late] = [None, Some(3), Some(400)].map(tests::standing);
        let failing = Standing {
            failed: vec!["visit", "idempotency"],
            ..tests::standing(Some(3))
        };
        vec![
            new(Engine::Sqlite, unseen),
            new(Engine::Sqlite, fine),
            new(Engine::Postgres, late),
            new(Engine::Postgres, tests::silent()),
            new(Engine::Sqlite, failing),
            new(Engine::Sqlite, tests::altered()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use pramaan_app::retention::{Age, KEPT, Oldest, Status};
    use pramaan_domain::time::Timestamp;

    use super::*;

    /// The oldest row of each table is so many days old; none before the first run.
    pub(super) fn standing(days: Option<i64>) -> Standing {
        let now = Timestamp::from_seconds(1_795_321_800);
        let seen = days.map(|days| status(days, now));
        Standing {
            now,
            overdue: seen.as_ref().map_or_else(Vec::new, |status| status.overdue(now)),
            seen: seen.map(Arc::new),
            pulse: Pulse::Runs,
            failed: Vec::new(),
            seconds: 60,
        }
    }

    pub(super) fn silent() -> Standing {
        Standing {
            pulse: Pulse::Silent,
            seconds: 7_201,
            ..standing(Some(3))
        }
    }

    /// The text of the last entry is another than its leaf commits to.
    pub(super) fn altered() -> Standing {
        let mut status = status(3, Timestamp::from_seconds(1_795_321_800));
        if let Some(run) = &mut status.last {
            run.leaf = Agreement::Differs;
        }
        Standing {
            seen: Some(Arc::new(status)),
            ..standing(Some(3))
        }
    }

    fn status(days: i64, at: Timestamp) -> Status {
        let age = |kept| Age {
            kept,
            oldest: Oldest::Seconds(days * 86_400),
        };
        Status {
            at,
            ages: KEPT.into_iter().filter(|kept| kept.days > 5).map(age).collect(),
            failed: Vec::new(),
            last: Some(Run {
                index: 1_234_567,
                before: Some(1_234_000),
                at,
                salt: [7; 32],
                told: "pramaan-retention/1\n2026-11-22T04:30:00.000Z\nidempotency 12 3 7\n".to_owned(),
                leaf: Agreement::Holds,
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
    fn the_page_says_what_is_overdue_what_failed_and_that_the_job_is_silent() {
        let says = |standing: &Standing| retained(Locale::En, standing).sentences;
        let late = says(&standing(Some(400)));
        assert!(
            late.contains("idempotency") && !late.contains("staff_event"),
            "{late}"
        );
        assert!(says(&standing(Some(3))).contains("Nothing is overdue"));
        let failing = Standing {
            failed: vec!["visit"],
            ..standing(Some(3))
        };
        assert!(says(&failing).contains("could not be deleted or seen: visit"));
        for unknown in [says(&silent()), says(&standing(None))] {
            assert!(!unknown.contains("Nothing is overdue"), "{unknown}");
        }
        assert!(says(&silent()).contains("has not run for more than two hours"));
        assert!(says(&altered()).contains("was altered"));
    }
}
