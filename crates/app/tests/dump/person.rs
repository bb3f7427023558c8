//! Who they are: how they log in and register, by phone, as partners' customers and for their status.

use std::net::IpAddr;

use chrono::Datelike;
use pramaan_app::appointment::Seat;
use pramaan_app::beneficiary::Registration;
use pramaan_app::member::{PhoneChange, Present};
use pramaan_app::message::Language;
use pramaan_app::origin::{ClientAddr, Device, Origin};
use pramaan_app::otp::{OtpConfirmation, OtpDigest, OtpRequest};
use pramaan_app::partner::PartnerKind;
use pramaan_app::sms::{DemoOutbox, Sending, Sms, SmsError, SmsSender};
use pramaan_app::walk_in::DeskMobile;
use pramaan_app::{Citizen, Comorbidity, Face, Staff};
use pramaan_domain::birth::{BirthDate, BirthYear};
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use sha2::Digest;

use crate::dose::{booking, session};
use crate::story::{REQUEST, SLOTS, Story};

pub(crate) const AGENT: &str = "Grameen-Browser/7.31 (Nokia)";

/// Its text messages are never delivered.
const UNREACHABLE: &str = "9833012277";

pub(crate) const ASHA: Typed = Typed {
    name: "Aashabai Thiruvengadam",
    mobile: "9812345670",
    document: "ZQ7714402",
    year: "1981",
    date: None,
    gender: Gender::Transgender,
};

pub(crate) const CHILD: Typed = Typed {
    name: "Ishwarya Thiruvengadam",
    mobile: ASHA.mobile,
    document: "KX5519073",
    year: "2011",
    date: Some("2011-05-14"),
    gender: Gender::Female,
};

pub(crate) const UNREACHED: Typed = Typed {
    name: "मीनाक्षी चट्टोपाध्याय",
    mobile: UNREACHABLE,
    document: "PL3300918",
    year: "1974",
    date: None,
    gender: Gender::Other,
};

/// Short and long, Latin and Indic.
pub(crate) const VARIED: [Typed; 3] = [
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

pub(crate) struct Typed {
    pub(crate) name: &'static str,
    pub(crate) mobile: &'static str,
    pub(crate) document: &'static str,
    pub(crate) year: &'static str,
    pub(crate) date: Option<&'static str>,
    pub(crate) gender: Gender,
}

/// Texts go to memory, but for one number that no text reaches.
pub(crate) struct PatchyNetwork(pub(crate) DemoOutbox);

impl SmsSender for PatchyNetwork {
    fn send<'a>(&'a self, sms: &'a Sms) -> Sending<'a> {
        if sms.to.as_str() == UNREACHABLE {
            let reason = "no such subscriber".to_owned();
            return Box::pin(async { Err(SmsError::Unreachable { reason }) });
        }
        self.0.send(sms)
    }
}

/// UTF-8 that somebody took for Latin-1 and wrote as UTF-8 again.
fn mojibake(text: &str) -> String {
    text.bytes().map(char::from).collect()
}

impl Story {
    pub(crate) fn origin() -> Origin {
        Origin::new(
            ClientAddr::new(IpAddr::from([203, 0, 113, 77])),
            Device::UserAgent(AGENT),
        )
    }

    pub(crate) async fn ask(&mut self, typed: &Typed, face: Face) -> (pramaan_domain::id::TxnId, String) {
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

    pub(crate) async fn login_at(&mut self, typed: &Typed, face: Face) -> Citizen {
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

    pub(crate) async fn login(&mut self, typed: &Typed) -> Citizen {
        self.login_at(typed, Face::Portal).await
    }

    pub(crate) async fn register(&mut self, citizen: &Citizen, typed: &Typed) -> ReferenceId {
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
    pub(crate) async fn unreached(&mut self) {
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

    /// Leaves the family's phone for another.
    pub(crate) async fn leaves(&mut self, nurse: &Staff, typed: &Typed) {
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

    pub(crate) async fn status(&mut self, _: &Citizen) {
        let named = self.login_at(&ASHA, Face::Status).await;
        self.app.app.vaccination_status(&named, REQUEST).await.unwrap();
    }

    pub(crate) async fn partner(&mut self) {
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
