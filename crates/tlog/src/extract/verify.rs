//! Following an extract to the signature, step by step; the order of the steps is part of the format.

use std::collections::BTreeMap;

use super::detail::Detail;
use super::view_keys::ViewKeys;
use super::words::{self, BASES, CLASSES, PURPOSES};
use super::{Check, Entry, Extract, ExtractError, Place, RootedDay};
use crate::leaf::{Access, AccessKind, Circumstances, Day, DayRoot, Hour, Leaf};
use crate::{Checkpoint, Hash, SubjectTag, Verifier, empty_root, leaf_hash, shared_root};

/// What the reader knows from elsewhere. Without anything the extract shows that it agrees with the key that lies in it:
/// not whose key that is, nor that others are shown the same log.
#[derive(Debug, Clone, Default)]
pub struct Trusted {
    /// The log's key, as published in another place.
    pub key: Option<Verifier>,
    /// A signed note, as published in another place.
    pub checkpoint: Option<Vec<u8>>,
}

/// An extract that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub checkpoint: Checkpoint,
    pub from: Day,
    pub to: Day,
    /// By ascending place in the log.
    pub entries: Vec<VerifiedEntry>,
    /// The days of which these are all entries, ascending.
    pub complete: Vec<Day>,
    /// The days that may have further ones, ascending.
    pub open: Vec<Day>,
}

/// An entry that is in the log, about the person, and says what was sealed when it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEntry {
    pub index: u64,
    pub day: Day,
    pub kind: AccessKind,
    pub detail: Detail,
    /// The names of the detail's fields.
    pub fields: Vec<String>,
}

impl Extract {
    /// Follows every part to the checkpoint's signature, and the checkpoint to what the reader trusts.
    ///
    /// # Errors
    /// The first step that fails, and where.
    pub fn verify(&self, trusted: &Trusted) -> Result<Verified, ExtractError> {
        self.span().ok_or_else(|| {
            Check::Format.fails(Place::File, "it is about no day, or more than 400 of them")
        })?;
        let head = self.head(trusted)?;
        let keys = ViewKeys::of(self)?;
        self.check_days()?;
        self.check_numbers()?;
        let entry = |entry| verified(entry, &keys);
        let entries = self.entries.iter().map(entry).collect::<Result<_, _>>()?;
        let mut before = None;
        for day in &self.days {
            self.check_day(day, &keys, before)?;
            before = Some(day.index);
        }
        self.check_inclusion(&head)?;
        Ok(Verified {
            checkpoint: head,
            from: self.from,
            to: self.to,
            entries,
            complete: self.days.iter().map(|rooted| rooted.day).collect(),
            open: self.open.clone(),
        })
    }

    fn head(&self, trusted: &Trusted) -> Result<Checkpoint, ExtractError> {
        if self.key.name() != self.origin {
            return Err(Check::Origin.fails(Place::File, "its key and its origin are of different logs"));
        }
        if trusted.key.as_ref().is_some_and(|key| *key != self.key) {
            return Err(Check::Key.fails(Place::File, "its key is not the one that you trust"));
        }
        let head = Checkpoint::open(self.checkpoint.as_bytes(), &self.key)
            .map_err(Check::Signature.at(Place::File))?;
        if let Some(note) = &trusted.checkpoint {
            let known = Checkpoint::open(note, &self.key).map_err(Check::Checkpoint.at(Place::File))?;
            if known != head {
                let why = format!(
                    "its checkpoint ({} entries) is not the one that you trust ({} entries); take the published one of the \
                     same size",
                    head.size(),
                    known.size()
                );
                return Err(Check::Checkpoint.fails(Place::File, why));
            }
        }
        Ok(head)
    }

    /// Checks that the entries stand in the order of the log and are numbered 0, 1, 2… within each day.
    fn check_numbers(&self) -> Result<(), ExtractError> {
        let mut before: Option<&Entry> = None;
        for entry in &self.entries {
            let fails = |why| Err(Check::Number.fails(Place::Entry(entry.index), why));
            if !(self.from..=self.to).contains(&entry.day) {
                return fails("it is of a day that the extract is not about");
            }
            if before.is_some_and(|before| before.index >= entry.index || before.day > entry.day) {
                return fails("it is not in the order of the log");
            }
            let expected = match before {
                Some(before) if before.day == entry.day => before.i.checked_add(1),
                _ => Some(0),
            };
            if expected != Some(entry.i) {
                return fails(
                    "the entries of its day are not numbered 0, 1, 2…: one is left out or there twice",
                );
            }
            before = Some(entry);
        }
        Ok(())
    }

    fn check_day(
        &self,
        rooted: &RootedDay,
        keys: &ViewKeys,
        before: Option<u64>,
    ) -> Result<(), ExtractError> {
        let place = Place::Day(rooted.day);
        let root = day_root(rooted)?;
        let own = self.entries.iter().filter(|entry| entry.day == rooted.day);
        let last = own.clone().map(|entry| entry.index).max();
        if [before, last]
            .into_iter()
            .flatten()
            .any(|earlier| earlier >= rooted.index)
        {
            return Err(Check::Day.fails(
                place,
                "its root stands before an entry or a root that it should follow",
            ));
        }
        if rooted.present.len() != own.count() {
            let why = "the index of the day is proven for more or fewer entries than there are";
            return Err(Check::Present.fails(place, why));
        }
        let mut tags = Tree::new(Check::Present, place);
        let mut next = 0;
        for at in &rooted.present {
            tags.add(*at, tag(keys, rooted.day, next, place)?.as_bytes())?;
            next += 1;
        }
        for neighbour in [rooted.left, rooted.right].into_iter().flatten() {
            tags.add(neighbour.place, neighbour.tag.as_bytes())?;
        }
        tags.lead_to(root.count, &rooted.hashes, &root.root)?;
        let beside = |neighbour: Option<super::Neighbour>| neighbour.map(|one| (one.tag, one.place));
        root.verify_between(
            tag(keys, rooted.day, next, place)?,
            beside(rooted.left),
            beside(rooted.right),
        )
        .map_err(Check::Absent.at(place))
    }

