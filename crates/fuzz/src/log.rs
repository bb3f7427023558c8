//! The access log's formats, as an auditor reads them from a stranger's server.

use std::sync::LazyLock;

use pramaan_keys::{KeyStore, MemoryKeyStore};
use pramaan_testkit::SeededEntropy;
use pramaan_tlog::{
    AddCheckpoint, Checkpoint, CompactRange, CosignatureVerifier, Leaf, Note, Tile, Verifier, cosign,
    decode_entries, encode_entries, leaf_hash, with_line,
};

const ORIGIN: &str = "log.example/fuzz";
/// The vector of docs/leaf.md that has every field.
const LEAF: &str = "8b0101011a00079c0c19018b011904b5015820f9cc70f694c009889a4d34be8f7e8583918754e47564e27dda0dc09825635811\
                    50276992cf46d911b3e7ea4c4c8787f4f658201784dca7673100967cd6c95972edc37a07a30fd9f8d4a1068cb58f22fc5ce060";

/// A leaf has one spelling: what is read is written again byte for byte.
///
/// # Panics
/// When it is not.
pub fn fuzz_log_leaf(bytes: &[u8]) -> bool {
    let leaf = Leaf::from_bytes(bytes);
    if let Ok(leaf) = &leaf {
        assert_eq!(leaf.to_bytes(), bytes, "a leaf with two spellings");
    }
    leaf.is_ok()
}

/// The only checkpoint that was ever signed with this key, and the key.
static SIGNED: LazyLock<(String, Checkpoint, Verifier)> = LazyLock::new(|| {
    let keys = MemoryKeyStore::new(&SeededEntropy::new(10));
    let mut range = CompactRange::new();
    range.append(leaf_hash(&leaf()));
    let signed = Checkpoint::new(ORIGIN, range.size(), range.root()).and_then(|checkpoint| {
        let note = checkpoint.sign(keys.log_public_key(), &|message| keys.sign_log(message))?;
        let verifier = Verifier::new(ORIGIN, &keys.log_public_key())?;
        Ok((note, checkpoint, verifier))
    });
    signed.unwrap_or_else(|error| panic!("the seed checkpoint: {error}"))
});

/// A signed head. Whatever opens is the one that was signed.
///
/// # Panics
/// When another one opens.
pub fn fuzz_log_note(bytes: &[u8]) -> bool {
    let (_, checkpoint, verifier) = &*SIGNED;
    let opened = Checkpoint::open(bytes, verifier);
    if let Ok(opened) = &opened {
        assert_eq!(opened, checkpoint, "nobody signed this");
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    drop(Verifier::parse(text));
    let read = Checkpoint::parse_body(text);
    if let Ok(read) = &read {
        assert_eq!(read.body(), text, "a checkpoint with two spellings");
    }
    opened.is_ok() || read.is_ok()
}

const WITNESS: &str = "witness.example/fuzz";
const COSIGNED_AT: u64 = 1_790_000_000;

/// The only note that this witness ever cosigned, and its key.
static COSIGNED: LazyLock<(String, CosignatureVerifier)> = LazyLock::new(|| {
    let keys = MemoryKeyStore::new(&SeededEntropy::new(11));
    let (note, checkpoint, _) = &*SIGNED;
    let key = keys.log_public_key();
    let cosigned = CosignatureVerifier::new(WITNESS, &key).and_then(|verifier| {
        let sign = |message: &[u8]| keys.sign_log(message);
        let line = cosign(&checkpoint.body(), WITNESS, &key, COSIGNED_AT, &sign)?;
        Ok((with_line(note, &line)?, verifier))
    });
    cosigned.unwrap_or_else(|error| panic!("the seed cosignature: {error}"))
});

/// What a log sends to a witness, and what the witness sends back. Whatever counts as cosigned is what was.
///
/// # Panics
/// When something else does, or a request has two spellings.
pub fn fuzz_log_witness(bytes: &[u8]) -> bool {
    let request = AddCheckpoint::decode(bytes);
    if let Ok(request) = &request {
        let again = request
            .encode()
            .unwrap_or_else(|error| panic!("read and not written: {error}"));
        assert_eq!(again, bytes, "a request with two spellings");
    }
    let (_, verifier) = &*COSIGNED;
    let inside = request.as_ref().map_or(bytes, |request| &request.note);
    let cosigned = Note::parse(inside).and_then(|note| Ok((note.cosigned_by(verifier)?, note)));
    if let Ok((at, note)) = &cosigned {
        let (_, checkpoint, _) = &*SIGNED;
        assert_eq!(
            (*at, note.text()),
            (COSIGNED_AT, checkpoint.body().as_str()),
            "nobody cosigned this"
        );
    }
    let key = CosignatureVerifier::parse(std::str::from_utf8(bytes).unwrap_or_default());
    request.is_ok() || cosigned.is_ok() || key.is_ok()
}

/// A bundle of entries, and the path of a tile.
///
/// # Panics
/// When either has two spellings.
pub fn fuzz_log_tile(bytes: &[u8]) -> bool {
    let entries = decode_entries(bytes);
    let is_bundle = entries.is_ok();
    if let Ok(entries) = entries {
        let again = encode_entries(entries).unwrap_or_else(|error| panic!("read and not written: {error}"));
        assert_eq!(again, bytes, "a bundle with two spellings");
    }
    let path = std::str::from_utf8(bytes).unwrap_or_default();
    let tile = Tile::parse(path);
    if let Some(tile) = &tile {
        assert_eq!(tile.path(), path, "a tile with two paths");
    }
    drop(CompactRange::from_bytes(bytes));
    is_bundle || tile.is_some()
}

fn leaf() -> Vec<u8> {
    let digits: Vec<u8> = LEAF.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).filter_map(byte).collect()
}

pub(crate) fn leaves() -> Vec<Vec<u8>> {
    vec![leaf()]
}

pub(crate) fn notes() -> Vec<Vec<u8>> {
    let (note, checkpoint, _) = &*SIGNED;
    vec![note.clone().into_bytes(), checkpoint.body().into_bytes()]
}

pub(crate) fn witnessed() -> Vec<Vec<u8>> {
    let (note, verifier) = &*COSIGNED;
    let request = AddCheckpoint {
        old_size: 0,
        proof: vec![leaf_hash(b"x"); 2],
        note: note.clone().into_bytes(),
    };
    let request = request.encode();
    let request = request.unwrap_or_else(|error| panic!("the seed request: {error}"));
    vec![
        request,
        note.clone().into_bytes(),
        verifier.to_string().into_bytes(),
    ]
}

pub(crate) fn tiles() -> Vec<Vec<u8>> {
    let bundle = encode_entries([leaf().as_slice(), b"", b"x"]);
    let bundle = bundle.unwrap_or_else(|error| panic!("the seed bundle: {error}"));
    vec![
        bundle,
        b"tile/0/x001/x234/067.p/8".to_vec(),
        b"tile/3/000".to_vec(),
    ]
}
