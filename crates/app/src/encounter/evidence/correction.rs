//! Evidence for opening a record to correct it: the same ways, judged alike and counted against the same days, but the dose
//! was given already, maybe on another day, and somebody without a place is found by document and reference id.

use pramaan_domain::access::Basis;
use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::staff::Reason;
use pramaan_store::encounter::{self, CodeGuess, Counted, EncounterKey, VisitGuess};
use pramaan_store::roster::{self, Expected, Place};
use pramaan_store::{Sealer, Tx, person};

use super::{
    Evidence, Judge, OVER, SlipCode, UNEXPECTED_A_DAY, UNMATCHED_DOCUMENTS_A_DAY, WRONG_SLIPS_A_DAY, holders,
};
use crate::{App, Refusal, Staff};

/// Who was proven to be there, or is opened without proof.
pub(crate) struct Grounds {
    pub(crate) subject: (HouseholdId, PersonId),
    pub(crate) basis: Basis,
    /// Why there is no evidence.
    pub(crate) reason: Option<Reason>,
}

impl App {
    /// Judges evidence for a correction; counts what was wrong.
    pub(crate) async fn prove_for_correction(
        &self,
        staff: &Staff,
        evidence: Evidence,
    ) -> Result<Grounds, Refusal> {
        let (judge, sealer) = (self.judge(staff), self.0.sealer.clone());
        let judged = self.0.db.write("app::correction::prove", move |tx| {
            Box::pin(async move {
                match judge.judge_for_correction(tx, &sealer, evidence).await {
                    Err(Refusal::Unavailable(error)) => Err(Refusal::Unavailable(error)),
                    judged => Ok(judged),
                }
            })
        });
        judged.await?
    }

    /// The evidence of the encounter in which this member of staff recorded the dose of a place today.
    ///
    /// # Errors
    /// `OffRoster`; `NoEncounter` when somebody else recorded it, or on another day.
    pub(crate) async fn prove_by_own_encounter(
        &self,
        staff: &Staff,
        place: Place,
    ) -> Result<Grounds, Refusal> {
        let (judge, sealer) = (self.judge(staff), self.0.sealer.clone());
        let found = self.0.db.read("app::correction::own_encounter", move |tx| {
            Box::pin(async move {
                judge.check_at_work(tx).await?;
                let expected = roster::at_place(tx, judge.here, place).await?;
                let expected = expected.ok_or(Refusal::UnknownAppointment)?;
                let key = judge.own_encounter(tx, &expected).await?;
                let key = key.ok_or(Refusal::NoEncounter)?;
                let found = encounter::find(tx, &sealer, key, judge.staff).await?;
                let found = found.filter(|found| found.recorded.is_some());
                let encounter = found.ok_or(Refusal::NoEncounter)?;
                Ok::<_, Refusal>(Grounds {
                    subject: (encounter.household, encounter.person),
                    basis: encounter.basis,
                    reason: encounter.reason,
                })
            })
        });
        found.await
    }
}

impl Judge {
    /// The one of today in which this member of staff recorded the dose of a place.
    async fn own_encounter(self, tx: &mut Tx, expected: &Expected) -> Result<Option<EncounterKey>, Refusal> {
        let since = self.now.plus_seconds(-86_400);
        let with = (expected.place.session, expected.person);
        let recorded = encounter::recorded_with(tx, with, self.staff, since).await?;
        let today = recorded.filter(|(_, opened_at)| opened_at.date() == self.here.1);
        Ok(today.map(|(key, _)| key))
    }

