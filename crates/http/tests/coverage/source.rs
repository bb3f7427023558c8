//! The inventory against the source: no route is in one and not in the other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use pramaan_http::inventory::ROUTES;

/// Files whose routes are the tests' own.
const NOT_SERVED: &[&str] = &["server/connection.rs", "demo/host.rs"];

#[test]
fn the_inventory_is_what_the_source_routes() {
    let mut routed = BTreeSet::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for file in rust_files(&source) {
        let name = file.strip_prefix(&source).unwrap().to_str().unwrap().to_owned();
        if NOT_SERVED.contains(&name.as_str()) {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let prefix = if name.starts_with("cowin/") { "/api" } else { "" };
        for (method, path) in routes(&text) {
            assert!(
                routed.insert((method.clone(), format!("{prefix}{path}"))),
                "{method} {prefix}{path} is routed twice"
            );
        }
    }
    let listed: BTreeSet<(String, String)> = ROUTES
        .iter()
        .map(|route| (route.method.to_owned(), route.path.to_owned()))
        .collect();
    assert_eq!(listed.len(), ROUTES.len(), "a route is listed twice");
    let missing: Vec<_> = routed.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&routed).collect();
    assert!(
        missing.is_empty(),
        "routed, but not in inventory.rs: {missing:#?}"
    );
    assert!(gone.is_empty(), "in inventory.rs, but not routed: {gone:#?}");
}

#[test]
fn the_reader_of_sources_reads_every_way_of_routing() {
    let text = r#"const NEW: &str = "/new";
        Router::new().route("/a", get(show).post(ask)).route(
            "/b/{id}",
            any(nothing),
        ).route(NEW, post(make)).route("/metrics", metrics.endpoint(String::new))"#;
    let expected = [
        ("GET", "/a"),
        ("POST", "/a"),
        ("ANY", "/b/{id}"),
        ("POST", "/new"),
        ("GET", "/metrics"),
    ];
    let expected = expected.map(|(method, path)| (method.to_owned(), path.to_owned()));
    assert_eq!(routes(text), expected);
    assert!(
        std::panic::catch_unwind(|| routes(".route(&made_up, get(x))")).is_err(),
        "what it cannot read fails"
    );
}

pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}

/// The arguments of each `.route(…)`: a literal or a constant of the file, and what answers.
fn routes(text: &str) -> Vec<(String, String)> {
    let mut routes = Vec::new();
    for rest in text.split(".route(").skip(1) {
        let arguments = within_parentheses(rest);
        let (path, answers) = arguments.split_once(',').unwrap();
        let path = match path.trim().strip_prefix('"') {
            Some(literal) => literal.trim_end_matches('"').to_owned(),
            None => constant(text, path.trim()),
        };
        for method in methods(answers) {
            routes.push((method, path.clone()));
        }
    }
    routes
}

fn within_parentheses(rest: &str) -> &str {
    let mut depth = 1;
    for (at, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &rest[..at];
        }
    }
    panic!("a route without end")
}

fn constant(text: &str, name: &str) -> String {
    let start = format!("const {name}: &str = \"");
    let rest = text
        .split_once(&start)
        .unwrap_or_else(|| panic!("the path {name} is neither a literal nor a constant of its file"));
    rest.1.split('"').next().unwrap().to_owned()
}

/// What is no chain of methods answers to GET.
fn methods(answers: &str) -> Vec<String> {
    let names = ["get", "post", "put", "delete", "patch", "any"];
    let words: Vec<&str> = answers.split('(').collect();
    let called = words[..words.len() - 1].iter().filter_map(|before| {
        let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?;
        names.contains(&word).then(|| word.to_uppercase())
    });
    let called: Vec<String> = called.collect();
    if called.is_empty() {
        vec!["GET".to_owned()]
    } else {
        called
    }
}
