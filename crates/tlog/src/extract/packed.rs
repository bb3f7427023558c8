//! The file as it leaves: gzip around the JSON, because base64 makes hashes a third longer than they are.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

use super::MAX_EXTRACT;

/// The first bytes of gzip (RFC 1952 section 2.3.1). No JSON begins with them.
const MAGIC: &[u8] = &[0x1f, 0x8b];

/// The JSON in a file that may be packed, or is JSON already.
pub(super) fn unpacked(file: &[u8]) -> Result<Vec<u8>, &'static str> {
    if file.len() > MAX_EXTRACT {
        return Err("it is larger than 8 MiB");
    }
    if !file.starts_with(MAGIC) {
        return Ok(file.to_vec());
    }
    let (mut reader, mut json) = (GzDecoder::new(file), Vec::new());
    reader
        .by_ref()
        .take(MAX_EXTRACT as u64 + 1)
        .read_to_end(&mut json)
        .map_err(|_| "it is not whole: it does not unpack")?;
    if json.len() > MAX_EXTRACT {
        return Err("unpacked it is larger than 8 MiB");
    }
    match reader.into_inner() {
        [] => Ok(json),
        _ => Err("something follows what is packed"),
    }
}

/// The same, packed: without time and name, so that one extract is one file.
pub(super) fn packed(json: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    let written = writer.write_all(json);
    // Writing to memory does not fail.
    written.and_then(|()| writer.finish()).unwrap_or_default()
}
