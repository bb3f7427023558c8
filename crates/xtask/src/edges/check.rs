//! The rule itself, without any input or output: a table and the crates in, sentences about what is wrong out.

use super::table::{Allowed, Mark, Row};
use super::workspace::{Crate, Kind, Use};

/// The packages that talk to a database. Only `store` may name one, in tests too.
const DRIVERS: [&str; 7] = [
    "deadpool",
    "deadpool-postgres",
    "libsqlite3-sys",
    "postgres",
    "rusqlite",
    "sqlx",
    "tokio-postgres",
];
const DRIVER_OWNER: &str = "store";
/// Not drivers in use: the power-cut file system is compiled against the header of the SQLite that it registers with.
const DRIVER_EXCEPTIONS: [(&str, &str); 1] = [("powercut", "libsqlite3-sys")];
/// What the tests of any crate may use besides its row, and its feature [`TESTING`] too.
const FOR_TESTS: [&str; 3] = ["testkit", "testkit-macros", "powercut"];
/// The feature by which a crate lends its test helpers to the tests of others. Nothing shipped may switch it on.
const TESTING: &str = "testing";
/// Edges that no row can allow, tests included.
const NEVER: [(&str, &str); 1] = [("http", "store")];

pub(super) fn violations(table: &[Row], crates: &[Crate]) -> Vec<String> {
    let mut found = rows_without_crates(table, crates);
    found.extend(names_without_rows(table));
    for member in crates {
        found.extend(misnamed(member));
        found.extend(testing_by_default(member));
        match table.iter().find(|row| row.name == member.folder) {
            None => found.push(format!("crates/{} has no row in the crate table", member.folder)),
            Some(row) => found.extend(edges(row, member, table, crates)),
        }
    }
    found
}

fn rows_without_crates(table: &[Row], crates: &[Crate]) -> Vec<String> {
    let mut found = Vec::new();
    for row in table {
        let exists = crates.iter().any(|member| member.folder == row.name);
        let times = table.iter().filter(|other| other.name == row.name).count();
        match (row.mark, exists) {
            (Mark::Later, true) => {
                found.push(format!(
                    "`{}` exists: take the mark (later) from its row",
                    row.name
                ));
            }
            (Mark::Shipped | Mark::DevOnly, false) => {
                found.push(format!(
                    "`{}` has a row but no folder: mark it (later) or delete the row",
                    row.name
                ));
            }
            _ => {}
        }
        if times > 1 {
            found.push(format!("`{}` has {times} rows", row.name));
        }
    }
    found
}

fn names_without_rows(table: &[Row]) -> Vec<String> {
    let mut found = Vec::new();
    for row in table {
        let Allowed::These(names) = &row.allowed else {
            continue;
        };
        for name in names
            .iter()
            .filter(|name| !table.iter().any(|other| &other.name == *name))
        {
            found.push(format!(
                "the row of `{}` allows `{name}`, which has no row",
                row.name
            ));
        }
    }
    found
}

fn misnamed(member: &Crate) -> Option<String> {
    let expected = match member.folder.as_str() {
        "pramaan" => "pramaan".to_owned(),
        folder => format!("pramaan-{folder}"),
    };
    (member.package != expected).then(|| {
        format!(
            "crates/{} calls its package {}, not {expected}",
            member.folder, member.package
        )
    })
}

fn testing_by_default(member: &Crate) -> Option<String> {
    let switched_on = member.default_features.iter().any(|name| name == TESTING);
    switched_on.then(|| {
        format!(
            "crates/{} switches on its feature `{TESTING}` by default",
            member.folder
        )
    })
}

fn edges(row: &Row, member: &Crate, table: &[Row], crates: &[Crate]) -> Vec<String> {
    member
        .uses
        .iter()
        .filter_map(|used| edge(row, used, table, crates))
        .collect()
}

