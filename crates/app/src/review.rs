//! What a district looks at: records opened without evidence, and questions about a centre's day. Nobody is opened for it.
//!
//! The district marks a matter as seen, with a word, or asks the site manager, who answers. Each is one more line; none is
//! ever changed.

use std::collections::HashMap;

use chrono::{Days, Timelike};
use pramaan_domain::access::Basis;
use pramaan_domain::centre::CentreId;
use pramaan_domain::id::MatterId;
use pramaan_domain::staff::{Reason, StaffRole};
use pramaan_domain::time::Timestamp;
use pramaan_keys::MacKind;
use pramaan_store::opening::{self, OpeningKind};
use pramaan_store::review::{self, Added};
use pramaan_store::{Sealer, Tx};

pub use pramaan_domain::review::{Act, Topic};
pub use pramaan_store::opening::Opening;
pub use pramaan_store::review::Review;

use crate::retention::REVIEW_DAYS;
use crate::{App, FormKey, Refusal, Staff, StoreError};

/// Matters of a list at most.
const LISTED: u32 = 200;
/// Lines about the matters of a list at most.
const LINES: u32 = 2_000;
const DAY: i64 = 86_400;

/// One thing to look at, with what was said about it so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    pub id: MatterId,
    pub centre: i64,
    pub topic: Topic,
    /// What was opened, where it is about that.
    pub opening: Option<Opening>,
    /// In order.
    pub said: Vec<Review>,
}

/// Whom a question reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Manager,
    /// The centre has no site manager yet: the question waits for one.
    Nobody,
}

impl Matter {
    pub fn last(&self) -> Option<Act> {
        self.said.last().map(|review| review.act)
    }
}

/// A record about to be opened without evidence: what the district will read of it.
pub(crate) struct Unproven {
    district: i64,
    centre: i64,
    staff: String,
    kind: OpeningKind,
    reason: Reason,
    now: Timestamp,
}

impl Unproven {
    /// None where there was evidence; a reason may stand beside that too, such as which card was shown.
    pub(crate) fn of(
        staff: &Staff,
        kind: OpeningKind,
        (basis, reason): (Basis, Option<&Reason>),
        now: Timestamp,
    ) -> Option<Self> {
        let reason = reason.filter(|_| basis == Basis::NoEvidenceWithReason)?;
        Some(Self {
            district: staff.district,
            centre: staff.centre,
            staff: staff.code.clone(),
            kind,
            reason: reason.clone(),
            now,
        })
    }

    /// Writes it down in the transaction that opens the record.
    pub(crate) async fn note(self, tx: &mut Tx, sealer: &Sealer) -> Result<(), StoreError> {
        let opening = Opening {
            id: MatterId::from_random(sealer.random()),
            district: self.district,
            centre: self.centre,
            day: self.now.date(),
            hour: self.now.time_of_day().hour().into(),
            kind: self.kind,
            staff: self.staff,
            reason: self.reason,
        };
        opening::insert(tx, sealer, &opening).await
    }
}

impl App {
    /// What waits: for a district's admin all that nobody has marked as seen; for a site manager what the district asked of
    /// her centre. The oldest first. Opens nothing.
    ///
    /// # Errors
    /// `Forbidden` for a vaccinator.
    pub async fn matters(&self, staff: &Staff) -> Result<Vec<Matter>, Refusal> {
        if staff.role == StaffRole::Vaccinator {
            return Err(Refusal::Forbidden);
        }
        let (sealer, now, district) = (self.0.sealer.clone(), self.now(), staff.district);
        let found = self.0.db.read("app::review::matters", move |tx| {
            Box::pin(async move {
                let from = now.date().checked_sub_days(Days::new(REVIEW_DAYS.into()));
                let from = from.unwrap_or_default();
                let openings = opening::unseen(tx, &sealer, (district, from), LISTED).await?;
                let since = now.plus_seconds(-i64::from(REVIEW_DAYS) * DAY);
                let said = review::open_since(tx, &sealer, (district, since), LINES).await?;
                Ok::<_, Refusal>((openings, said))
            })
        });
        let (openings, said) = found.await?;
        let mut matters = gathered(openings, said);
        if staff.role == StaffRole::SiteManager {
            matters.retain(|one| one.centre == staff.centre && one.last() == Some(Act::Asked));
        }
        Ok(matters)
    }

    /// How many questions of the district wait for an answer at a site manager's centre; 0 for everybody else.
    pub async fn questions_waiting(&self, staff: &Staff) -> Result<usize, Refusal> {
        match staff.role {
            StaffRole::SiteManager => Ok(self.matters(staff).await?.len()),
            StaffRole::Vaccinator | StaffRole::DistrictAdmin => Ok(0),
        }
    }

    /// One matter of the district, or of the site manager's centre.
    ///
    /// # Errors
    /// `NoMatter` for another's, or for one that is not there.
    pub async fn matter(&self, staff: &Staff, id: MatterId) -> Result<Matter, Refusal> {
        let (sealer, of) = (self.0.sealer.clone(), staff.clone());
        let found = self.0.db.read("app::review::matter", move |tx| {
            Box::pin(async move { matter_of(tx, &sealer, &of, id).await })
        });
        found.await
    }

