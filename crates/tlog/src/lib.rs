//! The access log as bytes: everything that a stranger needs to audit it, and nothing else of ours.
//!
//! RFC 6962 hashing and proofs over a tree that grows at its right edge, C2SP tiles, checkpoints and signed notes, the
//! leaf format (docs/leaf.md) and the index of a day's subject tags. No input or output, no clock, no chance, no keys:
//! a caller signs through a closure and reads hashes through one. It does not decide what is logged or store anything.

mod checkpoint;
mod day;
mod hash;
pub mod leaf;
mod node;
mod note;
mod proof;
mod range;
mod subject;
mod tile;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use day::{AbsenceProof, DayIndex, DayProof, DayProofError, DuplicateTag, InclusionProof, tags_root};
pub use hash::{Hash, empty_root, leaf_hash, node_hash};
pub use leaf::Leaf;
pub use node::Node;
pub use note::{Note, NoteError, Signer, Verifier, sign_note};
pub use proof::{
    Plan, ProofError, consistency_plan, inclusion_plan, prove_consistency, prove_inclusion,
    verify_consistency, verify_inclusion,
};
pub use range::{CompactRange, RangeError};
pub use subject::{SubjectTag, month_key, subject_tag};
pub use tile::{BundleError, Tile, decode_entries, encode_entries, entries_path};
