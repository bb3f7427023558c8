//! The data folder: keys, the configuration that must not change, and how they become an open database.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use pramaan_app::certificate::Issuer;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{FileKeyStore, KeyStore};
use pramaan_store::outside::{self, HeadFile, KeptHead};
use pramaan_store::{
    DatabaseUrl, Db, DbOptions, ErasureList, Sealer, StoreError, access_log, backup, migrate, public_log,
};
use serde::{Deserialize, Serialize};

use crate::cli::Place;
use crate::commands::typed;
use crate::config;
use crate::system::SystemEntropy;
use crate::witnesses::LogPolicy;

/// `pramaan.toml`: what `pramaan init` decides once, and what an operator may turn (docs/pramaan.example.toml).
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The name of the access log. A successor has another: `pramaan log succeed`.
    pub(crate) origin: String,
    /// Begins the links in certificates.
    pub(crate) issuer: String,
    #[serde(default)]
    pub(crate) otp: config::Otp,
    #[serde(default)]
    pub(crate) staff_logins: config::StaffLogins,
    #[serde(default)]
    pub(crate) requests: config::Requests,
    #[serde(default)]
    pub(crate) page_logins: config::PageLogins,
    #[serde(default)]
    pub(crate) server: config::Server,
    #[serde(default)]
    pub(crate) database: config::Database,
    #[serde(default)]
    pub(crate) log: config::Log,
}

impl Settings {
    fn db_options(&self) -> DbOptions {
        self.database.options(self.server.request())
    }
}

impl Settings {
    /// With the defaults of everything that can be turned.
    pub(crate) fn new(origin: String, issuer: String) -> Self {
        Self {
            origin,
            issuer,
            otp: config::Otp::default(),
            staff_logins: config::StaffLogins::default(),
            requests: config::Requests::default(),
            page_logins: config::PageLogins::default(),
            server: config::Server::default(),
            database: config::Database::default(),
            log: config::Log::default(),
        }
    }

    /// What is written: defaults are left out, so that a later program's better ones count.
    fn written(&self) -> anyhow::Result<String> {
        let bare = [("origin", &self.origin), ("issuer", &self.issuer)];
        let table: toml::Table = bare
            .into_iter()
            .map(|(key, value)| (key.to_owned(), toml::Value::String(value.clone())))
            .collect();
        Ok(toml::to_string(&table)?)
    }
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
    /// Who countersigns the log; none in a folder that was only just made.
    pub(crate) witnesses: Option<LogPolicy>,
    /// Held while the folder is open, so that nothing is restored into it.
    _open: File,
}

impl Data {
    pub(crate) fn issuer(&self) -> anyhow::Result<Issuer> {
        let issuer = &self.settings.issuer;
        Issuer::new(issuer).map_err(|error| anyhow!("issuer {issuer} in pramaan.toml: {error}"))
    }
}

impl Place {
    pub(crate) fn keys(&self) -> PathBuf {
        self.data.join("keys")
    }

    pub(crate) fn head(&self) -> HeadFile {
        HeadFile::at(self.data.join("log-head"))
    }

    pub(crate) fn erased(&self) -> PathBuf {
        self.data.join("erased")
    }

