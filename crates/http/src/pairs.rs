//! `name=value&…` into wire structs: the one parser behind query strings and forms.
//!
//! Strict where leniency hides attacks (percent-encoding, UTF-8), lenient where CoWIN's clients need it: unknown names
//! are ignored, an empty value counts as absent, the first of several equal names wins unless a list is asked for.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Why a query or a form could not be read. Never holds what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PairsError {
    /// A `%` without two hexadecimal digits, or bytes that are not UTF-8.
    Encoding,
    Missing(&'static str),
    /// A value of the wrong kind, such as letters where an integer is due.
    Value,
}

impl fmt::Display for PairsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("invalid percent-encoding"),
            Self::Missing(name) => write!(f, "missing {name}"),
            Self::Value => f.write_str("a value of the wrong kind"),
        }
    }
}

impl std::error::Error for PairsError {}

impl de::Error for PairsError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Value
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

/// Reads `raw` (the query without `?`, or a form body) into `T`.
pub(crate) fn from_pairs<T: DeserializeOwned>(raw: &str) -> Result<T, PairsError> {
    T::deserialize(MapDeserializer::new(group(raw)?.into_iter()))
}

/// The decoded value of the first `name`, if any.
pub(crate) fn first(raw: &str, name: &str) -> Option<String> {
    let pairs = group(raw).ok()?;
    pairs
        .into_iter()
        .find(|(key, _)| key == name)?
        .1
        .0
        .into_iter()
        .next()
}

fn group(raw: &str) -> Result<Vec<(String, Values)>, PairsError> {
    let mut groups: Vec<(String, Values)> = Vec::new();
    for pair in raw.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name)?, decode(value)?);
        if value.is_empty() {
            continue;
        }
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.0.push(value),
            None => groups.push((name, Values(vec![value]))),
        }
    }
    Ok(groups)
}

fn decode(raw: &str) -> Result<String, PairsError> {
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next())? << 4 | hex(rest.next())?,
            other => other,
        });
    }
    String::from_utf8(bytes).map_err(|_| PairsError::Encoding)
}

fn hex(digit: Option<u8>) -> Result<u8, PairsError> {
    let value = digit.and_then(|digit| char::from(digit).to_digit(16));
    value
        .and_then(|value| u8::try_from(value).ok())
        .ok_or(PairsError::Encoding)
}

/// All values of one name: a list when a list is asked for, else the first.
struct Values(Vec<String>);

impl<'de> IntoDeserializer<'de, PairsError> for Values {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Values {
    type Error = PairsError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PairsError> {
        visitor.visit_string(self.0.into_iter().next().ok_or(PairsError::Value)?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PairsError> {
        visitor.visit_some(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, PairsError> {
        visitor.visit_seq(SeqDeserializer::new(self.0.into_iter()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, PairsError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Number, Text};
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Sample {
        date: Text,
        district_id: Option<Number>,
        #[serde(default)]
        member: Vec<String>,
    }

    #[test]
    fn unknown_names_and_empty_values_are_ignored() {
        let sample: Sample = from_pairs("Accept-Language=hi&date=01%2D02-2021&district_id=&date=x").unwrap();
        assert_eq!(
            sample,
            Sample {
                date: Text::from("01-02-2021"),
                district_id: None,
                member: Vec::new()
            }
        );
    }

    #[test]
    fn a_list_takes_every_value() {
        let sample: Sample = from_pairs("member=a+b&date=d&member=c&district_id=395").unwrap();
        assert_eq!(sample.member, ["a b", "c"]);
        assert_eq!(sample.district_id, Some(Number(395)));
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        let read = |raw| from_pairs::<Sample>(raw).unwrap_err();
        assert_eq!(read("district_id=395"), PairsError::Missing("date"));
        assert_eq!(read("date="), PairsError::Missing("date"));
        assert_eq!(read("date=d&district_id=abc"), PairsError::Value);
        for broken in ["date=%", "date=%4", "date=%zz", "date=%ff", "x=%c3%28&date=d"] {
            assert_eq!(read(broken), PairsError::Encoding, "{broken}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(pramaan_testkit::cases(256)))]

        #[test]
        fn any_input_is_answered(raw in ".{0,80}") {
            let _ = from_pairs::<Sample>(&raw);
        }
    }
}
