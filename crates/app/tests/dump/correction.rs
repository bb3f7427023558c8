//! Doses that are corrected, and what a second person declines.

use pramaan_app::Staff;
use pramaan_app::correction::{Decision, Facts, Outcome, Showing, Wanted};
use pramaan_app::dose::Vial;
use pramaan_app::roster::{AppointmentState, Place, Visitor};
use pramaan_domain::dose::BodySite;
use pramaan_domain::staff::Reason;

use crate::story::{REQUEST, Story};

impl Story {
    /// Corrected alone, and proposed to be voided.
    pub(crate) async fn correct(&self, nurse: &Staff, place: Place, (vial, reason): (&str, Reason)) {
        let app = &self.app.app;
        let own = Showing::OwnDose(place);
        let open = app.begin_correction(nurse, own, REQUEST).await.unwrap();
        let given = &open.doses[0].given;
        let facts = Facts {
            number: given.dose,
            vaccine: given.facts.vaccine,
            batch: given.facts.batch.clone(),
            vial: Vial::parse(vial).unwrap(),
            given_at: given.facts.given_at,
            site: BodySite::RightUpperArm,
        };
        let wanted = (Wanted::Correct(facts), reason.clone());
        let done = app.change_dose(nurse, (open.id, given.id), wanted, REQUEST).await;
        assert_eq!(done.unwrap(), Outcome::Done);
        let open = app.show_correction(nurse, open.id, REQUEST).await.unwrap();
        let event = open.doses[0].given.id;
        let proposed = app
            .change_dose(nurse, (open.id, event), (Wanted::Void, reason), REQUEST)
            .await;
        assert_eq!(proposed.unwrap(), Outcome::Waits);
    }

    /// Everything that waits for a second person, declined for a short and for a long reason.
    pub(crate) async fn decline(&mut self, reasons: [&str; 2]) {
        let manager = self
            .app
            .enrolled("MH-8844", pramaan_app::StaffRole::SiteManager, Some(561_001))
            .await
            .staff;
        let app = &self.app.app;
        let waiting = app.corrections(&manager, app.today()).await.unwrap().waiting;
        assert!(!waiting.is_empty());
        for (one, reason) in waiting.iter().zip(reasons.iter().cycle()) {
            app.show_proposal(&manager, one.id, REQUEST).await.unwrap();
            let decline = Decision::Decline(Reason::parse(reason).unwrap());
            let declined = app.decide_correction(&manager, one.id, decline, REQUEST).await;
            declined.unwrap();
        }
    }

    /// The dose is corrected, and a proposal about it declined.
    pub(crate) async fn corrected(&mut self, nurse: &Staff) {
        let visitors = self.app.app.roster_today(nurse).await.unwrap();
        let done = |visitor: &&Visitor| visitor.state == AppointmentState::Vaccinated;
        let place = visitors.iter().find(done).unwrap().place;
        let (vial, why, not) = ("VIAL-70551-C", "WHYCORRECTED-31", "WHYDECLINED-77");
        self.plant("vial of a correction", vial);
        self.plant("reason of a correction", why);
        self.plant("reason of a second person", not);
        let reason = Reason::parse(&format!("the box said {why}")).unwrap();
        self.correct(nurse, place, (vial, reason)).await;
        let not = format!("I was there: {not}");
        self.decline([&not, &not]).await;
    }
}
