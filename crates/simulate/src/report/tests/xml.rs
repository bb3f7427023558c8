//! A reader of the little XML that the chart is written in, which refuses what a real one would refuse.

use std::collections::BTreeSet;

/// Reads the chart as XML: tags are closed in order, attributes are quoted and not twice, `&` begins a known reference, and
/// no character is one that XML does not have. Its texts, with references resolved.
#[track_caller]
pub(super) fn well_formed(chart: &str) -> Vec<String> {
    assert!(chart.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" ") && chart.ends_with("</svg>\n"));
    assert!(chart.chars().all(|c| c == '\n' || !c.is_control()));
    let (mut open, mut texts) = (Vec::new(), Vec::new());
    for piece in chart.split('<').skip(1) {
        let (tag, text) = piece
            .split_once('>')
            .unwrap_or_else(|| panic!("a tag does not end: {piece}"));
        assert!(!text.contains('>'), "a bare > in {text}");
        match (tag.strip_prefix('/'), tag.strip_suffix('/')) {
            (Some(name), _) => assert_eq!(open.pop().as_deref(), Some(name)),
            (None, Some(tag)) => drop(element(tag)),
            (None, None) => open.push(element(tag)),
        }
        assert_eq!(
            open.is_empty(),
            piece.starts_with("/svg"),
            "text or element after the end"
        );
        texts.push(resolved(text));
    }
    texts
}

/// The name of an element whose attributes are in order.
#[track_caller]
fn element(tag: &str) -> String {
    let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
    assert!(
        !name.is_empty() && name.chars().all(char::is_alphanumeric),
        "{tag}"
    );
    let mut seen = BTreeSet::new();
    while !rest.is_empty() {
        let (attribute, value) = rest
            .split_once("=\"")
            .unwrap_or_else(|| panic!("not an attribute: {rest}"));
        let (value, after) = value
            .split_once('"')
            .unwrap_or_else(|| panic!("an open quote: {rest}"));
        assert!(
            attribute.chars().all(|c| c.is_alphanumeric() || c == '-'),
            "{attribute}"
        );
        assert!(seen.insert(attribute), "{attribute} twice in {tag}");
        drop(resolved(value));
        rest = after.strip_prefix(' ').unwrap_or(after);
        assert!(
            rest.is_empty() || after.starts_with(' '),
            "no blank between attributes: {tag}"
        );
    }
    name.to_owned()
}

#[track_caller]
fn resolved(text: &str) -> String {
    let mut resolved = String::new();
    let mut parts = text.split('&');
    resolved.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (name, rest) = part
            .split_once(';')
            .unwrap_or_else(|| panic!("a bare & in {text}"));
        resolved.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            other => panic!("an unknown reference &{other};"),
        });
        resolved.push_str(rest);
    }
    resolved
}
