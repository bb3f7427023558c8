//! The access log as its public sees it: heads, tiles, leaves and policies; nothing that a stranger may not have.

mod compare;
mod cosigner;
mod days;
mod demonstration;
mod earlier;
mod heard;
mod progress;
mod publish;
mod witnessed;

use pramaan_store::public_log::{self, Publication};
use pramaan_store::{Sealer, StoreError, Tx, Work};
use pramaan_tlog::{Tile, Verifier};

use crate::App;

pub use compare::compare;
pub use cosigner::{
    Answers, Consistency, Cosigned, Cosigners, Cosigning, Dispute, NoWitnesses, Proving, Seeing, Seen,
    TooFewCosigned,
};
pub use demonstration::{Audit, DELETE, Deed, Dishonesty, EDIT};
pub use earlier::EarlierFile;
pub(crate) use progress::Progress;
pub use progress::Unpublished;
pub use publish::Published;
pub(crate) use witnessed::Witnessed;
pub use witnessed::{Freshness, WitnessHealth, Witnesses};

/// A file of the published log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFile {
    /// Hashes.
    Tile(Tile),
    /// The leaves of a tile of level 0.
    Entries(Tile),
}

impl LogFile {
    /// From a path under the log's address: `tile/0/x001/067.p/41`, `tile/entries/000`. Exactly the form of C2SP tlog-tiles.
    pub fn parse(path: &str) -> Option<Self> {
        match path.strip_prefix("tile/entries/") {
            Some(number) => Tile::parse(&format!("tile/0/{number}")).map(Self::Entries),
            None => Tile::parse(path).map(Self::Tile),
        }
    }

    const fn tile(self) -> Tile {
        match self {
            Self::Tile(tile) | Self::Entries(tile) => tile,
        }
    }
}

impl App {
    /// The key by which the log's heads are checked: `origin+hex+base64`.
    ///
    /// # Errors
    /// `NoLog` when the origin cannot be a key's name, which `init` refuses.
    pub fn log_key(&self) -> Result<String, StoreError> {
        Verifier::new(&self.0.log.origin(), &self.0.sealer.keys.log_public_key())
            .map(|verifier| verifier.to_string())
            .map_err(|_| StoreError::NoLog)
    }

    /// What was published last; `None` before the first.
    pub async fn newest_publication(&self) -> Result<Option<Publication>, StoreError> {
        self.of_log(|tx, sealer, origin| {
            Box::pin(async move { public_log::newest(tx, (&sealer, &origin)).await })
        })
        .await
    }

    /// The publication of a number, from 1 on without gaps.
    pub async fn publication(&self, number: u64) -> Result<Option<Publication>, StoreError> {
        self.of_log(move |tx, sealer, origin| {
            Box::pin(async move { public_log::numbered(tx, (&sealer, &origin), number).await })
        })
        .await
    }

    /// The bytes of a file; `None` beyond what the newest publication covers.
    ///
    /// # Errors
    /// `LogDamaged` when the database's rows do not give what was signed.
    pub async fn log_file(&self, file: LogFile) -> Result<Option<Vec<u8>>, StoreError> {
        self.of_log(move |tx, sealer, origin| {
            Box::pin(async move { covered(tx, (&sealer, &origin), file).await })
        })
        .await
    }

    /// The text of a policy that entries name by this SHA-256.
    pub async fn log_policy(&self, hash: [u8; 32]) -> Result<Option<String>, StoreError> {
        self.of_log(move |tx, _, _| Box::pin(async move { public_log::policy_text(tx, hash).await }))
            .await
    }

    async fn of_log<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        F: for<'t> FnOnce(&'t mut Tx, Sealer, std::sync::Arc<str>) -> Work<'t, T, StoreError>
            + Send
            + 'static,
        T: Send + 'static,
    {
        let (sealer, origin) = (self.0.sealer.clone(), self.0.log.origin());
        self.0
            .db
            .read("app::public_log", move |tx| work(tx, sealer, origin))
            .await
    }
}

async fn covered(tx: &mut Tx, of: public_log::Of<'_>, file: LogFile) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(newest) = public_log::newest(tx, of).await? else {
        return Ok(None);
    };
    let found = public_log::covered(tx, &newest, file.tile()).await?;
    Ok(found.and_then(|found| match file {
        LogFile::Tile(_) => Some(found.hashes),
        LogFile::Entries(_) => found.bundle,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_in_one_form_only() {
        let tile = |level, index, size| Tile::of_size(level, index, size).unwrap();
        assert_eq!(
            LogFile::parse("tile/0/000.p/41"),
            Some(LogFile::Tile(tile(0, 0, 41)))
        );
        assert_eq!(
            LogFile::parse("tile/entries/x001/067"),
            Some(LogFile::Entries(tile(0, 1_067, 1 << 20)))
        );
        for other in [
            "tile/0/0",
            "tile/0/x000/001",
            "tile/entries/000.p/0",
            "tile/entries/000.p/256",
            "tile/9/000",
            "tile/-1/000",
            "tile/entries/",
            "entries/000",
            "tile/0/000/",
        ] {
            assert_eq!(LogFile::parse(other), None, "{other}");
        }
    }
}
