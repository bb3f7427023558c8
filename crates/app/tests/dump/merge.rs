//! Two records joined and parted.

use pramaan_app::correction::Showing;
use pramaan_app::encounter::Evidence;
use pramaan_app::{Staff, merge};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::staff::Reason;

use crate::story::{REQUEST, Story};

impl Story {
    /// The first two records joined, parted and joined again, for a short and for a long reason.
    pub(crate) async fn merged(&mut self, nurse: &Staff, documents: [&str; 2], reasons: [&str; 2]) {
        let manager = self
            .app
            .enrolled("MH-8861", pramaan_app::StaffRole::SiteManager, Some(561_001))
            .await
            .staff;
        let app = &self.app.app;
        let mut visits = Vec::new();
        for ((_, id), document) in self.people.iter().zip(documents) {
            let shown = Showing::Evidence(Evidence::DocumentOf {
                reference_id: *id,
                kind: DocumentType::Passport,
                number: DocumentNumber::parse(document).unwrap(),
            });
            visits.push(app.begin_correction(nurse, shown, REQUEST).await.unwrap().id);
        }
        for turn in 0..3 {
            let joined = app.merge_record(nurse, visits[0], REQUEST).await.unwrap().joined;
            let wanted = match joined.first() {
                Some(at) => merge::Wanted::Part(*at),
                None => merge::Wanted::Join(visits[1]),
            };
            let reason = Reason::parse(reasons[turn % 2]).unwrap();
            let proposed = app
                .propose_merge(nurse, (visits[0], wanted), reason)
                .await
                .unwrap();
            app.show_merge(&manager, proposed, REQUEST).await.unwrap();
            let approve = merge::Decision::Approve;
            app.decide_merge(&manager, proposed, approve, REQUEST)
                .await
                .unwrap();
        }
    }
}
