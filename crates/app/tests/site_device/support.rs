//! A centre with a manager, two nurses and a shared device.

use pramaan_app::import::{self, Bad};
use pramaan_app::staff::{PinTry, StaffEvent, StaffLogin, StaffSession};
use pramaan_app::testing::{PASSWORD, TestApp, staff_origin, totp};
use pramaan_app::{Refusal, Staff, StaffRole};
use pramaan_domain::pin::Pin;
use pramaan_domain::site_device::DeviceName;
use pramaan_domain::staff::StaffCode;
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_store::testing::TestDb;

pub(crate) const CENTRE: i64 = 561_001;
pub(crate) const ANNEXE: i64 = 561_002;
pub(crate) const ASHA: &str = "MH-0001";
pub(crate) const BINA: &str = "MH-0002";
pub(crate) const PINS: [(&str, &str); 2] = [(ASHA, "371904"), (BINA, "852016")];
const CENTRES: &str = "\
id,name,address,district_id,block,pincode,latitude,longitude,opens,closes,kind,fees
561001,Fort Clinic,Bora Bazar,395,Ward A,400001,18.934600,72.837200,09:00,17:00,government,
561002,Fort Annexe,D N Road,395,Ward A,400001,18.940000,72.840000,09:00,17:00,government,
";

pub(crate) struct Day {
    pub(crate) app: TestApp,
    pub(crate) manager: Staff,
    /// The cookie of the shared device.
    pub(crate) device: String,
    secrets: Vec<(String, String)>,
}

pub(crate) fn code(text: &str) -> StaffCode {
    StaffCode::parse(text).unwrap()
}

pub(crate) fn name(text: &str) -> DeviceName {
    DeviceName::parse(text).unwrap()
}

impl Day {
    pub(crate) async fn open(db: TestDb) -> Self {
        let app = TestApp::start(db).await;
        import::centres(&app.app, CENTRES.as_bytes(), Bad::RefusesAll, &mut |_, _| {})
            .await
            .unwrap();
        let manager = app
            .enrolled("MH-0100", StaffRole::SiteManager, Some(CENTRE))
            .await
            .staff;
        let made = app.app.make_device_code(&manager, name("Table 1")).await.unwrap();
        let device = app.app.enrol_device(made.code).await.unwrap().token;
        let mut day = Self {
            app,
            manager,
            device,
            secrets: Vec::new(),
        };
        for code in [ASHA, BINA] {
            day.enrol(code, CENTRE).await;
        }
        let both = vec![code(ASHA), code(BINA)];
        let today = day.app.app.today();
        day.app.app.set_roster_of(CENTRE, today, both).await.unwrap();
        day
    }

    /// The same, with both nurses' shifts begun and their PINs set; Bina was the last.
    pub(crate) async fn at_work(db: TestDb) -> Self {
        let day = Self::open(db).await;
        for (code, pin) in PINS {
            let session = day.log_in(code).await.unwrap();
            let pin = Pin::choose(pin, &self::code(code)).unwrap();
            day.app.app.set_pin(&session.staff, pin).await.unwrap();
        }
        day
    }

    pub(crate) async fn enrol(&mut self, code: &str, centre: i64) {
        let link = self.app.invite(code, StaffRole::Vaccinator, Some(centre)).await;
        let secret = self.app.enrol(&link.token).await;
        self.secrets.push((code.to_owned(), secret));
    }

    pub(crate) fn digits(&self, code: &str) -> String {
        self.app.clock.advance_seconds(60);
        let (_, secret) = self.secrets.iter().find(|(known, _)| known == code).unwrap();
        totp(secret, self.app.clock.now())
    }

    /// Password and authenticator, on the shared device; a minute passes.
    pub(crate) async fn log_in(&self, code: &str) -> Result<StaffSession, Refusal> {
        let digits = self.digits(code);
        self.log_in_with(code, &digits, Some(&self.device)).await
    }

    /// The same on a device of one's own.
    pub(crate) async fn log_in_at_home(&self, code: &str) -> Result<StaffSession, Refusal> {
        let digits = self.digits(code);
        self.log_in_with(code, &digits, None).await
    }

    pub(crate) async fn log_in_with(
        &self,
        code: &str,
        digits: &str,
        device: Option<&str>,
    ) -> Result<StaffSession, Refusal> {
        let login = StaffLogin {
            code: code.to_owned(),
            password: PASSWORD.to_owned(),
            totp: digits.to_owned(),
            origin: staff_origin().on_device(device),
        };
        self.app.app.login_staff(login).await
    }

    pub(crate) async fn switch(&self, code: &str, pin: &str) -> Result<StaffSession, Refusal> {
        let tried = PinTry {
            device: &self.device,
            code: self::code(code),
            pin: Pin::parse(pin).unwrap(),
        };
        self.app.app.switch_staff(tried).await
    }

    /// Whoever a cookie names now.
    pub(crate) async fn who(&self, token: &str) -> Option<String> {
        match self.app.app.staff(token).await {
            Ok(staff) => Some(staff.code().to_owned()),
            Err(Refusal::Unauthenticated) => None,
            Err(other) => panic!("{other}"),
        }
    }

    /// Events of a kind, the newest first.
    pub(crate) async fn events(&self, kind: StaffEventKind) -> Vec<StaffEvent> {
        let lines = self.app.app.staff_events(&self.manager).await.unwrap();
        let events = lines.into_iter().map(|line| line.listed.event);
        events.filter(|event| event.kind == kind).collect()
    }

    /// What whoever can write the database alone could do.
    pub(crate) async fn tamper(&self, sql: &'static str) {
        let done = self.app.db.write("test::tamper", move |tx| {
            Box::pin(async move { tx.execute(sql, &[]).await })
        });
        let changed: Result<u64, pramaan_app::StoreError> = done.await;
        assert!(changed.unwrap() > 0, "{sql}");
    }
}
