//! Vials: received, dropped, counted and recalled.

use pramaan_domain::dose::VaccineBatch;
use pramaan_domain::staff::Reason;
use pramaan_domain::vaccine::Vaccine;

use crate::story::Story;

impl Story {
    /// Vials came, some were dropped, and it was said how; what is left was counted, and the batch recalled.
    pub(crate) async fn stock(&mut self, said: [&str; 2]) {
        use pramaan_app::stock::{Change, Counted, Doing, From};
        use pramaan_domain::stock::{BatchKey, Doses, Recall, Waste};
        let app = self.app.app.clone();
        let manager = self
            .app
            .enrolled("MH-8840", pramaan_app::StaffRole::SiteManager, Some(561_001))
            .await;
        let key = BatchKey {
            vaccine: Vaccine::Covishield,
            batch: VaccineBatch::parse("BATCH77Z").unwrap(),
        };
        let receipt = Doing::Receive {
            expires_on: app.today(),
            doses_per_vial: 10,
            doses: Doses::new(30).unwrap(),
        };
        let waste = |said: &str| Doing::Waste {
            from: From::Closed,
            doses: Doses::ONE,
            waste: Waste::Broken,
            note: Some(Reason::parse(said).unwrap()),
        };
        for doing in [receipt, Doing::OpenVial, waste(said[0]), waste(said[1])] {
            let change = Change {
                key: key.clone(),
                doing,
            };
            let once = app.form_key();
            app.change_stock(&manager.staff, change, &once).await.unwrap();
        }
        let counted = Counted {
            key: key.clone(),
            doses: 18,
            note: None,
        };
        let once = app.form_key();
        let counted = app.count_stock(&manager.staff, vec![counted], &once).await;
        assert_eq!(counted.unwrap(), [0]);
        let recall = Recall {
            key,
            since: app.today().succ_opt().unwrap(),
            reason: "made known to everybody".to_owned(),
        };
        assert!(app.add_recall(recall.clone()).await.is_err(), "of a day to come");
        let since = app.today();
        app.add_recall(Recall { since, ..recall }).await.unwrap();
        // The day closed and opened again, with what was said.
        let closing = pramaan_app::day::Closing {
            carried: Some(Reason::parse(said[0]).unwrap()),
        };
        app.close_day(&manager.staff, closing).await.unwrap();
        app.reopen_day(&manager.staff, Reason::parse(said[1]).unwrap())
            .await
            .unwrap();
    }
}
