//! Logging a citizen in: ask for a one-time password, confirm it.
//!
//! Nobody learns here whether a number is known before its owner has proved it: until the guess is right, statements and
//! key operations are the same for every number.

use std::sync::Arc;

use pramaan_domain::id::{HouseholdId, LoginId, TxnId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::time::Timestamp;
use pramaan_store::known_device::{self, Confirmed, DeviceOfNumber};
use pramaan_store::otp::{self, NewOtp, OTP_SECONDS, OtpScope};
use pramaan_store::{Sealer, Tx, budget, ended_login, household, member, person};

pub use pramaan_store::otp::OtpDigest;

use crate::budget::{Asker, Bill, Counted, OtpBudgets, Verdict};
use crate::message::{Language, Message};
use crate::origin::Origin;
use crate::otp_tries::{self, OtpTries};
use crate::principal::{Citizen, Face};
use crate::{App, Refusal};

/// Seconds after which an over-budget client is told to come back. One figure for every number and budget: the true one
/// would tell when somebody else asked.
const OVER_BUDGET: Refusal = Refusal::OverBudget {
    retry_after_seconds: 60,
};

/// A request for a one-time password, through one door.
#[derive(Debug)]
pub struct OtpRequest {
    pub mobile: Mobile,
    /// Whose status is wanted; for [`Face::Status`] only.
    pub full_name: Option<PersonName>,
    pub face: Face,
    pub origin: Origin,
    pub language: Language,
}

/// A guess at it.
#[derive(Debug)]
pub struct OtpConfirmation {
    pub txn: TxnId,
    pub otp: OtpDigest,
    pub face: Face,
    pub origin: Origin,
    /// That of the page, or as the client says it; `None` when it says nothing, and what is kept stays.
    pub language: Option<Language>,
}

/// A login that has just succeeded.
#[derive(Debug)]
pub struct Login {
    pub citizen: Citizen,
    pub token: String,
    pub account: Account,
}

/// Whether anybody is registered under the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    New,
    Existing,
}

impl App {
    /// Sends a code to the number, whoever it belongs to. Earlier codes for it stay valid.
    ///
    /// # Errors
    /// `OverBudget`: nothing was counted and nothing sent.
    pub async fn request_otp(&self, request: OtpRequest) -> Result<TxnId, Refusal> {
        let asking = Asking {
            mobile: request.mobile,
            full_name: request.full_name,
            origin: request.origin,
            language: request.language,
        };
        self.send_otp(Door::Face(request.face), asking).await
    }

    /// For a number that somebody at a centre's desk says is theirs; see [`Judge::prove_at_desk`].
    pub(crate) async fn request_desk_otp(
        &self,
        centre: i64,
        (mobile, language): (Mobile, Language),
    ) -> Result<TxnId, Refusal> {
        let request = Asking {
            mobile,
            full_name: None,
            origin: Origin::of_desk(centre),
            language,
        };
        self.send_otp(Door::Desk { centre }, request).await
    }

    /// For a telephone that somebody with a printed card has at hand, whoever it belongs to.
    pub(crate) async fn send_card_otp(
        &self,
        (mobile, language): (Mobile, Language),
        origin: Origin,
    ) -> Result<TxnId, Refusal> {
        let request = Asking {
            mobile,
            full_name: None,
            origin,
            language,
        };
        self.send_otp(Door::Card, request).await
    }

