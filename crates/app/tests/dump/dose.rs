//! From the appointment to the certificate: what is booked, shown, opened and recorded.

use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::dose::{Dose, Vial};
use pramaan_app::encounter::{Evidence, OpenEncounter, SlipCode};
use pramaan_app::held_dose::{HeldDose, HeldFor};
use pramaan_app::message::Language;
use pramaan_app::{Citizen, Staff};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::id::{AppointmentId, DoseId, SessionId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::Reason;
use pramaan_domain::vaccine::Vaccine;

use crate::person::ASHA;
use crate::story::{REQUEST, SESSION, SLOTS, Story};

pub(crate) fn session() -> SessionId {
    SESSION.parse().unwrap()
}

pub(crate) fn booking(seat: Seat, id: ReferenceId, key: Option<&str>) -> Booking {
    Booking {
        seat,
        dose: 1,
        members: vec![id],
        declaring: Vec::new(),
        idempotency_key: key.map(str::to_owned),
        language: Language::English,
    }
}

impl Story {
    /// Booked, held, opened without and with evidence, and recorded.
    pub(crate) async fn vaccinated(
        &mut self,
        nurse: &Staff,
        (citizen, id, key): (&Citizen, ReferenceId, &str),
        turn: usize,
    ) {
        let app = &self.app.app;
        let seat = Seat {
            session: session(),
            slot: SLOTS[0].to_owned(),
        };
        let appointment = app
            .book(citizen, booking(seat, id, Some(key)), REQUEST)
            .await
            .unwrap();
        let slip = app.slip(citizen, appointment, REQUEST).await.unwrap();
        let code: SlipCode = slip.members[0].code.parse().unwrap();
        let text = "Q".repeat([1, 20][turn % 2]);
        let held = HeldDose {
            who: HeldFor::slip(id, code.clone()),
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse(&text).unwrap(),
            vial: Vial::parse(&text).unwrap(),
            given_at: self.app.clock.now(),
            site: [BodySite::RightThigh, BodySite::LeftUpperArm][turn % 2],
            reason: Some(
                pramaan_domain::staff::Reason::parse(
                    [
                        "the line is down",
                        "the reader of codes is broken and nobody can mend it",
                    ][turn % 2],
                )
                .unwrap(),
            ),
        };
        app.hold_dose(nurse, held).await.unwrap();
        let mut opened = None;
        for visitor in app.roster_today(nurse).await.unwrap() {
            let place = visitor.place;
            let evidence = Evidence::Code {
                place,
                code: code.clone(),
            };
            if let Ok(open) = app.begin_encounter(nurse, evidence, REQUEST).await {
                opened = Some((open, place));
            }
        }
        let (open, place) = opened.unwrap();
        let reason = Reason::parse(&"the telephone fell into the well ".repeat(turn + 1)).unwrap();
        let without = Evidence::None { place, reason };
        app.begin_encounter(nurse, without, REQUEST).await.unwrap();
        let dose = Dose {
            number: DoseNumber::First,
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse(&text).unwrap(),
            vial: Vial::parse(&text).unwrap(),
            given_at: self.app.clock.now(),
            site: BodySite::LeftUpperArm,
            reason: None,
        };
        let recorded = app.record_dose(nurse, open.key, dose, REQUEST).await.unwrap();
        let words = "न".repeat([0, 500][turn % 2]);
        let about = (open.key, recorded.event);
        self.aefi((nurse, citizen), about, (&words, &"D".repeat(turn * 10)))
            .await;
        let reason = Reason::parse(&"w".repeat([10, 299][turn % 2])).unwrap();
        self.correct(nurse, place, (["C", "CCCCCCCCCCCCCCCCCCCC"][turn % 2], reason))
            .await;
    }

    pub(crate) async fn book(&mut self, citizen: &Citizen, id: ReferenceId) -> AppointmentId {
        let key = "planted-idempotency-key-77";
        self.plant("idempotency key", key);
        let seat = |slot: usize| Seat {
            session: session(),
            slot: SLOTS[slot].to_owned(),
        };
        let first = booking(seat(0), id, Some(key));
        let appointment = self.app.app.book(citizen, first.clone(), REQUEST).await.unwrap();
        assert_eq!(
            self.app.app.book(citizen, first, REQUEST).await.unwrap(),
            appointment
        );
        self.app
            .app
            .reschedule(citizen, appointment, &seat(1), Language::English, REQUEST)
            .await
            .unwrap();
        appointment
    }

    /// A wrong code, a code sent to the telephone, no evidence, and then the right code.
    pub(crate) async fn show_up(
        &mut self,
        citizen: &Citizen,
        appointment: AppointmentId,
        nurse: &Staff,
    ) -> OpenEncounter {
        let slip = self.app.app.slip(citizen, appointment, REQUEST).await.unwrap();
        let code = slip.members[0].code.to_string();
        self.plant("appointment code", &code);
        self.app
            .app
            .slip_pdf(citizen, appointment, REQUEST)
            .await
            .unwrap();
        let visitors = self.app.app.roster_today(nurse).await.unwrap();
        let begin = |evidence| self.app.app.begin_encounter(nurse, evidence, REQUEST);
        let mut opened = None;
        let mut wrong = 0;
        for visitor in &visitors {
            let evidence = Evidence::Code {
                place: visitor.place,
                code: code.parse().unwrap(),
            };
            match begin(evidence).await {
                Ok(open) => opened = Some((open, visitor.place)),
                Err(_) => wrong += 1,
            }
        }
        assert_eq!(wrong, 1, "the other visitor has another code");
        let (open, place) = opened.unwrap();
        self.app.app.send_visit_code(nurse, place, REQUEST).await.unwrap();
        let visit = self.app.code(ASHA.mobile);
        self.plant("visit code", &visit);
        let reason = "the telephone fell into the well this morning";
        self.plant("reason", reason);
        let evidence = Evidence::None {
            place,
            reason: Reason::parse(reason).unwrap(),
        };
        self.app
            .app
            .begin_encounter(nurse, evidence, REQUEST)
            .await
            .unwrap();
        open
    }

    pub(crate) async fn vaccinate(&mut self, nurse: &Staff, open: &OpenEncounter) -> DoseId {
        let vial = "VIAL-88213-Q";
        self.plant("vial", vial);
        let dose = Dose {
            number: DoseNumber::First,
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("BATCH77Z").unwrap(),
            vial: Vial::parse(vial).unwrap(),
            given_at: self.app.clock.now(),
            site: BodySite::LeftUpperArm,
            reason: None,
        };
        let recorded = self.app.app.record_dose(nurse, open.key, dose, REQUEST).await;
        recorded.unwrap().event
    }

    pub(crate) async fn certificate(&mut self, citizen: &Citizen, id: ReferenceId) {
        let fetched = self
            .app
            .app
            .certificate(citizen, id, None, REQUEST)
            .await
            .unwrap();
        self.plant_number("certificate id", fetched.id().as_str());
        self.plant("certificate", fetched.json());
        let json: serde_json::Value = serde_json::from_str(fetched.json()).unwrap();
        let signature = json["proof"]["jws"].as_str().unwrap();
        self.plant("signature", signature.rsplit('.').next().unwrap());
        let last_four = &ASHA.document[ASHA.document.len() - 4..];
        self.plant("masked identity", &format!("XXXX {last_four}"));
        let pdf = fetched.into_pdf().await.unwrap();
        let found = pramaan_testkit::scan::Scanner::new(&self.planted).scan("certificate", &pdf);
        let sees = |what: &str, place: &str| {
            let here =
                |found: &&pramaan_testkit::scan::Finding| found.what == what && found.place.contains(place);
            assert!(
                found.iter().find(here).is_some(),
                "the scan sees no {what} in the {place} of a PDF"
            );
        };
        sees("name", "pdf text");
        sees("certificate", "pdf stream");
    }

    pub(crate) async fn look(&mut self, citizen: &Citizen, ids: &[ReferenceId]) {
        self.app.app.beneficiaries(citizen, REQUEST).await.unwrap();
        for id in ids {
            self.app
                .app
                .access_list(citizen, *id, None, REQUEST)
                .await
                .unwrap();
        }
    }
}
