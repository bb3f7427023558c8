//! `pramaan verify-certificate`: the PDF, its JSON or the text of its QR code, checked offline; with a data folder, its
//! database is asked besides whether the certificate was replaced or withdrawn since.
//!
//! Ends with 0 for a valid certificate, 2 for one that is not, or is no more, 3 when nobody said whose signature counts.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use pramaan_cert::{Certificate, TrustedKeys, VerificationMethod, VerifyError, verify_file};

use pramaan_app::verify::{Fate, certificate_fate};
use pramaan_keys::Standing;
use pramaan_store::DatabaseUrl;

use crate::cli::{Place, VerifyCertificate};
use crate::commands::block_on;
use crate::{data, say};

/// Larger files are not certificates.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The data folder whose key is tried when nobody was named.
const NEARBY: &str = "pramaan-data";
/// Whom to trust was not said, so nothing was found out.
const NOT_CHECKED: u8 = 3;

pub(crate) fn run(options: &VerifyCertificate) -> anyhow::Result<ExitCode> {
    let trust = Trust::from(options)?;
    let bytes = read(&options.file)?;
    match verify_file(&bytes, &trust.keys) {
        Ok(verified) => {
            let fate = match &trust.folder {
                Some(folder) => fate(folder, verified.certificate.fields().id.as_str()),
                None => Since::NotLookedUp,
            };
            if let Since::Ended(sentence) = fate {
                say::error(&format!("NOT VALID ANY MORE: {sentence}"));
                return Ok(ExitCode::from(2));
            }
            say::line(&format!(
                "VALID: signed by {} and unchanged. Compare these facts with the person and the paper:",
                trust.whose
            ));
            for line in facts(&verified.certificate) {
                say::line(&line);
            }
            say::line(match fate {
                Since::Stands => {
                    "The database of the data folder knows of no correction or withdrawal since."
                }
                Since::Ended(_) | Since::NotLookedUp => {
                    "Whether it was replaced or withdrawn since, only its issuer's database knows: ask at the issuer's \
                     /verify page."
                }
            });
            Ok(ExitCode::SUCCESS)
        }
        Err(error @ (VerifyError::KeyUnknown | VerifyError::SignatureInvalid)) if !trust.was_named() => {
            say::error(&trust.not_checked(&error));
            Ok(ExitCode::from(NOT_CHECKED))
        }
        Err(error) => {
            say::error(&format!("NOT VALID: {error}"));
            Ok(ExitCode::from(2))
        }
    }
}

/// What became of a certificate since it was signed.
enum Since {
    Stands,
    /// In words.
    Ended(String),
    /// No file can tell, and the database was not there.
    NotLookedUp,
}

/// Asks the database of a data folder, if it is there.
fn fate(folder: &Path, number: &str) -> Since {
    let place = Place {
        data: folder.to_owned(),
        database: None,
    };
    if !is_there(&place) {
        return Since::NotLookedUp;
    }
    let asked = block_on(async {
        let (sealer, _) = data::open_keys(&place)?;
        let db = data::open_database(&place).await?;
        anyhow::Ok(certificate_fate(&db, &sealer, number.to_owned()).await?)
    });
    match asked {
        Ok(Some(Fate::Stands)) => Since::Stands,
        Ok(Some(Fate::Superseded { at })) => Since::Ended(format!(
            "it is genuine, but the dose was corrected on {}. Ask the person for the new certificate, which they find \
             under their own login",
            at.date()
        )),
        Ok(Some(Fate::Withdrawn { at })) => Since::Ended(format!(
            "it was genuine, but the dose was withdrawn on {}. The person can ask the centre why",
            at.date()
        )),
        Ok(None) | Err(_) => Since::NotLookedUp,
    }
}

/// Nothing is made by asking.
fn is_there(place: &Place) -> bool {
    match place.url() {
        Ok(DatabaseUrl::Sqlite(file)) => file.is_file(),
        Ok(DatabaseUrl::Postgres(_)) => true,
        Err(_) => false,
    }
}

/// Whose signatures count, and who said so.
struct Trust {
    keys: TrustedKeys,
    whose: String,
    said_by: SaidBy,
    /// Whose database may be asked.
    folder: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SaidBy {
    /// With --key or --data.
    Caller,
    /// The data folder lies beside.
    Nearness,
    Nobody,
}

impl Trust {
    fn from(options: &VerifyCertificate) -> anyhow::Result<Self> {
        let nearby = Path::new(NEARBY);
        let (folder, said_by) = match &options.data {
            Some(folder) => (Some(folder.as_path()), SaidBy::Caller),
            None if !options.key.is_empty() => (None, SaidBy::Caller),
            None if nearby.join("pramaan.toml").is_file() => (Some(nearby), SaidBy::Nearness),
            None => (None, SaidBy::Nobody),
        };
        let whose = match said_by {
            SaidBy::Nearness => format!("the issuer of ./{NEARBY}"),
            SaidBy::Caller | SaidBy::Nobody => "a trusted issuer".to_owned(),
        };
        Ok(Self {
            keys: keys(&options.key, folder)?,
            whose,
            said_by,
            folder: folder.map(Path::to_owned),
        })
    }

    fn was_named(&self) -> bool {
        self.said_by == SaidBy::Caller
    }

    /// A file names its signer and does not hold the key, so without the key nothing can be said about the signature.
    fn not_checked(&self, error: &VerifyError) -> String {
        let what = match (self.said_by, error) {
            (SaidBy::Nearness, VerifyError::SignatureInvalid) => {
                format!("the key of ./{NEARBY} did not sign it: another issuer did, or it was changed")
            }
            _ => {
                "it has the form of a certificate, but its issuer is not among those you trust, because you \
                  named none"
                    .to_owned()
            }
        };
        format!(
            "NOT CHECKED: {what}. Give the issuer's public key with --key HEX, or a data folder with --data DIR"
        )
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

fn keys(named: &[String], folder: Option<&Path>) -> anyhow::Result<TrustedKeys> {
    let mut keys = TrustedKeys::default();
    for hex in named {
        keys = keys
            .with(VerificationMethod::default(), key(hex)?)
            .map_err(|error| anyhow!("--key {hex}: {error}"))?;
    }
    if let Some(folder) = folder {
        let place = Place {
            data: folder.to_owned(),
            database: None,
        };
        let (sealer, _) = data::open_keys(&place)?;
        let own = sealer.keys.certificate_public_keys();
        for (public, _) in own
            .into_iter()
            .filter(|(_, standing)| *standing == Standing::Believed)
        {
            keys = keys
                .with(VerificationMethod::default(), public)
                .map_err(|error| anyhow!("the folder's key: {error}"))?;
        }
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
