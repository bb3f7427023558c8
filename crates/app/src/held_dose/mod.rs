//! Recording a dose without reading anyone: what a vaccinator types while no record can be opened, without a line or from
//! paper, kept until it is matched with its person by the ordinary evidence.

mod admit;
mod attention;
mod holder;
mod posted;
mod settle;
mod when;

use std::sync::Arc;

use pramaan_domain::dose::{BodySite, VaccineBatch};
use pramaan_domain::id::StaffId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::staff::{Reason, StaffCode};
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;
use pramaan_keys::MacKind;
use pramaan_store::encounter::{self, Counted};
use pramaan_store::held_dose::{self, HeldKey, NewHeldDose, Typed, Unread, Who};
use pramaan_store::{Sealer, Tx, staff as members};

pub use attention::{BurstOf, HeldList, LISTED, MANY_LATE};
pub use holder::HeldSlip;
pub use posted::RequestId;
pub use pramaan_store::held_dose::{
    Dismissal, Dismissed, HeldDocument, HeldState, Listed, Source, Trouble, Vouched, WalkIn,
};
pub use settle::HELD_DOSE_DAYS;
pub(crate) use settle::JOB;
pub use when::{PAPER_DAYS, SECOND_AFTER_DAYS};

use crate::beneficiary::{check_birth, check_notice};
use crate::dose::Vial;
use crate::encounter::SlipCode;
use crate::{App, Refusal, Staff, StaffRole};

/// Held doses of one member of staff on one day: more than one person can give.
pub const HELD_A_DAY: u32 = 300;
/// Of these, people without an appointment: each document asks the register something, so they are no more than a session has.
pub const HELD_NEW_A_DAY: u32 = 100;
/// How often a transaction that gave way to another is run again.
const ATTEMPTS: u8 = 5;

/// What was given and what is known of the person, each part parsed.
#[derive(Debug, Clone)]
pub struct HeldDose {
    pub who: HeldFor,
    pub vaccine: Vaccine,
    pub batch: VaccineBatch,
    pub vial: Vial,
    /// When it was given; when it was typed is kept beside it.
    pub given_at: Timestamp,
    pub site: BodySite,
    /// Why the record was not opened. On the page it is needed unless the log was refusing entries a moment ago.
    pub reason: Option<Reason>,
}

/// Who was given a dose.
#[derive(Debug, Clone)]
pub enum HeldFor {
    /// Whose slip has this reference id and code.
    Slip {
        reference_id: ReferenceId,
        code: SlipCode,
    },
    /// Somebody without an appointment, who is registered when the dose is matched.
    New(Box<WalkIn>),
}

impl HeldFor {
    /// Whose slip has this reference id and code.
    pub const fn slip(reference_id: ReferenceId, code: SlipCode) -> Self {
        Self::Slip { reference_id, code }
    }
}

/// Where it was typed.
#[derive(Debug, Clone)]
pub enum TypedOn {
    /// On the page, at the moment.
    Form,
    /// On a phone, which sends it under a name of its own, once or many times, by a clock that was so many seconds ahead.
    Phone { request: RequestId, clock_off: i64 },
    /// From paper; with who gave it, if that is somebody else.
    Paper { given_by: Option<StaffCode> },
}

impl TypedOn {
    const fn source(&self) -> Source {
        match self {
            Self::Form => Source::Form,
            Self::Phone { .. } => Source::Phone,
            Self::Paper { .. } => Source::Paper,
        }
    }
}

