//! A witness: a cosigner of access logs, run by somebody else than the log.
//!
//! It keeps the newest head that it has seen of each log that it was told of, and cosigns the next one only when that is
//! shown to continue it. So whoever asks for its cosignature knows that the log did not show them another history than it
//! showed the witness. Protocol: C2SP tlog-witness v1.0.0. What a witness is for, and how to run one: docs/witness.md.
//!
//! * [`Folder`] is what a witness keeps: its key, the logs it knows, the newest head of each.
//! * [`Witness`] decides: bytes in, a cosignature or a [`Refusal`] out. It writes the head down before it answers.
//! * [`server`] is its face to the network.
//! * [`client`] is the other side: what a log asks witnesses with.
//! * [`wire`] is how anybody who need not be trusted is asked: by a log, and by whoever audits one.
//!
//! It is *not* an auditor: it reads no entry, and knows nothing of what a log is about.

pub mod client;
mod folder;
mod judge;
mod key;
mod origin;
pub mod server;
pub mod wire;
mod witness;

pub use folder::{Folder, FolderError, Head, Log, Served};
pub use judge::Refusal;
pub use key::WitnessKey;
pub use origin::OriginHash;
pub use witness::{Clock, Witness};
