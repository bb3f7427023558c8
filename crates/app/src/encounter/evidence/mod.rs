//! What proves that a person is at the site, and how each is judged.
//!
//! A wrong answer is counted in the transaction that finds it wrong, so a refusal here is an answer, not an error: an error
//! would roll the count back.

mod correction;

use std::str::FromStr;

use pramaan_domain::access::Basis;
use pramaan_domain::card::CardCode;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::id::{HouseholdId, PersonId, StaffId, TxnId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::{Reason, StaffRole};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_store::appointment::AppointmentState;
use pramaan_store::card::{self, CardGuess, CardPlace, ShownCard};
use pramaan_store::encounter::{self, CodeGuess, Counted, VisitGuess};
use pramaan_store::held_dose::{self, HeldKey};
use pramaan_store::roster::{self, Expected, Place};
use pramaan_store::{Sealer, Tx, person};

use super::{Proven, expected_at};
use crate::card::PrintedCard;
use crate::roster::require_shift;
use crate::{App, Refusal, Staff};

pub(crate) use correction::Grounds;

/// Openings without evidence, for one member of staff on one day.
pub const WITHOUT_EVIDENCE_A_DAY: u32 = 5;
/// Documents typed on one day that nobody expected here is registered with: slips of the finger, not searches.
pub(crate) const UNMATCHED_DOCUMENTS_A_DAY: u32 = 20;
/// Slips shown on one day that fit nobody expected here, or whose code is wrong: smudged ones, not guesses.
pub const WRONG_SLIPS_A_DAY: u32 = 30;
/// Cards shown on one day whose code is wrong.
const WRONG_CARDS_A_DAY: u32 = 30;
/// Codes typed on one day that are not those of the places they were typed for, all places together.
pub const WRONG_CODES_A_DAY: u32 = 60;
/// People without a place that day whom one member of staff has opened on evidence, to correct a dose, to report an event
/// or as the other record of somebody who is there.
pub const UNEXPECTED_A_DAY: u32 = 60;
/// Right cards that one member of staff looks at on one day outside the queue: for a seat, another card, a document, a print.
/// As many right documents, for anything but a seat.
const SERVICES_A_DAY: u32 = 400;
/// People without an appointment whom one member of staff seats on one day.
const WALK_IN_SEATS_A_DAY: u32 = 200;
pub(super) const OVER: Refusal = Refusal::OverBudget {
    retry_after_seconds: 3600,
};

/// What a desk does for somebody who shows a document. Counted apart: who prints for many still has their seats to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeskService {
    Seat,
    /// Another card, its end, a certificate or a list to print.
    Paper,
}

/// Four digits. `Debug` shows nothing of them.
#[derive(Clone, PartialEq, Eq)]
pub struct SlipCode(String);

impl FromStr for SlipCode {
    type Err = Refusal;
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::Invalid {
                field: "code",
                sentence: "the code on the slip has four digits".to_owned(),
            })
        }
    }
}

impl SlipCode {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// As it was typed, to be shown back to who typed it.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SlipCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SlipCode(redacted)")
    }
}

/// What the person showed.
pub enum Evidence {
    /// The four digits of the appointment at this place.
    Code { place: Place, code: SlipCode },
    /// The slip: its QR code holds the reference id and the four digits.
    Slip {
        reference_id: ReferenceId,
        code: SlipCode,
    },
    /// The code sent to the household's mobile a moment ago, read out by the person.
    Mobile { place: Place, txn: TxnId, code: String },
    /// The whole number of the document in hand, compared with those of today's visitors only.
    Document {
        kind: DocumentType,
        number: DocumentNumber,
    },
    /// The same of the person whom a reference id names, where two registered one document.
    DocumentOf {
        reference_id: ReferenceId,
        kind: DocumentType,
        number: DocumentNumber,
    },
    /// The printed card of somebody who is expected here today.
    Card {
        reference_id: ReferenceId,
        code: CardCode,
    },
    /// None: a reason, which the person is told of.
    None { place: Place, reason: Reason },
}