    /// Checks that all entries and all roots are in the checkpoint's tree.
    fn check_inclusion(&self, head: &Checkpoint) -> Result<(), ExtractError> {
        let mut leaves = Tree::new(Check::Inclusion, Place::File);
        for entry in &self.entries {
            leaves.add(entry.index, &entry.leaf)?;
        }
        for rooted in &self.days {
            leaves.add(rooted.index, &rooted.leaf)?;
        }
        // An extract of days of which nothing is known claims nothing.
        match leaves.known.is_empty() && self.hashes.is_empty() {
            true => Ok(()),
            false => leaves.lead_to(head.size(), &self.hashes, head.root()),
        }
    }
}

/// Leaves that are said to be in a tree.
struct Tree {
    check: Check,
    of: Place,
    known: BTreeMap<u64, Hash>,
}

impl Tree {
    fn new(check: Check, of: Place) -> Self {
        let known = BTreeMap::new();
        Self { check, of, known }
    }

    fn add(&mut self, place: u64, leaf: &[u8]) -> Result<(), ExtractError> {
        let hash = leaf_hash(leaf);
        match self.known.insert(place, hash) {
            Some(other) if other != hash => Err(self.check.fails(
                self.of,
                format!("two different leaves are said to stand at {place}"),
            )),
            _ => Ok(()),
        }
    }

    fn lead_to(&self, size: u64, hashes: &[Hash], root: &Hash) -> Result<(), ExtractError> {
        let found = match self.known.is_empty() && hashes.is_empty() {
            true => empty_root(),
            false => shared_root(size, &self.known, hashes).map_err(self.check.at(self.of))?,
        };
        if found == *root {
            return Ok(());
        }
        let why = "with its hashes it leads to another root than the signed one";
        Err(self.check.fails(self.of, why))
    }
}

fn day_root(rooted: &RootedDay) -> Result<DayRoot, ExtractError> {
    let place = Place::Day(rooted.day);
    match Leaf::from_bytes(&rooted.leaf).map_err(Check::Leaf.at(place))? {
        Leaf::DayRoot(root) if root.day == rooted.day => Ok(root),
        _ => Err(Check::Leaf.fails(place, "the leaf is not the root of this day")),
    }
}

fn verified(entry: &Entry, keys: &ViewKeys) -> Result<VerifiedEntry, ExtractError> {
    let place = Place::Entry(entry.index);
    let Leaf::Access(leaf) = Leaf::from_bytes(&entry.leaf).map_err(Check::Leaf.at(place))? else {
        return Err(Check::Leaf.fails(place, "the leaf is not about a person"));
    };
    if leaf.circumstances.hour.day() != entry.day {
        return Err(Check::Leaf.fails(place, "the leaf is of another day"));
    }
    if leaf.subject != tag(keys, entry.day, entry.i, place)? {
        let why = "the leaf is about somebody else, or has another number";
        return Err(Check::Tag.fails(place, why));
    }
    let detail = opened(entry, &leaf)?;
    agree(&detail, &leaf.circumstances).map_err(|what| {
        Check::Words.fails(
            place,
            format!("detail and leaf say different things about {what}"),
        )
    })?;
    Ok(VerifiedEntry {
        index: entry.index,
        day: entry.day,
        kind: leaf.kind,
        fields: words::fields(detail.fields),
        detail,
    })
}

fn tag(keys: &ViewKeys, day: Day, i: u32, place: Place) -> Result<SubjectTag, ExtractError> {
    let missing = || Check::Month.fails(place, "there is no view key for it");
    keys.tag(day, i).ok_or_else(missing)
}

fn opened(entry: &Entry, leaf: &Access) -> Result<Detail, ExtractError> {
    let place = Place::Entry(entry.index);
    if !leaf.circumstances.detail.holds(&entry.salt, &entry.detail) {
        return Err(Check::Detail.fails(place, "the leaf was made over another detail"));
    }
    Detail::from_bytes(&entry.detail).map_err(Check::Detail.at(place))
}

/// The detail may say more than the leaf, never something else.
fn agree(detail: &Detail, leaf: &Circumstances) -> Result<(), &'static str> {
    let at = i64::try_from(detail.at / 1_000_000).ok().and_then(Hour::at);
    let said = [
        (
            words::code(CLASSES, &detail.class) == Some(leaf.actor.class),
            "who acted",
        ),
        (words::code(BASES, &detail.basis) == Some(leaf.basis), "the basis"),
        (
            words::code(PURPOSES, &detail.purpose) == Some(leaf.purpose),
            "the purpose",
        ),
        (detail.organisation == leaf.actor.organisation, "the organisation"),
        (detail.district == leaf.district, "the district"),
        (at == Some(leaf.hour), "the hour"),
    ];
    match said.into_iter().find(|(same, _)| !same) {
        Some((_, what)) => Err(what),
        None => Ok(()),
    }
}
