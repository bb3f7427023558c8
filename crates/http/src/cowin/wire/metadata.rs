//! States, districts, photo-ID types and genders: section 2.
//!
//! The `_l` fields hold the name in the language of `Accept-Language: hi_IN`, and are absent otherwise.

use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct States {
    pub states: Vec<State>,
    pub ttl: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct State {
    pub state_id: i16,
    pub state_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state_name_l: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Districts {
    pub districts: Vec<District>,
    pub ttl: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct District {
    pub district_id: i16,
    pub district_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub district_name_l: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdTypes {
    pub types: Vec<IdType>,
    pub ttl: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdType {
    pub id: u8,
    #[serde(rename = "type")]
    pub name: String,
    #[serde(rename = "type_l", skip_serializing_if = "Option::is_none")]
    pub name_l: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Genders {
    pub genders: Vec<Gender>,
    pub ttl: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gender {
    pub id: u8,
    pub gender: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gender_l: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::super::{TTL, assert_wire};
    use super::*;

    #[test]
    fn lists_carry_their_ttl() {
        let state = State {
            state_id: 1,
            state_name: "Andaman and Nicobar Islands".to_owned(),
            state_name_l: None,
        };
        assert_wire(
            &States {
                states: vec![state],
                ttl: TTL,
            },
            r#"{"states":[{"state_id":1,"state_name":"Andaman and Nicobar Islands"}],"ttl":24}"#,
        );
        let district = District {
            district_id: 395,
            district_name: "Mumbai".to_owned(),
            district_name_l: Some("मुंबई".to_owned()),
        };
        assert_wire(
            &Districts {
                districts: vec![district],
                ttl: TTL,
            },
            r#"{"districts":[{"district_id":395,"district_name":"Mumbai","district_name_l":"मुंबई"}],"ttl":24}"#,
        );
        assert_wire(
            &Districts {
                districts: Vec::new(),
                ttl: TTL,
            },
            r#"{"districts":[],"ttl":24}"#,
        );
    }

    #[test]
    fn registration_lists_are_exact() {
        assert_wire(
            &IdTypes {
                types: vec![IdType {
                    id: 1,
                    name: "Aadhaar Card".to_owned(),
                    name_l: None,
                }],
                ttl: TTL,
            },
            r#"{"types":[{"id":1,"type":"Aadhaar Card"}],"ttl":24}"#,
        );
        assert_wire(
            &Genders {
                genders: vec![Gender {
                    id: 1,
                    gender: "Male".to_owned(),
                    gender_l: None,
                }],
                ttl: TTL,
            },
            r#"{"genders":[{"id":1,"gender":"Male"}],"ttl":24}"#,
        );
    }
}
