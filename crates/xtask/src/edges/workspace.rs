//! The crates of the workspace and what they name, as `cargo metadata` tells it. Nothing is resolved or downloaded.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::shell;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Linked into what is shipped, or run while it is built.
    Normal,
    /// As normal, but only when a feature asks for it.
    Optional,
    /// Only for tests, examples and benchmarks.
    Dev,
}

#[derive(Debug)]
pub(super) struct Use {
    /// The package's name.
    pub(super) package: String,
    pub(super) kind: Kind,
    /// The features that are asked for by name.
    pub(super) features: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Crate {
    /// The folder under crates/, which the table calls the crate.
    pub(super) folder: String,
    pub(super) package: String,
    /// What is switched on without being asked for.
    pub(super) default_features: Vec<String>,
    pub(super) uses: Vec<Use>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
    #[serde(default)]
    features: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    optional: bool,
    features: Vec<String>,
}

pub(super) fn read() -> Result<Vec<Crate>> {
    parse(&shell::capture(&mut shell::cargo(&[
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
    ]))?)
}

fn parse(json: &str) -> Result<Vec<Crate>> {
    let metadata: Metadata =
        serde_json::from_str(json).context("could not read what `cargo metadata` printed")?;
    metadata.packages.into_iter().map(member).collect()
}

fn member(mut package: Package) -> Result<Crate> {
    let folder = Path::new(&package.manifest_path)
        .parent()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str())
        .with_context(|| format!("could not tell the folder of {}", package.manifest_path))?
        .to_owned();
    let uses = package.dependencies.into_iter().map(|dependency| Use {
        kind: match dependency.kind.as_deref() {
            Some("dev") => Kind::Dev,
            _ if dependency.optional => Kind::Optional,
            _ => Kind::Normal,
        },
        features: dependency.features,
        package: dependency.name,
    });
    Ok(Crate {
        folder,
        default_features: package.features.remove("default").unwrap_or_default(),
        uses: uses.collect(),
        package: package.name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn build_dependencies_count_as_normal_ones() {
        let json = r#"{"packages":[{"name":"pramaan-http","manifest_path":"/x/crates/http/Cargo.toml","dependencies":[
            {"name":"pramaan-app","kind":null,"optional":false,"features":[]},{"name":"cc","kind":"build","optional":false,"features":[]},{"name":"proptest","kind":"dev","optional":false,"features":[]},
            {"name":"pramaan-testkit","kind":null,"optional":true,"features":[]}]}]}"#;
        let crates = parse(json).unwrap();
        let http = crates.first().unwrap();
        assert_eq!(
            (http.folder.as_str(), http.package.as_str()),
            ("http", "pramaan-http")
        );
        let kinds: Vec<_> = http
            .uses
            .iter()
            .map(|used| (used.package.as_str(), used.kind))
            .collect();
        assert_eq!(
            kinds,
            [
                ("pramaan-app", Kind::Normal),
                ("cc", Kind::Normal),
                ("proptest", Kind::Dev),
                ("pramaan-testkit", Kind::Optional)
            ]
        );
    }

    #[test]
    fn the_real_workspace_is_read() {
        let crates = read().unwrap();
        assert!(crates.iter().any(|member| member.folder == "xtask"));
    }
}
