//! The two elements that the chart is written with.

/// The content of an element: without what begins markup, and without characters that XML does not have.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

/// `attributes` are our own words; `words` may be anybody's.
pub(super) fn text(x: f64, y: f64, attributes: &str, words: &str) -> String {
    format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\"{}>{}</text>\n",
        spaced(attributes),
        escaped(words)
    )
}

pub(super) fn line((x1, y1): (f64, f64), (x2, y2): (f64, f64), attributes: &str) -> String {
    let attributes = spaced(attributes);
    format!("<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"{attributes}/>\n")
}

fn spaced(attributes: &str) -> String {
    match attributes.trim() {
        "" => String::new(),
        attributes => format!(" {attributes}"),
    }
}
