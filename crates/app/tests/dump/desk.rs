//! At the desk: who has neither telephone nor papers, and who keeps a record private.

use pramaan_app::card::Shown;
use pramaan_app::encounter::OpenEncounter;
use pramaan_app::private_member::{AtSite, SetAtSite};
use pramaan_app::walk_in::{Company, Facilitator, Undocumented, WithoutDocument};
use pramaan_app::{Comorbidity, Face, Staff};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::private_member::PrivatePin;
use pramaan_domain::staff::{Reason, StaffCode};

use crate::person::{ASHA, CHILD};
use crate::story::{REQUEST, Story};

/// Her own.
const OF_NURSE: &str = "9822314455";

impl Story {
    /// Asha keeps her record from the phone, and speaks for her child.
    pub(crate) async fn private(&mut self, nurse: &Staff, open: &OpenEncounter) {
        let digits = "749136";
        self.plant("PIN of a private member", digits);
        let phone = self.login_at(&ASHA, Face::Pages).await;
        let app = self.app.app.clone();
        app.choose_guardian(&phone, (2, 1), REQUEST).await.unwrap();
        let document = || {
            (
                DocumentType::Passport,
                DocumentNumber::parse(ASHA.document).unwrap(),
            )
        };
        let pin = PrivatePin::choose(digits).unwrap();
        let choose = AtSite::Choose(pin.clone());
        let set = app
            .private_at_site(nurse, open.key, document(), choose, REQUEST)
            .await;
        set.unwrap();
        let printed = app
            .private_at_site(nurse, open.key, document(), AtSite::Print, REQUEST)
            .await;
        let SetAtSite::Code { code, .. } = printed.unwrap() else {
            panic!("no code was printed");
        };
        self.plant("code to choose a PIN", &code.shown());
        self.plant("code to choose a PIN", &code.shown().replace(' ', ""));
        let wrong = PrivatePin::choose("908172").unwrap();
        app.open_private(&phone, 1, wrong).await.unwrap_err();
        app.open_private(&phone, 1, pin).await.unwrap();
    }

    /// Somebody without telephone and papers: registered through a facilitator, with a card whose code is typed wrong once, and
    /// said to be a mistake; and a number that the nurse names as her own.
    pub(crate) async fn desk(&mut self, nurse: &Staff, (facilitator, document, reason): (&str, &str, &str)) {
        for (what, value) in [
            ("facilitator", facilitator),
            ("document of a facilitator", document),
            ("why there is no document", reason),
        ] {
            // Two letters are everywhere.
            if value.len() >= 8 {
                self.plant(what, value);
            }
        }
        let app = &self.app.app;
        let without = WithoutDocument {
            reason: Reason::parse(reason).unwrap(),
            facilitator: Facilitator {
                name: PersonName::parse(facilitator).unwrap(),
                document: (DocumentType::VoterId, DocumentNumber::parse(document).unwrap()),
            },
        };
        let typed = self.without_papers(("the form of the desk", "Sundaribai Gaikwad", "1948"), without);
        let card = app
            .register_walk_in(nurse, typed, None)
            .await
            .unwrap()
            .card
            .unwrap();
        let shown = |code: &str| Shown::Card {
            reference_id: card.reference_id,
            code: code.parse().unwrap(),
        };
        assert!(app.end_card(nurse, shown("00000000"), "test").await.is_err());
        app.access_list_at_desk(nurse, shown(card.code.as_str()), REQUEST)
            .await
            .unwrap();
        let mistake = Reason::parse("registered twice by mistake").unwrap();
        app.withdraw_walk_in(nurse, card.reference_id, mistake)
            .await
            .unwrap();
        let code = StaffCode::parse(nurse.code()).unwrap();
        app.note_staff_mobile(nurse, code, Mobile::parse(OF_NURSE).unwrap())
            .await
            .unwrap();
        self.plant("number of a nurse", OF_NURSE);
        self.plant("name of who has no document", "Sundaribai Gaikwad");
        self.plant("reference id of a card", &card.reference_id.to_string());
        self.plant("code of a card", card.code.as_str());
    }

    /// Two who are not 18, without telephone and papers: who came with the one, and why the other came alone.
    pub(crate) async fn minors(&mut self, nurse: &Staff, [guardian, alone]: [&str; 2]) {
        let arrivals = [
            (
                ("a minor with a guardian", "Bandhavi Kulkarni"),
                Company::Guardian(PersonName::parse(guardian).unwrap()),
            ),
            (
                ("a minor who came alone", "Ekaki Kulkarni"),
                Company::Alone(Reason::parse(alone).unwrap()),
            ),
        ];
        for ((form, name), company) in arrivals {
            let without = WithoutDocument {
                reason: Reason::parse("no paper bears the name").unwrap(),
                facilitator: Facilitator {
                    name: PersonName::parse("Shikshika Deshmukh").unwrap(),
                    document: (DocumentType::VoterId, DocumentNumber::parse("MIN7731").unwrap()),
                },
            };
            let form = format!("{form}, {guardian}");
            let typed = self.without_papers((&form, name, CHILD.year), without);
            let app = &self.app.app;
            app.register_walk_in(nurse, (typed, company), None).await.unwrap();
        }
    }

    fn without_papers(
        &self,
        (form, name, year): (&str, &str, &str),
        without: WithoutDocument,
    ) -> Undocumented {
        Undocumented {
            form: form.to_owned(),
            name: PersonName::parse(name).unwrap(),
            birth_year: BirthYear::parse(year, self.app.app.today()).unwrap(),
            birth_date: None,
            gender: Gender::Female,
            comorbidity: Comorbidity::None,
            consent_version: "1".to_owned(),
            without,
        }
    }
}
