//! The whole database compared with the log: every leaf, every detail, every count, and the heads that were published.
//!
//! For whoever operates the database and for a court: it names the row that was altered. It opens details to compare them
//! with what their leaves commit to, and hands on nothing of what is in them.

use std::collections::{BTreeSet, HashMap};

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::time::CivilDate;
use pramaan_keys::equal;
use pramaan_tlog::leaf::{Bridge, Commitment, Leaf, Salt};
use pramaan_tlog::{Checkpoint, CompactRange, Hash, Verifier, leaf_hash};
use sha2::{Digest, Sha256};

use super::detail::AccessDetail;
use super::leaf;
use super::places::{self, DayPart};
use super::told::told;
use crate::StoreError;
use crate::db::{ColumnType, Row, Rows, Tx, date, typed};
use crate::person_key;
use crate::public_log::{self, Before, number};
use crate::sealer::{Sealer, context};
use crate::tag_key::TagKey;

/// Rows that are compared in one transaction.
const AT_ONCE: u32 = 1_000;

/// Parts of people's days that are compared in one transaction: each has up to 64 entries.
const PARTS_AT_ONCE: u32 = 400;

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
    #[error("a row of access_count was altered: it is of nobody, or of no day")]
    CountOfNobody,
    #[error("entry {index}: it is on nobody's list: a row of access_count was altered or deleted")]
    Unlisted { index: u64 },
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
    #[error("publication {0}: the row of access_publication was altered: it is not signed by the log's key")]
    Unsigned(Numbered),
    #[error(
        "publication {0}: the row of access_publication was altered: its number, size or time is not that with which it was \
         published"
    )]
    PublicationAltered(Numbered),
    #[error("publications {from} to {to}: the rows of access_publication are gone")]
    PublicationsGone { from: Numbered, to: Numbered },
    #[error(
        "publication {number}: it is not what the entries before it give: a row of access_leaf below {size} was altered"
    )]
    Publication { number: Numbered, size: u64 },
    #[error(
        "publications {from} to {to}: they are not what the entries before them give: a row of access_leaf below {size} was \
         altered"
    )]
    Publications {
        from: Numbered,
        to: Numbered,
        /// Of the smallest.
        size: u64,
    },
    #[error(
        "entry {index}: it goes on from an earlier log, and the row of access_before about that one is gone, or is not read"
    )]
    BeforeGone { index: u64 },
    #[error(
        "entry {index}: it goes on from another log than the row of access_before says: number {k} was altered, or its number"
    )]
    BeforeAltered { index: u64, k: u64 },
    #[error(
        "number {k} of access_before: no entry goes on from that log there: the row was altered or added"
    )]
    BeforeLeft { k: u64 },
    #[error(
        "number {k} of access_before: the row was altered: it has no number, key or entry that can be read"
    )]
    BeforeUnreadable { k: i64 },
    #[error(
        "number {k} of access_before: its key is not that of the log which ended there, as far as this folder knows by its \
         keys/log-NUMBER.public: the row was altered, or another one that has its key or whose key it has"
    )]
    BeforeKey { k: u64 },
}

/// A publication: its number, and whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Numbered {
    Ours(u64),
    /// Of the log with the number `k` that this one continues.
    Before {
        k: u64,
        number: u64,
    },
}

impl Numbered {
    /// The one behind it.
    pub(super) const fn next(self) -> Self {
        match self {
            Self::Ours(number) => Self::Ours(number.saturating_add(1)),
            Self::Before { k, number } => Self::Before {
                k,
                number: number.saturating_add(1),
            },
        }
    }
}

impl std::fmt::Display for Numbered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Ours(number) => write!(f, "{number}"),
            Self::Before { k, number } => write!(f, "{number} of the earlier log {k}"),
        }
    }
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

/// A comparison on its way: call [`Self::leaves`] until it answers nothing, then [`Self::details`], then
/// [`Self::counts`], and at last [`Self::missing`].
pub struct Check {
    sealer: Sealer,
    size: u64,
    edge: CompactRange,
    published: Vec<Published>,
    /// How many of `published`, which ascend by size, were compared.
    compared: usize,
    /// The last detail that was compared.
    after: Option<i64>,
    /// Where the last part of somebody's day that was compared stands.
    counted: places::Behind,
    /// The number with which the next part of the same day has to begin.
    day_goes_on: Option<(Subject, i64, u32)>,
    /// Accesses without their detail yet.
    owed: Marks,
    /// Details that no count has yet.
    unlisted: Marks,
    /// Logs that this one continues by its rows, and by no entry yet.
    before: Vec<Before>,
    /// Entries so far that go on from a log.
    bridges: u64,
    pub checked: Checked,
}

