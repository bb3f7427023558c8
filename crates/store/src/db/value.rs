//! What a parameter or a column holds: nothing, an integer, text or bytes; or a column of many rows at once.
//!
//! No booleans and no dates: an instant is its microseconds, an identifier its text, a choice a word.

use std::fmt;

use pramaan_domain::id;
use pramaan_domain::time::Timestamp;

/// One parameter or column. `Debug` shows the kind only, because values are personal data.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
    /// One column of [`super::Rows`], for PostgreSQL alone: SQLite has no arrays and refuses it.
    Array(Vec<Value>),
}

impl Value {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "an integer",
            Self::Text(_) => "text",
            Self::Blob(_) => "bytes",
            Self::Array(_) => "an array",
        }
    }

    /// Whether there is U+0000 in its text.
    pub(super) fn has_nul(&self) -> bool {
        match self {
            Self::Text(text) => text.contains('\0'),
            Self::Array(values) => values.iter().any(Self::has_nul),
            Self::Null | Self::Int(_) | Self::Blob(_) => false,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

macro_rules! from {
    ($($source:ty => |$value:ident| $made:expr;)+) => {$(
        impl From<$source> for Value {
            fn from($value: $source) -> Self {
                $made
            }
        }
    )+};
}

from! {
    i64 => |value| Self::Int(value);
    i32 => |value| Self::Int(value.into());
    u32 => |value| Self::Int(value.into());
    u16 => |value| Self::Int(value.into());
    u8 => |value| Self::Int(value.into());
    Timestamp => |value| Self::Int(value.micros());
    String => |value| Self::Text(value);
    &String => |value| Self::Text(value.clone());
    &str => |value| Self::Text(value.to_owned());
    Vec<u8> => |value| Self::Blob(value);
    &Vec<u8> => |value| Self::Blob(value.clone());
    &[u8] => |value| Self::Blob(value.to_vec());
    id::HouseholdId => |value| Self::Text(value.to_string());
    id::PersonId => |value| Self::Text(value.to_string());
    id::SessionId => |value| Self::Text(value.to_string());
    id::AppointmentId => |value| Self::Text(value.to_string());
    id::AefiId => |value| Self::Text(value.to_string());
    id::DoseId => |value| Self::Text(value.to_string());
    id::VisitId => |value| Self::Text(value.to_string());
    id::ProposalId => |value| Self::Text(value.to_string());
    id::TxnId => |value| Self::Text(value.to_string());
    id::EncounterId => |value| Self::Text(value.to_string());
    id::StaffId => |value| Self::Text(value.to_string());
    id::MessageId => |value| Self::Text(value.to_string());
    id::LoginId => |value| Self::Text(value.to_string());
    id::PartnerId => |value| Self::Text(value.to_string());
    id::SiteDeviceId => |value| Self::Text(value.to_string());
    id::StaffSheetId => |value| Self::Text(value.to_string());
    id::FactorRequestId => |value| Self::Text(value.to_string());
    id::StaffEventId => |value| Self::Text(value.to_string());
    id::MatterId => |value| Self::Text(value.to_string());
    id::ObjectionId => |value| Self::Text(value.to_string());
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(value: [u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(value: &[u8; N]) -> Self {
        Self::Blob(value.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
