//! `cargo xtask lint`: house rules that clippy does not know, as plain searches over the files of the repository.
//!
//! A search is not a parser: a rule here is cheap, says what it looks for, and errs on the side of complaining.
//! The folder of the rules is not searched, because it names what it forbids.

mod invariants;
mod migrations;
mod rules;
mod sql;

use anyhow::{Result, bail};

use crate::tree::{self, TextFile};

const OWN_FOLDER: &str = "crates/xtask/src/lint/";

pub(crate) fn run() -> Result<()> {
    let files = tree::text_files()?;
    let found = findings(&files);
    for finding in &found {
        println!("{finding}");
    }
    if !found.is_empty() {
        bail!("{} places break a house rule", found.len());
    }
    println!("{} files, no house rule broken", files.len());
    Ok(())
}

fn findings(files: &[TextFile]) -> Vec<String> {
    let mut found = migrations::check(files.iter().map(|file| file.path.as_str()));
    found.extend(invariants::check(files));
    for file in files.iter().filter(|file| !file.path.starts_with(OWN_FOLDER)) {
        found.extend(rules::check(file));
        found.extend(sql::check(file));
    }
    found
}

/// `path:line: what is wrong`, as editors and terminals like it.
fn at(file: &TextFile, offset: usize, sentence: &str) -> String {
    let before = file.text.get(..offset).unwrap_or(&file.text);
    format!("{}:{}: {sentence}", file.path, before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_names_file_and_line_and_the_rules_do_not_find_themselves() {
        let planted = |path: &str| TextFile {
            path: path.to_owned(),
            text: "//! A\n// TODO: b\n".to_owned(),
        };
        let files = [
            planted("crates/app/src/lib.rs"),
            planted("crates/xtask/src/lint/rules.rs"),
        ];
        let found = findings(&files);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("crates/app/src/lib.rs:2: "), "{found:?}");
    }
}
