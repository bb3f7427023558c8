//! Who speaks for somebody who is not 18 yet: named, shown, and without any right from the 18th birthday on.
//!
//! Who turned 18 is still listed to the phone, as every adult whom it registered is: a second phone is not something that
//! everybody has on their birthday, and nobody should lose their certificate by it. What ends at once is that others change
//! or delete the record. From then on its person does, as a private member with a PIN of their own, or at a site.

use pramaan_domain::access::{Field, FieldSet, Purpose};
use pramaan_domain::birth::{Birth, BirthDate, BirthYear};
use pramaan_domain::guardian::{Guardian, Minority};
use pramaan_domain::id::PersonId;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::CivilDate;
use pramaan_store::person::{self, OpenedPerson};

use crate::beneficiary::{Registration, check_birth};
use crate::encounter::EncounterKey;
use crate::principal::Citizen;
use crate::private_member::{Sight, Sighted};
use crate::{App, Refusal, Repetition, Staff};

const BIRTH: FieldSet = FieldSet::of(&[Field::BirthYear, Field::BirthDate]);
const CANDIDATES: FieldSet = FieldSet::of(&[Field::Name, Field::BirthYear, Field::BirthDate]);

/// Who is shown as the guardian of a minor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Person(PersonName),
    /// A member who keeps their record private, and so their name.
    PrivateMember,
    /// No adult is registered with this phone, and nobody was named at a site.
    Nobody,
}

/// An adult who can be a minor's guardian, by place in the family's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub place: usize,
    pub name: PersonName,
}

/// Who is said to be the guardian of somebody who is being registered. `Debug` shows no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Nobody,
    /// An adult by place in the family's list, from 1.
    Member(usize),
    /// Somebody who is not of the list.
    Named(PersonName),
}

/// A minor and who can be their guardian.
#[derive(Debug, Clone)]
pub struct Guarded {
    pub name: PersonName,
    pub guardian: Shown,
    pub candidates: Vec<Candidate>,
}

/// Who is a minor's guardian: whoever was named, or else the first adult of the household whom the phone shows. A member who
/// was chosen and is on another phone now is nobody's here: `family` is who of `everybody` was opened.
pub fn shown(
    minor: &OpenedPerson,
    (family, everybody): (&[&OpenedPerson], &[Sighted]),
    today: CivilDate,
) -> Shown {
    let name = |member: &OpenedPerson| member.name.clone().map_or(Shown::Nobody, Shown::Person);
    let is_here = |person: &PersonId| everybody.iter().any(|one| one.person == *person);
    match &minor.guardian {
        Some(Guardian::Named(name)) => Shown::Person(name.clone()),
        Some(Guardian::Member(person)) if is_here(person) => {
            let chosen = family.iter().find(|member| member.person == *person);
            chosen.map_or(Shown::PrivateMember, |member| name(member))
        }
        Some(Guardian::Member(_)) | None => {
            let first = family.iter().find(|member| is_adult(member, today));
            first.map_or(Shown::Nobody, |member| name(member))
        }
    }
}

fn is_adult(person: &OpenedPerson, today: CivilDate) -> bool {
    matches!(
        person.minority(today),
        Some(Minority::Adult | Minority::CameOfAge)
    )
}

/// The adults among those who were opened, by place in the list of `everybody`.
fn adults(family: &[&OpenedPerson], everybody: &[Sighted], today: CivilDate) -> Vec<Candidate> {
    let candidates = everybody.iter().zip(1..).filter_map(|(one, place)| {
        let of = |member: &&&OpenedPerson| member.person == one.person;
        let adult = family.iter().find(of).filter(|member| is_adult(member, today))?;
        let name = adult.name.clone()?;
        Some(Candidate { place, name })
    });
    candidates.collect()
}

impl Registration {
    /// Whether somebody has to speak for them: who is not 18 beyond doubt.
    pub fn is_of_minor(&self, today: CivilDate) -> bool {
        is_minor(self.birth_year, self.birth_date, today)
    }
}