    /// Asks, answers, or marks as seen. The same done twice is done once.
    ///
    /// # Errors
    /// `NoMatter`; `MatterMoved` when this does not follow what was done last; `Forbidden` for a vaccinator.
    pub async fn review(
        &self,
        staff: &Staff,
        id: MatterId,
        (act, word): (Act, Reason),
    ) -> Result<(), Refusal> {
        let (sealer, of, now) = (self.0.sealer.clone(), staff.clone(), self.now());
        let done = self.0.db.write("app::review::review", move |tx| {
            Box::pin(async move {
                let matter = matter_of(tx, &sealer, &of, id).await?;
                let again = |last: &Review| last.act == act && last.by == of.code && last.word == word;
                if matter.said.last().is_some_and(again) {
                    return Ok(());
                }
                if !act.may_follow(matter.last(), of.role) {
                    return Err(Refusal::MatterMoved);
                }
                let review = Review {
                    district: of.district,
                    matter: id,
                    seq: matter.said.last().map_or(0, |last| last.seq + 1),
                    centre: matter.centre,
                    topic: matter.topic,
                    act,
                    by: of.code.clone(),
                    word,
                    at: now,
                };
                added(review::add(tx, &sealer, &review).await?)
            })
        });
        done.await
    }

    /// Asks the site manager of a centre about something else than an opening. The same form sent twice asks once.
    ///
    /// # Errors
    /// `Forbidden` for anybody but the centre's district, and of an opening, which has a matter of its own.
    pub async fn ask_site(
        &self,
        staff: &Staff,
        (centre, topic): (CentreId, Topic),
        word: Reason,
        key: &FormKey,
    ) -> Result<Asked, Refusal> {
        if staff.role != StaffRole::DistrictAdmin || topic == Topic::Opening {
            return Err(Refusal::Forbidden);
        }
        self.require_planner(staff, centre)?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let review = Review {
            district: staff.district,
            matter: matter_by_key(&sealer, staff, key),
            seq: 0,
            centre: centre.number(),
            topic,
            act: Act::Asked,
            by: staff.code.clone(),
            word,
            at: now,
        };
        let asked = self.0.db.write("app::review::ask_site", move |tx| {
            // Who sent the same form before has asked already.
            Box::pin(async move {
                review::add(tx, &sealer, &review).await?;
                let managers = pramaan_store::staff::managers_of(tx, &sealer, review.district).await?;
                let managed = managers.iter().any(|one| one.centre == centre.number());
                Ok::<_, Refusal>(if managed { Asked::Manager } else { Asked::Nobody })
            })
        });
        asked.await
    }
}

/// One that the member of staff may know of.
async fn matter_of(tx: &mut Tx, sealer: &Sealer, staff: &Staff, id: MatterId) -> Result<Matter, Refusal> {
    let said = review::of_matter(tx, sealer, (staff.district, id)).await?;
    let opening = opening::find(tx, sealer, (staff.district, id)).await?;
    let about = match (&opening, said.first()) {
        (Some(opening), _) => (opening.centre, Topic::Opening),
        (None, Some(first)) => (first.centre, first.topic),
        (None, None) => return Err(Refusal::NoMatter),
    };
    let matter = Matter {
        id,
        centre: about.0,
        topic: about.1,
        opening,
        said,
    };
    let asked = matter.said.iter().any(|review| review.act == Act::Asked);
    match staff.role {
        StaffRole::DistrictAdmin => Ok(matter),
        StaffRole::SiteManager if matter.centre == staff.centre && asked => Ok(matter),
        StaffRole::SiteManager => Err(Refusal::NoMatter),
        StaffRole::Vaccinator => Err(Refusal::Forbidden),
    }
}

fn gathered(openings: Vec<Opening>, said: Vec<Review>) -> Vec<Matter> {
    let mut matters: Vec<Matter> = Vec::new();
    for opening in openings {
        matters.push(Matter {
            id: opening.id,
            centre: opening.centre,
            topic: Topic::Opening,
            opening: Some(opening),
            said: Vec::new(),
        });
    }
    let mut at: HashMap<MatterId, usize> = matters.iter().map(|one| one.id).zip(0..).collect();
    for review in said {
        let place = *at.entry(review.matter).or_insert(matters.len());
        if place == matters.len() {
            // Of an opening that is beyond the list, nothing is listed.
            if review.topic == Topic::Opening {
                at.remove(&review.matter);
                continue;
            }
            matters.push(Matter {
                id: review.matter,
                centre: review.centre,
                topic: review.topic,
                opening: None,
                said: Vec::new(),
            });
        }
        if let Some(matter) = matters.get_mut(place) {
            matter.said.push(review);
        }
    }
    matters
}

fn added(added: Added) -> Result<(), Refusal> {
    match added {
        Added::Yes => Ok(()),
        Added::Behind => Err(Refusal::MatterMoved),
    }
}

/// The same form is the same matter.
fn matter_by_key(sealer: &Sealer, staff: &Staff, key: &FormKey) -> MatterId {
    let parts: [&[u8]; 3] = [b"matter", staff.id.as_bytes(), key.as_str().as_bytes()];
    let mac = sealer.keys.mac(MacKind::Plan, &parts);
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(mac) {
        *to = from;
    }
    MatterId::from_random(id)
}
