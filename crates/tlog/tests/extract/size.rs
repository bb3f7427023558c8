//! How large a year gets in a log of a hundred million entries. The trees are sparse: a subtree without anything of the
//! person has a hash that is made up, so that the extract verifies as one of a whole log would.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use ed25519_dalek::Signer as _;
use pramaan_tlog::extract::{Entry, Extract, RootedDay, Trusted, ViewKey};
use pramaan_tlog::leaf::{
    Access, AccessKind, Actor, ActorClass, Basis, Circumstances, Commitment, Day, DayRoot, Hour, Leaf,
    Purpose, Salt,
};
use pramaan_tlog::policy::Policy;
use pramaan_tlog::{
    AbsenceProof, Checkpoint, Hash, InclusionProof, Node, ProofError, ProofFile, SharedProof, SubjectTag,
    cosign, leaf_hash, month_key, node_hash, prove_inclusion, subject_tag,
};

use super::log::{ORIGIN, OWN, TestLog};

const SIZE: u64 = 100_000_000;
const DAYS: u32 = 365;
/// Entries of a day, and how many of them are about people: the last is its root.
const DAY: u64 = SIZE / DAYS as u64;
const TAGS: u64 = DAY - 1;
/// 2025-12-01, so that thirteen months are touched at most.
const FROM: u32 = 20_423;

/// A tree of which only some leaves are known.
struct Sparse {
    name: u32,
    size: u64,
    known: BTreeMap<u64, Hash>,
    made: RefCell<HashMap<Node, Hash>>,
}

impl Sparse {
    fn new(name: u32, size: u64, known: BTreeMap<u64, Hash>) -> Self {
        let made = RefCell::default();
        Self {
            name,
            size,
            known,
            made,
        }
    }

    fn node(&self, node: Node) -> Hash {
        if let Some(hash) = self.made.borrow().get(&node) {
            return *hash;
        }
        let (first, width) = (node.index << node.level, 1 << node.level);
        let hash = match (self.known.range(first..first + width).next(), node.level) {
            (None, _) => leaf_hash(format!("{} {} {}", self.name, node.level, node.index).as_bytes()),
            (Some((_, known)), 0) => *known,
            (Some(_), level) => {
                let child = |index| {
                    self.node(Node {
                        level: level - 1,
                        index,
                    })
                };
                node_hash(&child(node.index * 2), &child(node.index * 2 + 1))
            }
        };
        self.made.borrow_mut().insert(node, hash);
        hash
    }

    fn path(&self, index: u64) -> Vec<Hash> {
        prove_inclusion(index, self.size, |node| Ok::<_, ProofError>(self.node(node))).unwrap()
    }

    fn root(&self) -> Hash {
        let (mut subtrees, mut at) = (Vec::new(), 0);
        while at < self.size {
            let level = (self.size - at).ilog2() as u8;
            subtrees.push(self.node(Node {
                level,
                index: at >> level,
            }));
            at += 1 << level;
        }
        subtrees
            .into_iter()
            .rev()
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap()
    }
}

fn view_key(day: Day) -> [u8; 32] {
    month_key(&OWN, day.year_month().unwrap(), 0)
}

/// Where a tag stands in a day of `TAGS` tags, about.
fn place(tag: SubjectTag) -> u64 {
    let high = u64::from_be_bytes(tag.as_bytes()[..8].try_into().unwrap());
    1 + ((u128::from(high) * u128::from(TAGS - 3)) >> 64) as u64
}

fn beside(tag: SubjectTag, step: i8) -> SubjectTag {
    let number = u128::from_be_bytes(*tag.as_bytes()).wrapping_add_signed(step.into());
    SubjectTag::from_bytes(number.to_be_bytes())
}

/// The proofs of one day with `n` entries, and its root.
fn day(number: u32, n: u32) -> (DayRoot, Vec<InclusionProof>, AbsenceProof) {
    let day = Day::new(number);
    let tag = |i| subject_tag(&view_key(day), day, i);
    let next = tag(n);
    let mut known: BTreeMap<u64, Hash> = (0..n)
        .map(|i| (place(tag(i)), leaf_hash(tag(i).as_bytes())))
        .collect();
    let (left, right) = (beside(next, -1), beside(next, 1));
    known.insert(place(next), leaf_hash(left.as_bytes()));
    known.insert(place(next) + 1, leaf_hash(right.as_bytes()));
    let tree = Sparse::new(number, TAGS, known);
    let proof = |tag, index| InclusionProof {
        tag,
        index,
        path: tree.path(index),
    };
    let present = (0..n).map(|i| proof(tag(i), place(tag(i))));
    let root = DayRoot {
        day,
        count: TAGS,
        root: tree.root(),
    };
    let absent = AbsenceProof {
        left: Some(proof(left, place(next))),
        right: Some(proof(right, place(next) + 1)),
    };
    (root, present.collect(), absent)
}

