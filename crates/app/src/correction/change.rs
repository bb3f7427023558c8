//! What somebody wants to become of a dose: done at once when their word is enough, else written down for a second person.

use pramaan_domain::correction::{Hands, hands};
use pramaan_domain::id::{DoseId, StaffId, VisitId};
use pramaan_domain::staff::{Reason, StaffRole};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_keys::MacKind;
use pramaan_store::correction::{self, Before, Corrected, Filed, NewProposal, To, Visit};
use pramaan_store::dose::{self, DoseFacts, Given};
use pramaan_store::dose_change::{self, Changed, Standing};
use pramaan_store::encounter::{self, Counted};
use pramaan_store::{Tx, person, roster};

use super::apply::{Act, Paper};
use super::visit::{Here, RecordedHere};
use super::{CORRECTIONS_A_DAY, DOSES, Facts, Outcome, Wanted};
use crate::dose::ATTEMPTS;
use crate::{App, Refusal, Staff};

impl App {
    /// Corrects a dose of an open record, or proposes what is to become of it. The same sent twice is done once.
    ///
    /// # Errors
    /// `NoEncounter`; `UnknownBeneficiary` for an event that is not of this record or of the other one; `Superseded` when it
    /// was changed otherwise meanwhile: nothing is done, look again; `OtherCentre`; `NotThere`; `Invalid` for a time of
    /// another day or ahead (`given_at`), for nothing that changes (`batch`), and for a move to the same person (`to`);
    /// `OverBudget` after thirty of a day.
    pub async fn change_dose(
        &self,
        staff: &Staff,
        (visit, event): (VisitId, DoseId),
        (wanted, reason): (Wanted, Reason),
        request: &'static str,
    ) -> Result<Outcome, Refusal> {
        let asked = || Asked {
            event,
            wanted: wanted.clone(),
            reason: reason.clone(),
        };
        self.again("app::correction::change", ATTEMPTS, || {
            self.try_change_dose(staff, visit, asked(), request)
        })
        .await
    }

    async fn try_change_dose(
        &self,
        staff: &Staff,
        visit: VisitId,
        asked: Asked,
        request: &'static str,
    ) -> Result<Outcome, Refusal> {
        let visit = self.open_visit(staff, visit).await?;
        let request_mac = match self.filed(&visit, &asked).await? {
            Ok(request_mac) => request_mac,
            Err(before) => return Ok(before),
        };
        let to = self.moved_to(staff, &visit, &asked.wanted).await?;
        let before = self.look_at(staff, &visit, asked.event, request).await?;
        if before.here == Here::Elsewhere {
            return Err(Refusal::OtherCentre);
        }
        let gave = (staff.code.as_str(), before.given.facts.staff.as_str());
        let days = (self.today(), before.given.on());
        let hands = hands(asked.wanted.change(), gave, days);
        let what = asked.what(&before.given, self.now())?;
        let (key, by) = self.proposing(staff);
        let new = NewProposal {
            key,
            subject: (visit.household, visit.person),
            event: asked.event,
            change: asked.wanted.change(),
            to,
            basis: visit.basis,
            by,
            request_mac,
            what: what.clone(),
            filed: match hands {
                Hands::One => Filed::Done,
                Hands::Two => Filed::Waiting,
            },
        };
        let bound = Bound::of(staff, days);
        match hands {
            Hands::Two => self.write_proposal(new, bound).await,
            Hands::One => {
                let act = Act {
                    subject: new.subject,
                    event: asked.event,
                    what,
                    basis: (visit.basis, visit.reason),
                    changed: Changed {
                        by: staff.code.clone(),
                        agreed: None,
                        reason: asked.reason.as_str().to_owned(),
                    },
                    paper: Paper::Alone(Box::new(new), bound),
                };
                self.apply_correction(staff, act, request).await?;
                Ok(Outcome::Done)
            }
        }
    }

    /// The name of this post; or what the same came to before, where that stands. What was declined can be asked for again,
    /// as the first post after it.
    async fn filed(&self, visit: &Visit, asked: &Asked) -> Result<Result<[u8; 32], Outcome>, Refusal> {
        let (sealer, centre, event) = (self.0.sealer.clone(), visit.key.centre, asked.event);
        let (subject, said) = ((visit.household, visit.person), asked.said(visit));
        let found = self.0.db.read("app::correction::filed", move |tx| {
            Box::pin(async move {
                let mut declined: u32 = 0;
                let request_mac = loop {
                    let parts = [said.as_slice(), &declined.to_be_bytes()];
                    let mac = sealer.keys.mac(MacKind::Recording, &parts);
                    match correction::filed_before(tx, centre, &mac).await? {
                        None => break mac,
                        Some(Before::Over) => declined += 1,
                        Some(Before::Stands(Filed::Done)) => return Ok(Err(Outcome::Done)),
                        Some(Before::Stands(Filed::Waiting)) => return Ok(Err(Outcome::Waits)),
                    }
                };
                match dose_change::find(tx, &sealer, subject, event).await? {
                    None => Err(Refusal::UnknownBeneficiary),
                    Some(found) if found.standing == Standing::Over => Err(Refusal::Superseded),
                    Some(_) => Ok::<_, Refusal>(Ok(request_mac)),
                }
            })
        });
        found.await
    }

