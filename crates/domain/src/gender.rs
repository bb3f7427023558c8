//! Gender: four answers inside, three on CoWIN's wire.

/// What the person says. CoWIN shows the last two as "Others" and knows three ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gender {
    Male,
    Female,
    Transgender,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a gender: give male, female, transgender or other (1, 2 or 3 on the compatible API)")]
pub struct ParseGender;

impl Gender {
    pub const ALL: [Self; 4] = [Self::Male, Self::Female, Self::Transgender, Self::Other];

    /// The four lower-case words of [`Gender::code`].
    pub fn parse(text: &str) -> Result<Self, ParseGender> {
        Self::ALL
            .into_iter()
            .find(|g| g.code() == text)
            .ok_or(ParseGender)
    }

    /// CoWIN's `gender_id`; 3 ("Others") does not say which, so it becomes `Other`.
    pub fn from_cowin_id(id: i64) -> Result<Self, ParseGender> {
        match id {
            1 => Ok(Self::Male),
            2 => Ok(Self::Female),
            3 => Ok(Self::Other),
            _ => Err(ParseGender),
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
            Self::Transgender => "transgender",
            Self::Other => "other",
        }
    }

    pub fn cowin_id(self) -> i64 {
        match self {
            Self::Male => 1,
            Self::Female => 2,
            Self::Transgender | Self::Other => 3,
        }
    }

    pub fn cowin_name(self) -> &'static str {
        match self {
            Self::Male => "Male",
            Self::Female => "Female",
            Self::Transgender | Self::Other => "Others",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_inside_three_outside() {
        for gender in Gender::ALL {
            assert_eq!(Gender::parse(gender.code()), Ok(gender));
        }
        assert_eq!(Gender::from_cowin_id(3), Ok(Gender::Other));
        assert_eq!(Gender::Transgender.cowin_name(), "Others");
        assert_eq!(Gender::from_cowin_id(4), Err(ParseGender));
        assert_eq!(Gender::parse("Male"), Err(ParseGender));
    }
}
