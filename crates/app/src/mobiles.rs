//! Whom to write to about what many people share, opened before the transaction of what it tells about.

use std::collections::HashMap;

use pramaan_domain::id::PersonId;
use pramaan_store::StoreError;
use pramaan_store::appointment::Telling;

use crate::message::Addressee;
use crate::{App, Refusal};

/// The phones of people, each opened once for all on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mobiles {
    /// Everybody who was looked up, and the one by whom their phone is opened.
    by: HashMap<PersonId, PersonId>,
    /// `None` for somebody erased, and where nobody proved a number.
    opened: HashMap<PersonId, Option<Addressee>>,
}

impl Mobiles {
    /// Each phone that sees one of these people.
    ///
    /// # Errors
    /// `Serialization` when the phone of one of them was not looked up: they came meanwhile, so look up and run it again.
    pub(crate) fn addressees(&self, members: &[PersonId]) -> Result<Vec<Addressee>, StoreError> {
        let mut told: Vec<Addressee> = Vec::new();
        for person in members {
            let looked_up = self.by.get(person).and_then(|by| self.opened.get(by));
            let addressee = looked_up.ok_or(StoreError::Serialization)?.as_ref();
            let known = |one: &Addressee| told.iter().any(|other| other.mobile == one.mobile);
            told.extend(addressee.filter(|one| !known(one)).cloned());
        }
        Ok(told)
    }
}

impl App {
    /// Opens the numbers of those who are not among `mobiles` yet.
    pub(crate) async fn look_up(
        &self,
        tellings: Vec<Telling>,
        mobiles: &mut Mobiles,
        request: &'static str,
    ) -> Result<(), Refusal> {
        let by = tellings.iter().map(|telling| telling.by);
        let mut unknown: Vec<_> = by
            .filter(|(_, person)| !mobiles.opened.contains_key(person))
            .collect();
        unknown.sort_unstable();
        unknown.dedup();
        let mut opened = self.mobiles_to_notify(&unknown, request).await?;
        let unknown = unknown.into_iter().map(|(_, person)| person);
        mobiles
            .opened
            .extend(unknown.map(|person| (person, opened.remove(&person))));
        mobiles
            .by
            .extend(tellings.iter().map(|telling| (telling.of.1, telling.by.1)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use pramaan_domain::language::Language;
    use pramaan_domain::mobile::Mobile;
    use pramaan_store::private_member::Audience;

    use super::*;

    fn person(n: u8) -> PersonId {
        PersonId::from_bytes([n; 16])
    }

    fn phone(number: &str) -> Option<Addressee> {
        Some(Addressee {
            mobile: Mobile::parse(number).unwrap(),
            language: Language::English,
            audience: Audience::Alone,
        })
    }

    #[test]
    fn somebody_whose_phone_was_not_looked_up_is_looked_up_even_where_another_of_the_group_was() {
        let mobiles = Mobiles {
            by: [(1, 1), (2, 1), (3, 3), (4, 4)]
                .map(|(of, by)| (person(of), person(by)))
                .into(),
            opened: [
                (person(1), phone("9876543210")),
                (person(3), phone("9876543211")),
                (person(4), None),
            ]
            .into(),
        };
        let told = |members: &[u8]| {
            let members: Vec<PersonId> = members.iter().map(|n| person(*n)).collect();
            mobiles.addressees(&members).map(|told| told.len())
        };
        assert_eq!(told(&[1, 2]).unwrap(), 1, "one phone, one message");
        assert_eq!(told(&[1, 2, 3]).unwrap(), 2);
        assert_eq!(told(&[4]).unwrap(), 0, "nobody to write to is no error");
        let missing = told(&[1, 5]);
        assert!(matches!(missing, Err(StoreError::Serialization)), "{missing:?}");
    }
}
