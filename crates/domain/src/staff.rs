//! Members of staff: the code that stands for them, and what their role is.
//!
//! Who may open which record is `policy`'s question; when and where somebody works is the roster's.

use std::fmt;

/// What a member of staff may do at all; the roster says when and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StaffRole {
    Vaccinator,
    SiteManager,
    DistrictAdmin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown role: give vaccinator, site_manager or district_admin")]
pub struct ParseStaffRole;

impl StaffRole {
    pub const ALL: [Self; 3] = [Self::Vaccinator, Self::SiteManager, Self::DistrictAdmin];

    pub fn parse(text: &str) -> Result<Self, ParseStaffRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.code() == text)
            .ok_or(ParseStaffRole)
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Vaccinator => "vaccinator",
            Self::SiteManager => "site_manager",
            Self::DistrictAdmin => "district_admin",
        }
    }
}

/// What names a member of staff on certificates, in access lists and at the login: 3–20 of A–Z, 0–9 and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffCode(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a staff code: give 3 to 20 letters A–Z, digits and hyphens")]
pub struct ParseStaffCode;

impl StaffCode {
    /// In any letter case; blanks around it do not count.
    pub fn parse(text: &str) -> Result<Self, ParseStaffCode> {
        let code = text.trim().to_ascii_uppercase();
        let fits = (3..=20).contains(&code.len())
            && code
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
        if fits {
            Ok(Self(code.into()))
        } else {
            Err(ParseStaffCode)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StaffCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why something out of the ordinary was done, in the words of who did it: 10–300 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(Box<str>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a reason of 10 to 300 characters is needed")]
pub struct ParseReason;

impl Reason {
    pub fn parse(text: &str) -> Result<Self, ParseReason> {
        let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if (10..=300).contains(&line.chars().count()) && !line.chars().any(char::is_control) {
            Ok(Self(line.into()))
        } else {
            Err(ParseReason)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_in_any_case_and_bounded() {
        assert_eq!(StaffCode::parse(" mh395-0007 ").unwrap().as_str(), "MH395-0007");
        for bad in ["", "AB", "A B C", "अआइ", "ABCDEFGHIJKLMNOPQRSTU", "A_B"] {
            assert_eq!(StaffCode::parse(bad), Err(ParseStaffCode), "{bad}");
        }
    }

    #[test]
    fn roles_read_back() {
        for role in StaffRole::ALL {
            assert_eq!(StaffRole::parse(role.code()), Ok(role));
        }
        assert_eq!(StaffRole::parse("nurse"), Err(ParseStaffRole));
    }

    #[test]
    fn blanks_do_not_make_a_reason_long() {
        assert_eq!(Reason::parse("a         b"), Err(ParseReason));
        assert_eq!(
            Reason::parse(" phone lost,\n no card ").unwrap().as_str(),
            "phone lost, no card"
        );
        assert_eq!(Reason::parse(&"x".repeat(301)), Err(ParseReason));
    }
}
