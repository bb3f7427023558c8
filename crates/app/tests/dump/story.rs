//! The whole story, played with values that are written down: who registers, what is typed, sent, shown and refused.

use std::collections::HashSet;
use std::sync::Arc;

use pramaan_app::sms::DemoOutbox;
use pramaan_app::testing::{Setup, TestApp};
use pramaan_app::{Citizen, Face};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::testing::TestDb;
use pramaan_testkit::scan::Planted;

use crate::person::{AGENT, ASHA, CHILD, PatchyNetwork, UNREACHED, VARIED};

/// What may stand in clear in the database: its name, an example that the story writes, and why.
pub(crate) const IN_CLEAR: &[(&str, &str, &str)] = &[
    (
        "staff code",
        "MH-8810",
        "printed on certificates and access lists instead of a name",
    ),
    ("centre", "Fort Clinic of Controls", "a public place"),
    ("vaccine", "COVISHIELD", "what a session offers"),
    (
        "batch",
        "BATCH77Z",
        "counts of doses by batch must be possible without opening anybody",
    ),
    ("partner", "Arogya Controls Ltd", "an organisation"),
];

pub(crate) const SLOTS: [&str; 2] = ["11:00AM-01:00PM", "01:00PM-03:00PM"];

pub(crate) const SESSION: &str = "5b0f3f0e-5f2f-4a39-9d6b-0c6f4c1f7a01";

pub(crate) const REQUEST: &str = "GET /planted/route/{template}";

/// What was played, and every value that must be nowhere.
pub(crate) struct Story {
    pub(crate) app: TestApp,
    pub(crate) planted: Planted,
    /// The same as numbers: what no integer column may hold.
    pub(crate) numbers: HashSet<i64>,
    pub(crate) people: Vec<(Citizen, ReferenceId)>,
    pub(crate) rejects: Vec<u8>,
    /// Whose look was objected to.
    pub(crate) looked: String,
}

impl Story {
    async fn begin(db: TestDb) -> Self {
        let outbox = DemoOutbox::default();
        let setup = Setup {
            sms: Some(Arc::new(PatchyNetwork(outbox.clone()))),
            ..Setup::default()
        };
        let mut app = TestApp::start_with(db, setup).await;
        app.outbox = outbox;
        Self {
            app,
            planted: Planted::default(),
            numbers: HashSet::new(),
            people: Vec::new(),
            rejects: Vec::new(),
            looked: String::new(),
        }
    }

    /// One person, registered, looked at and with nothing else.
    pub(crate) async fn one_person(db: TestDb) -> Self {
        let mut story = Self::begin(db).await;
        let citizen = story.app.citizen(ASHA.mobile).await;
        story.register(&citizen, &ASHA).await;
        story.app.app.beneficiaries(&citizen, REQUEST).await.unwrap();
        story
    }

    /// Several of everything that is sealed, each as short and as long as it may be.
    pub(crate) async fn varied(db: TestDb) -> Self {
        let mut story = Self::begin(db).await;
        story.import().await;
        story.colleagues().await;
        story.unreached().await;
        story.ask(&UNREACHED, Face::Status).await;
        let nurse = story.staff().await;
        for (turn, typed) in VARIED.iter().enumerate() {
            let citizen = story.login(typed).await;
            let id = story.register(&citizen, typed).await;
            if turn == 0 {
                story.register(&citizen, &CHILD).await;
            }
            let key = "k".repeat(turn * 40 + 1);
            story.vaccinated(&nurse, (&citizen, id, &key), turn).await;
            let words = ["no", &"व".repeat(500)];
            let said = [words[turn % 2], words[(turn + 1) % 2]];
            story.objected(&citizen, id, said).await;
        }
        story.dismissed(&nurse).await;
        story.stock(["broken one", &"व".repeat(300)]).await;
        story.desk(&nurse, ("Om", "B123", "has no papers")).await;
        let long = (
            "चट्टोपाध्यायवेंकटनरसिंहराजु",
            "12345678901234567890",
            "बाढ़ में सब काग़ज़ बह गए और घर भी नहीं रहा",
        );
        story.desk(&nurse, long).await;
        story.minors(&nurse, ["Om", "was let go"]).await;
        story
            .minors(&nurse, ["चट्टोपाध्यायवेंकटनरसिंहराजु", &"व".repeat(300)])
            .await;
        story.devices().await;
        story.office().await;
        story.decline(["it was given", &"w".repeat(300)]).await;
        let documents = [UNREACHED.document, ASHA.document];
        story
            .merged(&nurse, documents, ["one person", &"न".repeat(300)])
            .await;
        story
    }

