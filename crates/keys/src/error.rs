//! What can go wrong when a key is used. No message repeats a value, a context or a key.

/// A key could not do what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error(
        "opening a sealed value: it is {length} bytes long, and the shortest possible is {shortest}; was it truncated?"
    )]
    Truncated { length: usize, shortest: usize },
    #[error(
        "opening a sealed value: its format version is {0}, and this program knows version 1; use a newer program"
    )]
    Version(u8),
    #[error(
        "opening a sealed value: it was sealed in key epoch {sealed}, and the keys at hand are of epoch {held}; open it with the keys of its epoch"
    )]
    Epoch { sealed: u32, held: u32 },
    #[error(
        "opening a sealed value: the key, the purpose or the context is not the one that it was sealed with, or its bytes have changed"
    )]
    Rejected,
    #[error("unwrapping a key: the wrapped value holds {0} bytes instead of 32")]
    NotAKey(usize),
    #[error("making a reference id: serial {0} is not below 9,000,000,000; the reference ids are used up")]
    Serial(u64),
}
