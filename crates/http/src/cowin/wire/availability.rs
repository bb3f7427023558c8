//! Sessions and centres with free seats: section 3.
//!
//! Types follow captured payloads, not CoWIN's document: pincode, `lat` and `long` are integers in `find*` and
//! `calendar*`, and strings in `findByLatLong`; `fee` is a string.

use serde::{Deserialize, Serialize};

use crate::text::{Number, Text};

/// `findByPin`, `calendarByPin`. A bad pincode has its own code, so it is read as text.
#[derive(Debug, Clone, Deserialize)]
pub struct ByPin {
    pub pincode: Text,
    pub date: Text,
    pub vaccine: Option<Text>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ByDistrict {
    pub district_id: Number,
    pub date: Text,
    pub vaccine: Option<Text>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct ByCentre {
    pub center_id: Number,
    pub date: Text,
    pub vaccine: Option<Text>,
}

/// `findByLatLong`: decimal degrees.
#[derive(Debug, Clone, Deserialize)]
pub struct ByLatLong {
    pub lat: Text,
    pub long: Text,
}

/// Exactly these two words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum FeeType {
    Free,
    Paid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundSessions {
    pub sessions: Vec<FoundSession>,
}

/// A session of `find*`, with its centre spread into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundSession {
    pub center_id: i64,
    pub name: String,
    pub address: String,
    pub state_name: String,
    pub district_name: String,
    pub block_name: String,
    pub pincode: u32,
    /// `HH:MM:SS`, as is `to`.
    pub from: String,
    pub to: String,
    /// Whole degrees.
    pub lat: i32,
    pub long: i32,
    pub fee_type: FeeType,
    pub session_id: String,
    /// `DD-MM-YYYY`.
    pub date: String,
    /// First and second doses together; each at most 32,767.
    pub available_capacity: u32,
    pub available_capacity_dose1: u32,
    pub available_capacity_dose2: u32,
    /// Whole rupees; `"0"` when free.
    pub fee: String,
    pub min_age_limit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age_limit: Option<u8>,
    pub allow_all_age: bool,
    pub vaccine: String,
    pub slots: Vec<String>,
    /// In the language of `Accept-Language: hi_IN`; absent otherwise.
    #[serde(flatten)]
    pub local: Option<LocalNames>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Calendar {
    pub centers: Vec<CalendarCentre>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarCentre {
    pub center_id: i64,
    pub name: String,
    pub address: String,
    pub state_name: String,
    pub district_name: String,
    pub block_name: String,
    pub pincode: u32,
    pub lat: i32,
    pub long: i32,
    pub from: String,
    pub to: String,
    pub fee_type: FeeType,
    /// In date order, fully booked ones included.
    pub sessions: Vec<CalendarSession>,
    /// Only at paid centres.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vaccine_fees: Vec<VaccineFee>,
    /// In the language of `Accept-Language: hi_IN`; absent otherwise.
    #[serde(flatten)]
    pub local: Option<LocalNames>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CalendarSession {
    pub session_id: String,
    pub date: String,
    pub available_capacity: u32,
    pub min_age_limit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age_limit: Option<u8>,
    pub allow_all_age: bool,
    pub vaccine: String,
    pub slots: Vec<String>,
    pub available_capacity_dose1: u32,
    pub available_capacity_dose2: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VaccineFee {
    pub vaccine: String,
    pub fee: String,
}

/// The names of a centre in another language, beside the English ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocalNames {
    pub name_l: String,
    pub state_name_l: String,
    pub district_name_l: String,
    pub block_name_l: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address_l: Option<String>,
}

/// `calendarByCenter`: one centre, not a list; `{}` when there is nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CentreCalendar {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub centers: Option<CalendarCentre>,
}

/// `findByLatLong`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearCentres {
    pub centers: Vec<NearCentre>,
    pub ttl: u32,
}

/// Strings where `find*` has integers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NearCentre {
    pub center_id: i64,
    pub name: String,
    pub state_name: String,
    pub district_name: String,
    pub block_name: String,
    pub pincode: String,
    pub lat: String,
    pub long: String,
    pub from: String,
    pub to: String,
    pub fee_type: FeeType,
    /// In the language of `Accept-Language: hi_IN`; absent otherwise.
    #[serde(flatten)]
    pub local: Option<LocalNames>,
}

#[cfg(test)]
mod tests {
    use super::super::{TTL, assert_wire};
    use super::*;

    fn s(text: &str) -> String {
        text.to_owned()
    }

