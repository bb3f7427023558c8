//! What the logs that this one continues have published: as it was, for good.

use pramaan_store::public_log::{self, Publication};
use pramaan_store::{Sealer, StoreError, Tx};

use crate::App;

/// A file of an earlier log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EarlierFile {
    /// Its key.
    Key,
    /// The last note that it published.
    Checkpoint,
    /// How many publications it has.
    Latest,
    /// The publication of this number.
    Numbered(u64),
}

impl App {
    /// The text of a file of the earlier log number `k`, from 1; `None` when there is no such log or it has no such file.
    pub async fn earlier_log_file(&self, k: u64, file: EarlierFile) -> Result<Option<String>, StoreError> {
        self.of_log(move |tx, sealer, _| Box::pin(async move { text(tx, &sealer, (k, file)).await }))
            .await
    }
}

async fn text(
    tx: &mut Tx,
    sealer: &Sealer,
    (k, file): (u64, EarlierFile),
) -> Result<Option<String>, StoreError> {
    let Some(earlier) = public_log::earlier(tx, k).await? else {
        return Ok(None);
    };
    // Bound by the same key: a succession replaces that of the log alone.
    let of = (sealer, earlier.verifier.name());
    let note = |publication: Option<Publication>| publication.map(|publication| publication.note);
    Ok(match file {
        EarlierFile::Key => Some(format!("{}\n", earlier.verifier)),
        EarlierFile::Checkpoint => note(public_log::newest(tx, of).await?),
        EarlierFile::Latest => {
            let newest = public_log::newest(tx, of).await?;
            newest.map(|newest| format!("{}\n", newest.number))
        }
        EarlierFile::Numbered(number) => note(public_log::numbered(tx, of, number).await?),
    })
}