impl Evidence {
    /// The text of the QR code of a slip, or of a printed card.
    ///
    /// # Errors
    /// `Invalid` with the field `slip`.
    pub fn from_slip(text: &str) -> Result<Self, Refusal> {
        let invalid = || Refusal::Invalid {
            field: "slip",
            sentence: "this is not the code of an appointment slip".to_owned(),
        };
        if let Some(PrintedCard { reference_id, code }) = PrintedCard::from_qr(text) {
            return Ok(Self::Card { reference_id, code });
        }
        let token: pramaan_cert::SlipToken = text.trim().parse().map_err(|_| invalid())?;
        let reference_id = ReferenceId::parse(token.reference_id().as_str()).map_err(|_| invalid())?;
        Ok(Self::Slip {
            reference_id,
            code: SlipCode(token.code().to_owned()),
        })
    }
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Code { .. } => "Code",
            Self::Slip { .. } => "Slip",
            Self::Mobile { .. } => "Mobile",
            Self::Card { .. } => "Card",
            Self::Document { .. } | Self::DocumentOf { .. } => "Document",
            Self::None { .. } => "None",
        })
    }
}

/// Who judges where and when.
#[derive(Clone, Copy)]
struct Judge {
    staff: StaffId,
    role: StaffRole,
    here: (i64, CivilDate),
    now: Timestamp,
}

impl App {
    /// Judges evidence; counts what was wrong.
    pub(crate) async fn prove(&self, staff: &Staff, evidence: Evidence) -> Result<Proven, Refusal> {
        let (judge, sealer) = (self.judge(staff), self.0.sealer.clone());
        let judged = self.0.db.write("app::encounter::prove", move |tx| {
            Box::pin(async move {
                match judge.judge(tx, &sealer, evidence).await {
                    Err(Refusal::Unavailable(error)) => Err(Refusal::Unavailable(error)),
                    judged => Ok(judged),
                }
            })
        });
        judged.await?
    }
}

impl App {
    /// Gives a try without evidence back: nobody was opened with it. Should that fail too, the day has one less.
    pub(crate) async fn give_try_back(&self, staff: &Staff) {
        let today = (staff.id, self.today());
        let given = self.0.db.write("app::encounter::give_try_back", move |tx| {
            Box::pin(async move { encounter::uncount_today(tx, today, Counted::NoEvidence).await })
        });
        if let Err(error) = given.await {
            tracing::warn!(%error, "a try without evidence that opened nothing stays counted");
        }
    }

    fn judge(&self, staff: &Staff) -> Judge {
        let now = self.now();
        Judge::of(staff, now.date(), now)
    }
}

/// Judges a slip as it would have been judged on that day, within the caller's transaction: for a dose that was held then.
/// Whether its member of staff was at work was asked when it was held. What is wrong is counted for who typed it, on the day
/// on which it is judged: after thirty the others wait for the next. A wrong code counts towards its five tries too, so commit
/// a refusal.
pub(crate) async fn prove_slip(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, day, now): (&Staff, CivilDate, Timestamp),
    (reference_id, code): (ReferenceId, SlipCode),
) -> Result<Proven, Refusal> {
    let judge = Judge::of(staff, day, now);
    Ok(Proven {
        expected: judge.by_held_slip(tx, sealer, reference_id, &code).await?,
        basis: Basis::SiteEvidence,
        reason: None,
    })
}

/// Judges a document in hand where nobody is expected yet: it has to be one that the person whom `reference_id` names
/// registered. Counts what was wrong, so commit a refusal too.
pub(crate) async fn prove_document(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, now): (&Staff, Timestamp),
    (reference_id, document): (ReferenceId, (DocumentType, &DocumentNumber)),
    service: DeskService,
) -> Result<(HouseholdId, PersonId), Refusal> {
    let judge = Judge::of(staff, now.date(), now);
    judge.check_at_work(tx).await?;
    judge.check_unmatched(tx).await?;
    match holders(tx, sealer, document, Some(reference_id)).await?.pop() {
        Some(subject) => {
            // Right ones too: a desk serves people who stand there, and no more than that in a day.
            let (counted, most) = match service {
                DeskService::Seat => (Counted::WalkInSeat, WALK_IN_SEATS_A_DAY),
                DeskService::Paper => (Counted::DocumentService, SERVICES_A_DAY),
            };
            judge.count(tx, counted, most).await?;
            Ok(subject)
        }
        None => {
            judge
                .count(tx, Counted::UnmatchedDocument, UNMATCHED_DOCUMENTS_A_DAY)
                .await?;
            Err(Refusal::NoMatch)
        }
    }
}

