//! Whether the books of a run balance: what was counted in the database, against itself and against what was asked for.
//!
//! The comparison only; who counts is its caller. Each line that fails is said in words, with both figures.

use std::collections::BTreeMap;
use std::fmt;

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::SessionId;
use pramaan_domain::place::{self, DistrictId};

use crate::nation::Nation;

/// What was counted when the run had ended. Doses are those of the day, without the first doses that were laid before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    pub doses: u64,
    pub certificates: u64,
    /// Doses that left the stock of the centres into an arm; not those that were wasted.
    pub stock_used: u64,
    /// Receipts that were minted, each for one opening of one person's record.
    pub openings: u64,
    /// Entries of disclosures in the access log.
    pub log_entries: u64,
    /// Sessions with more seats taken than they have, in a slot, dose and quota: the first of them is enough to fail.
    pub oversold: Vec<Oversold>,
    /// Doses by the district of the centre.
    pub by_district: BTreeMap<(DistrictId, DoseNumber), u64>,
}

/// A row of seats of which more are taken than there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oversold {
    pub session: SessionId,
    pub capacity: u64,
    pub taken: u64,
}

/// The result of comparing. Empty when all is as it should be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    imbalances: Vec<Imbalance>,
}

/// One line that fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imbalance {
    /// All together, against the nation's people.
    Doses {
        asked: u64,
        counted: u64,
    },
    Certificates {
        doses: u64,
        certificates: u64,
    },
    Stock {
        doses: u64,
        used: u64,
    },
    Oversold(Oversold),
    Entries {
        openings: u64,
        entries: u64,
    },
    District {
        name: &'static str,
        dose: DoseNumber,
        asked: u64,
        counted: u64,
    },
    /// Doses in a district, or of a number, that nobody asked for.
    Unasked {
        district: DistrictId,
        dose: DoseNumber,
        counted: u64,
    },
}

impl Books {
    /// Compares what was counted with the nation that was to be vaccinated.
    pub fn compare(nation: &Nation, counted: &Counted) -> Self {
        let mut imbalances = totals(nation, counted);
        imbalances.extend(counted.oversold.iter().copied().map(Imbalance::Oversold));
        imbalances.extend(districts(nation, counted));
        Self { imbalances }
    }

    pub fn balance(&self) -> bool {
        self.imbalances.is_empty()
    }

    /// The totals first, then sessions and districts.
    pub fn imbalances(&self) -> &[Imbalance] {
        &self.imbalances
    }
}

fn totals(nation: &Nation, counted: &Counted) -> Vec<Imbalance> {
    let (asked, doses) = (u64::from(nation.people()), counted.doses);
    let (certificates, used) = (counted.certificates, counted.stock_used);
    let (openings, entries) = (counted.openings, counted.log_entries);
    let lines = [
        (
            asked,
            doses,
            Imbalance::Doses {
                asked,
                counted: doses,
            },
        ),
        (
            doses,
            certificates,
            Imbalance::Certificates { doses, certificates },
        ),
        (doses, used, Imbalance::Stock { doses, used }),
        (openings, entries, Imbalance::Entries { openings, entries }),
    ];
    let failed = lines.into_iter().filter(|(one, other, _)| one != other);
    failed.map(|(_, _, imbalance)| imbalance).collect()
}

/// A district of the counts may be several of CoWIN's: what was given in any of them counts for it.
fn districts(nation: &Nation, counted: &Counted) -> Vec<Imbalance> {
    let mut left = counted.by_district.clone();
    let mut found = Vec::new();
    for district in nation.districts() {
        for dose in [DoseNumber::First, DoseNumber::Second] {
            let counted = district
                .ids()
                .iter()
                .filter_map(|id| left.remove(&(*id, dose)))
                .sum();
            let asked = u64::from(district.doses(dose));
            if asked != counted {
                let name = district.name();
                found.push(Imbalance::District {
                    name,
                    dose,
                    asked,
                    counted,
                });
            }
        }
    }
    let unasked = left.into_iter().filter(|(_, counted)| *counted > 0);
    found.extend(unasked.map(|((district, dose), counted)| Imbalance::Unasked {
        district,
        dose,
        counted,
    }));
    found
}

impl fmt::Display for Imbalance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doses { asked, counted } => {
                write!(
                    f,
                    "{asked} doses were to be given and {counted} are recorded: {}",
                    gap(*asked, *counted)
                )
            }
            Self::Certificates { doses, certificates } => write!(
                f,
                "{doses} doses are recorded and {certificates} certificates issued: {}",
                gap(*doses, *certificates)
            ),
            Self::Stock { doses, used } => write!(
                f,
                "{doses} doses are recorded and {used} were taken from stock: {}",
                gap(*doses, *used)
            ),
            Self::Oversold(Oversold {
                session,
                capacity,
                taken,
            }) => {
                write!(
                    f,
                    "session {session} has {capacity} seats and {taken} are taken: it is oversold"
                )
            }
            Self::Entries { openings, entries } => write!(
                f,
                "{openings} records were opened and the access log has {entries} entries: {}",
                gap(*openings, *entries)
            ),
            Self::District {
                name,
                dose,
                asked,
                counted,
            } => write!(
                f,
                "{name}: {asked} doses with the number {dose} were to be given and {counted} are recorded: {}",
                gap(*asked, *counted)
            ),
            Self::Unasked {
                district,
                dose,
                counted,
            } => write!(
                f,
                "{} (district {district}): {counted} doses with the number {dose} are recorded and none was to be given",
                place::district(*district).map_or("an unknown district", |district| district.name.trim())
            ),
        }
    }
}

