//! From JSON to [`Document`]: exactly the keys of the fixed shape, each once, each of its type.
//!
//! The signature alone does not fix the shape: its canonical form forgets which of several aliased terms held a value, and
//! the URL of the vocabulary. So nothing may be missing, repeated or added.

use crate::document::{
    Address, CREDENTIAL_TYPES, CREDENTIALS_CONTEXT, Document, Evidence, FacilityNode, NON_TRANSFERABLE,
    PERSON_TYPE, PROOF_PURPOSE, Proof, Subject, VACCINATION_TYPES, Verifier,
};
use crate::error::VerifyError;
use crate::json::Json;
use crate::value::is_iri;

/// Reads a credential of DIVOC's fixed shape, signed or not, by any issuer. Checks form only; see
/// [`crate::verify_json`] for authenticity.
pub fn parse_document(json: &[u8]) -> Result<Document, VerifyError> {
    let tree: Json = serde_json::from_slice(json).map_err(|_| VerifyError::NotACertificate)?;
    let Json::Object(_) = &tree else {
        return Err(VerifyError::NotACertificate);
    };
    document(Node::object("certificate".to_owned(), tree)?)
}

fn violation(path: &str, problem: &'static str) -> VerifyError {
    VerifyError::ShapeViolation {
        path: path.to_owned(),
        problem,
    }
}

/// An object whose keys are taken one by one; whatever is left at the end was not in the shape.
struct Node {
    path: String,
    entries: Vec<(String, Json)>,
}