fn entry(index: u64, number: u32, i: u32) -> Entry {
    let hour = Hour::new(number * 24 + 11);
    let salt = Salt::from_bytes(*leaf_hash(&index.to_be_bytes()).as_bytes());
    let seconds = u64::from(hour.number()) * 3_600 - 19_800;
    let mut detail = minicbor::Encoder::new(Vec::new());
    detail.array(10).unwrap().u64(seconds * 1_000_000).unwrap();
    for word in ["vaccinator", "site_evidence", "vaccination"] {
        detail.str(word).unwrap();
    }
    detail.u32(0x1ff).unwrap().u64(1_205).unwrap().u32(395).unwrap();
    for text in ["MH395-0007", "0f8fad5bd9cb469fa165", "POST /staff/record/{place}"] {
        detail.str(text).unwrap();
    }
    let detail = detail.into_writer();
    let day = Day::new(number);
    let leaf = Leaf::Access(Access {
        kind: AccessKind::Disclosure,
        circumstances: Circumstances {
            basis: Basis::EvidenceAtSite,
            hour,
            district: 395,
            actor: Actor {
                class: ActorClass::Vaccinator,
                organisation: 1_205,
            },
            purpose: Purpose::Vaccination,
            policy: leaf_hash(b"policy"),
            detail: Commitment::to(&salt, &detail),
        },
        subject: subject_tag(&view_key(day), day, i),
    });
    Entry {
        index,
        day,
        i,
        leaf: leaf.to_bytes(),
        salt,
        detail,
    }
}

/// A year with an entry on every day whose number is a multiple of `every`.
pub(crate) fn year(every: u32) -> Extract {
    let (mut entries, mut days, mut known) = (Vec::new(), Vec::new(), BTreeMap::new());
    for n in 0..DAYS {
        let (number, first) = (FROM + n, u64::from(n) * DAY);
        let own = u32::from(n.is_multiple_of(every));
        if own == 1 {
            let index = first + (u64::from(n) * 7_919) % TAGS;
            entries.push(entry(index, number, 0));
        }
        let (root, present, absent) = day(number, own);
        let leaf = Leaf::DayRoot(root).to_bytes();
        days.push(RootedDay::of((root.day, TAGS), (first + TAGS, leaf), &present, &absent).unwrap());
    }
    known.extend(entries.iter().map(|entry| (entry.index, leaf_hash(&entry.leaf))));
    known.extend(days.iter().map(|day| (day.index, leaf_hash(&day.leaf))));
    let indexes: Vec<u64> = known.keys().copied().collect();
    let tree = Sparse::new(0, SIZE, known);
    let mut shared = SharedProof::new(SIZE);
    indexes
        .iter()
        .for_each(|index| shared.add(*index, &tree.path(*index)).unwrap());
    let mut view_keys: Vec<_> = (FROM..FROM + DAYS)
        .map(Day::new)
        .map(|from| ViewKey {
            from,
            key: view_key(from),
        })
        .collect();
    view_keys.dedup_by_key(|one| one.key);
    let key = TestLog::key();
    let checkpoint = Checkpoint::new(ORIGIN, SIZE, tree.root()).unwrap();
    let public = *key.verifying_key().as_bytes();
    Extract {
        origin: ORIGIN.to_owned(),
        key: TestLog::verifier(),
        checkpoint: checkpoint
            .sign(public, &|text| key.sign(text).to_bytes())
            .unwrap(),
        from: Day::new(FROM),
        to: Day::new(FROM + DAYS - 1),
        view_keys,
        entries,
        days,
        open: Vec::new(),
        hashes: shared.hashes(),
    }
}

#[test]
fn a_year_in_a_log_of_a_hundred_million_is_below_a_megabyte() {
    for every in [73, 1] {
        let made = year(every);
        let file = made.to_file();
        let held = Extract::parse(&file)
            .unwrap()
            .verify(&Trusted::default())
            .unwrap();
        let entries = DAYS.div_ceil(every) as usize;
        assert_eq!((held.entries.len(), held.complete.len()), (entries, 365));
        let unpacked = made.to_json().len();
        println!(
            "a year with {entries} entries: {} bytes, unpacked {unpacked}",
            file.len()
        );
        assert!(
            file.len() <= 1_000_000,
            "{} bytes for a year with {entries} entries",
            file.len()
        );
    }
}

/// The receipt of one entry, with the cosignatures of two witnesses.
#[test]
fn a_receipt_in_a_log_of_a_hundred_million_is_at_most_two_kilobytes() {
    let (index, made) = (SIZE - 7_919, entry(SIZE - 7_919, FROM + DAYS - 1, 0));
    let tree = Sparse::new(0, SIZE, BTreeMap::from([(index, leaf_hash(&made.leaf))]));
    let key = TestLog::key();
    let checkpoint = Checkpoint::new(ORIGIN, SIZE, tree.root()).unwrap();
    let public = *key.verifying_key().as_bytes();
    let mut note = checkpoint
        .sign(public, &|text| key.sign(text).to_bytes())
        .unwrap();
    let text = note.split_once("\n\n").unwrap().0.to_owned() + "\n";
    for witness in [1_u8, 2] {
        let key = ed25519_dalek::SigningKey::from_bytes(&[witness; 32]);
        let name = format!("witness-{witness}.example.gov.in/cosigner");
        let public = key.verifying_key();
        let sign = |message: &[u8]| key.sign(message).to_bytes();
        let line = cosign(&text, &name, public.as_bytes(), 1_795_321_800, &sign).unwrap();
        note.push_str(&line);
    }
    let file = ProofFile {
        extra: Some(made.leaf.clone()),
        index,
        path: tree.path(index),
        checkpoint: note,
    };
    let (file, written) = (file.to_string(), file);
    println!("a receipt: {} bytes", file.len());
    assert!(file.len() <= 2_048, "{} bytes", file.len());
    let read = ProofFile::parse(file.as_bytes()).unwrap();
    assert_eq!(read, written);
    read.verify(&leaf_hash(&made.leaf), &Policy::of_log(TestLog::verifier()))
        .unwrap();
    assert!(
        read.verify(&leaf_hash(b"another"), &Policy::of_log(TestLog::verifier()))
            .is_err()
    );
}
