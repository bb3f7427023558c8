//! Texts in the reader's language: Fluent files, embedded, with English as the fallback.
//!
//! Every text of a page comes from here, so that a third language is two files and one variant.

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use http::{HeaderMap, header};
use unic_langid::LanguageIdentifier;

use super::cookie::{self, HostCookie};

/// Remembers the language that the reader chose.
pub const LANGUAGE_COOKIE: HostCookie = HostCookie::new("lang");

/// A language that pages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Locale {
    #[default]
    En,
    Hi,
}

macro_rules! texts {
    ($($file:literal),*) => {
        /// The Fluent files of each language; a test fails when one lies in the folder and not in this list.
        #[cfg(test)]
        const FILES: &[&str] = &[$($file),*];
        const EN: &[&str] = &[$(include_str!(concat!("../../../locales/en/", $file))),*];
        const HI: &[&str] = &[$(include_str!(concat!("../../../locales/hi/", $file))),*];
    };
}

texts!(
    "about.ftl",
    "accesses.ftl",
    "aefi.ftl",
    "base.ftl",
    "booking.ftl",
    "card.ftl",
    "citizen.ftl",
    "correction.ftl",
    "merge.ftl",
    "day.ftl",
    "demo.ftl",
    "fault.ftl",
    "private.ftl",
    "device.ftl",
    "office.ftl",
    "offline.ftl",
    "problem.ftl",
    "rights.ftl",
    "rules.ftl",
    "staff.ftl",
    "stock.ftl",
    "transparency.ftl",
    "trust.ftl",
    "words.ftl"
);

static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Locale::En, EN));
static HINDI: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Locale::Hi, HI));

impl Locale {
    pub const ALL: [Self; 2] = [Self::En, Self::Hi];

    /// The BCP 47 tag, for `lang` attributes and addresses.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Hi => "hi",
        }
    }

    /// The language's name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Hi => "हिन्दी",
        }
    }

    /// Reads `hi`, `hi-IN` or CoWIN's `hi_IN`.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim();
        Self::ALL
            .into_iter()
            .find(|locale| locale.tag().eq_ignore_ascii_case(primary))
    }

    /// What the reader chose, else what the browser prefers, else English.
    pub fn negotiate(headers: &HeaderMap) -> Self {
        let chosen = cookie::read(headers, LANGUAGE_COOKIE).and_then(Self::parse);
        chosen.or_else(|| preferred(headers)).unwrap_or_default()
    }

    /// The text `id`; the id itself when there is none, which a test rules out for every id in use.
    pub fn t(self, id: &str) -> String {
        self.format(id, None)
    }

    /// The text `id` with its variables.
    pub fn t_with(self, id: &str, variables: &[(&'static str, String)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in variables {
            arguments.set(*name, argument(value));
        }
        self.format(id, Some(&arguments))
    }

    fn format(self, id: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        [self.bundle(), &ENGLISH]
            .into_iter()
            .find_map(|bundle| format(bundle, id, arguments))
            .unwrap_or_else(|| {
                tracing::error!(id, "a text is missing in every language");
                id.to_owned()
            })
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self {
            Self::En => &ENGLISH,
            Self::Hi => &HINDI,
        }
    }
}

/// Short plain numbers choose plural forms; ids, pincodes, years and what begins with a zero stay as they are written.
fn argument(value: &str) -> FluentValue<'_> {
    let is_written = value.len() > 1 && value.starts_with('0');
    if value.len() <= 3 && !is_written {
        FluentValue::try_number(value)
    } else {
        FluentValue::from(value)
    }
}

fn format(
    bundle: &FluentBundle<FluentResource>,
    id: &str,
    arguments: Option<&FluentArgs<'_>>,
) -> Option<String> {
    let pattern = bundle.get_message(id)?.value()?;
    Some(
        bundle
            .format_pattern(pattern, arguments, &mut Vec::new())
            .into_owned(),
    )
}

fn bundle(locale: Locale, files: &[&str]) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = locale.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Isolation marks would end up in copied numbers and in screen readers' speech.
    bundle.set_use_isolating(false);
    for text in files {
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(usable, _)| usable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

/// `Accept-Language`, best first; of equals the first named.
fn preferred(headers: &HeaderMap) -> Option<Locale> {
    let value = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let mut best: Option<(Locale, f32)> = None;
    for item in value.split(',') {
        let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
        let quality: f32 = parameters
            .trim()
            .strip_prefix("q=")
            .map_or(1.0, |q| q.parse().unwrap_or(0.0));
        let Some(locale) = Locale::parse(tag) else {
            continue;
        };
        if quality > best.map_or(0.0, |(_, quality)| quality) {
            best = Some((locale, quality));
        }
    }
    best.map(|(locale, _)| locale)
}

#[cfg(test)]
mod tests;
