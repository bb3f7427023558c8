//! `policy/register.json`: the same inventory for programs, with how long each field is kept and by which ways records are
//! opened. One line a field and one a way, so that a difference is read line by line. docs/inventory.md describes it.

use anyhow::{Context, Result, bail};
use pramaan_domain::access::{ActorClass, Basis, Purpose};
use serde::Serialize;

use super::declared::{Declared, Meaning};
use super::field::{Field, Kind, words};

/// What a line of the register is about.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum About {
    Person,
    /// The row of a table that has persons in it.
    Row,
    Place,
    Constant,
    Nobody,
    Log,
}

#[derive(Serialize)]
struct Line<'a> {
    kind: &'static str,
    of: &'a str,
    field: &'a str,
    form: &'a str,
    about: About,
    class: &'a str,
    protection: &'a str,
    kept: String,
    purpose: &'a str,
}

#[derive(Serialize)]
struct Openable<'a> {
    field: &'a str,
    class: &'a str,
}

/// Who may open what for which purpose; with `kind` and `name`, by which way it was.
#[derive(Serialize)]
struct Opening<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    actor: &'a str,
    basis: &'a str,
    purpose: &'a str,
    fields: Vec<&'a str>,
}

/// A command of the program.
#[derive(Serialize)]
struct Command<'a> {
    name: &'a str,
    opens: &'a str,
}

/// What a command may open: nothing of its own.
const COMMANDS_OPEN: [&str; 4] = [
    "nothing",
    "compares sealed details, tells nothing",
    "as the routes and jobs",
    "made-up people",
];

/// Words that say where somebody lives. Nothing about a person may hold one, names and notes included.
const NEVER: [&str; 2] = ["address", "street"];

/// The register. `openings` is the text of policy/openings.txt, `matrix` that of policy/matrix.txt.
pub(super) fn text(
    fields: &[Field],
    declared: &Declared,
    openable: &[&str],
    (openings, matrix): (&str, &str),
) -> Result<String> {
    let lines = lines(fields, declared);
    let spoken: Vec<_> = lines.iter().filter_map(says_where).collect();
    if !spoken.is_empty() {
        bail!(
            "the inventory of fields about persons is not right:\n{}",
            spoken.join("\n")
        );
    }
    let classes = openable.iter().map(|field| Openable {
        field,
        class: declared.class(field).unwrap_or_default(),
    });
    let matrix: Vec<_> = rows(matrix).map(|row| granted(&row)).collect::<Result<_>>()?;
    let (commands, ways): (Vec<_>, Vec<_>) =
        rows(openings).partition(|row| row.first().is_some_and(|name| name.starts_with("COMMAND ")));
    let commands: Vec<_> = commands.iter().map(|row| command(row)).collect::<Result<_>>()?;
    let mut ways: Vec<_> = ways.iter().map(|row| way(row)).collect::<Result<_>>()?;
    // The same for everybody of the story.
    ways.dedup_by_key(|way| json(way).unwrap_or_default());
    let parts = [
        ("fields", list(lines.iter())?),
        ("openable", list(classes)?),
        ("matrix", list(matrix.iter())?),
        ("ways", list(ways.iter())?),
        ("commands", list(commands.iter())?),
    ];
    let parts = parts.map(|(name, list)| format!("\"{name}\": [\n{list}\n]"));
    Ok(format!(
        "{{\n\"format\": \"pramaan-register/1\",\n{}\n}}\n",
        parts.join(",\n")
    ))
}

/// How long what is in a table or a sealed value is kept; none of what is sent, which is not kept by being sent.
pub(super) fn kept_of_owner(kind: Kind, owner: &str, declared: &Declared) -> Option<String> {
    match kind {
        Kind::Stored => Some(declared.retention(owner)?.to_string()),
        Kind::Inside => {
            let column = declared.within(owner)?;
            let table = column.split('.').next().unwrap_or_default();
            let kept = declared.retention(column).or_else(|| declared.retention(table));
            Some(match kept {
                Some(kept) => format!("in {column}, {kept}"),
                None => column.to_owned(),
            })
        }
        Kind::File => declared.kept(owner).map(str::to_owned),
        Kind::Sent | Kind::Cookie | Kind::Logged => None,
    }
}

fn lines<'a>(fields: &'a [Field], declared: &'a Declared) -> Vec<LineOf<'a>> {
    let mut lines: Vec<_> = fields
        .iter()
        .map(|field| LineOf {
            meaning: declared.meaning(field),
            kept: kept(field, declared),
            with_people: with_people(field, fields, declared),
            field,
        })
        .collect();
    // Log lines have no owner: they go by name, each once.
    let name = |line: &LineOf<'a>| match line.field.kind {
        Kind::Logged => line.field.name.as_str(),
        _ => "",
    };
    lines.sort_by_key(|line| (line.field.kind, name(line)));
    lines.dedup_by(|a, b| !name(a).is_empty() && name(a) == name(b));
    lines
}

struct LineOf<'a> {
    field: &'a Field,
    meaning: Option<Meaning>,
    kept: String,
    with_people: bool,
}