    pub(crate) fn settings(&self) -> PathBuf {
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
    let begun = Begun::folder(place)?;
    let open = in_use(place)?;
    let keys: Arc<dyn KeyStore> =
        Arc::new(FileKeyStore::create(&place.keys(), &SystemEntropy).context("making the keys")?);
    std::fs::write(place.settings(), settings.written()?).context("writing pramaan.toml")?;
    let sealer = Sealer::new(keys, Arc::new(SystemEntropy));
    let db = Db::open(&place.url()?, &DbOptions::default())
        .await
        .context("opening the database")?;
    migrate::migrate(&db.unhurried())
        .await
        .context("making the schema")?;
    let (begin, name) = (sealer.clone(), settings.origin.clone());
    let empty = db.write("pramaan::begin_log", move |tx| {
        Box::pin(async move { access_log::create(tx, &begin, &name, now).await })
    });
    empty.await.context("beginning the access log")?;
    keep_policy(&db).await?;
    let head = place.head();
    // A database that has a log already is not for new keys.
    outside::keep(&db, &sealer, &settings.origin, &head).await?;
    ErasureList::create(&place.erased())?;
    let erasures = ErasureList::open(&place.erased(), sealer.clone())?;
    begun.finish();
    Ok(Data {
        db,
        sealer,
        settings,
        head,
        erasures,
        witnesses: None,
        _open: open,
    })
}

/// Opens what `init` made, for a command. Refuses a schema that is not this program's, a log that does not continue the one
/// that was served from here, and one of which the witnesses have seen more, or do not say; erases again who was erased
/// before a backup was restored.
pub(crate) async fn open(place: &Place, now: Timestamp) -> anyhow::Result<Data> {
    let (mut data, known) = opened(place, None).await?;
    data.db = data.db.unhurried();
    if let Some(witnesses) = &data.witnesses {
        let log = (&data.db, &data.sealer, &data.settings);
        witnesses.gate(place, log, known.clone()).await?;
    }
    begin(&data, known, now).await?;
    Ok(data)
}

/// The same for a server, with the settings of another file than the folder's when one is given. Where there are witnesses,
/// nothing is signed here: the server asks them first, and begins when they have answered.
pub(crate) async fn open_to_serve(
    place: &Place,
    config: Option<&Path>,
    now: Timestamp,
) -> anyhow::Result<Data> {
    let (data, known) = opened(place, config).await?;
    if data.witnesses.is_none() {
        begin(&data, known, now).await?;
    }
    Ok(data)
}

/// Signs for the first time: erases again who was erased before a backup was restored.
async fn begin(data: &Data, known: KeptHead, now: Timestamp) -> anyhow::Result<()> {
    let (db, sealer, origin) = (&data.db.unhurried(), &data.sealer, &data.settings.origin);
    let (erasures, policy) = (&data.erasures, pramaan_policy::policy_hash());
    let again = outside::erase_again(db, sealer, origin, known, erasures, policy, now).await?;
    if again > 0 {
        tracing::warn!(
            again,
            "people who had been erased were in the database again, as after restoring a backup: erased again"
        );
    }
    outside::keep(db, sealer, origin, &data.head).await?;
    Ok(())
}

/// The text of this program's policy, before any entry that was decided by it: another node, of an older program, may be the
/// one that publishes the entry.
pub(crate) async fn keep_policy(db: &Db) -> anyhow::Result<()> {
    let kept = db.write("pramaan::keep_policy", |tx| {
        Box::pin(async move { public_log::keep_policy(tx, &pramaan_policy::matrix()).await })
    });
    let kept: Result<(), StoreError> = kept.await;
    kept.context("keeping the text of the policy")
}

/// A folder that fits its database, and the head that it keeps. Nothing was signed.
async fn opened(place: &Place, config: Option<&Path>) -> anyhow::Result<(Data, KeptHead)> {
    let (sealer, own) = open_keys(place)?;
    let settings = match config {
        None => own,
        Some(file) => {
            let other = read_settings(file)?;
            if other.origin != own.origin {
                bail!(
                    "{}: origin is {}, the log of {} is {}: write that name there, or name the right folder",
                    file.display(),
                    other.origin,
                    place.data.display(),
                    own.origin
                );
            }
            refuse_other_witnesses(place, (file, &other), &own)?;
            other
        }
    };
    let open = in_use(place)?;
    let named = |error| naming_folder(error, place);
    let (head, origin) = (place.head(), &settings.origin);
    let served = connect(place, &settings.db_options()).await?;
    let db = served.unhurried();
    refuse_another_name(&db, place, &settings).await?;
    refuse_without_keys(&db).await?;
    let known = outside::keep(&db, &sealer, origin, &head).await.map_err(named)?;
    as_published(&db, &sealer, origin, &head).await.map_err(named)?;
    let erasures = ErasureList::open(&place.erased(), sealer.clone()).map_err(named)?;
    let witnesses = LogPolicy::of(&place.data, (&db, &sealer, &settings)).await?;
    keep_policy(&db).await?;
    let data = Data {
        db: served,
        sealer,
        settings,
        head,
        erasures,
        witnesses,
        _open: open,
    };
    Ok((data, known))
}

/// Commands read the folder's settings. Witnesses that they do not know of would be asked by the server alone, and each of
/// them would sign without a question.
fn refuse_other_witnesses(
    place: &Place,
    (file, other): (&Path, &Settings),
    own: &Settings,
) -> anyhow::Result<()> {
    let policy = |settings: &Settings| settings.log.policy(&place.data);
    if policy(other) == policy(own) {
        return Ok(());
    }
    let said = |settings: &Settings| match policy(settings) {
        Some(policy) => policy.display().to_string(),
        None => "empty".to_owned(),
    };
    bail!(
        "{}: the policy of the log's witnesses is {}, and in {} it is {}: every command asks those of the second. Write the same \
         `witnesses` under [log] in both files",
        file.display(),
        said(other),
        place.settings().display(),
        said(own)
    )
}

/// Refuses a database that lacks what this folder knows to be published.
pub(crate) async fn as_published(
    db: &Db,
    sealer: &Sealer,
    origin: &str,
    head: &HeadFile,
) -> Result<(), StoreError> {
    let known = head.published(origin, sealer)?.known();
    let (sealer, origin) = (sealer.clone(), origin.to_owned());
    let last = db.read("pramaan::as_published", move |tx| {
        Box::pin(async move { public_log::last(tx, (&sealer, &origin), known).await })
    });
    last.await.map(drop)
}

/// Shared by whoever has the folder open, until it is dropped.
fn in_use(place: &Place) -> anyhow::Result<File> {
    let folder = File::open(&place.data).with_context(|| format!("opening {}", place.data.display()))?;
    match folder.try_lock_shared() {
        Ok(()) => Ok(folder),
        Err(TryLockError::WouldBlock) => {
            bail!(
                "a backup is being restored into {}: wait for its end",
                place.data.display()
            )
        }
        Err(TryLockError::Error(error)) => Err(error).context("locking the data folder"),
    }
}

/// The folder for this process alone, until it is dropped.
pub(crate) fn alone(place: &Place) -> anyhow::Result<File> {
    let folder = File::open(&place.data).with_context(|| format!("opening {}", place.data.display()))?;
    match folder.try_lock() {
        Ok(()) => Ok(folder),
        Err(TryLockError::WouldBlock) => bail!(
            "{} is in use: stop `pramaan serve`, or what else has it open, first",
            place.data.display()
        ),
        Err(TryLockError::Error(error)) => Err(error).context("locking the data folder"),
    }
}

/// Refuses a database whose log has another name than the settings say.
pub(crate) async fn refuse_another_name(db: &Db, place: &Place, settings: &Settings) -> anyhow::Result<()> {
    match outside::origin(db).await? {
        Some(named) if named != settings.origin => bail!(another_name(&named, &settings.origin, place)),
        _ => Ok(()),
    }
}

/// What may have come before a database and a folder of different logs, and what to do.
pub(crate) fn another_name(named: &str, ours: &str, place: &Place) -> String {
    format!(
        "the access log in the database is called {named}, and that of {} is {ours}. If a successor was being begun and was \
         stopped halfway, give the same command again, with --origin {named}. If it was begun on another server, bring log-head and \
         pramaan.toml from there, and of its folder of keys the files that are not here. If the database was restored from a backup that is older than {ours}, start with \
         the newer one, or, if that is lost, make it public with `pramaan log adopt --data {} --origin NEW --reason TEXT`",
        place.data.display(),
        typed(&place.data)
    )
}

/// The text of the settings with another origin, everything else as it is.
///
/// # Errors
/// When the file does not read back as these settings under that name.
pub(crate) fn renamed(place: &Place, settings: &Settings, origin: &str) -> anyhow::Result<String> {
    let path = place.settings();
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let is_origin = |line: &str| {
        let rest = line.trim_start().strip_prefix("origin").map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with('='))
    };
    let mut found = false;
    let lines = text
        .split_inclusive('\n')
        .map(|line| match is_origin(line) && !found {
            true => {
                found = true;
                format!("origin = \"{origin}\"\n")
            }
            false => line.to_owned(),
        });
    let renamed: String = lines.collect();
    let mut read: Settings =
        toml::from_str(&renamed).with_context(|| format!("changing {}", path.display()))?;
    let is_named = std::mem::replace(&mut read.origin, settings.origin.clone()) == origin;
    if !is_named || read != *settings {
        bail!(
            "changing {}: the line `origin = \"{}\"` was not found; write it on a line of its own",
            path.display(),
            settings.origin
        );
    }
    Ok(renamed)
}

