//! Whom to write to about what many people share, opened before the transaction of what it tells about.

use std::collections::HashMap;

use pramaan_domain::id::{MessageId, PersonId};
use pramaan_domain::time::Timestamp;
use pramaan_store::appointment::Telling;
use pramaan_store::{Sealer, StoreError, Tx, outbox};

use crate::message::{Addressee, Message};
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
    /// # Errors
    /// `Serialization` when the phone of one of them was not looked up: they came meanwhile, so look up and run it again.
    fn audience(&self, members: &[PersonId]) -> Result<Audience, StoreError> {
        let mut audience = Audience::default();
        for person in members {
            let looked_up = self.by.get(person).and_then(|by| self.opened.get(by));
            match looked_up.ok_or(StoreError::Serialization)? {
                None => audience.untold += 1,
                Some(addressee) => audience.add(addressee),
            }
        }
        Ok(audience)
    }
}

/// Whom to write to about something of these people: each phone that sees one of them. And how many nobody can write to.
#[derive(Debug, Default)]
struct Audience {
    told: Vec<Addressee>,
    untold: usize,
}

impl Audience {
    fn add(&mut self, addressee: &Addressee) {
        if self.told.iter().all(|other| other.mobile != addressee.mobile) {
            self.told.push(addressee.clone());
        }
    }
}

/// Messages about appointments that wait to be sent.
#[derive(Debug, Default)]
pub(crate) struct Letters {
    pub(crate) queued: Vec<MessageId>,
    /// People to whom none goes, because no phone sees them.
    pub(crate) untold: usize,
}

/// Queues a message to each phone that sees one of the members, in the transaction of what it tells about.
///
/// # Errors
/// `Serialization` for somebody whose phone was not looked up before: they came meanwhile, so run it again.
pub(crate) async fn tell(
    tx: &mut Tx,
    sealer: &Sealer,
    mobiles: &Mobiles,
    messages: Vec<(Vec<PersonId>, Message)>,
    now: Timestamp,
) -> Result<Letters, StoreError> {
    let (mut letters, mut untold) = (Vec::with_capacity(messages.len()), 0);
    for (members, message) in messages {
        let audience = mobiles.audience(&members)?;
        untold += audience.untold;
        for addressee in audience.told {
            letters.push(message.clone().for_household(addressee).outgoing(now));
        }
    }
    let queued = outbox::queue_all(tx, sealer, &letters, now).await?;
    Ok(Letters { queued, untold })
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
            mobiles
                .audience(&members)
                .map(|audience| (audience.told.len(), audience.untold))
        };
        assert_eq!(told(&[1, 2]).unwrap(), (1, 0), "one phone, one message");
        assert_eq!(told(&[1, 2, 3]).unwrap(), (2, 0));
        assert_eq!(told(&[1, 4]).unwrap(), (1, 1), "nobody to write to is counted");
        let missing = told(&[1, 5]);
        assert!(matches!(missing, Err(StoreError::Serialization)), "{missing:?}");
    }
}
