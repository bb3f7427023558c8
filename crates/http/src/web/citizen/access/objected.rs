//! What the person objected to, in words: beside the entry, and together on top of the list.

use pramaan_app::objection::{Ground, Objected, Standing};

use super::{Names, actor_of, place, purpose};
use crate::web::i18n::Locale;
use crate::web::words;

/// One objection, as its person and the district see it.
pub(in crate::web) struct Objection {
    /// Who looked, when, where and what for.
    pub(in crate::web) about: String,
    /// Where the entry is in the log.
    pub(in crate::web) entry: String,
    pub(in crate::web) made: String,
    pub(in crate::web) ground: String,
    /// May be empty.
    pub(in crate::web) words: String,
    /// Until when it is answered, or when it was.
    pub(in crate::web) standing: String,
    pub(in crate::web) overdue: Overdue,
    /// Empty until there is one.
    pub(in crate::web) answer: String,
}

/// Whether the time for the answer is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::web) enum Overdue {
    Yes,
    No,
}

impl Objection {
    pub(in crate::web) fn new(locale: Locale, one: &Objected, names: Names<'_>) -> Self {
        let line = &one.about;
        let who = actor_of(locale, line, names);
        let parts = [
            Some(who),
            Some(words::instant(locale, line.at)),
            place(locale, line, names),
            Some(purpose(locale, line.purpose)),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let entry = ("number", line.index.to_string());
        Self {
            about: parts.join(", "),
            entry: locale.t_with("access-entry", &[entry]),
            made: locale.t_with("objection-made", &[("when", words::instant(locale, one.made_at))]),
            ground: locale.t(ground(one.ground)),
            words: one.words.as_str().to_owned(),
            standing: standing(locale, one),
            overdue: match one.standing {
                Standing::Overdue => Overdue::Yes,
                Standing::Open | Standing::Answered => Overdue::No,
            },
            answer: one
                .answer
                .as_ref()
                .map_or_else(String::new, |answer| answer.words.as_str().to_owned()),
        }
    }

    pub(in crate::web) fn is_overdue(&self) -> bool {
        self.overdue == Overdue::Yes
    }
}

fn standing(locale: Locale, one: &Objected) -> String {
    let due = ("when", words::date(locale, one.due_at.date()));
    match (&one.answer, one.standing) {
        (Some(answer), _) => {
            let by = ("code", answer.by.clone());
            let when = ("when", words::instant(locale, answer.at));
            locale.t_with("objection-answered", &[by, when])
        }
        (None, Standing::Overdue) => locale.t_with("objection-overdue", &[due]),
        (None, Standing::Open | Standing::Answered) => locale.t_with("objection-due", &[due]),
    }
}

pub(in crate::web) const fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::NotThere => "objection-not-there",
        Ground::NoReason => "objection-no-reason",
        Ground::TooMuch => "objection-too-much",
        Ground::NotAsked => "objection-not-asked",
        Ground::Other => "objection-other",
    }
}

#[cfg(test)]
impl Objection {
    /// One that waits, one that is overdue, and one that was answered.
    pub(in crate::web) fn samples(locale: Locale) -> Vec<Self> {
        let sample = |id, overdue, answer: &str| Self {
            about: "MH-0042, 10:12, Fort".to_owned(),
            entry: locale.t_with("access-entry", &[("number", "4711".to_owned())]),
            made: locale.t_with("objection-made", &[("when", "10:12".to_owned())]),
            ground: locale.t(ground(Ground::NotThere)),
            words: locale.t(ground(Ground::NoReason)),
            standing: locale.t_with(
                id,
                &[("when", "10:12".to_owned()), ("code", "MH-0003".to_owned())],
            ),
            overdue,
            answer: answer.to_owned(),
        };
        vec![
            sample("objection-due", Overdue::No, ""),
            sample("objection-overdue", Overdue::Yes, ""),
            sample(
                "objection-answered",
                Overdue::No,
                &locale.t(ground(Ground::TooMuch)),
            ),
        ]
    }
}