fn edge(row: &Row, used: &Use, table: &[Row], crates: &[Crate]) -> Option<String> {
    let from = row.name.as_str();
    let driver = used.package.as_str();
    let is_excepted = from == DRIVER_OWNER || DRIVER_EXCEPTIONS.contains(&(from, driver));
    if DRIVERS.contains(&driver) && !is_excepted {
        return Some(format!(
            "{from} names the database driver {driver}; only {DRIVER_OWNER} may"
        ));
    }
    let to = crates
        .iter()
        .find(|other| other.package == used.package)?
        .folder
        .as_str();
    if NEVER.contains(&(from, to)) {
        return Some(format!(
            "{from} names {to}, which nothing can allow, not even for tests"
        ));
    }
    if used.kind != Kind::Dev && row.mark == Mark::Shipped && used.features.iter().any(|name| name == TESTING)
    {
        return Some(format!(
            "{from} ships {to} with its feature `{TESTING}`, which is for dev-dependencies"
        ));
    }
    let for_tests = match used.kind {
        Kind::Normal => false,
        Kind::Optional => FOR_TESTS.contains(&to),
        Kind::Dev => FOR_TESTS.contains(&to) || from == to,
    };
    let allowed = for_tests || allows(row, to, table);
    (!allowed).then(|| format!("{from} uses {to}, which its row in the crate table does not allow"))
}

