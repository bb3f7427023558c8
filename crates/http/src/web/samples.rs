//! Every page with every sample, as itself and with an error at every field of its form, for the tests of pages and for axe.

use std::cell::RefCell;
use std::path::Path;

use askama::Template;

use super::error_page::{ErrorPage, Problem};
use super::form::Message;
use super::i18n::Locale;
use super::page::Page;
use super::{citizen, staff};

type Wrong = &'static [(&'static str, Message)];

thread_local! {
    /// What the forms of this thread say; none: what is wrong with them.
    static SAYING: RefCell<Option<Saying>> = const { RefCell::new(None) };
}

/// The templates ask a form for its errors by name, and the summary asks first: so a page is rendered twice.
enum Saying {
    /// Every field that is asked for is wrong, and is noted.
    Noting(Vec<&'static str>),
    /// These are wrong.
    Wrong(Wrong),
}

/// What a form says of `field` in place of its own error.
pub(super) fn error(field: &str) -> Option<&'static Message> {
    SAYING.with_borrow_mut(|saying| match saying.as_mut()? {
        Saying::Noting(asked) => {
            if !asked.contains(&field) {
                asked.push(String::leak(field.to_owned()));
            }
            None
        }
        Saying::Wrong(wrong) => wrong
            .iter()
            .find(|(name, _)| *name == field)
            .map(|(_, wrong)| wrong),
    })
}

/// What a form says in place of all its errors.
pub(super) fn errors() -> Option<Wrong> {
    SAYING.with_borrow(|saying| match saying.as_ref()? {
        Saying::Noting(_) => None,
        Saying::Wrong(wrong) => Some(*wrong),
    })
}

fn saying(saying: Saying, sample: &impl Template) -> (String, Option<Saying>) {
    SAYING.set(Some(saying));
    let html = sample.render().unwrap();
    (html, SAYING.take())
}

/// The page with an error at every field that it has; none for a page without fields.
fn all_wrong(sample: &impl Template) -> Option<(Vec<&'static str>, String)> {
    let (_, noted) = saying(Saying::Noting(Vec::new()), sample);
    let Some(Saying::Noting(asked)) = noted else {
        return None;
    };
    if asked.is_empty() {
        return None;
    }
    let wrong: Vec<_> = asked
        .iter()
        .map(|field| (*field, Message::new("enrol-code-wrong")))
        .collect();
    let (html, _) = saying(Saying::Wrong(wrong.leak()), sample);
    Some((asked, html))
}

/// `name-0`, `name-1` … as they are, `name-wrong-0` … one for each set of fields.
pub(super) fn rendered<T: Template>(name: &str, samples: &[T], all: &mut Vec<(String, String)>) {
    assert!(!samples.is_empty(), "{name} has no sample");
    let mut seen = Vec::new();
    for (number, sample) in samples.iter().enumerate() {
        all.push((format!("{name}-{number}"), sample.render().unwrap()));
        if let Some((asked, html)) = all_wrong(sample)
            && !seen.contains(&asked)
        {
            all.push((format!("{name}-wrong-{number}"), html));
            seen.push(asked);
        }
    }
}

fn everything(locale: Locale) -> Vec<(String, String)> {
    let page = Page::bare(locale);
    let faces = [("citizen", citizen::pages(&page)), ("staff", staff::pages(&page))];
    let mut all = Vec::new();
    for (face, pages) in faces {
        all.extend(
            pages
                .into_iter()
                .map(|(name, html)| (format!("{face}-{name}"), html)),
        );
    }
    for problem in Problem::ALL {
        let html = ErrorPage::new(locale, problem).html();
        all.push((format!("problem-{problem:?}"), html));
    }
    all
}

#[test]
fn every_form_comes_to_its_error_state() {
    let pages = everything(Locale::En);
    let wrong = pages.iter().filter(|(name, _)| name.contains("-wrong-"));
    let mut count = 0;
    for (name, html) in wrong {
        assert!(
            html.contains("id=\"summary-title\"") || html.contains("class=\"error\""),
            "{name}"
        );
        count += 1;
    }
    assert!(count >= 40, "{count} of {}", pages.len());
}

/// A page that nobody put among the samples would be seen by no axe.
#[test]
fn every_template_of_a_page_has_samples() {
    let pages = everything(Locale::En);
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    for face in ["citizen", "staff"] {
        for entry in std::fs::read_dir(templates.join(face)).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_page = std::fs::read_to_string(&path).unwrap().contains("{% extends");
            // One template of two nouns, sampled as each.
            let stem = stem.replace("proposal_done", "merge_done");
            let sampled = pages.iter().any(|(name, _)| *name == format!("{face}-{stem}-0"));
            assert!(
                sampled || !is_page || stem == "layout",
                "{face}/{stem}.html has no sample"
            );
        }
    }
}

/// Writes them for axe and for eyes: `LANGUAGE/NAME.html`, with the stylesheet beside the folders. Scripts stay behind.
#[test]
#[ignore = "writes files to target/pages; `cargo xtask browser` runs it and opens them"]
fn pages_for_the_browser() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/pages");
    let _ = std::fs::remove_dir_all(&folder);
    for locale in Locale::ALL {
        let page = Page::bare(locale);
        let of_language = folder.join(locale.tag());
        std::fs::create_dir_all(&of_language).unwrap();
        for (name, html) in everything(locale) {
            let html = html
                .replace(page.style(), "../style.css")
                .replace(page.mark(), "../mark.svg");
            std::fs::write(of_language.join(format!("{name}.html")), html).unwrap();
        }
    }
    let style = include_str!("../../assets/pramaan.css");
    std::fs::write(folder.join("style.css"), style).unwrap();
    std::fs::write(folder.join("mark.svg"), include_str!("../../assets/mark.svg")).unwrap();
}
