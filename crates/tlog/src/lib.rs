//! The access log as bytes: everything that a stranger needs to audit it, and nothing else of ours.
//!
//! RFC 6962 hashing and proofs over a tree that grows at its right edge, C2SP tiles, checkpoints and signed notes, the
//! leaf format (docs/leaf.md), the index of a day's subject tags, and a person's extract (docs/extract.md). No input or
//! output, no clock, no chance, no keys: a caller signs through a closure and reads hashes through one. It does not decide
//! what is logged or store anything.

mod add_checkpoint;
pub mod audit;
mod checkpoint;
mod cosignature;
mod day;
pub mod extract;
mod hash;
pub mod leaf;
mod named_key;
mod node;
mod note;
pub mod policy;
mod proof;
mod proof_file;
mod range;
mod shared_proof;
mod subject;
mod tile;

pub use add_checkpoint::{AddCheckpoint, AddCheckpointError, MAX_ADD_CHECKPOINT, MAX_PROOF_LINES};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use cosignature::{Cosignature, CosignatureVerifier, cosign};
pub use day::{AbsenceProof, DayIndex, DayProof, DayProofError, DuplicateTag, InclusionProof, tags_root};
pub use hash::{Hash, empty_root, leaf_hash, node_hash};
pub use leaf::Leaf;
pub use node::Node;
pub use note::{MAX_NOTE, Note, NoteError, Signer, Verifier, sign_note, with_line};
pub use proof::{
    Plan, ProofError, consistency_plan, inclusion_plan, prove_consistency, prove_inclusion,
    verify_consistency, verify_inclusion,
};
pub use proof_file::{MAX_PROOF_FILE, ProofFile, ProofFileError};
pub use range::{CompactRange, RangeError};
pub use shared_proof::{SharedProof, shared_root};
pub use subject::{SubjectTag, month_key, subject_tag};
pub use tile::{BundleError, Tile, decode_entries, encode_entries, entries_path};
