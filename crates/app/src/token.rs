//! Bearer tokens: JWTs as CoWIN's clients read them, HS256 and nothing else.
//!
//! In the open: times, a random user and, for a household of one at the API, its reference id. Who it really is for is one sealed
//! claim that only this installation reads. There is no mobile number in it. Nothing is looked up to check one: the logins
//! and the households that were ended are in memory.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};
use pramaan_domain::access::{Basis, Field, FieldSet, Purpose};
use pramaan_domain::id::{HouseholdId, LoginId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_keys::{SealPurpose, context};
use pramaan_store::Sealer;
use pramaan_store::person::{self, Member};
use pramaan_store::private_member::Privacy;
use serde::{Deserialize, Serialize};

use crate::open::Cause;
use crate::origin::EarlierLogin;
use crate::principal::{Citizen, Face};
use crate::{App, Refusal};

/// A token lives fifteen minutes, as CoWIN's did.
pub const TOKEN_SECONDS: i64 = 900;
/// Pages renew the token in their cookie while they are used, up to so long after the one-time password.
pub const PAGES_SECONDS: i64 = 2 * 3600;
/// A token younger than this is not renewed.
const RENEW_SECONDS: i64 = 300;

/// How long a token that opens nothing any more still tells its holder from strangers.
const REMEMBERED_SECONDS: i64 = 90 * 86_400;

/// The only header that is written, and the only one that is accepted: the algorithm is not the bearer's choice.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
/// Longer ones are refused unread.
const LONGEST: usize = 2_048;

#[derive(Serialize, Deserialize)]
struct Claims {
    user_name: String,
    user_id: String,
    user_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    beneficiary_reference_id: Option<u64>,
    /// Base64url of the sealed [`Session`].
    session: String,
    iat: i64,
    exp: i64,
}

/// What the sealed claim holds.
#[derive(Encode, Decode)]
struct Session {
    #[cbor(n(0), with = "minicbor::bytes")]
    household: [u8; 16],
    #[cbor(n(1), with = "minicbor::bytes")]
    login: [u8; 16],
    #[n(2)]
    face: u8,
    #[n(3)]
    partner: u64,
    #[n(4)]
    named: Option<ByteArray<16>>,
    /// When the one-time password was given, in seconds.
    #[n(5)]
    since: i64,
}

impl App {
    /// The citizen behind a bearer token.
    ///
    /// # Errors
    /// `Unauthenticated` for a token that is not ours, was changed or has expired.
    pub fn citizen(&self, bearer: &str) -> Result<Citizen, Refusal> {
        let verified = verify(&self.0.sealer, bearer, self.now());
        let verified = verified.filter(|verified| !self.has_ended(verified));
        Ok(verified.ok_or(Refusal::Unauthenticated)?.citizen)
    }

    /// One login of our own pages can be ended before its time, and all of a household at every door.
    fn has_ended(&self, verified: &Verified) -> bool {
        let (citizen, ended) = (&verified.citizen, &self.0.ended_logins);
        let began = Timestamp::from_seconds(verified.since);
        (is_of_pages(citizen.face) && ended.has(citizen.visit))
            || ended.has_household(citizen.household, (citizen.visit, began))
    }

    /// A token for the login behind this one under another name, which lasts no longer; none for one that has ended, or is of
    /// another door than the pages.
    pub(crate) fn renamed(&self, token: &str, visit: LoginId) -> Option<String> {
        let now = self.now();
        let verified = verify(&self.0.sealer, token, now).filter(|verified| !self.has_ended(verified))?;
        if verified.citizen.face != Face::Pages {
            return None;
        }
        let login = Issued {
            user: visit.to_string(),
            since: verified.since,
            until: verified.until,
        };
        Some(issue(&self.0.sealer, &verified.citizen, None, (login, now)))
    }

    /// What names the login of a citizen's pages behind a token that was not ended and has not expired.
    pub(crate) fn page_login(&self, token: &str) -> Option<LoginId> {
        let verified = verify(&self.0.sealer, token, self.now())?;
        let login = verified.user.parse().ok()?;
        is_of_pages(verified.citizen.face).then_some(login)
    }

    /// A younger token for the same login of a citizen's own pages, when this one is some minutes old; none before, after
    /// two hours, and for any other door: the API's tokens live fifteen minutes, whatever is done with them.
    pub fn renewed(&self, token: &str) -> Option<String> {
        let now = self.now();
        let verified = verify(&self.0.sealer, token, now)?;
        let until = verified.since.saturating_add(self.0.page_logins.citizen_seconds);
        let old = now.seconds().saturating_sub(verified.issued_at) >= RENEW_SECONDS;
        let over = until <= now.seconds() || self.has_ended(&verified);
        if verified.citizen.face != Face::Pages || !old || over {
            return None;
        }
        let login = Issued {
            user: verified.user,
            since: verified.since,
            until: until.min(now.seconds().saturating_add(TOKEN_SECONDS)),
        };
        Some(issue(&self.0.sealer, &verified.citizen, None, (login, now)))
    }

    /// When a login of a citizen's own pages ends if nothing is done; none for a token that has ended or is of another door.
    pub fn page_login_until(&self, token: &str) -> Option<Timestamp> {
        let verified = verify(&self.0.sealer, token, self.now())?;
        let lives = verified.citizen.face == Face::Pages && !self.has_ended(&verified);
        lives.then(|| Timestamp::from_seconds(verified.until))
    }

    /// The login behind a bearer token of the last ninety days, expired or not, for reserves of one-time passwords. It is
    /// no login: nothing can be opened with it.
    pub fn earlier_login(&self, bearer: &str) -> Option<EarlierLogin> {
        let (claims, citizen, _) = read(&self.0.sealer, bearer)?;
        let forgotten_at = claims.iat.saturating_add(REMEMBERED_SECONDS);
        (self.now().seconds() < forgotten_at).then_some(EarlierLogin(citizen.login))
    }

    /// The login of a citizen's own pages behind a token, ended or not: for telling whose forms were on the screen.
    pub(crate) fn page_login_of_any_age(&self, token: &str) -> Option<Citizen> {
        let (_, citizen, _) = read(&self.0.sealer, token)?;
        (citizen.face == Face::Pages).then_some(citizen)
    }

    /// A token for a login. The reference id in it is a convenience for clients of the API: when it cannot be opened under a
    /// receipt, the token goes out without it. Pages never read it, so theirs opens nothing.
    pub(crate) async fn issue_token(&self, citizen: &Citizen, members: &[Member]) -> String {
        let reference_id = match (citizen.face, members) {
            (Face::Portal | Face::Public | Face::Partner(_), [only]) if only.privacy == Privacy::Open => {
                let opened = self.open_reference_id(citizen, only).await;
                opened
                    .inspect_err(|error| tracing::warn!(%error, "a token goes out without reference id"))
                    .ok()
                    .flatten()
            }
            _ => None,
        };
        issue_first(&self.0.sealer, citizen, reference_id, self.now())
    }

    async fn open_reference_id(&self, citizen: &Citizen, member: &Member) -> Result<Option<u64>, Refusal> {
        let cause = Cause {
            actor: citizen.actor(),
            basis: Basis::PersonOtp,
            purpose: Purpose::OwnRecord,
            fields: FieldSet::of(&[Field::ReferenceId]),
            request: "login",
            reason: None,
        };
        let receipts = self
            .receipts(&cause, &[(member.household, member.person)])
            .await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self
            .0
            .db
            .read("app::token::reference_id", move |tx| {
                Box::pin(async move { person::open(tx, &sealer, receipts, now).await })
            })
            .await?;
        Ok(opened
            .first()
            .and_then(|person| person.reference_id)
            .map(|id| id.number()))
    }
}

/// Whether a login can be ended before its time.
fn is_of_pages(face: Face) -> bool {
    matches!(face, Face::Pages | Face::Card(_))
}

/// What stays the same when a token is renewed.
struct Issued {
    user: String,
    since: i64,
    until: i64,
}

/// What names a login as long as it lasts, however often its token is renewed, read from a token that nobody checked:
/// for binding forms to it, and for nothing else.
pub fn login_name(token: &str) -> Option<String> {
    let (signed, _) = token.rsplit_once('.')?;
    let (_, claims) = signed.split_once('.')?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    Some(claims.user_id)
}

/// The token with which a login begins.
pub(crate) fn issue_first(
    sealer: &Sealer,
    citizen: &Citizen,
    reference_id: Option<u64>,
    now: Timestamp,
) -> String {
    let login = Issued {
        user: citizen.visit.to_string(),
        since: now.seconds(),
        until: now.seconds().saturating_add(TOKEN_SECONDS),
    };
    issue(sealer, citizen, reference_id, (login, now))
}

fn issue(
    sealer: &Sealer,
    citizen: &Citizen,
    reference_id: Option<u64>,
    (Issued { user, since, until }, now): (Issued, Timestamp),
) -> String {
    let sealed = sealer.keys.seal(
        SealPurpose::Token,
        &bound(&user),
        &encode(citizen, since),
        &*sealer.entropy,
    );
    let claims = Claims {
        user_name: user.clone(),
        user_id: user,
        user_type: "BENEFICIARY".to_owned(),
        beneficiary_reference_id: reference_id,
        session: URL_SAFE_NO_PAD.encode(sealed),
        iat: now.seconds(),
        exp: until,
    };
    // A struct of texts and integers always serialises.
    let claims = serde_json::to_vec(&claims).unwrap_or_default();
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(HEADER),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = URL_SAFE_NO_PAD.encode(sealer.keys.sign_token(signed.as_bytes()));
    format!("{signed}.{signature}")
}

pub(crate) struct Verified {
    citizen: Citizen,
    user: String,
    issued_at: i64,
    since: i64,
    until: i64,
}

pub(crate) fn verify(sealer: &Sealer, token: &str, now: Timestamp) -> Option<Verified> {
    let (claims, citizen, since) = read(sealer, token)?;
    let ahead = now.seconds().saturating_add(2 * TOKEN_SECONDS);
    (claims.exp > now.seconds() && claims.exp <= ahead).then_some(Verified {
        citizen,
        user: claims.user_id,
        issued_at: claims.iat,
        since,
        until: claims.exp,
    })
}

/// What a token of ours says, whenever it was issued; last when its login began.
fn read(sealer: &Sealer, token: &str) -> Option<(Claims, Citizen, i64)> {
    if token.len() > LONGEST {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    if header != URL_SAFE_NO_PAD.encode(HEADER) {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    if !sealer.keys.is_token(signed.as_bytes(), &signature) {
        return None;
    }
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let sealed = URL_SAFE_NO_PAD.decode(&claims.session).ok()?;
    let session = sealer
        .keys
        .open(SealPurpose::Token, &bound(&claims.user_id), &sealed)
        .ok()?;
    let (citizen, since) = decode(&session, claims.user_id.parse().ok()?)?;
    Some((claims, citizen, since))
}

fn bound(user: &str) -> Vec<u8> {
    context(&[b"token", b"session", user.as_bytes()])
}

fn encode(citizen: &Citizen, since: i64) -> Vec<u8> {
    let (face, partner) = match citizen.face {
        Face::Portal => (0, 0),
        Face::Public => (1, 0),
        Face::Partner(number) => (2, number),
        Face::Status => (3, 0),
        Face::Pages => (4, 0),
        Face::Card(number) => (5, u64::try_from(number).unwrap_or(0)),
    };
    let (household, login) = (*citizen.household.as_bytes(), *citizen.login.as_bytes());
    // Encoding into a vector cannot fail.
    minicbor::to_vec(Session {
        household,
        login,
        face,
        partner,
        named: citizen.named.map(|person| ByteArray::from(*person.as_bytes())),
        since,
    })
    .unwrap_or_default()
}

fn decode(bytes: &[u8], visit: LoginId) -> Option<(Citizen, i64)> {
    let session: Session = minicbor::decode(bytes).ok()?;
    let face = match session.face {
        0 => Face::Portal,
        1 => Face::Public,
        2 => Face::Partner(session.partner),
        3 => Face::Status,
        4 => Face::Pages,
        5 => Face::Card(i64::try_from(session.partner).ok()?),
        _ => return None,
    };
    let household = HouseholdId::from_bytes(session.household);
    let citizen = Citizen {
        household,
        login: LoginId::from_bytes(session.login),
        visit,
        face,
        named: session.named.map(|person| PersonId::from_bytes(person.into())),
        since: session.since,
    };
    Some((citizen, session.since))
}
