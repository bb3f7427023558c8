//! Vials: how many doses one holds, and how long an open one may be used.

use std::sync::LazyLock;

use crate::time::Timestamp;
use crate::vaccine::Vaccine;

/// What is known of a product's vials, with where it is from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VialFacts {
    name: String,
    /// Doses of a vial unless the receipt says otherwise.
    pub doses: u16,
    /// Hours after its opening within which a vial is used.
    pub open_hours: u16,
    pub status: VialStatus,
    pub source: String,
}

/// How far the facts of a product's vials are confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VialStatus {
    Sourced,
    /// The doses are sourced, the hours are the programme's usual four.
    HoursAssumed,
    Assumed,
}

/// For a product that the data does not name, which a test excludes: the strictest there is.
static UNKNOWN: VialFacts = VialFacts {
    name: String::new(),
    doses: 1,
    open_hours: 4,
    status: VialStatus::Assumed,
    source: String::new(),
};

/// The file is part of the program; a test parses it, so the default is never taken.
static FACTS: LazyLock<Vec<VialFacts>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../data/vials.json")).unwrap_or_default());

pub fn vial_facts(vaccine: Vaccine) -> &'static VialFacts {
    let found = FACTS.iter().find(|facts| facts.name == vaccine.name());
    found.unwrap_or(&UNKNOWN)
}

impl VialFacts {
    fn open_seconds(&self) -> i64 {
        i64::from(self.open_hours) * 3_600
    }
}

/// An open vial with doses left in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenVial {
    /// Its number among the vials of its batch that were opened at the centre, from 1.
    pub number: i64,
    pub opened_at: Timestamp,
    pub left: i64,
}

impl OpenVial {
    /// Until when it may be used.
    pub fn ends_at(&self, vaccine: Vaccine) -> Timestamp {
        self.opened_at.plus_seconds(vial_facts(vaccine).open_seconds())
    }

    pub fn is_past(&self, vaccine: Vaccine, at: Timestamp) -> bool {
        at >= self.ends_at(vaccine)
    }

    /// Whether a dose given at `at` can be from it. A dose that is entered after a later one may be from before the
    /// opening that is on record, by no more than a vial is open.
    fn serves(&self, vaccine: Vaccine, at: Timestamp) -> bool {
        let open = vial_facts(vaccine).open_seconds();
        self.left > 0 && !self.is_past(vaccine, at) && at > self.opened_at.plus_seconds(-open)
    }
}

/// The vial that a dose given at `at` is taken from: of those within their time, the one that was opened first.
pub fn pick(vials: &[OpenVial], vaccine: Vaccine, at: Timestamp) -> Option<OpenVial> {
    let usable = vials.iter().filter(|vial| vial.serves(vaccine, at));
    usable.min_by_key(|vial| (vial.opened_at, vial.number)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_knows_the_vials_of_every_product_and_says_where_from() {
        assert_eq!(FACTS.len(), Vaccine::ALL.len());
        for vaccine in Vaccine::ALL {
            let facts = vial_facts(vaccine);
            assert_eq!(facts.name, vaccine.name());
            assert!(facts.doses > 0 && facts.open_hours > 0, "{vaccine}");
            assert!(facts.source.len() > 30, "{vaccine}");
            let said = facts.source.contains("assumed");
            assert_eq!(facts.status != VialStatus::Sourced, said, "{vaccine}");
        }
    }

    #[test]
    fn an_open_vial_has_its_hours_and_the_first_opened_goes_first() {
        let opened = Timestamp::from_seconds(1_795_321_800);
        let vial = |number, minutes: i64, left| OpenVial {
            number,
            opened_at: opened.plus_seconds(minutes * 60),
            left,
        };
        let vials = [vial(2, 30, 9), vial(1, 0, 1)];
        let at = |minutes: i64| opened.plus_seconds(minutes * 60);
        let picked = |minutes| pick(&vials, Vaccine::Covishield, at(minutes)).map(|vial| vial.number);
        assert_eq!(picked(60), Some(1));
        assert_eq!(
            picked(4 * 60 - 1),
            Some(1),
            "a minute before its four hours are over"
        );
        assert_eq!(
            picked(4 * 60),
            Some(2),
            "at four hours the first is past its time"
        );
        assert_eq!(picked(4 * 60 + 30), None);
        assert_eq!(picked(-60), Some(1), "typed after a later dose");
        assert_eq!(picked(-5 * 60), None);
        assert_eq!(pick(&[vial(1, 0, 0)], Vaccine::Covishield, at(1)), None, "empty");
    }
}
