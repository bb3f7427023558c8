//! The data folder: keys, the configuration that must not change, and how they become an open database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use pramaan_app::certificate::Issuer;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{FileKeyStore, KeyStore};
use pramaan_store::outside::{self, HeadFile};
use pramaan_store::{DatabaseUrl, Db, DbOptions, ErasureList, Sealer, access_log, migrate};
use serde::{Deserialize, Serialize};

use crate::cli::Place;
use crate::system::SystemEntropy;

/// What `pramaan init` decides once: `pramaan.toml` in the data folder.
///
/// ```toml
/// origin = "log.example.gov.in/2026"
/// issuer = "https://vaccination.example.gov.in/"
/// ```
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The name of the access log. Never changes.
    pub(crate) origin: String,
    /// Begins the links in certificates.
    pub(crate) issuer: String,
}

/// An opened data folder.
pub(crate) struct Data {
    pub(crate) db: Db,
    pub(crate) sealer: Sealer,
    pub(crate) settings: Settings,
    /// The last head that was seen committed, beside the database.
    pub(crate) head: HeadFile,
    /// Who was erased, beside the database.
    pub(crate) erasures: ErasureList,
}

impl Data {
    pub(crate) fn issuer(&self) -> anyhow::Result<Issuer> {
        let issuer = &self.settings.issuer;
        Issuer::new(issuer).map_err(|error| anyhow!("issuer {issuer} in pramaan.toml: {error}"))
    }
}

impl Place {
    fn keys(&self) -> PathBuf {
        self.data.join("keys")
    }

    pub(crate) fn head(&self) -> HeadFile {
        HeadFile::at(self.data.join("log-head"))
    }

    pub(crate) fn erased(&self) -> PathBuf {
        self.data.join("erased")
    }

    fn settings(&self) -> PathBuf {
        self.data.join("pramaan.toml")
    }

    pub(crate) fn url(&self) -> anyhow::Result<DatabaseUrl> {
        match &self.database {
            Some(url) => Ok(url.parse()?),
            None => Ok(DatabaseUrl::Sqlite(self.data.join("pramaan.db"))),
        }
    }
}

/// Makes keys, settings, schema and an empty log. Refuses a folder that has any of them.
pub(crate) async fn create(place: &Place, settings: Settings, now: Timestamp) -> anyhow::Result<Data> {
    if place.settings().exists() || place.keys().exists() {
        bail!(
            "{} is a data folder already: name another, or use it with `pramaan serve`",
            place.data.display()
        );
    }
    make_private(&place.data).with_context(|| format!("making the folder {}", place.data.display()))?;
    let keys: Arc<dyn KeyStore> =
        Arc::new(FileKeyStore::create(&place.keys(), &SystemEntropy).context("making the keys")?);
    std::fs::write(place.settings(), toml::to_string(&settings)?).context("writing pramaan.toml")?;
    let sealer = Sealer::new(keys, Arc::new(SystemEntropy));
    let db = Db::open(&place.url()?, &DbOptions::default())
        .await
        .context("opening the database")?;
    migrate::migrate(&db).await.context("making the schema")?;
    let (begin, name) = (sealer.clone(), settings.origin.clone());
    let begun = db.write("pramaan::begin_log", move |tx| {
        Box::pin(async move { access_log::create(tx, &begin, &name, now).await })
    });
    begun.await.context("beginning the access log")?;
    let head = place.head();
    // A database that has a log already is not for new keys.
    outside::check(&db, &settings.origin, None).await?;
    outside::keep(&db, &settings.origin, &head).await?;
    ErasureList::create(&place.erased())?;
    let erasures = ErasureList::open(&place.erased(), sealer.clone())?;
    Ok(Data {
        db,
        sealer,
        settings,
        head,
        erasures,
    })
}

/// Opens what `init` made. Refuses a schema that is not this program's and a log that does not continue the one that was
/// served from here; erases again who was erased before a backup was restored.
pub(crate) async fn open(place: &Place, now: Timestamp) -> anyhow::Result<Data> {
    let (sealer, settings) = open_keys(place)?;
    let head = place.head();
    // Before the database is asked: what is committed meanwhile only makes the log longer.
    let kept = head.read(&settings.origin, &sealer)?;
    let db = open_database(place).await?;
    outside::check(&db, &settings.origin, kept).await?;
    let erasures = ErasureList::open(&place.erased(), sealer.clone())?;
    let policy = pramaan_policy::policy_hash();
    let again = outside::erase_again(&db, &sealer, &settings.origin, &erasures, policy, now).await?;
    if again > 0 {
        tracing::warn!(
            again,
            "people who had been erased were in the database again, as after restoring a backup: erased again"
        );
    }
    outside::keep(&db, &settings.origin, &head).await?;
    Ok(Data {
        db,
        sealer,
        settings,
        head,
        erasures,
    })
}

/// The database under this program's schema, whatever its log says.
pub(crate) async fn open_database(place: &Place) -> anyhow::Result<Db> {
    let db = Db::open(&place.url()?, &DbOptions::default())
        .await
        .context("opening the database")?;
    migrate::check(&db).await?;
    Ok(db)
}

/// Keys and settings without the database.
pub(crate) fn open_keys(place: &Place) -> anyhow::Result<(Sealer, Settings)> {
    let text = std::fs::read_to_string(place.settings()).with_context(|| {
        format!(
            "{} is not a data folder: make one with `pramaan init --data DIR --origin NAME`",
            place.data.display()
        )
    })?;
    let settings = toml::from_str(&text).context("reading pramaan.toml")?;
    let keys: Arc<dyn KeyStore> = Arc::new(FileKeyStore::open(&place.keys()).context("opening the keys")?);
    Ok((Sealer::new(keys, Arc::new(SystemEntropy)), settings))
}

/// The folder holds keys: nobody else may list it.
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}
