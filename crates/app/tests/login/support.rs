//! Short ways to ask for a code and to guess it.

use std::net::IpAddr;

use pramaan_app::beneficiary::Registration;
use pramaan_app::message::Language;
use pramaan_app::origin::{ClientAddr, Device, Origin};
use pramaan_app::otp::{Login, OtpConfirmation, OtpDigest, OtpRequest};
use pramaan_app::testing::TestApp;
use pramaan_app::{Citizen, Face, Refusal};
use pramaan_domain::birth::BirthYear;
use pramaan_domain::document::{DocumentNumber, DocumentType};
use pramaan_domain::gender::Gender;
use pramaan_domain::id::TxnId;
use pramaan_domain::mobile::Mobile;
use pramaan_domain::name::PersonName;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::person::Comorbidity;

pub(crate) const MOBILE: &str = "9876543210";

pub(crate) fn address(octets: [u8; 4]) -> ClientAddr {
    ClientAddr::new(IpAddr::from(octets))
}

pub(crate) fn origin(octets: [u8; 4], agent: &str) -> Origin {
    Origin::new(address(octets), Device::UserAgent(agent))
}

pub(crate) fn home() -> Origin {
    origin([203, 0, 113, 7], "test")
}

pub(crate) async fn ask_from(
    app: &TestApp,
    mobile: &str,
    face: Face,
    origin: Origin,
) -> Result<TxnId, Refusal> {
    let mobile = Mobile::parse(mobile).unwrap();
    app.app
        .request_otp(OtpRequest {
            mobile,
            full_name: None,
            face,
            origin,
            language: Language::English,
        })
        .await
}

pub(crate) async fn ask(app: &TestApp, mobile: &str, face: Face) -> TxnId {
    ask_from(app, mobile, face, home()).await.unwrap()
}

pub(crate) async fn guess(app: &TestApp, txn: TxnId, code: &str, face: Face) -> Result<Login, Refusal> {
    let otp = OtpDigest::of(code);
    app.app
        .confirm_otp(OtpConfirmation {
            txn,
            otp,
            face,
            origin: home(),
            language: None,
        })
        .await
}

/// The same through the portal, from anywhere.
pub(crate) async fn confirm(app: &TestApp, txn: TxnId, code: &str, origin: Origin) -> Result<Login, Refusal> {
    let (otp, face) = (OtpDigest::of(code), Face::Portal);
    app.app
        .confirm_otp(OtpConfirmation {
            txn,
            otp,
            face,
            origin,
            language: None,
        })
        .await
}

/// A code that is not this one.
pub(crate) fn other(code: &str) -> String {
    if code == "000000" { "000001" } else { "000000" }.to_owned()
}

pub(crate) async fn register(app: &TestApp, citizen: &Citizen, document: &str) -> ReferenceId {
    register_as(app, citizen, "Asha Devi", document).await
}

pub(crate) async fn register_as(app: &TestApp, citizen: &Citizen, name: &str, document: &str) -> ReferenceId {
    try_to_register(app, citizen, name, document).await.unwrap()
}

pub(crate) async fn try_to_register(
    app: &TestApp,
    citizen: &Citizen,
    name: &str,
    document: &str,
) -> Result<ReferenceId, Refusal> {
    let registration = Registration {
        name: PersonName::parse(name).unwrap(),
        birth_year: BirthYear::parse("1980", app.clock.now().date()).unwrap(),
        birth_date: None,
        gender: Gender::Female,
        document_type: DocumentType::from_id(8).unwrap(),
        document_number: DocumentNumber::parse(document).unwrap(),
        comorbidity: Comorbidity::None,
        consent_version: "1".to_owned(),
    };
    app.app.register(citizen, registration).await
}

pub(crate) async fn count(app: &TestApp, sql: &'static str) -> i64 {
    let rows = app.db.read("test::count", move |tx| {
        Box::pin(async move { tx.query_one(sql, &[]).await?.int(0) })
    });
    rows.await.unwrap()
}
