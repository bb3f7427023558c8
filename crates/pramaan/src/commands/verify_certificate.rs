//! `pramaan verify-certificate`: the PDF, its JSON or the text of its QR code, checked offline.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use pramaan_cert::{Certificate, TrustedKeys, VerificationMethod, verify_file};

use crate::cli::{Place, VerifyCertificate};
use crate::{data, say};

/// Larger files are not certificates.
const LARGEST: u64 = 16 * 1024 * 1024;

pub(crate) fn run(options: &VerifyCertificate) -> anyhow::Result<ExitCode> {
    let keys = trusted(options)?;
    let bytes = read(&options.file)?;
    match verify_file(&bytes, &keys) {
        Ok(verified) => {
            say::line(
                "VALID: signed by a trusted issuer and unchanged. Compare these facts with the person and the paper:",
            );
            for line in facts(&verified.certificate) {
                say::line(&line);
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            say::error(&format!("NOT VALID: {error}"));
            Ok(ExitCode::from(2))
        }
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let size = file
        .metadata()
        .with_context(|| format!("reading {}", file.display()))?
        .len();
    if size > LARGEST {
        bail!("{} is larger than any certificate", file.display());
    }
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}

fn trusted(options: &VerifyCertificate) -> anyhow::Result<TrustedKeys> {
    let mut keys = TrustedKeys::default();
    for hex in &options.key {
        keys = keys
            .with(VerificationMethod::default(), key(hex)?)
            .map_err(|error| anyhow!("--key {hex}: {error}"))?;
    }
    if let Some(folder) = &options.data {
        let place = Place {
            data: folder.clone(),
            database: None,
        };
        let (sealer, _) = data::open_keys(&place)?;
        let public = sealer.keys.certificate_public_key();
        keys = keys
            .with(VerificationMethod::default(), public)
            .map_err(|error| anyhow!("the folder's key: {error}"))?;
    }
    if options.key.is_empty() && options.data.is_none() {
        bail!(
            "whom do you trust? Give the issuer's public key with --key HEX, or a data folder with --data DIR"
        );
    }
    Ok(keys)
}

fn key(hex: &str) -> anyhow::Result<[u8; 32]> {
    let digits = |at: usize| {
        hex.get(at * 2..at * 2 + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    let bytes: Option<Vec<u8>> = (0..32).map(digits).collect();
    let bytes = bytes
        .filter(|_| hex.len() == 64)
        .ok_or_else(|| anyhow!("--key {hex}: give 64 hexadecimal digits"))?;
    bytes
        .try_into()
        .map_err(|_| anyhow!("--key {hex}: give 64 hexadecimal digits"))
}

fn facts(certificate: &Certificate) -> Vec<String> {
    let facts = certificate.fields();
    let (dose, total) = facts.dose.numbers();
    vec![
        format!("  certificate    {}", facts.id.as_str()),
        format!("  name           {}", facts.person.name.as_str()),
        format!("  age            {}", facts.person.age),
        format!("  gender         {}", facts.person.gender.as_str()),
        format!("  identity       {}", facts.person.identity),
        format!("  reference id   {}", facts.person.reference_id.as_str()),
        format!(
            "  vaccine        {} ({})",
            facts.vaccine.name.as_str(),
            facts.vaccine.manufacturer.as_str()
        ),
        format!("  batch          {}", facts.vaccine.batch.as_str()),
        format!("  dose           {dose} of {total}"),
        format!("  given          {}", facts.given_at.date()),
        format!(
            "  facility       {}, {}",
            facts.facility.name.as_str(),
            facts.facility.place.district.as_str()
        ),
    ]
}