type Subject = (HouseholdId, PersonId);

/// One bit an entry.
struct Marks(Vec<u64>);

impl Marks {
    fn none(size: u64) -> Self {
        Self(vec![0; usize::try_from(size / 64 + 1).unwrap_or(usize::MAX)])
    }

    fn set(&mut self, index: u64) {
        if let Some(word) = self.0.get_mut((index / 64) as usize) {
            *word |= 1 << (index % 64);
        }
    }

    fn clear(&mut self, index: u64) {
        if let Some(word) = self.0.get_mut((index / 64) as usize) {
            *word &= !(1 << (index % 64));
        }
    }

    fn iter(&self) -> impl Iterator<Item = u64> {
        let bits = |(word, bits): (usize, &u64)| {
            let bits = *bits;
            (0..64_u64)
                .filter(move |bit| bits >> bit & 1 == 1)
                .map(move |bit| word as u64 * 64 + bit)
        };
        self.0.iter().enumerate().flat_map(bits)
    }
}

struct Published {
    /// `None` for the head, which is looked at like one more publication.
    number: Option<Numbered>,
    size: u64,
    /// `None` when nobody signed one.
    root: Option<Hash>,
}

/// A log whose publications are here.
struct Publisher {
    verifier: Verifier,
    /// Its number, when it is one that this log continues.
    k: Option<u64>,
}

impl Publisher {
    const fn numbered(&self, number: u64) -> Numbered {
        match self.k {
            None => Numbered::Ours(number),
            Some(k) => Numbered::Before { k, number },
        }
    }

    /// All that it published, as far as rows say so.
    async fn published(
        &self,
        tx: &mut Tx,
        sealer: &Sealer,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<Published>, StoreError> {
        let rows = publications(tx, self.verifier.name()).await?;
        let mut published = Vec::with_capacity(rows.len());
        let mut expected = 1;
        for row in rows {
            let number = u64::try_from(row.int(0)?).unwrap_or_default();
            if number > expected {
                findings.push(Finding::PublicationsGone {
                    from: self.numbered(expected),
                    to: self.numbered(number - 1),
                });
            }
            // A row whose number is none is behind all that it may have been.
            expected = expected.max(number + 1);
            published.push(self.publication(&row, sealer, findings)?);
        }
        Ok(published)
    }

    /// A row compared with what binds it and with its own signature.
    fn publication(
        &self,
        row: &Row,
        sealer: &Sealer,
        findings: &mut Vec<Finding>,
    ) -> Result<Published, StoreError> {
        let number = self.numbered(u64::try_from(row.int(0)?).unwrap_or_default());
        let (size, note) = (row.int(1)?, row.blob(3)?);
        let of = (sealer, self.verifier.name());
        let bound = public_log::mac(of, [row.int(0)?, size, row.int(2)?], note);
        let size = u64::try_from(size).unwrap_or_default();
        let Ok(signed) = Checkpoint::open(note, &self.verifier) else {
            findings.push(Finding::Unsigned(number));
            return Ok(Published {
                number: Some(number),
                size,
                root: None,
            });
        };
        if !equal(&bound, row.blob(4)?) || signed.size() != size {
            findings.push(Finding::PublicationAltered(number));
        }
        Ok(Published {
            number: Some(number),
            size: signed.size(),
            root: Some(*signed.root()),
        })
    }
}

/// This log, and those that it continues.
fn publishers(ours: &Verifier, before: &[Before]) -> Vec<Publisher> {
    let ours = Publisher {
        verifier: ours.clone(),
        k: None,
    };
    let before = before.iter().map(|before| Publisher {
        verifier: before.verifier.clone(),
        k: Some(before.k),
    });
    [ours].into_iter().chain(before).collect()
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
        let (before, unreadable) = public_log::readable_before(tx).await?;
        findings.extend(unreadable.into_iter().map(|k| Finding::BeforeUnreadable { k }));
        let verifier = Verifier::new(origin, &sealer.keys.log_public_key()).map_err(|_| StoreError::NoLog)?;
        let publishers = publishers(&verifier, &before);
        let mut check = Self {
            sealer: sealer.clone(),
            size,
            edge: CompactRange::new(),
            published: Vec::new(),
            compared: 0,
            after: None,
            counted: places::Behind::nothing(),
            day_goes_on: None,
            owed: Marks::none(size),
            unlisted: Marks::none(size),
            before,
            bridges: 0,
            checked: Checked::default(),
        };
        for publisher in publishers {
            let published = publisher.published(tx, sealer, findings).await?;
            check.checked.publications += published.len() as u64;
            check.published.extend(published);
        }
        match Checkpoint::open(head.checkpoint.as_bytes(), &verifier) {
            Ok(signed) if signed.size() == size => check.published.push(Published {
                number: None,
                size,
                root: Some(*signed.root()),
            }),
            _ => findings.push(Finding::Root { size }),
        }
        check.published.sort_by_key(|published| published.size);
        check.at_size(findings);
        Ok(check)
    }

