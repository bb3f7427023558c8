use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use http::HeaderValue;

use super::*;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_under(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_under(&path, ending));
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
    found
}

/// Each id of a language with the variables that its text names.
fn texts(files: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut texts = BTreeMap::new();
    for file in files {
        let resource = fluent_syntax::parser::parse(*file).expect("every Fluent file parses");
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut variables = BTreeSet::new();
            collect(
                message.value.as_ref().expect("a text has a value"),
                &mut variables,
            );
            assert!(
                texts.insert(message.id.name.to_owned(), variables).is_none(),
                "{} twice",
                message.id.name
            );
        }
    }
    texts
}

fn collect(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::Placeable {
                expression: Expression::Inline(inline),
            } => note(inline, variables),
            PatternElement::Placeable {
                expression: Expression::Select { selector, variants },
            } => {
                note(selector, variables);
                variants
                    .iter()
                    .for_each(|variant| collect(&variant.value, variables));
            }
            PatternElement::TextElement { .. } => {}
        }
    }
}

fn note(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        variables.insert(id.name.to_owned());
    }
}

fn sources() -> Vec<String> {
    let mut paths = files_under(&root().join("src"), ".rs");
    paths.extend(files_under(&root().join("templates"), ".html"));
    // The demonstration names the texts of its accounts itself.
    paths.extend(files_under(&root().join("../pramaan/src"), ".rs"));
    paths.retain(|path| !path.ends_with("i18n/tests.rs"));
    paths
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// The literals of `t("…")`, `t1("…")`, `t2("…")` and `Message::new("…")`.
fn asked(source: &str) -> Vec<&str> {
    let mut ids = Vec::new();
    for call in [".t(\"", ".t1(\"", ".t2(\"", "Message::new(\""] {
        ids.extend(
            source
                .split(call)
                .skip(1)
                .filter_map(|rest| rest.split('"').next()),
        );
    }
    ids
}

#[test]
fn every_text_exists_in_both_languages_with_the_same_variables() {
    assert_eq!(texts(EN), texts(HI));
}

#[test]
fn every_file_is_embedded() {
    for language in ["en", "hi"] {
        let mut names: Vec<_> = files_under(&root().join("locales").join(language), ".ftl")
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect();
        names.sort();
        let mut listed = FILES.to_vec();
        listed.sort_unstable();
        assert_eq!(names, listed, "{language}");
    }
}

#[test]
fn every_text_that_is_asked_for_exists() {
    let known = texts(EN);
    for source in sources() {
        for id in asked(&source) {
            assert!(known.contains_key(id), "no text {id:?} in locales/en");
        }
    }
}

#[test]
fn no_text_is_unused() {
    let sources = sources();
    for id in texts(EN).keys() {
        let literal = format!("\"{id}\"");
        assert!(
            sources.iter().any(|source| source.contains(&literal)),
            "nobody asks for {id:?}"
        );
    }
}

#[test]
fn the_readers_choice_wins_over_the_browsers() {
    let headers = |cookie: &'static str, accept: &'static str| {
        HeaderMap::from_iter([
            (header::COOKIE, HeaderValue::from_static(cookie)),
            (header::ACCEPT_LANGUAGE, HeaderValue::from_static(accept)),
        ])
    };
    for (cookie, accept, expected) in [
        ("__Host-lang=hi", "en", Locale::Hi),
        ("other=1; __Host-lang=en", "hi", Locale::En),
        ("__Host-lang=xx", "hi-IN,en;q=0.9", Locale::Hi),
        ("", "hi;q=0.3, en;q=0.8", Locale::En),
        ("", "ta, mr;q=0.9, hi;q=0.5", Locale::Hi),
        ("", "hi_IN", Locale::Hi),
        ("", "hi;q=0", Locale::En),
        ("", "ta", Locale::En),
    ] {
        assert_eq!(
            Locale::negotiate(&headers(cookie, accept)),
            expected,
            "{cookie} {accept}"
        );
    }
}

#[test]
fn numbers_choose_plural_forms_and_are_not_grouped() {
    let one = Locale::En.t_with("summary-title", &[("count", "1".to_owned())]);
    let two = Locale::En.t_with("summary-title", &[("count", "2".to_owned())]);
    assert_ne!(one.replace('1', ""), two.replace('2', ""));
    assert!(
        Locale::Hi
            .t("product")
            .chars()
            .any(|c| ('\u{900}'..='\u{97f}').contains(&c))
    );
}

#[test]
fn the_last_digits_of_a_number_keep_their_zero() {
    let said = Locale::En.t_with("otp-sent", &[("digits", "01".to_owned())]);
    assert!(said.contains("ends in 01."), "{said}");
}