/// `3 too few` or `1 too many`, of what came second.
fn gap(expected: u64, counted: u64) -> String {
    match counted.checked_sub(expected) {
        Some(more) => format!("{more} too many"),
        None => format!("{} too few", expected - counted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Scale, Seed};

    fn nation() -> Nation {
        Nation::new(Scale::parse("0.001").unwrap(), Seed::new(1))
    }

    fn id(number: i64) -> DistrictId {
        DistrictId::from_number(number).unwrap()
    }

    /// As it should be counted: sums by the districts of the centres.
    fn sound(nation: &Nation) -> Counted {
        let mut counted = Counted {
            doses: nation.people().into(),
            certificates: nation.people().into(),
            stock_used: nation.people().into(),
            openings: 7,
            log_entries: 7,
            ..Counted::default()
        };
        for session in (0..nation.sessions()).filter_map(|number| nation.session(number)) {
            for seats in session.slots {
                for (dose, count) in [
                    (DoseNumber::First, seats.first),
                    (DoseNumber::Second, seats.second),
                ] {
                    let key = (session.centre.district, dose);
                    *counted.by_district.entry(key).or_default() += u64::from(count);
                }
            }
        }
        counted
    }

    /// What is said when one figure of sound books is changed.
    #[track_caller]
    fn said(change: impl FnOnce(&mut Counted), sentences: &[&str]) {
        let nation = nation();
        let mut counted = sound(&nation);
        change(&mut counted);
        let books = Books::compare(&nation, &counted);
        let said: Vec<String> = books.imbalances().iter().map(ToString::to_string).collect();
        assert_eq!(said, sentences);
        assert_eq!(books.balance(), sentences.is_empty());
    }

    #[test]
    fn sound_books_balance() {
        said(|_| (), &[]);
        said(
            |counted| {
                counted.by_district.insert((id(294), DoseNumber::Third), 0);
            },
            &[],
        );
    }

    #[test]
    fn a_missing_certificate_is_named() {
        said(
            |counted| counted.certificates -= 1,
            &["26521 doses are recorded and 26520 certificates issued: 1 too few"],
        );
    }

    #[test]
    fn stock_that_was_not_or_twice_taken_is_named() {
        said(
            |counted| counted.stock_used += 2,
            &["26521 doses are recorded and 26523 were taken from stock: 2 too many"],
        );
    }

    #[test]
    fn an_opening_without_an_entry_is_named() {
        said(
            |counted| counted.log_entries = 4,
            &["7 records were opened and the access log has 4 entries: 3 too few"],
        );
        said(
            |counted| counted.openings = 4,
            &["4 records were opened and the access log has 7 entries: 3 too many"],
        );
    }

    #[test]
    fn each_oversold_session_is_named() {
        let oversold = |byte| Oversold {
            session: SessionId::from_random([byte; 16]),
            capacity: 20,
            taken: 21,
        };
        said(
            |counted| counted.oversold = vec![oversold(7), oversold(8)],
            &[
                "session 07070707-0707-4707-8707-070707070707 has 20 seats and 21 are taken: it is oversold",
                "session 08080808-0808-4808-8808-080808080808 has 20 seats and 21 are taken: it is oversold",
            ],
        );
    }

    #[test]
    fn a_lost_dose_is_missing_everywhere() {
        said(
            |counted| {
                counted.doses -= 1;
                let _ = counted.by_district.remove(&(id(395), DoseNumber::Second));
            },
            &[
                "26521 doses were to be given and 26520 are recorded: 1 too few",
                "26520 doses are recorded and 26521 certificates issued: 1 too many",
                "26520 doses are recorded and 26521 were taken from stock: 1 too many",
                "Mumbai: 157 doses with the number 2 were to be given and 0 are recorded: 157 too few",
            ],
        );
    }

    #[test]
    fn a_dose_in_the_wrong_district_is_named_at_both_ends() {
        said(
            |counted| {
                for (district, by) in [(395, -1), (363, 1)] {
                    let count = counted
                        .by_district
                        .entry((id(district), DoseNumber::First))
                        .or_default();
                    *count = count.saturating_add_signed(by);
                }
            },
            &[
                "Mumbai: 118 doses with the number 1 were to be given and 117 are recorded: 1 too few",
                "Pune: 104 doses with the number 1 were to be given and 105 are recorded: 1 too many",
            ],
        );
    }

    #[test]
    fn districts_that_share_a_count_are_added_up() {
        said(
            |counted| {
                let of = |number| (id(number), DoseNumber::First);
                let moved = counted.by_district.remove(&of(265)).unwrap();
                *counted.by_district.entry(of(294)).or_default() += moved;
            },
            &[],
        );
    }

    #[test]
    fn a_dose_that_nobody_asked_for_is_named() {
        said(
            |counted| {
                counted.by_district.insert((id(395), DoseNumber::Precaution), 2);
                counted.by_district.insert((id(900), DoseNumber::First), 1);
            },
            &[
                "Mumbai (district 395): 2 doses with the number precaution are recorded and none was to be given",
                "an unknown district (district 900): 1 doses with the number 1 are recorded and none was to be given",
            ],
        );
    }
}
