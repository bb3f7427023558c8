//! A log of any size, for benchmarks: plain disclosures of strangers, a root for each day, publications at even distances.

use pramaan_tlog::leaf::{
    Access, AccessKind, Actor, ActorClass, Basis, Circumstances, Commitment, Day, Hour, Leaf, Purpose,
};
use pramaan_tlog::{DayIndex, Hash, SubjectTag};

use super::Log;
use super::keys::filler;
use super::log::{policy_hash, two_in_turn};
use super::story::FIRST_DAY;

/// About so many entries over thirty days, with so many publications, each cosigned by two of three.
pub fn large(entries: u64, publications: u64) -> Log {
    let policy = b"may open: everything that a benchmark wants\n".to_vec();
    let hash = policy_hash(&policy);
    let a_day = entries.div_ceil(30).max(1);
    let (mut leaves, mut number) = (Vec::new(), 0);
    for offset in 0..30 {
        let day = Day::new(FIRST_DAY.number() + offset);
        let mut tags = Vec::new();
        for entry in 0..a_day {
            let noise = filler("large", number);
            let (tag, _) = noise.split_first_chunk::<16>().expect("32 bytes");
            let tag = SubjectTag::from_bytes(*tag);
            let hour = Hour::new(day.number() * 24 + (entry * 24 / a_day) as u32);
            leaves.push(stranger(hour, hash, tag, noise).to_bytes());
            tags.push(tag);
            number += 1;
        }
        let root = DayIndex::new(day, tags).expect("each tag once").root();
        leaves.push(Leaf::DayRoot(root).to_bytes());
    }
    let size = leaves.len() as u64;
    Log {
        signed_by: 0,
        leaves,
        sizes: (1..=publications).map(|nth| size * nth / publications).collect(),
        policies: vec![policy],
        cosigners: two_in_turn,
        before: None,
        earlier: None,
    }
}

/// A disclosure to somebody of their own record, with whatever stands for its subject and its detail.
pub fn stranger(hour: Hour, policy: Hash, subject: SubjectTag, detail: [u8; 32]) -> Leaf {
    Leaf::Access(Access {
        kind: AccessKind::Disclosure,
        circumstances: Circumstances {
            basis: Basis::OneTimePassword,
            hour,
            district: 395,
            actor: Actor {
                class: ActorClass::Citizen,
                organisation: 0,
            },
            purpose: Purpose::OwnRecord,
            policy,
            detail: Commitment::from_bytes(detail),
        },
        subject,
    })
}
