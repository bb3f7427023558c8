//! What stands on the slip that a household brings along.

use std::fmt;
use std::sync::Arc;

use pramaan_domain::access::{Field, FieldSet, Purpose};
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::AppointmentId;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::{claim, person};
use zeroize::Zeroizing;

use crate::availability::Centre;
use crate::principal::Citizen;
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
        f.debug_struct("SlipMemberFacts").field("queue", &self.queue).finish_non_exhaustive()
    }
}

impl App {
    /// Opens what the slip of an appointment shows of each member it covers.
    pub async fn slip(
        &self,
        citizen: &Citizen,
        appointment: AppointmentId,
        request: &'static str,
    ) -> Result<SlipFacts, Refusal> {
        citizen.require_account()?;
        let claims = self.claims_of(citizen, appointment).await?;
        let first = claims.first().copied().ok_or(Refusal::UnknownAppointment)?;
        let venue = self.venue(first.session).await?;
        let slot = venue.session.slots.iter().find(|slot| slot.number == first.slot);
        let slot = slot.map(|slot| slot.slot).ok_or(Refusal::UnknownAppointment)?;
        let subjects: Vec<_> = claims.iter().map(|claim| (claim.household, claim.person)).collect();
        // Two functions open, so there are two receipts a person; both entries say what the slip is for.
        let named = self.receipts(&citizen.cause(Purpose::AppointmentSlip, SLIP, request), &subjects).await?;
        let coded = self.receipts(&citizen.cause(Purpose::AppointmentSlip, CODE, request), &subjects).await?;
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