fn allows(row: &Row, to: &str, table: &[Row]) -> bool {
    let target_is_dev_only = table
        .iter()
        .any(|other| other.name == to && other.mark == Mark::DevOnly);
    let listed = match &row.allowed {
        Allowed::All => !target_is_dev_only,
        Allowed::These(names) => names.iter().any(|name| name == to),
    };
    listed && (row.mark == Mark::DevOnly || !target_is_dev_only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edges::table;

    const TABLE: &str = "| crate | one line | may use |\n|---|---|---|\n\
        | `domain` | x | – |\n| `store` | x | domain |\n| `app` | x | domain, store |\n| `http` | x | app, domain |\n\
        | `pramaan` | x | all |\n| `bot` (later) | x | domain |\n| `testkit` (dev only) | x | domain |\n";

    fn member(folder: &str, normal: &[&str], dev: &[&str]) -> Crate {
        let uses = |names: &[&str], kind| -> Vec<Use> {
            names
                .iter()
                .map(|name| Use {
                    package: (*name).to_owned(),
                    kind,
                    features: vec![],
                })
                .collect()
        };
        let package = match folder {
            "pramaan" => folder.to_owned(),
            _ => format!("pramaan-{folder}"),
        };
        let mut all = uses(normal, Kind::Normal);
        all.extend(uses(dev, Kind::Dev));
        Crate {
            folder: folder.to_owned(),
            package,
            default_features: vec![],
            uses: all,
        }
    }

    fn sound() -> Vec<Crate> {
        vec![
            member("domain", &["chrono"], &["proptest"]),
            member(
                "store",
                &["pramaan-domain", "rusqlite", "tokio-postgres"],
                &["pramaan-testkit"],
            ),
            member("app", &["pramaan-store"], &["pramaan-testkit"]),
            member("http", &["pramaan-app", "axum"], &["pramaan-testkit"]),
            member("pramaan", &["pramaan-http", "pramaan-store"], &[]),
            member("testkit", &["pramaan-domain"], &[]),
        ]
    }

    /// What is said when one crate of the sound workspace is replaced.
    fn with(replacement: Crate) -> Vec<String> {
        let mut crates = sound();
        crates.retain(|member| member.folder != replacement.folder);
        crates.push(replacement);
        violations(&table::parse(TABLE).unwrap(), &crates)
    }

    #[track_caller]
    fn only(found: &[String], part: &str) {
        assert!(
            found.len() == 1 && found[0].contains(part),
            "{found:?} should be one sentence with {part:?}"
        );
    }

    #[test]
    fn a_sound_workspace_passes() {
        assert_eq!(
            violations(&table::parse(TABLE).unwrap(), &sound()),
            Vec::<String>::new()
        );
    }

    #[test]
    fn an_arrow_upwards_is_found() {
        only(
            &with(member("domain", &["pramaan-store"], &[])),
            "domain uses store",
        );
    }

    #[test]
    fn an_arrow_upwards_for_tests_is_found() {
        only(&with(member("domain", &[], &["pramaan-app"])), "domain uses app");
    }

    #[test]
    fn a_driver_outside_store_is_found_in_tests_too() {
        only(&with(member("app", &["rusqlite"], &[])), "only store may");
        only(&with(member("http", &[], &["tokio-postgres"])), "only store may");
        only(
            &with(member("pramaan", &["deadpool-postgres"], &[])),
            "only store may",
        );
    }

    #[test]
    fn http_naming_store_is_found_whatever_the_table_says() {
        only(&with(member("http", &["pramaan-store"], &[])), "http names store");
        let generous = TABLE.replace("| app, domain |", "| app, domain, store |");
        let mut crates = sound();
        crates.retain(|member| member.folder != "http");
        crates.push(member("http", &[], &["pramaan-store"]));
        only(
            &violations(&table::parse(&generous).unwrap(), &crates),
            "http names store",
        );
    }

    #[test]
    fn shipping_the_testkit_is_found() {
        only(
            &with(member("store", &["pramaan-testkit"], &[])),
            "store uses testkit",
        );
        only(
            &with(member("pramaan", &["pramaan-testkit"], &[])),
            "pramaan uses testkit",
        );
    }

    #[test]
    fn the_testkit_behind_a_feature_passes_and_shipping_that_feature_is_found() {
        let mut lender = member("store", &["pramaan-domain"], &[]);
        lender.uses.push(Use {
            package: "pramaan-testkit".to_owned(),
            kind: Kind::Optional,
            features: vec![],
        });
        assert_eq!(with(lender), Vec::<String>::new());

        let mut borrower = member("app", &[], &["pramaan-store"]);
        borrower.uses[0].features.push(TESTING.to_owned());
        assert_eq!(with(borrower), Vec::<String>::new());

        let mut shipping = member("app", &["pramaan-store"], &[]);
        shipping.uses[0].features.push(TESTING.to_owned());
        only(&with(shipping), "app ships store with its feature `testing`");

        let mut careless = member("store", &["pramaan-domain"], &[]);
        careless.default_features.push(TESTING.to_owned());
        only(&with(careless), "by default");
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        only(&with(member("vault", &[], &[])), "crates/vault has no row");
    }

    #[test]
    fn a_row_without_a_crate_is_found() {
        let mut crates = sound();
        crates.retain(|member| member.folder != "http");
        let crates: Vec<_> = crates
            .into_iter()
            .filter(|member| member.folder != "pramaan")
            .collect();
        let found = violations(&table::parse(TABLE).unwrap(), &crates);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found
                .iter()
                .all(|sentence| sentence.contains("has a row but no folder"))
        );
    }

    #[test]
    fn a_crate_that_came_keeps_no_mark() {
        only(
            &with(member("bot", &["pramaan-domain"], &[])),
            "take the mark (later)",
        );
    }

    #[test]
    fn a_row_that_allows_a_crate_without_a_row_is_found() {
        let wrong = TABLE.replace(
            "| `app` | x | domain, store |",
            "| `app` | x | domain, store, stroe |",
        );
        only(
            &violations(&table::parse(&wrong).unwrap(), &sound()),
            "allows `stroe`",
        );
    }

    #[test]
    fn a_package_not_named_after_its_folder_is_found() {
        let mut wrong = member("testkit", &[], &[]);
        wrong.package = "pramaan-tests".to_owned();
        assert!(
            with(wrong)
                .iter()
                .any(|sentence| sentence.contains("calls its package pramaan-tests"))
        );
    }
}
