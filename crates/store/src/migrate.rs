//! The schema: numbered files, one per noun, applied once and in order, never edited after a release and never undone.
//!
//! Before the first release they are edited in place, and databases of earlier commits, which `check` refuses, are made anew.
//!
//! One text serves both engines; `{blob}` stands for the type of bytes, `{position}` for that of a key whose rows come in its
//! order, and `{keyed}` ends a table of short rows that are found by their whole key. Each file is one transaction. What was applied
//! is in the table `schema_version` with a digest of its text.

use sha2::{Digest, Sha256};

use crate::db::{Db, Engine, Tx, Value};
use crate::error::StoreError;

/// Name and text of each migration, oldest first. The version of a schema is how many it has had.
pub const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_meta", include_str!("../migrations/0001_meta.sql")),
    (
        "0002_person_key",
        include_str!("../migrations/0002_person_key.sql"),
    ),
    ("0003_household", include_str!("../migrations/0003_household.sql")),
    ("0004_person", include_str!("../migrations/0004_person.sql")),
    (
        "0005_access_log",
        include_str!("../migrations/0005_access_log.sql"),
    ),
    ("0006_otp", include_str!("../migrations/0006_otp.sql")),
    ("0007_outbox", include_str!("../migrations/0007_outbox.sql")),
    ("0008_centre", include_str!("../migrations/0008_centre.sql")),
    ("0009_session", include_str!("../migrations/0009_session.sql")),
    (
        "0010_appointment",
        include_str!("../migrations/0010_appointment.sql"),
    ),
    ("0011_staff", include_str!("../migrations/0011_staff.sql")),
    ("0012_dose", include_str!("../migrations/0012_dose.sql")),
    ("0013_partner", include_str!("../migrations/0013_partner.sql")),
    ("0014_cohort", include_str!("../migrations/0014_cohort.sql")),
    ("0015_held_dose", include_str!("../migrations/0015_held_dose.sql")),
    ("0016_stock", include_str!("../migrations/0016_stock.sql")),
    (
        "0017_site_device",
        include_str!("../migrations/0017_site_device.sql"),
    ),
    ("0018_card", include_str!("../migrations/0018_card.sql")),
    (
        "0019_private_member",
        include_str!("../migrations/0019_private_member.sql"),
    ),
    (
        "0020_correction",
        include_str!("../migrations/0020_correction.sql"),
    ),
    ("0021_aefi", include_str!("../migrations/0021_aefi.sql")),
    ("0022_member", include_str!("../migrations/0022_member.sql")),
    ("0023_merge", include_str!("../migrations/0023_merge.sql")),
    ("0024_visit", include_str!("../migrations/0024_visit.sql")),
    ("0025_plan", include_str!("../migrations/0025_plan.sql")),
    ("0026_objection", include_str!("../migrations/0026_objection.sql")),
];

/// Two programs may start at once. The number is arbitrary and must never change.
const LOCK: i64 = 0x5072_616d_616e;

/// Brings the schema up to this program's version; answers how many migrations that took.
pub async fn migrate(db: &Db) -> Result<usize, StoreError> {
    migrate_with(db, MIGRATIONS).await
}

/// Refuses a database whose schema is not exactly this program's.
pub async fn check(db: &Db) -> Result<(), StoreError> {
    check_with(db, MIGRATIONS).await
}

/// [`migrate`] with other migrations, for tests.
pub async fn migrate_with(
    db: &Db,
    migrations: &'static [(&'static str, &'static str)],
) -> Result<usize, StoreError> {
    let mut applied = 0;
    while step(db, migrations).await? == Step::Applied {
        applied += 1;
    }
    Ok(applied)
}

/// [`check`] with other migrations, for tests.
pub async fn check_with(
    db: &Db,
    migrations: &'static [(&'static str, &'static str)],
) -> Result<(), StoreError> {
    db.read("store::migrate::check", move |tx| {
        Box::pin(async move {
            let found = match exists(tx).await? {
                true => version(tx, migrations).await?,
                false => 0,
            };
            match found == migrations.len() {
                true => Ok(()),
                false => Err(StoreError::SchemaTooOld {
                    found: number(found),
                    known: number(migrations.len()),
                }),
            }
        })
    })
    .await
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Applied,
    UpToDate,
}

