//! A search and its results: places, days, filters, and what each centre offers.

use std::collections::BTreeMap;

use chrono::Days;
use pramaan_app::availability::{CentreView, Place, SessionView};
use pramaan_domain::centre::Fee;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::number_id::StateId;
use pramaan_domain::place::{self, DistrictId, Pincode};
use pramaan_domain::time::CivilDate;
use pramaan_domain::vaccine::Vaccine;
use serde::Deserialize;

use crate::web::citizen::words;
use crate::web::form::{FormState, Message};
use crate::web::i18n::Locale;
use crate::web::language::query_value;

/// Days that can be chosen, today included.
const DAYS: u64 = 9;
/// Neighbouring pincodes that are searched too, and how far they may be.
const NEIGHBOURS: usize = 12;
const WITHIN_KM: f64 = 25.0;
/// Centres on one page.
const CENTRES: usize = 40;

pub(super) struct Found {
    pub(super) title: String,
    pub(super) days: Vec<Day>,
    pub(super) centres: Vec<Site>,
    /// Whether there were more centres than the page shows.
    pub(super) cut: bool,
}

pub(super) struct Day {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) seats: String,
    pub(super) is_chosen: bool,
}

pub(super) struct Site {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) place: String,
    pub(super) kind: String,
    pub(super) sessions: Vec<Offer>,
}

pub(super) struct Offer {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) fee: String,
    pub(super) hours: String,
    /// Free seats by dose; empty when none is left.
    pub(super) seats: Vec<String>,
    pub(super) book: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    pub(super) pincode: String,
    pub(super) state: String,
    pub(super) district: String,
    pub(super) date: String,
    pub(super) age: String,
    pub(super) vaccine: String,
    pub(super) fee: String,
    pub(super) dose: String,
}

/// What results must fit.
#[derive(Default)]
pub(super) struct Filter {
    pub(super) age: Option<i64>,
    pub(super) vaccine: Option<Vaccine>,
    pub(super) fee: Option<FeeWanted>,
    pub(super) dose: Option<DoseNumber>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FeeWanted {
    Free,
    Paid,
}

/// A title and the places to look at, each with the words that stand beside its centres.
pub(super) type Places = (String, Vec<(Place, Option<String>)>);

impl Search {
    pub(super) fn form(&self) -> FormState {
        let fields = [
            ("pincode", &self.pincode),
            ("state", &self.state),
            ("district", &self.district),
            ("age", &self.age),
            ("vaccine", &self.vaccine),
            ("fee", &self.fee),
            ("dose", &self.dose),
        ];
        fields
            .into_iter()
            .fold(FormState::new(), |form, (name, value)| form.value_of(name, value))
    }

    pub(super) fn places(&self, locale: Locale) -> Result<Option<Places>, Message> {
        let pincode = self.pincode.replace(' ', "");
        if !pincode.is_empty() {
            let pincode = Pincode::parse(&pincode).map_err(|_| Message::new("find-pincode-wrong"))?;
            if place::pincode(pincode).is_none() {
                return Err(Message::new("find-pincode-unknown"));
            }
            let number = pincode.number().to_string();
            let title = locale.t_with("find-around", &[("pincode", number)]);
            return Ok(Some((title, around(locale, pincode))));
        }
        let Ok(district) = DistrictId::parse(&self.district) else {
            return Ok(None);
        };
        let known = place::district(district)
            .filter(|found| StateId::parse(&self.state).is_ok_and(|state| state == found.state));
        let title = words::district_name(locale, district);
        Ok(known.map(|_| (title, vec![(Place::District(district), None)])))
    }

    pub(super) fn filter(&self, mut form: FormState) -> (Filter, FormState) {
        let age = match self.age.trim() {
            "" => None,
            text => {
                let age = text.parse().ok().filter(|age| (0..=125).contains(age));
                if age.is_none() {
                    form = form.error_at("age", Message::new("find-age-wrong"));
                }
                age
            }
        };
        let filter = Filter {
            age,
            vaccine: Vaccine::parse(&self.vaccine).ok(),
            fee: match self.fee.as_str() {
                "free" => Some(FeeWanted::Free),
                "paid" => Some(FeeWanted::Paid),
                _ => None,
            },
            dose: DoseNumber::parse(&self.dose).ok(),
        };
        (filter, form)
    }

