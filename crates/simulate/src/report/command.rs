//! The command line that made a report, without what nobody else may know.

use std::fmt;

/// What was typed, such that it can be shown: of an address neither user nor password nor parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine(String);

impl CommandLine {
    /// Of the program's name and its arguments. One with blanks or signs of a shell stands in quotes.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let shown: Vec<String> = words
            .into_iter()
            .map(|word| quoted(&without_secrets(word)))
            .collect();
        Self(shown.join(" "))
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything between `://` and the last `@` goes, because an `@` in a password may not have been written as `%40`.
fn without_secrets(word: &str) -> String {
    if word.to_ascii_lowercase().contains("password=") {
        return "…".to_owned();
    }
    let Some((scheme, rest)) = word.split_once("://") else {
        return word.to_owned();
    };
    let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
    let place = place.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{place}")
}

fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_=./:,@%+…".contains(c);
    let word: String = word.chars().filter(|c| !c.is_control()).collect();
    if !word.is_empty() && word.chars().all(is_plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_report_shows_no_password() {
        let line = |words: &[&str]| CommandLine::of(words.iter().copied()).to_string();
        let typed = [
            "pramaan",
            "simulate",
            "record-day",
            "--scale",
            "0.01",
            "--report",
            "a day",
        ];
        assert_eq!(
            line(&typed),
            "pramaan simulate record-day --scale 0.01 --report 'a day'"
        );
        for secret in [
            "postgres://ann:s3cret@db/pramaan",
            "--database=postgres://ann:s3cret@db/pramaan",
            "postgres://ann:s3cr@s3cret@db/pramaan",
            "postgres://db/pramaan?sslpassword=s3cret",
            "postgres://ann:x/s3cret@db/pramaan",
            "host=db Password=s3cret",
            "postgres://db/pramaan?token=s3cret",
        ] {
            let shown = line(&["--database", secret]);
            assert!(!shown.contains("s3cret") && !shown.contains("ann"), "{shown}");
        }
        assert_eq!(
            line(&["--database=postgres://ann:x@db:5432/p"]),
            "--database=postgres://db:5432/p"
        );
        assert_eq!(line(&["", "it's", "a\nb"]), r"'' 'it'\''s' ab");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_one_line(words in proptest::collection::vec(any::<String>(), 0..5)) {
            let line = CommandLine::of(words.iter().map(String::as_str)).to_string();
            prop_assert!(!line.chars().any(char::is_control));
        }

        #[test]
        fn no_user_part_is_shown(user in "[a-z0-9:/@?#]{0,12}x9y8z7", host in "[a-z]{1,8}") {
            let line = CommandLine::of([format!("postgres://{user}@{host}/db").as_str()]).to_string();
            prop_assert!(!line.contains("x9y8z7") && line.contains(&host), "{line}");
        }
    }
}
