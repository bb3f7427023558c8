//! The navigation that every citizen's page carries.

use super::visitor::Visitor;

/// On which side of the login the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Outside,
    Inside,
}

/// The navigation, named `nav` in every template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nav {
    side: Side,
    /// The entry that leads to where the reader is; empty for none.
    at: &'static str,
}

impl Nav {
    pub(super) const fn outside(at: &'static str) -> Self {
        Self {
            side: Side::Outside,
            at,
        }
    }

    pub(super) const fn inside(at: &'static str) -> Self {
        Self {
            side: Side::Inside,
            at,
        }
    }

    pub(super) fn of(visitor: &Visitor, at: &'static str) -> Self {
        match visitor {
            Visitor::Citizen(_) => Self::inside(at),
            Visitor::Stranger | Visitor::Expired(_) => Self::outside(at),
        }
    }

    pub(super) fn is_inside(&self) -> bool {
        self.side == Side::Inside
    }

    pub(super) fn is(&self, entry: &str) -> bool {
        self.at == entry
    }
}
