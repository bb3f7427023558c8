//! The family: everybody registered with this mobile, what they have had, and what comes next.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use pramaan_app::appointment::{Appointment, ClaimState, DosesElsewhere};
use pramaan_app::beneficiary::HOUSEHOLD_SIZE;
use pramaan_app::dashboard::Relative;
use pramaan_app::encounter::OpenedPerson;
use pramaan_app::guardian;
use pramaan_app::private_member::{Sight, Sighted, WrongTries};
use pramaan_app::{Citizen, Comorbidity, Refusal};
use pramaan_domain::birth::Birth;
use pramaan_domain::dose::{DoseNumber, GivenDose, VaccinationStatus};
use pramaan_domain::guardian::Minority;
use pramaan_domain::rules::{self, Comorbid, Membership, Question};
use pramaan_domain::time::CivilDate;
use serde::Deserialize;

use super::course::{ByCourse, Course, Others};
use super::ended::WasThisYou;
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
    members: Vec<Member>,
    room: bool,
    /// Devices that logged in and that nobody confirmed.
    question: WasThisYou,
}

/// A member, or only that there is one.
#[derive(Clone)]
enum Member {
    Seen(Box<Card>),
    /// Somebody who keeps their record private, by the place in the list.
    Private(usize),
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
    next: Next,
    may_book: bool,
    appointments: Vec<Visit>,
    /// Somebody registered this person's document later.
    rival: bool,
    privacy: Privacy,
    control: Control,
}

/// What comes next, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Next {
    Explained(Explanation),
    /// Another record counts, which this phone does not show.
    Elsewhere {
        verdict: String,
    },
}

/// Who may change or delete the record, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Control {
    /// A minor: who is named for them.
    Guardian(String),
    /// 18 since a guardian registered them, and not here with their PIN.
    CameOfAge,
    Household,
}

/// What a seen member can do about who sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Privacy {
    /// Not yet 18 beyond doubt.
    TooYoung,
    Open,
    /// Private, and opened with the PIN: until when, and what the person has to be told.
    ByPin {
        until: String,
        wrong: Vec<String>,
    },
}

#[derive(Clone)]
struct DoseLine {
    name: String,
    line: String,
    /// When it was given and typed in, of a dose from paper; else empty.
    paper: String,
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
        Some("locked") => Some(Message::new("private-locked")),
        Some("private-open") => Some(Message::new("private-done-open")),
        Some("private-closed") => Some(Message::new("private-done-closed")),
        Some("private-set") => Some(Message::new("private-done-set")),
        Some("private-ended") => Some(Message::new("private-done-ended")),
        _ => None,
    };
    match asked(&front, page.locale, &citizen).await {
        Ok((members, question)) => render(&HouseholdPage {
            question,
            page,
            nav: Nav::inside("/household"),
            done,
            form: FormState::new(),
            silent_days: front.app.silent_days(),
            room: members.len() < HOUSEHOLD_SIZE,
            members,
        }),
        Err(refused) => refusal::page(page.locale, &refused),
    }
}

/// Everybody, and which devices are asked about.
async fn asked(
    front: &Front,
    locale: Locale,
    citizen: &Citizen,
) -> Result<(Vec<Member>, WasThisYou), Refusal> {
    let members = members(front, locale, citizen).await?;
    let newcomers = front.app.newcomers(citizen).await?;
    let partners = front.app.partner_names().await?;
    Ok((members, WasThisYou::new(locale, &newcomers, &partners)))
}

