//! The demonstration's past, played through the use cases themselves with the clock set back: what the records and the
//! access log hold afterwards is what they would hold had it happened.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, anyhow};
use chrono::{Days, NaiveTime};
use pramaan_app::appointment::{Booking, Seat};
use pramaan_app::beneficiary::Registration;
use pramaan_app::budget::OtpBudgets;
use pramaan_app::delivery::Delivery;
use pramaan_app::dose::{Dose, Vial};
use pramaan_app::encounter::Evidence;
use pramaan_app::message::Language;
use pramaan_app::origin::{ClientAddr, Device, Origin};
use pramaan_app::otp::{OtpConfirmation, OtpDigest, OtpRequest};
use pramaan_app::session::{SessionPlan, SlotPlan};
use pramaan_app::sms::DemoOutbox;
use pramaan_app::staff::{Invitee, Password, StaffDevice, StaffLogin, StaffOrigin};
use pramaan_app::stock::{Change, Doing};
use pramaan_app::{App, Citizen, Clock, Comorbidity, Face, Parts, Staff, StaffRole};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::centre::CentreId;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::dose::{BodySite, DoseNumber, VaccineBatch};
use pramaan_domain::gender::Gender;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::DistrictId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::staff::StaffCode;
use pramaan_domain::stock::{BatchKey, Doses, Recall, vial_facts};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::AccessLog;
use pramaan_store::access_log::LogClock;

use super::places::TOUR_CENTRE;
use super::totp;
use crate::data::Data;

const SLOT: &str = "09:00AM-11:00AM";
const REQUEST: &str = "demo: the past";

/// A clock that is set by hand.
struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// An app in the past.
pub(super) struct Story {
    app: App,
    clock: Arc<SetClock>,
    outbox: DemoOutbox,
    /// Second factors, by staff code.
    pub(super) secrets: BTreeMap<String, [u8; 20]>,
    passwords: BTreeMap<String, String>,
}

/// A made-up person.
pub(super) struct Character {
    pub(super) name: &'static str,
    pub(super) year: &'static str,
    pub(super) gender: Gender,
    pub(super) document: &'static str,
}

impl Story {
    pub(super) fn begin(data: &Data, at: Timestamp) -> anyhow::Result<Self> {
        let clock = Arc::new(SetClock(AtomicI64::new(at.micros())));
        let outbox = DemoOutbox::default();
        let app = App::new(Parts {
            db: data.db.clone(),
            sealer: data.sealer.clone(),
            clock: clock.clone(),
            log: AccessLog::start(
                data.db.clone(),
                data.sealer.clone(),
                &data.settings.origin,
                LogClock::Callers,
            ),
            witnesses: pramaan_app::public_log::Witnesses::default(),
            erasures: data.erasures.clone(),
            otp_budgets: OtpBudgets::demo(),
            staff_logins: pramaan_app::staff::StaffLoginBudgets::default(),
            page_logins: pramaan_app::PageLogins::default(),
            sms: Arc::new(outbox.clone()),
            delivery: Delivery::BeforeAnswering,
            issuer: data.issuer()?,
        });
        Ok(Self {
            app,
            clock,
            outbox,
            secrets: BTreeMap::new(),
            passwords: BTreeMap::new(),
        })
    }

    pub(super) fn app(&self) -> &App {
        &self.app
    }

    /// To half past nine on `day`.
    pub(super) fn go_to(&self, day: CivilDate) {
        let morning = NaiveTime::from_hms_opt(9, 30, 0).unwrap_or_default();
        self.set(Timestamp::from_local(day, morning));
    }

    pub(super) fn set(&self, at: Timestamp) {
        self.clock.0.store(at.micros(), Ordering::SeqCst);
    }

    fn pass(&self, seconds: i64) {
        self.set(self.clock.now().plus_seconds(seconds));
    }

