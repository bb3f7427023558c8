//! Values of the domain in the reader's words: dates, times, products, documents.

use chrono::{Datelike, NaiveTime, Timelike};
use pramaan_app::dose::{DoseFacts, Entered};
use pramaan_app::guardian::Shown;
use pramaan_domain::centre::{CentreKind, Fee};
use pramaan_domain::document::DocumentType;
use pramaan_domain::dose::{BodySite, DoseNumber, VaccinationStatus};
use pramaan_domain::gender::Gender;
use pramaan_domain::place::{DistrictId, district, state};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_domain::session::AgeBand;
use pramaan_domain::slot::Slot;
use pramaan_domain::time::{CivilDate, Timestamp};
use pramaan_domain::vaccine::Vaccine;

use crate::web::i18n::Locale;

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9",
    "month-10", "month-11", "month-12",
];
const WEEKDAYS: [&str; 7] = [
    "weekday-1",
    "weekday-2",
    "weekday-3",
    "weekday-4",
    "weekday-5",
    "weekday-6",
    "weekday-7",
];

/// `22 November 2026`.
pub(super) fn date(locale: Locale, date: CivilDate) -> String {
    let month = month(locale, date.month());
    locale.t_with(
        "date-full",
        &[
            ("day", date.day().to_string()),
            ("month", month),
            ("year", date.year().to_string()),
        ],
    )
}

/// `Sunday, 22 November 2026`.
pub(super) fn weekday_date(locale: Locale, on: CivilDate) -> String {
    let index = on.weekday().num_days_from_monday() as usize;
    let weekday = WEEKDAYS.get(index).map_or(String::new(), |id| locale.t(id));
    locale.t_with(
        "date-weekday",
        &[("weekday", weekday), ("date", date(locale, on))],
    )
}

/// `Sunday, 22 November`: for choices within a few days.
pub(super) fn day(locale: Locale, on: CivilDate) -> String {
    let variables = [
        ("weekday", weekday(locale, on)),
        ("day", on.day().to_string()),
        ("month", month(locale, on.month())),
    ];
    locale.t_with("date-day", &variables)
}

fn weekday(locale: Locale, on: CivilDate) -> String {
    let index = on.weekday().num_days_from_monday() as usize;
    WEEKDAYS.get(index).map_or(String::new(), |id| locale.t(id))
}

pub(super) fn month_of_year(locale: Locale, year: i32, number: u32) -> String {
    locale.t_with(
        "month-year",
        &[("month", month(locale, number)), ("year", year.to_string())],
    )
}

fn month(locale: Locale, number: u32) -> String {
    let id = (number as usize)
        .checked_sub(1)
        .and_then(|index| MONTHS.get(index));
    id.map_or(String::new(), |id| locale.t(id))
}

/// `22 November 2026, 10:12 am`, in Asia/Kolkata.
pub(super) fn instant(locale: Locale, at: Timestamp) -> String {
    let on = at.date();
    let midnight = Timestamp::from_local(on, NaiveTime::MIN);
    let minutes = u32::try_from((at.seconds() - midnight.seconds()) / 60).unwrap_or(0);
    let time_of_day = NaiveTime::from_hms_opt(minutes / 60 % 24, minutes % 60, 0).unwrap_or_default();
    locale.t_with(
        "date-time",
        &[("date", date(locale, on)), ("time", time(locale, time_of_day))],
    )
}

/// `10:12 am`; Hindi names the part of the day instead.
pub(super) fn time(locale: Locale, time: NaiveTime) -> String {
    let id = match time.hour() {
        0..=3 => "time-early",
        4..=11 => "time-morning",
        12..=15 => "time-noon",
        16..=19 => "time-evening",
        _ => "time-night",
    };
    let (_, hour) = time.hour12();
    locale.t_with(id, &[("time", format!("{hour}:{:02}", time.minute()))])
}

/// Where in the body, in words.
pub(super) fn body_site(locale: Locale, site: BodySite) -> String {
    locale.t(match site {
        BodySite::LeftUpperArm => "site-left-arm",
        BodySite::RightUpperArm => "site-right-arm",
        BodySite::LeftThigh => "site-left-thigh",
        BodySite::RightThigh => "site-right-thigh",
        BodySite::Nose => "site-nose",
    })
}

/// What stands behind a dose that was entered from paper: when it was given, and when it was typed in. Empty for any other.
pub(super) fn from_paper(locale: Locale, facts: &DoseFacts) -> String {
    match facts.entered {
        Entered::FromPaper { at } => locale.t_with(
            "dose-from-paper",
            &[
                ("given", instant(locale, facts.given_at)),
                ("entered", instant(locale, at)),
            ],
        ),
        Entered::WithTheRecord | Entered::Held { .. } => String::new(),
    }
}

