//! Booking, moving and cancelling: section 6.

use serde::{Deserialize, Serialize};

use crate::text::{Number, Text};

/// `schedule`. `center_id` and `captcha` may be there and are ignored.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Schedule {
    pub dose: Option<Number>,
    pub session_id: Option<Text>,
    pub slot: Option<Text>,
    pub beneficiaries: Option<Vec<Text>>,
}

/// One value under two names: most clients read the first, one the second. It names the slip, moves and cancels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scheduled {
    pub appointment_confirmation_no: String,
    pub appointment_id: String,
}

impl Scheduled {
    pub fn new(appointment_id: String) -> Self {
        Self {
            appointment_confirmation_no: appointment_id.clone(),
            appointment_id,
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Reschedule {
    pub appointment_id: Option<Text>,
    pub session_id: Option<Text>,
    pub slot: Option<Text>,
}

#[derive(Debug, Clone, Default, Deserialize)]
pub struct Cancel {
    pub appointment_id: Option<Text>,
    #[serde(rename = "beneficiariesToCancel")]
    pub beneficiaries: Option<Vec<Text>>,
}

/// Query of `appointmentslip/download`.
#[derive(Debug, Clone, Deserialize)]
pub struct Slip {
    pub appointment_id: Text,
}

#[cfg(test)]
mod tests {
    use super::super::assert_wire;
    use super::*;

    #[test]
    fn a_booking_names_its_appointment_twice() {
        assert_wire(
            &Scheduled::new("3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned()),
            r#"{"appointment_confirmation_no":"3fa85f64-5717-4562-b3fc-2c963f66afa6",
            "appointment_id":"3fa85f64-5717-4562-b3fc-2c963f66afa6"}"#,
        );
    }

    #[test]
    fn dose_and_ids_come_as_strings_or_numbers() {
        let schedule: Schedule = serde_json::from_str(
            r#"{"dose":"1","session_id":"s","slot":"09:00AM-11:00AM","beneficiaries":["12345678901234",12345678901235],
            "center_id":1060,"captcha":"xYz12"}"#,
        )
        .unwrap();
        assert_eq!(schedule.dose, Some(Number(1)));
        let ids = schedule.beneficiaries.unwrap();
        assert_eq!(
            ids.iter().map(Text::as_str).collect::<Vec<_>>(),
            ["12345678901234", "12345678901235"]
        );
        let cancel: Cancel =
            serde_json::from_str(r#"{"appointment_id":"a","beneficiariesToCancel":[12345678901234]}"#)
                .unwrap();
        assert_eq!(cancel.beneficiaries.unwrap().len(), 1);
    }
}
