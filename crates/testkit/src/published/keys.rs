//! The keys of the log and of its three witnesses, and their lines. The cosignatures are made here without `tlog`, so
//! that what it reads was not written by itself.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use pramaan_tlog::Verifier;
use sha2::{Digest, Sha256};

use super::earlier::EARLIER_OPERATOR;
use super::{EARLIER_ORIGIN, ORIGIN, WITNESSES};

/// The type byte of cosignatures: C2SP tlog-cosignature.
const COSIGNATURE: u8 = 4;

/// A number that looks random and is the same in every run.
pub(super) fn filler(label: &str, number: u64) -> [u8; 32] {
    Sha256::new()
        .chain_update(label)
        .chain_update(number.to_be_bytes())
        .finalize()
        .into()
}

/// The public key of the log's operator number `n`: 0 is the true one, any other is a forger.
pub fn log_key(operator: u64) -> [u8; 32] {
    signing(operator).verifying_key().to_bytes()
}

/// Ed25519 by the log's operator number `n`.
pub fn sign(operator: u64, message: &[u8]) -> [u8; 64] {
    signing(operator).sign(message).to_bytes()
}

/// What is published as `key`.
pub fn log_verifier(operator: u64) -> Verifier {
    Verifier::new(ORIGIN, &log_key(operator)).expect("a key and a name that are in order")
}

/// What is published as `before/1/key`.
pub(super) fn earlier_verifier() -> Verifier {
    Verifier::new(EARLIER_ORIGIN, &log_key(EARLIER_OPERATOR)).expect("a key and a name that are in order")
}

/// The line of a log's key with these bytes as its signature, whether or not they are one.
pub(super) fn signature_line(key: &Verifier, signature: &[u8]) -> String {
    let bytes = [key.key_id().as_slice(), signature].concat();
    format!("\u{2014} {} {}\n", key.name(), STANDARD.encode(bytes))
}

/// A verifier key of this name and type 1 in the published form, whether or not it can be one.
pub(super) fn typed_key(name: &str, public: &[u8; 32]) -> String {
    let typed = [&[1], public.as_slice()].concat();
    let id: [u8; 32] = Sha256::new()
        .chain_update(name)
        .chain_update(b"\n")
        .chain_update(&typed)
        .finalize()
        .into();
    format!("{name}+{}+{}", hex::encode(&id[..4]), STANDARD.encode(typed))
}

fn signing(operator: u64) -> SigningKey {
    SigningKey::from_bytes(&filler("log key", operator))
}

fn witness(number: usize) -> SigningKey {
    SigningKey::from_bytes(&filler("witness key", number as u64))
}

/// `name+hex+base64` of witness 0, 1 or 2.
pub fn witness_key(number: usize) -> String {
    let public = typed(number);
    format!(
        "{}+{}+{}",
        WITNESSES[number],
        hex::encode(key_id(number)),
        STANDARD.encode(public)
    )
}

fn typed(number: usize) -> Vec<u8> {
    [
        &[COSIGNATURE],
        witness(number).verifying_key().as_bytes().as_slice(),
    ]
    .concat()
}

fn key_id(number: usize) -> [u8; 4] {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(WITNESSES[number])
        .chain_update(b"\n")
        .chain_update(typed(number))
        .finalize()
        .into();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// The line of a witness on the note with this text.
pub(super) fn cosignature(number: usize, text: &str, seconds: u64) -> String {
    let message = format!("cosignature/v1\ntime {seconds}\n{text}");
    let signature = witness(number).sign(message.as_bytes()).to_bytes();
    let bytes = [
        key_id(number).as_slice(),
        seconds.to_be_bytes().as_slice(),
        &signature,
    ]
    .concat();
    format!("\u{2014} {} {}\n", WITNESSES[number], STANDARD.encode(bytes))
}
