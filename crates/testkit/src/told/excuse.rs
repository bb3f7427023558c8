//! Answers that tell what no entry names, and why that is no read.

use pramaan_domain::access::Field;

/// One field that one route may tell without an entry.
#[derive(Debug, Clone, Copy)]
pub struct Excuse {
    pub method: &'static str,
    /// With `{…}` for any one part; a last `*` is for all that follows.
    pub path: &'static str,
    pub field: Field,
    /// Why it is no read.
    pub why: &'static str,
}

impl Excuse {
    pub(super) fn is_for(&self, method: &str, target: &str, field: Field) -> bool {
        let path = target.split('?').next().unwrap_or_default();
        self.field == field && self.method == method && fits(self.path, path)
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    if let Some(beginning) = pattern.strip_suffix('*') {
        return path.starts_with(beginning);
    }
    let (mut wanted, mut found) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), found.next()) {
            (None, None) => return true,
            (Some(wanted), Some(found)) if wanted == found || wanted.starts_with('{') => {}
            _ => return false,
        }
    }
}
