//! Registration at the desk.

use pramaan_domain::id::{HouseholdId, StaffId, TxnId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::encounter::{self, Counted};
use pramaan_store::idempotency::{self, RequestKey};
use pramaan_store::{StoreError, Tx, household, member, person, registration};

use crate::beneficiary::{HOUSEHOLD_SIZE, REGISTRATIONS_A_DAY, Registration, check_birth, check_notice};
use crate::message::Language;
use crate::otp::{Judge, OtpDigest};
use crate::registered_once::{answer, registered_before};
use crate::roster::require_shift;
use crate::{App, Refusal, Staff, StaffRole};

/// Registrations by one member of staff on one day: more than anybody does by hand.
const WALK_INS_A_DAY: u32 = 200;
/// Codes that one member of staff may have sent on one day.
const CODES_A_DAY: u32 = 100;
const OVER: Refusal = Refusal::OverBudget {
    retry_after_seconds: 3600,
};

/// The code that the person read out from their telephone.
#[derive(Debug, Clone)]
pub struct DeskMobile {
    pub txn: TxnId,
    pub otp: OtpDigest,
}

/// Somebody registered at a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkIn {
    pub reference_id: ReferenceId,
    pub mobile: Bound,
}

/// Whether the record can be reached by a mobile number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    ToMobile,
    /// To what is printed for the person, and to the document.
    ToPaper,
}

impl App {
    /// Sends a code to a number that a person at the desk says is theirs.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff, `OffRoster`, `OverBudget`; nothing depends on whether the number is known.
    pub async fn send_desk_code(
        &self,
        staff: &Staff,
        mobile: Mobile,
        language: Language,
    ) -> Result<TxnId, Refusal> {
        let desk = Desk::of(staff, self.now())?;
        let counted = self.0.db.write("app::walk_in::count_code", move |tx| {
            Box::pin(async move {
                desk.open(tx).await?;
                desk.count(tx, Counted::VisitCode, CODES_A_DAY).await
            })
        });
        counted.await?;
        self.request_desk_otp(staff.centre, (mobile, language)).await
    }

    /// Registers somebody who stands at the desk. The same typed again on that day by that centre is answered alike, and
    /// registers nobody twice.
    ///
    /// The answer is the same whether or not somebody registered the document before: as everywhere, the dose waits until
    /// that is settled with the document in hand.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff, `OffRoster`, `WrongOtp` or `OtpSpent` for the mobile's code, `HouseholdFull` when
    /// six are registered with that mobile, `OwnDocument` when this document is, `UnderAge`, `Invalid`, `OverBudget`.
    pub async fn register_walk_in(
        &self,
        staff: &Staff,
        typed: Registration,
        mobile: Option<DeskMobile>,
    ) -> Result<WalkIn, Refusal> {
        let now = self.now();
        let desk = Desk::of(staff, now)?;
        check_birth(typed.birth_year, typed.birth_date, now)?;
        check_notice(&typed.consent_version)?;
        let key = self.said(staff, &typed, mobile.as_ref());
        let bound = match mobile {
            Some(_) => Bound::ToMobile,
            None => Bound::ToPaper,
        };
        let reference_id = self.next_reference_id().await?;
        // Where they live is known only once the code was right.
        let new = self.new_person(
            HouseholdId::from_random(self.0.sealer.random()),
            reference_id,
            typed,
        );
        let (sealer, judge) = (self.0.sealer.clone(), self.otp_judge());
        let registered = self.0.db.write("app::walk_in::register", move |tx| {
            Box::pin(async move {
                desk.open(tx).await?;
                if let Some(before) = registered_before(tx, &sealer, Some(&key)).await? {
                    return Ok(Ok(before));
                }
                let home = match desk.home(tx, &judge, mobile).await? {
                    Ok(home) => home,
                    // A wrong guess stays counted. Of the same sent twice at once, one used the code and the other is
                    // told what that came to.
                    Err(refusal) => {
                        let before = registered_before(tx, &sealer, Some(&key)).await?;
                        return Ok(before.ok_or(refusal));
                    }
                };
                desk.count(tx, Counted::WalkIn, WALK_INS_A_DAY).await?;
                let new = person::NewPerson {
                    household: home,
                    ..new
                };
                if person::repeats_a_document(tx, &sealer, &new).await? {
                    // A try stays counted.
                    return Ok(Err(Refusal::OwnDocument));
                }
                person::insert(tx, &sealer, new, now).await?;
                idempotency::remember(tx, &sealer, &[(key, answer(reference_id))], now).await?;
                Ok::<_, Refusal>(Ok(reference_id))
            })
        });
        let reference_id = match registered.await {
            // The same was posted twice at once, and another node was faster.
            Err(Refusal::Unavailable(StoreError::UniqueViolation { .. })) => {
                self.registered_elsewhere(key).await?
            }
            registered => registered??,
        };
        Ok(WalkIn {
            reference_id,
            mobile: bound,
        })
    }

