//! The second proof on a number that fell silent: what stands on a person's paper, which no SIM card tells.

use pramaan_domain::id::HouseholdId;
use pramaan_domain::time::Timestamp;
use pramaan_keys::equal;

use super::number::asleep;
use super::standing::standing;
use super::{Standing, Subject};
use crate::StoreError;
use crate::appointment::code_mac;
use crate::claim::{self, Claim};
use crate::db::Tx;
use crate::household;
use crate::sealer::Sealer;

/// Wrong second proofs about one person, after which only a site brings the person back.
pub const PROOF_TRIES: u8 = 5;

/// What was shown besides the number.
#[derive(Clone, Copy)]
pub enum Paper<'a> {
    /// The four digits of any appointment of a person, judged here.
    Slip(Option<Subject>, &'a str),
    /// The card of a person, judged before; `None` for a wrong one.
    Card(Option<Subject>),
}

/// What a second proof came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofGuess {
    /// These are seen again: everybody who slept with the person, as far as there was room.
    Right(Vec<Subject>),
    /// Also for who does not sleep on this number, and after five wrong ones: nobody is told which.
    Wrong,
}

/// Judges a second proof, and counts wrong digits for good: commit it. A right one wakes all who fell asleep with that person, as long as there is room for them; the person first.
///
/// `household` is that of the number that was just proved, `former` the one that the number had before it fell silent.
pub async fn guess(
    tx: &mut Tx,
    sealer: &Sealer,
    (household, former): (HouseholdId, Option<HouseholdId>),
    paper: Paper<'_>,
    (room, now): (usize, Timestamp),
) -> Result<ProofGuess, StoreError> {
    let (Some(subject), Some(former)) = (paper.subject(), former) else {
        return Ok(ProofGuess::Wrong);
    };
    household::lock_row(tx, household).await?;
    if standing(tx, sealer, subject).await? != (Standing::Asleep { former }) {
        return Ok(ProofGuess::Wrong);
    }
    let is_right = match paper {
        Paper::Slip(_, code) => {
            count(tx, subject).await? && is_of_an_appointment(tx, sealer, subject, code).await?
        }
        // Its own tries were counted where it was judged.
        Paper::Card(_) => true,
    };
    if !is_right {
        return Ok(ProofGuess::Wrong);
    }
    let mut waking = asleep(tx, sealer, former).await?;
    waking.sort_by_key(|other| *other != subject);
    waking.truncate(room);
    for one in &waking {
        super::hold(tx, sealer, *one, household, now).await?;
    }
    Ok(ProofGuess::Right(waking))
}

impl Paper<'_> {
    fn subject(self) -> Option<Subject> {
        match self {
            Self::Slip(subject, _) | Self::Card(subject) => subject,
        }
    }
}

/// Counts a try unless there were five. Being held again forgets them.
async fn count(tx: &mut Tx, (household, person): Subject) -> Result<bool, StoreError> {
    let counted = tx
        .execute(
            "-- store::member::count_proof
             update departure set proof_tries = proof_tries + 1
             where household = $1 and person = $2 and proof_tries < $3",
            &[household.into(), person.into(), PROOF_TRIES.into()],
        )
        .await?;
    Ok(counted == 1)
}

async fn is_of_an_appointment(
    tx: &mut Tx,
    sealer: &Sealer,
    subject: Subject,
    code: &str,
) -> Result<bool, StoreError> {
    for claim in claim::of_people(tx, &[subject]).await? {
        let kept = code_of(tx, &claim).await?;
        let offered = code_mac(sealer, claim.appointment, claim.person, code);
        if kept.is_some_and(|kept| equal(&kept, &offered)) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn code_of(tx: &mut Tx, claim: &Claim) -> Result<Option<Vec<u8>>, StoreError> {
    let row = tx
        .query_opt(
            "-- store::member::code_of
             select code_mac from appointment where session = $1 and id = $2 and person = $3",
            &[
                claim.session.into(),
                claim.appointment.into(),
                claim.person.into(),
            ],
        )
        .await?;
    row.map(|row| Ok(row.blob(0)?.to_vec())).transpose()
}