    async fn send_otp(&self, door: Door, request: Asking) -> Result<TxnId, Refusal> {
        let now = self.now();
        let sealer = self.0.sealer.clone();
        let txn = TxnId::from_random(sealer.random());
        let code = random_code(&sealer);
        let (asker, origin) = door.who(request.origin);
        let device = DeviceOfNumber::new(&sealer, &request.mobile, origin.device());
        let earlier = origin.earlier();
        let bill = Bill::asking(&self.0.otp_budgets, &sealer, (&origin, asker), &device);
        let message = door
            .message(code.clone())
            .to(request.mobile.clone(), request.language);
        let new = (OtpDigest::of(&code), door.scope()?);
        let message = self
            .0
            .db
            .write("app::otp::request", move |tx| {
                Box::pin(async move {
                    let acquaintance = known_device::look(tx, &device, earlier).await?;
                    let counts = budget::spend(tx, &bill.charges(), now).await?;
                    if bill.allows(&counts, Counted::Yes, acquaintance) == Verdict::Over {
                        return Err(OVER_BUDGET);
                    }
                    let (digest, scope) = &new;
                    let new = NewOtp {
                        txn,
                        scope: *scope,
                        mobile: &request.mobile,
                        full_name: request.full_name.as_ref(),
                        digest,
                    };
                    otp::insert(tx, &sealer, new, now).await?;
                    Ok(message.queue(tx, &sealer, now).await?)
                })
            })
            .await?;
        self.deliver_now(&[message]).await;
        Ok(txn)
    }

    /// Judges a guess; a right one is a login.
    ///
    /// # Errors
    /// `WrongOtp`: counted, and the transaction can be tried again up to three guesses in all. `OtpSpent`: unknown,
    /// expired, used, guessed out here or in the database, or of another door. `OverBudget`: too many wrong guesses for this number, from this
    /// device or network, over all transactions; right or wrong, this one was neither counted nor judged. `NotRegistered`: the guess was right, and through this door only
    /// numbers with a beneficiary, of the given name where the door asks for one, come in.
    pub async fn confirm_otp(&self, confirmation: OtpConfirmation) -> Result<Login, Refusal> {
        let (judge, now, face) = (self.otp_judge(), self.now(), confirmation.face);
        let judged = self.0.db.write("app::otp::confirm", move |tx| {
            Box::pin(async move { login(tx, &judge, confirmation, now).await })
        });
        let outcome = judged.await?;
        let (login, home, full_name) = match outcome {
            Outcome::Refused(refusal) => return Err(refusal),
            Outcome::Proved {
                login,
                home,
                full_name,
            } => (login, home.ok_or(Refusal::NotRegistered)?, full_name),
        };
        let mut citizen = Citizen {
            household: home.household,
            login,
            visit: LoginId::from_random(self.0.sealer.random()),
            face,
            named: None,
            since: self.now().seconds(),
        };
        if face == Face::Status {
            let meant = self
                .who_is_meant(&citizen, &home.members, full_name.as_ref())
                .await?;
            citizen.named = Some(meant.ok_or(Refusal::NotRegistered)?);
        }
        let token = self.issue_token(&citizen, &home.members).await;
        let account = if home.members.is_empty() {
            Account::New
        } else {
            Account::Existing
        };
        Ok(Login {
            citizen,
            token,
            account,
        })
    }

    pub(crate) fn otp_judge(&self) -> Judge {
        Judge {
            sealer: self.0.sealer.clone(),
            budgets: self.0.otp_budgets,
            tries: Arc::clone(&self.0.otp_tries),
        }
    }
}

/// How long the blanked rows of delivered messages are kept, for counting.
pub(crate) const OUTBOX_DAYS: u32 = 7;

/// What a committed guess came to. A refusal is an answer here, not an error: an error would roll the count back.
enum Outcome {
    Refused(Refusal),
    Proved {
        login: LoginId,
        home: Option<Home>,
        full_name: Option<PersonName>,
    },
}

struct Home {
    household: HouseholdId,
    members: Vec<person::Member>,
}

