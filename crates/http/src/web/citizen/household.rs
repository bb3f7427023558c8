//! The family: everybody registered with this mobile, what they have had, and what comes next.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::appointment::{Appointment, ClaimState};
use pramaan_app::beneficiary::HOUSEHOLD_SIZE;
use pramaan_app::{Citizen, Comorbidity, Refusal};
use pramaan_domain::birth::Birth;
use pramaan_domain::dose::{DoseNumber, GivenDose, VaccinationStatus};
use pramaan_domain::rules::{self, Comorbid, Membership, Question, Verdict};
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::explanation::Explanation;
use super::layout::Nav;
use super::visitor::SignedIn;
use super::{refusal, words};
use crate::cowin::error::CowinError;
use crate::query::Query;
use crate::web::error_page::render;
use crate::web::form::{FormState, Message};
use crate::web::front::Front;
use crate::web::i18n::Locale;
use crate::web::page::Page;

pub(super) fn routes() -> Router<Front> {
    Router::new().route("/household", get(show))
}

#[derive(Template)]
#[template(path = "citizen/household.html")]
pub(super) struct HouseholdPage {
    page: Page,
    nav: Nav,
    done: Option<Message>,
    /// Of what is asked of a number that shows nobody.
    form: FormState,
    silent_days: u16,
    cards: Vec<Card>,
    room: bool,
}

/// One member, in words.
#[derive(Clone)]
struct Card {
    /// The place in the list, from 1.
    position: usize,
    name: String,
    born: String,
    gender: String,
    document: String,
    reference_id: String,
    status: String,
    doses: Vec<DoseLine>,
    next: Explanation,
    may_book: bool,
    appointments: Vec<Visit>,
    /// Somebody registered this person's document later.
    rival: bool,
}

#[derive(Clone)]
struct DoseLine {
    name: String,
    line: String,
    certificate: Option<String>,
}

#[derive(Clone)]
struct Visit {
    when: String,
    what: String,
    place: String,
    href: String,
    open: String,
}

#[derive(Debug, Default, Deserialize)]
struct Told {
    done: Option<String>,
}

