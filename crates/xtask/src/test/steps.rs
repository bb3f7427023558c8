//! The list of what CI checks. Everything on it runs or fails; nothing on it is skipped.

use anyhow::Result;
use pramaan_testkit::postgres::{self, Cluster};

use crate::packages::{FOR_BROWSERS, NODEJS, NPM, POSTGRESQL, PYTHON_VENV, Package};
use crate::shell::{cargo, run};
use crate::{bench, browser, clients, edges, generated, lint, peers, sizes};

pub(super) struct Step {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) needs: &'static [Package],
    pub(super) run: fn(&mut Run) -> Result<()>,
}

/// What the steps of one run share.
#[derive(Default)]
pub(super) struct Run {
    cluster: Option<Cluster>,
}

impl Run {
    /// The address of the run's PostgreSQL cluster, which is started when first asked for.
    fn postgres(&mut self) -> Result<String> {
        let cluster = match self.cluster.take() {
            Some(cluster) => cluster,
            None => Cluster::start()?,
        };
        Ok(self.cluster.insert(cluster).base_url().to_owned())
    }
}

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        title: "the code is formatted",
        needs: &[],
        run: |_| run(&mut cargo(&["fmt", "--all", "--check"])),
    },
    Step {
        name: "edges",
        title: "crates use only what ARCHITECTURE.md allows",
        needs: &[],
        run: |_| edges::run(),
    },
    Step {
        name: "lint",
        title: "house rules that clippy does not know",
        needs: &[],
        run: |_| lint::run(),
    },
    Step {
        name: "sizes",
        title: "files that have grown long (a list, not a failure)",
        needs: &[],
        run: |_| sizes::run(),
    },
    Step {
        name: "generated",
        title: "generated files are what the code prints",
        needs: &[],
        run: |_| generated::check(),
    },
    Step {
        name: "clippy",
        title: "no warning in any target",
        needs: &[],
        run: |_| {
            run(&mut cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "-D",
                "warnings",
            ]))
        },
    },
    Step {
        name: "doc",
        title: "the documentation builds, links included",
        needs: &[],
        run: |_| {
            let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
            run(doc.env("RUSTDOCFLAGS", "-D warnings"))
        },
    },
    Step {
        name: "test",
        title: "all Rust tests, on SQLite and on PostgreSQL",
        needs: &[POSTGRESQL],
        run: |context| {
            let mut tests = cargo(&["test", "--workspace", "--no-fail-fast"]);
            run(tests.env(postgres::VARIABLE, context.postgres()?))
        },
    },
    Step {
        name: "clients",
        title: "programs that others wrote for CoWIN, against the demo",
        needs: &[NODEJS, NPM, PYTHON_VENV],
        run: |_| clients::run(),
    },
    Step {
        name: "peers",
        title: "three auditors that share no code, on published logs of every kind",
        needs: peers::NEEDS,
        run: |_| peers::run(),
    },
    Step {
        name: "browser",
        title: "the stories in Chromium, against the demo",
        needs: FOR_BROWSERS,
        run: |_| browser::run_all(),
    },
    Step {
        name: "bench-smoke",
        title: "every benchmark runs, at a size without figures",
        needs: bench::NEEDS,
        run: |_| bench::run(bench::Size::Smoke),
    },
];
