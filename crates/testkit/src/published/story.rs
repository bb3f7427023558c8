//! Six days of forty people: every basis that is in use, a quiet day, a change of policy; after the first day the log goes on
//! under another name and key.

use std::collections::HashMap;

use pramaan_domain::access::{ActorClass, Basis, Purpose};
use pramaan_tlog::leaf::{
    self, Access, AccessKind, Actor, Bridge, Circumstances, Commitment, Day, Hour, Leaf, Salt, System,
    SystemKind,
};
use pramaan_tlog::{DayIndex, Hash, SubjectTag, month_key, subject_tag};

use super::EARLIER_ORIGIN;
use super::detail::Deed;
use super::earlier::Earlier;
use super::keys::filler;
use super::log::{Log, policy_hash, two_in_turn};

/// 29 November 2026 in India: the story crosses into December.
pub const FIRST_DAY: Day = Day::new(20_786);
/// Entries of each day, the last of which has not ended. The third is quiet.
pub const DAYS: [u64; 6] = [130, 120, 0, 260, 110, 90];
const PEOPLE: u64 = 40;

/// Somebody whom entries are about.
#[derive(Debug, Clone)]
pub struct Person {
    /// Never published.
    pub tag_key: [u8; 32],
}

impl Person {
    /// Opens the entries of the day's month and no others.
    pub fn month_key(&self, day: Day) -> [u8; 32] {
        let (year, month) = day.year_month().expect("a day of this age");
        month_key(&self.tag_key, (year, month), 0)
    }

    /// The tag of the person's entry number `i` of a day.
    pub fn tag(&self, day: Day, i: u32) -> SubjectTag {
        subject_tag(&self.month_key(day), day, i)
    }
}

/// An entry about a person, with what is sealed in real life.
#[derive(Debug, Clone)]
pub struct Written {
    /// Its place in the log.
    pub index: u64,
    /// Its place in [`Story::people`].
    pub person: usize,
    pub day: Day,
    /// The person's how-manieth of the day, from 0.
    pub i: u32,
    pub leaf: Leaf,
    pub salt: Salt,
    /// CBOR, as `store` writes it.
    pub detail: Vec<u8>,
}

/// A log with all that is known about it.
#[derive(Debug, Clone)]
pub struct Story {
    pub log: Log,
    pub people: Vec<Person>,
    /// Ascending by index.
    pub entries: Vec<Written>,
    /// The index of each day that has ended, and the place of its root in the log.
    pub days: Vec<(DayIndex, u64)>,
    counters: HashMap<(usize, u32), u32>,
}

impl Story {
    /// The same log in every run: 718 entries in 3 bundles, 5 publications before the bridge and 12 after, five of six days
    /// rooted.
    pub fn new() -> Self {
        let mut story = Self::empty();
        story.open();
        for (offset, entries) in (0..).zip(DAYS) {
            let day = Day::new(FIRST_DAY.number() + offset);
            for number in 0..entries {
                story.access(day, 8 + (number * 10 / entries) as u32, number);
                if number % 50 == 49 {
                    story.publish();
                }
            }
            if offset == 1 {
                story.change_policy(day);
            }
            if offset as usize + 1 < DAYS.len() {
                story.root_of(day);
            }
            if offset == 0 {
                story.succeed(day);
            }
        }
        story.publish();
        story
    }

    /// Somebody's entries of one day, in the order of `i`.
    pub fn entries_of(&self, person: usize, day: Day) -> impl Iterator<Item = &Written> {
        self.entries
            .iter()
            .filter(move |entry| entry.person == person && entry.day == day)
    }

    fn empty() -> Self {
        let person = |number| Person {
            tag_key: filler("tag key", number),
        };
        Self {
            log: Log {
                signed_by: 0,
                leaves: Vec::new(),
                sizes: vec![0],
                policies: vec![b"may open: everything that the first policy says\n".to_vec()],
                cosigners: two_in_turn,
                before: None,
                earlier: None,
            },
            people: (0..PEOPLE).map(person).collect(),
            entries: Vec::new(),
            days: Vec::new(),
            counters: HashMap::new(),
        }
    }

    fn open(&mut self) {
        self.system(SystemKind::Operation, at(FIRST_DAY, 7));
        self.publish();
    }

    /// The log ends, and its successor goes on behind its entries.
    fn succeed(&mut self, day: Day) {
        self.publish();
        let size = self.size();
        let bridge = Bridge {
            hour: at(Day::new(day.number() + 1), 8),
            origin: policy_hash(EARLIER_ORIGIN.as_bytes()),
            size,
            root: self.log.root(size),
        };
        self.push(&Leaf::Bridge(bridge));
        let published = std::mem::take(&mut self.log.sizes);
        self.log.earlier = Some(Earlier::of(published));
        self.publish();
    }

    fn system(&mut self, kind: SystemKind, hour: Hour) {
        let system = System {
            kind,
            hour,
            actor: Actor {
                class: leaf::ActorClass::OperatorCommand,
                organisation: 0,
            },
            policy: self.policy(),
            detail: Commitment::from_bytes(filler("system detail", self.size())),
        };
        self.push(&Leaf::System(system));
    }

