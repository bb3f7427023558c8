//! What the seam knows of a statement's text: its name, and how SQLite wants its parameters written.
//!
//! SQLite takes `$2` for a *name* and numbers names by first appearance, so `$n` becomes `?n`, which is a number there.

use std::collections::HashMap;
use std::sync::Arc;

/// Characters of a nameless statement that errors show.
const SHOWN: usize = 80;

/// A statement's name and its text for one engine.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) name: Arc<str>,
    pub(super) sql: Arc<str>,
}

/// The statements that one connection has met, by their original text.
#[derive(Debug, Default)]
pub(super) struct Statements(HashMap<Box<str>, Statement>);

impl Statements {
    pub(super) fn get(&mut self, sql: &str, rewrite: fn(&str) -> String) -> Statement {
        if let Some(known) = self.0.get(sql) {
            return known.clone();
        }
        let statement = Statement {
            name: name(sql),
            sql: rewrite(sql).into(),
        };
        self.0.insert(sql.into(), statement.clone());
        statement
    }
}

/// The leading comment `-- store::dose::by_person`, or else the beginning of the text.
pub(super) fn name(sql: &str) -> Arc<str> {
    let first = sql.trim_start().lines().next().unwrap_or_default();
    match first.strip_prefix("--") {
        Some(comment) => comment.trim().into(),
        None => first.chars().take(SHOWN).collect::<String>().into(),
    }
}

/// `$n` outside of literals, quoted names and comments becomes `?n`.
pub(super) fn numbered_by_question_mark(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(['$', '\'', '"', '-', '/']) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let parameter = found
            .strip_prefix('$')
            .filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit()));
        if let Some(digits) = parameter {
            out.push('?');
            rest = digits;
        } else {
            let (kept, after) = found.split_at(skipped_length(found).max(1));
            out.push_str(kept);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// How many bytes of `text` are a literal, quoted name or comment that begins it.
fn skipped_length(text: &str) -> usize {
    let end_of = |open: usize, close: &str| {
        let body = text.get(open..).unwrap_or_default();
        body.find(close).map_or(text.len(), |at| open + at + close.len())
    };
    match text.as_bytes() {
        // A doubled quote closes one literal and opens the next.
        [b'\'', ..] => end_of(1, "'"),
        [b'"', ..] => end_of(1, "\""),
        [b'-', b'-', ..] => end_of(2, "\n"),
        [b'/', b'*', ..] => end_of(2, "*/"),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_rewritten_and_nothing_else() {
        for (given, expected) in [
            ("select $2, $1, $2", "select ?2, ?1, ?2"),
            ("select $10 - $1", "select ?10 - ?1"),
            ("select '$1', $1", "select '$1', ?1"),
            ("select 'it''s $1', $1", "select 'it''s $1', ?1"),
            ("select \"$1\", $1", "select \"$1\", ?1"),
            ("-- costs $1\nselect $1", "-- costs $1\nselect ?1"),
            ("select /* $1 */ $1 / $2", "select /* $1 */ ?1 / ?2"),
            ("select '$1", "select '$1"),
            ("select 'ₚ$', $1 -- ₚ", "select 'ₚ$', ?1 -- ₚ"),
            ("select $", "select $"),
        ] {
            assert_eq!(numbered_by_question_mark(given), expected);
        }
    }

    #[test]
    fn a_statement_is_named_by_its_leading_comment() {
        assert_eq!(&*name("\n  -- store::dose::add\n select 1"), "store::dose::add");
        assert_eq!(&*name("select 1\nfrom t"), "select 1");
    }
}
