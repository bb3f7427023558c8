//! What a district looks at: reasons and words, each as short and as long as it may be, and a target.

use pramaan_app::StaffRole;
use pramaan_app::district::Target;
use pramaan_app::review::Act;
use pramaan_domain::id::MatterId;
use pramaan_domain::place_name::PlaceName;
use pramaan_domain::staff::Reason;
use pramaan_store::opening::{self, Opening, OpeningKind};

use crate::story::Story;

impl Story {
    pub(crate) async fn office(&mut self) {
        let long = format!("kidnapped by a hippopotamus {}", "न".repeat(270));
        self.plant("reason of an opening", "kidnapped by a hippopotamus");
        let answer = format!("escaped from a rhinoceros {}", "म".repeat(270));
        self.plant("word of a review", "escaped from a rhinoceros");
        let admin = self.app.staff(StaffRole::DistrictAdmin, 0, 395);
        for (reason, word) in [("slip is lost", "seen today"), (&long, &answer)] {
            let today = self.app.app.today();
            let opening = Opening {
                id: MatterId::from_random(self.app.sealer.random()),
                district: 395,
                centre: 561_001,
                day: today,
                hour: 10,
                kind: OpeningKind::Vaccination,
                staff: "MH-0001".to_owned(),
                reason: Reason::parse(reason).unwrap(),
            };
            let (sealer, kept) = (self.app.sealer.clone(), opening.clone());
            let put = self.app.db.write("test::opening", move |tx| {
                Box::pin(async move { opening::insert(tx, &sealer, &kept).await })
            });
            put.await.unwrap();
            let said = (Act::Asked, Reason::parse(word).unwrap());
            self.app.app.review(&admin, opening.id, said).await.unwrap();
            let target = Target {
                block: PlaceName::parse(&self.app.app.blocks(&admin).unwrap()[0]).unwrap(),
                days: (today, today),
                doses: 40,
            };
            self.app.app.set_target(&admin, target).await.unwrap();
        }
    }
}
