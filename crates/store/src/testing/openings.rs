//! The sealed half of the access log, opened with the keys that a test holds: what was read of whom.

use pramaan_domain::access::{Field, Purpose};
use pramaan_domain::id::{HouseholdId, PersonId};

use crate::access_log::AccessDetail;
use crate::person_key::{self, Group};
use crate::sealer::context;
use crate::{Db, Sealer, StoreError, person};

/// One entry of the log as its person can read it.
#[derive(Debug, Clone)]
pub struct LoggedOpening {
    /// Position in the log.
    pub index: u64,
    pub person: PersonId,
    /// The first word of the name of whose record it was.
    pub whose: String,
    pub detail: AccessDetail,
    /// Salt and detail as they were sealed: what the leaf commits to.
    pub committed: Vec<u8>,
}

/// The entries at and after a position, in order. One whose detail or person is gone is missing.
pub async fn openings(db: &Db, sealer: &Sealer, from: u64) -> Vec<LoggedOpening> {
    let sealer = sealer.clone();
    let read = db.read("testing::openings", move |tx| {
        Box::pin(async move {
            let sql = "select d.idx, d.household, d.person, d.sealed, p.name from access_detail d
                       join person p on p.household = d.household and p.id = d.person
                       where d.idx >= $1 order by d.idx";
            let from = i64::try_from(from).unwrap_or(i64::MAX);
            let mut found = Vec::new();
            for row in tx.query(sql, &[from.into()]).await? {
                let subject: (HouseholdId, PersonId) = (row.parse(1)?, row.parse(2)?);
                let of = [subject];
                let mut tags = person_key::group(tx, &sealer, Group::Tags, &of).await?;
                let mut identity = person_key::group(tx, &sealer, Group::Identity, &of).await?;
                let keys = tags.remove(&subject.1).zip(identity.remove(&subject.1));
                let Some((tags, identity)) = keys else { continue };
                let index = u64::try_from(row.int(0)?).unwrap_or_default();
                let committed = tags
                    .derive("detail")
                    .open(&context("access_detail", "sealed", index), row.blob(3)?)?
                    .to_vec();
                let detail = AccessDetail::decode(committed.get(32..).unwrap_or_default())?;
                // A phone that changed is in the log, and opened nothing.
                if detail.purpose() == Some(Purpose::Contact) {
                    continue;
                }
                let name = person::seal::open(&identity, subject.1, Field::Name, row.blob(4)?)?;
                let whose = name.split(' ').next().unwrap_or_default().to_owned();
                found.push(LoggedOpening {
                    index,
                    person: subject.1,
                    whose,
                    detail,
                    committed,
                });
            }
            Ok(found)
        })
    });
    let read: Result<_, StoreError> = read.await;
    read.unwrap_or_else(|error| panic!("cannot open the log: {error}"))
}

/// The names of everybody, as somebody reads them who holds the database and the keys, without a receipt: what no log shows.
pub async fn stolen_names(db: &Db, sealer: &Sealer) -> Vec<String> {
    let sealer = sealer.clone();
    let read = db.read("testing::stolen_names", move |tx| {
        Box::pin(async move {
            let mut names = Vec::new();
            for row in tx
                .query("select household, id, name from person order by id", &[])
                .await?
            {
                let subject: (HouseholdId, PersonId) = (row.parse(0)?, row.parse(1)?);
                let keys = person_key::group(tx, &sealer, Group::Identity, &[subject]).await?;
                let Some(identity) = keys.get(&subject.1) else {
                    continue;
                };
                names.push(person::seal::open(identity, subject.1, Field::Name, row.blob(2)?)?.to_string());
            }
            Ok(names)
        })
    });
    let read: Result<_, StoreError> = read.await;
    read.unwrap_or_else(|error| panic!("cannot read the people: {error}"))
}
