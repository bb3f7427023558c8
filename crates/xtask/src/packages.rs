//! The Debian packages that the checks need: found by what they provide, installed when that is missing, and said before.
//!
//! What is asked is whether the program is there, not whether the package is: it may have come from somewhere else.

use std::process::Command;

use anyhow::{Result, bail};

use crate::shell;

#[derive(Clone, Copy)]
pub(crate) struct Package {
    name: &'static str,
    present: fn() -> bool,
}

impl Package {
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

pub(crate) const POSTGRESQL: Package = Package {
    name: "postgresql",
    present: has_initdb,
};
pub(crate) const CHROMIUM: Package = Package {
    name: "chromium",
    present: || shell::which("chromium").is_some(),
};
pub(crate) const NGINX: Package = Package {
    name: "nginx",
    present: || shell::which("nginx").is_some() || std::path::Path::new("/usr/sbin/nginx").exists(),
};
pub(crate) const NODEJS: Package = Package {
    name: "nodejs",
    present: || shell::succeeds("node", &["--version"]),
};
pub(crate) const NPM: Package = Package {
    name: "npm",
    present: || shell::succeeds("npm", &["--version"]),
};
pub(crate) const PYTHON_VENV: Package = Package {
    name: "python3-venv",
    present: || shell::succeeds("python3", &["-c", "import venv, ensurepip"]),
};
pub(crate) const GO: Package = Package {
    name: "golang-go",
    present: || shell::succeeds("go", &["version"]),
};
/// Go's checksum database, whose notes and tree are those of the log.
pub(crate) const GO_SUMDB: Package = Package {
    name: "golang-golang-x-mod-dev",
    present: || {
        std::path::Path::new(GO_PACKAGES)
            .join("src/golang.org/x/mod/sumdb/tlog")
            .exists()
    },
};
/// Where Debian keeps the sources of Go packages.
pub(crate) const GO_PACKAGES: &str = "/usr/share/gocode";
pub(crate) const PYTHON: Package = Package {
    name: "python3",
    present: || shell::succeeds("python3", &["--version"]),
};
pub(crate) const OPENSSL: Package = Package {
    name: "openssl",
    present: || shell::which("openssl").is_some(),
};
/// What the browser tests need.
pub(crate) const FOR_BROWSERS: &[Package] = &[CHROMIUM, NODEJS, NPM, POPPLER, PYTHON_VENV, OPENSSL];
pub(crate) const POPPLER: Package = Package {
    name: "poppler-utils",
    present: || shell::which("pdftoppm").is_some(),
};

/// Debian keeps the server's programs out of the search path, one folder a version.
fn has_initdb() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut installed = versions.map(|version| version.path().join("bin/initdb"));
    installed.any(|initdb| initdb.exists()) || shell::which("initdb").is_some()
}

/// Installs what is missing of `wanted`; does not touch the network when nothing is.
pub(crate) fn install(wanted: &[Package]) -> Result<()> {
    let missing = missing(wanted);
    if missing.is_empty() {
        return Ok(());
    }
    println!(
        "These Debian packages are missing and will be installed: {}",
        missing.join(" ")
    );
    if shell::which("apt-get").is_none() {
        bail!(
            "there is no apt-get here; please install what provides these Debian packages yourself: {}",
            missing.join(" ")
        );
    }
    shell::run(apt_get()?.arg("update"))?;
    let mut install = apt_get()?;
    install
        .args(["install", "--yes", "--no-install-recommends"])
        .args(&missing);
    shell::run(&mut install)?;
    let still = self::missing(wanted);
    if !still.is_empty() {
        bail!(
            "installed, but what they should provide cannot be found: {}",
            still.join(" ")
        );
    }
    Ok(())
}

fn missing(wanted: &[Package]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for package in wanted {
        if !names.contains(&package.name) && !(package.present)() {
            names.push(package.name);
        }
    }
    names
}

fn apt_get() -> Result<Command> {
    let mut command = if shell::is_root() {
        Command::new("env")
    } else if shell::which("sudo").is_some() {
        let mut sudo = Command::new("sudo");
        sudo.arg("env");
        sudo
    } else {
        bail!(
            "installing packages needs root: run this as root, install sudo, or install the packages yourself"
        );
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"]);
    Ok(command)
}