async fn show(
    State(front): State<Front>,
    page: Page,
    SignedIn(citizen): SignedIn,
    told: Result<Query<Told>, CowinError>,
) -> Response {
    let done = match told.ok().and_then(|Query(told)| told.done).as_deref() {
        Some("deleted") => Some(Message::new("family-deleted")),
        Some("back") => Some(Message::new("family-back")),
        Some("changed") => Some(Message::new("family-changed")),
        Some("cancelled") => Some(Message::new("family-cancelled")),
        _ => None,
    };
    match cards(&front, page.locale, &citizen).await {
        Ok(cards) => render(&HouseholdPage {
            page,
            nav: Nav::inside("/household"),
            done,
            form: FormState::new(),
            silent_days: front.app.silent_days(),
            room: cards.len() < HOUSEHOLD_SIZE,
            cards,
        }),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

async fn cards(front: &Front, locale: Locale, citizen: &Citizen) -> Result<Vec<Card>, Refusal> {
    let family = front.app.dashboard(citizen, "GET /household").await?;
    let issued = front.app.certificates(citizen).await?;
    let rivals = front.app.rivals(citizen).await?;
    let today = front.app.today();
    let cards = family.iter().zip(1..).map(|(relative, position)| {
        let person = &relative.person;
        let birth = person
            .birth_date
            .map(Birth::Date)
            .or(person.birth_year.map(Birth::Year));
        let kind = person
            .document_type
            .map(|kind| words::document(locale, kind))
            .unwrap_or_default();
        let facts = Facts {
            position,
            name: person
                .name
                .as_ref()
                .map(|name| name.as_str().to_owned())
                .unwrap_or_default(),
            birth,
            comorbidity: person.comorbidity,
            lists: relative.lists.clone(),
            gender: person
                .gender
                .map(|gender| words::gender(locale, gender))
                .unwrap_or_default(),
            document: (kind, person.document_last_four.clone().unwrap_or_default()),
            reference_id: person.reference_id.map(words::reference_id).unwrap_or_default(),
            rival: rivals.contains(&person.person),
        };
        let visits = relative
            .appointments
            .iter()
            .filter_map(|appointment| visit(locale, appointment, front))
            .collect();
        let certificates: Vec<_> = issued
            .iter()
            .filter(|issued| issued.person == person.person)
            .collect();
        let had = relative.doses.iter().map(|given| Had {
            number: given.dose,
            given: given.for_rules(),
            certificate: certificates
                .iter()
                .position(|issued| issued.event == given.id)
                .map(|index| format!("/household/{position}/certificates/{}", index + 1)),
        });
        Card::new(locale, today, facts, had.collect(), visits)
    });
    Ok(cards.collect())
}

/// What is known of a member before it is put into words.
struct Facts {
    position: usize,
    name: String,
    birth: Option<Birth>,
    comorbidity: Option<Comorbidity>,
    lists: Vec<Membership>,
    gender: String,
    /// The kind in words, and the last characters.
    document: (String, String),
    reference_id: String,
    rival: bool,
}

/// A dose that a member had.
struct Had {
    number: DoseNumber,
    given: GivenDose,
    certificate: Option<String>,
}

impl Card {
    fn new(locale: Locale, today: CivilDate, facts: Facts, had: Vec<Had>, visits: Vec<Visit>) -> Self {
        let doses: Vec<GivenDose> = had.iter().map(|had| had.given).collect();
        // A record always has a year of birth; without one the rules say what they say of a newborn.
        let newborn = || pramaan_domain::birth::BirthYear::new(chrono::Datelike::year(&today), today).ok();
        let birth = facts.birth.or_else(|| newborn().map(Birth::Year));
        let answer = birth.map(|birth| {
            let comorbid = match facts.comorbidity {
                Some(Comorbidity::Declared) => Comorbid::Yes,
                Some(Comorbidity::None) | None => Comorbid::No,
            };
            let question = Question {
                comorbid,
                doses: doses.clone(),
                ..Question::new(today, birth)
            };
            rules::best(&question, &facts.lists, today, |question| {
                rules::if_declared(question, rules::explain)
            })
        });
        let (kind, last) = facts.document;
        Self {
            position: facts.position,
            born: facts
                .birth
                .map(|birth| birth.year().get().to_string())
                .unwrap_or_default(),
            gender: facts.gender,
            document: locale.t_with("family-document-masked", &[("kind", kind), ("last", last)]),
            reference_id: facts.reference_id,
            status: words::status(locale, VaccinationStatus::from_doses(&doses)),
            doses: had.into_iter().map(|had| dose_line(locale, had)).collect(),
            may_book: visits.is_empty()
                && answer
                    .as_ref()
                    .is_some_and(|answer| answer.verdict != Verdict::NotEligible),
            next: answer
                .map(|answer| Explanation::new(locale, &answer))
                .unwrap_or_default(),
            appointments: visits,
            rival: facts.rival,
            name: facts.name,
        }
    }
}

fn dose_line(locale: Locale, had: Had) -> DoseLine {
    let name = words::dose(locale, had.number);
    let line = [
        ("dose", name.clone()),
        ("vaccine", words::vaccine(locale, had.given.vaccine)),
        ("date", words::date(locale, had.given.on)),
    ];
    DoseLine {
        line: locale.t_with("family-dose-line", &line),
        name,
        certificate: had.certificate,
    }
}

fn visit(locale: Locale, appointment: &Appointment, front: &Front) -> Option<Visit> {
    let missed = appointment.ends_at <= front.app.now();
    let open = match (appointment.state, missed) {
        (ClaimState::Booked, false) => locale.t("appointment-open"),
        (ClaimState::Booked, true) => locale.t("appointment-missed"),
        _ => return None,
    };
    let when = words::weekday_date(locale, appointment.day);
    let centre = &appointment.centre;
    Some(Visit {
        when: format!("{when}, {}", words::slot(locale, appointment.slot)),
        what: format!(
            "{}, {}",
            words::dose(locale, appointment.dose),
            words::vaccine(locale, appointment.vaccine)
        ),
        place: format!("{}, {}", centre.name, centre.location),
        href: if missed {
            "/sessions".to_owned()
        } else {
            format!("/household/appointments/{}", appointment.id)
        },
        open,
    })
}

#[cfg(test)]
impl HouseholdPage {
    pub(super) fn samples(page: &Page) -> Vec<Self> {
        use pramaan_domain::birth::BirthYear;
        use pramaan_domain::vaccine::Vaccine;
        let locale = page.locale;
        let day = |year, month, day| CivilDate::from_ymd_opt(year, month, day).unwrap();
        let today = day(2026, 11, 22);
        let facts = |position, name: &str, year, rival| Facts {
            position,
            name: name.to_owned(),
            birth: Some(Birth::Year(BirthYear::new(year, today).unwrap())),
            comorbidity: None,
            lists: Vec::new(),
            gender: words::gender(locale, pramaan_domain::gender::Gender::Female),
            document: (
                words::document(locale, pramaan_domain::document::DocumentType::Passport),
                "4567".to_owned(),
            ),
            reference_id: "1234 5678 9012 34".to_owned(),
            rival,
        };
        let visit = Visit {
            when: format!("{}, 9:00", words::weekday_date(locale, today)),
            what: words::dose(locale, DoseNumber::Second),
            place: "Kamla Nehru Dispensary, Fort".to_owned(),
            href: "/household/appointments/1".to_owned(),
            open: locale.t("appointment-open"),
        };
        let had = Had {
            number: DoseNumber::First,
            given: GivenDose {
                on: day(2026, 10, 30),
                vaccine: Vaccine::Covishield,
            },
            certificate: Some("/household/2/certificates/1".to_owned()),
        };
        let second = Card::new(
            locale,
            today,
            facts(2, "रवि कुमार", 2005, false),
            vec![had],
            vec![visit],
        );
        let cards = vec![
            Card::new(
                locale,
                today,
                facts(1, "Asha Devi", 1980, true),
                Vec::new(),
                Vec::new(),
            ),
            second,
        ];
        let nav = Nav::inside("/household");
        let empty = Self {
            page: page.clone(),
            nav,
            done: None,
            form: FormState::new(),
            silent_days: 90,
            cards: Vec::new(),
            room: true,
        };
        let changed = Some(Message::new("family-changed"));
        let full = Self {
            page: page.clone(),
            nav,
            done: changed,
            form: FormState::new(),
            silent_days: 90,
            cards: cards.clone(),
            room: false,
        };
        vec![
            empty,
            full,
            Self {
                page: page.clone(),
                nav,
                done: None,
                form: FormState::new(),
                silent_days: 90,
                cards,
                room: true,
            },
        ]
    }
}