/// A dose that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// On which it was given.
    pub day: CivilDate,
    /// Of its centre and day.
    pub number: i64,
    /// Days between giving and typing in.
    pub late: i64,
    pub vouched: Vouched,
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

    /// Keeps a dose of today; answers its number of the centre and day. As [`hold`](Self::hold) on the page.
    ///
    /// # Errors
    /// As [`hold`](Self::hold).
    pub async fn hold_dose(&self, staff: &Staff, dose: HeldDose) -> Result<i64, Refusal> {
        Ok(self.hold(staff, dose, TypedOn::Form).await?.number)
    }

    /// Keeps a dose without opening anything and without the access log. The same typed again, or sent again by a phone under
    /// the same name, is the same held dose. Whether the numbers fit anybody is not looked at here.
    ///
    /// # Errors
    /// `Forbidden` for anybody but a vaccinator, `OffRoster` for who did not work there, `Invalid` for a time that lies ahead
    /// or too far back, for a reason that is missing though records can be opened, and for a year of birth or a notice that a
    /// registration would refuse; `UnderAge`; `OverBudget` beyond what one person can give in a day.
    pub async fn hold(&self, staff: &Staff, dose: HeldDose, on: TypedOn) -> Result<Held, Refusal> {
        if staff.role != StaffRole::Vaccinator {
            return Err(Refusal::Forbidden);
        }
        let now = self.now();
        when::check(&on, dose.given_at, now)?;
        let unread = self.unread(dose.reason.as_ref(), &on)?;
        let new = self.new_held(staff, dose, unread, on).await?;
        // A colleague may take the number meanwhile.
        self.again("app::held_dose::hold", ATTEMPTS, || self.try_hold(staff, &new))
            .await
    }

    /// Whoever typed it knows best; otherwise what this node saw itself.
    fn unread(&self, reason: Option<&Reason>, on: &TypedOn) -> Result<Unread, Refusal> {
        match (reason, on, self.why_unread()) {
            (Some(reason), ..) => Ok(Unread::Because(reason.clone())),
            (None, TypedOn::Phone { .. } | TypedOn::Paper { .. }, _) => Ok(Unread::NotThere),
            (None, TypedOn::Form, WhyUnread::Known) => Ok(Unread::LogRefused),
            (None, TypedOn::Form, WhyUnread::Asked) => Err(Refusal::Invalid {
                field: "reason",
                sentence: "records can be opened: say why this one is not".to_owned(),
            }),
        }
    }

    async fn try_hold(&self, staff: &Staff, new: &Arc<NewHeldDose>) -> Result<Held, Refusal> {
        let (sealer, now, new) = (self.0.sealer.clone(), self.now(), new.clone());
        let by = staff.id;
        let held = self.0.db.write("app::held_dose::hold", move |tx| {
            Box::pin(async move {
                let before = held_dose::held_before(tx, &new).await?;
                let before = before.map(|key| told(key, &new, now));
                // A roster may have been set otherwise since: what a phone sent once is kept.
                if let (Some(before), Source::Phone) = (before, new.typed.source) {
                    return Ok(before);
                }
                when::check_at_work(tx, (by, new.centre), &new, now).await?;
                if let Some(before) = before {
                    return Ok(before);
                }
                check_giver(tx, &sealer, &new).await?;
                let mine = (by, now.date());
                count(tx, mine, (Counted::HeldDose, HELD_A_DAY)).await?;
                if matches!(new.typed.who, Who::New(..)) {
                    count(tx, mine, (Counted::HeldWalkIn, HELD_NEW_A_DAY)).await?;
                }
                let key = held_dose::hold(tx, &sealer, &new, now).await?;
                Ok::<_, Refusal>(told(key, &new, now))
            })
        });
        held.await
    }

    async fn new_held(
        &self,
        staff: &Staff,
        dose: HeldDose,
        unread: Unread,
        on: TypedOn,
    ) -> Result<Arc<NewHeldDose>, Refusal> {
        let day = dose.given_at.date();
        let typed_mac = self.typed_mac(staff, &dose, &on);
        let who = match dose.who {
            HeldFor::Slip { reference_id, code } => Who::Slip {
                reference_id,
                code: code.as_str().to_owned(),
            },
            HeldFor::New(walk_in) => {
                check_birth(walk_in.birth_year, None, self.now())?;
                check_notice(&walk_in.consent_version)?;
                Who::New(walk_in, self.next_reference_id().await?)
            }
        };
        let (source, vouched) = (on.source(), when::vouched(&on, day, self.now()));
        let (clock_off, given_by) = match on {
            TypedOn::Form => (0, None),
            TypedOn::Phone { clock_off, .. } => (clock_off, None),
            TypedOn::Paper { given_by } => (0, given_by),
        };
        Ok(Arc::new(NewHeldDose {
            centre: staff.centre,
            day,
            staff: staff.id,
            typed_mac,
            vouched,
            typed: Typed {
                who,
                vaccine: dose.vaccine,
                batch: dose.batch,
                vial: dose.vial.as_str().to_owned(),
                given_at: dose.given_at,
                site: dose.site,
                login: staff.login,
                unread,
                source,
                clock_off,
                given_by,
            },
        }))
    }

    /// What tells a repetition: the phone's name for it, or all that was typed but the reason and who came along. Told
    /// otherwise, it is still the same dose.
    fn typed_mac(&self, staff: &Staff, dose: &HeldDose, on: &TypedOn) -> [u8; 32] {
        let mac = |parts: &[&[u8]]| self.0.sealer.keys.mac(MacKind::Recording, parts);
        if let TypedOn::Phone { request, .. } = on {
            return mac(&[b"phone", staff.id.as_bytes(), request.as_bytes()]);
        }
        let who = match &dose.who {
            HeldFor::Slip { reference_id, code } => {
                [reference_id.to_string(), code.as_str().to_owned()].concat()
            }
            HeldFor::New(walk_in) => said(walk_in),
        };
        mac(&[
            on.source().code().as_bytes(),
            staff.id.as_bytes(),
            who.as_bytes(),
            dose.vaccine.name().as_bytes(),
            dose.batch.as_str().as_bytes(),
            dose.vial.as_str().as_bytes(),
            &dose.given_at.micros().to_be_bytes(),
            dose.site.code().as_bytes(),
        ])
    }
}

async fn count(tx: &mut Tx, mine: (StaffId, CivilDate), (what, most): (Counted, u32)) -> Result<(), Refusal> {
    match encounter::count_today(tx, mine, what, most).await? {
        true => Ok(()),
        false => Err(Refusal::OverBudget {
            retry_after_seconds: 3600,
        }),
    }
}

/// # Errors
/// `Invalid` with the field `given_by` for a code that is nobody's of the centre.
async fn check_giver(tx: &mut Tx, sealer: &Sealer, new: &NewHeldDose) -> Result<(), Refusal> {
    let Some(code) = &new.typed.given_by else {
        return Ok(());
    };
    let staff = members::of_centre(tx, sealer, new.centre).await?;
    match staff.iter().any(|row| row.code == *code) {
        true => Ok(()),
        false => Err(Refusal::Invalid {
            field: "given_by",
            sentence: format!("{code} does not work at this centre"),
        }),
    }
}

/// What somebody without an appointment said of themselves, as text that differs when any of it does.
fn said(walk_in: &WalkIn) -> String {
    let document = match &walk_in.document {
        HeldDocument::Shown(kind, number) => format!("{}\n{}", kind.id(), number.canonical()),
        // Typed ones are whole.
        HeldDocument::Kept(..) | HeldDocument::None(_) => "none".to_owned(),
    };
    let (name, year) = (walk_in.name.as_str(), walk_in.birth_year.get());
    format!("{name}\n{year}\n{}\n{document}", walk_in.gender.code())
}

fn told(key: HeldKey, new: &NewHeldDose, now: Timestamp) -> Held {
    Held {
        day: key.day,
        number: key.number,
        late: now.date().signed_duration_since(key.day).num_days(),
        vouched: new.vouched,
    }
}
