//! Sending a code to the mobile of a person who stands at the site.

use pramaan_domain::id::TxnId;
use pramaan_store::encounter::{self, Counted, NewVisitCode};
use pramaan_store::roster::{self, Place};

use super::expected_at;
use crate::message::Message;
use crate::roster::require_shift;
use crate::{App, Refusal, Staff, StaffRole};

/// Codes sent by one member of staff on one day.
const SENT_A_DAY: u32 = 100;
/// Codes sent to one person for one place: nobody's telephone is flooded from a site.
const SENT_A_PLACE: i64 = 5;

/// What the record is to be opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aim {
    Dose,
    Correction,
}

impl App {
    /// Sends six digits to the household's mobile of whoever holds a place; the person reads them out.
    ///
    /// The number is opened by the system for the message, is never shown, and the person sees the entry. The code is kept
    /// and counted before that, in one transaction: one that cannot be sent then is counted too, and opens nothing.
    ///
    /// # Errors
    /// `OffRoster`, `UnknownAppointment`, `AlreadyRecorded`, `OverBudget`; `NoMobile` for somebody who never proved a number.
    pub async fn send_visit_code(
        &self,
        staff: &Staff,
        place: Place,
        request: &'static str,
    ) -> Result<TxnId, Refusal> {
        self.send_code(staff, (place, Aim::Dose), request).await
    }

    /// The same to whoever holds, or held, a place of any day here: for correcting what was recorded there.
    ///
    /// # Errors
    /// As [`send_visit_code`](Self::send_visit_code), without `AlreadyRecorded`.
    pub async fn send_correction_code(
        &self,
        staff: &Staff,
        place: Place,
        request: &'static str,
    ) -> Result<TxnId, Refusal> {
        self.send_code(staff, (place, Aim::Correction), request).await
    }

    async fn send_code(
        &self,
        staff: &Staff,
        (place, aim): (Place, Aim),
        request: &'static str,
    ) -> Result<TxnId, Refusal> {
        if staff.role == StaffRole::DistrictAdmin {
            return Err(Refusal::Forbidden);
        }
        let (id, here, now) = (staff.id, (staff.centre, self.today()), self.now());
        let sealer = self.0.sealer.clone();
        let txn = TxnId::from_random(sealer.random());
        let code = format!("{:06}", u64::from_be_bytes(sealer.random()) % 1_000_000);
        let message = Message::VisitCode { code: code.clone() };
        let expected = self.0.db.write("app::encounter::new_visit_code", move |tx| {
            Box::pin(async move {
                require_shift(tx, id, here).await?;
                let expected = match aim {
                    Aim::Dose => expected_at(tx, here, place).await?,
                    Aim::Correction => roster::at_place_of_any_day(tx, here.0, place)
                        .await?
                        .ok_or(Refusal::UnknownAppointment)?,
                };
                let flooded = encounter::sent_visit_codes(tx, &expected).await? >= SENT_A_PLACE;
                if flooded
                    || !encounter::count_today(tx, (id, here.1), Counted::VisitCode, SENT_A_DAY).await?
                {
                    return Err(Refusal::OverBudget {
                        retry_after_seconds: 3600,
                    });
                }
                let new = NewVisitCode {
                    session: expected.place.session,
                    txn,
                    appointment: expected.appointment,
                    person: expected.person,
                    staff: id,
                    code: &code,
                };
                encounter::insert_visit_code(tx, &sealer, new, now).await?;
                Ok(expected)
            })
        });
        let expected = expected.await?;
        let addressee = self
            .mobile_to_notify((expected.household, expected.person), request)
            .await?;
        let addressee = addressee.ok_or(Refusal::NoMobile)?;
        let (sealer, message) = (self.0.sealer.clone(), message.for_household(addressee));
        let sent = self.0.db.write("app::encounter::send_visit_code", move |tx| {
            Box::pin(async move { Ok::<_, Refusal>(message.queue(tx, &sealer, now).await?) })
        });
        let message = sent.await?;
        self.deliver_now(&[message]).await;
        Ok(txn)
    }
}
