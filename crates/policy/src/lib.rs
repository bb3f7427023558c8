//! Who may open which fields for which purpose: a pure decision over one table.
//!
//! The table is printed to `policy/matrix.txt`, where people who do not read Rust can review it; its SHA-256 is in every
//! access entry, so that an auditor knows which rules were in force. It does not authenticate anybody and does not look
//! at a database: whether the evidence exists is established by the caller, which says so by the `Basis` it passes.

mod table;

use pramaan_domain::access::{ActorClass, Basis, Field, FieldSet, Purpose};
use sha2::{Digest, Sha256};

pub use table::GRANTS;

/// One line of the table: this class, on this basis, for this purpose, may open at most these fields.
#[derive(Debug, Clone, Copy)]
pub struct Grant {
    pub actor: ActorClass,
    pub basis: Basis,
    pub purpose: Purpose,
    pub fields: FieldSet,
}

/// What somebody asks to open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    pub actor: ActorClass,
    pub basis: Basis,
    pub purpose: Purpose,
    pub fields: FieldSet,
}

/// Proof that the table allows a request. Only [`decide`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permit(Request);

impl Permit {
    pub fn request(&self) -> Request {
        self.0
    }
}

/// The table has no line for this request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forbidden;

/// Allows a request when one line of the table covers all of its fields. Everything not listed is refused.
pub fn decide(request: Request) -> Result<Permit, Forbidden> {
    let covered = GRANTS.iter().any(|grant| {
        grant.actor == request.actor
            && grant.basis == request.basis
            && grant.purpose == request.purpose
            && request.fields.is_subset_of(grant.fields)
    });
    if covered && !request.fields.is_empty() {
        Ok(Permit(request))
    } else {
        Err(Forbidden)
    }
}

/// The table as text, one line a grant, columns aligned: what `policy/matrix.txt` holds.
pub fn matrix() -> String {
    let mut text = String::from(
        "# Who may open which fields of a record. Generated from crates/policy/src/table.rs; everything not listed is refused.\n\
         # actor            | basis                   | purpose          | fields\n",
    );
    for grant in GRANTS {
        let fields: Vec<_> = grant.fields.iter().map(Field::name).collect();
        text.push_str(&format!(
            "{:<18} | {:<23} | {:<16} | {}\n",
            grant.actor.name(),
            grant.basis.name(),
            grant.purpose.name(),
            fields.join(" ")
        ));
    }
    text
}

/// SHA-256 of [`matrix`]: the policy hash in each leaf of the access log.
pub fn policy_hash() -> [u8; 32] {
    Sha256::digest(matrix().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_matrix_is_the_table() {
        let printed = include_str!("../../../policy/matrix.txt");
        assert_eq!(
            printed,
            matrix(),
            "run `cargo xtask generate` and review the difference"
        );
    }

    #[test]
    fn nobody_opens_a_record_without_a_line_for_it() {
        for actor in ActorClass::ALL {
            for basis in Basis::ALL {
                for purpose in Purpose::ALL {
                    for field in Field::ALL {
                        let fields = FieldSet::of(&[field]);
                        let allowed = decide(Request {
                            actor: *actor,
                            basis: *basis,
                            purpose: *purpose,
                            fields,
                        });
                        let listed = GRANTS.iter().any(|grant| {
                            (grant.actor, grant.basis, grant.purpose) == (*actor, *basis, *purpose)
                                && grant.fields.contains(field)
                        });
                        assert_eq!(allowed.is_ok(), listed);
                    }
                }
            }
        }
    }

    #[test]
    fn staff_and_partners_never_see_a_mobile_and_an_access_list_only_of_who_is_there() {
        for grant in GRANTS {
            let person = matches!(grant.actor, ActorClass::Citizen | ActorClass::AssistedCitizen);
            let machine_message =
                grant.actor == ActorClass::Machine && grant.purpose == Purpose::Notification;
            if grant.fields.contains(Field::Mobile) {
                assert!(person || machine_message, "{grant:?}");
            }
            if grant.fields.contains(Field::AccessList) {
                // A site prints it for whoever stands there with card or document.
                let at_site = matches!(grant.actor, ActorClass::Vaccinator | ActorClass::SiteManager)
                    && grant.basis == Basis::SiteEvidence
                    && grant.purpose == Purpose::OwnAccessList;
                assert!(grant.actor == ActorClass::Citizen || at_site, "{grant:?}");
            }
            // Whoever has one has it for ever.
            if grant.fields.contains(Field::ViewKey) {
                assert!(person, "{grant:?}");
            }
        }
    }

    #[test]
    fn staff_never_learn_the_code_that_the_person_brings() {
        for grant in GRANTS
            .iter()
            .filter(|grant| grant.fields.contains(Field::AppointmentCode))
        {
            let person = matches!(grant.actor, ActorClass::Citizen | ActorClass::AssistedCitizen);
            assert!(person, "{grant:?}");
        }
    }

    #[test]
    fn an_empty_request_opens_nothing() {
        let request = Request {
            actor: ActorClass::Citizen,
            basis: Basis::PersonOtp,
            purpose: Purpose::OwnRecord,
            fields: FieldSet::EMPTY,
        };
        assert_eq!(decide(request), Err(Forbidden));
    }
}
