//! Entries of one visit, told together: whoever opens a record opens it for several pages.

use chrono::Timelike;
use pramaan_app::access_list::Line;
use pramaan_domain::access::FieldSet;
use pramaan_domain::time::Timestamp;

/// Reads by the same actor, for the same purpose and on the same ground, in the same hour.
pub(super) struct Visit {
    pub(super) newest: Line,
    /// When the first of them was.
    pub(super) oldest: Timestamp,
    /// The lowest number in the log.
    pub(super) first: u64,
    pub(super) count: usize,
    /// All their numbers in the log, the newest first.
    pub(super) indexes: Vec<u64>,
    /// Everything that was opened in any of them.
    pub(super) fields: FieldSet,
}

impl Visit {
    /// One read alone.
    pub(super) fn of(line: &Line) -> Self {
        Self {
            newest: line.clone(),
            oldest: line.at,
            first: line.index,
            count: 1,
            indexes: vec![line.index],
            fields: line.fields,
        }
    }
}

/// `lines` are given newest first, and so are the visits.
pub(super) fn visits(lines: &[Line]) -> Vec<Visit> {
    let mut visits: Vec<Visit> = Vec::new();
    for line in lines {
        let recent = visits.iter_mut().rev();
        let mut recent = recent.take_while(|visit| hour(visit.newest.at) == hour(line.at));
        match recent.find(|visit| is_of(visit, line)) {
            Some(visit) => {
                visit.oldest = line.at;
                visit.first = visit.first.min(line.index);
                visit.count += 1;
                visit.indexes.push(line.index);
                visit.fields = visit.fields.union(line.fields);
            }
            None => visits.push(Visit::of(line)),
        }
    }
    visits
}

fn is_of(visit: &Visit, line: &Line) -> bool {
    let with = &visit.newest;
    (
        with.class,
        with.basis,
        with.purpose,
        with.organisation,
        with.district,
    ) == (
        line.class,
        line.basis,
        line.purpose,
        line.organisation,
        line.district,
    ) && (&with.staff, &with.reason) == (&line.staff, &line.reason)
}

fn hour(at: Timestamp) -> (pramaan_domain::time::CivilDate, u32) {
    (at.date(), at.time_of_day().hour())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pramaan_domain::access::{ActorClass, Basis, Field, Purpose};

    /// 2026-11-22 10:00 in Asia/Kolkata.
    const TEN: Timestamp = Timestamp::from_seconds(1_795_321_800);

    fn read(minutes: i64, staff: &str, purpose: Purpose, field: Field) -> Line {
        Line {
            at: TEN.plus_seconds(minutes * 60),
            index: u64::try_from(minutes).unwrap(),
            class: ActorClass::Vaccinator,
            basis: Basis::SiteEvidence,
            purpose,
            fields: FieldSet::of(&[field]),
            organisation: 12,
            district: 395,
            staff: staff.to_owned(),
            reason: None,
        }
    }

    #[test]
    fn reads_of_one_visit_are_one_and_nothing_that_was_opened_is_left_out() {
        let told = visits(&[
            read(61, "MH-1", Purpose::Vaccination, Field::Name),
            read(9, "MH-1", Purpose::Vaccination, Field::Doses),
            read(8, "MH-2", Purpose::Vaccination, Field::Name),
            read(7, "MH-1", Purpose::Certificate, Field::Name),
            read(5, "MH-1", Purpose::Vaccination, Field::Name),
        ]);
        let facts = |visit: &Visit| (visit.newest.index, visit.first, visit.count);
        let told_facts: Vec<_> = told.iter().map(facts).collect();
        assert_eq!(told_facts, [(61, 61, 1), (9, 5, 2), (8, 8, 1), (7, 7, 1)]);
        assert_eq!(told[1].fields, FieldSet::of(&[Field::Name, Field::Doses]));
        assert_eq!(told[1].oldest, TEN.plus_seconds(300));
    }

    #[test]
    fn another_reason_is_another_visit() {
        let asked = Line {
            reason: Some("Code lost".to_owned()),
            ..read(1, "MH-1", Purpose::Vaccination, Field::Name)
        };
        let told = visits(&[asked, read(0, "MH-1", Purpose::Vaccination, Field::Name)]);
        assert_eq!(told.len(), 2);
    }
}
