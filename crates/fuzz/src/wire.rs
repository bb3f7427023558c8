//! What comes in over the network, and in files from other offices.

use std::sync::LazyLock;

use pramaan_app::import::rejects;
use pramaan_app::testing::fuzz::{Tokens, rows};
use pramaan_http::fuzz;

/// A file of centres, sessions, staff or a cohort. Each bad row says where and why, and the rejects can be written.
///
/// # Panics
/// When one does not.
pub fn fuzz_import_row(bytes: &[u8]) -> bool {
    let (good, bad) = rows(bytes);
    for row in &bad {
        assert!(
            !row.column.is_empty() && !row.reason.is_empty(),
            "a reject without a reason"
        );
    }
    assert!(!rejects(&bad).is_empty(), "the first line is always there");
    good > 0
}

/// A JSON body of the CoWIN-compatible API.
///
/// # Panics
/// When one is refused with a status that is not the client's error.
pub fn fuzz_cowin_body(bytes: &[u8]) -> bool {
    fuzz::bodies(bytes)
}

/// A query string.
///
/// # Panics
/// Only when the parser does.
pub fn fuzz_query(bytes: &[u8]) -> bool {
    fuzz::queries(bytes)
}

/// A form with a file: a line with the `Content-Type`, then the body.
///
/// # Panics
/// When a part holds what the body does not.
pub fn fuzz_form(bytes: &[u8]) -> bool {
    fuzz::forms(bytes)
}

/// A `Cookie` header.
///
/// # Panics
/// When what was read is set as more than one cookie.
pub fn fuzz_cookie(bytes: &[u8]) -> bool {
    fuzz::cookies(bytes)
}

/// A bearer token. Only the one that was issued is taken.
///
/// # Panics
/// When another one is.
pub fn fuzz_token(bytes: &[u8]) -> bool {
    static TOKENS: LazyLock<Tokens> = LazyLock::new(Tokens::default);
    let taken = std::str::from_utf8(bytes)
        .ok()
        .filter(|bearer| TOKENS.accepts(bearer));
    if let Some(bearer) = taken {
        assert_eq!(bearer, TOKENS.issued(), "nobody issued this");
    }
    taken.is_some()
}

/// A date of the wire.
///
/// # Panics
/// When one is printed so that it is read as another.
pub fn fuzz_wire_date(bytes: &[u8]) -> bool {
    fuzz::dates(bytes)
}

fn all(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

pub(crate) fn files() -> Vec<Vec<u8>> {
    all(&[
        "id,name,address,district_id,pincode,opens,closes,kind,fees\n\
         561001,Fort Clinic,\"Bora Bazar, Fort\",395,400001,09:00,17:00,government,COVAXIN:250\n",
        "centre_id,date,vaccine,min_age,slots,seats\n561001,2026-11-22,COVISHIELD,18,09:00AM-11:00AM,1:online:50\n",
        "code,name,role,district_id,centre_id\nMH-0001,Asha Devi,district_admin,395,\nMH-0002,B. Rao,vaccinator,395,561001\n",
        "mobile,birth_year,group,valid_until\n9876543210,1980,hcw,2027-01-01\n",
    ])
}

pub(crate) fn bodies() -> Vec<Vec<u8>> {
    all(&[
        r#"{"mobile":"9876543210","secret":"x"}"#,
        r#"{"otp":"8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92","txnId":"8e2a4f4a-2f5f-4a2e-9df8-5f9d2f5f4a2e"}"#,
        r#"{"name":"Asha Devi","birth_year":"1980","gender_id":1,"photo_id_type":8,"photo_id_number":"Z1234567","comorbidity_ind":"N","consent_version":"1"}"#,
        r#"{"dose":1,"session_id":"fe0d9dd5-0ba9-4d8f-8c8e-0d8e2f3a4b5c","slot":"09:00AM-11:00AM","beneficiaries":["48210937561204"]}"#,
        r#"{"appointment_id":"fe0d9dd5-0ba9-4d8f-8c8e-0d8e2f3a4b5c","beneficiariesToCancel":["48210937561204"]}"#,
        r#"{"code":"MH-0001","password":"x","totp":"123456"}"#,
    ])
}

pub(crate) fn queries() -> Vec<Vec<u8>> {
    all(&[
        "pincode=400001&date=22-11-2026&vaccine=COVISHIELD",
        "district_id=395&date=22%2F11%2F2026",
        "lat=18.93&long=72.83",
        "beneficiary_reference_id=48210937561204&secret_code=1234",
        "csrf=a+b&csrf=c",
    ])
}

pub(crate) fn forms() -> Vec<Vec<u8>> {
    all(&[
        "multipart/form-data; boundary=xYz\n--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n%PDF-1.7\r\n--xYz\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--xYz--\r\n",
    ])
}

pub(crate) fn cookies() -> Vec<Vec<u8>> {
    all(&["__Host-session=abc.def-1; __Host-visit=x; other=\"y\""])
}

pub(crate) fn tokens() -> Vec<Vec<u8>> {
    vec![Tokens::default().issued().as_bytes().to_vec()]
}

pub(crate) fn dates() -> Vec<Vec<u8>> {
    all(&["22-11-2026", "5.6.21", " 05/06/2021 ", "29-02-2024"])
}
