//! Recording a dose without reading anyone: what a vaccinator types while no record can be opened, kept until it is
//! matched with its person by the ordinary evidence.

mod attention;
mod settle;

use pramaan_domain::dose::{BodySite, VaccineBatch};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::Reason;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::MacKind;
use pramaan_store::encounter::{self, Counted};
use pramaan_store::held_dose::{self, NewHeldDose, Typed, Unread};

pub use attention::{HeldList, LISTED};
pub use pramaan_store::held_dose::{HeldState, Listed, Trouble};
pub use settle::HELD_DOSE_DAYS;
pub(crate) use settle::JOB;

use crate::dose::{Vial, check_time};
use crate::encounter::SlipCode;
use crate::roster::require_shift;
use crate::{App, Refusal, Staff, StaffRole};

/// Held doses of one member of staff on one day: more than one person can give.
pub const HELD_A_DAY: u32 = 300;
/// How often a transaction that gave way to another is run again.
const ATTEMPTS: u8 = 5;

/// What was given and what the person's slip says, each part parsed.
#[derive(Debug, Clone)]
pub struct HeldDose {
    pub reference_id: ReferenceId,
    pub code: SlipCode,
    pub vaccine: Vaccine,
    pub batch: VaccineBatch,
    pub vial: Vial,
    /// When it was given; when it was typed is kept beside it.
    pub given_at: Timestamp,
    pub site: BodySite,
    /// Why the record was not opened. Needed unless the log was refusing entries a moment ago.
    pub reason: Option<Reason>,
}

/// Whether a dose can be held without saying why its record is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyUnread {
    /// The access log refused an entry of this node a moment ago, and none was taken since.
    Known,
    Asked,
}

impl App {
    pub fn why_unread(&self) -> WhyUnread {
        match self.0.log_outage.lasts(self.now()) {
            true => WhyUnread::Known,
            false => WhyUnread::Asked,
        }
    }

    /// Keeps a dose without opening anything and without the access log; answers its number of the centre and day. The
    /// same typed again is the same held dose. Whether the numbers fit anybody is not looked at here.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a vaccinator, `OffRoster`, `Invalid` for a time that is not of today or lies ahead, and
    /// for a reason that is missing though records can be opened; `OverBudget` beyond what one person can give in a day.
    pub async fn hold_dose(&self, staff: &Staff, dose: HeldDose) -> Result<i64, Refusal> {
        if staff.role != StaffRole::Vaccinator {
            return Err(Refusal::Forbidden);
        }
        check_time(dose.given_at, self.now())?;
        let unread = self.unread(dose.reason.as_ref())?;
        let mut attempt = 1;
        loop {
            match self.try_hold(staff, dose.clone(), unread.clone()).await {
                // A colleague took the number meanwhile.
                Err(Refusal::Unavailable(error)) if error.is_retryable() && attempt < ATTEMPTS => {
                    attempt += 1
                }
                held => return held,
            }
        }
    }

    /// Whoever typed it knows best; otherwise what this node saw itself.
    fn unread(&self, reason: Option<&Reason>) -> Result<Unread, Refusal> {
        match (reason, self.why_unread()) {
            (Some(reason), _) => Ok(Unread::Because(reason.clone())),
            (None, WhyUnread::Known) => Ok(Unread::LogRefused),
            (None, WhyUnread::Asked) => Err(Refusal::Invalid {
                field: "reason",
                sentence: "records can be opened: say why this one is not".to_owned(),
            }),
        }
    }

    async fn try_hold(&self, staff: &Staff, dose: HeldDose, unread: Unread) -> Result<i64, Refusal> {
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let new = self.new_held(staff, dose, unread, now.date());
        let held = self.0.db.write("app::held_dose::hold", move |tx| {
            Box::pin(async move {
                require_shift(tx, new.staff, (new.centre, new.day)).await?;
                if let Some(number) = held_dose::number_of(tx, &new).await? {
                    return Ok(number);
                }
                let mine = (new.staff, new.day);
                if !encounter::count_today(tx, mine, Counted::HeldDose, HELD_A_DAY).await? {
                    return Err(Refusal::OverBudget {
                        retry_after_seconds: 3600,
                    });
                }
                Ok::<_, Refusal>(held_dose::hold(tx, &sealer, &new, now).await?)
            })
        });
        held.await
    }

    fn new_held(&self, staff: &Staff, dose: HeldDose, unread: Unread, day: CivilDate) -> NewHeldDose {
        // Without the reason: told otherwise, it is still the same dose.
        let typed_mac = self.0.sealer.keys.mac(
            MacKind::Recording,
            &[
                b"held",
                staff.id.as_bytes(),
                dose.reference_id.to_string().as_bytes(),
                dose.code.as_str().as_bytes(),
                dose.vaccine.name().as_bytes(),
                dose.batch.as_str().as_bytes(),
                dose.vial.as_str().as_bytes(),
                &dose.given_at.micros().to_be_bytes(),
                dose.site.code().as_bytes(),
            ],
        );
        NewHeldDose {
            centre: staff.centre,
            day,
            staff: staff.id,
            typed_mac,
            typed: Typed {
                reference_id: dose.reference_id,
                code: dose.code.as_str().to_owned(),
                vaccine: dose.vaccine,
                batch: dose.batch,
                vial: dose.vial.as_str().to_owned(),
                given_at: dose.given_at,
                site: dose.site,
                login: staff.login,
                unread,
            },
        }
    }
}
