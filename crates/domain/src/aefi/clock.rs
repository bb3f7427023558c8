//! The clocks of a case, as data: who has to have done what, how long after the form that said it was severe or serious.

use super::stage::Stage;
use crate::time::Timestamp;

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Office {
    District,
    StateCommittee,
    NationalCommittee,
}

/// What a case at a stage waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    pub id: &'static str,
    pub stage: Stage,
    pub office: Office,
    /// From the report on; none where the source names no time.
    pub seconds: Option<i64>,
    pub citation: &'static str,
}

const DAY: i64 = 86_400;
const GUIDELINES: &str = "COVID-19 vaccines operational guidelines, AEFI: case id within 24 hours, case investigation form within 10 days";

pub const CLOCKS: [Clock; 5] = [
    Clock {
        id: "seen",
        stage: Stage::Heard,
        office: Office::District,
        seconds: Some(DAY),
        citation: "the 24 hours of the case id, counted from the person's own report: ours, no source speaks of such reports",
    },
    Clock {
        id: "case-id",
        stage: Stage::Reported,
        office: Office::District,
        seconds: Some(DAY),
        citation: GUIDELINES,
    },
    Clock {
        id: "investigation",
        stage: Stage::Numbered,
        office: Office::District,
        seconds: Some(10 * DAY),
        citation: GUIDELINES,
    },
    Clock {
        id: "state-causality",
        stage: Stage::Investigated,
        office: Office::StateCommittee,
        seconds: None,
        citation: "the guidelines name the committee and no time",
    },
    Clock {
        id: "national-causality",
        stage: Stage::AssessedByState,
        office: Office::NationalCommittee,
        seconds: None,
        citation: "the guidelines name the committee and no time",
    },
];

/// Until when what a stage waits for has to be done, for a case that was reported then; none when nothing is due.
pub fn due(stage: Stage, reported_at: Timestamp) -> Option<Timestamp> {
    let clock = CLOCKS.iter().find(|clock| clock.stage == stage)?;
    Some(reported_at.plus_seconds(clock.seconds?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clocks_of_an_aefi_are_a_day_for_the_id_and_ten_for_the_investigation() {
        let at = Timestamp::from_seconds(1_795_321_800);
        let days = |stage| due(stage, at).map(|due| (due.seconds() - at.seconds()) / DAY);
        assert_eq!(
            Stage::ALL.map(days),
            [Some(1), Some(1), Some(10), None, None, None]
        );
    }

    #[test]
    fn every_stage_but_the_last_has_one_clock() {
        for stage in Stage::ALL {
            let clocks = CLOCKS.iter().filter(|clock| clock.stage == stage).count();
            assert_eq!(clocks, usize::from(stage != Stage::Settled), "{stage:?}");
        }
    }
}
