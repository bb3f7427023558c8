//! Beneficiaries of one household: register, list, change, delete.

use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::birth::{Birth, BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::guardian::Guardian;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::member;
use pramaan_store::person::{self, CameOfAge, Comorbidity, NewPerson, OpenedPerson, PersonFacts};
use pramaan_store::{Receipt, Sealer, Tx, encounter, household, idempotency, registration};

use crate::encounter::ENCOUNTER_SECONDS;
use crate::open::Cause;
use crate::principal::{Citizen, Face};
use crate::private_member::{Sighted, subjects};
use crate::registered_once::{Repetition, answer, registered_before};
use crate::{App, Refusal, guardian};

/// Members of one household at most (CoWIN, from 2022-01-21).
pub const HOUSEHOLD_SIZE: usize = 6;
/// Registrations of one household on one day at most, deleted ones included: more than anybody needs, and too few to try
/// out document numbers.
pub const REGISTRATIONS_A_DAY: u32 = 12;
/// The youngest age for which any vaccine of the programme is given.
pub const YOUNGEST: i32 = 12;
/// Versions of the notice that a registration may name. The last one is shown today.
pub const NOTICE_VERSIONS: &[&str] = &["1"];

/// What a person typed to register somebody, each part parsed.
pub struct Registration {
    pub name: PersonName,
    pub birth_year: BirthYear,
    /// 12 to 17-year-olds may give it; erased on the 18th birthday.
    pub birth_date: Option<BirthDate>,
    pub gender: Gender,
    pub document_type: DocumentType,
    pub document_number: DocumentNumber,
    pub comorbidity: Comorbidity,
    pub consent_version: String,
}

/// What may be changed before any dose; the document's number is not among it.
pub struct Correction {
    pub name: PersonName,
    pub birth_year: BirthYear,
    pub birth_date: Option<BirthDate>,
    pub gender: Gender,
    pub comorbidity: Comorbidity,
}

/// The dashboard's fields of a member.
pub(crate) const DASHBOARD: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::BirthDate,
    Field::Gender,
    Field::DocumentType,
    Field::DocumentLastFour,
    Field::ReferenceId,
    Field::Mobile,
    Field::Comorbidity,
    Field::Group,
    Field::Doses,
]);

/// The fields of the pages about one member: neither number nor digits of a document.
const ONE_MEMBER: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::BirthDate,
    Field::Gender,
    Field::DocumentType,
    Field::ReferenceId,
    Field::Comorbidity,
]);

impl App {
    /// Registers a member whose registration nobody sends again.
    ///
    /// # Errors
    /// As [`register_once`](Self::register_once).
    pub async fn register(
        &self,
        citizen: &Citizen,
        registration: Registration,
    ) -> Result<ReferenceId, Refusal> {
        self.register_once(citizen, registration, Repetition::Unnamed)
            .await
    }

    /// Registers a member; the same sent again is answered with the first reference id. The answer is the same whether or
    /// not another household registered the document before.
    ///
    /// # Errors
    /// `Unauthenticated` when the household went with its last member since this login: the number has to be proved again.
    /// `HouseholdFull` from the seventh on, `OwnDocument` when a member has this document, `OverBudget` beyond the day's
    /// registrations, `KeyReused`, `Invalid` for an age under 12 or an unknown version of the notice.
    pub async fn register_once(
        &self,
        citizen: &Citizen,
        registration: Registration,
        repetition: Repetition,
    ) -> Result<ReferenceId, Refusal> {
        self.register_with(citizen, (registration, None), repetition)
            .await
    }

