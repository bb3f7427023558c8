//! Words and attributes that must not appear, and the one line that each crate must have.

use super::at;
use crate::tree::TextFile;

/// A text that must not appear in files for which `concerns` says yes.
struct Forbidden {
    text: &'static str,
    sentence: &'static str,
    concerns: fn(&str) -> bool,
}

const FORBIDDEN: &[Forbidden] = &[
    Forbidden {
        text: "/home/",
        sentence: "names a path of one machine",
        concerns: written_by_us,
    },
    Forbidden {
        text: "../shared/",
        sentence: "names a path outside the repository",
        concerns: written_by_us,
    },
    Forbidden {
        text: "TODO",
        sentence: "is an intention; finish it, or open an issue",
        concerns: written_by_us,
    },
    Forbidden {
        text: "FIXME",
        sentence: "is an intention; finish it, or open an issue",
        concerns: written_by_us,
    },
    Forbidden {
        text: "address_line",
        sentence: "is an address of a person, which is never collected",
        concerns: |path| {
            [".rs", ".sql", ".html", ".ftl", ".toml"]
                .iter()
                .any(|ending| path.ends_with(ending))
        },
    },
    Forbidden {
        text: "#[allow(",
        sentence: "hides a warning for ever; use #[expect(…, reason = \"…\")]",
        concerns: is_rust,
    },
];

/// Data that came from elsewhere and lists of dependencies keep their own words.
fn written_by_us(path: &str) -> bool {
    let data = path.starts_with("data/") || path.contains("/data/") || path.contains("/testdata/");
    !data && !path.ends_with(".lock") && !path.ends_with("package-lock.json")
}

fn is_rust(path: &str) -> bool {
    path.ends_with(".rs")
}

pub(super) fn check(file: &TextFile) -> Vec<String> {
    let mut found = Vec::new();
    for rule in FORBIDDEN.iter().filter(|rule| (rule.concerns)(&file.path)) {
        for (offset, _) in file.text.match_indices(rule.text) {
            if stands_alone(&file.text, offset, rule.text) {
                found.push(at(file, offset, &format!("{:?} {}", rule.text, rule.sentence)));
            }
        }
    }
    if is_rust(&file.path) {
        found.extend(header_allows(file));
        found.extend(expects_without_reason(file));
    }
    found.extend(crate_without_lints(file));
    found
}

/// A word that is only part of a longer one is another word; the other searches are not for words.
fn stands_alone(text: &str, offset: usize, word: &str) -> bool {
    if !word.chars().all(|c| c.is_ascii_uppercase()) {
        return true;
    }
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let before = text.get(..offset).and_then(|before| before.chars().next_back());
    let after = text
        .get(offset + word.len()..)
        .and_then(|after| after.chars().next());
    !before.is_some_and(part_of_word) && !after.is_some_and(part_of_word)
}

/// Whole files may be excused from lints only where tests live; there one header replaces a hundred attributes.
fn header_allows(file: &TextFile) -> Vec<String> {
    let tests = ["/tests/", "/benches/", "/src/testing"]
        .iter()
        .any(|folder| file.path.contains(folder));
    let offsets = file.text.match_indices("#![allow(").filter(|_| !tests);
    offsets
        .map(|(offset, _)| {
            at(
                file,
                offset,
                "#![allow( is for the header of integration tests; use #![expect(",
            )
        })
        .collect()
}

fn expects_without_reason(file: &TextFile) -> Vec<String> {
    let mut found = Vec::new();
    for opening in ["#[expect(", "#![expect("] {
        for (offset, _) in file.text.match_indices(opening) {
            let attribute = file
                .text
                .get(offset..)
                .and_then(|rest| rest.split(")]").next())
                .unwrap_or_default();
            if !attribute.contains("reason") {
                found.push(at(file, offset, "an expected warning needs a reason"));
            }
        }
    }
    found
}

fn crate_without_lints(file: &TextFile) -> Option<String> {
    let manifest = file.path.starts_with("crates/") && file.path.ends_with("/Cargo.toml");
    let linted = file.text.contains("[lints]\nworkspace = true");
    (manifest && !linted).then(|| format!("{}: lacks `[lints] workspace = true`", file.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        })
    }

    #[track_caller]
    fn broken(path: &str, text: &str) {
        assert_eq!(found(path, text).len(), 1, "{path}: {text}");
    }

    #[track_caller]
    fn kept(path: &str, text: &str) {
        assert_eq!(found(path, text), Vec::<String>::new(), "{path}: {text}");
    }

    #[test]
    fn paths_of_a_machine_are_found_in_any_file_but_not_in_data() {
        broken("README.md", "see /home/x");
        broken("crates/app/src/lib.rs", "// ../shared/clients");
        kept("data/places.csv", "/home/");
        kept("README.md", "framework/ and library");
    }

    #[test]
    fn intentions_are_found_as_words() {
        broken("crates/app/src/lib.rs", "// TODO(#3) later");
        broken("docs/a.md", "FIXME");
        kept("crates/app/src/lib.rs", "let autodo = TODOS; clippy::todo");
    }

    #[test]
    fn an_address_of_a_person_is_found() {
        broken("crates/store/migrations/0001_person.sql", "address_line1 text");
        broken("crates/http/templates/person.html", "name=\"address_line\"");
        kept("docs/never.md", "no address_line");
    }

    #[test]
    fn hidden_warnings_are_found_and_test_headers_are_not() {
        broken("crates/app/src/a.rs", "#[allow(dead_code)]\nfn a() {}");
        broken("crates/app/src/lib.rs", "#![allow(clippy::unwrap_used)]");
        kept("crates/app/tests/booking.rs", "#![allow(clippy::unwrap_used)]");
        kept("crates/app/src/testing/mod.rs", "#![allow(clippy::panic)]");
        broken("crates/app/tests/booking.rs", "#[allow(dead_code)]\nfn a() {}");
    }

    #[test]
    fn an_expected_warning_needs_a_reason() {
        broken("crates/app/src/a.rs", "#[expect(dead_code)]\nfn a(reason: u8) {}");
        kept(
            "crates/app/src/a.rs",
            "#[expect(\n    dead_code,\n    reason = \"x\"\n)]",
        );
    }

    #[test]
    fn a_crate_without_the_house_lints_is_found() {
        broken("crates/app/Cargo.toml", "[package]\nname = \"pramaan-app\"\n");
        kept("crates/app/Cargo.toml", "[lints]\nworkspace = true\n");
        kept("Cargo.toml", "[workspace]\n");
    }
}
