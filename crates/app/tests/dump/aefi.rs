//! What was reported after a dose, short and long, by the site, the district and the person.

use pramaan_app::aefi::{
    Assessment, CaseStep, Copies, GoOn, Investigation, Joins, Opened, Presence, SiteForm, Unwell,
};
use pramaan_app::encounter::EncounterKey;
use pramaan_app::{Citizen, FormKey, Staff, StaffRole};
use pramaan_domain::aefi::{
    Bearing, CaseForm, Causality, Committee, Criterion, Narrative, Outcome, Seriousness, Specimen, Symptom,
};
use pramaan_domain::id::DoseId;
use pramaan_domain::staff::Reason;

use crate::story::{REQUEST, Story};

impl Story {
    /// Reports an event of a dose with these words, and goes through every step of its case with them.
    pub(crate) async fn aefi(
        &mut self,
        (nurse, citizen): (&Staff, &Citizen),
        (key, dose): (EncounterKey, DoseId),
        (words, diluent): (&str, &str),
    ) {
        let app = self.app.app.clone();
        let now = self.app.clock.now();
        // Who registers at one instant stands in no told order.
        let mut place = 1;
        while !has(&app.own_aefi(citizen, place, REQUEST).await.unwrap(), dose) {
            place += 1;
        }
        let narrative = || Narrative::parse(words).unwrap();
        let unwell = Unwell {
            dose,
            symptoms: vec![Symptom::Headache],
            onset: now,
            words: narrative(),
            key: FormKey::parse("unwell-0001").unwrap(),
        };
        let id = app
            .report_unwell(citizen, place, unwell, REQUEST)
            .await
            .unwrap()
            .id;
        let form = CaseForm {
            onset: now,
            symptoms: Symptom::ALL[..diluent.len().clamp(1, 12)].to_vec(),
            seriousness: Some(Seriousness::Serious),
            criteria: vec![Criterion::Hospitalisation],
            outcome: Outcome::NotRecovered,
            diluent: diluent.to_owned(),
            bearing: Some(Bearing::Neither),
            words: narrative(),
        };
        let joins = Joins::Report(id, Reason::parse("the nurse has seen it").unwrap());
        let sent = SiteForm {
            dose,
            form,
            joins,
            key: FormKey::parse("form-0001").unwrap(),
        };
        let presence = Presence::Encounter(key);
        app.report_aefi(nurse, &presence, sent, REQUEST).await.unwrap();
        let officer = self.officer().await;
        let today = app.today();
        let assess = |committee| {
            CaseStep::Assess(Assessment {
                committee,
                causality: Causality::B2,
                decided_on: today,
                words: Narrative::parse(words).unwrap(),
            })
        };
        let steps = [
            CaseStep::Number(Copies::Sent),
            CaseStep::Investigate(Investigation {
                began_on: today,
                specimen: Specimen::NotPossible,
                alike: 0,
                findings: narrative(),
            }),
            assess(Committee::State),
            assess(Committee::National),
        ];
        for (step, version) in steps.into_iter().zip(2..) {
            let key = FormKey::parse(&format!("{id}-{version}")).unwrap();
            let go = GoOn { version, step, key };
            app.go_on_with_aefi(&officer, id, go, REQUEST).await.unwrap();
        }
    }

    async fn officer(&self) -> Staff {
        self.app.staff(StaffRole::DistrictAdmin, 0, 395)
    }
}

fn has(opened: &Opened, dose: DoseId) -> bool {
    opened.doses.iter().any(|given| given.id == dose)
}