/// Everybody in the order of registration, so that a place stays somebody's whether they are open or not.
async fn members(front: &Front, locale: Locale, citizen: &Citizen) -> Result<Vec<Member>, Refusal> {
    let family = front.app.dashboard(citizen, "GET /household").await?;
    let mut elsewhere = front
        .app
        .doses_elsewhere(citizen, &family, "GET /household")
        .await?;
    let issued = front.app.certificates(citizen).await?;
    let rivals = front.app.rivals(citizen).await?;
    let wrong = front.app.wrong_tries(citizen).await?;
    let today = front.app.today();
    let everybody = front.app.sighted(citizen).await?;
    let people: Vec<&OpenedPerson> = family.iter().map(|relative| &relative.person).collect();
    let members = everybody.iter().zip(1..).map(|(sighted, position)| {
        let seen = |relative: &&Relative| relative.person.person == sighted.person;
        let Some(relative) = family.iter().find(seen) else {
            return Member::Private(position);
        };
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
            elsewhere: elsewhere.remove(&person.person),
            gender: person
                .gender
                .map(|gender| words::gender(locale, gender))
                .unwrap_or_default(),
            document: (kind, person.document_last_four.clone().unwrap_or_default()),
            reference_id: person.reference_id.map(words::reference_id).unwrap_or_default(),
            rival: rivals.contains(&person.person),
            privacy: privacy(locale, sighted, (person, today), &wrong),
            control: control(locale, (person, sighted.sight), (&people, &everybody), today),
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
            paper: words::from_paper(locale, &given.facts),
            certificate: certificates
                .iter()
                .position(|issued| issued.event == given.id)
                .map(|index| format!("/household/{position}/certificates/{}", index + 1)),
        });
        Member::Seen(Box::new(Card::new(locale, today, facts, had.collect(), visits)))
    });
    Ok(members.collect())
}

fn privacy(
    locale: Locale,
    sighted: &Sighted,
    (person, today): (&OpenedPerson, CivilDate),
    wrong: &[WrongTries],
) -> Privacy {
    let told = |tries: &WrongTries| {
        let day = ("day", words::date(locale, tries.day));
        locale.t_with("private-wrong-line", &[day, ("count", tries.count.to_string())])
    };
    match sighted.sight {
        Sight::ByPin { until } => Privacy::ByPin {
            until: words::time(locale, until.time_of_day()),
            wrong: wrong
                .iter()
                .filter(|tries| tries.person == sighted.person)
                .map(told)
                .collect(),
        },
        _ if person.minority(today) == Some(Minority::Minor) => Privacy::TooYoung,
        _ => Privacy::Open,
    }
}

fn control(
    locale: Locale,
    (person, sight): (&OpenedPerson, Sight),
    family: (&[&OpenedPerson], &[Sighted]),
    today: CivilDate,
) -> Control {
    match (person.minority(today), sight) {
        (Some(Minority::Minor), _) => {
            Control::Guardian(words::guardian(locale, &guardian::shown(person, family, today)))
        }
        (Some(Minority::CameOfAge), Sight::Open) => Control::CameOfAge,
        _ => Control::Household,
    }
}

/// What is known of a member before it is put into words.
struct Facts {
    position: usize,
    name: String,
    birth: Option<Birth>,
    comorbidity: Option<Comorbidity>,
    lists: Vec<Membership>,
    elsewhere: Option<DosesElsewhere>,
    gender: String,
    /// The kind in words, and the last characters.
    document: (String, String),
    reference_id: String,
    rival: bool,
    privacy: Privacy,
    control: Control,
}

/// A dose that a member had.
struct Had {
    number: DoseNumber,
    given: GivenDose,
    paper: String,
    certificate: Option<String>,
}

impl Card {
    fn new(locale: Locale, today: CivilDate, facts: Facts, had: Vec<Had>, visits: Vec<Visit>) -> Self {
        let doses: Vec<GivenDose> = had.iter().map(|had| had.given).collect();
        // A record always has a year of birth; without one the rules say what they say of a newborn.
        let newborn = || pramaan_domain::birth::BirthYear::new(chrono::Datelike::year(&today), today).ok();
        let birth = facts.birth.or_else(|| newborn().map(Birth::Year));
        let course = birth.map(|birth| {
            let comorbid = match facts.comorbidity {
                Some(Comorbidity::Declared) => Comorbid::Yes,
                Some(Comorbidity::None) | None => Comorbid::No,
            };
            let question = Question {
                comorbid,
                doses: doses.clone(),
                ..Question::new(today, birth)
            };
            Course::new(&question, facts.elsewhere, |question| {
                rules::best(question, &facts.lists, today, |question| {
                    rules::if_declared(question, rules::explain)
                })
            })
        });
        let status = course
            .as_ref()
            .map_or_else(String::new, |course| status(locale, course, &doses));
        let (next, bookable) = course.map_or_else(
            || (Next::Explained(Explanation::default()), false),
            |course| next(locale, course),
        );
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
            status,
            doses: had.into_iter().map(|had| dose_line(locale, had)).collect(),
            may_book: visits.is_empty() && bookable,
            next,
            appointments: visits,
            rival: facts.rival,
            privacy: facts.privacy,
            control: facts.control,
            name: facts.name,
        }
    }
}