/// Judges a document in hand of somebody who may have had their dose long ago: it has to be one that the person whom the
/// reference id names registered, or without one, the only person who did. Right ones are counted by who calls it. Counts
/// what was wrong, so commit a refusal too.
///
/// # Errors
/// `NoMatch`; `Invalid` for the field `reference` when several registered it: then the reference id tells them apart.
async fn prove_holder(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, now): (&Staff, Timestamp),
    named: Option<ReferenceId>,
    document: (DocumentType, &DocumentNumber),
) -> Result<(HouseholdId, PersonId), Refusal> {
    let judge = Judge::of(staff, now.date(), now);
    judge.check_at_work(tx).await?;
    judge.check_unmatched(tx).await?;
    let holders = holders(tx, sealer, document, named).await?;
    if let [only] = holders.as_slice() {
        return Ok(*only);
    }
    judge
        .count(tx, Counted::UnmatchedDocument, UNMATCHED_DOCUMENTS_A_DAY)
        .await?;
    match holders.is_empty() {
        true => Err(Refusal::NoMatch),
        false => Err(Refusal::Invalid {
            field: "reference",
            sentence: "several people registered this document: type the reference id too".to_owned(),
        }),
    }
}

/// The same where nothing is opened on it: a right one is one of so many that a desk looks at in a day, whatever comes of it,
/// since the answer says that it is right.
pub(crate) async fn prove_looked_at(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, now): (&Staff, Timestamp),
    named: Option<ReferenceId>,
    document: (DocumentType, &DocumentNumber),
) -> Result<(HouseholdId, PersonId), Refusal> {
    let subject = prove_holder(tx, sealer, (staff, now), named, document).await?;
    let judge = Judge::of(staff, now.date(), now);
    judge.count(tx, Counted::DocumentService, SERVICES_A_DAY).await?;
    Ok(subject)
}

/// The same for somebody whose record opens next, on one of so many people a day: a right document proves one person, and is
/// no leave to go through a list of them.
pub(crate) async fn prove_unexpected(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, now): (&Staff, Timestamp),
    named: ReferenceId,
    document: (DocumentType, &DocumentNumber),
) -> Result<(HouseholdId, PersonId), Refusal> {
    let subject = prove_holder(tx, sealer, (staff, now), Some(named), document).await?;
    let judge = Judge::of(staff, now.date(), now);
    judge.count(tx, Counted::Unexpected, UNEXPECTED_A_DAY).await?;
    Ok(subject)
}

/// Counts a desk's answer to a card that it judged a moment ago: of so many a day, as a right card is.
pub(crate) async fn count_card(tx: &mut Tx, (staff, now): (&Staff, Timestamp)) -> Result<(), Refusal> {
    let judge = Judge::of(staff, now.date(), now);
    judge.count(tx, Counted::CardService, SERVICES_A_DAY).await
}

/// Judges a document in hand of somebody who was registered with the held dose of that number. Counts what was wrong, so commit
/// a refusal too.
pub(crate) async fn prove_held(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, now): (&Staff, Timestamp),
    held: HeldKey,
    document: (DocumentType, &DocumentNumber),
) -> Result<(HouseholdId, PersonId), Refusal> {
    let judge = Judge::of(staff, now.date(), now);
    judge.check_at_work(tx).await?;
    judge.check_unmatched(tx).await?;
    let holders = holders(tx, sealer, document, None).await?;
    if let Some(subject) = held_dose::holder(tx, sealer, held, &holders).await? {
        judge.count(tx, Counted::CardService, SERVICES_A_DAY).await?;
        return Ok(subject);
    }
    judge
        .count(tx, Counted::UnmatchedDocument, UNMATCHED_DOCUMENTS_A_DAY)
        .await?;
    Err(Refusal::NoMatch)
}

/// Judges a printed card where nobody is expected yet. Counts what was wrong, so commit a refusal too.
pub(crate) async fn prove_card(
    tx: &mut Tx,
    sealer: &Sealer,
    (staff, now): (&Staff, Timestamp),
    shown: (ReferenceId, &CardCode),
) -> Result<ShownCard, Refusal> {
    let judge = Judge::of(staff, now.date(), now);
    judge.check_at_work(tx).await?;
    let card = judge.card(tx, sealer, shown).await?;
    // Right ones too, as with documents.
    judge.count(tx, Counted::CardService, SERVICES_A_DAY).await?;
    Ok(card)
}

