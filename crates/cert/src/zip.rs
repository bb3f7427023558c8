//! The smallest ZIP: one DEFLATE entry named `certificate.json`, always the same bytes for the same content.
//!
//! Not an archive library. It reads what DIVOC's issuers write (through the central directory, so that entries with
//! trailing sizes work) and refuses everything with more or other entries, and more than 64 KiB inside.

use std::io::{Read, Write};

use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

const NAME: &[u8] = b"certificate.json";
const LOCAL: [u8; 4] = *b"PK\x03\x04";
const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
/// 1980-01-01 00:00, the earliest a ZIP can say: when it was zipped is nobody's business.
const DOS_TIME_AND_DATE: [u8; 4] = [0, 0, 0x21, 0];
const VERSION: u16 = 20;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
const CONTENT_LIMIT: u64 = 64 * 1024;

/// `None` when the content has more than 4 GiB or memory writes fail, that is never for a certificate.
pub(crate) fn pack(content: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).ok()?;
    let deflated = encoder.finish().ok()?;
    let common = common_header(content, &deflated)?;

    let mut zip = Vec::with_capacity(deflated.len() + 130);
    zip.extend_from_slice(&LOCAL);
    zip.extend_from_slice(&common);
    zip.extend_from_slice(NAME);
    zip.extend_from_slice(&deflated);
    let directory_at = u32::try_from(zip.len()).ok()?;
    zip.extend_from_slice(&CENTRAL);
    zip.extend_from_slice(&VERSION.to_le_bytes());
    zip.extend_from_slice(&common);
    // Comment length, disk number, attributes (2 and 4 bytes) and offset of the local header: all zero.
    zip.extend_from_slice(&[0; 14]);
    zip.extend_from_slice(NAME);
    let directory_size = u32::try_from(zip.len()).ok()?.checked_sub(directory_at)?;
    zip.extend_from_slice(&END);
    zip.extend_from_slice(&[0, 0, 0, 0, 1, 0, 1, 0]);
    zip.extend_from_slice(&directory_size.to_le_bytes());
    zip.extend_from_slice(&directory_at.to_le_bytes());
    zip.extend_from_slice(&[0, 0]);
    Some(zip)
}

/// What the local header and the central directory have in common, from "version needed" to "extra length".
fn common_header(content: &[u8], deflated: &[u8]) -> Option<Vec<u8>> {
    let mut crc = Crc::new();
    crc.update(content);
    let mut header = Vec::with_capacity(26);
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&[0, 0]);
    header.extend_from_slice(&DEFLATED.to_le_bytes());
    header.extend_from_slice(&DOS_TIME_AND_DATE);
    header.extend_from_slice(&crc.sum().to_le_bytes());
    header.extend_from_slice(&u32::try_from(deflated.len()).ok()?.to_le_bytes());
    header.extend_from_slice(&u32::try_from(content.len()).ok()?.to_le_bytes());
    header.extend_from_slice(&u16::try_from(NAME.len()).ok()?.to_le_bytes());
    header.extend_from_slice(&[0, 0]);
    Some(header)
}

/// The content of the only entry, `certificate.json`.
pub(crate) fn unpack(zip: &[u8]) -> Option<Vec<u8>> {
    let end = zip.windows(4).rposition(|window| window == END)?;
    if u16_at(zip, end + 10)? != 1 {
        return None;
    }
    // The comment's length is the last field; without it the file was cut off.
    u16_at(zip, end + 20)?;
    let directory = usize::try_from(u32_at(zip, end + 16)?).ok()?;
    let named = zip.get(directory..directory.checked_add(4)?)? == CENTRAL
        && slice(
            zip,
            directory.checked_add(46)?,
            usize::from(u16_at(zip, directory + 28)?),
        )? == NAME;
    if !named {
        return None;
    }
    let size = usize::try_from(u32_at(zip, directory + 20)?).ok()?;
    let local = usize::try_from(u32_at(zip, directory + 42)?).ok()?;
    let name = usize::from(u16_at(zip, local.checked_add(26)?)?);
    let extra = usize::from(u16_at(zip, local + 28)?);
    let data = slice(zip, local.checked_add(30 + name + extra)?, size)?;
    let content = match u16_at(zip, directory + 10)? {
        STORED => data.to_vec(),
        DEFLATED => inflate(data)?,
        _ => return None,
    };
    let mut crc = Crc::new();
    crc.update(&content);
    (crc.sum() == u32_at(zip, directory + 16)?).then_some(content)
}

fn inflate(data: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    DeflateDecoder::new(data)
        .take(CONTENT_LIMIT + 1)
        .read_to_end(&mut content)
        .ok()?;
    (u64::try_from(content.len()).ok()? <= CONTENT_LIMIT).then_some(content)
}

fn slice(bytes: &[u8], at: usize, len: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(len)?)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(slice(bytes, at, 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(slice(bytes, at, 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_unpacks_and_is_always_the_same() {
        let zip = pack(b"{\"a\":1}").unwrap();
        assert_eq!(unpack(&zip).unwrap(), b"{\"a\":1}");
        assert_eq!(pack(b"{\"a\":1}").unwrap(), zip);
    }

    #[test]
    fn no_damage_panics_or_yields_other_content() {
        let content = b"{\"certificate\":\"certificate certificate\"}";
        let zip = pack(content).unwrap();
        for at in 0..zip.len() {
            for bit in 0..8 {
                let mut damaged = zip.clone();
                damaged[at] ^= 1 << bit;
                assert!(unpack(&damaged).is_none_or(|read| read == content));
            }
            assert!(unpack(&zip[..at]).is_none());
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        assert!(unpack(&pack(&vec![b' '; 70_000]).unwrap()).is_none());
    }
}