async fn login(
    tx: &mut Tx,
    judge: &Judge,
    confirmation: OtpConfirmation,
    now: Timestamp,
) -> Result<Outcome, Refusal> {
    let (face, sealer) = (confirmation.face, &judge.sealer);
    let language = confirmation.language;
    let guess = (confirmation.txn, confirmation.otp, confirmation.origin);
    let (mobile, full_name, device, asked_at) = match judge.prove(tx, Door::Face(face), guess, now).await? {
        Proof::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
        Proof::Given {
            mobile,
            full_name,
            device,
            asked_at,
        } => (mobile, full_name, device, asked_at),
    };
    let home = home(tx, judge, face, &mobile, now).await?;
    if let Some(home) = &home
        && ended_since(tx, home.household, asked_at).await?
    {
        return Ok(Outcome::Refused(Refusal::OtpSpent));
    }
    // What a number's first people are registered on is theirs. A device that comes to people who are there already is not
    // known to be: whoever registered them may have been somebody else.
    let first = face == Face::Pages && home.as_ref().is_some_and(|home| home.members.is_empty());
    let confirmed = if first { Confirmed::Yes } else { Confirmed::NotYet };
    let fresh = LoginId::from_random(sealer.random());
    let door = Door::Face(face).scope()?;
    let login = known_device::remember(tx, sealer, &device, (fresh, confirmed, door), now).await?;
    if let (Some(home), Some(language), Face::Portal | Face::Pages | Face::Partner(_)) =
        (&home, language, face)
    {
        household::keep_language(tx, home.household, language).await?;
    }
    Ok(Outcome::Proved {
        login,
        home,
        full_name,
    })
}

/// Whether all logins of a household were ended after a code for its number was asked for: somebody else may have it.
async fn ended_since(tx: &mut Tx, household: HouseholdId, asked_at: Timestamp) -> Result<bool, Refusal> {
    let ended_at = ended_login::household_ended_at(tx, household).await?;
    Ok(ended_at.is_some_and(|ended_at| ended_at >= asked_at))
}

/// What a committed guess proves.
enum Proof {
    Refused(Refusal),
    Given {
        mobile: Mobile,
        full_name: Option<PersonName>,
        device: DeviceOfNumber,
        /// When the code was asked for.
        asked_at: Timestamp,
    },
}

/// What guesses are judged with.
#[derive(Clone)]
pub(crate) struct Judge {
    pub(crate) sealer: Sealer,
    pub(crate) budgets: OtpBudgets,
    tries: Arc<OtpTries>,
}

impl Judge {
    /// Judges a guess and counts it when it is wrong: then commit the refusal.
    async fn prove(
        &self,
        tx: &mut Tx,
        door: Door,
        (txn, otp, origin): (TxnId, OtpDigest, Origin),
        now: Timestamp,
    ) -> Result<Proof, Refusal> {
        let sealer = &self.sealer;
        let Some(attempt) = otp::attempt(tx, sealer, (txn, door.scope()?), now).await? else {
            return Ok(Proof::Refused(Refusal::OtpSpent));
        };
        let (asker, origin) = door.who(origin);
        let device = DeviceOfNumber::new(sealer, &attempt.mobile, origin.device());
        let bill = Bill::guessing(&self.budgets, sealer, (&origin, asker), &device);
        let acquaintance = known_device::look(tx, &device, origin.earlier()).await?;
        let counts = budget::hold(tx, &bill.charges(), now).await?;
        if bill.allows(&counts, Counted::NotYet, acquaintance) == Verdict::Over {
            // An error rolls back, so that the transaction stays as it was. The guess was not judged.
            return Err(OVER_BUDGET);
        }
        if self.tries.take(txn) == otp_tries::Verdict::Over {
            return Ok(Proof::Refused(Refusal::OtpSpent));
        }
        let Some(proved) = attempt.judge(sealer, &otp) else {
            budget::spend(tx, &bill.charges(), now).await?;
            return Ok(Proof::Refused(Refusal::WrongOtp));
        };
        otp::use_up(tx, txn, now).await?;
        self.tries.forget(txn);
        Ok(Proof::Given {
            mobile: proved.mobile,
            full_name: proved.full_name,
            device,
            asked_at: proved.asked_at,
        })
    }

    /// Judges a guess typed at a centre's desk, within the caller's transaction. It is no login: the desk's device is not
    /// known for the number afterwards, and nothing may be opened for it. Commit a refusal too.
    pub(crate) async fn prove_at_desk(
        &self,
        tx: &mut Tx,
        centre: i64,
        (txn, otp): (TxnId, OtpDigest),
        now: Timestamp,
    ) -> Result<Result<Mobile, Refusal>, Refusal> {
        let guess = (txn, otp, Origin::of_desk(centre));
        match self.prove(tx, Door::Desk { centre }, guess, now).await? {
            Proof::Refused(refusal) => Ok(Err(refusal)),
            Proof::Given { mobile, .. } => Ok(Ok(mobile)),
        }
    }

