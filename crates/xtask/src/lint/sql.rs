//! SQL lives in `store` alone. What is looked for: a string that begins like a statement.

use super::at;
use crate::tree::TextFile;

/// `testkit` makes and drops whole databases; a test may look where the product may not.
const MAY: [&str; 4] = ["crates/store/", "crates/testkit/", "/tests/", "/src/testing/"];
/// A beginning and, where the beginning could be an English sentence, what must follow soon for it to be SQL.
const STATEMENTS: [(&str, &str); 11] = [
    ("select ", " from "),
    ("insert into ", ""),
    ("update ", " set "),
    ("delete from ", ""),
    ("create table ", ""),
    ("create index ", ""),
    ("create unique index ", ""),
    ("create database ", ""),
    ("alter table ", ""),
    ("drop table ", ""),
    ("pragma ", ""),
];
/// How far a statement is read to recognise it.
const REACH: usize = 400;

pub(super) fn check(file: &TextFile) -> Vec<String> {
    let exempt = !file.path.ends_with(".rs") || MAY.iter().any(|folder| file.path.contains(folder));
    if exempt {
        return Vec::new();
    }
    let quotes = file
        .text
        .match_indices('"')
        .filter(|(offset, _)| begins_statement(&file.text, offset + 1));
    quotes
        .map(|(offset, _)| at(file, offset, "an SQL statement outside crates/store"))
        .collect()
}

fn begins_statement(text: &str, offset: usize) -> bool {
    let Some(rest) = text.get(offset..) else {
        return false;
    };
    let head: String = rest
        .trim_start_matches([' ', '\n', '\\'])
        .chars()
        .take(REACH)
        .collect();
    let head = head.to_ascii_lowercase().replace('\n', " ");
    let literal = head.split('"').next().unwrap_or_default();
    STATEMENTS
        .iter()
        .any(|(beginning, then)| literal.starts_with(beginning) && literal.contains(then))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(path: &str, text: &str) -> usize {
        check(&TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .len()
    }

    #[test]
    fn statements_are_found_in_plain_raw_and_broken_strings() {
        for text in [
            r#"db.query("select id from dose")"#,
            "r#\"\n    INSERT INTO dose values ($1)\n\"#",
            "\"update dose \\\n   set at = $1\"",
            r#"execute("pragma journal_mode")"#,
        ] {
            assert_eq!(count("crates/app/src/dose.rs", text), 1, "{text}");
        }
    }

    #[test]
    fn store_and_english_are_left_alone() {
        for path in ["crates/store/src/dose.rs", "crates/app/tests/dose.rs"] {
            assert_eq!(count(path, r#""select id from dose""#), 0);
        }
        for text in [
            r#""select a slot""#,
            r#""update your app""#,
            "// select id from dose",
            r#""a", select, "b from c""#,
        ] {
            assert_eq!(count("crates/http/src/web/slot.rs", text), 0, "{text}");
        }
    }
}
