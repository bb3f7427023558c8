//! One made-up person: who they are said to be, what they show, and which dose they come for.

use chrono::Days;
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{DoseNumber, GivenDose};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::PersonId;
use pramaan_domain::name::PersonName;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;

use super::{Nation, ages, document, gap, household, session};
use crate::chance::Topic;
use crate::counts::{self, DAY};
use crate::names;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their number in the nation, from 0, which is that of their dose.
    pub number: u32,
    pub id: PersonId,
    pub name: PersonName,
    pub gender: Gender,
    /// Whoever was born in it is 18 on the day.
    pub birth_year: BirthYear,
    pub document_type: DocumentType,
    /// Of nobody else in the nation, and of nobody outside it.
    pub document_number: DocumentNumber,
    /// The numbers of the household and of the session.
    pub household: u32,
    pub session: u32,
    /// What they come for, and what the session has.
    pub dose: DoseNumber,
    pub vaccine: Vaccine,
    /// Of whoever comes for the second: of the same vaccine, so long before the day as the rules advise.
    pub first_dose: Option<GivenDose>,
}

pub(super) fn person(nation: &Nation, number: u32) -> Option<Person> {
    let district = nation.district_of_person(number)?;
    let household = nation.household_of(number)?;
    let visit = district.visit(household - district.starts.households);
    let session = district.starts.sessions + visit.session;
    let draw = |topic| nation.seed.draw(topic, number.into());
    let gender = draw(Topic::Gender).weighted(counts::shares().genders.iter().copied())?;
    let family = nation.seed.draw(Topic::FamilyName, household.into());
    let vaccine = session::vaccine(nation, session)?;
    let dose = visit.round.into();
    let (document_type, document_number) = document::document(nation.seed, number)?;
    Some(Person {
        number,
        id: household::person_id(nation, number),
        name: names::full_name(district.state()?, gender, draw(Topic::GivenName), family)?,
        gender,
        birth_year: ages::birth_year(draw(Topic::Age))?,
        document_type,
        document_number,
        household,
        session,
        dose,
        vaccine,
        first_dose: first_dose(nation, household, dose, vaccine),
    })
}

/// A household that comes for second doses had its first together.
fn first_dose(nation: &Nation, household: u32, dose: DoseNumber, vaccine: Vaccine) -> Option<GivenDose> {
    if dose != DoseNumber::Second {
        return None;
    }
    let draw = nation.seed.draw(Topic::FirstDose, household.into());
    let on: CivilDate = DAY.checked_sub_days(Days::new(gap::days(vaccine, draw)?))?;
    Some(GivenDose { on, vaccine })
}