    /// The same with whoever was named as guardian, who is part of what the registration says.
    pub(crate) async fn register_with(
        &self,
        citizen: &Citizen,
        (registration, guardian): (Registration, Option<Guardian>),
        repetition: Repetition,
    ) -> Result<ReferenceId, Refusal> {
        citizen.require_account()?;
        let now = self.0.clock.now();
        check_birth(registration.birth_year, registration.birth_date, now)?;
        check_notice(&registration.consent_version)?;
        let said = (&registration, guardian.as_ref());
        let key = repetition.key(&self.0.sealer, citizen.household, said);
        let is_named = if key.is_some() { Named::Yes } else { Named::No };
        let reference_id = self.next_reference_id().await?;
        let new = self.new_person(citizen.household, reference_id, registration);
        let sealer = self.0.sealer.clone();
        let (household, person) = (citizen.household, new.id);
        let registered = self
            .0
            .db
            .write("app::beneficiary::register", move |tx| {
                Box::pin(async move {
                    if let Some(before) = registered_before(tx, &sealer, key.as_ref()).await? {
                        return still_here(tx, &sealer, household, before).await.map(Ok);
                    }
                    // The number may have gone to somebody else since this login: nobody is registered where no phone looks.
                    if household::indexes_of(tx, &sealer, household).await?.is_empty() {
                        return Err(Refusal::Unauthenticated);
                    }
                    let today = registration::count(tx, household, now).await?;
                    if today > REGISTRATIONS_A_DAY {
                        return Err(Refusal::OverBudget {
                            retry_after_seconds: seconds_to_midnight(now),
                        });
                    }
                    // Of the same sent twice at once, one waited for the count, and is told what the other came to.
                    if let Some(before) = registered_before(tx, &sealer, key.as_ref()).await? {
                        return still_here(tx, &sealer, household, before).await.map(Ok);
                    }
                    if member::of_household(tx, &sealer, household).await?.len() >= HOUSEHOLD_SIZE {
                        return Err(Refusal::HouseholdFull);
                    }
                    if person::repeats_a_document(tx, &sealer, &new).await? {
                        // A try stays counted, so that nobody finds out the whole number of a member's document.
                        return Ok(Err(Refusal::OwnDocument));
                    }
                    person::insert(tx, &sealer, new, now).await?;
                    if let Some(guardian) = guardian {
                        person::put_guardian(tx, &sealer, (household, person), &guardian, now).await?;
                    }
                    let answers: Vec<_> = key.map(|key| (key, answer(reference_id))).into_iter().collect();
                    idempotency::remember(tx, &sealer, &answers, now).await?;
                    Ok::<_, Refusal>(Ok(reference_id))
                })
            })
            .await
            .map_err(no_household);
        self.unless_private(citizen, registered??, is_named).await
    }

    /// The answer to a registration that was sent before may name somebody who has become private since: to this phone it
    /// is a document that is registered already.
    async fn unless_private(
        &self,
        citizen: &Citizen,
        id: ReferenceId,
        repetition: Named,
    ) -> Result<ReferenceId, Refusal> {
        if repetition == Named::No {
            return Ok(id);
        }
        match self.sighted_named(citizen, id).await? {
            Some(found) if !found.is_seen() => Err(Refusal::OwnDocument),
            _ => Ok(id),
        }
    }

    /// Every member's record, opened for the person who proved the number: one access entry a member.
    pub async fn beneficiaries(
        &self,
        citizen: &Citizen,
        request: &'static str,
    ) -> Result<Vec<OpenedPerson>, Refusal> {
        citizen.require_account()?;
        let seen = self.seen(citizen).await?;
        let cause = citizen.cause(Purpose::OwnRecord, DASHBOARD, request);
        self.open_seen(&cause, &seen).await
    }

    /// The place of a member in the household's list, from 1; nothing is opened.
    ///
    /// # Errors
    /// `UnknownBeneficiary` when it is nobody of this household any more.
    pub async fn place_of(&self, citizen: &Citizen, id: ReferenceId) -> Result<usize, Refusal> {
        citizen.require_account()?;
        let person = self.member(citizen, id).await?;
        let sighted = self.sighted(citizen).await?;
        let index = sighted.iter().position(|member| member.person == person);
        index
            .map(|index| index.saturating_add(1))
            .ok_or(Refusal::UnknownBeneficiary)
    }

    /// How many members a household has, private ones among them; nothing is opened.
    pub async fn household_size(&self, citizen: &Citizen) -> Result<usize, Refusal> {
        citizen.require_account()?;
        Ok(self.sighted(citizen).await?.len())
    }

    /// One member by place in the household's list, from 1: what a page about that person shows.
    ///
    /// # Errors
    /// `UnknownBeneficiary` when nobody is there; `PrivateMember` for somebody who is not open.
    pub async fn beneficiary_at(
        &self,
        citizen: &Citizen,
        place: usize,
        request: &'static str,
    ) -> Result<OpenedPerson, Refusal> {
        citizen.require_account()?;
        let member = self.sighted_at(citizen, place).await?;
        if !member.is_seen() {
            return Err(Refusal::PrivateMember);
        }
        let cause = citizen.cause(Purpose::OwnRecord, ONE_MEMBER, request);
        let opened = self.open_seen(&cause, &[member]).await?.pop();
        opened.ok_or(Refusal::UnknownBeneficiary)
    }

