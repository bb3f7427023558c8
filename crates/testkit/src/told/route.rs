//! Which route a question was for.

/// Whether a path, whatever its query, is one of a template's, in which `{…}` stands for any one part.
pub(super) fn fits(template: &str, target: &str) -> bool {
    let path = target.split('?').next().unwrap_or_default();
    let (mut wanted, mut found) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == found || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}

/// Of these requests, each a method and a template, or several with ` | ` between them, the one that a question was for: that
/// with the fewest open parts, as a router decides.
pub(super) fn of<'a>(
    requests: impl Iterator<Item = &'a str>,
    (method, target): (&str, &str),
) -> Option<&'a str> {
    let is_of = |one: &str| {
        let parts = one.split_once(' ');
        parts.is_some_and(|(of, template)| of == method && fits(template, target))
    };
    let fitting = requests.filter(|request| request.split(" | ").any(is_of));
    fitting.min_by_key(|request| request.matches('{').count())
}
