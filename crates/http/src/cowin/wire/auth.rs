//! One-time passwords, tokens and the captcha: section 1 and 5 of the contract.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::Text;

/// `generateOTP`, `generateMobileOTP`. The portal's `secret` may be there, in any form, and is ignored.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct GenerateOtp {
    pub mobile: Option<Text>,
}

/// `/v3/vaccination/generateOTP`.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct GenerateStatusOtp {
    pub mobile_number: Option<Text>,
    pub full_name: Option<Text>,
}

/// `confirmOTP`, `validateMobileOtp`: `otp` is the lower-case hex SHA-256 of the six digits.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ConfirmOtp {
    pub otp: Option<Text>,
    #[serde(rename = "txnId")]
    pub txn_id: Option<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtpSent {
    #[serde(rename = "txnId")]
    pub txn_id: String,
}

/// The public flow leaves `isNewAccount` out.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Confirmed {
    pub token: String,
    #[serde(rename = "isNewAccount", skip_serializing_if = "Option::is_none")]
    pub is_new_account: Option<YesNo>,
}

impl fmt::Debug for Confirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Confirmed")
            .field("is_new_account", &self.is_new_account)
            .finish_non_exhaustive()
    }
}

/// CoWIN's two letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum YesNo {
    Y,
    N,
}

/// `GET /v3/vaccination/status`: 0 not, 1 partially, 2 fully vaccinated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VaccinationStatus {
    pub vaccination_status: u8,
}

/// `getRecaptcha`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Captcha {
    pub captcha: String,
}

#[cfg(test)]
mod tests {
    use super::super::assert_wire;
    use super::*;

    #[test]
    fn answers_are_exact() {
        assert_wire(
            &OtpSent {
                txn_id: "3fa85f64-5717-4562-b3fc-2c963f66afa6".to_owned(),
            },
            r#"{"txnId":"3fa85f64-5717-4562-b3fc-2c963f66afa6"}"#,
        );
        let token = "a.b.c".to_owned();
        assert_wire(
            &Confirmed {
                token: token.clone(),
                is_new_account: None,
            },
            r#"{"token":"a.b.c"}"#,
        );
        assert_wire(
            &Confirmed {
                token,
                is_new_account: Some(YesNo::Y),
            },
            r#"{"token":"a.b.c","isNewAccount":"Y"}"#,
        );
        assert_wire(
            &VaccinationStatus {
                vaccination_status: 2,
            },
            r#"{"vaccination_status":2}"#,
        );
        assert_wire(
            &Captcha {
                captcha: "<svg/>".to_owned(),
            },
            r#"{"captcha":"<svg/>"}"#,
        );
    }

    #[test]
    fn requests_are_lenient() {
        let number: GenerateOtp =
            serde_json::from_str(r#"{"mobile":9876543210,"secret":"U2FsdGVkX1"}"#).unwrap();
        assert_eq!(number.mobile.unwrap().as_str(), "9876543210");
        let empty: ConfirmOtp = serde_json::from_str("{}").unwrap();
        assert!(empty.otp.is_none() && empty.txn_id.is_none());
    }
}
