//! Logging staff in, and the sessions that follow.
//!
//! One step with everything in it, so that nothing tells which part was wrong; an unknown code costs the same statements,
//! key operations and stretching as a known one.

use pramaan_domain::id::{LoginId, StaffId};
use pramaan_domain::staff::StaffCode;
use pramaan_domain::time::Timestamp;
use pramaan_keys::IndexKind;
use pramaan_store::Sealer;
use pramaan_store::budget::{self, Charge};
use pramaan_store::staff::{self, Credentials, Session, StaffRow, StaffState};

use super::invite::fresh_token;
use super::password::{Hasher, Keyed};
use super::totp;
use crate::{App, Refusal, Staff};

/// A session ends after so long without a request.
pub const IDLE_SECONDS: i64 = 15 * 60;
/// A session ends so long after the login.
pub const ABSOLUTE_SECONDS: i64 = 12 * 3600;
/// A session's last sight is written at most this often.
const TOUCH_SECONDS: i64 = 60;
/// Failed logins for one code in one window; the window's end opens it again.
const FAILURES: i64 = 5;
const FAILURE_WINDOW_SECONDS: u32 = 15 * 60;
const FAILED_LOGINS: &str = "staff.login";

/// What is typed at the login.
pub struct StaffLogin {
    pub code: String,
    pub password: String,
    /// The six digits.
    pub totp: String,
}

impl std::fmt::Debug for StaffLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StaffLogin(redacted)")
    }
}

/// A login that has just succeeded. The token is the cookie's value, or the bearer of the facility API.
pub struct StaffSession {
    pub staff: Staff,
    pub token: String,
}

impl std::fmt::Debug for StaffSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffSession")
            .field("staff", &self.staff)
            .finish_non_exhaustive()
    }
}

/// What logins are judged with.
pub(crate) struct LoginDesk {
    pub(super) hasher: Hasher,
    /// Stands in for somebody whom nobody knows.
    nobody: StaffId,
    sealed_nothing: Vec<u8>,
}

impl LoginDesk {
    pub(crate) fn new(sealer: &Sealer) -> Self {
        let nobody = StaffId::from_random(sealer.random());
        let secret = sealer.random::<{ totp::SECRET_BYTES }>();
        Self {
            hasher: Hasher::default(),
            nobody,
            sealed_nothing: staff::seal_second_factor(sealer, nobody, &secret),
        }
    }
}

impl App {
    /// # Errors
    /// `WrongStaffLogin` whatever was wrong; `OverBudget` after five failures in fifteen minutes, right or wrong.
    pub async fn login_staff(&self, typed: StaffLogin) -> Result<StaffSession, Refusal> {
        let now = self.now();
        // A code that cannot be one is nobody's, and costs the same.
        let code = StaffCode::parse(&typed.code).ok();
        let subject = self.code_index(&typed.code);
        let known = self.credentials(code, subject.clone(), now).await?;
        let (id, hash, sealed, last_step) = match &known {
            Some(known) => (
                known.staff.id,
                known.password_hash.as_deref(),
                known.second_factor.as_deref(),
                known.last_step,
            ),
            None => (self.0.login_desk.nobody, None, None, i64::MAX),
        };
        let (of, sealed) = match sealed {
            Some(sealed) => (id, sealed),
            None => (
                self.0.login_desk.nobody,
                self.0.login_desk.sealed_nothing.as_slice(),
            ),
        };
        let secret = staff::open_second_factor(&self.0.sealer, of, sealed)?;
        let step = totp::matching_step(&secret, typed.totp.trim(), now).filter(|step| *step > last_step);
        let password: String = typed.password.chars().take(257).collect();
        let keyed = Keyed::new(&self.0.sealer, id, &password);
        let right = self.0.login_desk.hasher.matches(keyed, hash).await?;
        match (known, step) {
            (Some(known), Some(step)) if right && known.staff.state == StaffState::Active => {
                self.begin_session(known.staff, step, subject, now).await
            }
            _ => Err(Refusal::WrongStaffLogin),
        }
    }