/// Who registered a document; of them the one whom a reference id names, if it is to be that one.
async fn holders(
    tx: &mut Tx,
    sealer: &Sealer,
    document: (DocumentType, &DocumentNumber),
    named: Option<ReferenceId>,
) -> Result<Vec<(HouseholdId, PersonId)>, Refusal> {
    let mut holders = encounter::holders_of_document(tx, sealer, document).await?;
    if let Some(reference_id) = named {
        let named = person::by_reference_ids(tx, sealer, &[reference_id]).await?;
        holders.retain(|holder| named.contains(&Some(*holder)));
    }
    Ok(holders)
}

impl Judge {
    fn of(staff: &Staff, day: CivilDate, now: Timestamp) -> Self {
        Self {
            staff: staff.id,
            role: staff.role,
            here: (staff.centre, day),
            now,
        }
    }

    async fn check_at_work(self, tx: &mut Tx) -> Result<(), Refusal> {
        if self.role == StaffRole::DistrictAdmin {
            return Err(Refusal::Forbidden);
        }
        require_shift(tx, self.staff, self.here).await
    }

    async fn check_unmatched(self, tx: &mut Tx) -> Result<(), Refusal> {
        let today = (self.staff, self.here.1);
        let unmatched = encounter::counted_today(tx, today, Counted::UnmatchedDocument).await?;
        match unmatched >= i64::from(UNMATCHED_DOCUMENTS_A_DAY) {
            true => Err(OVER),
            false => Ok(()),
        }
    }

    async fn judge(self, tx: &mut Tx, sealer: &Sealer, evidence: Evidence) -> Result<Proven, Refusal> {
        self.check_at_work(tx).await?;
        let (basis, mut reason) = (Basis::SiteEvidence, None);
        let (expected, basis) = match evidence {
            Evidence::Code { place, code } => {
                let expected = expected_at(tx, self.here, place).await?;
                (self.by_code(tx, sealer, expected, &code).await?, basis)
            }
            Evidence::Slip { reference_id, code } => {
                (self.by_slip(tx, sealer, reference_id, &code).await?, basis)
            }
            Evidence::Mobile { place, txn, code } => {
                let expected = expected_at(tx, self.here, place).await?;
                let guess = (&expected, self.staff, txn);
                match encounter::guess_visit_code(tx, sealer, guess, code.trim(), self.now).await? {
                    VisitGuess::Right => (expected, basis),
                    VisitGuess::Wrong | VisitGuess::Spent => return Err(Refusal::WrongVisitCode),
                }
            }
            Evidence::Document { kind, number } => {
                (self.by_document(tx, sealer, (kind, &number), None).await?, basis)
            }
            Evidence::DocumentOf {
                reference_id,
                kind,
                number,
            } => {
                let named = Some(reference_id);
                (self.by_document(tx, sealer, (kind, &number), named).await?, basis)
            }
            Evidence::Card { reference_id, code } => {
                let card = self.card(tx, sealer, (reference_id, &code)).await?;
                // The entry names the card, so that its holder sees each use.
                reason = Reason::parse(&crate::card::named(card.number)).ok();
                let mut places = roster::of_person(tx, self.here, card.person).await?;
                places.sort_by_key(|expected| expected.state != AppointmentState::Booked);
                if places.is_empty() {
                    self.not_given_up(tx, &[card.person]).await?;
                }
                (to_be_given(places.into_iter().next())?, basis)
            }
            Evidence::None { place, reason: why } => {
                let expected = expected_at(tx, self.here, place).await?;
                reason = Some(why);
                (
                    self.without_evidence(tx, expected).await?,
                    Basis::NoEvidenceWithReason,
                )
            }
        };
        Ok(Proven {
            expected,
            basis,
            reason,
        })
    }

