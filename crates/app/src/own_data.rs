//! Everything that is kept of one member, for them to read, to print and to take along. One access entry, which names every
//! field that is opened.

use pramaan_domain::access::{Field, FieldSet, Purpose};
use pramaan_store::card::{self, LiveCard};

pub use pramaan_domain::rules::Membership;
pub use pramaan_store::own_data::OwnData;

use crate::access_extract::Missing;
use crate::appointment::Appointment;
use crate::certificate::IssuedCertificate;
use crate::cohort;
use crate::ended_logins::KnownDevice;
use crate::objection::Objected;
use crate::principal::Citizen;
use crate::private_member::Sight;
use crate::{App, Refusal};

/// What is opened of the record: everything but the code of an appointment, which is on the slip, and the certificates
/// themselves, which are downloaded one by one.
const ALL: FieldSet = FieldSet::of(&[
    Field::Name,
    Field::BirthYear,
    Field::BirthDate,
    Field::Gender,
    Field::DocumentType,
    Field::DocumentLastFour,
    Field::ReferenceId,
    Field::Mobile,
    Field::Doses,
    Field::Comorbidity,
    Field::Group,
    Field::AdverseEvents,
    Field::AccessList,
    Field::Objections,
]);

/// A member's data, with what stands in clear beside it.
#[derive(Debug)]
pub struct Taken {
    pub data: OwnData,
    /// The newest first.
    pub objections: Vec<Objected>,
    pub appointments: Vec<Appointment>,
    pub certificates: Vec<IssuedCertificate>,
    pub card: Option<LiveCard>,
    /// The lists on which the person is, by number and year of birth, ended ones included.
    pub groups: Vec<Membership>,
    /// What logged in with the number and is remembered.
    pub devices: Vec<KnownDevice>,
    /// Whether the person keeps the record private from the phone.
    pub sight: Sight,
}

/// What becomes of the wish to take all of it along.
#[derive(Debug)]
pub enum OwnDataFile {
    Made(Box<Taken>),
    /// First it has to be shown again that it is the person.
    ProveAgain(Missing),
}

impl App {
    /// The same to take along, for who proved in these minutes that it is they: a phone that somebody left unlocked must not give
    /// it away.
    ///
    /// # Errors
    /// `Unauthenticated` through any door but our own pages; as [`own_data`](Self::own_data).
    pub async fn own_data_file(
        &self,
        citizen: &Citizen,
        place: usize,
        request: &'static str,
    ) -> Result<OwnDataFile, Refusal> {
        match self.lacks_for_extract(citizen, place).await? {
            Some(missing) => Ok(OwnDataFile::ProveAgain(missing)),
            None => {
                let taken = self.own_data(citizen, place, request).await?;
                Ok(OwnDataFile::Made(Box::new(taken)))
            }
        }
    }

    /// All that is kept of the member at a place of the household's list, from 1.
    ///
    /// # Errors
    /// `UnknownBeneficiary` for a place where nobody is; `PrivateMember` for somebody who is not open; `Unavailable` without
    /// the log.
    pub async fn own_data(
        &self,
        citizen: &Citizen,
        place: usize,
        request: &'static str,
    ) -> Result<Taken, Refusal> {
        citizen.require_account()?;
        let member = self.sighted_at(citizen, place).await?;
        if !member.is_seen() {
            return Err(Refusal::PrivateMember);
        }
        let cause = citizen.cause(Purpose::OwnRecord, ALL, request);
        let receipt = self.receipts_seen(&cause, &[member]).await?.pop();
        let receipt = receipt.ok_or(Refusal::UnknownBeneficiary)?;
        let (sealer, now, subject) = (self.0.sealer.clone(), self.now(), member.subject());
        let home = citizen.household;
        let opened = self.0.db.read("app::own_data", move |tx| {
            Box::pin(async move {
                let data = pramaan_store::own_data::open(tx, &sealer, receipt, now).await?;
                let data = data.ok_or(Refusal::UnknownBeneficiary)?;
                let lists = cohort::lists(tx, &sealer, home, [&data.person]).await?;
                let groups = lists.of(&data.person).to_vec();
                Ok::<_, Refusal>((data, groups, card::live(tx, subject).await?))
            })
        });
        let (mut data, groups, card) = opened.await?;
        let mut appointments = self.appointments(citizen).await?;
        appointments.retain(|one| one.person == member.person);
        let objections = std::mem::take(&mut data.objections).into_iter();
        Ok(Taken {
            objections: objections.map(|one| Objected::of(one, now)).collect(),
            data,
            appointments,
            certificates: self.issued_to(vec![subject]).await?,
            card,
            groups,
            devices: self.known_devices(citizen).await?.devices,
            sight: member.sight,
        })
    }
}