/// Writes the settings, whole or not at all.
pub(crate) fn replace_settings(place: &Place, text: &str) -> anyhow::Result<()> {
    let path = place.settings();
    let part = path.with_extension("toml.part");
    let writing = || format!("writing {}", path.display());
    std::fs::write(&part, text).with_context(writing)?;
    File::open(&part)
        .and_then(|file| file.sync_all())
        .with_context(writing)?;
    let mode = std::fs::metadata(&path).with_context(writing)?.permissions();
    std::fs::set_permissions(&part, mode).with_context(writing)?;
    std::fs::rename(&part, &path).with_context(writing)?;
    File::open(&place.data)
        .and_then(|folder| folder.sync_all())
        .with_context(writing)
}

/// The store knows no folder; who reads its advice wants a command that works.
pub(crate) fn naming_folder(error: StoreError, place: &Place) -> anyhow::Error {
    let advice = format!("pramaan log adopt --data {}", typed(&place.data));
    anyhow!(error.to_string().replace("pramaan log adopt", &advice))
}

/// Refuses a database with records of people and no key that opens them.
pub(crate) async fn refuse_without_keys(db: &Db) -> anyhow::Result<()> {
    if backup::keys(db).await? == backup::Keys::Fit {
        return Ok(());
    }
    let reason = "the database has people's records and not one of the keys that open them (the table person_key is \
empty), as when a backup's file of records was put here without its file of keys: bring both back with `pramaan restore`, \
or, on PostgreSQL, restore the dump of person_key (docs/operation.md)";
    tracing::error!(reason, "no record can be opened");
    bail!(reason)
}