    /// Entries of the log.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Compares the next leaves; answers how many entries were gone through, 0 at the end.
    pub async fn leaves(&mut self, tx: &mut Tx, findings: &mut Vec<Finding>) -> Result<u64, StoreError> {
        let from = self.edge.size();
        let to = self.size.min(from + u64::from(AT_ONCE));
        let sql = format!(
            "-- store::access_log::check_leaves
             select idx, {} from access_leaf where idx >= $1 and idx < $2 order by idx",
            typed::bytes(tx.engine(), "leaf")
        );
        let rows = tx.query(&sql, &[number(from).into(), number(to).into()]).await?;
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
            Ok(Leaf::Access(_)) => self.owed.set(index),
            Ok(Leaf::Bridge(bridge)) => findings.extend(self.bridge(index, &bridge)),
            Ok(_) => {}
            Err(_) => findings.push(Finding::LeafUnreadable { index }),
        }
        self.edge.append(leaf_hash(bytes));
    }

    /// Compares an entry that goes on from a log with the row of that log.
    fn bridge(&mut self, index: u64, bridge: &Bridge) -> Option<Finding> {
        self.bridges += 1;
        let Some(place) = self.before.iter().position(|before| before.bridge == index) else {
            return Some(Finding::BeforeGone { index });
        };
        let Before { k, verifier, .. } = self.before.remove(place);
        let name = Sha256::digest(verifier.name().as_bytes());
        let same = k == self.bridges && name.as_slice() == bridge.origin.as_bytes();
        (!same).then_some(Finding::BeforeAltered { index, k })
    }

    /// Compares every publication of the size that the tree has just reached.
    fn at_size(&mut self, findings: &mut Vec<Finding>) {
        let size = self.edge.size();
        let mut rest = self.published.iter().skip(self.compared).peekable();
        if rest.peek().is_none_or(|next| next.size > size) {
            return;
        }
        let root = self.edge.root();
        for published in rest.take_while(|published| published.size == size) {
            self.compared += 1;
            if published.root.is_some_and(|published| published != root) {
                findings.push(match published.number {
                    None => Finding::Root { size },
                    Some(number) => Finding::Publication { number, size },
                });
            }
        }
    }

    /// Compares the next details with their leaves; answers how many, 0 at the end.
    pub async fn details(&mut self, tx: &mut Tx, findings: &mut Vec<Finding>) -> Result<u64, StoreError> {
        let rows = self.next_details(tx).await?;
        let Some(last) = rows.last() else { return Ok(0) };
        let after = last.int(4)?;
        let mut details = Vec::with_capacity(rows.len());
        for row in &rows {
            let index = u64::try_from(row.int(4)?).unwrap_or(u64::MAX);
            match detail(row, index) {
                Ok(detail) => details.push(detail),
                Err(_) => {
                    findings.push(Finding::DetailAltered { index });
                    self.owed.clear(index);
                }
            }
        }
        self.after = Some(after);
        self.compare(tx, &details, findings).await?;
        Ok(rows.len() as u64)
    }

    async fn next_details(&self, tx: &mut Tx) -> Result<Vec<Row>, StoreError> {
        let after = self.after.unwrap_or(i64::MIN);
        let engine = tx.engine();
        let [household, person] = ["household", "person"].map(|column| typed::text_bytes(engine, column));
        let [day, i] = ["day", "i"].map(typed::whole);
        let sql = format!(
            "-- store::access_log::check_details
             select {household}, {person}, {day}, {i}, idx, {} from access_detail
             where idx > $1 order by idx limit $2",
            typed::bytes(engine, "sealed")
        );
        tx.query(&sql, &[after.into(), AT_ONCE.into()]).await
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
        let leaves = leaves(tx, details).await?;
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
            self.owed.clear(index);
            self.unlisted.set(index);
        }
        Ok(())
    }

    /// Compares the next counts of people's days with the details that are there; answers how many, 0 at the end.
    pub async fn counts(&mut self, tx: &mut Tx, findings: &mut Vec<Finding>) -> Result<u64, StoreError> {
        let parts = places::of_all(tx, &mut self.counted, PARTS_AT_ONCE).await?;
        for (subject, part) in &parts {
            match (subject, date(part.day)) {
                (Some(subject), Some(day)) => self.part(tx, *subject, (day, part), findings).await?,
                _ => findings.push(Finding::CountOfNobody),
            }
        }
        Ok(parts.len() as u64)
    }

    /// A part begins where the one before it ended, and each number in it is that of one detail.
    async fn part(
        &mut self,
        tx: &mut Tx,
        subject: Subject,
        (day, part): (CivilDate, &DayPart),
        findings: &mut Vec<Finding>,
    ) -> Result<(), StoreError> {
        let mut numbers = BTreeSet::new();
        for row in places::details(tx, subject, &part.places).await? {
            let i = u32::try_from(row.int(2)?).unwrap_or(u32::MAX);
            let is_of_part = row.int(1)? == part.day && (part.first..part.end()).contains(&i);
            if let (true, Ok(index)) = (is_of_part, u64::try_from(row.int(0)?)) {
                self.unlisted.clear(index);
                numbers.insert(i);
            }
        }
        let found = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
        let begins = match self.day_goes_on {
            Some((before, on, next)) if (before, on) == (subject, part.day) => next,
            _ => 0,
        };
        if found != part.n || begins != part.first {
            findings.push(Finding::Count {
                day,
                counted: i64::from(part.first) + i64::from(part.n),
                found: i64::from(begins) + i64::from(found),
            });
        }
        self.day_goes_on = Some((subject, part.day, part.end()));
        Ok(())
    }

    /// Entries about somebody whose detail was nowhere, details that are on nobody's list, and earlier logs that no entry
    /// goes on from.
    pub fn missing(&self) -> impl Iterator<Item = Finding> {
        let gone = self.owed.iter().map(|index| Finding::DetailGone { index });
        let unlisted = self.unlisted.iter().map(|index| Finding::Unlisted { index });
        let left = self
            .before
            .iter()
            .map(|before| Finding::BeforeLeft { k: before.k });
        gone.chain(unlisted).chain(left)
    }
}

