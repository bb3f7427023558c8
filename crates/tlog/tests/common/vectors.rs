//! The leaves of vectors/leaf_v1.json, built by hand.

use pramaan_tlog::leaf::{
    Access, AccessKind, Actor, ActorClass, Basis, Bridge, Circumstances, Commitment, Day, DayRoot, Hour,
    Purpose, Salt, Summary, SummaryKind, System, SystemKind,
};
use pramaan_tlog::{Hash, Leaf, leaf_hash, month_key, subject_tag};

/// Hour, district and organisation where the length of a CBOR integer changes.
const EDGES: [(u32, u32, u64); 8] = [
    (0, 0, 0),
    (23, 23, 23),
    (24, 24, 24),
    (255, 255, 255),
    (256, 256, 256),
    (65_535, 65_535, 65_535),
    (65_536, 65_536, 4_294_967_296),
    (u32::MAX, u32::MAX, u64::MAX),
];

fn filler(what: &str, n: usize) -> Hash {
    leaf_hash(format!("{what} {n}").as_bytes())
}

fn detail(n: usize) -> Commitment {
    Commitment::to(&Salt::from_bytes([n as u8; 32]), format!("detail {n}").as_bytes())
}

fn actor(n: usize, organisation: u64) -> Actor {
    Actor {
        class: ActorClass::ALL[n % ActorClass::ALL.len()],
        organisation,
    }
}

fn circumstances(n: usize, (hour, district, organisation): (u32, u32, u64)) -> Circumstances {
    Circumstances {
        basis: Basis::ALL[n % Basis::ALL.len()],
        hour: Hour::new(hour),
        district,
        actor: actor(n, organisation),
        purpose: Purpose::ALL[n],
        policy: filler("policy", n),
        detail: detail(n),
    }
}

fn access(n: usize, kind: AccessKind, at: (u32, u32, u64)) -> Leaf {
    let month = month_key(&[7; 32], (2026, 11), 0);
    let subject = subject_tag(&month, Hour::new(at.0).day(), n as u32);
    Leaf::Access(Access {
        kind,
        circumstances: circumstances(n, at),
        subject,
    })
}

/// Each leaf with its name; the first twenty are one of each kind.
pub(crate) fn vectors() -> Vec<(String, Leaf)> {
    let usual = |n: usize| (498_700 + n as u32, 395, 1_205 + n as u64);
    let mut leaves = Vec::new();
    for (n, kind) in AccessKind::ALL.iter().enumerate() {
        leaves.push((kind.name().to_owned(), access(n, *kind, usual(n))));
    }
    for (n, kind) in (11..).zip(SummaryKind::ALL) {
        let summary = Summary {
            kind: *kind,
            circumstances: circumstances(n, usual(n)),
            count: 4_096,
        };
        leaves.push((kind.name().to_owned(), Leaf::Summary(summary)));
    }
    for (n, kind) in (13..).zip(SystemKind::ALL) {
        let (hour, policy, detail) = (Hour::new(usual(n).0), filler("policy", n), detail(n));
        let system = System {
            kind: *kind,
            hour,
            actor: actor(n, 0),
            policy,
            detail,
        };
        leaves.push((kind.name().to_owned(), Leaf::System(system)));
    }
    let day_root = DayRoot {
        day: Day::new(20_779),
        count: 133_000,
        root: filler("day root", 18),
    };
    leaves.push(("day-root".to_owned(), Leaf::DayRoot(day_root)));
    let (origin, root) = (filler("origin", 19), filler("root", 19));
    let bridge = Bridge {
        hour: Hour::new(498_719),
        origin,
        size: 1 << 33,
        root,
    };
    leaves.push(("bridge".to_owned(), Leaf::Bridge(bridge)));
    for (n, edge) in (13..).zip(EDGES) {
        leaves.push((
            format!("edge-{}", edge.0),
            access(n, AccessKind::Disclosure, edge),
        ));
    }
    leaves
}
