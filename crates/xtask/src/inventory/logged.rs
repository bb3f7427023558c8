//! What is logged: the fields, and the values put into the sentence, of every call of a `tracing` macro.
//!
//! Tokens are read, not syntax, because calls are also inside the arguments of other macros (`select!`). A macro of the
//! same name that is not `tracing`'s is taken for it.

use anyhow::{Result, anyhow, bail};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::field::{Field, Kind};

const MACROS: [&str; 13] = [
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "event",
    "span",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
    "enabled",
];

pub(super) fn fields(path: &str, text: &str) -> Result<Vec<Field>> {
    let tokens: TokenStream = text
        .parse()
        .map_err(|error| anyhow!("could not read {path}: {error}"))?;
    let mut names = Vec::new();
    walk(tokens, &mut names).map_err(|error| error.context(path.to_owned()))?;
    let field = |name| Field {
        kind: Kind::Logged,
        owner: String::new(),
        name,
        form: String::new(),
        path: path.to_owned(),
    };
    Ok(names.into_iter().map(field).collect())
}

fn walk(tokens: TokenStream, names: &mut Vec<String>) -> Result<()> {
    let trees: Vec<_> = tokens.into_iter().collect();
    for (at, tree) in trees.iter().enumerate() {
        let TokenTree::Group(group) = tree else { continue };
        let before = |back: usize| {
            at.checked_sub(back)
                .and_then(|at| trees.get(at))
                .map(ToString::to_string)
        };
        let is_macro = before(1).as_deref() == Some("!");
        let called = before(if is_macro { 2 } else { 1 }).unwrap_or_default();
        if is_macro && MACROS.contains(&called.as_str()) {
            arguments(group.stream(), names);
        }
        if !is_macro && called == "record" {
            recorded(group.stream(), names);
        }
        let inside = group.stream().to_string();
        if group.delimiter() == Delimiter::Bracket
            && before(1).as_deref() == Some("#")
            && inside.contains("instrument")
        {
            bail!("`#[instrument]` logs arguments that no inventory sees: write a span with its fields");
        }
        walk(group.stream(), names)?;
    }
    Ok(())
}

/// `span.record("name", value)`; what begins with anything else is no call of `tracing`'s.
fn recorded(tokens: TokenStream, names: &mut Vec<String>) {
    if let Some(TokenTree::Literal(literal)) = tokens.into_iter().next() {
        let text = literal.to_string();
        let is_name = |name: &&str| name.chars().all(|c| c.is_alphanumeric() || "_.".contains(c));
        names.extend(text_of(&text).filter(is_name).map(str::to_owned));
    }
}

fn arguments(tokens: TokenStream, names: &mut Vec<String>) {
    for argument in split(tokens) {
        match &argument[..] {
            [] => {}
            [TokenTree::Literal(sentence)] => captures(&sentence.to_string(), names),
            [TokenTree::Group(group)] => arguments(group.stream(), names),
            _ => names.extend(name(&argument)),
        }
    }
}

fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for tree in tokens {
        match (&tree, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => parts.push(Vec::new()),
            (_, Some(part)) => part.push(tree),
            (_, None) => {}
        }
    }
    parts
}

/// The name before `=`, or the whole expression; `target:`, `parent:` and a level are no fields.
fn name(argument: &[TokenTree]) -> Option<String> {
    let text: String = argument.iter().map(ToString::to_string).collect();
    if text.contains("Level::") && !text.contains('=') {
        return None;
    }
    if ["target:", "parent:", "name:"]
        .iter()
        .any(|setting| text.starts_with(setting))
    {
        return None;
    }
    let name = text.split('=').next().unwrap_or_default();
    Some(name.trim_start_matches(['%', '?']).to_owned())
}

/// `{mobile:?}` in the sentence logs `mobile`.
fn captures(sentence: &str, names: &mut Vec<String>) {
    let Some(text) = text_of(sentence) else { return };
    let text = text.replace("{{", "");
    for piece in text.split('{').skip(1) {
        let name = piece.split(['}', ':']).next().unwrap_or_default();
        if !name.is_empty() {
            names.push(name.to_owned());
        }
    }
}

fn text_of(literal: &str) -> Option<&str> {
    let (_, rest) = literal.split_once('"')?;
    rest.rsplit_once('"').map(|(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let fields = fields("crates/app/src/a.rs", text).unwrap();
        fields.into_iter().map(|field| field.name).collect()
    }

    #[test]
    fn every_way_to_log_a_value_is_seen() {
        let text = r#"fn f() {
            tracing::info!(target: "x", status, micros = took.len(), %error, "a {mobile:?} and {}", person.name);
            select! { () = a => { tracing::event!(Level::INFO, { door = 1 }, "b") } }
            let span = info_span!("request", method); span.record("late", 1); metrics.record("/a", 2);
        }"#;
        assert_eq!(
            names(text),
            [
                "status",
                "micros",
                "error",
                "mobile",
                "person.name",
                "door",
                "method",
                "late"
            ]
        );
    }

    #[test]
    fn arguments_are_not_logged_unseen() {
        let error = fields("a.rs", "#[tracing::instrument] fn f(mobile: u8) {}").unwrap_err();
        assert!(format!("{error:#}").contains("instrument"));
    }
}