/// What comes next, and whether a session is worth looking for.
fn next(locale: Locale, course: Course) -> (Next, bool) {
    match course.says {
        ByCourse::Explained(answer) => {
            let bookable = answer.verdict.may_book();
            (Next::Explained(Explanation::new(locale, &answer)), bookable)
        }
        ByCourse::NumberOnly(answer) => {
            let verdict = Explanation::new(locale, &answer).verdict;
            (Next::Elsewhere { verdict }, true)
        }
        ByCourse::Closed => {
            let verdict = locale.t("family-next-centre");
            // What a private record says is not told by a button either.
            (Next::Elsewhere { verdict }, course.unseen == Others::Private)
        }
    }
}

/// How far the course is, by what may be told of it.
fn status(locale: Locale, course: &Course, own: &[GivenDose]) -> String {
    match course.says {
        ByCourse::Closed if own.is_empty() => locale.t("family-status-here"),
        ByCourse::Explained(_) if own.is_empty() && course.unseen != Others::Nothing => {
            locale.t("family-status-here")
        }
        _ => words::status(locale, VaccinationStatus::from_doses(&course.doses)),
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
        paper: had.paper,
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
        use pramaan_app::appointment::Unseen;
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
            elsewhere: (position == 4).then_some(DosesElsewhere {
                shown: Vec::new(),
                unseen: Unseen::Private,
            }),
            gender: words::gender(locale, pramaan_domain::gender::Gender::Female),
            document: (
                words::document(locale, pramaan_domain::document::DocumentType::Passport),
                "4567".to_owned(),
            ),
            reference_id: "1234 5678 9012 34".to_owned(),
            rival,
            privacy: match rival {
                true => Privacy::ByPin {
                    until: "10:42".to_owned(),
                    wrong: vec![locale.t_with(
                        "private-wrong-line",
                        &[("day", words::date(locale, today)), ("count", "3".to_owned())],
                    )],
                },
                false => Privacy::Open,
            },
            control: match position {
                1 => Control::Household,
                2 => Control::Guardian("Asha Devi".to_owned()),
                _ => Control::CameOfAge,
            },
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
            paper: locale.t_with(
                "dose-from-paper",
                &["given", "entered"].map(|name| (name, "10:12".to_owned())),
            ),
            certificate: Some("/household/2/certificates/1".to_owned()),
        };
        let second = Card::new(
            locale,
            today,
            facts(2, "रवि कुमार", 2005, false),
            vec![had],
            vec![visit],
        );
        let first = Card::new(
            locale,
            today,
            facts(1, "Asha Devi", 1980, true),
            Vec::new(),
            Vec::new(),
        );
        let grown = Card::new(
            locale,
            today,
            facts(4, "Ravi", 2008, false),
            Vec::new(),
            Vec::new(),
        );
        let members = vec![
            Member::Seen(Box::new(first)),
            Member::Seen(Box::new(second)),
            Member::Private(3),
            Member::Seen(Box::new(grown)),
        ];
        let nav = Nav::inside("/household");
        let empty = Self {
            page: page.clone(),
            nav,
            done: None,
            form: FormState::new(),
            silent_days: 90,
            members: Vec::new(),
            room: true,
            question: WasThisYou::default(),
        };
        let changed = Some(Message::new("family-changed"));
        let full = Self {
            page: page.clone(),
            nav,
            done: changed,
            form: FormState::new(),
            silent_days: 90,
            members: members.clone(),
            room: false,
            question: WasThisYou::sample(page),
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
                members,
                room: true,
                question: WasThisYou {
                    may_confirm: false,
                    ..WasThisYou::sample(page)
                },
            },
        ]
    }
}
