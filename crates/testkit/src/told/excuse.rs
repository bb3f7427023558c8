//! Answers that tell what no entry names, and why that is no read.

use pramaan_domain::access::Field;

use super::route;

/// One field that one route may tell without an entry.
#[derive(Debug, Clone, Copy)]
pub struct Excuse {
    pub method: &'static str,
    /// With `{…}` for any one part.
    pub path: &'static str,
    pub field: Field,
    /// Why it is no read.
    pub why: &'static str,
}

impl Excuse {
    pub(super) fn is_for(&self, method: &str, target: &str, field: Field) -> bool {
        self.field == field && self.method == method && route::fits(self.path, target)
    }
}