impl LineOf<'_> {
    fn line(&self) -> Line<'_> {
        let (about, class, protection, purpose) = match &self.meaning {
            Some(Meaning::About {
                class,
                protection,
                purpose,
            }) => (
                About::Person,
                class.as_str(),
                protection.as_str(),
                purpose.as_str(),
            ),
            Some(Meaning::Bookkeeping(sentence)) if self.with_people => {
                (About::Row, "", "", sentence.as_str())
            }
            Some(Meaning::Bookkeeping(sentence)) => (About::Nobody, "", "", sentence.as_str()),
            Some(Meaning::Place) => (About::Place, "", "", ""),
            Some(Meaning::Constant) => (
                About::Constant,
                "",
                "",
                "the program writes the same in every message",
            ),
            Some(Meaning::Logged(sentence)) => (About::Log, "", "", sentence.as_str()),
            Some(Meaning::Nobody) | None => (About::Nobody, "", "", ""),
        };
        Line {
            kind: self.field.kind.name(),
            of: &self.field.owner,
            field: &self.field.name,
            form: &self.field.form,
            about,
            class,
            protection,
            kept: self.kept.clone(),
            purpose,
        }
    }
}

impl Serialize for LineOf<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.line().serialize(serializer)
    }
}

fn with_people(field: &Field, fields: &[Field], declared: &Declared) -> bool {
    fields
        .iter()
        .filter(|other| other.kind == field.kind && other.owner == field.owner)
        .any(|other| matches!(declared.meaning(other), Some(Meaning::About { .. })))
}

fn kept(field: &Field, declared: &Declared) -> String {
    let protection = match declared.meaning(field) {
        Some(Meaning::About { protection, .. }) => protection,
        _ => String::new(),
    };
    match (field.kind, field.form.as_str(), protection.as_str()) {
        (Kind::Stored, ..) => {
            let column = declared.retention(&format!("{}.{}", field.owner, field.name));
            let kept = column.or_else(|| declared.retention(&field.owner));
            kept.map(ToString::to_string).unwrap_or_default()
        }
        (Kind::Inside, ..) => kept_of_owner(field.kind, &field.owner, declared).unwrap_or_default(),
        (Kind::File | Kind::Cookie, ..) => {
            let kept = declared.kept(super::complete::kept_by(field));
            kept.unwrap_or_default().to_owned()
        }
        (Kind::Sent, "request", "sealed" | "keyed" | "clear" | "random id") => {
            "as what is stored of it".to_owned()
        }
        (Kind::Sent, ..) => "not kept by being sent".to_owned(),
        (Kind::Logged, ..) => "as long as the operator keeps logs".to_owned(),
    }
}

/// Nothing about a person speaks of where they live, not even to deny it: a search for the words finds nothing.
fn says_where(line: &LineOf<'_>) -> Option<String> {
    let line = line.line();
    if matches!(line.about, About::Place | About::Constant | About::Nobody) {
        return None;
    }
    let said = [line.of, line.field, line.purpose, &line.kept].join(" ");
    let word = words(&said)
        .into_iter()
        .find(|word| NEVER.iter().any(|never| word.contains(never)))?;
    Some(format!(
        "{} {}.{} has the word `{word}`: write `network_prefix`, `email` or what else it is",
        line.kind, line.of, line.field
    ))
}

/// The columns of each line that is none of the header.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.split('|').map(str::trim).collect())
}

fn granted<'a>(row: &[&'a str]) -> Result<Opening<'a>> {
    let [actor, basis, purpose, fields] = row else {
        bail!("policy/matrix.txt: `{}` has not four columns", row.join(" | "))
    };
    Ok(Opening {
        kind: None,
        name: None,
        actor,
        basis,
        purpose,
        fields: fields.split(' ').collect(),
    })
}

fn command<'a>(row: &[&'a str]) -> Result<Command<'a>> {
    match row {
        [name, opens] if COMMANDS_OPEN.contains(opens) => Ok(Command {
            name: name.trim_start_matches("COMMAND "),
            opens,
        }),
        _ => bail!(
            "policy/openings.txt: `{}` is not `COMMAND name | WHAT` with one of {}",
            row.join(" | "),
            COMMANDS_OPEN.join(", ")
        ),
    }
}

/// `GET /path` or `JOB name`, and what it opened of whom.
fn way<'a>(row: &[&'a str]) -> Result<Opening<'a>> {
    let [name, actor, basis, purpose, fields, ..] = row else {
        bail!("policy/openings.txt: `{}` has too few columns", row.join(" | "))
    };
    let known = ActorClass::from_name(actor).is_some()
        && Basis::from_name(basis).is_some()
        && Purpose::from_name(purpose).is_some();
    if !known {
        bail!(
            "policy/openings.txt: `{}` has words that policy does not know",
            row.join(" | ")
        );
    }
    let (kind, name) = match name.split_once(' ').context("a way without a name")? {
        ("JOB", job) => ("job", job),
        _ => ("route", *name),
    };
    Ok(Opening {
        kind: Some(kind),
        name: Some(name),
        actor,
        basis,
        purpose,
        fields: fields.split(' ').collect(),
    })
}

fn list(lines: impl Iterator<Item = impl Serialize>) -> Result<String> {
    let lines: Vec<_> = lines.map(|line| json(&line)).collect::<Result<_>>()?;
    Ok(lines.join(",\n"))
}

fn json(line: &impl Serialize) -> Result<String> {
    Ok(serde_json::to_string(line)?)
}