    fn centre() -> CalendarCentre {
        CalendarCentre {
            center_id: 597_311,
            name: s("Sector 20 Kharghar"),
            address: s("Plot 4"),
            state_name: s("Maharashtra"),
            district_name: s("Raigad"),
            block_name: s("Panvel Corporation"),
            pincode: 410_210,
            lat: 19,
            long: 73,
            from: s("09:00:00"),
            to: s("17:00:00"),
            fee_type: FeeType::Paid,
            sessions: vec![CalendarSession {
                session_id: s("3fa85f64-5717-4562-b3fc-2c963f66afa6"),
                date: s("21-05-2021"),
                available_capacity: 50,
                min_age_limit: 45,
                max_age_limit: None,
                allow_all_age: false,
                vaccine: s("COVISHIELD"),
                slots: vec![s("09:00AM-11:00AM")],
                available_capacity_dose1: 0,
                available_capacity_dose2: 50,
            }],
            vaccine_fees: vec![VaccineFee {
                vaccine: s("COVISHIELD"),
                fee: s("850"),
            }],
            local: None,
        }
    }

    const CENTRE: &str = r#"{"center_id":597311,"name":"Sector 20 Kharghar","address":"Plot 4",
        "state_name":"Maharashtra","district_name":"Raigad","block_name":"Panvel Corporation","pincode":410210,
        "lat":19,"long":73,"from":"09:00:00","to":"17:00:00","fee_type":"Paid",
        "sessions":[{"session_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6","date":"21-05-2021",
        "available_capacity":50,"min_age_limit":45,"allow_all_age":false,"vaccine":"COVISHIELD",
        "slots":["09:00AM-11:00AM"],"available_capacity_dose1":0,"available_capacity_dose2":50}],
        "vaccine_fees":[{"vaccine":"COVISHIELD","fee":"850"}]}"#;

    #[test]
    fn a_calendar_is_a_list_of_centres_or_one() {
        assert_wire(
            &Calendar {
                centers: vec![centre()],
            },
            &format!(r#"{{"centers":[{CENTRE}]}}"#),
        );
        assert_wire(
            &CentreCalendar {
                centers: Some(centre()),
            },
            &format!(r#"{{"centers":{CENTRE}}}"#),
        );
        assert_wire(&CentreCalendar { centers: None }, "{}");
        assert_wire(&Calendar { centers: Vec::new() }, r#"{"centers":[]}"#);
    }

    #[test]
    fn a_found_session_spreads_its_centre() {
        let session = FoundSession {
            center_id: 561_001,
            name: s("Clinic"),
            address: s("Fort"),
            state_name: s("Maharashtra"),
            district_name: s("Mumbai"),
            block_name: s("Ward A"),
            pincode: 400_001,
            from: s("09:00:00"),
            to: s("17:00:00"),
            lat: 18,
            long: 72,
            fee_type: FeeType::Paid,
            session_id: s("3fa85f64-5717-4562-b3fc-2c963f66afa6"),
            date: s("31-05-2021"),
            available_capacity: 50,
            available_capacity_dose1: 25,
            available_capacity_dose2: 25,
            fee: s("780"),
            min_age_limit: 18,
            max_age_limit: Some(44),
            allow_all_age: false,
            vaccine: s("COVISHIELD"),
            slots: vec![s("09:00AM-11:00AM"), s("11:00AM-01:00PM")],
            local: None,
        };
        assert_wire(
            &FoundSessions {
                sessions: vec![session],
            },
            r#"{"sessions":[{"center_id":561001,"name":"Clinic","address":"Fort","state_name":"Maharashtra",
            "district_name":"Mumbai","block_name":"Ward A","pincode":400001,"from":"09:00:00","to":"17:00:00",
            "lat":18,"long":72,"fee_type":"Paid","session_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "date":"31-05-2021","available_capacity":50,"available_capacity_dose1":25,
            "available_capacity_dose2":25,"fee":"780","min_age_limit":18,"max_age_limit":44,"allow_all_age":false,
            "vaccine":"COVISHIELD","slots":["09:00AM-11:00AM","11:00AM-01:00PM"]}]}"#,
        );
    }

    #[test]
    fn near_centres_have_strings() {
        let centre = NearCentre {
            center_id: 1234,
            name: s("AIIMS"),
            state_name: s("Delhi"),
            district_name: s("South Delhi"),
            block_name: s("Not Applicable"),
            pincode: s("110029"),
            lat: s("28.565"),
            long: s("77.20"),
            from: s("09:00"),
            to: s("17:00"),
            fee_type: FeeType::Free,
            local: None,
        };
        assert_wire(
            &NearCentres {
                centers: vec![centre],
                ttl: TTL,
            },
            r#"{"centers":[{"center_id":1234,"name":"AIIMS","state_name":"Delhi","district_name":"South Delhi",
            "block_name":"Not Applicable","pincode":"110029","lat":"28.565","long":"77.20","from":"09:00",
            "to":"17:00","fee_type":"Free"}],"ttl":24}"#,
        );
    }
}