    /// The member of staff behind a session's token.
    ///
    /// # Errors
    /// `Unauthenticated` when it is unknown, logged out, idle for fifteen minutes or twelve hours old.
    pub async fn staff(&self, token: &str) -> Result<Staff, Refusal> {
        let (sealer, asked, now) = (self.0.sealer.clone(), token.to_owned(), self.now());
        let session = self.0.db.read("app::staff::session", move |tx| {
            Box::pin(async move { staff::session(tx, &sealer, &asked).await })
        });
        let session: Session = session.await?.ok_or(Refusal::Unauthenticated)?;
        let idle = now.seconds() - session.last_seen_at.seconds();
        let age = now.seconds() - session.created_at.seconds();
        if idle >= IDLE_SECONDS || age >= ABSOLUTE_SECONDS {
            return Err(Refusal::Unauthenticated);
        }
        if idle >= TOUCH_SECONDS {
            let (sealer, seen) = (self.0.sealer.clone(), token.to_owned());
            let touched = self.0.db.write("app::staff::touch", move |tx| {
                Box::pin(async move { staff::touch(tx, &sealer, &seen, now).await })
            });
            touched.await?;
        }
        Ok(principal(session.staff, session.login))
    }

    pub async fn logout_staff(&self, token: &str) -> Result<(), Refusal> {
        let (sealer, token, now) = (self.0.sealer.clone(), token.to_owned(), self.now());
        let ended = self.0.db.write("app::staff::logout", move |tx| {
            Box::pin(async move { staff::end_login(tx, &sealer, &token, now).await })
        });
        Ok(ended.await?)
    }

    /// What a code's failures are counted under, whether it is anybody's or not.
    fn code_index(&self, typed: &str) -> Vec<u8> {
        let code = typed.trim().to_ascii_uppercase();
        self.0
            .sealer
            .keys
            .index(IndexKind::StaffCode, code.as_bytes())
            .as_bytes()
            .to_vec()
    }

    /// Counts an attempt and fetches what it is judged against.
    async fn credentials(
        &self,
        code: Option<StaffCode>,
        subject: Vec<u8>,
        now: Timestamp,
    ) -> Result<Option<Credentials>, Refusal> {
        // No code has a blank: this one is asked for and never found.
        let asked = code.map_or_else(|| " ".to_owned(), |code| code.to_string());
        let found = self.0.db.write("app::staff::credentials", move |tx| {
            Box::pin(async move {
                let charge = Charge {
                    kind: FAILED_LOGINS,
                    subject,
                    window_seconds: FAILURE_WINDOW_SECONDS.into(),
                };
                let counts = budget::spend(tx, &[charge], now).await?;
                if counts.get(FAILED_LOGINS).is_none_or(|count| *count > FAILURES) {
                    return Ok(Err(Refusal::OverBudget {
                        retry_after_seconds: FAILURE_WINDOW_SECONDS,
                    }));
                }
                Ok::<_, Refusal>(Ok(staff::credentials(tx, &asked).await?))
            })
        });
        found.await?
    }

    async fn begin_session(
        &self,
        row: StaffRow,
        step: i64,
        subject: Vec<u8>,
        now: Timestamp,
    ) -> Result<StaffSession, Refusal> {
        let sealer = self.0.sealer.clone();
        let (token, login) = (fresh_token(&sealer), LoginId::from_random(sealer.random()));
        let (id, cookie) = (row.id, token.clone());
        let begun = self.0.db.write("app::staff::login", move |tx| {
            Box::pin(async move {
                // Of two logins with one code, one is a replay.
                if !staff::use_step(tx, id, step).await? {
                    return Err(Refusal::WrongStaffLogin);
                }
                budget::forget(tx, FAILED_LOGINS, &subject).await?;
                Ok(staff::insert_login(tx, &sealer, (id, login, &cookie), now).await?)
            })
        });
        begun.await?;
        Ok(StaffSession {
            staff: principal(row, login),
            token,
        })
    }
}

fn principal(row: StaffRow, login: LoginId) -> Staff {
    Staff {
        id: row.id,
        login,
        code: row.code.to_string(),
        role: row.role,
        centre: row.centre,
        district: row.district,
    }
}