    /// Judges a guess on a telephone that is anybody's, within the caller's transaction. It is no login of that number: the
    /// number is let go of here. Commit a refusal too.
    pub(crate) async fn prove_any_phone(
        &self,
        tx: &mut Tx,
        guess: (TxnId, OtpDigest, Origin),
        now: Timestamp,
    ) -> Result<Result<(), Refusal>, Refusal> {
        match self.prove(tx, Door::Card, guess, now).await? {
            Proof::Refused(refusal) => Ok(Err(refusal)),
            Proof::Given { .. } => Ok(Ok(())),
        }
    }
}

/// The household behind a proven number. The citizen's own doors make one; the narrow ones want a registered member.
async fn home(
    tx: &mut Tx,
    judge: &Judge,
    face: Face,
    mobile: &Mobile,
    now: Timestamp,
) -> Result<Option<Home>, Refusal> {
    let (sealer, silence) = (&judge.sealer, judge.budgets.silence);
    let found = match face {
        Face::Portal | Face::Pages | Face::Partner(_) => {
            Some(household::prove(tx, sealer, mobile, (silence, now)).await?)
        }
        Face::Public | Face::Status => household::find(tx, sealer, mobile, (silence, now.date())).await?,
        // Its number is nobody's household.
        Face::Card(_) => None,
    };
    let Some(household) = found else { return Ok(None) };
    let members = member::of_household(tx, sealer, household).await?;
    if !members.is_empty() {
        // A login through any door says that the number is in use.
        household::prove(tx, sealer, mobile, (silence, now)).await?;
    }
    let narrow = matches!(face, Face::Public | Face::Status);
    Ok((!narrow || !members.is_empty()).then_some(Home { household, members }))
}

/// What a code is good for: a login through a face, or to prove a number at a centre's desk.
#[derive(Clone, Copy)]
enum Door {
    Face(Face),
    Desk {
        centre: i64,
    },
    /// With a printed card: the number says nothing about the person.
    Card,
}

/// What is asked for, whatever the door.
struct Asking {
    mobile: Mobile,
    full_name: Option<PersonName>,
    origin: Origin,
    language: Language,
}

impl Door {
    fn scope(self) -> Result<OtpScope, Refusal> {
        let (face, partner) = match self {
            Self::Face(Face::Portal) => ("portal", 0),
            Self::Face(Face::Pages) => ("pages", 0),
            Self::Face(Face::Public) => ("public", 0),
            Self::Face(Face::Partner(number)) => {
                ("partner", i64::try_from(number).map_err(|_| Refusal::Forbidden)?)
            }
            Self::Face(Face::Status) => ("status", 0),
            Self::Face(Face::Card(_)) => return Err(Refusal::Forbidden),
            Self::Card => ("card", 0),
            Self::Desk { centre } => ("desk", centre),
        };
        Ok(OtpScope { face, partner })
    }

    fn message(self, code: String) -> Message {
        match self {
            Self::Face(_) | Self::Card => Message::Otp { code },
            Self::Desk { .. } => Message::DeskCode { code },
        }
    }

    /// On whose budget a request goes. A desk speaks for many people, as a partner does.
    fn who(self, origin: Origin) -> (Asker, Origin) {
        match self {
            Self::Face(Face::Partner(number)) => (Asker::ThroughPartner, origin.through_partner(number)),
            Self::Desk { .. } => (Asker::ThroughPartner, origin),
            Self::Card | Self::Face(_) => (Asker::Directly, origin),
        }
    }
}

/// Six digits. Sixty-four random bits leave no bias that anybody could see in a million codes' lifetime.
fn random_code(sealer: &Sealer) -> String {
    format!("{:06}", u64::from_be_bytes(sealer.random()) % 1_000_000)
}

const _: () = assert!(OTP_SECONDS == 180, "the message says three minutes");
