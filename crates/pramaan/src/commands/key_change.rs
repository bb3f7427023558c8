//! `pramaan keys rotate` and `pramaan keys compromised`: an entry in the access log, then the next key in the folder, then in
//! words what has to follow and what no new key brings back.

use std::process::ExitCode;

use anyhow::{Context, bail};
use pramaan_app::Clock;
use pramaan_keys::{FileKeyStore, KeyEpoch, Root};
use pramaan_store::outside;

use crate::cli::{KeyChange, Place, RootKey};
use crate::commands::log::reasoned;
use crate::commands::{block_on, keys};
use crate::system::{SystemClock, SystemEntropy};
use crate::{data, say};

/// Why a key is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nobody else is known to have it.
    Precaution,
    /// Somebody else may have it.
    Stolen,
}

impl Why {
    const fn what(self) -> &'static str {
        match self {
            Self::Precaution => "is replaced as a precaution",
            Self::Stolen => "is replaced because somebody else may have it",
        }
    }
}

impl From<RootKey> for Root {
    fn from(key: RootKey) -> Self {
        match key {
            RootKey::Sealing => Self::Sealing,
            RootKey::Index => Self::Index,
            RootKey::Token => Self::Token,
            RootKey::Log => Self::Log,
            RootKey::Certificate => Self::Certificate,
        }
    }
}

pub(crate) fn run(change: &KeyChange, why: Why) -> anyhow::Result<ExitCode> {
    let reason = reasoned(&change.reason)?;
    let (root, place) = (Root::from(change.key), &change.place);
    if root == Root::Log {
        bail!(LOG);
    }
    let what = format!("the {} key {}", root.name(), why.what());
    block_on(entered(place, what, reason)).context("writing the entry about it; the key is as it was")?;
    if root == Root::Index {
        let code = keys::new_index(place)?;
        say_all(after(root, why));
        return Ok(code);
    }
    let KeyEpoch(epoch) = FileKeyStore::create_next(&place.keys(), root, &SystemEntropy)
        .with_context(|| format!("making the next {} key", root.name()))?;
    if why == Why::Stolen && matches!(root, Root::Token | Root::Certificate) {
        FileKeyStore::mark_stolen(&place.keys(), root).context("marking the keys before as stolen")?;
    }
    say::line(&format!(
        "made {} key {epoch}, with an entry in the access log; back it up with the others, which stay needed",
        root.name()
    ));
    say_all(after(root, why));
    Ok(ExitCode::SUCCESS)
}

/// Fails closed: without the entry no key is touched.
async fn entered(place: &Place, what: String, reason: String) -> anyhow::Result<()> {
    let data = data::open(place, SystemClock.now()).await?;
    let origin = &data.settings.origin;
    let policy = pramaan_policy::policy_hash();
    outside::key_event(
        &data.db,
        &data.sealer,
        origin,
        (what, reason),
        policy,
        SystemClock.now(),
    )
    .await?;
    outside::keep(&data.db, &data.sealer, origin, &data.head).await?;
    Ok(())
}

fn say_all(lines: &[&str]) {
    lines.iter().for_each(|line| say::line(line));
}

/// What has to follow, and what stays as it was.
const fn after(root: Root, why: Why) -> &'static [&'static str] {
    match (root, why) {
        (Root::Sealing, Why::Precaution) => &[RESTART, REWRAP],
        (Root::Sealing, Why::Stolen) => &[RESTART, REWRAP, SEALING_LOST, SEALING_STAYS],
        (Root::Token, Why::Precaution) => &[RESTART, TOKEN_STAYS],
        (Root::Token, Why::Stolen) => &[RESTART, TOKEN_ENDS, TOKEN_STAYS],
        (Root::Certificate, Why::Precaution) => &[RESTART, CERTIFICATE_KEY],
        (Root::Certificate, Why::Stolen) => &[RESTART, CERTIFICATE_KEY, CERTIFICATE_LOST],
        (Root::Index, Why::Stolen) => &[INDEX_LOST],
        (Root::Index, Why::Precaution) | (Root::Log, _) => &[],
    }
}

const RESTART: &str =
    "next: bring the folder of keys to every server, stop every server, and start every server";
const REWRAP: &str =
    "then: pramaan keys rewrap, which moves the keys of persons to it while the servers answer";
const SEALING_LOST: &str = "whoever has the old key and a copy of the database from before can read everybody in that copy: no new key changes that. \
     Treat it as a leak, and delete old backups of persons' keys";
const SEALING_STAYS: &str = "names and second factors of staff, messages not sent yet, held doses and reasons in the log stay under the key that sealed \
     them (docs/known-gaps.md): invite the staff anew where that matters";
const TOKEN_ENDS: &str = "every login at a phone ends with the start. Logins of staff are rows of the database, which the token key alone does not make";
const TOKEN_STAYS: &str = "what binds rows of the database to each other, and the digits on slips and cards, stays under the first token key \
     (docs/known-gaps.md)";
const CERTIFICATE_KEY: &str =
    "then: pramaan certificate-key, and give the new public key to whoever checks certificates offline";
const CERTIFICATE_LOST: &str = "every certificate so far is to be issued anew: /verify says so of each, and its person finds it signed with the new key under \
     their login. Tell whoever checks offline to strike the old public key";
const INDEX_LOST: &str = "whoever has the old key can test numbers against a copy of the database from before: no new key changes that";
const LOG: &str = "a log has one key for ever: whoever audits it knows it by that key. Nothing was changed. When the key may be stolen, tell the \
     witnesses and auditors today: they refuse another history whoever signs it. Then \
     begin its successor, which has its entries and a key of its own: pramaan log succeed (docs/operation.md)";
