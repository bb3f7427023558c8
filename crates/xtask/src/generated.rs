//! Files in git that are written by code, so that people can review them: which they are, writing them, and the check
//! that nobody changed one side alone.

use anyhow::{Context, Result, bail};

use crate::{inventory, shell};

struct Generated {
    path: &'static str,
    text: fn() -> Result<String>,
}

const FILES: &[Generated] = &[
    Generated {
        path: "policy/matrix.txt",
        text: || Ok(pramaan_policy::matrix()),
    },
    Generated {
        path: "policy/fields.txt",
        text: inventory::text,
    },
    Generated {
        path: "policy/register.json",
        text: inventory::register,
    },
];

pub(crate) fn write() -> Result<()> {
    for file in FILES {
        std::fs::write(shell::root().join(file.path), (file.text)()?)
            .with_context(|| format!("could not write {}", file.path))?;
        println!("wrote {}", file.path);
    }
    Ok(())
}

pub(crate) fn check() -> Result<()> {
    for file in FILES {
        let written = std::fs::read_to_string(shell::root().join(file.path))
            .with_context(|| format!("could not read {}", file.path))?;
        if written != (file.text)()? {
            bail!(
                "{} is not what the code prints: run `cargo xtask generate` and review the difference",
                file.path
            );
        }
        println!("{} is what the code prints", file.path);
    }
    Ok(())
}