    pub(super) fn results(
        &self,
        locale: Locale,
        today: CivilDate,
        title: String,
        looked: Vec<(CentreView, Option<String>)>,
        filter: &Filter,
    ) -> Found {
        let days: Vec<CivilDate> = (0..DAYS)
            .filter_map(|ahead| today.checked_add_days(Days::new(ahead)))
            .collect();
        let mut seats: BTreeMap<CivilDate, u32> = BTreeMap::new();
        for (centre, _) in &looked {
            for session in centre
                .sessions
                .iter()
                .filter(|session| filter.fits(centre, session))
            {
                *seats.entry(session.day).or_default() += filter.free(session);
            }
        }
        let asked = self
            .date
            .parse::<CivilDate>()
            .ok()
            .filter(|day| days.contains(day));
        let first_free = days
            .iter()
            .find(|day| seats.get(day).is_some_and(|free| *free > 0))
            .copied();
        let chosen = asked.or(first_free).unwrap_or(today);
        let day = |day: &CivilDate| Day {
            href: format!("/sessions?{}&date={day}#results", self.query()),
            label: words::day(locale, *day),
            seats: {
                let free = seats.get(day).copied().unwrap_or_default();
                locale.t_with("find-day-seats", &[("count", free.to_string())])
            },
            is_chosen: *day == chosen,
        };
        let mut centres: Vec<Site> = looked
            .iter()
            .filter_map(|(centre, note)| site(locale, centre, note.clone(), chosen, filter))
            .collect();
        let cut = centres.len() > CENTRES;
        centres.truncate(CENTRES);
        let place_and_day = [("place", title), ("date", words::weekday_date(locale, chosen))];
        Found {
            title: locale.t_with("find-results", &place_and_day),
            days: days.iter().map(day).collect(),
            centres,
            cut,
        }
    }

    /// The search without its day.
    pub(super) fn query(&self) -> String {
        let fields = [
            ("pincode", &self.pincode),
            ("state", &self.state),
            ("district", &self.district),
            ("age", &self.age),
            ("vaccine", &self.vaccine),
            ("fee", &self.fee),
            ("dose", &self.dose),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_empty());
        given
            .map(|(name, value)| format!("{name}={}", query_value(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
}

/// The pincode and its neighbours, nearest first.
fn around(locale: Locale, pincode: Pincode) -> Vec<(Place, Option<String>)> {
    let note = |(near, km): (Pincode, f64)| {
        let number = ("pincode", near.number().to_string());
        let text = if near == pincode {
            locale.t_with("find-here", &[number])
        } else {
            locale.t_with("find-distance", &[number, ("km", format!("{:.0}", km.max(1.0)))])
        };
        (Place::Pincode(near), Some(text))
    };
    place::nearest(pincode, WITHIN_KM, NEIGHBOURS)
        .into_iter()
        .map(note)
        .collect()
}

impl Filter {
    pub(super) fn fits(&self, centre: &CentreView, session: &SessionView) -> bool {
        let ages = session.ages;
        let age = self
            .age
            .is_none_or(|age| ages.min() <= age && ages.max().is_none_or(|max| age <= max));
        let vaccine = self.vaccine.is_none_or(|vaccine| vaccine == session.vaccine);
        let is_free = centre.fee(session.vaccine) == Fee::FREE;
        let fee = self
            .fee
            .is_none_or(|wanted| (wanted == FeeWanted::Free) == is_free);
        let dose = self.dose.is_none_or(|dose| session.free(dose) > 0);
        age && vaccine && fee && dose && !session.slots.is_empty()
    }

    pub(super) fn free(&self, session: &SessionView) -> u32 {
        match self.dose {
            Some(dose) => session.free(dose),
            None => DoseNumber::ALL.iter().map(|dose| session.free(*dose)).sum(),
        }
    }
}

/// A centre with what it offers on that day; `None` when that is nothing.
fn site(
    locale: Locale,
    centre: &CentreView,
    note: Option<String>,
    day: CivilDate,
    filter: &Filter,
) -> Option<Site> {
    let fitting = centre
        .sessions
        .iter()
        .filter(|session| session.day == day && filter.fits(centre, session));
    let sessions: Vec<Offer> = fitting.map(|session| offer(locale, centre, session)).collect();
    let facts = &centre.centre;
    (!sessions.is_empty()).then(|| Site {
        id: facts.id.number(),
        name: facts.name.to_string(),
        address: facts.location.clone(),
        place: note.unwrap_or_else(|| {
            locale.t_with("find-here", &[("pincode", facts.pincode.number().to_string())])
        }),
        kind: words::centre_kind(locale, facts.kind),
        sessions,
    })
}

fn offer(locale: Locale, centre: &CentreView, session: &SessionView) -> Offer {
    let seats = DoseNumber::ALL
        .into_iter()
        .filter(|dose| session.free(*dose) > 0)
        .map(|dose| {
            let count = ("count", session.free(dose).to_string());
            locale.t_with("find-seats", &[("dose", words::dose(locale, dose)), count])
        });
    let ends = (session.slots.first(), session.slots.last());
    let hours = match ends {
        (Some(first), Some(last)) => locale.t_with(
            "find-hours",
            &[
                ("from", words::time(locale, first.slot.start())),
                ("to", words::time(locale, last.slot.end())),
            ],
        ),
        _ => String::new(),
    };
    Offer {
        id: session.id.to_string(),
        title: locale.t_with(
            "find-session",
            &[
                ("vaccine", words::vaccine(locale, session.vaccine)),
                ("ages", words::ages(locale, session.ages)),
            ],
        ),
        fee: words::fee(locale, centre.fee(session.vaccine)),
        hours,
        seats: seats.collect(),
        book: locale.t_with("find-book", &[("centre", centre.centre.name.to_string())]),
    }
}
