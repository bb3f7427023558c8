//! The credential as it is written, in DIVOC's order of fields, and the values of its fixed parts.
//!
//! Writing goes through serde, so that no value can leave its quotes. Reading is in `shape`.

use serde::Serialize;
use serde::ser::Serializer;

pub(crate) const CREDENTIALS_CONTEXT: &str = "https://www.w3.org/2018/credentials/v1";
pub(crate) const CREDENTIAL_TYPES: [&str; 2] = ["VerifiableCredential", "ProofOfVaccinationCredential"];
pub(crate) const VACCINATION_TYPES: [&str; 1] = ["Vaccination"];
pub(crate) const PERSON_TYPE: &str = "Person";
pub(crate) const NON_TRANSFERABLE: &str = "true";
pub(crate) const PROOF_PURPOSE: &str = "assertionMethod";

/// A DIVOC vaccination credential of the fixed shape, by anybody. Personal data: no Debug.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    #[serde(rename = "@context", serialize_with = "context")]
    pub(crate) vocabulary: String,
    #[serde(rename = "type")]
    pub(crate) types: [&'static str; 2],
    #[serde(rename = "credentialSubject")]
    pub(crate) subject: Subject,
    pub(crate) issuer: String,
    #[serde(rename = "issuanceDate")]
    pub(crate) issuance_date: String,
    pub(crate) evidence: [Evidence; 1],
    #[serde(rename = "nonTransferable")]
    pub(crate) non_transferable: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proof: Option<Proof>,
}

fn context<S: Serializer>(vocabulary: &str, serializer: S) -> Result<S::Ok, S::Error> {
    [CREDENTIALS_CONTEXT, vocabulary].serialize(serializer)
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Subject {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    #[serde(rename = "refId")]
    pub(crate) ref_id: String,
    /// The vocabulary's second identifier; ours carries the masked identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) uhid: Option<String>,
    pub(crate) name: String,
    pub(crate) gender: String,
    pub(crate) age: String,
    pub(crate) nationality: String,
    /// A constant in ours.
    pub(crate) address: HolderAddress,
    /// Version 2 of the vocabulary only, and never in our own certificates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dob: Option<String>,
}

/// What DIVOC's vocabulary says of where the holder lives: in every certificate of ours the constant [`NOWHERE`], because
/// the shape wants the node and we collect nothing for it. What another issuer wrote there is needed for the issuer's
/// signature while a certificate is checked, and goes nowhere else.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) enum HolderAddress {
    #[default]
    Constant,
    Foreign(Address),
}

/// Seven empty texts.
const NOWHERE: &Address = &Address {
    street_address: String::new(),
    street_address_2: String::new(),
    district: String::new(),
    city: String::new(),
    address_region: String::new(),
    address_country: String::new(),
    postal_code: String::new(),
};

impl HolderAddress {
    pub(crate) fn node(&self) -> &Address {
        match self {
            Self::Constant => NOWHERE,
            Self::Foreign(address) => address,
        }
    }
}

impl From<Address> for HolderAddress {
    fn from(address: Address) -> Self {
        match address == *NOWHERE {
            true => Self::Constant,
            false => Self::Foreign(address),
        }
    }
}

impl Serialize for HolderAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.node().serialize(serializer)
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Default)]
pub(crate) struct Address {
    #[serde(rename = "streetAddress")]
    pub(crate) street_address: String,
    #[serde(rename = "streetAddress2")]
    pub(crate) street_address_2: String,
    pub(crate) district: String,
    pub(crate) city: String,
    #[serde(rename = "addressRegion")]
    pub(crate) address_region: String,
    #[serde(rename = "addressCountry")]
    pub(crate) address_country: String,
    #[serde(rename = "postalCode")]
    pub(crate) postal_code: String,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Evidence {
    pub(crate) id: String,
    #[serde(rename = "infoUrl")]
    pub(crate) info_url: String,
    #[serde(rename = "feedbackUrl")]
    pub(crate) feedback_url: String,
    #[serde(rename = "certificateId")]
    pub(crate) certificate_id: String,
    #[serde(rename = "type")]
    pub(crate) types: [&'static str; 1],
    pub(crate) batch: String,
    pub(crate) vaccine: String,
    pub(crate) manufacturer: String,
    #[serde(rename = "icd11Code", skip_serializing_if = "Option::is_none")]
    pub(crate) icd11_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prophylaxis: Option<String>,
    pub(crate) date: String,
    #[serde(rename = "effectiveStart")]
    pub(crate) effective_start: String,
    #[serde(rename = "effectiveUntil")]
    pub(crate) effective_until: String,
    pub(crate) dose: u8,
    #[serde(rename = "totalDoses")]
    pub(crate) total_doses: u8,
    pub(crate) verifier: Verifier,
    pub(crate) facility: FacilityNode,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Verifier {
    pub(crate) name: String,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FacilityNode {
    pub(crate) name: String,
    pub(crate) address: Address,
}

/// The proof of a signed credential.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) created: String,
    #[serde(rename = "verificationMethod")]
    pub(crate) verification_method: String,
    #[serde(rename = "proofPurpose")]
    pub(crate) proof_purpose: &'static str,
    pub(crate) jws: String,
}

impl Document {
    pub fn proof(&self) -> Option<&Proof> {
        self.proof.as_ref()
    }

    pub(crate) fn evidence(&self) -> &Evidence {
        let [evidence] = &self.evidence;
        evidence
    }
}