    /// Invites and enrols somebody, second factor included.
    pub(super) async fn enrol(
        &mut self,
        code: &str,
        name: &str,
        role: StaffRole,
        centre: Option<i64>,
        password: &str,
    ) -> anyhow::Result<()> {
        let invitee = Invitee {
            code: StaffCode::parse(code)?,
            name: PersonName::parse(name)?,
            role,
            centre: centre.map(CentreId::from_number).transpose()?,
            district: DistrictId::from_number(395)?,
        };
        let invitation = self
            .app
            .invite_all(vec![invitee])
            .await?
            .pop()
            .context("no invitation")?;
        let secret =
            totp::secret(&self.app.enrolment(&invitation.token).await?.secret).context("no second factor")?;
        let now = totp::code(&secret, self.clock.now());
        self.app
            .enrol(&invitation.token, Password::parse(password)?, &now)
            .await?;
        self.secrets.insert(code.to_owned(), secret);
        self.passwords.insert(code.to_owned(), password.to_owned());
        Ok(())
    }

    async fn log_in_staff(&self, code: &str) -> anyhow::Result<Staff> {
        self.pass(60);
        let secret = self
            .secrets
            .get(code)
            .with_context(|| format!("{code} is not enrolled"))?;
        let password = self.passwords.get(code).cloned().unwrap_or_default();
        let totp = totp::code(secret, self.clock.now());
        let login = StaffLogin {
            code: code.to_owned(),
            password,
            totp,
            origin: StaffOrigin::new(&origin(), StaffDevice::Unnamed),
        };
        Ok(self.app.login_staff(login).await?.staff)
    }

    /// Logs a citizen in with the code that their phone got.
    pub(super) async fn log_in(&self, mobile: &str) -> anyhow::Result<Citizen> {
        self.pass(60);
        let number = Mobile::parse(mobile)?;
        let request = OtpRequest {
            mobile: number.clone(),
            full_name: None,
            face: Face::Portal,
            origin: origin(),
            language: Language::English,
        };
        let txn = self.app.request_otp(request).await?;
        let message = self.outbox.to(&number).pop().context("no message")?;
        let code = six_digits(&message.text).context("no code in the message")?;
        let otp = OtpDigest::of(&code);
        let confirmation = OtpConfirmation {
            txn,
            otp,
            face: Face::Portal,
            origin: origin(),
            language: Some(Language::English),
        };
        Ok(self.app.confirm_otp(confirmation).await?.citizen)
    }

    pub(super) async fn register(&self, citizen: &Citizen, who: &Character) -> anyhow::Result<ReferenceId> {
        let registration = Registration {
            name: PersonName::parse(who.name)?,
            birth_year: BirthYear::parse(who.year, self.app.today())?,
            birth_date: None,
            gender: who.gender,
            document_type: DocumentType::from_id(12)?,
            document_number: DocumentNumber::parse(who.document)?,
            comorbidity: Comorbidity::None,
            consent_version: "1".to_owned(),
        };
        Ok(self.app.register(citizen, registration).await?)
    }

    /// One visit at the tour's centre: booked, come, proven by the slip's digits, vaccinated.
    pub(super) async fn vaccinate(
        &self,
        citizen: &Citizen,
        members: &[ReferenceId],
        vaccine: Vaccine,
        dose: DoseNumber,
        nurse: &str,
    ) -> anyhow::Result<()> {
        let session = self.publish(vaccine, dose).await?;
        let booking = Booking {
            seat: Seat {
                session,
                slot: SLOT.to_owned(),
            },
            dose: dose.cowin_number(),
            members: members.to_vec(),
            declaring: Vec::new(),
            idempotency_key: None,
            language: Language::English,
        };
        let appointment = self
            .app
            .book(citizen, booking, REQUEST)
            .await
            .context("booking")?;
        self.app
            .set_roster_of(TOUR_CENTRE, self.app.today(), vec![StaffCode::parse(nurse)?])
            .await?;
        let staff = self.log_in_staff(nurse).await?;
        let slip = self.app.slip(citizen, appointment, REQUEST).await?;
        for member in &slip.members {
            let expected = self.app.roster_today(&staff).await?;
            let place = expected.iter().map(|visitor| visitor.place);
            let place = place
                .into_iter()
                .find(|place| place.session == session && place.queue == member.queue);
            let code = member
                .code
                .parse()
                .map_err(|_| anyhow!("a slip without four digits"))?;
            let evidence = Evidence::Code {
                place: place.context("nobody is expected")?,
                code,
            };
            let open = self
                .app
                .begin_encounter(&staff, evidence, REQUEST)
                .await
                .context("opening")?;
            let given = Dose {
                number: dose,
                vaccine,
                batch: VaccineBatch::parse("4121Z025")?,
                vial: Vial::parse("3")?,
                given_at: self.clock.now(),
                site: BodySite::LeftUpperArm,
                reason: None,
            };
            self.app
                .record_dose(&staff, open.key, given, REQUEST)
                .await
                .context("recording")?;
            self.pass(60);
        }
        Ok(())
    }