/// Whether whoever is registered on a day is not 18 beyond doubt on it.
pub fn is_minor(year: BirthYear, date: Option<BirthDate>, today: CivilDate) -> bool {
    let birth = date.map_or(Birth::Year(year), Birth::Date);
    Minority::of(birth, today, today) == Minority::Minor
}

fn no_adult() -> Refusal {
    Refusal::Invalid {
        field: "guardian",
        sentence: "choose an adult who is registered with this mobile".to_owned(),
    }
}

/// Whether whoever holds the phone may still change or delete a record.
///
/// # Errors
/// `CameOfAge` for somebody who was registered as a minor and is 18, unless they gave their PIN.
pub(crate) fn require_control(person: &OpenedPerson, sight: Sight, today: CivilDate) -> Result<(), Refusal> {
    match (person.minority(today), sight) {
        (Some(Minority::CameOfAge), Sight::Open) => Err(Refusal::CameOfAge),
        _ => Ok(()),
    }
}

impl App {
    /// The same, opening what it depends on.
    pub(crate) async fn require_control(
        &self,
        citizen: &Citizen,
        member: Sighted,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let cause = citizen.cause(Purpose::OwnRecord, BIRTH, request);
        let opened = self.open_seen(&cause, &[member]).await?.pop();
        let opened = opened.ok_or(Refusal::UnknownBeneficiary)?;
        require_control(&opened, member.sight, self.today())
    }

    /// A minor at a place of the family's list, and the adults among whom the guardian is chosen.
    ///
    /// # Errors
    /// `UnknownBeneficiary`, also for somebody who is 18; `PrivateMember`.
    pub async fn guarded_at(
        &self,
        citizen: &Citizen,
        place: usize,
        request: &'static str,
    ) -> Result<Guarded, Refusal> {
        let minor = self.sighted_at(citizen, place).await?;
        if !minor.is_seen() {
            return Err(Refusal::PrivateMember);
        }
        let everybody = self.sighted(citizen).await?;
        let seen: Vec<_> = everybody.iter().filter(|one| one.is_seen()).copied().collect();
        let cause = citizen.cause(Purpose::OwnRecord, CANDIDATES, request);
        let family = self.open_seen(&cause, &seen).await?;
        let (today, family) = (self.today(), family.iter().collect::<Vec<_>>());
        let of = |person: PersonId| family.iter().find(|member| member.person == person);
        let child = of(minor.person).ok_or(Refusal::UnknownBeneficiary)?;
        if child.minority(today) != Some(Minority::Minor) {
            return Err(Refusal::UnknownBeneficiary);
        }
        Ok(Guarded {
            name: child.name.clone().ok_or(Refusal::UnknownBeneficiary)?,
            guardian: shown(child, (&family, &everybody), today),
            candidates: adults(&family, &everybody, today),
        })
    }

    /// Chooses an adult of the household as a minor's guardian.
    ///
    /// # Errors
    /// As [`guarded_at`](Self::guarded_at); `Invalid` for somebody who is no adult of this family's list.
    pub async fn choose_guardian(
        &self,
        citizen: &Citizen,
        (minor, guardian): (usize, usize),
        request: &'static str,
    ) -> Result<(), Refusal> {
        let guarded = self.guarded_at(citizen, minor, request).await?;
        if !guarded.candidates.iter().any(|one| one.place == guardian) {
            return Err(no_adult());
        }
        let subject = self.sighted_at(citizen, minor).await?.subject();
        let guardian = Guardian::Member(self.sighted_at(citizen, guardian).await?.person);
        self.put_guardian(subject, guardian).await
    }