    async fn moved_to(&self, staff: &Staff, from: &Visit, wanted: &Wanted) -> Result<Option<To>, Refusal> {
        let Wanted::Move { to, .. } = wanted else {
            return Ok(None);
        };
        let to = self.open_visit(staff, *to).await?;
        if to.person == from.person {
            return Err(Refusal::Invalid {
                field: "to",
                sentence: "this is the same person: open the record of the person who had the dose"
                    .to_owned(),
            });
        }
        Ok(Some(To {
            household: to.household,
            person: to.person,
            basis: to.basis,
        }))
    }

    /// The dose as it stands, opened under an entry of its own.
    async fn look_at(
        &self,
        staff: &Staff,
        visit: &Visit,
        event: DoseId,
        request: &'static str,
    ) -> Result<RecordedHere, Refusal> {
        let cause = staff.correction_cause((visit.basis, visit.reason.as_ref()), DOSES, request);
        let receipts = self.receipts(&cause, &[(visit.household, visit.person)]).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::correction::look", move |tx| {
            Box::pin(async move { dose::given(tx, &sealer, receipts, now).await })
        });
        let doses = opened.await?.pop().map(|(_, doses)| doses).unwrap_or_default();
        let found = doses.into_iter().find(|given| given.id == event);
        let given = found.ok_or(Refusal::Superseded)?;
        Ok(RecordedHere::new(given, staff, now.date()))
    }

    async fn write_proposal(&self, new: NewProposal, bound: Bound) -> Result<Outcome, Refusal> {
        let sealer = self.0.sealer.clone();
        let proposed = self.0.db.write("app::correction::propose", move |tx| {
            Box::pin(async move {
                // Whoever is deleted meanwhile waits, and ends what is proposed here; or is gone, and nothing is proposed. Before
                // the count, as where a dose is changed at once.
                if let Some(to) = new.to {
                    person::lock(tx, (to.household, to.person)).await?;
                }
                bound.check(tx).await?;
                Ok::<_, Refusal>(correction::propose(tx, &sealer, new).await?)
            })
        });
        proposed.await?;
        Ok(Outcome::Waits)
    }
}

/// Who may have something changed: somebody who was there, so often a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    staff: StaffId,
    role: StaffRole,
    centre: i64,
    given_on: CivilDate,
    today: CivilDate,
}

impl Bound {
    fn of(staff: &Staff, (today, given_on): (CivilDate, CivilDate)) -> Self {
        Self {
            staff: staff.id,
            role: staff.role,
            centre: staff.centre,
            given_on,
            today,
        }
    }

    /// # Errors
    /// `NotThere`; `OverBudget`.
    pub(super) async fn check(self, tx: &mut Tx) -> Result<(), Refusal> {
        let there = self.role == StaffRole::SiteManager
            || roster::holds(tx, self.centre, self.given_on, self.staff).await?;
        if !there {
            return Err(Refusal::NotThere);
        }
        let today = (self.staff, self.today);
        match encounter::count_today(tx, today, Counted::Correction, CORRECTIONS_A_DAY).await? {
            true => Ok(()),
            false => Err(Refusal::OverBudget {
                retry_after_seconds: 3600,
            }),
        }
    }
}

/// What was typed about one event.
struct Asked {
    event: DoseId,
    wanted: Wanted,
    reason: Reason,
}

impl Asked {
    /// What was asked for and by whom, without the reason: told otherwise, it is still the same correction.
    fn said(&self, visit: &Visit) -> Vec<u8> {
        let typed = match &self.wanted {
            Wanted::Correct(facts) => facts.text(),
            Wanted::Void => String::new(),
            Wanted::Move { to, number } => format!("{to}|{number}"),
        };
        pramaan_keys::context(&[
            b"correction",
            visit.staff.as_bytes(),
            visit.person.as_bytes(),
            self.event.as_bytes(),
            self.wanted.change().code().as_bytes(),
            typed.as_bytes(),
        ])
    }

    /// What the dose is to be.
    fn what(&self, before: &Given, now: Timestamp) -> Result<Corrected, Refusal> {
        let same = || Corrected {
            number: before.dose,
            facts: before.facts.clone(),
            reason: self.reason.clone(),
        };
        match &self.wanted {
            Wanted::Void => Ok(same()),
            Wanted::Move { number, .. } => Ok(Corrected {
                number: *number,
                ..same()
            }),
            Wanted::Correct(facts) => {
                facts.check_time(before, now)?;
                let corrected = Corrected {
                    number: facts.number,
                    facts: facts.over(&before.facts),
                    ..same()
                };
                match corrected == same() {
                    true => Err(Refusal::Invalid {
                        field: "batch",
                        sentence: "nothing was changed: correct what is wrong".to_owned(),
                    }),
                    false => Ok(corrected),
                }
            }
        }
    }
}

impl Facts {
    fn text(&self) -> String {
        format!(
            "{}|{}|{}|{}|{}|{}",
            self.number,
            self.vaccine.name(),
            self.batch.as_str(),
            self.vial.as_str(),
            self.given_at.micros(),
            self.site.code()
        )
    }

    fn check_time(&self, before: &Given, now: Timestamp) -> Result<(), Refusal> {
        if self.given_at <= now && self.given_at.date() == before.on() {
            return Ok(());
        }
        Err(Refusal::Invalid {
            field: "given_at",
            sentence: "give a time of the day of the dose that does not lie ahead".to_owned(),
        })
    }

    /// What stays: where it was given, by whom, and how it came into the record.
    fn over(&self, before: &DoseFacts) -> DoseFacts {
        DoseFacts {
            given_at: self.given_at,
            vaccine: self.vaccine,
            batch: self.batch.clone(),
            vial: self.vial.as_str().to_owned(),
            site: self.site,
            ..before.clone()
        }
    }
}
