//! Staff: invited, enrolled and logged in.

use pramaan_app::Staff;
use pramaan_app::import::{self, Bad};
use pramaan_app::staff::{Password, StaffDevice, StaffLogin, StaffOrigin};
use pramaan_app::testing::totp;
use pramaan_domain::staff::StaffCode;

use crate::story::Story;

const PASSWORD: &str = "seven quiet pelicans on a roof";

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

impl Story {
    /// Invited, with the shortest name and the longest that takes one block.
    pub(crate) async fn colleagues(&mut self) {
        let long = "न".repeat(30);
        let staff = format!(
            "code,name,role,district_id,centre_id\nMH-8820,A,vaccinator,395,561001\nMH-8821,{long},vaccinator,395,561001\n"
        );
        let mut quiet = |_: usize, _: usize| {};
        let imported = import::staff(&self.app.app, staff.as_bytes(), Bad::RefusesAll, &mut quiet);
        imported.await.unwrap();
    }

    pub(crate) async fn enrol(&mut self, token: &str) {
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

    pub(crate) async fn staff(&mut self) -> Staff {
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
}
