//! What a district looks at, and what may be done about it: seen with a word, or asked of the site, who answers.

use crate::staff::StaffRole;

/// What a matter is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// A record that was opened without evidence.
    Opening,
    NotOpened,
    NoVaccinator,
    ShortOfStock,
    HeldDoses,
    Corrections,
    BackDated,
}

impl Topic {
    pub const ALL: [Self; 7] = [
        Self::Opening,
        Self::NotOpened,
        Self::NoVaccinator,
        Self::ShortOfStock,
        Self::HeldDoses,
        Self::Corrections,
        Self::BackDated,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::NotOpened => "not_opened",
            Self::NoVaccinator => "no_vaccinator",
            Self::ShortOfStock => "short_of_stock",
            Self::HeldDoses => "held_doses",
            Self::Corrections => "corrections",
            Self::BackDated => "back_dated",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }
}

/// What somebody did about a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// The district asked the site manager.
    Asked,
    /// The site manager answered.
    Answered,
    /// The district has seen it, and that is the end of it.
    Seen,
}

impl Act {
    pub const ALL: [Self; 3] = [Self::Asked, Self::Answered, Self::Seen];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Seen => "seen",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }

    /// Whether somebody of this role may do this after `last`, the latest that was done; none was yet of what is new.
    pub fn may_follow(self, last: Option<Self>, by: StaffRole) -> bool {
        match (self, last, by) {
            (_, Some(Self::Seen), _) => false,
            (Self::Asked | Self::Seen, _, StaffRole::DistrictAdmin) => true,
            (Self::Answered, Some(Self::Asked), StaffRole::SiteManager) => true,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_answers_what_it_was_asked_and_only_the_district_ends_it() {
        use StaffRole::{DistrictAdmin, SiteManager, Vaccinator};
        for (act, last, by, may) in [
            (Act::Seen, None, DistrictAdmin, true),
            (Act::Asked, None, DistrictAdmin, true),
            (Act::Answered, None, SiteManager, false),
            (Act::Answered, Some(Act::Asked), SiteManager, true),
            (Act::Answered, Some(Act::Asked), DistrictAdmin, false),
            (Act::Answered, Some(Act::Answered), SiteManager, false),
            (Act::Seen, Some(Act::Answered), DistrictAdmin, true),
            (Act::Seen, Some(Act::Answered), SiteManager, false),
            (Act::Asked, Some(Act::Seen), DistrictAdmin, false),
            (Act::Answered, Some(Act::Asked), Vaccinator, false),
        ] {
            assert_eq!(act.may_follow(last, by), may, "{act:?} after {last:?} by {by:?}");
        }
    }

    #[test]
    fn codes_read_back() {
        for topic in Topic::ALL {
            assert_eq!(Topic::from_code(topic.code()), Some(topic));
        }
        for act in Act::ALL {
            assert_eq!(Act::from_code(act.code()), Some(act));
        }
    }
}