    async fn judge_for_correction(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        evidence: Evidence,
    ) -> Result<Grounds, Refusal> {
        self.check_at_work(tx).await?;
        let mut grounds = Grounds {
            subject: (HouseholdId::from_bytes([0; 16]), PersonId::from_bytes([0; 16])),
            basis: Basis::SiteEvidence,
            reason: None,
        };
        let expected = match evidence {
            Evidence::Code { place, code } => {
                let expected = self.anybody_at(tx, place).await?;
                self.by_code(tx, sealer, expected, &code).await?
            }
            Evidence::Slip { reference_id, code } => {
                let named = person::by_reference_ids(tx, sealer, &[reference_id]).await?;
                let named = named.into_iter().flatten().next();
                self.by_any_slip(tx, sealer, named, &code).await?
            }
            Evidence::Mobile { place, txn, code } => {
                let expected = self.anybody_at(tx, place).await?;
                let guess = (&expected, self.staff, txn);
                match encounter::guess_visit_code(tx, sealer, guess, code.trim(), self.now).await? {
                    VisitGuess::Right => expected,
                    VisitGuess::Wrong | VisitGuess::Spent => return Err(Refusal::WrongVisitCode),
                }
            }
            Evidence::Document { kind, number } => {
                self.check_unmatched(tx).await?;
                let holders = holders(tx, sealer, (kind, &number), None).await?;
                let persons: Vec<_> = holders.into_iter().map(|(_, person)| person).collect();
                self.only_one_here(tx, &persons).await?
            }
            Evidence::DocumentOf {
                reference_id,
                kind,
                number,
            } => {
                self.check_unmatched(tx).await?;
                let named = holders(tx, sealer, (kind, &number), Some(reference_id)).await?;
                grounds.subject = match named.first() {
                    Some(subject) => *subject,
                    None => return self.unmatched(tx).await,
                };
                self.count(tx, Counted::Unexpected, UNEXPECTED_A_DAY).await?;
                return Ok(grounds);
            }
            Evidence::Card { reference_id, code } => {
                let card = self.card(tx, sealer, (reference_id, &code)).await?;
                grounds.subject = (card.household, card.person);
                // The entry names the card, so that its holder sees each use.
                grounds.reason = Reason::parse(&crate::card::named(card.number)).ok();
                self.count(tx, Counted::Unexpected, UNEXPECTED_A_DAY).await?;
                return Ok(grounds);
            }
            Evidence::None { place, reason } => {
                let expected = self.anybody_at(tx, place).await?;
                grounds.basis = Basis::NoEvidenceWithReason;
                grounds.reason = Some(reason);
                self.without_evidence(tx, expected).await?
            }
        };
        self.count_unless_of_today(tx, &expected).await?;
        grounds.subject = (expected.household, expected.person);
        Ok(grounds)
    }

    /// Right ones too, of other days: the list of today bounds its own.
    async fn count_unless_of_today(self, tx: &mut Tx, expected: &Expected) -> Result<(), Refusal> {
        match roster::at_place(tx, self.here, expected.place).await? {
            Some(_) => Ok(()),
            None => self.count(tx, Counted::Unexpected, UNEXPECTED_A_DAY).await,
        }
    }

    async fn anybody_at(self, tx: &mut Tx, place: Place) -> Result<Expected, Refusal> {
        let found = roster::at_place_of_any_day(tx, self.here.0, place).await?;
        found.ok_or(Refusal::UnknownAppointment)
    }

    /// Whom a slip names, by the code of a place here where a dose was given. Everything else is answered alike, and counted.
    async fn by_any_slip(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        named: Option<(HouseholdId, PersonId)>,
        code: &SlipCode,
    ) -> Result<Expected, Refusal> {
        let today = (self.staff, self.here.1);
        let wrong = encounter::counted_today(tx, today, Counted::WrongSlip).await?;
        if wrong >= i64::from(WRONG_SLIPS_A_DAY) {
            return Err(OVER);
        }
        if let Some((_, person)) = named {
            for expected in roster::vaccinated_at(tx, self.here.0, person).await? {
                if encounter::guess_code(tx, sealer, &expected, &code.0).await? == CodeGuess::Right {
                    return Ok(expected);
                }
            }
        }
        encounter::count_today(tx, today, Counted::WrongSlip, WRONG_SLIPS_A_DAY).await?;
        Err(Refusal::NoMatch)
    }

    /// The one of these persons who has a place here today, whatever became of it.
    async fn only_one_here(self, tx: &mut Tx, persons: &[PersonId]) -> Result<Expected, Refusal> {
        let mut places = Vec::new();
        for person in persons {
            places.extend(roster::of_person(tx, self.here, *person).await?);
        }
        match places.as_slice() {
            [] => self.unmatched(tx).await,
            [only, others @ ..] if others.iter().all(|other| other.person == only.person) => Ok(only.clone()),
            _ => Err(Refusal::Invalid {
                field: "document_number",
                sentence:
                    "two visitors of today are registered with this document: give the reference id too"
                        .to_owned(),
            }),
        }
    }

    async fn unmatched<T>(self, tx: &mut Tx) -> Result<T, Refusal> {
        self.count(tx, Counted::UnmatchedDocument, UNMATCHED_DOCUMENTS_A_DAY)
            .await?;
        Err(Refusal::NoMatch)
    }
}