    async fn by_document(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        document: (DocumentType, &DocumentNumber),
        named: Option<ReferenceId>,
    ) -> Result<Expected, Refusal> {
        self.check_unmatched(tx).await?;
        let holders = holders(tx, sealer, document, named).await?;
        let persons: Vec<_> = holders.into_iter().map(|(_, person)| person).collect();
        if let Some(expected) = self.only_place(tx, &persons).await? {
            return Ok(expected);
        }
        self.not_given_up(tx, &persons).await?;
        self.count(tx, Counted::UnmatchedDocument, UNMATCHED_DOCUMENTS_A_DAY)
            .await?;
        Err(Refusal::NoMatch)
    }

    /// # Errors
    /// `GivenUp` when one of these had a place here today and did not come in time.
    async fn not_given_up(self, tx: &mut Tx, persons: &[PersonId]) -> Result<(), Refusal> {
        for person in persons {
            if let Some(late) = roster::missed_by(tx, self.here, *person).await?.pop() {
                return Err(Refusal::GivenUp { place: late.place });
            }
        }
        Ok(())
    }

    /// Whose card it is, by the right code. Every other is answered alike, and counted for the card and for the day.
    async fn card(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        shown: (ReferenceId, &CardCode),
    ) -> Result<ShownCard, Refusal> {
        let today = (self.staff, self.now.date());
        let wrong = encounter::counted_today(tx, today, Counted::WrongCard).await?;
        if wrong >= i64::from(WRONG_CARDS_A_DAY) {
            return Err(OVER);
        }
        match card::guess(tx, sealer, shown, (CardPlace::Site, self.now.date())).await? {
            CardGuess::Right(card) => Ok(card),
            CardGuess::Spent => Err(Refusal::CardSpent),
            CardGuess::Wrong => {
                encounter::count_today(tx, today, Counted::WrongCard, WRONG_CARDS_A_DAY).await?;
                Err(Refusal::WrongCard)
            }
        }
    }

    /// Whose place it is, by its code. A wrong one is counted for the place and for the day: five tries at each of many places
    /// are a search.
    async fn by_code(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        expected: Expected,
        code: &SlipCode,
    ) -> Result<Expected, Refusal> {
        let today = (self.staff, self.here.1);
        let wrong = encounter::counted_today(tx, today, Counted::WrongCode).await?;
        if wrong >= i64::from(WRONG_CODES_A_DAY) {
            return Err(OVER);
        }
        match encounter::guess_code(tx, sealer, &expected, &code.0).await? {
            CodeGuess::Right => Ok(expected),
            CodeGuess::Spent => Err(Refusal::CodeSpent),
            CodeGuess::Wrong { left } => {
                encounter::count_today(tx, today, Counted::WrongCode, WRONG_CODES_A_DAY).await?;
                Err(Refusal::WrongCode { left })
            }
        }
    }

    /// Whom a slip names, by the right code. Everything else is answered alike, and counted: a reference id without its code
    /// tells neither who is expected here nor who had a dose.
    async fn by_slip(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        reference_id: ReferenceId,
        code: &SlipCode,
    ) -> Result<Expected, Refusal> {
        let today = (self.staff, self.now.date());
        let wrong = encounter::counted_today(tx, today, Counted::WrongSlip).await?;
        if wrong >= i64::from(WRONG_SLIPS_A_DAY) {
            return Err(OVER);
        }
        if let Some(expected) = self.place_of_slip(tx, sealer, reference_id, code).await? {
            return to_be_given(Some(expected));
        }
        if let Some(late) = self.given_up(tx, sealer, reference_id, code).await? {
            return Err(Refusal::GivenUp { place: late.place });
        }
        encounter::count_today(tx, today, Counted::WrongSlip, WRONG_SLIPS_A_DAY).await?;
        Err(Refusal::NoMatch)
    }

    /// The same for who typed it without a record. Counted apart: appointments that were cancelled since are wrong too, and
    /// close nobody's table.
    async fn by_held_slip(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        reference_id: ReferenceId,
        code: &SlipCode,
    ) -> Result<Expected, Refusal> {
        let today = (self.staff, self.now.date());
        let wrong = encounter::counted_today(tx, today, Counted::WrongHeldSlip).await?;
        if wrong >= i64::from(WRONG_SLIPS_A_DAY) {
            return Err(OVER);
        }
        if let Some(expected) = self.place_of_slip(tx, sealer, reference_id, code).await? {
            return to_be_given(Some(expected));
        }
        let named = person::by_reference_ids(tx, sealer, &[reference_id]).await?;
        if named.into_iter().flatten().next().is_none() {
            return Err(Refusal::NoMatch);
        }
        // A place may have been given up while its dose was held.
        if let Some(late) = self.given_up(tx, sealer, reference_id, code).await? {
            return Ok(late);
        }
        encounter::count_today(tx, today, Counted::WrongHeldSlip, WRONG_SLIPS_A_DAY).await?;
        Err(Refusal::NoMatch)
    }

