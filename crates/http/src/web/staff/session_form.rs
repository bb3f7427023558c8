//! The form of a new session: a day, a vaccine, ages, hourly slots between two hours, and seats for each slot.

use chrono::{Days, NaiveTime};
use pramaan_app::session::{HAND_DAYS_AHEAD, SessionPlan, SlotPlan};
use pramaan_app::stock::Shortage;
use pramaan_app::{FormKey, Refusal};
use pramaan_domain::centre::CentreId;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::session::{AgeBand, Quota};
use pramaan_domain::slot::Slot;
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use crate::web::form::{FormState, Message};
use crate::web::kept::Fields;

/// The box that is asked for when there are fewer doses than seats.
pub(super) const SHORT: &str = "short";
/// The box that is asked for when the same vaccine is given at the same hours already.
pub(super) const SAME: &str = "same";
/// Seats for one dose and quota in one slot.
const MOST_SEATS: u16 = 500;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// Which centre, for an admin of several.
    centre: String,
    day: String,
    vaccine: String,
    min_age: String,
    max_age: String,
    from: String,
    until: String,
    first_online: String,
    first_walk_in: String,
    second_online: String,
    second_walk_in: String,
    third_online: String,
    third_walk_in: String,
    precaution_online: String,
    precaution_walk_in: String,
    /// Names the form, so that one sent twice publishes once.
    key: String,
    /// `yes` when it is published though the stock has fewer doses.
    short: String,
    /// `yes` when it is published beside another session of the same vaccine and hours.
    same: String,
    /// `kept` from a login that interrupted the form.
    pub(super) step: String,
    /// The form that waited for that login, sealed.
    pub(super) kept: String,
}

impl Fields for Typed {
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let mut fields: Vec<(&'static str, &str)> = vec![
            ("centre", &self.centre),
            ("key", &self.key),
            ("day", &self.day),
            ("vaccine", &self.vaccine),
            ("min_age", &self.min_age),
            ("max_age", &self.max_age),
            ("from", &self.from),
            ("until", &self.until),
        ];
        fields.extend(self.seats().map(|(name, value, ..)| (name, value)));
        fields.push((SHORT, &self.short));
        fields.push((SAME, &self.same));
        fields
    }
}

impl Typed {
    /// Tomorrow, Covishield from 18 on, nine to one.
    pub(super) fn suggested(today: CivilDate) -> Self {
        let tomorrow = today.succ_opt().unwrap_or(today);
        Self {
            day: tomorrow.to_string(),
            vaccine: Vaccine::Covishield.name().to_owned(),
            min_age: "18".to_owned(),
            from: "09:00".to_owned(),
            until: "13:00".to_owned(),
            ..Self::default()
        }
    }

    /// The same for a centre.
    pub(super) fn at(self, centre: CentreId) -> Self {
        Self {
            centre: centre.to_string(),
            ..self
        }
    }

    /// The same with a name, unless it has one.
    pub(super) fn named(self, fresh: impl FnOnce() -> String) -> Self {
        match FormKey::parse(&self.key) {
            Ok(_) => self,
            Err(_) => Self { key: fresh(), ..self },
        }
    }

    /// # Errors
    /// `Invalid` for a form without a name.
    pub(super) fn key(&self) -> Result<FormKey, Refusal> {
        FormKey::parse(&self.key)
    }

    pub(super) fn centre(&self) -> Option<i64> {
        self.centre.trim().parse().ok()
    }

    /// # Errors
    /// The form with an error beside each field that cannot be read.
    pub(super) fn parse(&self, centre: CentreId, today: CivilDate) -> Result<SessionPlan, FormState> {
        let mut form = self.form();
        let mut keep = |field, error| form = std::mem::take(&mut form).error_at(field, Message::new(error));
        let day = self.day(today);
        if day.is_none() {
            keep("day", "session-day-wrong");
        }
        let vaccine = Vaccine::parse(&self.vaccine).ok();
        if vaccine.is_none() {
            keep("vaccine", "dose-vaccine-wrong");
        }
        let ages = self.ages();
        if ages.is_none() {
            keep("min_age", "session-ages-wrong");
        }
        let slots = self.slots();
        if slots.is_empty() {
            keep("from", "session-hours-wrong");
        }
        let mut seats = Vec::new();
        for (field, text, dose, quota) in self.seats() {
            match text.trim() {
                "" => {}
                text => match text.parse::<u16>() {
                    Ok(number) if number <= MOST_SEATS => seats.push((dose, quota, number)),
                    _ => keep(field, "session-seats-wrong"),
                },
            }
        }
        if seats.iter().all(|(.., number)| *number == 0) {
            keep("first_online", "session-seats-none");
        }
        match (form.is_valid(), day, vaccine, ages) {
            (true, Some(day), Some(vaccine), Some(ages)) => {
                let with_seats = |slot| SlotPlan {
                    slot,
                    seats: seats.clone(),
                };
                let slots = slots.into_iter().map(with_seats).collect();
                Ok(SessionPlan {
                    id: None,
                    centre,
                    day,
                    vaccine,
                    ages,
                    slots,
                })
            }
            _ => Err(form),
        }
    }

