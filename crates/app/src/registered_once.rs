//! A registration that is sent twice makes one person: the second time it is answered with the first reference id.

use pramaan_domain::guardian::Guardian;
use pramaan_domain::id::HouseholdId;
use pramaan_domain::reference_id::ReferenceId;
use pramaan_store::idempotency::{self, Recalled, RequestKey};
use pramaan_store::{Sealer, StoreError, Tx};

use crate::beneficiary::Registration;
use crate::{App, Refusal};

/// How a registration that is sent again is known to be the same.
#[derive(Debug, Clone, Default)]
pub enum Repetition {
    /// Not at all: the client names no request.
    #[default]
    Unnamed,
    /// By the client's name for the request; with other content the name is refused.
    Request(String),
    /// By the random name of the form and by what was typed into it: who goes back and types somebody else registers them.
    Form(String),
}

impl Repetition {
    pub(crate) fn key(
        &self,
        sealer: &Sealer,
        household: HouseholdId,
        (typed, guardian): (&Registration, Option<&Guardian>),
    ) -> Option<RequestKey> {
        let guardian = guardian.map(Guardian::text).unwrap_or_default();
        let said = pramaan_keys::context(&[b"register", &typed.said(), guardian.as_bytes()]);
        match self {
            Self::Unnamed => None,
            Self::Request(name) => Some(RequestKey::new(sealer, household, name, &said)),
            Self::Form(name) => {
                let named = pramaan_keys::context(&[b"form", name.as_bytes(), &said]);
                Some(RequestKey::of_content(sealer, household, &named))
            }
        }
    }
}

impl Registration {
    /// All that was typed, as bytes that differ when any of it does.
    pub(crate) fn said(&self) -> Vec<u8> {
        let birth_date = self.birth_date.map(|date| date.get().to_string());
        pramaan_keys::context(&[
            self.name.as_str().as_bytes(),
            self.birth_year.get().to_string().as_bytes(),
            birth_date.unwrap_or_default().as_bytes(),
            self.gender.code().as_bytes(),
            self.document_type.id().to_string().as_bytes(),
            self.document_number.canonical().as_bytes(),
            self.comorbidity.code().as_bytes(),
            self.consent_version.as_bytes(),
        ])
    }
}

impl App {
    /// What a request was answered by another node, which was faster.
    pub(crate) async fn registered_elsewhere(&self, key: RequestKey) -> Result<ReferenceId, Refusal> {
        let sealer = self.0.sealer.clone();
        let recalled = self.0.db.read("app::registered_once::elsewhere", move |tx| {
            Box::pin(async move { registered_before(tx, &sealer, Some(&key)).await })
        });
        recalled.await?.ok_or_else(|| StoreError::Serialization.into())
    }
}

/// What the same request was answered before, if it was.
///
/// # Errors
/// `KeyReused` when its name was given to another.
pub(crate) async fn registered_before(
    tx: &mut Tx,
    sealer: &Sealer,
    key: Option<&RequestKey>,
) -> Result<Option<ReferenceId>, Refusal> {
    let Some(key) = key else { return Ok(None) };
    match idempotency::recall(tx, sealer, key).await? {
        None => Ok(None),
        Some(Recalled::OtherRequest) => Err(Refusal::KeyReused),
        Some(Recalled::Answer(before)) => Ok(Some(read(&before)?)),
    }
}

/// The answer as it is kept.
pub(crate) fn answer(id: ReferenceId) -> Vec<u8> {
    id.to_string().into_bytes()
}

fn read(answer: &[u8]) -> Result<ReferenceId, StoreError> {
    let text = std::str::from_utf8(answer).ok();
    let id = text.and_then(|text| ReferenceId::parse(text).ok());
    id.ok_or_else(|| StoreError::corrupt("idempotency", "sealed"))
}
