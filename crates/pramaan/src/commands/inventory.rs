//! `pramaan inventory`: the register that is part of this program, for people and for other programs.

use std::process::ExitCode;

use pramaan_app::inventory::{self, About, Line};
use serde_json::{Value, json};

use crate::cli::Inventory;
use crate::say;

/// Columns of a terminal at most.
const WIDTH: usize = 100;
/// Where a purpose begins.
const INDENT: usize = 52;

/// What each kind of field is, in the order of the register.
const KINDS: [(&str, &str); 6] = [
    ("stored", "STORED: columns of the database"),
    ("inside", "INSIDE: parts of values that are sealed as a whole"),
    ("sent", "SENT: parts of messages, in and out"),
    (
        "file",
        "FILE: in files outside the database, by the module that writes them",
    ),
    ("cookie", "COOKIE: kept by the browsers of people and staff"),
    (
        "logged",
        "LOGGED: fields of the program's own log lines, which name nobody",
    ),
];

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Persons,
    All,
}

pub(crate) fn run(options: &Inventory) -> anyhow::Result<ExitCode> {
    let scope = if options.all { Scope::All } else { Scope::Persons };
    let text = match (options.json, scope) {
        (false, scope) => in_words(scope),
        (true, Scope::Persons) => of_persons()?,
        (true, Scope::All) => inventory::TEXT.to_owned(),
    };
    say::line(text.trim_end());
    Ok(ExitCode::SUCCESS)
}

fn shown(scope: Scope) -> impl Iterator<Item = &'static Line> {
    let lines = inventory::register().fields.iter();
    lines.filter(move |line| scope == Scope::All || line.about.is_about_persons())
}

/// One object: `format`, `register` (the hash) and `fields`, each as in the register.
fn of_persons() -> anyhow::Result<String> {
    let fields: Vec<String> = shown(Scope::Persons)
        .map(|line| serde_json::to_string(&value(line)))
        .collect::<Result<_, _>>()?;
    Ok(format!(
        "{{\n\"format\": \"pramaan-inventory/1\",\n\"register\": \"sha256:{}\",\n\"fields\": [\n{}\n]\n}}",
        inventory::hash(),
        fields.join(",\n")
    ))
}

fn value(line: &Line) -> Value {
    json!({
        "kind": line.kind, "of": line.of, "field": line.field, "form": line.form, "about": about(line.about),
        "class": line.class, "protection": line.protection, "kept": line.kept, "purpose": line.purpose,
    })
}

const fn about(about: About) -> &'static str {
    match about {
        About::Person => "person",
        About::Row => "row",
        About::Place => "place",
        About::Constant => "constant",
        About::Nobody => "nobody",
        About::Log => "log",
    }
}

fn in_words(scope: Scope) -> String {
    let mut text = match scope {
        Scope::Persons => "Every field about a person that this program stores, sends or logs.\n".to_owned(),
        Scope::All => "Every field that this program stores, sends or logs.\n".to_owned(),
    };
    text.push_str("Field, class, protection, what for. Kept: for how long.\n");
    for (kind, heading) in KINDS {
        text.push_str(&format!("\n{heading}\n"));
        let lines: Vec<_> = shown(scope).filter(|line| line.kind == kind).collect();
        for group in lines.chunk_by(|a, b| a.of == b.of) {
            push_group(&mut text, group);
        }
    }
    text.push_str(&format!("\nregister sha256:{}\n", inventory::hash()));
    text
}

/// One table or struct: its name, how long most of it is kept, and a line for each field.
fn push_group(text: &mut String, group: &[&Line]) {
    let Some(first) = group.first() else { return };
    let same = |kept: &str| group.iter().filter(|line| line.kept == kept).count();
    let kept = group.iter().max_by_key(|line| same(&line.kept));
    let kept = kept.map_or("", |line| line.kept.as_str());
    text.push('\n');
    if !first.of.is_empty() {
        text.push_str(&format!("{}\n", first.of));
    }
    match kept.starts_with("stays: ") {
        true => push_wrapped(text, "  ", 9, kept),
        false => push_wrapped(text, "  kept: ", 8, kept),
    }
    for line in group {
        let class = match line.about {
            About::Person => line.class.as_str(),
            other => about(other),
        };
        let head = format!("  {:<27} {class:<10} {:<9} ", line.field, line.protection);
        let purpose = match line.kept == kept {
            true => line.purpose.clone(),
            false => format!("{}; kept {}", line.purpose, line.kept),
        };
        if head.chars().count() > INDENT {
            text.push_str(&format!("  {}\n", line.field));
            let head = format!("  {:<27} {class:<10} {:<9} ", "", line.protection);
            push_wrapped(text, &head, INDENT, &purpose);
        } else {
            push_wrapped(text, &head, INDENT, &purpose);
        }
    }
}

/// `head`, then words up to the width, further lines under the first word.
fn push_wrapped(text: &mut String, head: &str, indent: usize, words: &str) {
    let mut line = head.to_owned();
    for word in words.split(' ') {
        let begun = !line.trim_end().is_empty() && !line.ends_with(' ');
        if begun && line.chars().count() + 1 + word.chars().count() > WIDTH {
            text.push_str(line.trim_end());
            text.push('\n');
            line = " ".repeat(indent);
        } else if begun {
            line.push(' ');
        }
        line.push_str(word);
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_somebody_lives_is_no_word_of_it() {
        for text in [in_words(Scope::Persons), of_persons().unwrap()] {
            let text = text.to_ascii_lowercase();
            for word in ["address", "street"] {
                let at = text
                    .find(word)
                    .map(|at| text[at.saturating_sub(60)..at + 20].to_owned());
                assert_eq!(at, None, "{word}");
            }
            for word in ["birth_year", "mobile", "device_ix", "person_key"] {
                assert!(text.contains(word), "{word}");
            }
        }
    }

    #[test]
    fn places_and_constants_are_shown_when_asked_for() {
        let all = in_words(Scope::All);
        for word in [
            "streetAddress",
            "  address                     constant",
            "pincode",
        ] {
            assert!(all.contains(word), "{word}");
        }
        assert!(!in_words(Scope::Persons).contains("pincode"));
    }

    #[test]
    fn it_fits_a_terminal_and_ends_with_the_hash() {
        for text in [in_words(Scope::Persons), in_words(Scope::All)] {
            let wide: Vec<_> = text.lines().filter(|line| line.chars().count() > WIDTH).collect();
            assert!(wide.is_empty(), "{wide:#?}");
            assert!(text.ends_with(&format!("register sha256:{}\n", inventory::hash())));
        }
    }

    #[test]
    fn the_json_has_the_same_lines_and_names_the_register() {
        let read: Value = serde_json::from_str(&of_persons().unwrap()).unwrap();
        assert_eq!(read["register"], format!("sha256:{}", inventory::hash()));
        let fields = read["fields"].as_array().unwrap();
        assert_eq!(fields.len(), shown(Scope::Persons).count());
        let name = fields
            .iter()
            .find(|field| field["of"] == "person" && field["field"] == "name");
        let name = name.unwrap();
        assert_eq!(
            (&name["class"], &name["protection"]),
            (&json!("identity"), &json!("sealed"))
        );
    }
}
