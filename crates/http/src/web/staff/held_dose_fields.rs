//! What the fields of a held dose offer to choose from, on the page and on the page that works offline.

use pramaan_domain::dose::BodySite;
use pramaan_domain::gender::Gender;
use pramaan_domain::vaccine::Vaccine;

use super::evidence::document_choices;
use super::record::body_site;
use crate::web::citizen::about;
use crate::web::form::Choice;
use crate::web::i18n::Locale;
use crate::web::words;

/// Named `fields` in the templates.
pub(super) struct HeldFields {
    pub(super) who: Vec<Choice>,
    pub(super) notice: Vec<about::Item>,
    pub(super) version: &'static str,
    pub(super) consent: Vec<Choice>,
    pub(super) genders: Vec<Choice>,
    pub(super) documents: Vec<Choice>,
    pub(super) vaccines: Vec<Choice>,
    pub(super) sites: Vec<Choice>,
}

impl HeldFields {
    pub(super) fn new(locale: Locale) -> Self {
        let gender = |gender: Gender| Choice::new(gender.code(), words::gender(locale, gender));
        let site = |site: BodySite| Choice::new(site.code(), body_site(locale, site));
        Self {
            who: vec![
                Choice::new("slip", locale.t("held-who-slip")),
                Choice::new(super::held_dose_form::NEW, locale.t("held-who-new")),
            ],
            notice: about::notice(locale),
            version: about::version(),
            consent: vec![Choice::new("yes", locale.t("member-consent"))],
            genders: [Gender::Female, Gender::Male, Gender::Transgender, Gender::Other]
                .map(gender)
                .into(),
            documents: document_choices(locale),
            vaccines: vaccines(locale),
            sites: BodySite::ALL.map(site).into(),
        }
    }
}

/// All vaccines behind a line that asks to choose.
pub(super) fn vaccines(locale: Locale) -> Vec<Choice> {
    let mut vaccines = vec![Choice::new("", locale.t("held-vaccine-choose"))];
    vaccines.extend(Vaccine::ALL.map(|one| Choice::new(one.name(), words::vaccine(locale, one))));
    vaccines
}
