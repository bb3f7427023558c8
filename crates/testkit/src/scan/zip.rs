//! The content of a ZIP entry from its local header alone: damaged archives and single entries are read too.

use flate2::read::DeflateDecoder;

use super::unpack::inflate;

const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// The entry that begins here.
pub(super) fn entry(bytes: &[u8]) -> Option<Vec<u8>> {
    let method = u16_at(bytes, 8)?;
    let stored_size = usize::try_from(u32_at(bytes, 18)?).ok()?;
    let (name, extra) = (u16_at(bytes, 26)?, u16_at(bytes, 28)?);
    let data = bytes.get(30 + usize::from(name) + usize::from(extra)..)?;
    match method {
        // Stored bytes were scanned where they stand; what they contain counts as one deeper.
        STORED => Some(data.get(..stored_size).unwrap_or(data).to_vec()),
        DEFLATED => inflate(DeflateDecoder::new(data)),
        _ => None,
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
