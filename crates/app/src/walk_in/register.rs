//! Registration at the desk.

use pramaan_domain::guardian::Guardian;
use pramaan_domain::id::{HouseholdId, PersonId, StaffId, TxnId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::time::Timestamp;
use pramaan_store::desk_registration::{self, NewDeskRegistration, WithoutDocument};
use pramaan_store::encounter::{self, Counted};
use pramaan_store::idempotency::{self, RequestKey};
use pramaan_store::member::{self, Subject};
use pramaan_store::{Sealer, StoreError, Tx, facilitator, household, person, registration, staff_mobile};

use super::newcomer::{Arrival, Company};
use crate::beneficiary::{HOUSEHOLD_SIZE, REGISTRATIONS_A_DAY, Registration, check_birth, check_notice};
use crate::card::{PrintedCard, print};
use crate::message::Language;
use crate::otp::{Judge, OtpDigest};
use crate::registered_once::{answer, registered_before};
use crate::roster::require_shift;
use crate::{App, Refusal, Staff, StaffRole};

/// Registrations by one member of staff on one day: more than anybody does by hand.
const WALK_INS_A_DAY: u32 = 200;
/// For how long the same typed again is answered with a card.
const ANSWER_SECONDS: i64 = 3600;
/// Codes that one member of staff may have sent on one day.
const CODES_A_DAY: u32 = 100;
pub(super) const OVER: Refusal = Refusal::OverBudget {
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
    /// For who has no mobile. None for the same typed again more than an hour later, or after a dose.
    pub card: Option<PrintedCard>,
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
    /// registers nobody twice; without a document, the same form sent again.
    ///
    /// The answer is the same whether or not somebody registered the document before: as everywhere, the dose waits until
    /// that is settled with the document in hand. For who is not 18 it is said who came with them, or why nobody did.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff, `OffRoster`, `WrongOtp` or `OtpSpent` for the mobile's code, `MobileNotHere` for
    /// the number of a member of staff and for one with which six are registered: which of the two is not told; `OwnDocument` when this document is, `UnderAge`, `Invalid`
    /// (of `guardian_name` for a minor of whose company nothing was said), `OverBudget`.
    pub async fn register_walk_in(
        &self,
        staff: &Staff,
        typed: impl Into<Arrival>,
        mobile: Option<DeskMobile>,
    ) -> Result<WalkIn, Refusal> {
        self.register_at_desk(staff, typed.into(), (mobile, Asked::AtDesk))
            .await
    }

    /// The same for a facility's own program, which prints no cards: whoever has no mobile can have one made at the desk. It has
    /// no field for a guardian: the open record of a minor says that nobody is named, and asks.
    ///
    /// # Errors
    /// As [`register_walk_in`](Self::register_walk_in).
    pub async fn register_walk_in_without_card(
        &self,
        staff: &Staff,
        typed: Registration,
        mobile: Option<DeskMobile>,
    ) -> Result<WalkIn, Refusal> {
        self.register_at_desk(staff, typed.into(), (mobile, Asked::ByProgram))
            .await
    }

    async fn register_at_desk(
        &self,
        staff: &Staff,
        typed: Arrival,
        (mobile, asked): (Option<DeskMobile>, Asked),
    ) -> Result<WalkIn, Refusal> {
        let now = self.now();
        let desk = Desk::of(staff, now)?;
        let (birth_year, birth_date) = typed.newcomer.birth();
        check_birth(birth_year, birth_date, now)?;
        check_notice(typed.newcomer.consent_version())?;
        let typed = match asked {
            Asked::AtDesk => typed.judged(now.date())?,
            Asked::ByProgram => typed,
        };
        let key = self.said(staff, &typed, mobile.as_ref());
        let bound = match mobile {
            Some(_) => Bound::ToMobile,
            None => Bound::ToPaper,
        };
        let paper = match (bound, asked) {
            (Bound::ToPaper, Asked::AtDesk) => Paper::Card,
            (Bound::ToMobile, _) | (_, Asked::ByProgram) => Paper::None,
        };
        let reference_id = self.next_reference_id().await?;
        // Where they live is known only once the code was right.
        let company = typed.company;
        let (new, without) = self.newcomer(
            HouseholdId::from_random(self.0.sealer.random()),
            reference_id,
            typed.newcomer,
        );
        let (sealer, judge, by) = (self.0.sealer.clone(), self.otp_judge(), staff.clone());
        let registered = self.0.db.write("app::walk_in::register", move |tx| {
            Box::pin(async move {
                desk.open(tx).await?;
                if let Some(before) = registered_before(tx, &sealer, Some(&key)).await? {
                    return Ok(Ok((before, desk.card_again(tx, &sealer, (before, paper)).await?)));
                }
                let home = match desk.home(tx, &judge, mobile).await? {
                    Ok(home) => home,
                    // A wrong guess stays counted. Of the same sent twice at once, one used the code and the other is
                    // told what that came to.
                    Err(refusal) => {
                        let before = registered_before(tx, &sealer, Some(&key)).await?;
                        return Ok(before.map(|before| (before, None)).ok_or(refusal));
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
                let subject = (new.household, new.id);
                person::insert(tx, &sealer, new, now).await?;
                desk.write_down(tx, &sealer, &by, (subject, without.as_ref(), &company))
                    .await?;
                let card = match paper {
                    Paper::None => None,
                    Paper::Card => Some(print(tx, &sealer, (subject, reference_id), now).await?),
                };
                idempotency::remember(tx, &sealer, &[(key, answer(reference_id))], now).await?;
                Ok::<_, Refusal>(Ok((reference_id, card)))
            })
        });
        let (reference_id, card) = match registered.await {
            // The same was posted twice at once, and another node was faster.
            Err(Refusal::Unavailable(StoreError::UniqueViolation { .. })) => {
                (self.registered_elsewhere(key).await?, None)
            }
            registered => registered??,
        };
        Ok(WalkIn {
            reference_id,
            mobile: bound,
            card,
        })
    }

    /// What names the request: all that was typed.
    fn said(&self, staff: &Staff, typed: &Arrival, mobile: Option<&DeskMobile>) -> RequestKey {
        let (txn, otp) = mobile.map_or((String::new(), ""), |mobile| {
            (mobile.txn.to_string(), mobile.otp.as_str())
        });
        let said = pramaan_keys::context(&[b"walk-in", &typed.said(), txn.as_bytes(), otp.as_bytes()]);
        RequestKey::of_desk(&self.0.sealer, (staff.centre, self.today()), &said)
    }
}

/// Who asks what is typed, and what the answer can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Our pages.
    AtDesk,
    /// A facility's own program.
    ByProgram,
}

/// What a person without a mobile is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Paper {
    Card,
    None,
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

    /// Who registered the person, and for somebody without a document why and through whom; of a minor, who came with them.
    async fn write_down(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        by: &Staff,
        (subject, without, company): ((HouseholdId, PersonId), Option<&WithoutDocument>, &Company),
    ) -> Result<(), Refusal> {
        let alone = match company {
            Company::Unsaid => None,
            Company::Alone(why) => Some(why),
            Company::Guardian(name) => {
                let guardian = Guardian::Named(name.clone());
                person::put_guardian(tx, sealer, subject, &guardian, self.now).await?;
                None
            }
        };
        let new = NewDeskRegistration {
            subject,
            centre: self.centre,
            staff: by.code(),
            without,
            alone,
        };
        desk_registration::insert(tx, sealer, new, self.now).await?;
        if let Some(without) = without {
            let (kind, number) = &without.facilitator.document;
            let place = (by.district, self.centre);
            facilitator::count(tx, sealer, place, (*kind, number), self.now).await?;
        }
        Ok(())
    }

    /// A card for the same that is typed again, whose first answer may have been lost on the way: its code is nowhere. Not
    /// after an hour, nor after a dose: then it is somebody's card, and they show it or their document.
    async fn card_again(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        (id, paper): (ReferenceId, Paper),
    ) -> Result<Option<PrintedCard>, Refusal> {
        let named = person::by_reference_ids(tx, sealer, &[id]).await?;
        let (Paper::Card, Some(subject)) = (paper, named.into_iter().flatten().next()) else {
            return Ok(None);
        };
        person::lock(tx, subject).await?;
        let at = desk_registration::find(tx, sealer, subject).await?;
        let since = self.now.plus_seconds(-ANSWER_SECONDS);
        let fresh = at.is_some_and(|at| at.registered_at >= since && at.centre == self.centre);
        if !fresh || registration::has_dose(tx, subject).await? {
            return Ok(None);
        }
        Ok(Some(print(tx, sealer, (subject, id), self.now).await?))
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
        let home = home_of(tx, judge, &number, (None, self.now)).await?;
        if registration::count(tx, home.household, self.now).await? > REGISTRATIONS_A_DAY {
            return Err(OVER);
        }
        if home.room == Room::None {
            return Err(Refusal::MobileNotHere);
        }
        Ok(Ok(home.household))
    }
}

/// The household of a number that was proved at a desk.
pub(crate) struct Home {
    pub(crate) household: HouseholdId,
    pub(crate) room: Room,
}

/// Whether somebody may come to a number at a desk. It is not told why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Room {
    Some,
    /// It is a member of staff's own, or shows six others.
    None,
}

/// Finds or makes the household of a number whose owner read out its code. Somebody who is there already, `who`, has room.
pub(crate) async fn home_of(
    tx: &mut Tx,
    judge: &Judge,
    number: &Mobile,
    (who, now): (Option<Subject>, Timestamp),
) -> Result<Home, Refusal> {
    let of_staff = staff_mobile::is_of_staff(tx, &judge.sealer, number).await?;
    let household = household::prove(tx, &judge.sealer, number, (judge.budgets.silence, now)).await?;
    let members = member::of_household(tx, &judge.sealer, household).await?;
    let is_there = members
        .iter()
        .any(|member| Some((member.household, member.person)) == who);
    let room = match of_staff || (!is_there && members.len() >= HOUSEHOLD_SIZE) {
        true => Room::None,
        false => Room::Some,
    };
    Ok(Home { household, room })
}
