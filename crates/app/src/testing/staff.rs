//! Staff for tests: invited, enrolled and logged in through the front door.

use pramaan_domain::centre::CentreId;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::DistrictId;
use pramaan_domain::staff::StaffCode;
use pramaan_domain::time::Timestamp;

use super::TestApp;
use crate::StaffRole;
use crate::origin::{ClientAddr, Device, Origin};
use crate::staff::{Invitation, Invitee, Password, StaffDevice, StaffLogin, StaffOrigin, StaffSession};

/// The password of everybody whom a test enrols.
pub const PASSWORD: &str = "a dozen small tortoises";

/// The browser of a member of staff that logs in for the first time, somewhere.
pub fn staff_origin() -> StaffOrigin {
    at_work(StaffDevice::Unnamed)
}

fn at_work(device: StaffDevice<'_>) -> StaffOrigin {
    let address = ClientAddr::new([203, 0, 113, 9].into());
    StaffOrigin::new(&Origin::new(address, Device::UserAgent("work")), device)
}

/// Somebody of Mumbai, at this centre if any.
pub fn invitee(code: &str, role: StaffRole, centre: Option<i64>) -> Invitee {
    Invitee {
        code: must(StaffCode::parse(code)),
        name: must(PersonName::parse("Sunita Rao")),
        role,
        centre: centre.map(|centre| must(CentreId::from_number(centre))),
        district: must(DistrictId::from_number(395)),
    }
}

/// The six digits that an authenticator app with this base32 secret shows at an instant.
pub fn totp(secret: &str, at: Timestamp) -> String {
    let bits: Vec<u8> = secret
        .bytes()
        .map(|byte| {
            if byte.is_ascii_digit() {
                byte - b'2' + 26
            } else {
                byte - b'A'
            }
        })
        .flat_map(|five| (0..5).rev().map(move |bit| five >> bit & 1))
        .collect();
    let byte = |bits: &[u8]| bits.iter().fold(0, |value: u8, bit| value << 1 | bit);
    let bytes: Vec<u8> = bits.chunks_exact(8).map(byte).collect();
    let bytes: [u8; 20] = bytes
        .try_into()
        .unwrap_or_else(|_| panic!("not a secret of twenty bytes"));
    let totp = totp_rs::Builder::new().with_secret(bytes).build_noncompliant();
    totp.generate(must(u64::try_from(at.seconds()))).to_string()
}

impl TestApp {
    pub async fn invite(&self, code: &str, role: StaffRole, centre: Option<i64>) -> Invitation {
        let invited = must(self.app.invite_all(vec![invitee(code, role, centre)]).await);
        invited
            .into_iter()
            .next()
            .unwrap_or_else(|| panic!("no invitation"))
    }

    /// Spends a link; answers the secret of the second factor.
    pub async fn enrol(&self, token: &str) -> String {
        let secret = must(self.app.enrolment(token).await).secret;
        let code = totp(&secret, self.clock.now());
        must(
            self.app
                .enrol(token, must(Password::parse(PASSWORD)), &code)
                .await,
        );
        secret
    }

    /// Invited, enrolled and logged in with the code after the one that enrolled.
    pub async fn enrolled(&self, code: &str, role: StaffRole, centre: Option<i64>) -> StaffSession {
        self.enrolled_from(staff_origin(), (code, role, centre)).await
    }

    async fn enrolled_from(
        &self,
        origin: StaffOrigin,
        (code, role, centre): (&str, StaffRole, Option<i64>),
    ) -> StaffSession {
        let secret = self.enrol(&self.invite(code, role, centre).await.token).await;
        let login = StaffLogin {
            code: code.to_owned(),
            password: PASSWORD.to_owned(),
            totp: totp(&secret, self.clock.now().plus_seconds(30)),
            origin,
        };
        must(self.app.login_staff(login).await)
    }

    /// A vaccinator, alone on today's roster of a centre.
    pub async fn nurse(&self, code: &str, centre: i64) -> StaffSession {
        self.nurse_from(staff_origin(), code, centre).await
    }

    /// The same, logged in through the system of a facility, by its partner number.
    pub async fn nurse_of_facility(&self, facility: u64, code: &str, centre: i64) -> StaffSession {
        let system = at_work(StaffDevice::Facility(facility));
        self.nurse_from(system, code, centre).await
    }

    async fn nurse_from(&self, origin: StaffOrigin, code: &str, centre: i64) -> StaffSession {
        let vaccinator = (code, StaffRole::Vaccinator, Some(centre));
        let session = self.enrolled_from(origin, vaccinator).await;
        let codes = vec![must(StaffCode::parse(code))];
        must(self.app.set_roster_of(centre, self.app.today(), codes).await);
        session
    }
}

fn must<T, E: std::fmt::Display>(outcome: Result<T, E>) -> T {
    outcome.unwrap_or_else(|error| panic!("{error}"))
}