    /// Members whose document somebody registered after them: shown to them alone, with the advice to bring it.
    pub async fn rivals(&self, citizen: &Citizen) -> Result<Vec<PersonId>, Refusal> {
        citizen.require_account()?;
        let sighted = self.sighted(citizen).await?;
        // A family's own card is no dispute, whoever of it is private.
        let everybody = subjects(&sighted);
        let rivals = self.0.db.read("app::beneficiary::rivals", move |tx| {
            Box::pin(async move { person::rivals(tx, &everybody).await })
        });
        let mut rivals = rivals.await?;
        let is_seen = |person| sighted.iter().any(|one| one.is_seen() && one.person == person);
        rivals.retain(|person| is_seen(*person));
        Ok(rivals)
    }

    /// Entries first, then the fields.
    pub(crate) async fn open_people(
        &self,
        cause: &Cause,
        subjects: &[(HouseholdId, PersonId)],
    ) -> Result<Vec<OpenedPerson>, Refusal> {
        let receipts = self.receipts(cause, subjects).await?;
        self.open_with(receipts).await
    }

    /// The same for members as a login sees them.
    pub(crate) async fn open_seen(
        &self,
        cause: &Cause,
        seen: &[Sighted],
    ) -> Result<Vec<OpenedPerson>, Refusal> {
        let receipts = self.receipts_seen(cause, seen).await?;
        self.open_with(receipts).await
    }

    async fn open_with(&self, receipts: Vec<Receipt>) -> Result<Vec<OpenedPerson>, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.0.clock.now());
        let opened = self.0.db.read("app::beneficiary::open", move |tx| {
            Box::pin(async move { person::open(tx, &sealer, receipts, now).await })
        });
        Ok(opened.await?)
    }

    /// The member that a reference id names, when it is one of this household whom this login sees.
    pub(crate) async fn member(&self, citizen: &Citizen, id: ReferenceId) -> Result<PersonId, Refusal> {
        Ok(self.seen_named(citizen, id).await?.person)
    }

    /// Replaces a member's facts, as long as no dose was given and nobody at a site has the record open.
    ///
    /// # Errors
    /// `HasDose`, `RecordOpen`, `CameOfAge`; `UnderAge` and `Invalid` as for a registration.
    pub async fn correct_beneficiary(
        &self,
        citizen: &Citizen,
        id: ReferenceId,
        correction: Correction,
        request: &'static str,
    ) -> Result<(), Refusal> {
        citizen.require_account()?;
        let now = self.0.clock.now();
        check_birth(correction.birth_year, correction.birth_date, now)?;
        let member = self.seen_named(citizen, id).await?;
        let subject = member.subject();
        let fields = FieldSet::of(&[
            Field::DocumentType,
            Field::DocumentLastFour,
            Field::BirthYear,
            Field::BirthDate,
        ]);
        let cause = citizen.cause(Purpose::OwnRecord, fields, request);
        let opened = self
            .open_seen(&cause, &[member])
            .await?
            .pop()
            .ok_or(Refusal::UnknownBeneficiary)?;
        guardian::require_control(&opened, member.sight, self.today())?;
        let last_four = opened.document_last_four.ok_or(Refusal::UnknownBeneficiary)?;
        let facts = correction.with(opened.document_type);
        let came_of_age = opened.came_of_age;
        let sealer = self.0.sealer.clone();
        let updated = self.0.db.write("app::beneficiary::correct", move |tx| {
            Box::pin(async move {
                person::lock(tx, subject).await?;
                if registration::has_dose(tx, subject).await? {
                    return Err(Refusal::HasDose);
                }
                // Name and year were compared with the document in hand, and the certificate will have them.
                if encounter::is_open(tx, subject.1, now.plus_seconds(-ENCOUNTER_SECONDS)).await? {
                    return Err(Refusal::RecordOpen);
                }
                person::update(tx, &sealer, subject, &facts, last_four, now).await?;
                if came_of_age == CameOfAge::Yes {
                    person::mark_came_of_age(tx, &sealer, subject).await?;
                }
                Ok::<_, Refusal>(())
            })
        });
        updated.await
    }

    pub(crate) fn new_person(
        &self,
        household: HouseholdId,
        reference_id: ReferenceId,
        typed: Registration,
    ) -> NewPerson {
        NewPerson {
            household,
            id: PersonId::from_random(self.0.sealer.random()),
            reference_id,
            facts: PersonFacts {
                name: typed.name,
                birth_year: typed.birth_year,
                birth_date: typed.birth_date,
                gender: typed.gender,
                document_type: Some(typed.document_type),
                comorbidity: typed.comorbidity,
            },
            document_number: Some(typed.document_number),
            consent_version: typed.consent_version,
        }
    }
}