    /// What the tour's centre has: vaccine for its sessions, one batch that is soon over, one that was recalled.
    pub(super) async fn stock(&self, manager: &str, today: CivilDate) -> anyhow::Result<()> {
        let staff = self.log_in_staff(manager).await?;
        let app = &self.app;
        for (vaccine, batch, vials, days_left) in STOCK {
            let per_vial = vial_facts(vaccine).doses;
            let doing = Doing::Receive {
                expires_on: today.checked_add_days(Days::new(days_left)).unwrap_or(today),
                doses_per_vial: per_vial,
                doses: Doses::new(vials * i64::from(per_vial))?,
            };
            let change = Change {
                key: batch_key(vaccine, batch)?,
                doing,
            };
            app.change_stock(&staff, change, &app.form_key()).await?;
        }
        let recall = Recall {
            key: batch_key(Vaccine::Covishield, RECALLED)?,
            since: app.today(),
            reason: "Labels without an expiry date were found (a demonstration)".to_owned(),
        };
        Ok(app.add_recall(recall).await?)
    }

    async fn publish(
        &self,
        vaccine: Vaccine,
        dose: DoseNumber,
    ) -> anyhow::Result<pramaan_domain::id::SessionId> {
        let plan = SessionPlan {
            id: None,
            centre: CentreId::from_number(TOUR_CENTRE)?,
            day: self.app.today(),
            vaccine,
            ages: AgeBand::new(18, None)?,
            slots: vec![SlotPlan {
                slot: Slot::parse(SLOT)?,
                seats: vec![(dose, Quota::Online, 10)],
            }],
        };
        let made = self.app.add_sessions(vec![plan]).await.context("publishing")?;
        made.first().copied().context("no session")
    }

    /// Puts these people on the roster of the tour's centre for the coming days.
    pub(super) async fn fill_roster(&self, codes: &[&str], days: u64) -> anyhow::Result<()> {
        let codes = codes
            .iter()
            .map(|code| StaffCode::parse(code))
            .collect::<Result<Vec<_>, _>>()?;
        for day in (0..days).filter_map(|after| self.app.today().checked_add_days(Days::new(after))) {
            self.app.set_roster_of(TOUR_CENTRE, day, codes.clone()).await?;
        }
        Ok(())
    }
}

const RECALLED: &str = "4121Z013";
/// Vaccine, batch, vials, and for how many days it is good from today on.
const STOCK: [(Vaccine, &str, i64, u64); 4] = [
    (Vaccine::Covishield, RECALLED, 2, 60),
    (Vaccine::Covishield, "4121Z025", 60, 150),
    (Vaccine::Covishield, "4121Z031", 40, 9),
    (Vaccine::Covaxin, "37F21001A", 20, 120),
];

fn batch_key(vaccine: Vaccine, batch: &str) -> anyhow::Result<BatchKey> {
    let batch = VaccineBatch::parse(batch)?;
    Ok(BatchKey { vaccine, batch })
}

/// The only run of exactly six digits.
fn six_digits(text: &str) -> Option<String> {
    text.split(|letter: char| !letter.is_ascii_digit())
        .find(|run| run.len() == 6)
        .map(str::to_owned)
}

/// This machine, before there is a browser.
fn origin() -> Origin {
    Origin::new(ClientAddr::LOOPBACK, Device::UserAgent("demo"))
}