/// The database under this program's schema, whatever its log says, for a command: it may take its time.
pub(crate) async fn open_database(place: &Place) -> anyhow::Result<Db> {
    Ok(connect(place, &DbOptions::default()).await?.unhurried())
}

async fn connect(place: &Place, options: &DbOptions) -> anyhow::Result<Db> {
    let db = Db::open(&place.url()?, options)
        .await
        .context("opening the database")?;
    migrate::check(&db).await?;
    Ok(db)
}

fn read_settings(file: &Path) -> anyhow::Result<Settings> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    toml::from_str(&text).with_context(|| format!("reading {}", file.display()))
}

/// Keys and settings without the database.
pub(crate) fn open_keys(place: &Place) -> anyhow::Result<(Sealer, Settings)> {
    let file = place.settings();
    let text = match std::fs::read_to_string(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "{} is not a data folder: make one with `pramaan init --data DIR --origin NAME`",
            place.data.display()
        ),
        read => read.with_context(|| format!("reading {}", file.display()))?,
    };
    let settings = toml::from_str(&text).context("reading pramaan.toml")?;
    let keys: Arc<dyn KeyStore> = Arc::new(FileKeyStore::open(&place.keys()).context("opening the keys")?);
    Ok((Sealer::new(keys, Arc::new(SystemEntropy)), settings))
}

/// What `create` began: removed again unless it came to its end.
struct Begun {
    /// What is there now and was not there before, files first.
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Begun {
    fn folder(place: &Place) -> anyhow::Result<Self> {
        let database = match place.url()? {
            DatabaseUrl::Sqlite(path) => Some(path),
            DatabaseUrl::Postgres(_) => None,
        };
        let beside = ["log-head", "log-published"].map(|name| place.data.join(name));
        let [head, published] = beside;
        let own = [place.settings(), head, published, place.erased()];
        if let Some(taken) = own.iter().chain([&place.keys()]).find(|path| path.exists()) {
            bail!(
                "{} is a data folder already ({} is there): name another, or use it with `pramaan serve`",
                place.data.display(),
                taken.display()
            );
        }
        let mut files = own.to_vec();
        if let Some(database) = database.filter(|database| !database.exists()) {
            files.extend(["", "-wal", "-shm"].map(|end| {
                let mut name = database.clone().into_os_string();
                name.push(end);
                PathBuf::from(name)
            }));
        }
        let folders = [place.data.clone()].into_iter().filter(|folder| !folder.exists());
        let begun = Self {
            files,
            folders: [place.keys()].into_iter().chain(folders).collect(),
        };
        make_private(&place.data).with_context(|| format!("making the folder {}", place.data.display()))?;
        Ok(begun)
    }

    fn finish(mut self) {
        self.files.clear();
        self.folders.clear();
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        // What cannot be removed is named by the next attempt.
        for file in &self.files {
            let _ = std::fs::remove_file(file);
        }
        for folder in &self.folders {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
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