    /// The form with each warning beside its box to tick; none when they are ticked.
    pub(super) fn warned(&self, same: Option<Message>, shortage: Option<Shortage>) -> Option<FormState> {
        let mut form = self.form();
        if let Some(same) = same.filter(|_| self.same != "yes") {
            form = form.error_at(SAME, same);
        }
        if let Some(shortage) = shortage.filter(|_| self.short != "yes") {
            let warning = Message::new("session-short")
                .with("seats", shortage.seats)
                .with("doses", shortage.doses);
            form = form.error_at(SHORT, warning);
        }
        (!form.is_valid()).then_some(form)
    }

    fn seats(&self) -> [(&'static str, &str, DoseNumber, Quota); 8] {
        use DoseNumber::{First, Precaution, Second, Third};
        use Quota::{Online, WalkIn};
        [
            ("first_online", &self.first_online, First, Online),
            ("first_walk_in", &self.first_walk_in, First, WalkIn),
            ("second_online", &self.second_online, Second, Online),
            ("second_walk_in", &self.second_walk_in, Second, WalkIn),
            ("third_online", &self.third_online, Third, Online),
            ("third_walk_in", &self.third_walk_in, Third, WalkIn),
            ("precaution_online", &self.precaution_online, Precaution, Online),
            ("precaution_walk_in", &self.precaution_walk_in, Precaution, WalkIn),
        ]
    }

    fn day(&self, today: CivilDate) -> Option<CivilDate> {
        let day: CivilDate = self.day.trim().parse().ok()?;
        let last = today.checked_add_days(Days::new(HAND_DAYS_AHEAD))?;
        (today..=last).contains(&day).then_some(day)
    }

    fn ages(&self) -> Option<AgeBand> {
        let min = self.min_age.trim().parse().ok()?;
        let max = match self.max_age.trim() {
            "" => None,
            text => Some(text.parse().ok()?),
        };
        AgeBand::new(min, max).ok()
    }

    /// One slot an hour; the last one may be shorter.
    fn slots(&self) -> Vec<Slot> {
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let (Some(mut start), Some(until)) = (time(&self.from), time(&self.until)) else {
            return Vec::new();
        };
        let mut slots = Vec::new();
        while start < until {
            let (hour_later, past_midnight) = start.overflowing_add_signed(chrono::TimeDelta::hours(1));
            let end = if past_midnight == 0 {
                hour_later.min(until)
            } else {
                until
            };
            slots.extend(Slot::new(start, end));
            start = end;
        }
        slots
    }
}

/// Beside which field a refusal to publish belongs.
pub(super) fn beside(refusal: &Refusal) -> Option<(&'static str, Message)> {
    Some(match refusal {
        Refusal::Invalid { field: "seats", .. } => {
            ("first_online", Message::new("session-first-not-allowed"))
        }
        Refusal::Invalid { field: "slots", .. } => ("from", Message::new("session-hours-wrong")),
        Refusal::Invalid { .. } => ("day", Message::new("session-day-wrong")),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centre() -> CentreId {
        CentreId::from_number(1).unwrap()
    }

    fn today() -> CivilDate {
        CivilDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn typed() -> Typed {
        Typed {
            first_online: "10".to_owned(),
            ..Typed::suggested(today())
        }
    }

    #[test]
    fn hours_become_slots_with_their_seats() {
        let plan = Typed {
            until: "11:30".to_owned(),
            ..typed()
        }
        .parse(centre(), today())
        .unwrap();
        let slots: Vec<String> = plan.slots.iter().map(|plan| plan.slot.to_string()).collect();
        assert_eq!(slots, ["09:00AM-10:00AM", "10:00AM-11:00AM", "11:00AM-11:30AM"]);
        assert!(
            plan.slots
                .iter()
                .all(|plan| plan.seats == [(DoseNumber::First, Quota::Online, 10)])
        );
        let late = Typed {
            from: "22:30".to_owned(),
            until: "23:59".to_owned(),
            ..typed()
        };
        assert_eq!(late.slots().len(), 2);
    }

    #[test]
    fn third_doses_have_seats_of_their_own() {
        let plan = Typed {
            first_online: String::new(),
            third_walk_in: "4".to_owned(),
            ..typed()
        };
        let plan = plan.parse(centre(), today()).unwrap();
        let seats = [(DoseNumber::Third, Quota::WalkIn, 4)];
        assert!(plan.slots.iter().all(|slot| slot.seats == seats));
    }

    #[test]
    fn what_cannot_be_held_is_refused_beside_its_field() {
        let text = str::to_owned;
        for (wrong, field) in [
            (
                Typed {
                    day: text("2026-11-21"),
                    ..typed()
                },
                "day",
            ),
            (
                Typed {
                    day: text("2027-11-21"),
                    ..typed()
                },
                "day",
            ),
            (
                Typed {
                    vaccine: text("water"),
                    ..typed()
                },
                "vaccine",
            ),
            (
                Typed {
                    max_age: text("12"),
                    ..typed()
                },
                "min_age",
            ),
            (
                Typed {
                    until: text("08:00"),
                    ..typed()
                },
                "from",
            ),
            (
                Typed {
                    second_online: text("-1"),
                    ..typed()
                },
                "second_online",
            ),
            (
                Typed {
                    second_online: text("501"),
                    ..typed()
                },
                "second_online",
            ),
            (
                Typed {
                    first_online: text("0"),
                    ..typed()
                },
                "first_online",
            ),
        ] {
            let form = wrong.parse(centre(), today()).unwrap_err();
            assert!(form.error(field).is_some(), "{field}");
        }
    }
}
