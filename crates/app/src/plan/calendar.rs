//! The days of a month at a centre, or at all centres of a district: sessions and seats, in counts.

use std::collections::BTreeMap;

use chrono::{Datelike, Months};
use pramaan_domain::centre::CentreId;
use pramaan_domain::time::CivilDate;
use pramaan_store::district::{self, CentreDay};

use super::{invalid, planner};
use crate::{App, Refusal, Staff, StaffRole};

/// Every day of a month, also those without a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// The first day of the month.
    pub month: CivilDate,
    pub days: Vec<CalendarDay>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarDay {
    pub day: CivilDate,
    /// Centres with a published session.
    pub centres: usize,
    pub sessions: i64,
    pub cancelled: i64,
    pub seats: i64,
    pub taken: i64,
}

impl App {
    /// The month of `day` at a centre, or at all of an admin's district.
    ///
    /// # Errors
    /// `Forbidden` for a vaccinator, and for another's centre.
    pub async fn calendar(
        &self,
        staff: &Staff,
        centre: Option<CentreId>,
        day: CivilDate,
    ) -> Result<Calendar, Refusal> {
        planner(staff)?;
        match (centre, staff.role) {
            (Some(centre), _) => self.require_planner(staff, centre)?,
            (None, StaffRole::DistrictAdmin) => {}
            (None, _) => return Err(Refusal::Forbidden),
        }
        let wrong = || invalid("month", "no calendar has this month");
        let month = day.with_day(1).ok_or_else(wrong)?;
        let next = month.checked_add_months(Months::new(1)).ok_or_else(wrong)?;
        let last = next.pred_opt().ok_or_else(wrong)?;
        let district = staff.district;
        let found = self.0.db.read("app::plan::calendar", move |tx| {
            Box::pin(async move { district::calendar(tx, district, (month, last)).await })
        });
        let mut days: BTreeMap<CivilDate, CalendarDay> = month
            .iter_days()
            .take_while(|day| *day <= last)
            .map(|day| (day, CalendarDay::without(day)))
            .collect();
        let of_centre = |one: &CentreDay| centre.is_none_or(|centre| centre.number() == one.centre);
        for one in found.await?.iter().filter(|one| of_centre(one)) {
            if let Some(day) = days.get_mut(&one.day) {
                day.add(one);
            }
        }
        Ok(Calendar {
            month,
            days: days.into_values().collect(),
        })
    }
}

impl CalendarDay {
    const fn without(day: CivilDate) -> Self {
        Self {
            day,
            centres: 0,
            sessions: 0,
            cancelled: 0,
            seats: 0,
            taken: 0,
        }
    }

    fn add(&mut self, one: &CentreDay) {
        self.centres += usize::from(one.sessions > 0);
        self.sessions += one.sessions;
        self.cancelled += one.cancelled;
        self.seats += one.seats;
        self.taken += one.taken;
    }
}
