//! A data folder as the operator makes one, and opened beside the server to fill it and to count in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use pramaan_domain::time::Timestamp;
use pramaan_keys::FileKeyStore;
use pramaan_store::{DatabaseUrl, Db, DbOptions, Sealer};
use pramaan_testkit::SeededEntropy;

pub(crate) const ORIGIN: &str = "bench.example/log";

/// An opened data folder.
pub(crate) struct Data {
    pub(crate) folder: PathBuf,
    pub(crate) db: Db,
    pub(crate) sealer: Sealer,
}

impl Data {
    /// Made by `pramaan init`.
    pub(crate) async fn init(program: &Path, folder: PathBuf) -> Result<Self> {
        let status = Command::new(program)
            .args(["init", "--origin", ORIGIN, "--data"])
            .arg(&folder)
            .stdout(Stdio::null())
            .status()
            .context("starting `pramaan init`")?;
        ensure!(status.success(), "`pramaan init` ended with {status}");
        Self::open(folder).await
    }

    /// A folder that `init` made, with nobody else writing to it.
    pub(crate) async fn open(folder: PathBuf) -> Result<Self> {
        let keys = FileKeyStore::open(&folder.join("keys")).context("opening the keys")?;
        let url = DatabaseUrl::Sqlite(folder.join("pramaan.db"));
        let db = Db::open(&url, &DbOptions::default())
            .await
            .context("opening the database")?;
        // Names of made-up people in a folder that is deleted: the same ones in every run.
        let entropy = Arc::new(SeededEntropy::new(now().micros().unsigned_abs()));
        Ok(Self {
            folder,
            db,
            sealer: Sealer::new(Arc::new(keys), entropy),
        })
    }

    /// Closes, copies everything to another folder, and opens neither.
    pub(crate) async fn close_and_copy(self, to: &Path) -> Result<PathBuf> {
        self.db.close().await;
        copy(&self.folder, to)?;
        Ok(self.folder)
    }
}

/// A folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for entry in std::fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry.context("reading a folder")?;
        let target = to.join(entry.file_name());
        if entry.file_type().context("reading a folder")?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target).context("copying a file")?;
        }
    }
    Ok(())
}

/// The system's time: the server that is measured has it too.
#[expect(
    clippy::disallowed_methods,
    reason = "the benchmark is a composition root, and shares its clock with the measured server"
)]
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