impl Node {
    fn object(path: String, json: Json) -> Result<Self, VerifyError> {
        let Json::Object(entries) = json else {
            return Err(violation(&path, "expected an object"));
        };
        let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        if keys.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(violation(&path, "a key appears twice"));
        }
        Ok(Self { path, entries })
    }

    fn path_of(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    fn take_optional(&mut self, key: &str) -> Option<Json> {
        let index = self.entries.iter().position(|(k, _)| k == key)?;
        Some(self.entries.swap_remove(index).1)
    }

    fn take(&mut self, key: &str) -> Result<Json, VerifyError> {
        self.take_optional(key)
            .ok_or_else(|| violation(&self.path_of(key), "missing"))
    }

    fn text(&mut self, key: &str) -> Result<String, VerifyError> {
        match self.take(key)? {
            Json::Text(text) => Ok(text),
            _ => Err(violation(&self.path_of(key), "expected text")),
        }
    }

    fn optional_text(&mut self, key: &str) -> Result<Option<String>, VerifyError> {
        match self.take_optional(key) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(_) => Err(violation(&self.path_of(key), "expected text")),
        }
    }

    fn identifier(&mut self, key: &str) -> Result<String, VerifyError> {
        let text = self.text(key)?;
        if is_iri(&text) {
            Ok(text)
        } else {
            Err(violation(&self.path_of(key), "expected an absolute identifier"))
        }
    }

    fn number(&mut self, key: &str) -> Result<u8, VerifyError> {
        match self.take(key)? {
            Json::Whole(number) => {
                u8::try_from(number).map_err(|_| violation(&self.path_of(key), "number out of range"))
            }
            _ => Err(violation(&self.path_of(key), "expected a whole number")),
        }
    }

    fn list(&mut self, key: &str) -> Result<Vec<Json>, VerifyError> {
        match self.take(key)? {
            Json::List(list) => Ok(list),
            _ => Err(violation(&self.path_of(key), "expected a list")),
        }
    }

    fn child(&mut self, key: &str) -> Result<Self, VerifyError> {
        let json = self.take(key)?;
        Self::object(self.path_of(key), json)
    }

    fn constant(&mut self, key: &str, value: &'static str) -> Result<&'static str, VerifyError> {
        if self.text(key)? == value {
            Ok(value)
        } else {
            Err(violation(&self.path_of(key), "not its fixed value"))
        }
    }

    fn constants<const N: usize>(
        &mut self,
        key: &str,
        values: [&'static str; N],
    ) -> Result<[&'static str; N], VerifyError> {
        let list = self.list(key)?;
        let equal = list.len() == N
            && list
                .iter()
                .zip(values)
                .all(|(json, value)| matches!(json, Json::Text(text) if text == value));
        if equal {
            Ok(values)
        } else {
            Err(violation(&self.path_of(key), "not its fixed value"))
        }
    }

    fn finish(self) -> Result<(), VerifyError> {
        // The unknown key is not named: it is a stranger's text.
        if self.entries.is_empty() {
            Ok(())
        } else {
            Err(violation(&self.path, "has a key that does not belong there"))
        }
    }
}

fn document(mut node: Node) -> Result<Document, VerifyError> {
    let vocabulary = vocabulary(&mut node)?;
    let document = Document {
        types: node.constants("type", CREDENTIAL_TYPES)?,
        subject: subject(node.child("credentialSubject")?)?,
        issuer: node.identifier("issuer")?,
        issuance_date: node.text("issuanceDate")?,
        evidence: [evidence(&mut node)?],
        non_transferable: node.constant("nonTransferable", NON_TRANSFERABLE)?,
        proof: node
            .take_optional("proof")
            .map(|json| proof(json, &node.path))
            .transpose()?,
        vocabulary,
    };
    let path = node.path.clone();
    node.finish()?;
    let version_2_terms = document.subject.dob.is_some() || document.evidence().icd11_code.is_some();
    if version_2_terms && document.vocabulary.ends_with("/v1") {
        return Err(violation(
            &path,
            "uses terms that version 1 of the vocabulary does not have",
        ));
    }
    Ok(document)
}

fn vocabulary(node: &mut Node) -> Result<String, VerifyError> {
    let path = node.path_of("@context");
    let [Json::Text(first), Json::Text(second)] = <[Json; 2]>::try_from(node.list("@context")?)
        .map_err(|_| violation(&path, "expected two vocabularies"))?
    else {
        return Err(violation(&path, "expected text"));
    };
    let known = first == CREDENTIALS_CONTEXT
        && is_iri(&second)
        && (second.ends_with("/credentials/vaccination/v1")
            || second.ends_with("/credentials/vaccination/v2"));
    if known {
        Ok(second)
    } else {
        Err(violation(&path, "not a vaccination vocabulary"))
    }
}

fn subject(mut node: Node) -> Result<Subject, VerifyError> {
    let subject = Subject {
        kind: node.constant("type", PERSON_TYPE)?,
        id: node.identifier("id")?,
        ref_id: node.text("refId")?,
        uhid: node.optional_text("uhid")?,
        name: node.text("name")?,
        gender: node.text("gender")?,
        age: node.text("age")?,
        nationality: node.text("nationality")?,
        address: address(node.child("address")?)?.into(),
        dob: node.optional_text("dob")?,
    };
    node.finish().map(|()| subject)
}

fn address(mut node: Node) -> Result<Address, VerifyError> {
    let address = Address {
        street_address: node.text("streetAddress")?,
        street_address_2: node.text("streetAddress2")?,
        district: node.text("district")?,
        city: node.text("city")?,
        address_region: node.text("addressRegion")?,
        address_country: node.text("addressCountry")?,
        postal_code: node.text("postalCode")?,
    };
    node.finish().map(|()| address)
}

fn evidence(parent: &mut Node) -> Result<Evidence, VerifyError> {
    let path = parent.path_of("evidence");
    let [only] = <[Json; 1]>::try_from(parent.list("evidence")?)
        .map_err(|_| violation(&path, "expected exactly one vaccination"))?;
    let mut node = Node::object(path, only)?;
    let evidence = Evidence {
        id: node.identifier("id")?,
        info_url: node.text("infoUrl")?,
        feedback_url: node.text("feedbackUrl")?,
        certificate_id: node.text("certificateId")?,
        types: node.constants("type", VACCINATION_TYPES)?,
        batch: node.text("batch")?,
        vaccine: node.text("vaccine")?,
        manufacturer: node.text("manufacturer")?,
        icd11_code: node.optional_text("icd11Code")?,
        prophylaxis: node.optional_text("prophylaxis")?,
        date: node.text("date")?,
        effective_start: node.text("effectiveStart")?,
        effective_until: node.text("effectiveUntil")?,
        dose: node.number("dose")?,
        total_doses: node.number("totalDoses")?,
        verifier: verifier(node.child("verifier")?)?,
        facility: facility(node.child("facility")?)?,
    };
    if evidence.icd11_code.is_some() != evidence.prophylaxis.is_some() {
        return Err(violation(&node.path, "icd11Code and prophylaxis come together"));
    }
    node.finish().map(|()| evidence)
}

fn verifier(mut node: Node) -> Result<Verifier, VerifyError> {
    let verifier = Verifier {
        name: node.text("name")?,
    };
    node.finish().map(|()| verifier)
}

fn facility(mut node: Node) -> Result<FacilityNode, VerifyError> {
    let facility = FacilityNode {
        name: node.text("name")?,
        address: address(node.child("address")?)?,
    };
    node.finish().map(|()| facility)
}

fn proof(json: Json, parent: &str) -> Result<Proof, VerifyError> {
    let mut node = Node::object(format!("{parent}.proof"), json)?;
    let proof = Proof {
        kind: node.text("type")?,
        created: node.text("created")?,
        verification_method: node.identifier("verificationMethod")?,
        proof_purpose: node.constant("proofPurpose", PROOF_PURPOSE)?,
        jws: node.text("jws")?,
    };
    if !is_iri(&format!("x:{}", proof.kind)) {
        return Err(violation(&node.path, "type is not a name"));
    }
    node.finish().map(|()| proof)
}