pub(super) fn slot(locale: Locale, slot: Slot) -> String {
    let ends = [
        ("from", time(locale, slot.start())),
        ("to", time(locale, slot.end())),
    ];
    locale.t_with("time-range", &ends)
}

pub(super) fn vaccine(locale: Locale, vaccine: Vaccine) -> String {
    locale.t(match vaccine {
        Vaccine::Covishield => "vaccine-covishield",
        Vaccine::Covaxin => "vaccine-covaxin",
        Vaccine::SputnikV => "vaccine-sputnik-v",
        Vaccine::SputnikLight => "vaccine-sputnik-light",
        Vaccine::Corbevax => "vaccine-corbevax",
        Vaccine::ZycovD => "vaccine-zycov-d",
        Vaccine::Covovax => "vaccine-covovax",
        Vaccine::Incovacc => "vaccine-incovacc",
    })
}

pub(super) fn dose(locale: Locale, dose: DoseNumber) -> String {
    locale.t(match dose {
        DoseNumber::First => "dose-1",
        DoseNumber::Second => "dose-2",
        DoseNumber::Third => "dose-3",
        DoseNumber::Precaution => "dose-precaution",
    })
}

/// Who is shown as a minor's guardian.
pub(super) fn guardian(locale: Locale, shown: &Shown) -> String {
    match shown {
        Shown::Person(name) => name.as_str().to_owned(),
        Shown::PrivateMember => locale.t("guardian-private"),
        Shown::Nobody => locale.t("guardian-nobody"),
    }
}

pub(super) fn gender(locale: Locale, gender: Gender) -> String {
    locale.t(match gender {
        Gender::Male => "gender-male",
        Gender::Female => "gender-female",
        Gender::Transgender => "gender-transgender",
        Gender::Other => "gender-other",
    })
}

pub(super) fn document(locale: Locale, kind: DocumentType) -> String {
    locale.t(match kind {
        DocumentType::Aadhaar => "document-1",
        DocumentType::DrivingLicence => "document-2",
        DocumentType::Pan => "document-6",
        DocumentType::Passport => "document-8",
        DocumentType::PensionPassbook => "document-9",
        DocumentType::NprSmartCard => "document-11",
        DocumentType::VoterId => "document-12",
        DocumentType::DisabilityId => "document-13",
        DocumentType::RationCard => "document-14",
        DocumentType::StudentId => "document-15",
    })
}

pub(super) fn status(locale: Locale, status: VaccinationStatus) -> String {
    locale.t(match status {
        VaccinationStatus::NotVaccinated => "status-none",
        VaccinationStatus::PartiallyVaccinated => "status-partial",
        VaccinationStatus::Vaccinated => "status-full",
    })
}

pub(super) fn ages(locale: Locale, ages: AgeBand) -> String {
    let min = ("min", ages.min().to_string());
    match ages.max() {
        None => locale.t_with("ages-from", &[min]),
        Some(max) => locale.t_with("ages-between", &[min, ("max", max.to_string())]),
    }
}

pub(super) fn fee(locale: Locale, fee: Fee) -> String {
    match fee.rupees() {
        0 => locale.t("fee-free"),
        rupees => locale.t_with("fee-paid", &[("rupees", rupees.to_string())]),
    }
}

pub(super) fn centre_kind(locale: Locale, kind: CentreKind) -> String {
    locale.t(match kind {
        CentreKind::Government => "kind-government",
        CentreKind::Private => "kind-private",
    })
}

/// `Mumbai, Maharashtra`; district names exist in English only.
pub(super) fn district_name(locale: Locale, id: DistrictId) -> String {
    let Some(found) = district(id) else {
        return id.number().to_string();
    };
    let name = found.name.trim();
    match state(found.state) {
        Some(state) => format!("{name}, {}", state_name(locale, state)),
        None => name.to_owned(),
    }
}

pub(super) fn state_name(locale: Locale, state: &pramaan_domain::place::State) -> &'static str {
    match locale {
        Locale::En => state.name,
        Locale::Hi => state.name_hi,
    }
}

/// Fourteen digits in groups that can be read out: `1234 5678 9012 34`.
pub(super) fn reference_id(id: ReferenceId) -> String {
    let digits = id.to_string();
    let groups: Vec<&str> = (0..digits.len())
        .step_by(4)
        .filter_map(|start| digits.get(start..(start + 4).min(digits.len())))
        .collect();
    groups.join(" ")
}