    /// What names the request: all that was typed.
    fn said(&self, staff: &Staff, typed: &Registration, mobile: Option<&DeskMobile>) -> RequestKey {
        let (txn, otp) = mobile.map_or((String::new(), ""), |mobile| {
            (mobile.txn.to_string(), mobile.otp.as_str())
        });
        let said = pramaan_keys::context(&[b"walk-in", &typed.said(), txn.as_bytes(), otp.as_bytes()]);
        RequestKey::of_desk(&self.0.sealer, (staff.centre, self.today()), &said)
    }
}

/// A member of staff at a centre's desk today.
#[derive(Clone, Copy)]
pub(crate) struct Desk {
    staff: StaffId,
    centre: i64,
    now: Timestamp,
}

impl Desk {
    pub(crate) fn of(staff: &Staff, now: Timestamp) -> Result<Self, Refusal> {
        match staff.role {
            StaffRole::DistrictAdmin => Err(Refusal::Forbidden),
            StaffRole::SiteManager | StaffRole::Vaccinator => Ok(Self {
                staff: staff.id,
                centre: staff.centre,
                now,
            }),
        }
    }

    pub(crate) async fn open(self, tx: &mut Tx) -> Result<(), Refusal> {
        require_shift(tx, self.staff, (self.centre, self.now.date())).await
    }

    pub(crate) fn now(self) -> Timestamp {
        self.now
    }

    /// The number whose owner reads out its code. Commit a refusal too.
    pub(crate) async fn prove(
        self,
        tx: &mut Tx,
        judge: &Judge,
        mobile: DeskMobile,
    ) -> Result<Result<Mobile, Refusal>, Refusal> {
        let guess = (mobile.txn, mobile.otp);
        judge.prove_at_desk(tx, self.centre, guess, self.now).await
    }

    pub(crate) async fn count(self, tx: &mut Tx, what: Counted, most: u32) -> Result<(), Refusal> {
        match encounter::count_today(tx, (self.staff, self.now.date()), what, most).await? {
            true => Ok(()),
            false => Err(OVER),
        }
    }

    /// The household of a number whose owner reads out its code, or a fresh one without a number.
    async fn home(
        self,
        tx: &mut Tx,
        judge: &Judge,
        mobile: Option<DeskMobile>,
    ) -> Result<Result<HouseholdId, Refusal>, Refusal> {
        let Some(mobile) = mobile else {
            return Ok(Ok(
                household::create_without_mobile(tx, &judge.sealer, self.now).await?
            ));
        };
        let number = match self.prove(tx, judge, mobile).await? {
            Ok(number) => number,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let proved = (judge.budgets.silence, self.now);
        let home = household::prove(tx, &judge.sealer, &number, proved).await?;
        if registration::count(tx, home, self.now).await? > REGISTRATIONS_A_DAY {
            return Err(OVER);
        }
        if member::of_household(tx, &judge.sealer, home).await?.len() >= HOUSEHOLD_SIZE {
            return Err(Refusal::HouseholdFull);
        }
        Ok(Ok(home))
    }
}
