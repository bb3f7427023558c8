//! The members of the family, as one session sees them.

use pramaan_app::appointment::{Appointment, ClaimState};
use pramaan_app::availability::{CentreView, SessionView};
use pramaan_app::{Citizen, Comorbidity, Refusal};
use pramaan_domain::birth::Birth;
use pramaan_domain::dose::DoseNumber;
use pramaan_domain::rules::{self, Channel, Comorbid, Question};
use pramaan_domain::session::Covers;

use crate::web::citizen::course::{ByCourse, Course, Others};
use crate::web::citizen::explanation::Explanation;
use crate::web::citizen::words;
use crate::web::front::Front;
use crate::web::i18n::Locale;

/// A member who cannot take a seat here, and why.
pub(super) struct Other {
    pub(super) name: String,
    pub(super) reason: String,
    pub(super) explanation: Option<Explanation>,
}

/// A member as this session sees them.
pub(super) struct Candidate {
    pub(super) name: String,
    pub(super) reference: String,
    pub(super) fate: Fate,
}

pub(super) enum Fate {
    May {
        dose: DoseNumber,
        verdict: String,
        asked: Asked,
    },
    OutsideAges,
    /// By a record that this phone does not show. Nothing of it is told.
    Elsewhere,
    Booked(DoseNumber),
    NotEligible(Explanation),
}

/// Whether a member is asked about illnesses: only if a rule of the session's day lets nobody of their age come without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Nothing,
    Comorbidity,
}

pub(super) async fn candidates(
    front: &Front,
    locale: Locale,
    citizen: &Citizen,
    (centre, session): (&CentreView, &SessionView),
    request: &'static str,
) -> Result<Vec<Candidate>, Refusal> {
    let family = front.app.dashboard(citizen, request).await?;
    let mut elsewhere = front.app.doses_elsewhere(citizen, &family, request).await?;
    let now = front.app.now();
    let mut candidates = Vec::with_capacity(family.len());
    for relative in family {
        let doses = relative.given();
        let (person, lists, appointments) = (relative.person, relative.lists, relative.appointments);
        let (Some(name), Some(reference)) = (person.name, person.reference_id) else {
            continue;
        };
        let birth = person
            .birth_date
            .map(Birth::Date)
            .or(person.birth_year.map(Birth::Year));
        let Some(birth) = birth else { continue };
        let comorbid = match person.comorbidity {
            Some(Comorbidity::Declared) => Comorbid::Yes,
            Some(Comorbidity::None) | None => Comorbid::No,
        };
        let booked_on = Some(now.date());
        let question = Question {
            comorbid,
            doses,
            booked_on,
            ..Question::new(now.date(), birth)
        };
        let channel = Channel::from(centre.centre.kind);
        let ask = |question: &Question| {
            rules::best(question, &lists, session.day, |question| {
                rules::if_declared(question, |question| {
                    rules::for_session(question, session.day, session.vaccine, channel)
                })
            })
        };
        let course = Course::new(&question, elsewhere.remove(&person.person), ask);
        let answer = match course.says {
            ByCourse::Explained(answer) | ByCourse::NumberOnly(answer) => Some(answer),
            // Whether a private record speaks against it is not told before a seat is asked for.
            ByCourse::Closed if course.unseen == Others::Private => Some(course.shown),
            ByCourse::Closed => None,
        };
        let is_live = |held: &Appointment, dose| {
            held.dose == dose && held.state == ClaimState::Booked && held.ends_at > now
        };
        let fate = match answer {
            None => Fate::Elsewhere,
            Some(answer) if !answer.verdict.may_book() => {
                Fate::NotEligible(Explanation::new(locale, &answer))
            }
            Some(_) if session.ages.covers(birth, session.day) == Covers::No => Fate::OutsideAges,
            Some(answer) if appointments.iter().any(|held| is_live(held, answer.dose)) => {
                Fate::Booked(answer.dose)
            }
            Some(answer) => Fate::May {
                dose: answer.dose,
                verdict: Explanation::new(locale, &answer).verdict,
                asked: match answer.needs_declaration() {
                    true => Asked::Comorbidity,
                    false => Asked::Nothing,
                },
            },
        };
        let (name, reference) = (name.as_str().to_owned(), reference.to_string());
        candidates.push(Candidate {
            name,
            reference,
            fate,
        });
    }
    Ok(candidates)
}

impl Other {
    pub(super) fn new(locale: Locale, name: String, fate: Fate, ages: &str) -> Self {
        let named = ("name", name.clone());
        let (reason, explanation) = match fate {
            Fate::OutsideAges => (
                locale.t_with("book-outside-ages", &[named, ("ages", ages.to_owned())]),
                None,
            ),
            Fate::Elsewhere => (locale.t_with("book-elsewhere", &[named]), None),
            Fate::Booked(dose) | Fate::May { dose, .. } => (
                locale.t_with(
                    "book-has-appointment",
                    &[named, ("dose", words::dose(locale, dose))],
                ),
                None,
            ),
            Fate::NotEligible(explanation) => (explanation.verdict.clone(), Some(explanation)),
        };
        Self {
            name,
            reason,
            explanation,
        }
    }
}