    pub(crate) async fn play(db: TestDb) -> Self {
        let mut story = Self::begin(db).await;
        story.plant("user agent", AGENT);
        story.plant("address", "203.0.113.77");
        story.plant("request in an access detail", REQUEST);
        story.import().await;
        let citizen = story.login(&ASHA).await;
        let asha = story.register(&citizen, &ASHA).await;
        let child = story.register(&citizen, &CHILD).await;
        story.unreached().await;
        let appointment = story.book(&citizen, asha).await;
        let nurse = story.staff().await;
        let open = story.show_up(&citizen, appointment, &nurse).await;
        story.hold(&nurse, (&citizen, appointment), asha).await;
        story.held_walk_in(&nurse).await;
        let dose = story.vaccinate(&nurse, &open).await;
        story.plant("words of an adverse event", "lips swollen like two mangoes");
        story.plant("batch of a diluent", "DILUENT-55120-R");
        let reported = ("lips swollen like two mangoes", "DILUENT-55120-R");
        story.aefi((&nurse, &citizen), (open.key, dose), reported).await;
        let said = ["Ramlakhan dropped the tray", "Chandrakanta left the fridge open"];
        story.stock(said).await;
        for said in said {
            story.plant("what was said of stock", said);
        }
        story
            .desk(
                &nurse,
                (
                    "Ramkrishna Vaidyanathan",
                    "FCL9981273",
                    "the papers burnt with the hut",
                ),
            )
            .await;
        let company = ["Palakbai Samrakshak", "mother is in hospital ANANYASAHAY"];
        story.minors(&nurse, company).await;
        story.plant("guardian named at a desk", company[0]);
        story.plant("why a minor came alone", "ANANYASAHAY");
        story.devices().await;
        story.office().await;
        story.corrected(&nurse).await;
        let why = [
            "her brother's phone LAKSHMANPHONE",
            "they were two: DOHAISTRIYAAN",
        ];
        story.merged(&nurse, [ASHA.document, CHILD.document], why).await;
        story.plant("reason of a merge", "LAKSHMANPHONE");
        story.plant("reason of an un-merge", "DOHAISTRIYAAN");
        story.certificate(&citizen, asha).await;
        story.look(&citizen, &[asha, child]).await;
        story.status(&citizen).await;
        story.partner().await;
        let said = [
            "I was in KHALIHASTPUR that day",
            "the line below was meant GALATPANKTI",
        ];
        story.objected(&citizen, asha, said).await;
        for said in said {
            story.plant("words of an objection", said);
        }
        story.ended(ASHA.mobile).await;
        story.private(&nurse, &open).await;
        story.leaves(&nurse, &CHILD).await;
        story.published().await;
        for (number, sms) in story.app.outbox.latest(1_000).into_iter().enumerate() {
            story.plant(&format!("text message {number}"), &sms.text);
        }
        story
    }

    /// What the public gets of the log, with the index of the day.
    async fn published(&self) {
        self.app.clock.advance_seconds(86_400);
        assert_eq!(self.app.app.root_days().await.unwrap(), 1);
        self.app.app.publish_log().await.unwrap();
    }

    pub(crate) fn plant(&mut self, what: &str, value: &str) {
        self.planted.add(what, value);
        if let Ok(number) = value.parse() {
            self.numbers.insert(number);
        }
    }

    /// As text, and as the bytes of a number.
    pub(crate) fn plant_number(&mut self, what: &str, digits: &str) {
        self.plant(what, digits);
        let bytes = digits.parse::<u64>().unwrap().to_be_bytes();
        self.planted.add(format!("{what} as a number"), &bytes[2..]);
        let (mut little, zero) = (bytes, [0, 0]);
        little.reverse();
        assert!(little.ends_with(&zero));
        self.planted.add(format!("{what} as a number"), &little[..6]);
    }
}
