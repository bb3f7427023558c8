//! Finding persons without opening anything: by household and by blind index of the reference id.

use pramaan_domain::id::{HouseholdId, PersonId};
use pramaan_domain::reference_id::ReferenceId;
use pramaan_keys::IndexKind;

use super::{Directory, DocumentState};
use crate::StoreError;
use crate::db::{ColumnType, Rows, Tx, pair};
use crate::member::Subject;
use crate::private_member::Privacy;
use crate::sealer::Sealer;

/// A member of a household, with nothing opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub household: HouseholdId,
    pub person: PersonId,
    pub document_state: DocumentState,
    pub privacy: Privacy,
}

/// Whom each reference id names; `None` for one that names nobody. An id with a wrong tag never reaches the database.
///
/// # Errors
/// `Misplaced`, with an alarm, when a row was changed to name another person.
pub async fn by_reference_ids(
    tx: &mut Tx,
    sealer: &Sealer,
    ids: &[ReferenceId],
) -> Result<Vec<Option<(HouseholdId, PersonId)>>, StoreError> {
    let plausible: Vec<_> = ids
        .iter()
        .filter(|id| sealer.keys.is_reference_id(id.number()))
        .flat_map(|id| reference_ixs(sealer, *id))
        .collect();
    let mut found = std::collections::HashMap::new();
    for rows in Rows::cut(
        tx.engine(),
        &[],
        [ColumnType::Blob],
        plausible.into_iter().map(|ix| [ix.into()]),
    ) {
        let sql = format!(
            "-- store::person::by_reference_ids
             with v (ix) as ({rows})
             select r.reference_ix, r.household, r.person, r.binding_mac from reference_index r join v on v.ix = r.reference_ix"
        );
        for row in tx.query(&sql, rows.params()).await? {
            let (ix, subject) = (row.blob(0)?, (row.parse(1)?, row.parse(2)?));
            Directory::Reference.check(sealer, ix, subject, row.blob(3)?)?;
            found.insert(ix.to_vec(), subject);
        }
    }
    Ok(ids
        .iter()
        .map(|id| {
            let mut ixs = reference_ixs(sealer, *id).into_iter();
            ixs.find_map(|ix| found.get(&ix).copied())
        })
        .collect())
}

pub(crate) fn reference_ix(sealer: &Sealer, id: ReferenceId) -> Vec<u8> {
    let [now, _] = reference_ixs(sealer, id);
    now
}

/// As it is now, and as a row that was not moved yet still has it.
pub(crate) fn reference_ixs(sealer: &Sealer, id: ReferenceId) -> [Vec<u8>; 2] {
    let index = sealer
        .keys
        .directory(IndexKind::Reference, id.to_string().as_bytes());
    index.both().map(|ix| ix.as_bytes().to_vec())
}

/// Those of the members whom a household sees whose document somebody else registered after them.
pub async fn rivals(tx: &mut Tx, seen: &[Subject]) -> Result<Vec<PersonId>, StoreError> {
    let rows = Rows::new(tx.engine(), &[], [ColumnType::Text; 2], seen.iter().map(pair));
    let sql = format!(
        "-- store::person::rivals
         with v (household, person) as ({rows})
         select mine.person from document_index mine
         join v on v.household = mine.household and v.person = mine.person
         where exists (
             select 1 from document_index other
             where other.document_ix = mine.document_ix and other.registered_at > mine.registered_at
               and not exists (
                   select 1 from v where v.household = other.household and v.person = other.person))"
    );
    let rivals = tx.query(&sql, rows.params()).await?;
    rivals.iter().map(|row| row.parse(0)).collect()
}
