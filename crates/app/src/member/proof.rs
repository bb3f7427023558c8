//! The second proof, after a number was silent for long: what stands on paper and on no SIM card.

use std::str::FromStr;

use pramaan_domain::access::Basis;
use pramaan_domain::card::CardCode;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::budget::{self, Charge};
use pramaan_store::card::{self, CardGuess, CardPlace};
use pramaan_store::member::{self, Paper, ProofGuess, Subject};
use pramaan_store::{StoreError, Tx, certificate, household, known_device, person};

use super::Word;
use crate::beneficiary::HOUSEHOLD_SIZE;
use crate::encounter::SlipCode;
use crate::principal::Citizen;
use crate::{App, Refusal};

/// Second proofs that may be tried on one number in a day, right ones included.
const PROOFS_A_DAY: i64 = 10;
const DAY_SECONDS: i64 = 86_400;

/// The fourteen digits of a reference id or of a certificate: both look alike on paper, so both are looked for.
#[derive(Clone, PartialEq, Eq)]
pub struct PaperNumber(String);

impl FromStr for PaperNumber {
    type Err = Refusal;

    /// Blanks between the digits are as on paper.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let digits: String = text.split_whitespace().collect();
        match digits.len() == 14 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            true => Ok(Self(digits)),
            false => Err(Refusal::Invalid {
                field: "paper",
                sentence: "reference ids and the numbers of certificates have fourteen digits".to_owned(),
            }),
        }
    }
}

impl std::fmt::Debug for PaperNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PaperNumber(redacted)")
    }
}

/// What is shown besides the one-time password. A visit at a site with the document needs none: see
/// [`App::change_phone`].
pub enum SecondProof {
    /// The reference id or a certificate's number, and the four digits of the slip of any appointment of that person that was
    /// not cancelled.
    Slip { paper: PaperNumber, code: SlipCode },
    /// The printed card of anybody who was on this number.
    Card {
        reference_id: ReferenceId,
        code: CardCode,
    },
}

impl App {
    /// Brings back whom this number showed before it fell silent. Whether there is anybody, whether the paper names somebody and
    /// whether the digits were wrong is one answer.
    ///
    /// # Errors
    /// `WrongProof`, counted for good: after five wrong slips of one person only the card or a site helps, after five wrong
    /// codes of a card on one day only another day. `OverBudget` after ten proofs on a day.
    /// `HouseholdFull` for a right one when six others are seen by this number already.
    /// `Unauthenticated` for a login that opens no account; `Unavailable` when the log cannot be written.
    pub async fn second_proof(
        &self,
        citizen: &Citizen,
        proof: SecondProof,
        request: &'static str,
    ) -> Result<(), Refusal> {
        citizen.require_account()?;
        let word = Word {
            actor: citizen.actor(),
            basis: Basis::PersonOtp,
            request,
            reason: None,
        };
        let (app, citizen) = (self.clone(), citizen.clone());
        let judged = self.0.db.write("app::member::second_proof", move |tx| {
            Box::pin(async move {
                app.count_proof(tx, &citizen).await?;
                let woken = match &proof {
                    SecondProof::Slip { paper, code } => {
                        let named = app.named(tx, paper).await?;
                        app.wake(tx, &citizen, Paper::Slip(named, code.as_str())).await?
                    }
                    SecondProof::Card { reference_id, code } => {
                        let holder = app.holder_of_card(tx, (*reference_id, code)).await?;
                        app.wake(tx, &citizen, Paper::Card(holder)).await?
                    }
                };
                match woken {
                    None => Ok(Err(Refusal::WrongProof)),
                    Some(woken) if woken.is_empty() => Err(Refusal::HouseholdFull),
                    Some(woken) => {
                        let (log, now) = (&app.0.log, app.now());
                        let entries = app.contact_changed(&word, &woken);
                        let changes = log.contact_changes(entries, now);
                        Ok::<_, Refusal>(Ok(changes.append(tx, &app.0.sealer).await?))
                    }
                }
            })
        });
        self.note(judged.await??);
        Ok(())
    }

    /// By the number, not by its household: deleting oneself and registering again gives no new tries.
    async fn count_proof(&self, tx: &mut Tx, citizen: &Citizen) -> Result<(), Refusal> {
        let home = citizen.household;
        let number = household::indexes_of(tx, &self.0.sealer, home).await?.pop();
        let charge = Charge {
            kind: "second_proof",
            subject: number.unwrap_or_else(|| home.as_bytes().to_vec()),
            window_seconds: DAY_SECONDS,
        };
        let counts = budget::spend(tx, &[charge], self.now()).await?;
        match counts.values().all(|count| *count <= PROOFS_A_DAY) {
            true => Ok(()),
            false => Err(Refusal::OverBudget {
                retry_after_seconds: 3600,
            }),
        }
    }

    async fn named(
        &self,
        tx: &mut Tx,
        PaperNumber(digits): &PaperNumber,
    ) -> Result<Option<Subject>, StoreError> {
        let sealer = &self.0.sealer;
        let ids: Vec<ReferenceId> = ReferenceId::parse(digits).into_iter().collect();
        let by_reference = person::by_reference_ids(tx, sealer, &ids).await?;
        let by_certificate = certificate::of_number(tx, sealer, digits).await?;
        Ok(by_reference.into_iter().flatten().next().or(by_certificate))
    }

    /// Whose card it is. A wrong code is counted, as where somebody logs in by card: that closes no card at a site.
    async fn holder_of_card(
        &self,
        tx: &mut Tx,
        shown: (ReferenceId, &CardCode),
    ) -> Result<Option<Subject>, StoreError> {
        let place = (CardPlace::Page, self.today());
        Ok(match card::guess(tx, &self.0.sealer, shown, place).await? {
            CardGuess::Right(card) => Some((card.household, card.person)),
            CardGuess::Wrong | CardGuess::Spent => None,
        })
    }

    async fn wake(
        &self,
        tx: &mut Tx,
        citizen: &Citizen,
        paper: Paper<'_>,
    ) -> Result<Option<Vec<Subject>>, StoreError> {
        let (sealer, home, now) = (&self.0.sealer, citizen.household, self.now());
        let former = household::former_of(tx, sealer, home).await?;
        let members = member::of_household(tx, sealer, home).await?;
        let room = HOUSEHOLD_SIZE.saturating_sub(members.len());
        match member::guess(tx, sealer, (home, former), paper, (room, now)).await? {
            ProofGuess::Wrong => Ok(None),
            ProofGuess::Right(woken) => {
                for ix in household::indexes_of(tx, sealer, home).await? {
                    known_device::unconfirm_others(tx, &ix, citizen.login).await?;
                }
                Ok(Some(woken))
            }
        }
    }
}