struct Detail {
    household: HouseholdId,
    person: PersonId,
    i: u32,
    index: u64,
    sealed: Vec<u8>,
}

fn detail(row: &Row, index: u64) -> Result<Detail, StoreError> {
    if [row.int(2)?, row.int(3)?].contains(&typed::NO_NUMBER) {
        return Err(row.inconsistent(2, "a day and a number in it"));
    }
    Ok(Detail {
        household: typed::parsed(row, 0)?,
        person: typed::parsed(row, 1)?,
        i: u32::try_from(row.int(3)?).unwrap_or(u32::MAX),
        index,
        sealed: row.blob(5)?.to_vec(),
    })
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

async fn publications(tx: &mut Tx, origin: &str) -> Result<Vec<Row>, StoreError> {
    let sql = format!(
        "-- store::access_log::check_publications
         select {} from access_publication where origin = $1 order by n",
        public_log::columns(tx.engine())
    );
    tx.query(&sql, &[origin.into()]).await
}

async fn leaves(tx: &mut Tx, details: &[Detail]) -> Result<HashMap<u64, Vec<u8>>, StoreError> {
    let mut leaves = HashMap::with_capacity(details.len());
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [ColumnType::Int],
        details.iter().map(|detail| [number(detail.index).into()]),
    ) {
        let sql = format!(
            "-- store::access_log::check_leaves_of
             with v (idx) as ({rows})
             select l.idx, {} from access_leaf l join v on v.idx = l.idx",
            typed::bytes(tx.engine(), "l.leaf")
        );
        for row in tx.query(&sql, rows.params()).await? {
            let index = u64::try_from(row.int(0)?).map_err(|_| row.inconsistent(0, "a position"))?;
            leaves.insert(index, row.blob(1)?.to_vec());
        }
    }
    Ok(leaves)
}

/// Compares all of a database with its log; `heard` is told how many rows of how many were gone through. What was altered is
/// named before what does not hold because of it.
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
    for step in [Step::Leaves, Step::Details, Step::Counts] {
        loop {
            let (after, read) = part(db, state, step).await?;
            state = after;
            done += step.counted(read);
            heard(done.min(all), all);
            if read == 0 {
                break;
            }
        }
    }
    let (check, mut findings) = state;
    findings.extend(check.missing());
    Ok((check.checked, told(findings)))
}

#[derive(Clone, Copy)]
enum Step {
    Leaves,
    Details,
    Counts,
}

impl Step {
    /// Parts of days are not entries: they are few, and are not waited for long.
    const fn counted(self, read: u64) -> u64 {
        match self {
            Self::Leaves | Self::Details => read,
            Self::Counts => 0,
        }
    }
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
                Step::Counts => check.counts(tx, &mut findings).await?,
            };
            Ok(((check, findings), read))
        })
    })
    .await
}
