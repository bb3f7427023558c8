//! The runs that are too long for CI: the same code at full size, marked `#[ignore]`, in an optimised build.

use anyhow::Result;
use pramaan_testkit::postgres::{self, Cluster};

use crate::{packages, shell};

pub(crate) fn run() -> Result<()> {
    packages::install(&[packages::POSTGRESQL, packages::NGINX])?;
    let cluster = Cluster::start()?;
    let mut tests = shell::cargo(&[
        "test",
        "--workspace",
        "--release",
        "--no-fail-fast",
        "--",
        "--ignored",
    ]);
    tests
        .env("PRAMAAN_LONG", "1")
        .env(postgres::VARIABLE, cluster.base_url());
    shell::run(&mut tests)
}
