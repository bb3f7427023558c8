//! The KYC interface's question: is this person, by name and one-time password, vaccinated? A number is the whole answer.
//!
//! The name is compared once, when the code was right, and whom it names is sealed into the token; the status opens the
//! doses of that one person and nothing else.

use pramaan_domain::access::{Field, FieldSet, Purpose};
use pramaan_domain::dose::{GivenDose, VaccinationStatus};
use pramaan_domain::id::PersonId;
use pramaan_domain::name::PersonName;
use pramaan_store::dose;
use pramaan_store::person::{self, Member};
use pramaan_store::private_member::Privacy;

use crate::merge::{one_course, rules_cause};
use crate::principal::{Citizen, FaceKind};
use crate::{App, Refusal};

impl App {
    /// How far the primary series of the person named at the login is. `request` is the route's template.
    ///
    /// # Errors
    /// `Unauthenticated` for a login that came through another door; `NotRegistered`, as at the login, for somebody who was
    /// erased or left this number since.
    pub async fn vaccination_status(
        &self,
        citizen: &Citizen,
        request: &'static str,
    ) -> Result<VaccinationStatus, Refusal> {
        citizen.require(&[FaceKind::Status])?;
        let person = citizen.named.ok_or(Refusal::Unauthenticated)?;
        let named = self.seen_as(citizen, person).await;
        let named = named.map_err(|refused| match refused {
            // Erased, gone from this number, or private since.
            Refusal::UnknownBeneficiary => Refusal::NotRegistered,
            refused => refused,
        })?;
        let cause = citizen.cause(Purpose::StatusCheck, FieldSet::of(&[Field::Doses]), request);
        let receipts = self.receipts_of_present(&cause, &[named.subject()]).await?;
        // The answer is one number; of the other records of the course nobody is shown anything.
        let of_course = rules_cause(Purpose::StatusCheck, request);
        let others = self.others(named.subject(), &of_course).await?;
        if receipts.is_empty() {
            return Err(Refusal::NotRegistered);
        }
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::vaccination_status", move |tx| {
            Box::pin(async move {
                let own = dose::given(tx, &sealer, receipts, now).await?;
                let own: Vec<_> = own.into_iter().flat_map(|(_, doses)| doses).collect();
                Ok::<_, Refusal>(one_course(&own, &others.doses(tx, &sealer, now).await?))
            })
        });
        let course = opened.await?;
        let given: Vec<GivenDose> = course.iter().map(dose::Given::for_rules).collect();
        Ok(VaccinationStatus::from_doses(&given))
    }

    /// Which member goes by this name. Nobody, when none or several do; without a name, the only member.
    pub(crate) async fn who_is_meant(
        &self,
        citizen: &Citizen,
        members: &[Member],
        name: Option<&PersonName>,
    ) -> Result<Option<PersonId>, Refusal> {
        let Some(name) = name else {
            // Of everybody: whoever read out the code may be the private one, and is not told of the other.
            return Ok(match members {
                [only] if only.privacy == Privacy::Open => Some(only.person),
                _ => None,
            });
        };
        // A private member is nobody to this interface: not compared with, not opened.
        let members: Vec<&Member> = members
            .iter()
            .filter(|member| member.privacy == Privacy::Open)
            .collect();
        let cause = citizen.cause(Purpose::StatusCheck, FieldSet::of(&[Field::Name]), "login");
        let subjects: Vec<_> = members
            .iter()
            .map(|member| (member.household, member.person))
            .collect();
        let receipts = self.receipts_of_present(&cause, &subjects).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let opened = self.0.db.read("app::vaccination_status::names", move |tx| {
            Box::pin(async move { person::open(tx, &sealer, receipts, now).await })
        });
        let opened = opened.await?;
        let wanted = folded(name);
        let mut meant = opened
            .iter()
            .filter(|person| person.name.as_ref().is_some_and(|name| folded(name) == wanted))
            .map(|person| person.person);
        Ok(match (meant.next(), meant.next()) {
            (Some(only), None) => Some(only),
            _ => None,
        })
    }
}

/// Letter case and the number of blanks do not tell people apart.
fn folded(name: &PersonName) -> String {
    name.as_str()
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
