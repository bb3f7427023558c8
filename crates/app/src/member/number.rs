//! Numbers that belong to somebody else now: reported by who has them, at a desk, or in a list of the operator's.

use pramaan_domain::access::Basis;
use pramaan_domain::mobile::Mobile;
use pramaan_store::encounter::Counted;
use pramaan_store::household;
use pramaan_store::member::{self, Recycled};
use pramaan_store::outside::KeptHead;
use pramaan_store::{StoreError, Tx};

use super::Word;
use crate::principal::Citizen;
use crate::walk_in::{Desk, DeskMobile};
use crate::{App, Refusal, Staff};

/// Reports by one member of staff on one day.
const REPORTS_A_DAY: u32 = 60;

/// What a list of the operator's came to: how many lines were read. Whom they reached is in the log, and in no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reported {
    pub numbers: usize,
}

impl App {
    /// Takes this login's number from everybody whom it showed, on the word of its new owner. The login ends with it: who comes
    /// again begins anew. Nobody is opened, nobody is told, and the answer is the same whether there was anybody. On the lists of
    /// those who were taken off it stands as another's word: they did nothing.
    ///
    /// Whoever was taken from a number by a false report is found at any site by the document, and given a phone there.
    ///
    /// # Errors
    /// `Unauthenticated` for a login that opens no account; `Unavailable` when the log cannot be written.
    pub async fn report_own_number(&self, citizen: &Citizen, request: &'static str) -> Result<(), Refusal> {
        citizen.require_account()?;
        let word = Word {
            actor: citizen.actor(),
            basis: Basis::AnothersWord,
            request,
            reason: None,
        };
        let (app, household) = (self.clone(), citizen.household);
        let reported = self.0.db.write("app::member::report_own", move |tx| {
            Box::pin(async move {
                let mut head = None;
                for ix in household::indexes_of(tx, &app.0.sealer, household).await? {
                    head = app.recycle(tx, &ix, &word).await?;
                }
                Ok::<_, Refusal>(head)
            })
        });
        self.note(reported.await?);
        Ok(())
    }

    /// The same at a desk, for somebody who read out the number's code.
    ///
    /// # Errors
    /// `Forbidden` for a district's staff, `OffRoster`, `WrongOtp`, counted, `OtpSpent`, `OverBudget`, `Unavailable`.
    pub async fn report_number_at_desk(
        &self,
        staff: &Staff,
        mobile: DeskMobile,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let desk = Desk::of(staff, self.now())?;
        let word = Word {
            actor: staff.actor(),
            basis: Basis::AnothersWord,
            request,
            reason: None,
        };
        let (app, judge) = (self.clone(), self.otp_judge());
        let reported = self.0.db.write("app::member::report_at_desk", move |tx| {
            Box::pin(async move {
                desk.open(tx).await?;
                let number = match desk.prove(tx, &judge, mobile).await? {
                    Ok(number) => number,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                desk.count(tx, Counted::NumberReport, REPORTS_A_DAY).await?;
                let ix = household::index_of(tx, &app.0.sealer, &number).await?;
                Ok::<_, Refusal>(Ok(app.recycle(tx, &ix, &word).await?))
            })
        });
        self.note(reported.await??);
        Ok(())
    }

    /// The same for a list that the operator was given, such as an operator's of telephones: no code is asked for.
    ///
    /// # Errors
    /// `Unavailable`; what was done before stays done, and the list can be given again.
    pub async fn report_numbers(&self, numbers: &[Mobile]) -> Result<Reported, Refusal> {
        for number in numbers {
            let (app, number) = (self.clone(), number.clone());
            let reported = self.0.db.write("app::member::report_listed", move |tx| {
                Box::pin(async move {
                    let ix = household::index_of(tx, &app.0.sealer, &number).await?;
                    let word = Word::of_operator("number: the operator's list says it is somebody else's");
                    app.recycle(tx, &ix, &word).await
                })
            });
            self.note(reported.await?);
        }
        Ok(Reported {
            numbers: numbers.len(),
        })
    }

    async fn recycle(
        &self,
        tx: &mut Tx,
        mobile_ix: &[u8],
        word: &Word,
    ) -> Result<Option<KeptHead>, StoreError> {
        let (sealer, now) = (&self.0.sealer, self.now());
        let detached = match member::recycle(tx, sealer, mobile_ix, now).await? {
            Recycled::Detached(people) => people,
            Recycled::Unknown => Vec::new(),
        };
        let entries = self.contact_changed(word, &detached);
        self.0.log.contact_changes(entries, now).append(tx, sealer).await
    }

    pub(super) fn note(&self, head: Option<KeptHead>) {
        if let Some(head) = head {
            self.0.log.committed(head);
        }
    }
}
