//! What is stored: the columns that the migrations leave behind, read from their text.
//!
//! Not a parser of SQL: it knows the few statements that migrations use, and stops at any other, so that no column is
//! overlooked. The one table that code makes, `schema_version`, counts migrations and is not listed.

use anyhow::{Context, Result, bail};

use super::field::{Field, Kind};

pub(super) fn columns<'a>(migrations: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Vec<Field>> {
    let mut columns = Vec::new();
    for (path, text) in migrations {
        for statement in without_comments(text).split(';') {
            apply(statement.trim(), path, &mut columns)
                .with_context(|| format!("{path}: could not read this statement: {}", statement.trim()))?;
        }
    }
    Ok(columns)
}

fn without_comments(text: &str) -> String {
    let bare = text
        .lines()
        .map(|line| line.split_once("--").map_or(line, |(sql, _)| sql));
    bare.collect::<Vec<_>>().join("\n").to_ascii_lowercase()
}

fn apply(statement: &str, path: &str, columns: &mut Vec<Field>) -> Result<()> {
    let head = statement
        .split('(')
        .next()
        .unwrap_or_default()
        .replace("if not exists ", "");
    let words: Vec<_> = head.split_whitespace().collect();
    match words[..] {
        []
        | ["create", "index" | "unique", ..]
        | ["drop", "index", ..]
        | ["insert" | "update" | "delete", ..] => {}
        ["create", "table", table] => {
            let inside = statement
                .split_once('(')
                .and_then(|(_, rest)| rest.rsplit_once(')'))
                .map(|(inside, _)| inside)
                .context("a table without a list of columns")?;
            for part in top_level(inside) {
                columns.extend(column(table, &part, path)?);
            }
        }
        ["alter", "table", table, "add", ..] => {
            let part = statement.split_once(" add ").map_or("", |(_, part)| part.trim());
            let part = part.strip_prefix("column ").unwrap_or(part);
            columns.extend(column(table, part, path)?);
        }
        ["alter", "table", table, "drop", "column", name] => {
            columns.retain(|column| column.owner != table || column.name != name);
        }
        ["drop", "table", table] => columns.retain(|column| column.owner != table),
        _ => bail!("the inventory does not know such statements: teach crates/xtask/src/inventory/schema.rs"),
    }
    Ok(())
}

/// A constraint of the table is not a column.
fn column(table: &str, part: &str, path: &str) -> Result<Option<Field>> {
    let mut words = part.split_whitespace();
    let name = words.next().context("an empty column")?;
    if ["primary", "unique", "constraint", "check", "foreign"].contains(&name) {
        return Ok(None);
    }
    let form = words.next().context("a column without a type")?;
    Ok(Some(Field {
        kind: Kind::Stored,
        owner: table.to_owned(),
        name: name.trim_matches('"').to_owned(),
        form: form.trim_matches(['{', '}']).to_owned(),
        path: path.to_owned(),
    }))
}

fn top_level(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(sql: &str) -> Result<Vec<String>> {
        let columns = columns([("0001_a.sql", sql)].into_iter())?;
        Ok(columns.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn columns_come_and_go_as_the_migrations_say() {
        let sql = "-- A table; with a comment, and more.\ncreate table a (\n    x text not null check (x in ('a', 'b'))\n  , y {blob}\n  , primary key (x, y)\n);\n\
            create index a_y on a (y);\nalter table a add column z bigint;\nalter table a add w text;\nalter table a drop column x;\n\
            create table b (i bigint);\ndrop table b;";
        assert_eq!(names(sql).unwrap(), ["stored a.y", "stored a.z", "stored a.w"]);
    }

    #[test]
    fn a_statement_it_does_not_know_stops_it() {
        let error = names("-- x\nalter table a rename column x to address;").unwrap_err();
        assert!(format!("{error:#}").contains("teach"), "{error:#}");
    }
}
