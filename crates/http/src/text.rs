//! Lenient scalars of the wire: clients of CoWIN send numbers where strings are due, and strings where numbers are.
//!
//! They hold what arrived, nothing more. They are *not* domain types: a mobile or a date is parsed from them next.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// A string on the wire, or an integer that stands for one (`"mobile": 9876543210`).
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Text(String);

impl Text {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl From<&str> for Text {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

/// Redacts: most texts of the wire are personal.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(…)")
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an integer")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Text, E> {
        Ok(Text(value.to_owned()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Text, E> {
        Ok(Text(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Text, E> {
        Ok(Text(value.to_string()))
    }
}

/// An integer on the wire, or a string of digits that stands for one (`"dose": "1"`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Number(pub i64);

/// Redacts, because a mobile or a reference id may have come as a number.
impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number(…)")
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer or a string of digits")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
        i64::try_from(value)
            .map(Number)
            .map_err(|_| E::custom("an integer beyond 64 bits"))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value))
    }

    /// Clients generated from the OpenAPI document, where these are `number`, write `1.0`.
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
        /// Up to here every whole number has its own 64-bit float.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        match value.fract() == 0.0 && value.abs() < EXACT {
            true => Ok(Number(value as i64)),
            false => Err(E::custom("a number that is not whole")),
        }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Number, E> {
        value
            .trim()
            .parse()
            .map(Number)
            .map_err(|_| E::custom("a string that is not an integer"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_may_come_as_an_integer() {
        assert_eq!(
            serde_json::from_str::<Text>("9876543210").unwrap().as_str(),
            "9876543210"
        );
        assert_eq!(serde_json::from_str::<Text>("\"0042\"").unwrap().as_str(), "0042");
        for wrong in ["1.5", "true", "null", "[1]", "{}"] {
            assert!(serde_json::from_str::<Text>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_may_come_as_a_string() {
        assert_eq!(serde_json::from_str::<Number>("\"1\"").unwrap(), Number(1));
        assert_eq!(serde_json::from_str::<Number>("2").unwrap(), Number(2));
        assert_eq!(serde_json::from_str::<Number>("1.0").unwrap(), Number(1));
        for wrong in ["1.5", "1e300", "\"one\"", "\"\"", "99999999999999999999", "null"] {
            assert!(serde_json::from_str::<Number>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(
            format!("{:?} {:?}", Text::from("9876543210"), Number(42)),
            "Text(…) Number(…)"
        );
    }
}
