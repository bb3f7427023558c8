//! The second factor: six digits that change every thirty seconds (RFC 6238, SHA-1, as every authenticator app has it).

use pramaan_domain::staff::StaffCode;
use pramaan_domain::time::Timestamp;
use pramaan_keys::MacKind;
use pramaan_store::Sealer;
use totp_rs::{Builder, Totp};

pub(super) const SECRET_BYTES: usize = 20;
const STEP_SECONDS: i64 = 30;

/// The secret that one showing of an invitation's page shows, and no other.
///
/// Made from the link, the showing's number and a key of ours: nothing secret is stored before it is proved, a link found
/// later is worth nothing without our key, and who opens it after its holder cannot learn the holder's secret.
pub(super) fn secret_of_link(sealer: &Sealer, token: &str, shown: i64) -> [u8; SECRET_BYTES] {
    let mac = sealer.keys.mac(
        MacKind::StaffSecondFactor,
        &[token.as_bytes(), &shown.to_be_bytes()],
    );
    let (secret, _) = mac.split_first_chunk().unwrap_or((&[0; SECRET_BYTES], &[]));
    *secret
}

/// The step of `now` or a neighbour whose code this is. All three are tried, whichever fits.
pub(super) fn matching_step(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let totp = generator(secret)?;
    let step = now.seconds().div_euclid(STEP_SECONDS);
    let mut matching = None;
    for candidate in [step - 1, step, step + 1] {
        let shown = u64::try_from(candidate * STEP_SECONDS).map(|at| totp.generate(at).to_string());
        if shown.is_ok_and(|shown| pramaan_keys::equal(shown.as_bytes(), code.as_bytes())) {
            matching = Some(candidate);
        }
    }
    matching
}

/// What authenticator apps read from the picture.
pub(super) fn otpauth_uri(secret: &[u8], code: &StaffCode) -> String {
    format!(
        "otpauth://totp/Pramaan:{code}?secret={}&issuer=Pramaan&algorithm=SHA1&digits=6&period={STEP_SECONDS}",
        base32(secret)
    )
}

fn generator(secret: &[u8]) -> Option<Totp> {
    let secret: [u8; SECRET_BYTES] = secret.try_into().ok()?;
    Some(Builder::new().with_secret(secret).build_noncompliant())
}

/// RFC 4648 without padding: what is typed where no picture can be taken.
pub(super) fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    let bits: Vec<u8> = bits.collect();
    let letter = |five: &[u8]| {
        let index = five
            .iter()
            .fold(0_usize, |value, bit| value << 1 | usize::from(*bit))
            << (5 - five.len());
        ALPHABET.get(index).map_or('A', |byte| char::from(*byte))
    };
    bits.chunks(5).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1; the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (at, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
        ] {
            let now = Timestamp::from_seconds(at);
            assert_eq!(matching_step(secret, code, now), Some(at / 30));
            assert_eq!(matching_step(secret, code, now.plus_seconds(30)), Some(at / 30));
            assert_eq!(matching_step(secret, code, now.plus_seconds(61)), None);
        }
        assert_eq!(matching_step(secret, "", Timestamp::from_seconds(59)), None);
    }

    #[test]
    fn the_secret_is_spelled_as_apps_read_it() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        let uri = otpauth_uri(b"12345678901234567890", &StaffCode::parse("MH-7").unwrap());
        assert!(uri.starts_with(
            "otpauth://totp/Pramaan:MH-7?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Pramaan"
        ));
    }
}
