//! A small log with real trees: a person's entries over eight days among those of others.

use std::collections::BTreeMap;

use base64::Engine;
use ed25519_dalek::{Signer as _, SigningKey};
use pramaan_tlog::extract::{Entry, Extract, RootedDay, ViewKey};
use pramaan_tlog::leaf::{
    Access, AccessKind, Actor, ActorClass, Basis, Circumstances, Commitment, Day, Hour, Leaf, Purpose, Salt,
};
use pramaan_tlog::{
    AbsenceProof, Checkpoint, CompactRange, DayIndex, DayProof, Hash, Node, SharedProof, SubjectTag,
    Verifier, leaf_hash, month_key, node_hash, prove_inclusion, subject_tag,
};

pub(crate) const ORIGIN: &str = "log.example/2026";
/// 2026-10-30, so that two months are touched.
pub(crate) const FIRST: u32 = 20_756;
/// From the fifth day on the person's view key is another: within the second month.
pub(crate) const ANEW: u32 = FIRST + 4;
/// The person's and somebody else's tag keys.
pub(crate) const OWN: [u8; 32] = [7; 32];
pub(crate) const OTHER: [u8; 32] = [8; 32];

/// The words of one entry, as sealed and as public.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) class: (&'static str, ActorClass),
    pub(crate) basis: (&'static str, Basis),
    pub(crate) purpose: (&'static str, Purpose),
    pub(crate) fields: u32,
    /// Number of the centre in the detail and in the leaf.
    pub(crate) organisation: (u64, u64),
    pub(crate) staff: &'static str,
    pub(crate) reason: Option<&'static str>,
    /// Minutes by which the detail's time is after the hour of the leaf.
    pub(crate) minutes: u64,
}

pub(crate) fn by_person() -> Said {
    Said {
        class: ("citizen", ActorClass::Citizen),
        basis: ("person_otp", Basis::OneTimePassword),
        purpose: ("own_access_list", Purpose::OwnRecord),
        fields: 0b1000_0000_0001,
        organisation: (0, 0),
        staff: "",
        reason: None,
        minutes: 5,
    }
}

pub(crate) fn by_nurse() -> Said {
    Said {
        class: ("vaccinator", ActorClass::Vaccinator),
        basis: ("no_evidence_with_reason", Basis::NoEvidence),
        purpose: ("vaccination", Purpose::Vaccination),
        fields: 0b1_0000_0011,
        organisation: (1_205, 1_205),
        staff: "MH395-0007",
        reason: Some("Lost her slip; known at the centre"),
        minutes: 59,
    }
}

#[derive(Default)]
pub(crate) struct TestLog {
    leaves: Vec<Vec<u8>>,
    days: BTreeMap<u32, Vec<SubjectTag>>,
    counts: BTreeMap<([u8; 32], u32), u32>,
    own: Vec<Entry>,
    roots: BTreeMap<u32, u64>,
}

impl TestLog {
    pub(crate) fn key() -> SigningKey {
        SigningKey::from_bytes(&[42; 32])
    }

    pub(crate) fn verifier() -> Verifier {
        Verifier::new(ORIGIN, Self::key().verifying_key().as_bytes()).unwrap()
    }

    /// An entry about whoever has the tag key; kept when that is the person.
    pub(crate) fn access(&mut self, person: [u8; 32], hour: u32, said: &Said) {
        let hour = Hour::new(hour);
        let (day, index) = (hour.day(), self.leaves.len() as u64);
        let i = self.counts.entry((person, day.number())).or_default();
        let subject = subject_tag(&view_key(&person, day), day, *i);
        let salt = Salt::from_bytes(*leaf_hash(format!("salt {index}").as_bytes()).as_bytes());
        let detail = detail(hour, said);
        let leaf = Leaf::Access(Access {
            kind: AccessKind::Disclosure,
            circumstances: Circumstances {
                basis: said.basis.1,
                hour,
                district: 395,
                actor: Actor {
                    class: said.class.1,
                    organisation: said.organisation.1,
                },
                purpose: said.purpose.1,
                policy: leaf_hash(b"policy"),
                detail: Commitment::to(&salt, &detail),
            },
            subject,
        });
        if person == OWN {
            self.own.push(Entry {
                index,
                day,
                i: *i,
                leaf: leaf.to_bytes(),
                salt,
                detail,
            });
        }
        *i += 1;
        self.days.entry(day.number()).or_default().push(subject);
        self.leaves.push(leaf.to_bytes());
    }

    pub(crate) fn root(&mut self, day: u32) {
        let root = self.index(day).root();
        self.roots.insert(day, self.leaves.len() as u64);
        self.leaves.push(Leaf::DayRoot(root).to_bytes());
    }

    fn index(&self, day: u32) -> DayIndex {
        let tags = self.days.get(&day).cloned().unwrap_or_default();
        DayIndex::new(Day::new(day), tags).unwrap()
    }

    /// The signed head.
    pub(crate) fn checkpoint(&self) -> String {
        let mut range = CompactRange::new();
        self.leaves.iter().for_each(|leaf| range.append(leaf_hash(leaf)));
        let checkpoint = Checkpoint::new(ORIGIN, range.size(), range.root()).unwrap();
        let key = Self::key();
        checkpoint
            .sign(*key.verifying_key().as_bytes(), &|text| key.sign(text).to_bytes())
            .unwrap()
    }

    fn node(&self, node: Node) -> Hash {
        match node.level.checked_sub(1) {
            None => leaf_hash(&self.leaves[node.index as usize]),
            Some(level) => {
                let child = |index| self.node(Node { level, index });
                node_hash(&child(node.index * 2), &child(node.index * 2 + 1))
            }
        }
    }

    fn path(&self, index: u64) -> Vec<Hash> {
        let size = self.leaves.len() as u64;
        prove_inclusion(index, size, |node| {
            Ok::<_, pramaan_tlog::ProofError>(self.node(node))
        })
        .unwrap()
    }

    /// The person's extract.
    pub(crate) fn extract(&self, from: u32, to: u32) -> Extract {
        let within = |entry: &&Entry| (from..=to).contains(&entry.day.number());
        let entries = self.own.iter().filter(within).cloned().collect();
        self.extract_of(from, to, entries)
    }

    /// The same with other entries, and the proof that goes with them.
    pub(crate) fn extract_of(&self, from: u32, to: u32, entries: Vec<Entry>) -> Extract {
        let rooted = |day: &u32| self.roots.contains_key(day);
        let days: Vec<RootedDay> = (from..=to).filter(rooted).map(|day| self.day(day)).collect();
        let mut shared = SharedProof::new(self.leaves.len() as u64);
        let indexes = entries.iter().map(|entry| entry.index);
        for index in indexes.chain(days.iter().map(|day| day.index)) {
            shared.add(index, &self.path(index)).unwrap();
        }
        Extract {
            origin: ORIGIN.to_owned(),
            key: Self::verifier(),
            checkpoint: self.checkpoint(),
            from: Day::new(from),
            to: Day::new(to),
            view_keys: view_keys(from, to),
            entries,
            days,
            open: (from..=to).filter(|day| !rooted(day)).map(Day::new).collect(),
            hashes: shared.hashes(),
        }
    }

    /// The extract of one day as whoever hides the person's only entry of that day would make it: without the entry, and
    /// with true proofs of neighbours at these places before and after that of its tag.
    pub(crate) fn hiding(&self, day: u32, left: Option<i64>, right: Option<i64>) -> Extract {
        let mut extract = self.extract_of(day, day, Vec::new());
        let (index, rooted) = (self.index(day), &mut extract.days[0]);
        let tags = index.tags();
        let at = rooted.present[0] as i64;
        let proof = |by: i64| match index.prove(tags[(at + by) as usize]) {
            DayProof::Present(proof) => proof,
            DayProof::Absent(_) => panic!("it is there"),
        };
        let absent = AbsenceProof {
            left: left.map(proof),
            right: right.map(proof),
        };
        let leaf = (rooted.index, rooted.leaf.clone());
        *rooted = RootedDay::of((Day::new(day), tags.len() as u64), leaf, &[], &absent).unwrap();
        extract
    }

    fn day(&self, day: u32) -> RootedDay {
        let (index, at, day) = (self.index(day), self.roots[&day], Day::new(day));
        let tag = |i| subject_tag(&view_key(&OWN, day), day, i);
        let mut present = Vec::new();
        let absent = loop {
            match index.prove(tag(present.len() as u32)) {
                DayProof::Present(proof) => present.push(proof),
                DayProof::Absent(proof) => break proof,
            }
        };
        let leaf = self.leaves[at as usize].clone();
        RootedDay::of((day, index.tags().len() as u64), (at, leaf), &present, &absent).unwrap()
    }
}

/// Of the person, whose key is another from [`ANEW`] on, or of somebody else.
pub(crate) fn view_key(person: &[u8; 32], day: Day) -> [u8; 32] {
    let epoch = u32::from(*person == OWN && day.number() >= ANEW);
    month_key(person, day.year_month().unwrap(), epoch)
}

pub(crate) fn view_keys(from: u32, to: u32) -> Vec<ViewKey> {
    let mut keys: Vec<ViewKey> = (from..=to)
        .map(Day::new)
        .map(|day| ViewKey {
            from: day,
            key: view_key(&OWN, day),
        })
        .collect();
    keys.dedup_by_key(|one| one.key);
    keys
}

fn detail(hour: Hour, said: &Said) -> Vec<u8> {
    let seconds = u64::from(hour.number()) * 3_600 - 19_800 + said.minutes * 60;
    let mut to = minicbor::Encoder::new(Vec::new());
    let items = if said.reason.is_some() { 11 } else { 10 };
    to.array(items).unwrap().u64(seconds * 1_000_000).unwrap();
    for word in [said.class.0, said.basis.0, said.purpose.0] {
        to.str(word).unwrap();
    }
    to.u32(said.fields)
        .unwrap()
        .u64(said.organisation.0)
        .unwrap()
        .u32(395)
        .unwrap();
    for text in [said.staff, "5f1c", "GET /household/{place}/access"] {
        to.str(text).unwrap();
    }
    if let Some(reason) = said.reason {
        to.str(reason).unwrap();
    }
    to.into_writer()
}

/// Eight days: the person is there on the second, fifth, seventh and last; nobody at all on the fourth; the last two have
/// no root yet.
pub(crate) fn eight_days(nurse: &Said) -> TestLog {
    let mut log = TestLog::default();
    for day in FIRST..FIRST + 8 {
        let hour = day * 24;
        for other in 0..[0, 3, 5, 0, 9, 4, 2, 6][(day - FIRST) as usize] {
            log.access([100 + other; 32], hour + 8, &by_nurse());
        }
        match day - FIRST {
            1 => {
                log.access(OWN, hour + 9, &by_person());
                log.access(OWN, hour + 9, nurse);
            }
            4 => log.access(OWN, hour + 10, nurse),
            6 => {
                log.access(OWN, hour, &by_person());
                log.access(OTHER, hour + 1, &by_person());
                log.access(OWN, hour + 23, nurse);
                log.access(OWN, hour + 23, nurse);
            }
            7 => log.access(OWN, hour + 1, &by_person()),
            3 => {}
            _ => log.access(OTHER, hour + 12, &by_person()),
        }
        if day < FIRST + 6 {
            log.root(day);
        }
    }
    log
}

pub(crate) fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
