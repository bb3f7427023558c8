//! The demonstration's authenticator: it keeps the secrets that it was shown at enrolment, as a phone would.

use pramaan_domain::time::Timestamp;
use totp_rs::Builder;

/// Reads the secret as it is shown for typing: base32 (RFC 4648), blanks allowed.
pub(super) fn secret(shown: &str) -> Option<[u8; 20]> {
    let mut bits = 0_u32;
    let mut held = 0;
    let mut bytes = Vec::with_capacity(20);
    for letter in shown.bytes().filter(|letter| !letter.is_ascii_whitespace()) {
        let five = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return None,
        };
        bits = (bits << 5 | u32::from(five)) & 0xFFF;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).ok()?);
        }
    }
    bytes.try_into().ok()
}

/// The six digits of this moment (RFC 6238).
pub(super) fn code(secret: &[u8; 20], now: Timestamp) -> String {
    let seconds = u64::try_from(now.seconds()).unwrap_or(0);
    Builder::new()
        .with_secret(*secret)
        .build_noncompliant()
        .generate(seconds)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shown_secret_reads_back_and_gives_the_codes_of_the_rfc() {
        // RFC 6238, appendix B: the secret is the text 12345678901234567890.
        let read = secret("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ").unwrap();
        assert_eq!(&read, b"12345678901234567890");
        assert_eq!(code(&read, Timestamp::from_seconds(59)), "287082");
        assert_eq!(secret("GEZD1"), None);
    }
}
