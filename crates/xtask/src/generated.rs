//! Files in git that are written by code, so that people can review them: which they are, writing them, and the check
//! that nobody changed one side alone.

use anyhow::{Context, Result, bail};

use crate::shell;

struct Generated {
    path: &'static str,
    text: fn() -> String,
}

const FILES: &[Generated] = &[Generated {
    path: "policy/matrix.txt",
    text: pramaan_policy::matrix,
}];

pub(crate) fn write() -> Result<()> {
    for file in FILES {
        std::fs::write(shell::root().join(file.path), (file.text)())
            .with_context(|| format!("could not write {}", file.path))?;
        println!("wrote {}", file.path);
    }
    Ok(())
}

pub(crate) fn check() -> Result<()> {
    for file in FILES {
        let written = std::fs::read_to_string(shell::root().join(file.path))
            .with_context(|| format!("could not read {}", file.path))?;
        if written != (file.text)() {
            bail!(
                "{} is not what the code prints: run `cargo xtask matrix` and review the difference",
                file.path
            );
        }
        println!("{} is what the code prints", file.path);
    }
    Ok(())
}
