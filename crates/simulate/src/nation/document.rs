//! Identity documents that cannot be anybody's: an Aadhaar number with a wrong check digit, or a number that says it is made up.

use pramaan_domain::document::{DocumentNumber, DocumentType};

use crate::chance::{Draw, Seed, Topic};

/// How often each kind is shown: assumed, with Aadhaar far ahead as in the programme.
const KINDS: [(DocumentType, u64); 6] = [
    (DocumentType::Aadhaar, 80),
    (DocumentType::VoterId, 7),
    (DocumentType::Pan, 6),
    (DocumentType::DrivingLicence, 4),
    (DocumentType::Passport, 2),
    (DocumentType::PensionPassbook, 1),
];

/// What a person shows. The number holds the person's number, so no two have one.
pub(super) fn document(seed: Seed, person: u32) -> Option<(DocumentType, DocumentNumber)> {
    let kind = seed
        .draw(Topic::DocumentType, person.into())
        .weighted(KINDS.into_iter())?;
    let number = match kind {
        DocumentType::Aadhaar => wrong_aadhaar(seed.draw(Topic::DocumentNumber, person.into()), person)?,
        _ => DocumentNumber::parse(&format!("MADEUP-{person:010}")).ok()?,
    };
    Some((kind, number))
}

/// Twelve digits that begin as issued numbers do. Of the ten check digits one is right; it is not taken.
fn wrong_aadhaar(draw: Draw, person: u32) -> Option<DocumentNumber> {
    let first = 2 + draw.below(8);
    let check = draw.next().below(10);
    [check, (check + 1) % 10]
        .into_iter()
        .filter_map(|check| DocumentNumber::parse(&format!("{first}{person:010}{check}")).ok())
        .find(|number| number.hint(DocumentType::Aadhaar).is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_number_is_anybodys() {
        let mut aadhaar = 0;
        let mut seen = BTreeSet::new();
        for person in (0..20_000).chain(26_500_000..26_500_100) {
            let (kind, number) = document(Seed::new(2), person).unwrap();
            assert!(seen.insert((kind.id(), number.canonical())), "{person}");
            if kind == DocumentType::Aadhaar {
                aadhaar += 1;
                assert_eq!(number.as_str().len(), 12);
                assert!(!number.as_str().starts_with(['0', '1']));
                assert!(
                    number.hint(kind).is_some(),
                    "the check digit of {} is right",
                    number.as_str()
                );
            } else {
                assert!(number.as_str().starts_with("MADEUP-"));
            }
        }
        assert!((15_500..16_500).contains(&aadhaar), "{aadhaar}");
    }

    #[test]
    fn one_check_digit_in_ten_would_have_been_right() {
        let right = |person: u32| {
            let number = |check| DocumentNumber::parse(&format!("5{person:010}{check}")).unwrap();
            (0..10)
                .filter(|check| number(*check).hint(DocumentType::Aadhaar).is_none())
                .count()
        };
        assert!((0..200).all(|person| right(person) == 1));
    }
}
