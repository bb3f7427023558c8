//! One-time passwords: requested, guessed, spent.
//!
//! The code itself is never kept: only its MAC, bound to the transaction, the door, the number and the end. Nothing here
//! looks at whether a number is known; that comes after the guess was right.

use std::fmt;

use pramaan_domain::id::TxnId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, SealPurpose, equal};
use sha2::{Digest, Sha256};

use crate::db::Tx;
use crate::sealer::context;
use crate::{Sealer, StoreError};

/// How long a code can be used.
pub const OTP_SECONDS: i64 = 180;
/// Guesses a transaction has, the right one included.
pub const OTP_GUESSES: u8 = 3;

/// The form in which a code travels: the lower-case hex SHA-256 of its six digits.
#[derive(Clone, PartialEq, Eq)]
pub struct OtpDigest(String);

impl OtpDigest {
    /// The digest of the digits as a person types them.
    pub fn of(digits: &str) -> Self {
        let digest = Sha256::digest(digits.as_bytes());
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads the wire form, in either letter case; `None` for anything but 64 hex digits, so for a code in clear.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The wire form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OtpDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OtpDigest(redacted)")
    }
}

/// What a transaction is good for: the door and, if any, the partner's number. Confirmed through another, it is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtpScope {
    pub face: &'static str,
    pub partner: i64,
}

/// A code about to be sent.
#[derive(Debug)]
pub struct NewOtp<'a> {
    pub txn: TxnId,
    pub scope: OtpScope,
    pub mobile: &'a Mobile,
    /// Whom the login will name, where the door asks for a name.
    pub full_name: Option<&'a PersonName>,
    pub digest: &'a OtpDigest,
}

/// Stores a request. Earlier ones for the same number stay valid.
pub async fn insert(tx: &mut Tx, sealer: &Sealer, new: NewOtp<'_>, now: Timestamp) -> Result<(), StoreError> {
    let bound = Bound {
        txn: new.txn,
        scope: new.scope,
        mobile: new.mobile,
        full_name: new.full_name,
        expires_at: now.plus_seconds(OTP_SECONDS),
    };
    // A number is ten bytes; what follows is the name, if one was asked for.
    let typed = format!(
        "{}{}",
        new.mobile.as_str(),
        new.full_name.map_or("", PersonName::as_str)
    );
    let typed = sealer.keys.seal(
        SealPurpose::OneTimePassword,
        &context("otp", "typed", new.txn),
        typed.as_bytes(),
        &*sealer.entropy,
    );
    tx.execute(
        "-- store::otp::insert
         insert into otp (txn, face, partner, typed, code_mac, expires_at, guesses)
         values ($1, $2, $3, $4, $5, $6, 0)",
        &[
            new.txn.into(),
            new.scope.face.into(),
            new.scope.partner.into(),
            typed.into(),
            bound.mac(sealer, new.digest).into(),
            bound.expires_at.into(),
        ],
    )
    .await?;
    Ok(())
}

/// A guess that was counted, and is yet to be judged: what it is judged against.
#[derive(Debug)]
pub struct Attempt {
    /// Whom the guess is about. The number is not proved.
    pub mobile: Mobile,
    full_name: Option<PersonName>,
    txn: TxnId,
    scope: OtpScope,
    expires_at: Timestamp,
    code_mac: Vec<u8>,
}

/// The guess was right: what was typed to ask for the code. The number is proved, the name is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proved {
    pub mobile: Mobile,
    pub full_name: Option<PersonName>,
    /// When the code was asked for.
    pub asked_at: Timestamp,
}

