//! The whole database compared with the log: every leaf, every detail, every count, and the heads that were published.
//!
//! For whoever operates the database and for a court: it names the row that was altered. It opens details to compare them
//! with what their leaves commit to, and hands on nothing of what is in them.

use std::collections::HashMap;

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::CivilDate;
use pramaan_keys::equal;
use pramaan_tlog::leaf::{Commitment, Leaf, Salt};
use pramaan_tlog::{Checkpoint, CompactRange, Hash, Verifier, leaf_hash};

use super::detail::AccessDetail;
use super::leaf;
use crate::StoreError;
use crate::db::{ColumnType, Row, Tx, Value, batches, date, rows_placeholders};
use crate::person_key;
use crate::public_log::{self, number};
use crate::sealer::{Sealer, context};
use crate::tag_key::TagKey;

/// Rows that are compared in one transaction.
const AT_ONCE: u32 = 1_000;

/// Something in the database is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    #[error("entry {index}: the row of access_leaf is gone")]
    LeafGone { index: u64 },
    #[error("entry {index}: the row of access_leaf was altered: it is no leaf")]
    LeafUnreadable { index: u64 },
    #[error("entry {index}: the row of access_detail was altered: it does not open as what was sealed")]
    DetailAltered { index: u64 },
    #[error(
        "entry {index}: access_leaf and access_detail do not belong together: one of them was altered or moved"
    )]
    Apart { index: u64 },
    #[error("entry {index}: its row of access_detail was deleted")]
    DetailGone { index: u64 },
    #[error(
        "somebody's list on {day}: access_count was altered: it says {counted}, and {found} entries are there"
    )]
    Count {
        day: CivilDate,
        counted: i64,
        found: i64,
    },
    #[error("the {size} entries do not give the root that was signed: a row of access_leaf was altered")]
    Root { size: u64 },
    #[error(
        "publication {number}: the row of access_publication was altered: it is not signed by the log's key"
    )]
    Unsigned { number: u64 },
    #[error(
        "publication {number}: the row of access_publication was altered: its number, size or time is not that with which it \
         was published"
    )]
    PublicationAltered { number: u64 },
    #[error("publications {from} to {to}: the rows of access_publication are gone")]
    PublicationsGone { from: u64, to: u64 },
    #[error(
        "publication {number}: it is not what the entries before it give: a row of access_leaf below {size} was altered"
    )]
    Publication { number: u64, size: u64 },
}

/// What was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Checked {
    pub entries: u64,
    pub details: u64,
    /// Details of people who were erased: nobody can open them any more.
    pub erased: u64,
    pub publications: u64,
}

/// A comparison on its way: call [`Self::leaves`] until it answers nothing, then [`Self::details`], then [`Self::counts`]
/// once and [`Self::missing`].
pub struct Check {
    sealer: Sealer,
    origin: String,
    size: u64,
    edge: CompactRange,
    published: Vec<Published>,
    after: Option<[Value; 4]>,
    /// One bit an entry: an access without its detail yet.
    owed: Vec<u64>,
    pub checked: Checked,
}

struct Published {
    number: u64,
    size: u64,
    /// None when nobody signed one.
    root: Option<Hash>,
}

