//! Migrations are numbered 0001, 0002, … without a gap or a number used twice, so that their order is never a question.

const FOLDER: &str = "crates/store/migrations/";

pub(super) fn check<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<_> = paths
        .filter_map(|path| path.strip_prefix(FOLDER))
        .filter(|name| name.ends_with(".sql"))
        .collect();
    names.sort_unstable();
    let numbered = names.iter().zip(1_u32..);
    numbered
        .filter(|(name, number)| !name.starts_with(&format!("{number:04}_")))
        .map(|(name, number)| {
            format!("{FOLDER}{name}: migration {number} should be called {number:04}_NOUN.sql")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(names: &[&str]) -> usize {
        let paths: Vec<_> = names.iter().map(|name| format!("{FOLDER}{name}")).collect();
        check(paths.iter().map(String::as_str)).len()
    }

    #[test]
    fn an_unbroken_row_passes_in_any_order() {
        assert_eq!(count(&["0002_dose.sql", "0001_person.sql", "README.md"]), 0);
        assert_eq!(count(&[]), 0);
    }

    #[test]
    fn a_gap_a_twin_and_a_nameless_file_are_found() {
        assert_eq!(count(&["0001_person.sql", "0003_dose.sql"]), 1);
        assert_eq!(count(&["0001_person.sql", "0001_dose.sql"]), 1);
        assert_eq!(count(&["dose.sql"]), 1);
    }
}
