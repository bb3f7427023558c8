//! Shared devices: what is named, typed, printed and asked for, each as short and as long as it may be.

use pramaan_app::staff::{PinTry, StaffLogin};
use pramaan_app::testing::{PASSWORD, staff_origin};
use pramaan_app::{Staff, StaffRole};
use pramaan_domain::pin::Pin;
use pramaan_domain::site_device::DeviceName;
use pramaan_domain::staff::{Reason, StaffCode};

use crate::story::Story;

const CENTRE: i64 = 561_001;
const PIN: &str = "593718";

impl Story {
    pub(crate) async fn devices(&mut self) {
        let manager = self
            .app
            .enrolled("MH-8843", StaffRole::SiteManager, Some(CENTRE))
            .await
            .staff;
        for code in ["MH-8841", "MH-8842"] {
            let link = self.app.invite(code, StaffRole::Vaccinator, Some(CENTRE)).await;
            self.app.enrol(&link.token).await;
        }
        let forms = [
            "a=1".to_owned(),
            format!("name=Zarathustrabai&why={}", "y".repeat(900)),
        ];
        let names = ["9".to_owned(), format!("Gulmohar Verandah {}", "क".repeat(22))];
        self.plant("name of a device", "Gulmohar Verandah");
        self.plant("parked form", "Zarathustrabai");
        for (name, form) in names.iter().zip(&forms) {
            self.device(&manager, name, form).await;
        }
        let long = format!("swallowed by a crocodile {}", "न".repeat(275));
        self.plant("reason of a request", "swallowed by a crocodile");
        for (code, reason) in [("MH-8841", "phone lost"), ("MH-8842", long.as_str())] {
            let (code, reason) = (StaffCode::parse(code).unwrap(), Reason::parse(reason).unwrap());
            self.app.app.ask_factor(&manager, code, reason).await.unwrap();
        }
    }

    /// Enrolled, a shift begun with a printed code, a PIN set and used, and a form that waits.
    async fn device(&mut self, manager: &Staff, name: &str, form: &str) {
        let app = self.app.app.clone();
        let nurse = StaffCode::parse("MH-8841").unwrap();
        let made = app
            .make_device_code(manager, DeviceName::parse(name).unwrap())
            .await
            .unwrap();
        self.plant("code of a device", made.code.as_str());
        let device = app.enrol_device(made.code).await.unwrap().token;
        self.plant("token of a device", &device);
        let sheet = app.print_sheet(manager, nurse.clone()).await.unwrap();
        for code in &sheet.codes {
            self.plant("printed code", code.as_str());
        }
        let login = StaffLogin {
            code: nurse.to_string(),
            password: PASSWORD.to_owned(),
            totp: sheet.codes[0].spelled(),
            origin: staff_origin().on_device(Some(&device)),
        };
        let staff = app.login_staff(login).await.unwrap().staff;
        self.plant("PIN", PIN);
        app.set_pin(&staff, Pin::choose(PIN, &nurse).unwrap())
            .await
            .unwrap();
        let tried = PinTry {
            device: &device,
            code: nurse,
            pin: Pin::parse(PIN).unwrap(),
        };
        app.switch_staff(tried).await.unwrap();
        let kept = app.keep_form(staff.typist(), "/staff/walk-in", form);
        app.park_form(&device, "/staff/walk-in", &kept).await.unwrap();
        app.tell_unsent(&device, 3).await.unwrap();
    }
}
