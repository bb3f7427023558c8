//! The roster: who works at a centre on a day, and whom they expect there. Nothing about a person is opened.

use pramaan_domain::dose::DoseNumber;
use pramaan_domain::id::StaffId;
use pramaan_domain::slot::Slot;
use pramaan_domain::staff::{StaffCode, StaffRole};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use pramaan_store::roster;
use pramaan_store::staff::{self, StaffRow, StaffState};
use pramaan_store::{Sealer, Tx};

pub use pramaan_store::appointment::AppointmentState;
pub use pramaan_store::roster::Place;

use crate::{App, Refusal, Staff};

/// How many days ahead a roster can be set.
pub const DAYS_AHEAD: i64 = 60;

/// Somebody expected today: when, for what and where in the queue, and nothing that tells who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    pub place: Place,
    pub hours: Slot,
    pub dose: DoseNumber,
    pub vaccine: Vaccine,
    pub state: AppointmentState,
}

impl Visitor {
    pub(crate) fn of(expected: roster::Expected) -> Self {
        Self {
            place: expected.place,
            hours: expected.hours,
            dose: expected.dose,
            vaccine: expected.vaccine,
            state: expected.state,
        }
    }
}

/// A colleague, as the page that sets the roster lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague {
    pub code: StaffCode,
    pub role: StaffRole,
    /// Invited, but without password yet.
    pub enrolled: Enrolled,
    pub on_roster: OnRoster,
    /// Whose list of the same day they are on, too.
    pub elsewhere: Vec<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolled {
    Yes,
    NotYet,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnRoster {
    Yes,
    No,
}

impl App {
    /// Whom this member of staff may expect at their centre today, in the order in which they are called.
    ///
    /// # Errors
    /// `OffRoster` when they do not work there today. A site manager sees it in any case.
    pub async fn roster_today(&self, staff: &Staff) -> Result<Vec<Visitor>, Refusal> {
        let (id, role, centre, today) = (staff.id, staff.role, staff.centre, self.today());
        let expected = self.0.db.read("app::roster::today", move |tx| {
            Box::pin(async move {
                if role != StaffRole::SiteManager {
                    require_shift(tx, id, (centre, today)).await?;
                }
                Ok::<_, Refusal>(roster::expected(tx, centre, today).await?)
            })
        });
        Ok(expected.await?.into_iter().map(Visitor::of).collect())
    }

    /// Whom a site manager's centre expects on a day, to be printed before it. Opens nothing.
    ///
    /// # Errors
    /// `Forbidden` for anybody else; `Invalid` for a past day, or one too far ahead.
    pub async fn roster_sheet(&self, manager: &Staff, day: CivilDate) -> Result<Vec<Visitor>, Refusal> {
        let centre = manages(manager)?;
        self.check_ahead(day)?;
        let expected = self.0.db.read("app::roster::sheet", move |tx| {
            Box::pin(roster::expected(tx, centre, day))
        });
        Ok(expected.await?.into_iter().map(Visitor::of).collect())
    }

    /// The staff of a site manager's centre, and who of them works there on a day.
    pub async fn colleagues(&self, manager: &Staff, day: CivilDate) -> Result<Vec<Colleague>, Refusal> {
        let (centre, sealer) = (manages(manager)?, self.0.sealer.clone());
        let found = self.0.db.read("app::roster::colleagues", move |tx| {
            Box::pin(async move {
                let on_roster = roster::of_day(tx, centre, day).await?;
                let elsewhere = roster::elsewhere(tx, centre, day).await?;
                Ok::<_, Refusal>((at_centre(tx, &sealer, (centre, day)).await?, on_roster, elsewhere))
            })
        });
        let (rows, on_roster, elsewhere) = found.await?;
        let colleague = |row| colleague(row, &on_roster, &elsewhere);
        Ok(rows.into_iter().filter_map(colleague).collect())
    }

    /// Sets who works at a site manager's centre on a day, replacing what was set before.
    ///
    /// # Errors
    /// `Forbidden` for anybody else; `Invalid` for a code of another centre, a past day, or one too far ahead.
    pub async fn set_roster(
        &self,
        manager: &Staff,
        day: CivilDate,
        codes: Vec<StaffCode>,
    ) -> Result<(), Refusal> {
        let centre = manages(manager)?;
        self.set_roster_of(centre, day, codes).await
    }

    /// The same on the word of whoever runs the server: the command line and the demonstration.
    pub async fn set_roster_of(
        &self,
        centre: i64,
        day: CivilDate,
        codes: Vec<StaffCode>,
    ) -> Result<(), Refusal> {
        self.check_ahead(day)?;
        let sealer = self.0.sealer.clone();
        let set = self.0.db.write("app::roster::set", move |tx| {
            Box::pin(async move {
                let staff = at_centre(tx, &sealer, (centre, day)).await?;
                let named = |code: &StaffCode| staff.iter().find(|row| row.code == *code).cloned();
                let mut chosen = Vec::with_capacity(codes.len());
                for code in &codes {
                    chosen.push(named(code).ok_or_else(|| Refusal::Invalid {
                        field: "code",
                        sentence: format!("{code} does not work at this centre"),
                    })?);
                }
                Ok(roster::set(tx, centre, day, &chosen).await?)
            })
        });
        set.await
    }

    fn check_ahead(&self, day: CivilDate) -> Result<(), Refusal> {
        let ahead = day.signed_duration_since(self.today()).num_days();
        match (0..=DAYS_AHEAD).contains(&ahead) {
            true => Ok(()),
            false => Err(Refusal::Invalid {
                field: "date",
                sentence: format!("a roster is set and printed for today and the next {DAYS_AHEAD} days"),
            }),
        }
    }
}

/// # Errors
/// `OffRoster` unless the roster of the centre has them on that day.
pub(crate) async fn require_shift(
    tx: &mut Tx,
    staff: StaffId,
    (centre, day): (i64, CivilDate),
) -> Result<(), Refusal> {
    match roster::holds(tx, centre, day, staff).await? {
        true => Ok(()),
        false => Err(Refusal::OffRoster),
    }
}

fn manages(manager: &Staff) -> Result<i64, Refusal> {
    match manager.role {
        StaffRole::SiteManager => Ok(manager.centre),
        StaffRole::Vaccinator | StaffRole::DistrictAdmin => Err(Refusal::Forbidden),
    }
}

/// The staff of a centre, and who of another one is on its list of a day: a replacement.
async fn at_centre(
    tx: &mut Tx,
    sealer: &Sealer,
    (centre, day): (i64, CivilDate),
) -> Result<Vec<StaffRow>, Refusal> {
    let mut staff = staff::of_centre(tx, sealer, centre).await?;
    staff.extend(roster::visiting(tx, sealer, (centre, day)).await?);
    Ok(staff)
}

/// None for somebody whose account has ended.
fn colleague(row: StaffRow, on_roster: &[StaffId], elsewhere: &[(StaffId, i64)]) -> Option<Colleague> {
    let others = elsewhere.iter().filter(|(staff, _)| *staff == row.id);
    Some(Colleague {
        elsewhere: others.map(|(_, centre)| *centre).collect(),
        enrolled: match row.state {
            StaffState::Active => Enrolled::Yes,
            StaffState::Invited => Enrolled::NotYet,
            StaffState::Ended => return None,
        },
        on_roster: if on_roster.contains(&row.id) {
            OnRoster::Yes
        } else {
            OnRoster::No
        },
        code: row.code,
        role: row.role,
    })
}
