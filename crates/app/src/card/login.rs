//! Logging in by card on any telephone: reference id and code, and a one-time password to the number that is typed.
//!
//! Nothing says whether there is such a card until the password was right, and then a wrong code, a card that ended, a person
//! without one and a reference id of nobody are one answer and the same work. The telephone is not bound to anybody, and not
//! remembered.

use pramaan_domain::card::CardCode;
use pramaan_domain::id::{LoginId, TxnId};
use pramaan_domain::mobile::Mobile;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::card::{self, CardGuess, CardPlace};

use crate::message::Language;
use crate::origin::Origin;
use crate::otp::OtpDigest;
use crate::principal::{Citizen, Face};
use crate::token::issue_first;
use crate::{App, Refusal};

/// A one-time password, and the card with it.
#[derive(Debug)]
pub struct CardConfirmation {
    pub txn: TxnId,
    pub otp: OtpDigest,
    pub reference_id: ReferenceId,
    pub code: CardCode,
    pub origin: Origin,
}

/// A login that sees one person only, for a quarter of an hour.
#[derive(Debug)]
pub struct CardLogin {
    pub citizen: Citizen,
    pub token: String,
}

impl App {
    /// Sends a one-time password to a telephone that somebody with a card has at hand. The card is not asked for here.
    ///
    /// # Errors
    /// `OverBudget`, as for every other login.
    pub async fn request_card_otp(
        &self,
        (mobile, language): (Mobile, Language),
        origin: Origin,
    ) -> Result<TxnId, Refusal> {
        self.send_card_otp((mobile, language), origin).await
    }

    /// Judges password and card.
    ///
    /// # Errors
    /// `WrongOtp`, `OtpSpent`, `OverBudget` as for every other login; `WrongCard` once the password was right, which uses it up.
    pub async fn confirm_card_otp(&self, typed: CardConfirmation) -> Result<CardLogin, Refusal> {
        let (judge, now) = (self.otp_judge(), self.now());
        let judged = self.0.db.write("app::card::confirm", move |tx| {
            Box::pin(async move {
                let guess = (typed.txn, typed.otp, typed.origin);
                // A refusal is an answer here, not an error: an error would roll its count back.
                if let Err(refusal) = judge.prove_any_phone(tx, guess, now).await? {
                    return Ok(Err(refusal));
                }
                let shown = (typed.reference_id, &typed.code);
                let guess = card::guess(tx, &judge.sealer, shown, (CardPlace::Page, now.date())).await?;
                Ok::<_, Refusal>(match guess {
                    CardGuess::Right(card) => Ok(card),
                    CardGuess::Wrong | CardGuess::Spent => Err(Refusal::WrongCard),
                })
            })
        });
        let card = judged.await??;
        let citizen = Citizen {
            household: card.household,
            login: LoginId::from_random(self.0.sealer.random()),
            visit: LoginId::from_random(self.0.sealer.random()),
            face: Face::Card(card.number),
            named: Some(card.person),
            since: now.seconds(),
        };
        let token = issue_first(&self.0.sealer, &citizen, None, now);
        Ok(CardLogin { citizen, token })
    }
}