    /// The place here that this code is of, whether its dose was given or not; one still to be given first.
    async fn place_of_slip(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        reference_id: ReferenceId,
        code: &SlipCode,
    ) -> Result<Option<Expected>, Refusal> {
        let named = person::by_reference_ids(tx, sealer, &[reference_id]).await?;
        let Some((_, person)) = named.into_iter().flatten().next() else {
            return Ok(None);
        };
        let mut places = roster::of_person(tx, self.here, person).await?;
        places.sort_by_key(|expected| expected.state != AppointmentState::Booked);
        for expected in places {
            if encounter::guess_code(tx, sealer, &expected, &code.0).await? == CodeGuess::Right {
                return Ok(Some(expected));
            }
        }
        Ok(None)
    }

    /// The place here that this code was of until it was given up.
    async fn given_up(
        self,
        tx: &mut Tx,
        sealer: &Sealer,
        reference_id: ReferenceId,
        code: &SlipCode,
    ) -> Result<Option<Expected>, Refusal> {
        let named = person::by_reference_ids(tx, sealer, &[reference_id]).await?;
        let Some((_, person)) = named.into_iter().flatten().next() else {
            return Ok(None);
        };
        for late in roster::missed_by(tx, self.here, person).await? {
            if encounter::guess_code(tx, sealer, &late, &code.0).await? == CodeGuess::Right {
                return Ok(Some(late));
            }
        }
        Ok(None)
    }

    /// Vaccinators only: the matrix has no line for anybody else.
    async fn without_evidence(self, tx: &mut Tx, expected: Expected) -> Result<Expected, Refusal> {
        if self.role != StaffRole::Vaccinator {
            return Err(Refusal::Forbidden);
        }
        let counted = self.count(tx, Counted::NoEvidence, WITHOUT_EVIDENCE_A_DAY).await;
        counted.map_err(|refusal| match refusal {
            Refusal::OverBudget { .. } => Refusal::NoEvidenceSpent,
            other => other,
        })?;
        Ok(expected)
    }

    async fn count(self, tx: &mut Tx, what: Counted, most: u32) -> Result<(), Refusal> {
        match encounter::count_today(tx, (self.staff, self.here.1), what, most).await? {
            true => Ok(()),
            false => Err(OVER),
        }
    }

    /// The one place here today that these persons have and whose dose is still to be given.
    ///
    /// # Errors
    /// `Invalid` when two of them are expected with one document: then something else has to tell them apart.
    async fn only_place(self, tx: &mut Tx, persons: &[PersonId]) -> Result<Option<Expected>, Refusal> {
        let mut places = Vec::new();
        for person in persons {
            places.extend(roster::of_person(tx, self.here, *person).await?);
        }
        let first = places.first().cloned();
        places.retain(|expected| expected.state == AppointmentState::Booked);
        match (places.as_slice(), first) {
            ([], None) => Ok(None),
            ([], Some(_)) => Err(Refusal::AlreadyRecorded),
            ([only, others @ ..], _) if others.iter().all(|other| other.person == only.person) => {
                Ok(Some(only.clone()))
            }
            _ => Err(Refusal::Invalid {
                field: "document_number",
                sentence: "two visitors of today are registered with this document: use the code or the slip"
                    .to_owned(),
            }),
        }
    }
}

/// # Errors
/// `UnknownAppointment` for nobody, `AlreadyRecorded` after the dose.
pub(super) fn to_be_given(expected: Option<Expected>) -> Result<Expected, Refusal> {
    let expected = expected.ok_or(Refusal::UnknownAppointment)?;
    match expected.state {
        AppointmentState::Booked => Ok(expected),
        _ => Err(Refusal::AlreadyRecorded),
    }
}
