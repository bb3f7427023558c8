//! Random 128-bit identifiers, one type per noun.
//!
//! They are made from sixteen bytes handed in by the caller and written as lower-case hyphenated UUIDs (version 4),
//! because CoWIN's typed clients parse `txnId`, `session_id` and `appointment_id` as UUIDs.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// The text was not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a UUID such as 3fa85f64-5717-4562-b3fc-2c963f66afa6")]
pub struct ParseId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes an id from sixteen random bytes (the version bits are overwritten).
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }

            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseId;
            fn from_str(text: &str) -> Result<Self, ParseId> {
                Uuid::try_parse(text).map(Self).map_err(|_| ParseId)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

ids! {
    /// A mobile number and the up to six members registered with it. Never rewritten.
    HouseholdId;
    /// One beneficiary.
    PersonId;
    /// One session: a centre, a date, a vaccine and an age band.
    SessionId;
    /// One booking of one to six members of a household.
    AppointmentId;
    /// One adverse event after a dose, from the first report on.
    AefiId;
    /// One medical event: a dose recorded, corrected or voided.
    DoseId;
    /// One request for a one-time password (`txnId` on the wire).
    TxnId;
    /// One member of staff.
    StaffId;
    /// One opening of a record on evidence that the person is there.
    EncounterId;
    /// One opening of a record to correct what was recorded.
    VisitId;
    /// One change of a dose that waits for a second person.
    ProposalId;
    /// One message waiting in, or sent from, the outbox.
    MessageId;
    /// One login of a citizen, a staff member or a partner on behalf of a citizen.
    LoginId;
    /// One white-listed partner.
    PartnerId;
    /// One device that several members of staff of a centre work on.
    SiteDeviceId;
    /// One sheet of printed one-time codes.
    StaffSheetId;
    /// One request to replace a lost second factor.
    FactorRequestId;
    /// One line of what happened to devices, PINs, sheets and second factors.
    StaffEventId;
    /// One opening without evidence, or one question of a district to a centre.
    MatterId;
    /// One objection of a person to an access to their record.
    ObjectionId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_version_4_uuid_and_reads_back() {
        let id = PersonId::from_random([7; 16]);
        assert_eq!(id.to_string(), "07070707-0707-4707-8707-070707070707");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("7".parse::<PersonId>(), Err(ParseId));
    }
}