impl Check {
    /// Over the log as it is committed now.
    pub async fn begin(
        tx: &mut Tx,
        sealer: &Sealer,
        origin: &str,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, StoreError> {
        let head = super::head(tx, origin).await?.ok_or(StoreError::NoLog)?;
        let size = head.edge.size();
        let mut check = Self {
            sealer: sealer.clone(),
            origin: origin.to_owned(),
            size,
            edge: CompactRange::new(),
            published: Vec::new(),
            after: None,
            owed: vec![0; usize::try_from(size / 64 + 1).unwrap_or(usize::MAX)],
            checked: Checked::default(),
        };
        let verifier = Verifier::new(origin, &sealer.keys.log_public_key()).map_err(|_| StoreError::NoLog)?;
        for row in publications(tx, origin).await? {
            check.publication(&row, &verifier, findings)?;
        }
        match Checkpoint::open(head.checkpoint.as_bytes(), &verifier) {
            // The head is looked at like one more publication; its number says so.
            Ok(signed) if signed.size() == size => check.published.push(Published {
                number: 0,
                size,
                root: Some(*signed.root()),
            }),
            _ => findings.push(Finding::Root { size }),
        }
        check.published.sort_by_key(|published| published.size);
        check.at_size(findings);
        Ok(check)
    }

    /// Looks at a row of the publications, in the order of their numbers.
    fn publication(
        &mut self,
        row: &Row,
        verifier: &Verifier,
        findings: &mut Vec<Finding>,
    ) -> Result<(), StoreError> {
        let number = u64::try_from(row.int(0)?).unwrap_or_default();
        let expected = self.published.last().map_or(0, |last| last.number) + 1;
        if number > expected {
            let (from, to) = (expected, number - 1);
            findings.push(Finding::PublicationsGone { from, to });
        }
        self.checked.publications += 1;
        let (size, note) = (row.int(1)?, row.text(3)?);
        let bound = public_log::mac(
            (&self.sealer, &self.origin),
            [row.int(0)?, size, row.int(2)?],
            note,
        );
        let mut published = Published {
            number,
            size: u64::try_from(size).unwrap_or_default(),
            root: None,
        };
        match Checkpoint::open(note.as_bytes(), verifier) {
            Ok(signed) => {
                if !equal(&bound, row.blob(4)?) || signed.size() != published.size {
                    findings.push(Finding::PublicationAltered { number });
                }
                (published.size, published.root) = (signed.size(), Some(*signed.root()));
            }
            Err(_) => findings.push(Finding::Unsigned { number }),
        }
        self.published.push(published);
        Ok(())
    }

    /// Entries of the log.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Compares the next leaves; answers how many entries were gone through, 0 at the end.
    pub async fn leaves(&mut self, tx: &mut Tx, findings: &mut Vec<Finding>) -> Result<u64, StoreError> {
        let from = self.edge.size();
        let to = self.size.min(from + u64::from(AT_ONCE));
        let rows = tx
            .query(
                "-- store::access_log::check_leaves
                 select idx, leaf from access_leaf where origin = $1 and idx >= $2 and idx < $3 order by idx",
                &[
                    self.origin.as_str().into(),
                    number(from).into(),
                    number(to).into(),
                ],
            )
            .await?;
        let mut rows = rows.iter().peekable();
        for index in from..to {
            let found = rows.next_if(|row| row.int(0) == Ok(number(index)));
            match found {
                Some(row) => self.leaf(index, row.blob(1)?, findings),
                None => {
                    findings.push(Finding::LeafGone { index });
                    self.edge.append(leaf_hash(&[]));
                }
            }
            self.at_size(findings);
        }
        self.checked.entries += to - from;
        Ok(to - from)
    }

    fn leaf(&mut self, index: u64, bytes: &[u8], findings: &mut Vec<Finding>) {
        match Leaf::from_bytes(bytes) {
            Ok(Leaf::Access(_)) => self.owe(index),
            Ok(_) => {}
            Err(_) => findings.push(Finding::LeafUnreadable { index }),
        }
        self.edge.append(leaf_hash(bytes));
    }

    /// Compares every publication of the size that the tree has just reached.
    fn at_size(&mut self, findings: &mut Vec<Finding>) {
        let size = self.edge.size();
        let root = self.edge.root();
        for published in self.published.iter().filter(|published| published.size == size) {
            if published.root.is_some_and(|published| published != root) {
                findings.push(match published.number {
                    0 => Finding::Root { size },
                    number => Finding::Publication { number, size },
                });
            }
        }
    }

    fn owe(&mut self, index: u64) {
        if let Some(word) = self.owed.get_mut((index / 64) as usize) {
            *word |= 1 << (index % 64);
        }
    }

    fn paid(&mut self, index: u64) {
        if let Some(word) = self.owed.get_mut((index / 64) as usize) {
            *word &= !(1 << (index % 64));
        }
    }

    /// Compares the next details with their leaves; answers how many, 0 at the end.
    pub async fn details(&mut self, tx: &mut Tx, findings: &mut Vec<Finding>) -> Result<u64, StoreError> {
        let rows = self.next_details(tx).await?;
        let Some(last) = rows.last() else { return Ok(0) };
        let detail = |row: &Row| {
            Ok::<_, StoreError>(Detail {
                household: row.parse(0)?,
                person: row.parse(1)?,
                i: u32::try_from(row.int(3)?).unwrap_or(u32::MAX),
                index: u64::try_from(row.int(4)?).unwrap_or(u64::MAX),
                sealed: row.blob(5)?.to_vec(),
            })
        };
        let after = [
            row_text(last, 0)?,
            row_text(last, 1)?,
            last.int(2)?.into(),
            last.int(3)?.into(),
        ];
        let details: Vec<Detail> = rows.iter().map(detail).collect::<Result<_, _>>()?;
        self.after = Some(after);
        self.compare(tx, &details, findings).await?;
        Ok(details.len() as u64)
    }

    async fn next_details(&self, tx: &mut Tx) -> Result<Vec<Row>, StoreError> {
        let first = || ["".into(), "".into(), i64::MIN.into(), i64::MIN.into()];
        let [household, person, day, i] = self.after.clone().unwrap_or_else(first);
        tx.query(
            "-- store::access_log::check_details
             select household, person, day, i, idx, sealed from access_detail
             where (household, person, day, i) > ($1, $2, $3, $4)
             order by household, person, day, i limit $5",
            &[household, person, day, i, AT_ONCE.into()],
        )
        .await
    }

    async fn compare(
        &mut self,
        tx: &mut Tx,
        details: &[Detail],
        findings: &mut Vec<Finding>,
    ) -> Result<(), StoreError> {
        let mut subjects: Vec<_> = details
            .iter()
            .map(|detail| (detail.household, detail.person))
            .collect();
        subjects.sort_unstable();
        subjects.dedup();
        let keys = person_key::tags(tx, &self.sealer, &subjects).await?;
        let leaves = leaves(tx, &self.origin, details).await?;
        for detail in details {
            self.checked.details += 1;
            let index = detail.index;
            let found = match (keys.get(&detail.person), leaves.get(&index)) {
                // Nobody can open it, and nothing is left to compare but that it is there.
                (None, Some(_)) => {
                    self.checked.erased += 1;
                    None
                }
                (Some(tags), Some(leaf)) => detail.against(tags, leaf),
                (_, None) => Some(Finding::Apart { index }),
            };
            findings.extend(found);
            self.paid(index);
        }
        Ok(())
    }

    /// Compares the counts of each person's days with the details that are there.
    pub async fn counts(&self, tx: &mut Tx, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
        let rows = tx
            .query(
                "-- store::access_log::check_counts
                 select c.day, c.n, (select count(*) from access_detail d
                     where d.household = c.household and d.person = c.person and d.day = c.day)
                 from access_count c
                 where c.n <> (select count(*) from access_detail d
                     where d.household = c.household and d.person = c.person and d.day = c.day)
                 order by c.day, c.household, c.person limit 1000",
                &[],
            )
            .await?;
        for row in &rows {
            findings.push(Finding::Count {
                day: date(row.int(0)?).ok_or_else(|| row.inconsistent(0, "a day"))?,
                counted: row.int(1)?,
                found: row.int(2)?,
            });
        }
        Ok(())
    }

    /// Entries about somebody whose detail was nowhere.
    pub fn missing(&self) -> impl Iterator<Item = Finding> {
        let bits = |(word, bits): (usize, &u64)| {
            let bits = *bits;
            (0..64_u64)
                .filter(move |bit| bits >> bit & 1 == 1)
                .map(move |bit| word as u64 * 64 + bit)
        };
        self.owed
            .iter()
            .enumerate()
            .flat_map(bits)
            .map(|index| Finding::DetailGone { index })
    }
}

struct Detail {
    household: HouseholdId,
    person: PersonId,
    i: u32,
    index: u64,
    sealed: Vec<u8>,
}

impl Detail {
    fn against(&self, tags: &TagKey, leaf: &[u8]) -> Option<Finding> {
        let index = self.index;
        let Ok(Leaf::Access(access)) = Leaf::from_bytes(leaf) else {
            return Some(Finding::Apart { index });
        };
        let Some((salt, detail)) = self.opened(tags) else {
            return Some(Finding::DetailAltered { index });
        };
        let Ok(said) = AccessDetail::decode(&detail) else {
            return Some(Finding::DetailAltered { index });
        };
        let commitment = Commitment::to(&Salt::from_bytes(salt), &detail);
        let tag = leaf::hour(said.at()).and_then(|hour| tags.tag(hour.day(), self.i));
        let same = access.circumstances.detail == commitment
            && tag == Ok(access.subject)
            && leaf::agrees(&access, &said);
        (!same).then_some(Finding::Apart { index })
    }