/// Applies the next migration, if there is one.
async fn step(db: &Db, migrations: &'static [(&'static str, &'static str)]) -> Result<Step, StoreError> {
    db.write("store::migrate::step", move |tx| {
        Box::pin(async move {
            lock(tx).await?;
            tx.execute(
                "create table if not exists schema_version (
                    version bigint primary key, name text not null, digest text not null
                )",
                &[],
            )
            .await?;
            let found = version(tx, migrations).await?;
            let Some((name, text)) = migrations.get(found) else {
                return Ok(Step::UpToDate);
            };
            for statement in statements(&substituted(text, tx.engine())) {
                tx.execute(statement, &[]).await?;
            }
            tx.execute(
                "-- store::migrate::applied
                 insert into schema_version (version, name, digest) values ($1, $2, $3)",
                &[number(found + 1).into(), (*name).into(), digest(text).into()],
            )
            .await?;
            Ok(Step::Applied)
        })
    })
    .await
}

async fn lock(tx: &mut Tx) -> Result<(), StoreError> {
    match tx.engine() {
        // Writers wait for each other anyway.
        Engine::Sqlite => Ok(()),
        Engine::Postgres => {
            let sql = "select 1 from pg_advisory_xact_lock($1)";
            tx.query(sql, &[Value::Int(LOCK)]).await.map(drop)
        }
    }
}

async fn exists(tx: &mut Tx) -> Result<bool, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => "select 1 from sqlite_schema where type = 'table' and name = 'schema_version'",
        Engine::Postgres => "select 1 from pg_catalog.pg_class where oid = to_regclass('schema_version')",
    };
    Ok(tx.query_opt(sql, &[]).await?.is_some())
}

/// How many migrations the database has had, after making sure that they are ours.
async fn version(
    tx: &mut Tx,
    migrations: &'static [(&'static str, &'static str)],
) -> Result<usize, StoreError> {
    let sql = "-- store::migrate::version
               select version, name, digest from schema_version order by version";
    let applied = tx.query(sql, &[]).await?;
    if applied.len() > migrations.len() {
        return Err(StoreError::SchemaTooNew {
            found: number(applied.len()),
            known: number(migrations.len()),
        });
    }
    for (row, (name, text)) in applied.iter().zip(migrations) {
        if row.text(1)? != *name || row.text(2)? != digest(text) {
            return Err(StoreError::SchemaDiffers {
                name: row.text(1)?.to_owned(),
            });
        }
    }
    Ok(applied.len())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn substituted(text: &str, engine: Engine) -> String {
    let [blob, position, keyed] = match engine {
        Engine::Sqlite => ["blob", "integer", " without rowid"],
        Engine::Postgres => ["bytea", "bigint", ""],
    };
    text.replace("{blob}", blob)
        .replace("{position}", position)
        .replace("{keyed}", keyed)
}

/// Statements end with `;` at the end of a line, and only there.
fn statements(text: &str) -> impl Iterator<Item = &str> {
    text.split(";\n")
        .map(|statement| statement.trim().trim_end_matches(';'))
        .filter(|statement| statement.lines().any(|line| !is_blank(line)))
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with("--")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_cut_at_line_ends_only() {
        let text = "-- first\ncreate table a (x text default ';');\n\n-- last; really\ncreate table b (y text);\n-- end\n";
        let cut: Vec<&str> = statements(text).collect();
        assert_eq!(
            cut,
            [
                "-- first\ncreate table a (x text default ';')",
                "-- last; really\ncreate table b (y text)"
            ]
        );
    }

    #[test]
    fn names_are_numbered_without_gaps() {
        for (number, (name, _)) in (1..).zip(MIGRATIONS) {
            assert_eq!(name.get(..5), Some(format!("{number:04}_").as_str()), "{name}");
        }
    }
}