impl Correction {
    fn with(self, document_type: Option<DocumentType>) -> PersonFacts {
        PersonFacts {
            name: self.name,
            birth_year: self.birth_year,
            birth_date: self.birth_date,
            gender: self.gender,
            document_type,
            comorbidity: self.comorbidity,
        }
    }
}

impl Citizen {
    /// Records, bookings and members are behind the portal's and the partners' tokens only.
    pub(crate) fn require_account(&self) -> Result<(), Refusal> {
        match self.face {
            Face::Portal | Face::Pages | Face::Partner(_) => Ok(()),
            Face::Public | Face::Status | Face::Card(_) => Err(Refusal::Unauthenticated),
        }
    }

    /// An opening of the household's own records, on the strength of its one-time password.
    pub(crate) fn cause(&self, purpose: Purpose, fields: FieldSet, request: &'static str) -> Cause {
        Cause {
            actor: self.actor(),
            basis: Basis::PersonOtp,
            purpose,
            fields,
            request,
            reason: None,
        }
    }
}

/// What a registration was answered before, unless that person left this phone since: then the name of the request is spent,
/// and a fresh one registers.
async fn still_here(
    tx: &mut Tx,
    sealer: &Sealer,
    household: HouseholdId,
    before: ReferenceId,
) -> Result<ReferenceId, Refusal> {
    let named = person::by_reference_ids(tx, sealer, &[before]).await?;
    let Some(subject) = named.into_iter().flatten().next() else {
        return Ok(before);
    };
    let holders = member::holders(tx, sealer, &[subject]).await?;
    match holders.get(&subject.1) == Some(&household) {
        true => Ok(before),
        false => Err(Refusal::KeyReused),
    }
}

/// Whether a registration can be known for one that was sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    Yes,
    No,
}

/// Nobody has said anything about a person who is being registered: what is missing is the household.
fn no_household(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::UnknownBeneficiary => Refusal::Unauthenticated,
        other => other,
    }
}

pub(crate) fn check_birth(year: BirthYear, date: Option<BirthDate>, now: Timestamp) -> Result<(), Refusal> {
    let invalid = |field, sentence: &str| {
        Err(Refusal::Invalid {
            field,
            sentence: sentence.to_owned(),
        })
    };
    let (_, oldest) = Birth::Year(year).ages_on(now.date());
    if oldest < YOUNGEST {
        return Err(Refusal::UnderAge);
    }
    let Some(date) = date else { return Ok(()) };
    if Birth::Date(date).year() != year {
        return invalid(
            "birth_date",
            "the birth date and the year of birth differ: correct one of them",
        );
    }
    match Birth::Date(date).ages_on(now.date()).0 {
        age if age < YOUNGEST => Err(Refusal::UnderAge),
        age if age < 18 => Ok(()),
        _ => invalid(
            "birth_date",
            "a birth date is taken from 12 to 17-year-olds only: leave it empty",
        ),
    }
}

pub(crate) fn check_notice(version: &str) -> Result<(), Refusal> {
    if NOTICE_VERSIONS.contains(&version) {
        return Ok(());
    }
    let sentence = format!(
        "unknown version of the notice: the versions are {}",
        NOTICE_VERSIONS.join(", ")
    );
    Err(Refusal::Invalid {
        field: "consent_version",
        sentence,
    })
}

fn seconds_to_midnight(now: Timestamp) -> u32 {
    let midnight = Timestamp::from_local(now.date(), Default::default());
    let elapsed = u32::try_from(now.seconds() - midnight.seconds()).unwrap_or(0);
    86_400_u32.saturating_sub(elapsed)
}