    fn change_policy(&mut self, day: Day) {
        self.log
            .policies
            .push(b"may open: a little less than before\n".to_vec());
        self.system(SystemKind::PolicyChanged, at(day, 18));
    }

    fn access(&mut self, day: Day, clock: u32, number: u64) {
        let person = (u64::from(filler("who", self.size())[0]) % PEOPLE) as usize;
        let i = self.counters.entry((person, day.number())).or_insert(0);
        let (this, hour) = (*i, at(day, clock));
        *i += 1;
        let (kind, words, codes) = deed(self.size());
        let micros = (i64::from(hour.number()) * 3_600 - 19_800) * 1_000_000 + number as i64;
        let detail = words.detail(micros, self.size());
        let salt = Salt::from_bytes(filler("salt", self.size()));
        let leaf = Leaf::Access(Access {
            kind,
            circumstances: Circumstances {
                basis: codes.0,
                hour,
                district: words.district,
                actor: Actor {
                    class: codes.1,
                    organisation: words.organisation,
                },
                purpose: codes.2,
                policy: self.policy(),
                detail: Commitment::to(&salt, &detail),
            },
            subject: self.people[person].tag(day, this),
        });
        self.entries.push(Written {
            index: self.size(),
            person,
            day,
            i: this,
            leaf: leaf.clone(),
            salt,
            detail,
        });
        self.push(&leaf);
    }

    fn root_of(&mut self, day: Day) {
        let tags = self.entries.iter().filter(|entry| entry.day == day);
        let tags = tags
            .map(|entry| self.people[entry.person].tag(day, entry.i))
            .collect();
        let index = DayIndex::new(day, tags).expect("each tag once");
        let place = self.size();
        self.push(&Leaf::DayRoot(index.root()));
        self.days.push((index, place));
    }

    fn publish(&mut self) {
        let size = self.size();
        self.log.sizes.push(size);
    }

    fn push(&mut self, leaf: &Leaf) {
        self.log.leaves.push(leaf.to_bytes());
    }

    fn size(&self) -> u64 {
        self.log.leaves.len() as u64
    }

    fn policy(&self) -> Hash {
        policy_hash(self.log.policies.last().expect("the first policy"))
    }
}

impl Default for Story {
    fn default() -> Self {
        Self::new()
    }
}

/// The hour of a day in India.
fn at(day: Day, clock: u32) -> Hour {
    Hour::new(day.number() * 24 + clock)
}

type Codes = (leaf::Basis, leaf::ActorClass, leaf::Purpose);

/// What happens in entry number `n`: the words of the detail and the codes of the leaf, which say the same.
fn deed(number: u64) -> (AccessKind, Deed, Codes) {
    let (kind, words, codes) = match filler("what", number)[0] % 6 {
        0 | 1 => (
            AccessKind::Disclosure,
            (
                ActorClass::Citizen,
                Basis::PersonOtp,
                Purpose::OwnRecord,
                0,
                "",
                None,
            ),
            (
                leaf::Basis::OneTimePassword,
                leaf::ActorClass::Citizen,
                leaf::Purpose::OwnRecord,
            ),
        ),
        2 => (
            AccessKind::Disclosure,
            (
                ActorClass::Vaccinator,
                Basis::SiteEvidence,
                Purpose::Vaccination,
                1_205,
                "MH395-0007",
                None,
            ),
            (
                leaf::Basis::EvidenceAtSite,
                leaf::ActorClass::Vaccinator,
                leaf::Purpose::Vaccination,
            ),
        ),
        3 => (
            AccessKind::Disclosure,
            (
                ActorClass::Vaccinator,
                Basis::NoEvidenceWithReason,
                Purpose::Vaccination,
                1_205,
                "MH395-0009",
                Some("came without a telephone"),
            ),
            (
                leaf::Basis::NoEvidence,
                leaf::ActorClass::Vaccinator,
                leaf::Purpose::Vaccination,
            ),
        ),
        4 => (
            AccessKind::Disclosure,
            (
                ActorClass::Machine,
                Basis::DutyOfLaw,
                Purpose::Notification,
                0,
                "",
                None,
            ),
            (
                leaf::Basis::DutyOfLaw,
                leaf::ActorClass::MachineJob,
                leaf::Purpose::Notification,
            ),
        ),
        _ => (
            AccessKind::ContactChanged,
            (
                ActorClass::AssistedCitizen,
                Basis::PersonOtp,
                Purpose::Contact,
                12,
                "",
                None,
            ),
            (
                leaf::Basis::OneTimePassword,
                leaf::ActorClass::Partner,
                leaf::Purpose::Registration,
            ),
        ),
    };
    let (class, basis, purpose, organisation, staff, reason) = words;
    let deed = Deed {
        class,
        basis,
        purpose,
        organisation,
        district: 395,
        staff,
        fields: 0b1_0111,
        reason,
    };
    (kind, deed, codes)
}
