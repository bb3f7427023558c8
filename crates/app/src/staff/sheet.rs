//! Printed one-time codes, for members of staff without a phone: printed by whoever answers for them.

use pramaan_domain::id::StaffSheetId;
use pramaan_domain::staff::{StaffCode, StaffRole};
use pramaan_domain::staff_event::StaffEventKind;
use pramaan_domain::staff_sheet::{SHEET_CODES, SHEET_DAYS, SheetCode};
use pramaan_domain::time::Timestamp;
use pramaan_store::staff::{self, StaffState};
use pramaan_store::staff_event::{self, StaffEvent};
use pramaan_store::staff_sheet;

pub use pramaan_store::staff_sheet::SheetLeft;

use super::end::{Member, answers_for};
use crate::{App, Refusal, Staff};

/// A sheet, shown this once: only MACs of its codes are kept.
#[derive(Debug)]
pub struct PrintedSheet {
    pub code: StaffCode,
    pub codes: Vec<SheetCode>,
    pub expires_at: Timestamp,
}

/// A member of staff, and what is left of their sheet; none when they have none that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetOf {
    pub member: Member,
    pub left: Option<SheetLeft>,
}

impl App {
    /// Ten codes for somebody whom `by` answers for; each is good once in place of the authenticator's. An earlier sheet
    /// ends.
    ///
    /// # Errors
    /// `Forbidden` for a vaccinator; `Invalid` with the field `code` for a code that is nobody's or not theirs.
    pub async fn print_sheet(&self, by: &Staff, code: StaffCode) -> Result<PrintedSheet, Refusal> {
        if by.role == StaffRole::Vaccinator {
            return Err(Refusal::Forbidden);
        }
        let (sealer, now, by) = (self.0.sealer.clone(), self.now(), by.clone());
        let printed = self.0.db.write("app::staff::print_sheet", move |tx| {
            Box::pin(async move {
                let row = staff::by_code(tx, &sealer, &code).await?;
                let row = row.filter(|row| answers_for(&by, row) && row.state == StaffState::Active);
                let row = row.ok_or_else(|| Refusal::Invalid {
                    field: "code",
                    sentence: format!("there is no member of staff {code} for whom you could print codes"),
                })?;
                let codes: Vec<SheetCode> = (0..SHEET_CODES)
                    .map(|_| SheetCode::from_random(sealer.random()))
                    .collect();
                let sheet = StaffSheetId::from_random(sealer.random());
                let expires_at = now.plus_seconds(SHEET_DAYS * 86_400);
                staff_sheet::print(tx, &sealer, (row.id, sheet, &codes), (now, expires_at)).await?;
                let event = StaffEvent {
                    staff: row.code.to_string(),
                    centre: row.centre,
                    ..by.event(StaffEventKind::SheetPrinted, None, now)
                };
                staff_event::insert(tx, &sealer, &event).await?;
                Ok::<_, Refusal>(PrintedSheet {
                    code: row.code,
                    codes,
                    expires_at,
                })
            })
        });
        printed.await
    }

    /// Those whom `by` answers for, with what is left of their sheets.
    ///
    /// # Errors
    /// `Forbidden` for a vaccinator.
    pub async fn sheets(&self, by: &Staff) -> Result<Vec<SheetOf>, Refusal> {
        let members = self.staff_of(by).await?;
        let (sealer, now) = (self.0.sealer.clone(), self.now());
        let found = self.0.db.read("app::staff::sheets", move |tx| {
            Box::pin(async move {
                let mut sheets = Vec::with_capacity(members.len());
                for member in members {
                    let row = staff::by_code(tx, &sealer, &member.code).await?;
                    let left = match row {
                        Some(row) => staff_sheet::left(tx, row.id, now).await?,
                        None => None,
                    };
                    sheets.push(SheetOf { member, left });
                }
                Ok::<_, Refusal>(sheets)
            })
        });
        found.await
    }
}
