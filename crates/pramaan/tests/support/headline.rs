//! The headline after a run: whatever a server's answers told of people, its log discloses, exported and audited.
//!
//! The records are opened with the folder's own keys, to know what to look for, and so are the details of the entries; an
//! entry counts when the audited export holds a leaf that commits to it. An answer that nobody disclosed is told with where it
//! was captured. Of people who were erased there are no keys: they are not looked for, and neither are names that somebody no
//! longer has.

use std::path::Path;
use std::sync::Arc;

use pramaan_domain::time::Timestamp;
use pramaan_keys::FileKeyStore;
use pramaan_store::testing::{leaves, openings, stolen_records};
use pramaan_store::{DatabaseUrl, Db, DbOptions, Sealer};
use pramaan_testkit::SeededEntropy;
use pramaan_testkit::captured::Exchange;
use pramaan_testkit::published::audited;
use pramaan_testkit::told::{Account, Disclosed, Marker, Sum};
use sha2::{Digest, Sha256};

use super::excused::{DONE_BY, EXCUSED};
use super::planted::planted;
use super::served::Served;
use super::{Folder, done, house};

/// An entry with what its leaf has to commit to.
struct Entry {
    index: u64,
    commitment: [u8; 32],
    says: Disclosed,
}

/// What stands in a folder: whom to look for, and the entries about them.
pub(crate) struct Known {
    markers: Vec<Marker>,
    entries: Vec<Entry>,
}

/// Works on the folder's database, or on another, beside whoever serves it.
fn on<T: Send>(folder: &Folder, database: Option<&str>, work: impl AsyncFnOnce(&Db) -> T + Send) -> T {
    let url = database.map_or_else(
        || DatabaseUrl::Sqlite(folder.inside("pramaan.db")),
        |url| url.parse().unwrap(),
    );
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let db = Db::open(&url, &DbOptions::default()).await.unwrap();
            let done = work(&db).await;
            db.close().await;
            done
        })
    };
    // A thread of its own: some tests are in a runtime already.
    std::thread::scope(|scope| scope.spawn(run).join().unwrap())
}

/// How many entries the log has, those about nobody included.
pub(crate) fn size(folder: &Folder, database: Option<&str>) -> u64 {
    on(folder, database, async |db| leaves(db).await.len() as u64)
}

impl Known {
    /// Of the folder's database, or of another.
    pub(crate) fn of(folder: &Folder, database: Option<&str>) -> Self {
        let keys = FileKeyStore::open(&folder.inside("keys")).unwrap();
        let sealer = Sealer::new(Arc::new(keys), Arc::new(SeededEntropy::new(1)));
        on(folder, database, async |db| Self::read(db, &sealer).await)
    }

    async fn read(db: &Db, sealer: &Sealer) -> Self {
        let opened = openings(db, sealer, 0).await;
        // The newest entry says what day it is.
        let newest = opened.last().map_or(0, |entry| entry.detail.at);
        let records = stolen_records(db, sealer, Timestamp::from_micros(newest)).await;
        let entry = |entry: &pramaan_store::testing::LoggedOpening| Entry {
            index: entry.index,
            commitment: Sha256::digest(&entry.committed).into(),
            says: Disclosed {
                whose: entry.person.to_string(),
                fields: entry.detail.fields(),
                request: routes_of(&entry.detail.request),
            },
        };
        Self {
            markers: planted(&records),
            entries: opened.iter().map(entry).collect(),
        }
    }

    /// The entries from `first` on that stand in an export, which is audited.
    pub(crate) fn disclosed(&self, first: u64, export: &str) -> Vec<Disclosed> {
        let read = |name: &str| std::fs::read(Path::new(export).join(name)).ok();
        let commitments = audited(read).unwrap();
        let stands = |entry: &&Entry| commitments.get(&entry.index) == Some(&entry.commitment);
        let later = self.entries.iter().filter(|entry| entry.index >= first);
        later.filter(stands).map(|entry| entry.says.clone()).collect()
    }

    pub(crate) fn account(&self) -> Account {
        Account::new(self.markers.clone(), EXCUSED)
    }

    /// What these answers told beyond the log.
    pub(crate) fn sum(&self, heard: &[Exchange], log: &[Disclosed]) -> Sum {
        let mut account = self.account();
        for exchange in heard {
            account.read(exchange).unwrap();
        }
        account.sum(log)
    }
}

fn routes_of(request: &str) -> String {
    let mut named = DONE_BY.iter().filter(|(name, _)| *name == request);
    named.next().map_or(request, |(_, routes)| routes).to_owned()
}

/// What was heard of a folder's servers so far is in its log, and something was told at all. The log must have been exported
/// after the last answer was published.
pub(crate) fn the_log_says_what_was_told(folder: &Folder, database: Option<&str>, export: &str) {
    let known = Known::of(folder, database);
    let sum = known.sum(&folder.heard(), &known.disclosed(0, export));
    assert!(sum.beyond.is_empty(), "{:#?}", sum.beyond);
    assert!(
        sum.told > 0,
        "nothing was seen to be told in {} answers",
        sum.answers
    );
}

/// The same of a platform that still serves: once its newest entry is published.
pub(crate) fn the_published_log_says_what_was_told(folder: &Folder, platform: &Served, name: &str) {
    house::published(platform, size(folder, None));
    let export = folder.named(name);
    done(&["log", "export", "--data", &folder.data, &export]);
    the_log_says_what_was_told(folder, None, &export);
}