    /// The adults of the family's list whom this login sees: among them the guardian of a new member is chosen.
    pub async fn adults(&self, citizen: &Citizen, request: &'static str) -> Result<Vec<Candidate>, Refusal> {
        citizen.require_account()?;
        let everybody = self.sighted(citizen).await?;
        let seen: Vec<_> = everybody.iter().filter(|one| one.is_seen()).copied().collect();
        let cause = citizen.cause(Purpose::OwnRecord, CANDIDATES, request);
        let family = self.open_seen(&cause, &seen).await?;
        let family: Vec<_> = family.iter().collect();
        Ok(adults(&family, &everybody, self.today()))
    }

    /// Registers a member as [`register_once`](Self::register_once) does, with the guardian whom a minor needs. Nobody is
    /// noted for who is 18 already.
    ///
    /// # Errors
    /// As `register_once`; `Invalid` of `guardian_name` for a minor of whom nobody is said, and of `guardian` for a place
    /// where this login sees no adult.
    pub async fn register_guarded(
        &self,
        citizen: &Citizen,
        (registration, guardian): (Registration, Said),
        repetition: Repetition,
        request: &'static str,
    ) -> Result<ReferenceId, Refusal> {
        citizen.require_account()?;
        check_birth(registration.birth_year, registration.birth_date, self.now())?;
        let guardian = match (registration.is_of_minor(self.today()), guardian) {
            (false, _) => None,
            (true, Said::Named(name)) => Some(Guardian::Named(name)),
            (true, Said::Member(place)) => Some(self.adult_at(citizen, place, request).await?),
            (true, Said::Nobody) => {
                return Err(Refusal::Invalid {
                    field: "guardian_name",
                    sentence: "name the guardian of somebody under 18".to_owned(),
                });
            }
        };
        self.register_with(citizen, (registration, guardian), repetition)
            .await
    }

    /// The adult at a place of the list; of nobody else is anything opened.
    async fn adult_at(
        &self,
        citizen: &Citizen,
        place: usize,
        request: &'static str,
    ) -> Result<Guardian, Refusal> {
        let found = match self.sighted_at(citizen, place).await {
            Err(Refusal::UnknownBeneficiary) => return Err(no_adult()),
            found => found?,
        };
        if !found.is_seen() {
            return Err(no_adult());
        }
        let cause = citizen.cause(Purpose::OwnRecord, BIRTH, request);
        let opened = self.open_seen(&cause, &[found]).await?.pop();
        match opened {
            Some(person) if is_adult(&person, self.today()) => Ok(Guardian::Member(person.person)),
            _ => Err(no_adult()),
        }
    }

    /// Whether a guardian can be named in an encounter: it is open. Nothing is opened.
    ///
    /// # Errors
    /// `NoEncounter`, `OffRoster`.
    pub async fn may_name_guardian(&self, staff: &Staff, key: EncounterKey) -> Result<(), Refusal> {
        self.open_encounter(staff, key).await.map(drop)
    }

    /// Keeps the name of whoever came with a minor to a site, within an open encounter.
    ///
    /// # Errors
    /// `NoEncounter`, `OffRoster`; `UnknownBeneficiary` for somebody who is 18.
    pub async fn name_guardian(
        &self,
        staff: &Staff,
        key: EncounterKey,
        name: PersonName,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let encounter = self.open_encounter(staff, key).await?;
        let cause = crate::open::Cause {
            fields: BIRTH,
            ..staff.cause(&encounter, request)
        };
        let subject = (encounter.household, encounter.person);
        let opened = self.open_people(&cause, &[subject]).await?.pop();
        let minority = opened.and_then(|person| person.minority(self.today()));
        match minority {
            Some(Minority::Minor) => self.put_guardian(subject, Guardian::Named(name)).await,
            _ => Err(Refusal::UnknownBeneficiary),
        }
    }

    async fn put_guardian(
        &self,
        subject: (pramaan_domain::id::HouseholdId, PersonId),
        guardian: Guardian,
    ) -> Result<(), Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let put = self.0.db.write("app::guardian::put", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                person::put_guardian(tx, &sealer, subject, &guardian, now).await
            })
        });
        Ok(put.await?)
    }
}
