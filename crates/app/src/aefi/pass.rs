//! Whose evidence a member of staff was shown a moment ago, in a hidden field of the form that follows.
//!
//! Sealed and bound to who was shown it: nobody else's browser can use it, and it says nothing to whoever reads the page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pramaan_domain::id::{HouseholdId, PersonId, StaffId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{SealPurpose, context};
use pramaan_store::Sealer;

/// How long a form may take.
pub const PASS_SECONDS: i64 = 30 * 60;

/// Opaque to everybody but this program.
#[derive(Clone, PartialEq, Eq)]
pub struct AefiPass(pub String);

impl std::fmt::Debug for AefiPass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AefiPass(…)")
    }
}

pub(super) fn make(
    sealer: &Sealer,
    staff: StaffId,
    (household, person): (HouseholdId, PersonId),
    now: Timestamp,
) -> AefiPass {
    let mut content = now.seconds().to_be_bytes().to_vec();
    content.extend_from_slice(household.as_bytes());
    content.extend_from_slice(person.as_bytes());
    let sealed = sealer
        .keys
        .seal(SealPurpose::Form, &bound(staff), &content, &*sealer.entropy);
    AefiPass(URL_SAFE_NO_PAD.encode(sealed))
}

/// Whom it is about; none when it is another's, over or not ours.
pub(super) fn read(
    sealer: &Sealer,
    staff: StaffId,
    pass: &AefiPass,
    now: Timestamp,
) -> Option<(HouseholdId, PersonId)> {
    let sealed = URL_SAFE_NO_PAD.decode(&pass.0).ok()?;
    let plain = sealer.keys.open(SealPurpose::Form, &bound(staff), &sealed).ok()?;
    let (at, rest) = plain.split_first_chunk::<8>()?;
    let (household, person) = rest.split_first_chunk::<16>()?;
    let at = Timestamp::from_seconds(i64::from_be_bytes(*at));
    let over = now < at || now >= at.plus_seconds(PASS_SECONDS);
    let person = person.try_into().ok()?;
    (!over).then_some((HouseholdId::from_bytes(*household), PersonId::from_bytes(person)))
}

fn bound(staff: StaffId) -> Vec<u8> {
    context(&[b"aefi pass", staff.as_bytes()])
}
