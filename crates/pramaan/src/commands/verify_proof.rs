//! `pramaan log verify-proof`: the receipt of one entry, checked offline, told in plain words (docs/extract.md, Receipts).
//!
//! Ends with 0 when the entry is in the log, 1 when that is not shown, 2 when there is nothing to check.

use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use pramaan_tlog::leaf::{Circumstances, Hour};
use pramaan_tlog::policy::{Endorsed, MAX_POLICY, Policy};
use pramaan_tlog::{Leaf, MAX_PROOF_FILE, ProofFile, Verifier, leaf_hash};

use super::verify_extract::bytes;
use crate::cli::VerifyProof;
use crate::say;

const FAILS: u8 = 1;
const NOTHING_TO_CHECK: u8 = 2;

pub(crate) fn run(options: &VerifyProof) -> ExitCode {
    match read(options) {
        Ok((proof, leaf, policy)) => match proof.verify(&leaf_hash(&leaf), &policy) {
            Ok(endorsed) => {
                report(&proof, &leaf, &endorsed)
                    .iter()
                    .for_each(|line| say::line(line));
                ExitCode::SUCCESS
            }
            Err(error) => {
                say::error(&format!("FAIL {error}"));
                ExitCode::from(FAILS)
            }
        },
        Err(error) => {
            say::error(&format!("pramaan: {error:#}"));
            ExitCode::from(NOTHING_TO_CHECK)
        }
    }
}

/// The receipt, the leaf that it is about, and whom the reader trusts.
fn read(options: &VerifyProof) -> anyhow::Result<(ProofFile, Vec<u8>, Policy)> {
    let proof = ProofFile::parse(&bytes(&options.file, MAX_PROOF_FILE)?)
        .with_context(|| options.file.display().to_string())?;
    let Some(leaf) = proof.extra.clone() else {
        bail!(
            "{}: it has no leaf in its extra line, so it does not say what it proves",
            options.file.display()
        );
    };
    Ok((proof, leaf, trusted(options)?))
}

fn trusted(options: &VerifyProof) -> anyhow::Result<Policy> {
    match (&options.policy, &options.key) {
        (Some(file), _) => {
            let attempt = || format!("the policy {}", file.display());
            Policy::parse(&bytes(file, MAX_POLICY)?).with_context(attempt)
        }
        (None, Some(key)) => {
            let wrong = |error| anyhow!("--key {key}: {error}; the log publishes it as /log/key");
            Ok(Policy::of_log(Verifier::parse(key.trim()).map_err(wrong)?))
        }
        (None, None) => {
            bail!("give the log's key with --key, or a policy file with --policy: a receipt has none")
        }
    }
}

fn report(proof: &ProofFile, leaf: &[u8], endorsed: &Endorsed) -> Vec<String> {
    let head = &endorsed.checkpoint;
    let mut lines = vec![
        format!(
            "HOLDS: log {} at {} entries has this as entry {}:",
            head.origin(),
            head.size(),
            proof.index
        ),
        format!("  {}", told(leaf)),
    ];
    let cosigned = endorsed.cosigned.iter().flatten().count();
    lines.push(match cosigned {
        0 => "NOT CHECKED whether others are shown the same log: no witness that you name signed this head"
            .to_owned(),
        n => format!("{n} of the witnesses that you name signed this head"),
    });
    lines.push(
        "NOT CHECKED whom the entry is about: that shows an extract, which only the person can take (docs/extract.md)"
            .to_owned(),
    );
    lines
}

/// What the public leaf says.
fn told(leaf: &[u8]) -> String {
    match Leaf::from_bytes(leaf) {
        Ok(Leaf::Access(access)) => format!("{}, {}", access.kind.name(), around(&access.circumstances)),
        Ok(Leaf::Summary(summary)) => format!("{}, {}", summary.kind.name(), around(&summary.circumstances)),
        Ok(Leaf::System(system)) => format!("{}, on {}", system.kind.name(), hour(system.hour)),
        Ok(Leaf::DayRoot(root)) => format!("the root of {}, over {} entries", root.day, root.count),
        Ok(Leaf::Bridge(bridge)) => format!("the bridge from another log, on {}", hour(bridge.hour)),
        Err(_) => "a leaf of a newer version".to_owned(),
    }
}

fn around(said: &Circumstances) -> String {
    let organisation = match said.actor.organisation {
        0 => String::new(),
        number => format!(", number {number}"),
    };
    format!(
        "on {}, by {}{organisation}, for {}, on {}",
        hour(said.hour),
        said.actor.class.name(),
        said.purpose.name(),
        said.basis.name()
    )
}

fn hour(hour: Hour) -> String {
    format!(
        "{} between {:02} and {:02} o'clock",
        hour.day(),
        hour.number() % 24,
        hour.number() % 24 + 1
    )
}
