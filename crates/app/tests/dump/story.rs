//! The whole story, played with values that are written down: who registers, what is typed, sent, shown and refused.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;

use chrono::Datelike;
use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::beneficiary::Registration;
use pramaan_app::card::Shown;
use pramaan_app::correction::{Decision, Facts, Outcome, Showing, Wanted};
use pramaan_app::dose::{Dose, Vial};
use pramaan_app::encounter::{Evidence, OpenEncounter, SlipCode};
use pramaan_app::held_dose::{HeldDocument, HeldDose, HeldFor, RequestId, TypedOn, WalkIn};
use pramaan_app::import::{self, Bad};
use pramaan_app::member::{PhoneChange, Present};
use pramaan_app::merge;
use pramaan_app::message::Language;
use pramaan_app::origin::{ClientAddr, Device, Origin};
use pramaan_app::otp::{OtpConfirmation, OtpDigest, OtpRequest};
use pramaan_app::partner::PartnerKind;
use pramaan_app::private_member::{AtSite, SetAtSite};
use pramaan_app::roster::{AppointmentState, Place, Visitor};
use pramaan_app::sms::{DemoOutbox, Sending, Sms, SmsError, SmsSender};
use pramaan_app::staff::{Password, StaffDevice, StaffLogin, StaffOrigin};
use pramaan_app::testing::{Setup, TestApp, totp};
use pramaan_app::walk_in::{DeskMobile, Facilitator, Undocumented, WithoutDocument};
use pramaan_app::{Citizen, Comorbidity, Face, Staff};
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::{AppointmentId, DoseId, SessionId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::private_member::PrivatePin;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::{Reason, StaffCode};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::testing::TestDb;
use pramaan_testkit::scan::Planted;
use sha2::Digest;

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

const SLOTS: [&str; 2] = ["11:00AM-01:00PM", "01:00PM-03:00PM"];
const SESSION: &str = "5b0f3f0e-5f2f-4a39-9d6b-0c6f4c1f7a01";
const AGENT: &str = "Grameen-Browser/7.31 (Nokia)";
pub(crate) const REQUEST: &str = "GET /planted/route/{template}";
const PASSWORD: &str = "seven quiet pelicans on a roof";
/// Her own.
const OF_NURSE: &str = "9822314455";
/// Its text messages are never delivered.
const UNREACHABLE: &str = "9833012277";

const ASHA: Typed = Typed {
    name: "Aashabai Thiruvengadam",
    mobile: "9812345670",
    document: "ZQ7714402",
    year: "1981",
    date: None,
    gender: Gender::Transgender,
};
const CHILD: Typed = Typed {
    name: "Ishwarya Thiruvengadam",
    mobile: ASHA.mobile,
    document: "KX5519073",
    year: "2011",
    date: Some("2011-05-14"),
    gender: Gender::Female,
};
const UNREACHED: Typed = Typed {
    name: "मीनाक्षी चट्टोपाध्याय",
    mobile: UNREACHABLE,
    document: "PL3300918",
    year: "1974",
    date: None,
    gender: Gender::Other,
};

/// Short and long, Latin and Indic.
const VARIED: [Typed; 3] = [
    ASHA,
    Typed {
        name: "Anil",
        mobile: "9812345671",
        document: "B1234",
        year: "1950",
        date: None,
        gender: Gender::Male,
    },
    Typed {
        name: "चट्टोपाध्यायवेंकटनरसिंहराजु",
        mobile: "9812345672",
        document: "12345678901234567890",
        year: "1974",
        date: None,
        gender: Gender::Other,
    },
];

struct Typed {
    name: &'static str,
    mobile: &'static str,
    document: &'static str,
    year: &'static str,
    date: Option<&'static str>,
    gender: Gender,
}

/// What was played, and every value that must be nowhere.
pub(crate) struct Story {
    pub(crate) app: TestApp,
    pub(crate) planted: Planted,
    /// The same as numbers: what no integer column may hold.
    pub(crate) numbers: HashSet<i64>,
    pub(crate) people: Vec<(Citizen, ReferenceId)>,
    pub(crate) rejects: Vec<u8>,
}

/// Texts go to memory, but for one number that no text reaches.
struct PatchyNetwork(DemoOutbox);

impl SmsSender for PatchyNetwork {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        if sms.to.as_str() == UNREACHABLE {
            let reason = "no such subscriber".to_owned();
            return Box::pin(async { Err(SmsError::Unreachable { reason }) });
        }
        self.0.send(sms)
    }
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
        story.devices().await;
        story.office().await;
        story.decline(["it was given", &"w".repeat(300)]).await;
        let documents = [UNREACHED.document, ASHA.document];
        story
            .merged(&nurse, documents, ["one person", &"न".repeat(300)])
            .await;
        story
    }

    /// Vials came, some were dropped, and it was said how; what is left was counted, and the batch recalled.
    async fn stock(&mut self, said: [&str; 2]) {
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

    /// Held for nobody, and taken from the list for a short and for a long reason.
    async fn dismissed(&mut self, nurse: &Staff) {
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
    async fn held_walk_in(&mut self, nurse: &Staff) {
        let (name, number) = ("Hirabai Walkinwala", "HW5519079");
        let new = WalkIn {
            name: PersonName::parse(name).unwrap(),
            birth_year: BirthYear::parse("1961", self.app.app.today()).unwrap(),
            gender: Gender::Female,
            document: HeldDocument::Shown(DocumentType::Passport, DocumentNumber::parse(number).unwrap()),
            consent_version: "1".to_owned(),
            said_at: self.app.clock.now(),
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
        self.plant("document of a held walk-in", number);
    }

    /// Invited, with the shortest name and the longest that takes one block.
    async fn colleagues(&mut self) {
        let long = "न".repeat(30);
        let staff = format!(
            "code,name,role,district_id,centre_id\nMH-8820,A,vaccinator,395,561001\nMH-8821,{long},vaccinator,395,561001\n"
        );
        let mut quiet = |_: usize, _: usize| {};
        let imported = import::staff(&self.app.app, staff.as_bytes(), Bad::RefusesAll, &mut quiet);
        imported.await.unwrap();
    }

    /// Booked, held, opened without and with evidence, and recorded.
    async fn vaccinated(
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

    /// Corrected alone, and proposed to be voided.
    async fn correct(&self, nurse: &Staff, place: Place, (vial, reason): (&str, Reason)) {
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
    async fn decline(&mut self, reasons: [&str; 2]) {
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
    async fn corrected(&mut self, nurse: &Staff) {
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

    /// The first two records joined, parted and joined again, for a short and for a long reason.
    async fn merged(&mut self, nurse: &Staff, documents: [&str; 2], reasons: [&str; 2]) {
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
        story.private(&nurse, &open).await;
        story.leaves(&nurse, &CHILD).await;
        for (number, sms) in story.app.outbox.latest(1_000).into_iter().enumerate() {
            story.plant(&format!("text message {number}"), &sms.text);
        }
        story
    }

    /// Asha keeps her record from the phone, and speaks for her child.
    async fn private(&mut self, nurse: &Staff, open: &OpenEncounter) {
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
    async fn desk(&mut self, nurse: &Staff, (facilitator, document, reason): (&str, &str, &str)) {
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
        let typed = Undocumented {
            form: "the form of the desk".to_owned(),
            name: PersonName::parse("Sundaribai Gaikwad").unwrap(),
            birth_year: BirthYear::parse("1948", app.today()).unwrap(),
            birth_date: None,
            gender: Gender::Female,
            comorbidity: Comorbidity::None,
            consent_version: "1".to_owned(),
            without: WithoutDocument {
                reason: Reason::parse(reason).unwrap(),
                facilitator: Facilitator {
                    name: PersonName::parse(facilitator).unwrap(),
                    document: (DocumentType::VoterId, DocumentNumber::parse(document).unwrap()),
                },
            },
        };
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

    pub(crate) fn plant(&mut self, what: &str, value: &str) {
        self.planted.add(what, value);
        if let Ok(number) = value.parse() {
            self.numbers.insert(number);
        }
    }

    async fn import(&mut self) {
        let centres = "id,name,address,district_id,pincode,opens,closes,kind\n\
            561001,Fort Clinic of Controls,Bora Bazar,395,400001,09:00,17:00,government\n";
        import::centres(&self.app.app, centres.as_bytes(), Bad::RefusesAll, &mut |_, _| {})
            .await
            .unwrap();
        let sessions = format!(
            "id,centre_id,date,vaccine,min_age,slots,seats\n\
             {SESSION},561001,2026-11-22,COVISHIELD,18,{},1:online:20\n",
            SLOTS.join("|")
        );
        import::sessions(
            &self.app.app,
            sessions.as_bytes(),
            Bad::RefusesAll,
            &mut |_, _| {},
        )
        .await
        .unwrap();
        let staff = "code,name,role,district_id,centre_id\n\
            MH-8810,Sulochana Gopalakrishnan,vaccinator,395,561001\n\
            MH-8811,Bhagyalakshmi Venkataraman,vaccinator,395,999999\n";
        self.plant("staff name", "Sulochana Gopalakrishnan");
        self.plant("rejected staff name", "Bhagyalakshmi Venkataraman");
        let imported = import::staff(&self.app.app, staff.as_bytes(), Bad::IsSkipped, &mut |_, _| {})
            .await
            .unwrap();
        assert_eq!(imported.rejected.len(), 1);
        self.rejects = import::rejects(&imported.rejected);
        self.rejects
            .extend(format!("{:?}", imported.rejected).into_bytes());
        self.import_cohort().await;
        let token = imported.invitations[0].token.clone();
        self.plant("invitation token", &token);
        self.enrol(&token).await;
    }

    /// A good row, one that is bad for its group and carries a column nobody asked for, and a number lent to seven.
    async fn import_cohort(&mut self) {
        let mut cohort = "mobile,birth_year,group,remarks\n\
            9123480171,1957,hcw,\n\
            9123480182,1958,nurse,Kanakalatha Vijayaraghavan\n"
            .to_owned();
        for year in 1961..1968 {
            cohort.push_str(&format!("9123480193,{year},flw,\n"));
        }
        self.plant("cohort mobile", "9123480171");
        self.plant("rejected cohort mobile", "9123480182");
        self.plant("quarantined cohort mobile", "9123480193");
        self.plant("cohort remark", "Kanakalatha Vijayaraghavan");
        let imported = import::cohort(&self.app.app, cohort.as_bytes(), Bad::IsSkipped, &mut |_, _| {})
            .await
            .unwrap();
        assert_eq!((imported.added, imported.rejected.len()), (1, 8));
        self.rejects.extend(import::rejects(&imported.rejected));
        self.rejects
            .extend(format!("{:?}", imported.rejected).into_bytes());
    }

    async fn enrol(&mut self, token: &str) {
        let enrolment = self.app.app.enrolment(token).await.unwrap();
        self.plant("second factor as text", &enrolment.secret);
        self.plant("second factor as link", &enrolment.otpauth_uri);
        let secret = unbase32(&enrolment.secret);
        self.planted.add("second factor", &secret);
        self.plant("password", PASSWORD);
        let code = totp(&enrolment.secret, self.app.clock.now());
        let password = Password::parse(PASSWORD).unwrap();
        self.app.app.enrol(token, password, &code).await.unwrap();
    }

    async fn staff(&mut self) -> Staff {
        let code = StaffCode::parse("MH-8810").unwrap();
        let today = self.app.app.today();
        self.app
            .app
            .set_roster_of(561_001, today, vec![code])
            .await
            .unwrap();
        let wrong = "nine loud pelicans on a bus";
        self.plant("wrong password", wrong);
        let typed = |password: &str, totp: String| StaffLogin {
            code: "MH-8810".to_owned(),
            password: password.to_owned(),
            totp,
            origin: StaffOrigin::new(&Self::origin(), StaffDevice::Unnamed),
        };
        let secret = self
            .planted
            .iter()
            .find(|(what, _)| *what == "second factor as text");
        let secret = std::str::from_utf8(secret.unwrap().1).unwrap();
        let code = totp(secret, self.app.clock.now().plus_seconds(30));
        assert!(
            self.app
                .app
                .login_staff(typed(wrong, code.clone()))
                .await
                .is_err()
        );
        let session = self.app.app.login_staff(typed(PASSWORD, code)).await.unwrap();
        self.plant("staff token", &session.token);
        session.staff
    }

    fn origin() -> Origin {
        Origin::new(
            ClientAddr::new(IpAddr::from([203, 0, 113, 77])),
            Device::UserAgent(AGENT),
        )
    }

    async fn ask(&mut self, typed: &Typed, face: Face) -> (pramaan_domain::id::TxnId, String) {
        let request = OtpRequest {
            mobile: Mobile::parse(typed.mobile).unwrap(),
            full_name: (face == Face::Status).then(|| PersonName::parse(typed.name).unwrap()),
            face,
            origin: Self::origin(),
            language: Language::English,
        };
        let txn = self.app.app.request_otp(request).await.unwrap();
        if typed.mobile == UNREACHABLE {
            return (txn, String::new());
        }
        let code = self.app.code(typed.mobile);
        self.plant("one-time password", &code);
        self.plant(
            "one-time password on the wire",
            &hex::encode(sha2::Sha256::digest(&code)),
        );
        (txn, code)
    }

    async fn login_at(&mut self, typed: &Typed, face: Face) -> Citizen {
        let (txn, code) = self.ask(typed, face).await;
        let confirm = |otp: &str| OtpConfirmation {
            txn,
            otp: OtpDigest::of(otp),
            face,
            origin: Self::origin(),
            language: Some(Language::English),
        };
        let wrong = if code == "314159" { "271828" } else { "314159" };
        assert!(self.app.app.confirm_otp(confirm(wrong)).await.is_err());
        let login = self.app.app.confirm_otp(confirm(&code)).await.unwrap();
        if face == Face::Pages {
            self.app.app.end_page_login(&login.token).await.unwrap();
        }
        for part in login.token.split('.').filter(|part| part.len() > 40) {
            self.plant("citizen token", part);
        }
        login.citizen
    }

    async fn login(&mut self, typed: &Typed) -> Citizen {
        self.login_at(typed, Face::Portal).await
    }

    async fn register(&mut self, citizen: &Citizen, typed: &Typed) -> ReferenceId {
        let today = self.app.app.today();
        let registration = Registration {
            name: PersonName::parse(typed.name).unwrap(),
            birth_year: BirthYear::parse(typed.year, today).unwrap(),
            birth_date: typed.date.map(|date| BirthDate::parse(date, today).unwrap()),
            gender: typed.gender,
            document_type: DocumentType::Passport,
            document_number: DocumentNumber::parse(typed.document).unwrap(),
            comorbidity: Comorbidity::Declared,
            consent_version: "1".to_owned(),
        };
        let id = self.app.app.register(citizen, registration).await.unwrap();
        self.plant("name", typed.name);
        for part in typed.name.split(' ') {
            self.plant("part of a name", part);
        }
        self.plant_number("mobile", typed.mobile);
        self.plant("document", typed.document);
        self.plant_number("reference id", &id.to_string());
        self.plant_birth(typed);
        self.people.push((citizen.clone(), id));
        id
    }

    /// As text, and as the bytes of a number.
    fn plant_number(&mut self, what: &str, digits: &str) {
        self.plant(what, digits);
        let bytes = digits.parse::<u64>().unwrap().to_be_bytes();
        self.planted.add(format!("{what} as a number"), &bytes[2..]);
        let (mut little, zero) = (bytes, [0, 0]);
        little.reverse();
        assert!(little.ends_with(&zero));
        self.planted.add(format!("{what} as a number"), &little[..6]);
    }

    /// A birth date is told by the day on which it is erased, too.
    fn plant_birth(&mut self, typed: &Typed) {
        let Some(date) = typed.date else { return };
        let date: chrono::NaiveDate = date.parse().unwrap();
        for form in ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y%m%d"] {
            self.plant("birth date", &date.format(form).to_string());
        }
        let eighteenth = date.with_year(date.year() + 18).unwrap();
        for day in [date, eighteenth] {
            let days = i64::from(day.num_days_from_ce()) - 719_163;
            self.numbers.extend([days, days * 86_400, days * 86_400_000_000]);
        }
    }

    /// Somebody whose texts stay in the outbox.
    async fn unreached(&mut self) {
        self.ask(&UNREACHED, Face::Portal).await;
        let citizen = self.app.citizen(UNREACHABLE).await;
        let id = self.register(&citizen, &UNREACHED).await;
        let seat = Seat {
            session: session(),
            slot: SLOTS[0].to_owned(),
        };
        self.app
            .app
            .book(&citizen, booking(seat, id, None), REQUEST)
            .await
            .unwrap();
        self.plant("Hindi name in Latin-1 of UTF-8", &mojibake(UNREACHED.name));
    }

    async fn book(&mut self, citizen: &Citizen, id: ReferenceId) -> AppointmentId {
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
    async fn show_up(
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

    async fn vaccinate(&mut self, nurse: &Staff, open: &OpenEncounter) -> DoseId {
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

    /// The log is down for a while, and what was given is written down without reading anyone; nobody matches it.
    async fn hold(
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

    async fn certificate(&mut self, citizen: &Citizen, id: ReferenceId) {
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

    async fn look(&mut self, citizen: &Citizen, ids: &[ReferenceId]) {
        self.app.app.beneficiaries(citizen, REQUEST).await.unwrap();
        for id in ids {
            self.app
                .app
                .access_list(citizen, *id, None, REQUEST)
                .await
                .unwrap();
        }
    }

    /// Leaves the family's phone for another.
    async fn leaves(&mut self, nurse: &Staff, typed: &Typed) {
        let mobile = "9744118822";
        self.plant_number("mobile of the phone that was left for", mobile);
        let (app, number) = (&self.app.app, Mobile::parse(mobile).unwrap());
        let txn = app
            .send_desk_code(nurse, number, Language::English)
            .await
            .unwrap();
        let change = PhoneChange {
            present: Present::Desk {
                named: None,
                document: (
                    DocumentType::Passport,
                    DocumentNumber::parse(typed.document).unwrap(),
                ),
            },
            mobile: DeskMobile {
                txn,
                otp: OtpDigest::of(&self.app.code(mobile)),
            },
        };
        app.change_phone(nurse, change, REQUEST).await.unwrap();
    }

    async fn status(&mut self, _: &Citizen) {
        let named = self.login_at(&ASHA, Face::Status).await;
        self.app.app.vaccination_status(&named, REQUEST).await.unwrap();
    }

    async fn partner(&mut self) {
        let added = self
            .app
            .app
            .add_partner("Arogya Controls Ltd", PartnerKind::Aggregator);
        let (partner, key) = added.await.unwrap();
        self.plant("partner key", &key);
        self.login_at(&ASHA, Face::Partner(partner.number())).await;
        // Logged out again at once.
        self.login_at(&ASHA, Face::Pages).await;
    }
}

fn session() -> SessionId {
    SESSION.parse().unwrap()
}

fn booking(seat: Seat, id: ReferenceId, key: Option<&str>) -> Booking {
    Booking {
        seat,
        dose: 1,
        members: vec![id],
        declaring: Vec::new(),
        idempotency_key: key.map(str::to_owned),
        language: Language::English,
    }
}

/// UTF-8 that somebody took for Latin-1 and wrote as UTF-8 again.
fn mojibake(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

fn unbase32(text: &str) -> Vec<u8> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digits = text.chars().map(|c| ALPHABET.find(c).unwrap());
    let bits: Vec<usize> = digits
        .flat_map(|five| (0..5).rev().map(move |bit| five >> bit & 1))
        .collect();
    bits.chunks_exact(8)
        .map(|byte| byte.iter().fold(0, |value, bit| value << 1 | *bit as u8))
        .collect()
}