    /// The salt, and the detail as it was written.
    fn opened(&self, tags: &TagKey) -> Option<([u8; 32], Vec<u8>)> {
        let place = context("access_detail", "sealed", self.index);
        let committed = tags.derive("detail").open(&place, &self.sealed).ok()?;
        let (salt, detail) = committed.split_first_chunk::<32>()?;
        Some((*salt, detail.to_vec()))
    }
}

fn row_text(row: &Row, column: usize) -> Result<Value, StoreError> {
    row.text(column).map(Value::from)
}

async fn publications(tx: &mut Tx, origin: &str) -> Result<Vec<Row>, StoreError> {
    tx.query(
        "-- store::access_log::check_publications
         select n, size, at, note, binding_mac from access_publication where origin = $1 order by n",
        &[origin.into()],
    )
    .await
}

async fn leaves(tx: &mut Tx, origin: &str, details: &[Detail]) -> Result<HashMap<u64, Vec<u8>>, StoreError> {
    let mut leaves = HashMap::with_capacity(details.len());
    for chunk in batches(tx.engine(), details, 1, 1) {
        let sql = format!(
            "-- store::access_log::check_leaves_of
             with v (idx) as (values {})
             select l.idx, l.leaf from access_leaf l join v on v.idx = l.idx where l.origin = $1",
            rows_placeholders(tx.engine(), 2, &[ColumnType::Int], chunk.len())
        );
        let params: Vec<Value> = [origin.into()]
            .into_iter()
            .chain(chunk.iter().map(|detail| number(detail.index).into()))
            .collect();
        for row in tx.query(&sql, &params).await? {
            let index = u64::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a position"))?;
            leaves.insert(index, row.blob(1)?.to_vec());
        }
    }
    Ok(leaves)
}

/// Compares all of a database with its log; `heard` is told how many rows of how many were gone through.
pub async fn check(
    db: &crate::Db,
    sealer: &Sealer,
    origin: &str,
    mut heard: impl FnMut(u64, u64),
) -> Result<(Checked, Vec<Finding>), StoreError> {
    let (sealer, origin) = (sealer.clone(), origin.to_owned());
    let mut state = db
        .read("store::access_log::check", move |tx| {
            Box::pin(async move {
                let mut findings = Vec::new();
                let check = Check::begin(tx, &sealer, &origin, &mut findings).await?;
                Ok::<_, StoreError>((check, findings))
            })
        })
        .await?;
    let all = state.0.size().saturating_mul(2);
    let mut done = 0;
    for step in [Step::Leaves, Step::Details] {
        loop {
            let (after, read) = part(db, state, step).await?;
            state = after;
            done += read;
            heard(done.min(all), all);
            if read == 0 {
                break;
            }
        }
    }
    let (check, mut findings) = part(db, state, Step::Counts).await?.0;
    findings.extend(check.missing());
    Ok((check.checked, findings))
}

#[derive(Clone, Copy)]
enum Step {
    Leaves,
    Details,
    Counts,
}

async fn part(
    db: &crate::Db,
    (mut check, mut findings): (Check, Vec<Finding>),
    step: Step,
) -> Result<((Check, Vec<Finding>), u64), StoreError> {
    db.read("store::access_log::check_part", move |tx| {
        Box::pin(async move {
            let read = match step {
                Step::Leaves => check.leaves(tx, &mut findings).await?,
                Step::Details => check.details(tx, &mut findings).await?,
                Step::Counts => check.counts(tx, &mut findings).await.map(|()| 0)?,
            };
            Ok(((check, findings), read))
        })
    })
    .await
}
