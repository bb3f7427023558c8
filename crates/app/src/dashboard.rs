//! The family at a glance: each member's record, doses and appointments.

use std::collections::HashMap;

use pramaan_domain::access::Purpose;
use pramaan_domain::dose::{GivenDose, VaccinationStatus};
use pramaan_domain::id::PersonId;
use pramaan_domain::rules::Membership;
use pramaan_store::dose::Given;
use pramaan_store::person::OpenedPerson;
use pramaan_store::record;

use crate::appointment::Appointment;
use crate::beneficiary::DASHBOARD;
use crate::cohort::Lists;
use crate::principal::Citizen;
use crate::{App, Refusal, cohort};

/// One member of the household, opened for the person who proved its number.
#[derive(Debug)]
pub struct Relative {
    pub person: OpenedPerson,
    /// In order of date.
    pub doses: Vec<Given>,
    /// The bulk lists that this number and year of birth are on, ended ones included.
    pub lists: Vec<Membership>,
    /// To come, missed and kept, in order of date.
    pub appointments: Vec<Appointment>,
}

impl Relative {
    pub fn given(&self) -> Vec<GivenDose> {
        self.doses.iter().map(Given::for_rules).collect()
    }

    pub fn status(&self) -> VaccinationStatus {
        VaccinationStatus::from_doses(&self.given())
    }
}

impl App {
    /// Every member whom this login sees, with doses and appointments: one access entry a member, each record and its doses under one receipt.
    pub async fn dashboard(
        &self,
        citizen: &Citizen,
        request: &'static str,
    ) -> Result<Vec<Relative>, Refusal> {
        citizen.require_account()?;
        let seen = self.seen(citizen).await?;
        let receipts = self
            .receipts_seen(&citizen.cause(Purpose::OwnRecord, DASHBOARD, request), &seen)
            .await?;
        let (sealer, now, household) = (self.0.sealer.clone(), self.now(), citizen.household);
        let opened = self.0.db.read("app::dashboard", move |tx| {
            Box::pin(async move {
                let opened = record::open(tx, &sealer, receipts, now).await?;
                let lists =
                    cohort::lists(tx, &sealer, household, opened.iter().map(|(person, _)| person)).await?;
                Ok::<_, Refusal>((opened, lists))
            })
        });
        let (opened, lists) = opened.await?;
        let mut appointments: HashMap<PersonId, Vec<Appointment>> = HashMap::new();
        for appointment in self.appointments(citizen).await? {
            appointments
                .entry(appointment.person)
                .or_default()
                .push(appointment);
        }
        Ok(opened
            .into_iter()
            .map(|opened| relative(opened, &lists, &mut appointments))
            .collect())
    }
}

fn relative(
    (person, mut doses): (OpenedPerson, Vec<Given>),
    lists: &Lists,
    appointments: &mut HashMap<PersonId, Vec<Appointment>>,
) -> Relative {
    doses.sort_by_key(|dose| dose.facts.given_at);
    let mut appointments = appointments.remove(&person.person).unwrap_or_default();
    appointments.sort_by_key(|appointment| appointment.ends_at);
    Relative {
        lists: lists.of(&person).to_vec(),
        person,
        doses,
        appointments,
    }
}
