//! Requests to replace a lost second factor: asked by a site manager, decided by the district's admin.

use pramaan_domain::id::{FactorRequestId, StaffId};
use pramaan_domain::staff::Reason;
use pramaan_domain::time::Timestamp;
use pramaan_keys::{MacKind, SealPurpose};

use crate::StoreError;
use crate::db::{Row, Tx, for_update};
use crate::pad::{padded, unpadded};
use crate::sealer::{Sealer, context};
use crate::staff_binding::check;

/// Three hundred letters of any Indian script.
const REASON_BLOCK: usize = 1_024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorState {
    Waiting,
    Approved,
    Refused,
    Withdrawn,
}

impl FactorState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Approved, Self::Refused, Self::Withdrawn];

    const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// One request. `asked_by` is a staff code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorRequest {
    pub id: FactorRequestId,
    pub district: i64,
    pub centre: i64,
    pub staff: StaffId,
    pub asked_by: String,
    pub reason: Reason,
    pub asked_at: Timestamp,
    pub state: FactorState,
}

pub async fn insert(tx: &mut Tx, sealer: &Sealer, request: &FactorRequest) -> Result<(), StoreError> {
    let reason = sealer.keys.seal(
        SealPurpose::Staff,
        &context("factor_request", "reason", request.id),
        &padded(request.reason.as_str().as_bytes(), REASON_BLOCK),
        &*sealer.entropy,
    );
    tx.execute(
        "-- store::factor_request::insert
         insert into factor_request (district, id, centre, staff, asked_by, reason, asked_at, state, binding_mac)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            request.district.into(),
            request.id.into(),
            request.centre.into(),
            request.staff.into(),
            request.asked_by.as_str().into(),
            reason.into(),
            request.asked_at.into(),
            request.state.code().into(),
            binding(sealer, request).into(),
        ],
    )
    .await?;
    Ok(())
}

const COLUMNS: &str = "district, id, centre, staff, asked_by, reason, asked_at, state, binding_mac";

/// One of a district, locked until the transaction ends.
///
/// # Errors
/// `Misplaced`, with an alarm, when it is not as we wrote it; so for all that follow.
pub async fn find(
    tx: &mut Tx,
    sealer: &Sealer,
    (district, id): (i64, FactorRequestId),
) -> Result<Option<FactorRequest>, StoreError> {
    let sql = format!(
        "-- store::factor_request::find
         select {COLUMNS} from factor_request where district = $1 and id = $2"
    );
    let params = [district.into(), id.into()];
    let row = tx.query_opt(&for_update(tx.engine(), &sql), &params).await?;
    row.map(|row| read(sealer, &row)).transpose()
}

/// Those of a district that wait and were asked for at `from` or later, the oldest first.
pub async fn waiting(
    tx: &mut Tx,
    sealer: &Sealer,
    (district, from): (i64, Timestamp),
) -> Result<Vec<FactorRequest>, StoreError> {
    let sql = format!(
        "-- store::factor_request::waiting
         select {COLUMNS} from factor_request where district = $1 and state = $2 and asked_at >= $3
         order by asked_at, id"
    );
    let params = [district.into(), FactorState::Waiting.code().into(), from.into()];
    let rows = tx.query(&sql, &params).await?;
    rows.iter().map(|row| read(sealer, row)).collect()
}

/// Decides one that [`find`] has locked.
pub async fn decide(
    tx: &mut Tx,
    sealer: &Sealer,
    (request, state): (FactorRequest, FactorState),
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    let decided = FactorRequest { state, ..request };
    tx.execute(
        "-- store::factor_request::decide
         update factor_request set state = $3, decided_by = $4, decided_at = $5, binding_mac = $6
         where district = $1 and id = $2",
        &[
            decided.district.into(),
            decided.id.into(),
            decided.state.code().into(),
            by.into(),
            now.into(),
            binding(sealer, &decided).into(),
        ],
    )
    .await?;
    Ok(())
}

/// Deletes up to `most` that were asked for before `before`; answers how many.
pub async fn purge(tx: &mut Tx, before: Timestamp, most: u32) -> Result<u64, StoreError> {
    tx.execute(
        "-- store::factor_request::purge
         delete from factor_request where (district, id) in (
             select district, id from factor_request where asked_at < $1 limit $2)",
        &[before.into(), most.into()],
    )
    .await
}

fn read(sealer: &Sealer, row: &Row) -> Result<FactorRequest, StoreError> {
    let id: FactorRequestId = row.parse(1)?;
    let opened = sealer.keys.open(
        SealPurpose::Staff,
        &context("factor_request", "reason", id),
        row.blob(5)?,
    )?;
    let reason = unpadded(&opened).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let reason = reason.and_then(|reason| Reason::parse(reason).ok());
    let state = FactorState::ALL
        .into_iter()
        .find(|state| row.text(7).is_ok_and(|text| text == state.code()));
    let request = FactorRequest {
        district: row.int(0)?,
        id,
        centre: row.int(2)?,
        staff: row.parse(3)?,
        asked_by: row.text(4)?.to_owned(),
        reason: reason.ok_or_else(|| row.inconsistent(5, "a reason"))?,
        asked_at: row.timestamp(6)?,
        state: state.ok_or_else(|| row.inconsistent(7, "a state of a request"))?,
    };
    check("factor_request", row.blob(8)?, &binding(sealer, &request))?;
    Ok(request)
}

/// The reason is sealed to its row by its context.
fn binding(sealer: &Sealer, request: &FactorRequest) -> [u8; 32] {
    let (district, centre) = (request.district.to_be_bytes(), request.centre.to_be_bytes());
    let asked_at = request.asked_at.micros().to_be_bytes();
    let parts: [&[u8]; 7] = [
        &district,
        request.id.as_bytes(),
        &centre,
        request.staff.as_bytes(),
        request.asked_by.as_bytes(),
        &asked_at,
        request.state.code().as_bytes(),
    ];
    sealer.keys.mac(MacKind::FactorRequest, &parts)
}
