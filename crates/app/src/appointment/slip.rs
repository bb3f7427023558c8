//! What stands on the slip that a household brings along.

use std::fmt;
use std::sync::Arc;

use pramaan_cert::{DoseGiven, Facility, Line, Slip, SlipMember, SlipToken};
use pramaan_domain::access::{Field, FieldSet, Purpose};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::AppointmentId;
use pramaan_domain::name::PersonName;
use pramaan_domain::place;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::{claim, person};
use zeroize::Zeroizing;

use crate::availability::Centre;
use crate::principal::Citizen;
use crate::private_member::subjects;
use crate::{App, Refusal};

const SLIP: FieldSet = FieldSet::of(&[Field::Name, Field::ReferenceId]);
const CODE: FieldSet = FieldSet::of(&[Field::AppointmentCode]);

/// An appointment as its slip shows it.
#[derive(Debug, Clone)]
pub struct SlipFacts {
    pub appointment: AppointmentId,
    pub centre: Arc<Centre>,
    pub day: CivilDate,
    pub slot: Slot,
    pub dose: DoseNumber,
    pub vaccine: Vaccine,
    pub members: Vec<SlipMemberFacts>,
    pub made_at: Timestamp,
}

/// One member: the name, the reference id and the four digits that open the record at the site.
#[derive(Clone)]
pub struct SlipMemberFacts {
    pub name: PersonName,
    pub reference_id: ReferenceId,
    pub code: Zeroizing<String>,
    pub queue: i64,
}

impl fmt::Debug for SlipMemberFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SlipMemberFacts")
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}

impl App {
    /// The slip as a PDF, one page a member. It is made in memory and kept nowhere.
    pub async fn slip_pdf(
        &self,
        citizen: &Citizen,
        appointment: AppointmentId,
        request: &'static str,
    ) -> Result<Vec<u8>, Refusal> {
        let facts = self.slip(citizen, appointment, request).await?;
        // Typesetting takes milliseconds of CPU, which requests on this thread should not wait for.
        let made = self.0.press.run(move || typeset(&facts)).await?;
        made.flatten().ok_or(Refusal::SlipImpossible)
    }

    /// Opens what the slip of an appointment shows of each member it covers.
    pub async fn slip(
        &self,
        citizen: &Citizen,
        appointment: AppointmentId,
        request: &'static str,
    ) -> Result<SlipFacts, Refusal> {
        citizen.require_account()?;
        let mut seen = self.seen(citizen).await?;
        let claims = self.claims_of(&subjects(&seen), appointment).await?;
        let first = claims.first().copied().ok_or(Refusal::UnknownAppointment)?;
        let venue = self.venue(first.session).await?;
        let slot = venue.session.slots.iter().find(|slot| slot.number == first.slot);
        let slot = slot.map(|slot| slot.slot).ok_or(Refusal::UnknownAppointment)?;
        seen.retain(|one| claims.iter().any(|claim| claim.person == one.person));
        // Two functions open, so there are two receipts a person; both entries say what the slip is for.
        let named = self
            .receipts_seen(&citizen.cause(Purpose::AppointmentSlip, SLIP, request), &seen)
            .await?;
        let coded = self
            .receipts_seen(&citizen.cause(Purpose::AppointmentSlip, CODE, request), &seen)
            .await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::appointment::slip", move |tx| {
            Box::pin(async move {
                let people = person::open(tx, &sealer, named, now).await?;
                let codes = claim::open_codes(tx, &sealer, appointment, coded, now).await?;
                Ok::<_, Refusal>((people, codes))
            })
        });
        let (people, mut codes) = opened.await?;
        let members = people.into_iter().filter_map(|person| {
            Some(SlipMemberFacts {
                code: codes.remove(&person.person)?,
                queue: claims.iter().find(|claim| claim.person == person.person)?.queue,
                name: person.name?,
                reference_id: person.reference_id?,
            })
        });
        Ok(SlipFacts {
            appointment,
            centre: venue.centre,
            day: venue.session.session.day,
            slot,
            dose: first.dose,
            vaccine: venue.session.session.vaccine,
            members: members.collect(),
            made_at: now,
        })
    }
}

fn typeset(facts: &SlipFacts) -> Option<Vec<u8>> {
    let members = facts.members.iter().map(|member| {
        let reference_id = pramaan_cert::ReferenceId::parse(&member.reference_id.to_string()).ok()?;
        Some(SlipMember {
            name: line(member.name.as_str())?,
            queue: member.queue,
            token: SlipToken::new(reference_id, &member.code).ok()?,
        })
    });
    let slip = Slip {
        appointment: facts.appointment,
        members: members.collect::<Option<_>>()?,
        centre: facility(&facts.centre)?,
        address: address(&facts.centre.location)?,
        date: facts.day,
        slot: line(&facts.slot.to_string())?,
        dose: dose_given(facts.dose)?,
        vaccine: line(facts.vaccine.name())?,
        made_at: facts.made_at,
    };
    pramaan_cert::slip_pdf(&slip).ok()
}

fn facility(centre: &Centre) -> Option<Facility> {
    let district = place::district(centre.district);
    let state = district.and_then(|district| place::state(district.state));
    Some(Facility {
        name: line(centre.name.as_str())?,
        place: pramaan_cert::Place {
            district: line(district.map_or("", |district| district.name))?,
            state: line(state.map_or("", |state| state.name))?,
            pincode: pramaan_cert::Pincode::parse(&centre.pincode.to_string()).ok()?,
        },
    })
}

/// Characters of a line of the slip at most.
const LINE: usize = 100;

/// What a line cannot hold is left out of it, so that a centre's odd name costs nobody their slip.
fn line(text: &str) -> Option<Line> {
    let kept: String = text
        .chars()
        .filter(|c| Line::parse(&c.to_string()).is_ok())
        .take(LINE)
        .collect();
    Line::parse(&kept).ok()
}

/// Cut with a sign where it is longer than a line.
fn address(location: &str) -> Option<Line> {
    line(location).map(|whole| match location.chars().count() > LINE {
        true => line(&format!(
            "{}…",
            location.chars().take(LINE - 1).collect::<String>()
        ))
        .unwrap_or(whole),
        false => whole,
    })
}

fn dose_given(dose: DoseNumber) -> Option<DoseGiven> {
    let (number, total) = match dose {
        DoseNumber::First => (1, 2),
        DoseNumber::Second => (2, 2),
        DoseNumber::Third => (3, 3),
        DoseNumber::Precaution => (3, 2),
    };
    DoseGiven::from_numbers(number, total).ok()
}
