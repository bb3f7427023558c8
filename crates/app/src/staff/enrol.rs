//! Enrolment: whoever holds the link chooses a password and proves a second factor.

use pramaan_domain::staff::StaffCode;
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_store::staff::{self, Enrolled, Link};
use pramaan_store::staff_device::Familiarity;
use pramaan_store::staff_event::{self, StaffEvent};

use super::password::Keyed;
use super::totp;
use crate::{App, Refusal, StoreError};

/// What the page of a link shows, once: opened again, it shows another secret, and only the last one counts.
pub struct Enrolment {
    pub code: StaffCode,
    pub showing: Showing,
    /// For the authenticator app, as a link and as the text of a QR code.
    pub otpauth_uri: String,
    /// For typing where no picture can be taken.
    pub secret: String,
}

/// Whether the page of a link was opened before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Showing {
    First,
    /// By somebody: what was scanned then is worth nothing any more.
    Again,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enrolment")
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

impl Enrolment {
    /// The otpauth link as an SVG picture of a QR code, 4 modules of quiet zone, dark on white.
    pub fn qr_svg(&self) -> Result<String, Refusal> {
        qr_svg(&self.otpauth_uri)
    }
}

/// At least twelve characters; long ones are cut nowhere. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Password(Box<str>);

impl Password {
    /// # Errors
    /// `Invalid`, with the field `password`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let sentence = match text.chars().count() {
            0..12 => "use at least 12 characters; a short sentence is good",
            12..=256 => return Ok(Self(text.into())),
            _ => "use at most 256 characters",
        };
        Err(Refusal::Invalid {
            field: "password",
            sentence: sentence.to_owned(),
        })
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(redacted)")
    }
}

impl App {
    /// What the holder of a link sees. Makes what was shown before worthless.
    ///
    /// # Errors
    /// `LinkSpent` for a link that is unknown, used or older than seven days.
    pub async fn enrolment(&self, token: &str) -> Result<Enrolment, Refusal> {
        let (sealer, asked, now) = (self.0.sealer.clone(), token.to_owned(), self.now());
        let shown = self.0.db.write("app::staff::show_link", move |tx| {
            Box::pin(async move {
                staff::count_showing(tx, &sealer, &asked, now).await?;
                staff::by_link(tx, &sealer, &asked, now).await
            })
        });
        let Link { staff, shown } = shown.await?.ok_or(Refusal::LinkSpent)?;
        let secret = totp::secret_of_link(&self.0.sealer, token, shown);
        let showing = match shown {
            ..=1 => Showing::First,
            _ => Showing::Again,
        };
        Ok(Enrolment {
            showing,
            otpauth_uri: totp::otpauth_uri(&secret, &staff.code),
            secret: totp::base32(&secret),
            code: staff.code,
        })
    }

    /// Whose link it is, for showing its form again without a secret.
    ///
    /// # Errors
    /// `LinkSpent`, as for [`enrolment`](Self::enrolment).
    pub async fn invited_code(&self, token: &str) -> Result<StaffCode, Refusal> {
        Ok(self.invited(token).await?.staff.code)
    }

    /// Spends a link: from now on the password and the second factor log in.
    ///
    /// # Errors
    /// `LinkSpent`; `Invalid` with the field `code` when the six digits are wrong, which spends nothing.
    pub async fn enrol(&self, token: &str, password: Password, code: &str) -> Result<StaffCode, Refusal> {
        let Link { staff, shown } = self.invited(token).await?;
        let now = self.now();
        let secret = totp::secret_of_link(&self.0.sealer, token, shown);
        let step = totp::matching_step(&secret, code.trim(), now).ok_or_else(|| Refusal::Invalid {
            field: "code",
            sentence: "these are not the six digits of now: check the phone's clock and type the next ones"
                .to_owned(),
        })?;
        let keyed = Keyed::new(&self.0.sealer, staff.id, password.as_str());
        let hasher = &self.0.login_desk.hasher;
        // Whoever holds a link was invited: no stranger keeps them out.
        let place = hasher.place(Familiarity::Known)?;
        let password_hash = hasher.hash(keyed, place, &*self.0.sealer.entropy).await?;
        let (sealer, token) = (self.0.sealer.clone(), token.to_owned());
        let code = staff.code.clone();
        let enrolled = self.0.db.write("app::staff::enrol", move |tx| {
            Box::pin(async move {
                let enrolled = Enrolled {
                    staff,
                    password_hash: &password_hash,
                    second_factor: &secret,
                    shown,
                    step,
                };
                let event = StaffEvent {
                    at: now,
                    district: enrolled.staff.district,
                    centre: enrolled.staff.centre,
                    kind: StaffEventKind::AccountEnrolled,
                    staff: enrolled.staff.code.to_string(),
                    by: String::new(),
                    device: None,
                    elsewhere: None,
                };
                let spent = staff::enrol(tx, &sealer, &token, enrolled, now).await?;
                if spent {
                    staff_event::insert(tx, &sealer, &event).await?;
                }
                Ok::<_, StoreError>(spent)
            })
        });
        if enrolled.await? {
            Ok(code)
        } else {
            Err(Refusal::LinkSpent)
        }
    }

    async fn invited(&self, token: &str) -> Result<Link, Refusal> {
        let (sealer, token, now) = (self.0.sealer.clone(), token.to_owned(), self.now());
        let invited = self.0.db.read("app::staff::invited", move |tx| {
            Box::pin(async move { staff::by_link(tx, &sealer, &token, now).await })
        });
        invited.await?.ok_or(Refusal::LinkSpent)
    }
}

/// A short text as an SVG picture of a QR code, 4 modules of quiet zone, dark on white.
///
/// # Errors
/// `LinkSpent` for a text that fits no QR code.
pub fn qr_svg(text: &str) -> Result<String, Refusal> {
    let modules = pramaan_cert::qr_modules(text).map_err(|_| Refusal::LinkSpent)?;
    Ok(svg(&modules))
}

fn svg(modules: &pramaan_cert::Modules) -> String {
    use std::fmt::Write;
    const QUIET: usize = 4;
    let side = modules.side() + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in modules.rows().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            // Writing into a string cannot fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>"##
    )
}
