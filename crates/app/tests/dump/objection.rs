//! What somebody objected to, short and long, what they were answered, and the end of all their logins.

use pramaan_app::objection::{Ground, Objecting, Wanted, Whose, Words};
use pramaan_app::{Citizen, Face, StaffRole};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_testkit::scan::Planted;

use crate::story::{REQUEST, Story};

impl Story {
    /// Objects to the newest look of somebody else with these words, and answers with those.
    pub(crate) async fn objected(&mut self, citizen: &Citizen, id: ReferenceId, [words, answer]: [&str; 2]) {
        let app = self.app.app.clone();
        let list = app.access_list(citizen, id, None, REQUEST).await.unwrap();
        let line = list.others.first().unwrap();
        self.looked.clone_from(&line.staff);
        let objecting = Objecting {
            index: line.index,
            before: None,
            ground: Ground::Other,
            words: Words::parse(words).unwrap(),
        };
        app.object(citizen, Whose::Member(1), objecting, REQUEST)
            .await
            .unwrap();
        let officer = self.app.staff(StaffRole::DistrictAdmin, 0, 395);
        let waits = app.objections(&officer, (Wanted::Waiting, None)).await.unwrap();
        let newest = waits.lines.last().unwrap().id;
        app.objection(&officer, newest, REQUEST).await.unwrap();
        let answer = (newest, Words::parse(answer).unwrap());
        app.answer_objection(&officer, answer, REQUEST).await.unwrap();
    }

    /// The codes of all staff of the story, which stand in clear elsewhere.
    pub(crate) async fn staff_codes(&self) -> Planted {
        let mut planted = Planted::default();
        for row in crate::run(&self.app.db, "select code from staff".to_owned()).await {
            planted.add("a staff code", row.text(0).unwrap());
        }
        planted.add("the code of whoever looked", &self.looked);
        planted
    }

    /// Logs in by the pages, and ends every login.
    pub(crate) async fn ended(&mut self, mobile: &str) {
        let login = self.app.login(mobile, Face::Pages).await.unwrap();
        let ended = self
            .app
            .app
            .end_every_login(&login.citizen, &login.token, REQUEST);
        ended.await.unwrap();
        // A code of this very instant is no longer believed.
        self.app.clock.advance_seconds(1);
    }
}
