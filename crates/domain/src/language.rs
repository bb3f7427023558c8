//! The languages in which people are written to.

/// One of two, until there are more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    #[default]
    English,
    Hindi,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a language: give en or hi")]
pub struct ParseLanguage;

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::Hindi];

    /// The two lower-case letters of [`Language::code`].
    pub fn parse(text: &str) -> Result<Self, ParseLanguage> {
        Self::ALL
            .into_iter()
            .find(|language| language.code() == text)
            .ok_or(ParseLanguage)
    }

    /// As ISO 639-1 has it.
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Hindi => "hi",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_and_nothing_else_does() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.code()), Ok(language));
        }
        for other in ["", "EN", "hi_IN", "ta"] {
            assert_eq!(Language::parse(other), Err(ParseLanguage), "{other}");
        }
    }
}
