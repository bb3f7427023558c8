//! What is kept outside the database: cookies on people's devices, found by their names, and files, found by the modules that
//! write any. What a file holds no code says; it is written down by hand in `crates/xtask/fields.toml`.

use super::declared::Declared;
use super::field::{Field, Kind};
use super::wire::module;
use crate::tree::TextFile;

/// How a file is made or written.
const WRITES: [&str; 4] = ["OpenOptions::new()", "File::create(", "fs::write(", "fs::copy("];
const COOKIE: &str = "HostCookie::new(\"";
/// Modules that make no file that stays in a product, and why.
const NO_FILE: [(&str, &str); 5] = [
    (
        "crates/app/src/sms/jsonl.rs",
        "its line is a message, which is listed",
    ),
    (
        "crates/store/src/db/sqlite/connection.rs",
        "the database itself, which is listed column by column",
    ),
    (
        "crates/store/src/backup/mod.rs",
        "a copy of the database, table by table; docs/operation.md says what goes where",
    ),
    (
        "crates/http/src/web/samples.rs",
        "samples of pages with made-up people, for whoever designs them",
    ),
    (
        "crates/store/src/outside/file.rs",
        "writes what its callers give it: log-head, which is listed",
    ),
];

/// The cookies of the shipped code, in the order of the files.
pub(super) fn cookies<'a>(files: impl Iterator<Item = &'a TextFile>) -> Vec<Field> {
    let mut found: Vec<Field> = Vec::new();
    for file in files {
        for rest in shipped(&file.text).split(COOKIE).skip(1) {
            let name = rest.split('"').next().unwrap_or_default();
            let known = |field: &Field| field.name == name;
            if file.path != "crates/http/src/fuzz.rs" && !found.iter().any(known) {
                found.push(Field {
                    kind: Kind::Cookie,
                    owner: "browser".to_owned(),
                    name: name.to_owned(),
                    form: "cookie".to_owned(),
                    path: file.path.clone(),
                });
            }
        }
    }
    found
}

/// What is said to be in the files that the shipped code writes; of a module of which nothing is said, its `content`.
pub(super) fn written<'a>(files: impl Iterator<Item = &'a TextFile>, declared: &Declared) -> Vec<Field> {
    let mut found = Vec::new();
    for file in files.filter(|file| writes(file) && !is_no_file(&file.path)) {
        let owner = module(&file.path);
        let mut names: Vec<String> = declared.names(Kind::File, &owner).map(str::to_owned).collect();
        if names.is_empty() {
            names.push("content".to_owned());
        }
        found.extend(names.into_iter().map(|name| Field {
            kind: Kind::File,
            owner: owner.clone(),
            name,
            form: "file".to_owned(),
            path: file.path.clone(),
        }));
    }
    found
}

/// Exceptions whose module writes nothing any more.
pub(super) fn stale(files: &[TextFile]) -> Vec<String> {
    let writes_still = |path: &str| files.iter().any(|file| file.path == path && writes(file));
    let gone = NO_FILE.iter().filter(|(path, _)| !writes_still(path));
    gone.map(|(path, _)| {
        format!("{path} is an exception and writes no file: take it out of inventory/outside.rs")
    })
    .collect()
}

fn writes(file: &TextFile) -> bool {
    let text = shipped(&file.text);
    WRITES.iter().any(|write| text.contains(write))
}

fn is_no_file(path: &str) -> bool {
    NO_FILE.iter().any(|(known, _)| *known == path)
}

/// Without the unit tests, which are last in a file.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default()
}
