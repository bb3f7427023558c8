//! Doses that are held while no record can be opened: by a phone, from paper, and taken from the list.

use pramaan_app::dose::Vial;
use pramaan_app::held_dose::{HeldDocument, HeldDose, HeldFor, RequestId, TypedOn, WalkIn};
use pramaan_app::{Citizen, Staff};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{BodySite, VaccineBatch};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::AppointmentId;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::Reason;
use pramaan_domain::vaccine::Vaccine;

use crate::story::{REQUEST, Story};

impl Story {
    /// Held for nobody, and taken from the list for a short and for a long reason.
    pub(crate) async fn dismissed(&mut self, nurse: &Staff) {
        let app = &self.app.app;
        let manager = self
            .app
            .enrolled("MH-8830", pramaan_app::StaffRole::SiteManager, Some(561_001))
            .await;
        for (code, reason) in [("0001", "typed twice".to_owned()), ("0002", "w".repeat(300))] {
            let held = HeldDose {
                who: HeldFor::slip(
                    ReferenceId::parse("31415926535897").unwrap(),
                    code.parse().unwrap(),
                ),
                vaccine: Vaccine::Covishield,
                batch: VaccineBatch::parse("B1").unwrap(),
                vial: Vial::parse("").unwrap(),
                given_at: self.app.clock.now(),
                site: BodySite::LeftUpperArm,
                reason: Some(Reason::parse("the line is down").unwrap()),
            };
            let number = app.hold_dose(nurse, held).await.unwrap();
            app.settle_held_doses().await.unwrap();
            let reason = Reason::parse(&reason).unwrap();
            let dismissed = app.dismiss_held_dose(&manager.staff, (app.today(), number), reason);
            dismissed.await.unwrap();
        }
        self.late(nurse, &manager.staff).await;
    }

    /// From paper, five days late: two that somebody else vouches for.
    async fn late(&mut self, nurse: &Staff, manager: &Staff) {
        let app = &self.app.app;
        for code in ["0003", "0004"] {
            let nobody = ReferenceId::parse("31415926535897").unwrap();
            let held = HeldDose {
                who: HeldFor::slip(nobody, code.parse().unwrap()),
                given_at: self.app.clock.now().plus_seconds(-5 * 86_400),
                ..self.held_for_nobody()
            };
            let paper = TypedOn::Paper { given_by: None };
            let held = app.hold(nurse, held, paper).await.unwrap();
            app.approve_held_dose(manager, held.day, held.number)
                .await
                .unwrap();
        }
    }

    fn held_for_nobody(&self) -> HeldDose {
        HeldDose {
            who: HeldFor::slip(
                ReferenceId::parse("31415926535897").unwrap(),
                "0001".parse().unwrap(),
            ),
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("B1").unwrap(),
            vial: Vial::parse("").unwrap(),
            given_at: self.app.clock.now(),
            site: BodySite::LeftUpperArm,
            reason: None,
        }
    }

    /// Somebody without an appointment, kept by a phone: nothing of them may stand anywhere.
    pub(crate) async fn held_walk_in(&mut self, nurse: &Staff) {
        let (name, number) = ("Hirabai Walkinwala", "HW5519079");
        let guardian = "Rukminibai Palakwala";
        let new = WalkIn {
            name: PersonName::parse(name).unwrap(),
            birth_year: BirthYear::parse("1961", self.app.app.today()).unwrap(),
            gender: Gender::Female,
            document: HeldDocument::Shown(DocumentType::Passport, DocumentNumber::parse(number).unwrap()),
            consent_version: "1".to_owned(),
            said_at: self.app.clock.now(),
            guardian: Some(PersonName::parse(guardian).unwrap()),
        };
        let held = HeldDose {
            who: HeldFor::New(Box::new(new)),
            ..self.held_for_nobody()
        };
        let phone = TypedOn::Phone {
            request: RequestId::from_bytes([9; 16]),
            clock_off: 0,
        };
        self.app.app.hold(nurse, held, phone).await.unwrap();
        self.plant("name of a held walk-in", name);
        self.plant("guardian of a held walk-in", guardian);
        self.plant("document of a held walk-in", number);
    }

    /// The log is down for a while, and what was given is written down without reading anyone; nobody matches it.
    pub(crate) async fn hold(
        &mut self,
        nurse: &Staff,
        (citizen, appointment): (&Citizen, AppointmentId),
        id: ReferenceId,
    ) {
        let app = &self.app.app;
        let slip = app.slip(citizen, appointment, REQUEST).await.unwrap();
        let vial = "VIAL-90417-H";
        let held = HeldDose {
            who: HeldFor::slip(id, slip.members[0].code.parse().unwrap()),
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("HELDB44Y").unwrap(),
            vial: Vial::parse(vial).unwrap(),
            given_at: self.app.clock.now(),
            site: BodySite::RightThigh,
            reason: Some(Reason::parse("the screen showed HELDREASON-7 and nothing else").unwrap()),
        };
        self.app.break_log().await;
        let number = self.app.app.hold_dose(nurse, held).await.unwrap();
        self.app.mend_log().await;
        assert_eq!(number, 1);
        self.plant("vial of a held dose", vial);
        self.plant("batch of a held dose", "HELDB44Y");
        self.plant("reason of a held dose", "HELDREASON-7");
    }
}
