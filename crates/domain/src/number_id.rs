//! Ids that are small whole numbers on CoWIN's wire: states, districts, centres.

use std::fmt;

/// The text or number was not such an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: give a whole number from 1 to {greatest}")]
pub struct ParseNumberId {
    pub greatest: i64,
}

macro_rules! number_ids {
    ($($(#[$doc:meta])* $name:ident up to $greatest:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            pub fn parse(text: &str) -> Result<Self, ParseNumberId> {
                let refused = ParseNumberId { greatest: $greatest };
                if !text.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(refused);
                }
                text.parse().map_err(|_| refused).and_then(Self::from_number)
            }

            pub fn from_number(number: i64) -> Result<Self, ParseNumberId> {
                if (1..=$greatest).contains(&number) {
                    Ok(Self(number))
                } else {
                    Err(ParseNumberId { greatest: $greatest })
                }
            }

            pub fn number(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i64(self.0)
            }
        }
    )+};
}

number_ids! {
    /// CoWIN's `state_id` (1–37 are in use; strictly typed clients read 16 bits).
    StateId up to 32_767;
    /// CoWIN's `district_id` (1–796 are in use; strictly typed clients read 16 bits).
    DistrictId up to 32_767;
    /// CoWIN's `center_id` (clients read 32 bits).
    CentreId up to 2_147_483_647;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_fit_the_clients_types() {
        assert_eq!(CentreId::parse("561001").map(CentreId::number), Ok(561_001));
        assert!(CentreId::parse("2147483647").is_ok());
        for bad in [
            "",
            "0",
            "-1",
            "+1",
            "2147483648",
            "99999999999999999999",
            "1.0",
            "१",
        ] {
            assert!(CentreId::parse(bad).is_err(), "{bad}");
        }
        assert!(DistrictId::parse("32768").is_err());
        assert!(StateId::parse("21").is_ok());
    }
}
