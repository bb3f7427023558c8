//! Whether the books of a run balance: what was counted in the database, against itself and against what was asked for.
//!
//! The comparison only; who counts is its caller. Each line that fails is said in words, with both figures.

#[cfg(test)]
mod tests;

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
