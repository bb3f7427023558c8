//! The tables that name tests are true: every test that the invariants in ARCHITECTURE.md and the answers in docs/trust.md
//! name is there.

use crate::tree::TextFile;

const DOCUMENT: &str = "ARCHITECTURE.md";
const HEADING: [&str; 3] = ["", "invariant", "test"];
/// Who attacks and what opens; printed from the code of the page `/trust`.
const TRUST: &str = "docs/trust.md";

/// Each name in backticks in the last column is a test of some Rust file that runs, or a file or folder.
pub(super) fn check(files: &[TextFile]) -> Vec<String> {
    let mut found = invariants(files);
    if let Some(document) = files.iter().find(|file| file.path == TRUST) {
        let is_heading =
            |line: &&str| line.starts_with("|---") || cells(line).first() == Some(&"Who attacks");
        let rows = document.text.lines().filter(|line| line.starts_with('|'));
        let rows = rows.filter(|line| !is_heading(line));
        found.extend(rows.flat_map(|row| broken(TRUST, row, files)));
    }
    found
}

fn invariants(files: &[TextFile]) -> Vec<String> {
    let Some(document) = files.iter().find(|file| file.path == DOCUMENT) else {
        return Vec::new();
    };
    let rows: Vec<&str> = document
        .text
        .lines()
        .skip_while(|line| cells(line) != HEADING)
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    if rows.is_empty() {
        return vec![format!(
            "{DOCUMENT}: no table with the heading `| invariant | test`"
        )];
    }
    rows.into_iter()
        .flat_map(|row| broken(DOCUMENT, row, files))
        .collect()
}

fn broken(document: &str, row: &str, files: &[TextFile]) -> Vec<String> {
    let tests = cells(row).last().copied().unwrap_or_default();
    let named: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
    if named.is_empty() {
        return vec![format!("{document}: a row without a test: {row}")];
    }
    let missing = named.into_iter().filter(|name| !exists(name, files));
    missing
        .map(|name| format!("{document}: a table names {name}, which is no test of the tree that runs"))
        .collect()
}

fn exists(name: &str, files: &[TextFile]) -> bool {
    if name.contains(['/', '.']) {
        let folder = format!("{}/", name.trim_end_matches('/'));
        return files
            .iter()
            .any(|file| file.path == name || file.path.starts_with(&folder));
    }
    let function = format!("fn {name}(");
    let is_rust = |file: &&TextFile| file.path.ends_with(".rs");
    files
        .iter()
        .filter(is_rust)
        .filter(|file| file.text.contains(&function))
        .any(|file| is_test(&function, &file.text))
}

/// Whether the function stands in the text as a test that is not ignored: what is between it and the end of what comes before
/// are its attributes and its description.
fn is_test(function: &str, text: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let defines = |line: &str| {
        ["", "async "]
            .iter()
            .any(|word| line.starts_with(&format!("{word}{function}")))
    };
    (0..)
        .zip(&lines)
        .filter(|(_, line)| defines(line))
        .any(|(at, _)| {
            let above = lines.iter().take(at).rev();
            let attributes: Vec<_> = above
                .take_while(|line| !line.is_empty() && !line.ends_with(['{', '}', ';']))
                .filter(|line| !line.starts_with("//"))
                .collect();
            let marked = |word: &str| {
                attributes
                    .iter()
                    .any(|line| attribute(line).is_some_and(|said| said == word))
            };
            ["test", "tokio::test", "store_test"].into_iter().any(marked) && !marked("ignore")
        })
}

/// `#[NAME]`, `#[NAME = …]` or `#[NAME(…`.
fn attribute(line: &str) -> Option<&str> {
    let inside = line.strip_prefix("#[")?;
    inside.split([']', '(', ' ', '=']).next()
}

fn cells(line: &str) -> Vec<&str> {
    let inner = line
        .trim()
        .strip_prefix('|')
        .and_then(|line| line.strip_suffix('|'));
    inner.map_or_else(Vec::new, |inner| inner.split('|').map(str::trim).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> TextFile {
        TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn a_test_that_is_not_there_is_found() {
        let table = "| | invariant | test |\n|---|---|---|\n| 1 | a | `here`, `crates/x/tests` |\n| 2 | b | `gone` |\n| 3 | c | none |\n";
        let files = [
            file(DOCUMENT, table),
            file("crates/x/tests/a.rs", "#[test]\nfn here() {}\n"),
            file("notes.md", "#[test]\nfn gone()"),
        ];
        let found = check(&files);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("gone") && found[1].contains("without a test"));
        assert_eq!(check(&[file(DOCUMENT, "no table")]).len(), 1);
        let trust = "## A\n| Who attacks | Shown by |\n|---|---|\n| a | `here` |\n## B\n| Who attacks | Shown by |\n|---|---|\n| a | `gone` |\n";
        let here = file("crates/x/tests/a.rs", "#[test]\nfn here() {}\n");
        let found = check(&[file(TRUST, trust), here]);
        assert_eq!(found.len(), 1, "{found:?}");
    }

    #[test]
    fn what_is_named_is_a_test_and_runs() {
        let runs = |text: &str| is_test("fn here(", text);
        for text in [
            "#[test]\nfn here() {}",
            "use a;\n\n/// It holds.\n#[store_test]\nasync fn here(db: TestDb) {",
            "    #[tokio::test(flavor = \"multi_thread\")]\n    async fn here() {",
            "#[test]\n#[should_panic]\nfn here() {",
        ] {
            assert!(runs(text), "{text}");
        }
        for text in [
            "fn here() {}",
            "#[test]\nfn there() {}\nfn here() {}",
            "#[test]\n\nfn here() {}",
            "#[test]\n#[ignore]\nfn here() {}",
            "#[ignore = \"slow\"]\n#[test]\nfn here() {}",
            "// #[test]\n// fn here() {}",
            "//#[test]\nfn here() {}",
            "#[cfg(test)]\nfn here() {}",
            "#[test]\nfn before() {\n    fn here() {}",
        ] {
            assert!(!runs(text), "{text}");
        }
    }
}