/// Counts a guess, atomically; commit it. `None` when there is no such transaction here, or it is expired, used, or out of
/// guesses.
pub async fn attempt(
    tx: &mut Tx,
    sealer: &Sealer,
    (txn, scope): (TxnId, OtpScope),
    now: Timestamp,
) -> Result<Option<Attempt>, StoreError> {
    let counted = tx
        .query_opt(
            "-- store::otp::guess
             update otp set guesses = guesses + 1
             where txn = $1 and face = $2 and partner = $3 and used_at is null and guesses < $4 and expires_at > $5
             returning code_mac, typed, expires_at",
            &[txn.into(), scope.face.into(), scope.partner.into(), OTP_GUESSES.into(), now.into()],
        )
        .await?;
    let Some(row) = counted else { return Ok(None) };
    let plain = sealer.keys.open(
        SealPurpose::OneTimePassword,
        &context("otp", "typed", txn),
        row.blob(1)?,
    )?;
    let (mobile, full_name) = typed(&plain).ok_or_else(|| row.inconsistent(1, "a sealed mobile number"))?;
    Ok(Some(Attempt {
        mobile,
        full_name,
        txn,
        scope,
        expires_at: row.timestamp(2)?,
        code_mac: row.blob(0)?.to_vec(),
    }))
}

impl Attempt {
    /// Judges the guess against the row as it was written: one whose end, door or number was changed since has no right
    /// code. Asks the database nothing, so that whoever watches it sees nothing before [`use_up`].
    pub fn judge(self, sealer: &Sealer, digest: &OtpDigest) -> Option<Proved> {
        let bound = Bound {
            txn: self.txn,
            scope: self.scope,
            mobile: &self.mobile,
            full_name: self.full_name.as_ref(),
            expires_at: self.expires_at,
        };
        equal(&self.code_mac, &bound.mac(sealer, digest)).then_some(Proved {
            mobile: self.mobile,
            full_name: self.full_name,
            asked_at: self.expires_at.plus_seconds(-OTP_SECONDS),
        })
    }
}

fn typed(plain: &[u8]) -> Option<(Mobile, Option<PersonName>)> {
    let (mobile, name) = std::str::from_utf8(plain).ok()?.split_at_checked(10)?;
    let name = match name {
        "" => None,
        name => Some(PersonName::parse(name).ok()?),
    };
    Some((Mobile::parse(mobile).ok()?, name))
}

/// Spends a transaction whose guess was right.
pub async fn use_up(tx: &mut Tx, txn: TxnId, now: Timestamp) -> Result<(), StoreError> {
    tx.execute(
        "-- store::otp::use_up
         update otp set used_at = $2, typed = $3 where txn = $1",
        &[txn.into(), now.into(), Vec::new().into()],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` transactions that nobody can use any more; answers how many.
pub async fn purge(tx: &mut Tx, now: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::otp::purge
         delete from otp where txn in (select txn from otp where expires_at <= $1 limit $2)",
        &[now.into(), most.into()],
    )
    .await
}

/// What a code is good for, and until when: its MAC is over all of it.
struct Bound<'a> {
    txn: TxnId,
    scope: OtpScope,
    mobile: &'a Mobile,
    full_name: Option<&'a PersonName>,
    expires_at: Timestamp,
}

impl Bound<'_> {
    fn mac(&self, sealer: &Sealer, digest: &OtpDigest) -> [u8; 32] {
        sealer.keys.mac(
            MacKind::OneTimePassword,
            &[
                self.txn.as_bytes(),
                digest.0.as_bytes(),
                self.scope.face.as_bytes(),
                &self.scope.partner.to_be_bytes(),
                self.mobile.as_str().as_bytes(),
                self.full_name.map_or("", PersonName::as_str).as_bytes(),
                &self.expires_at.micros().to_be_bytes(),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_is_the_hex_digest_in_either_case() {
        let wire = "8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92";
        assert_eq!(OtpDigest::parse(wire), Some(OtpDigest::of("123456")));
        assert_eq!(
            OtpDigest::parse(&wire.to_uppercase()),
            Some(OtpDigest::of("123456"))
        );
        for clear in ["123456", "", &wire[1..], &wire.replace('8', "g")] {
            assert_eq!(OtpDigest::parse(clear), None, "{clear}");
        }
        assert!(!format!("{:?}", OtpDigest::of("123456")).contains("8d96"));
    }
}
