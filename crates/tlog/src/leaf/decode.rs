//! Bytes to leaf, strictly: what is read must be exactly what [`Leaf::to_bytes`] writes.

use minicbor::Decoder;
use minicbor::decode::Error;

use super::encode::{BRIDGE, DAY_ROOT, VERSION};
use super::{
    Access, AccessKind, Actor, ActorClass, Basis, Bridge, Circumstances, Commitment, Day, DayRoot, Hour,
    Leaf, MAX_LEAF, Purpose, Summary, SummaryKind, System, SystemKind, UnknownCode,
};
use crate::{Hash, SubjectTag};

/// Bytes are not a leaf.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    #[error("reading a leaf: {0} bytes are more than the 65,535 that an entry may have")]
    Large(usize),
    #[error("reading a leaf: its version is {0}, and this program knows version 1; use a newer program")]
    Version(u64),
    #[error("reading a leaf: {0}")]
    Code(#[from] UnknownCode),
    #[error("reading a leaf: an array of {expected} items was expected for its kind, and {found:?} are here")]
    Items { expected: u64, found: Option<u64> },
    #[error("reading a leaf: its CBOR is malformed or not of the grammar in docs/leaf.md ({0})")]
    Malformed(String),
    #[error("reading a leaf: its bytes are not in the one deterministic form, or something follows it")]
    NotCanonical,
}

impl From<Error> for LeafError {
    fn from(error: Error) -> Self {
        Self::Malformed(error.to_string())
    }
}

impl Leaf {
    /// Reads a leaf of version 1, refusing any other bytes than [`to_bytes`](Self::to_bytes) writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LeafError> {
        if bytes.len() > MAX_LEAF {
            return Err(LeafError::Large(bytes.len()));
        }
        let leaf = read(&mut Decoder::new(bytes))?;
        // Writing it again is the whole check for shortest forms and trailing bytes.
        if leaf.is_written_as(bytes) {
            Ok(leaf)
        } else {
            Err(LeafError::NotCanonical)
        }
    }
}

fn read(from: &mut Decoder<'_>) -> Result<Leaf, LeafError> {
    let items = from.array()?;
    let version = from.u64()?;
    if version != VERSION {
        return Err(LeafError::Version(version));
    }
    let kind = from.u64()?;
    let expect = |expected| {
        if items == Some(expected) {
            Ok(())
        } else {
            Err(LeafError::Items {
                expected,
                found: items,
            })
        }
    };
    if let Ok(kind) = AccessKind::from_code(kind) {
        expect(11)?;
        access(from, kind)
    } else if let Ok(kind) = SummaryKind::from_code(kind) {
        expect(11)?;
        summary(from, kind)
    } else if let Ok(kind) = SystemKind::from_code(kind) {
        expect(7)?;
        system(from, kind)
    } else if kind == DAY_ROOT {
        expect(5)?;
        day_root(from)
    } else if kind == BRIDGE {
        expect(6)?;
        bridge(from)
    } else {
        Err(UnknownCode {
            list: "a kind",
            code: kind,
        }
        .into())
    }
}

fn access(from: &mut Decoder<'_>, kind: AccessKind) -> Result<Leaf, LeafError> {
    let (circumstances, subject) = circumstances(from, |from| Ok(SubjectTag::from_bytes(exactly(from)?)))?;
    Ok(Leaf::Access(Access {
        kind,
        circumstances,
        subject,
    }))
}

fn summary(from: &mut Decoder<'_>, kind: SummaryKind) -> Result<Leaf, LeafError> {
    let (circumstances, count) = circumstances(from, |from| Ok(from.u64()?))?;
    Ok(Leaf::Summary(Summary {
        kind,
        circumstances,
        count,
    }))
}

fn system(from: &mut Decoder<'_>, kind: SystemKind) -> Result<Leaf, LeafError> {
    let (hour, actor) = (hour(from)?, actor(from)?);
    let (policy, detail) = (hash(from)?, Commitment::from_bytes(exactly(from)?));
    Ok(Leaf::System(System {
        kind,
        hour,
        actor,
        policy,
        detail,
    }))
}

fn day_root(from: &mut Decoder<'_>) -> Result<Leaf, LeafError> {
    Ok(Leaf::DayRoot(DayRoot {
        day: Day::new(from.u32()?),
        count: from.u64()?,
        root: hash(from)?,
    }))
}

fn bridge(from: &mut Decoder<'_>) -> Result<Leaf, LeafError> {
    Ok(Leaf::Bridge(Bridge {
        hour: hour(from)?,
        origin: hash(from)?,
        size: from.u64()?,
        root: hash(from)?,
    }))
}

/// The circumstances, with whom they are about read in its place before the detail.
fn circumstances<'b, T>(
    from: &mut Decoder<'b>,
    subject: impl FnOnce(&mut Decoder<'b>) -> Result<T, LeafError>,
) -> Result<(Circumstances, T), LeafError> {
    let basis = Basis::from_code(from.u64()?)?;
    let (hour, district, actor) = (hour(from)?, from.u32()?, actor(from)?);
    let purpose = Purpose::from_code(from.u64()?)?;
    let policy = hash(from)?;
    let subject = subject(from)?;
    let detail = Commitment::from_bytes(exactly(from)?);
    Ok((
        Circumstances {
            basis,
            hour,
            district,
            actor,
            purpose,
            policy,
            detail,
        },
        subject,
    ))
}

fn actor(from: &mut Decoder<'_>) -> Result<Actor, LeafError> {
    Ok(Actor {
        class: ActorClass::from_code(from.u64()?)?,
        organisation: from.u64()?,
    })
}

fn hour(from: &mut Decoder<'_>) -> Result<Hour, LeafError> {
    Ok(Hour::new(from.u32()?))
}

fn hash(from: &mut Decoder<'_>) -> Result<Hash, LeafError> {
    Ok(Hash::from_bytes(exactly(from)?))
}

fn exactly<const N: usize>(from: &mut Decoder<'_>) -> Result<[u8; N], LeafError> {
    let bytes = from.bytes()?;
    bytes
        .try_into()
        .map_err(|_| LeafError::Malformed(format!("{} bytes instead of {N}", bytes.len())))
}
