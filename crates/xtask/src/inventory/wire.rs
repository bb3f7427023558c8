//! What is sent, and what is inside sealed values: the members of every struct that derives serde's or minicbor's traits.
//!
//! Names are those of the wire, after `rename`. A flattened member is not a field: its struct is listed itself. What is
//! rendered into a page is not seen here; it is what a receipt opened.

use anyhow::{Context, Result, bail};
use syn::visit::{self, Visit};
use syn::{Attribute, Fields, ItemEnum, ItemMod, ItemStruct, LitStr, Meta, Token, punctuated::Punctuated};

use super::field::{Field, Kind};

pub(super) fn members(path: &str, text: &str) -> Result<Vec<Field>> {
    let file = syn::parse_file(text).with_context(|| format!("could not parse {path}"))?;
    let mut seen = Seen {
        path,
        module: module(path),
        found: Ok(Vec::new()),
    };
    seen.visit_file(&file);
    seen.found.with_context(|| format!("in {path}"))
}

/// `crates/http/src/cowin/wire/auth.rs` is `http::cowin::wire::auth`.
pub(super) fn module(path: &str) -> String {
    let path = path.strip_prefix("crates/").unwrap_or(path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    let path = path.replacen("/src/", "::", 1).replace('/', "::");
    path.strip_suffix("::lib").map_or(path.clone(), str::to_owned)
}

struct Seen<'a> {
    path: &'a str,
    module: String,
    found: Result<Vec<Field>>,
}

impl Seen<'_> {
    fn add(&mut self, attributes: &[Attribute], owner: &str, members: &[&Fields]) {
        let more = fields_of(attributes, members);
        match (&mut self.found, more) {
            (Ok(found), Ok(more)) => found.extend(more.into_iter().map(|(kind, name, form)| Field {
                kind,
                owner: format!("{}::{owner}", self.module),
                name,
                form: form.to_owned(),
                path: self.path.to_owned(),
            })),
            (Ok(_), Err(error)) => self.found = Err(error.context(format!("in {owner}"))),
            (Err(_), _) => {}
        }
    }
}

impl<'ast> Visit<'ast> for Seen<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !item.attrs.iter().any(is_for_tests) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.add(&item.attrs, &item.ident.to_string(), &[&item.fields]);
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        for variant in &item.variants {
            let owner = format!("{}::{}", item.ident, variant.ident);
            self.add(&item.attrs, &owner, &[&variant.fields]);
        }
    }
}

fn is_for_tests(attribute: &Attribute) -> bool {
    let Meta::List(list) = &attribute.meta else {
        return false;
    };
    list.path.is_ident("cfg") && list.tokens.to_string() == "test"
}

fn fields_of(attributes: &[Attribute], members: &[&Fields]) -> Result<Vec<(Kind, String, &'static str)>> {
    let derived = derived(attributes)?;
    let has = |name: &str| derived.iter().any(|trait_| trait_ == name);
    let sent = match (has("Deserialize"), has("Serialize")) {
        (true, true) => Some("both"),
        (true, false) => Some("request"),
        (false, true) => Some("response"),
        (false, false) => None,
    };
    let named = members
        .iter()
        .any(|fields| fields.iter().any(|field| field.ident.is_some()));
    if sent.is_some() && named && serde(attributes)?.iter().any(|name| name == "rename_all") {
        bail!("`rename_all` is not known to the inventory: teach crates/xtask/src/inventory/wire.rs");
    }
    let mut found = Vec::new();
    for field in members.iter().flat_map(|fields| fields.iter()) {
        let Some(ident) = &field.ident else { continue };
        let said = serde(&field.attrs)?;
        let name = said.iter().find_map(|word| word.strip_prefix("rename="));
        let name = name.map_or(ident.to_string(), str::to_owned);
        if let Some(form) = sent.filter(|_| !said.iter().any(|word| word == "flatten" || word == "skip")) {
            found.push((Kind::Sent, name, form));
        }
        if has("Encode") || has("Decode") {
            found.push((Kind::Inside, ident.to_string(), "value"));
        }
    }
    Ok(found)
}

fn derived(attributes: &[Attribute]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("derive")) {
        let paths = attribute.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated)?;
        let last = paths.iter().filter_map(|path| path.segments.last());
        found.extend(last.map(|segment| segment.ident.to_string()));
    }
    Ok(found)
}

/// The words of `#[serde(…)]`, a rename as `rename=NAME`.
fn serde(attributes: &[Attribute]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|a| a.path().is_ident("serde")) {
        attribute.parse_nested_meta(|meta| {
            let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
            if !meta.input.peek(Token![=]) {
                if meta.input.peek(syn::token::Paren) {
                    return Err(meta.error("the inventory does not know this attribute: teach wire.rs"));
                }
                found.push(name);
                return Ok(());
            }
            let value: LitStr = meta.value()?.parse()?;
            found.push(if name == "rename" {
                format!("rename={}", value.value())
            } else {
                name
            });
            Ok(())
        })?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Result<Vec<String>> {
        let fields = members("crates/http/src/a/mod.rs", text)?;
        Ok(fields
            .iter()
            .map(|field| format!("{field} {}", field.form))
            .collect())
    }

    #[test]
    fn members_have_the_names_of_the_wire() {
        let text = r#"
            #[derive(Debug, serde::Serialize)] struct Out { #[serde(rename = "txnId")] txn: u8, #[serde(flatten)] b: B }
            #[derive(Encode)] enum Sealed { #[n(0)] One { #[n(0)] code: u8 }, Two(u8) }
            fn f() { #[derive(Deserialize)] struct In { a: u8 } }
            struct Plain { mobile: u8 }
            #[cfg(test)] mod tests { #[derive(Deserialize)] struct Test { b: u8 } }
        "#;
        assert_eq!(
            found(text).unwrap(),
            [
                "sent http::a::Out.txnId response",
                "inside http::a::Sealed::One.code value",
                "sent http::a::In.a request"
            ]
        );
    }

    #[test]
    fn a_renaming_it_does_not_know_stops_it() {
        let text = r#"#[derive(Serialize)] #[serde(rename_all = "camelCase")] struct Out { a_b: u8 }"#;
        assert!(format!("{:#}", found(text).unwrap_err()).contains("rename_all"));
    }
}
