//! The canonical form that is signed: URDNA2015 N-Quads of the credential and of its proof options.
//!
//! Not a JSON-LD processor. The shape is fixed, so the expansion is a table, and its five blank nodes (credential,
//! person's address, verifier, facility, facility's address) differ by the one edge that leads to each, even when both
//! addresses are equal: the first-degree hash of the algorithm always tells them apart, and the rest of it is never needed.
//!
//! The properties are written `vac:…` because the vocabulary's prefix does not end in a delimiter and JSON-LD 1.1 then
//! does not expand it. Lines are sorted by code point as the specification says; DIVOC's JavaScript sorts by UTF-16 unit,
//! which differs only between a character beyond the basic plane and U+E000–FFFF in two values of one aliased property.

use sha2::{Digest, Sha256};

use crate::document::{Address, Document, Proof};

const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const SCHEMA: &str = "https://schema.org/";
const CREDENTIALS: &str = "https://www.w3.org/2018/credentials#";
const SECURITY: &str = "https://w3id.org/security#";
const CREATED: &str = "http://purl.org/dc/terms/created";
const DATE_TIME: &str = "http://www.w3.org/2001/XMLSchema#dateTime";
const INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Blank {
    Credential,
    PersonAddress,
    Verifier,
    Facility,
    FacilityAddress,
}

const BLANKS: [Blank; 5] = [
    Blank::Credential,
    Blank::PersonAddress,
    Blank::Verifier,
    Blank::Facility,
    Blank::FacilityAddress,
];

#[derive(Clone)]
enum Term {
    Iri(String),
    Blank(Blank),
    /// Already quoted, escaped and typed.
    Literal(String),
}

struct Quad {
    subject: Term,
    property: String,
    object: Term,
}

/// The canonical N-Quads of a credential without its proof.
pub fn document_nquads(document: &Document) -> String {
    let quads = quads(document);
    let mut hashed = BLANKS.map(|blank| (first_degree_hash(&quads, blank), blank));
    hashed.sort_by_key(|(hash, _)| *hash);
    let name = |blank: Blank| {
        let position = hashed
            .iter()
            .position(|(_, other)| *other == blank)
            .unwrap_or_default();
        format!("_:c14n{position}")
    };
    sorted(quads.iter().map(|quad| line(quad, &name)).collect())
}

/// The canonical N-Quads of a proof without its `jws`.
pub fn proof_nquads(proof: &Proof) -> String {
    let line = |property: &str, object: &str| format!("_:c14n0 <{property}> {object} .\n");
    sorted(vec![
        line(CREATED, &typed(&proof.created, DATE_TIME)),
        line(RDF_TYPE, &format!("<{SECURITY}{}>", proof.kind)),
        line(
            &format!("{SECURITY}proofPurpose"),
            &format!("<{SECURITY}{}>", proof.proof_purpose),
        ),
        line(
            &format!("{SECURITY}verificationMethod"),
            &format!("<{}>", proof.verification_method),
        ),
    ])
}

/// A graph is a set: equal lines are one.
fn sorted(mut lines: Vec<String>) -> String {
    lines.sort_unstable();
    lines.dedup();
    lines.concat()
}

/// The hash of the quads that touch `blank`, with it named `_:a` and every other blank node `_:z`.
fn first_degree_hash(quads: &[Quad], blank: Blank) -> [u8; 32] {
    let touches = |term: &Term| matches!(term, Term::Blank(other) if *other == blank);
    let name = |other: Blank| {
        if other == blank {
            "_:a".to_owned()
        } else {
            "_:z".to_owned()
        }
    };
    let touching = quads
        .iter()
        .filter(|quad| touches(&quad.subject) || touches(&quad.object));
    Sha256::digest(sorted(touching.map(|quad| line(quad, &name)).collect())).into()
}

fn line(quad: &Quad, name: &impl Fn(Blank) -> String) -> String {
    let write = |term: &Term| match term {
        Term::Iri(iri) => format!("<{iri}>"),
        Term::Blank(blank) => name(*blank),
        Term::Literal(literal) => literal.clone(),
    };
    format!(
        "{} <{}> {} .\n",
        write(&quad.subject),
        quad.property,
        write(&quad.object)
    )
}

fn plain(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

fn typed(text: &str, kind: &str) -> String {
    format!("{}^^<{kind}>", plain(text))
}

/// Collects the quads of one subject.
struct Describe<'a> {
    quads: &'a mut Vec<Quad>,
    subject: Term,
}

impl Describe<'_> {
    fn put(&mut self, property: String, object: Term) -> &mut Self {
        self.quads.push(Quad {
            subject: self.subject.clone(),
            property,
            object,
        });
        self
    }

    fn kind(&mut self, iri: &str) -> &mut Self {
        self.put(RDF_TYPE.to_owned(), Term::Iri(iri.to_owned()))
    }

    fn schema(&mut self, term: &str, value: &str) -> &mut Self {
        self.put(format!("{SCHEMA}{term}"), Term::Literal(plain(value)))
    }

    fn schema_optional(&mut self, term: &str, value: Option<&String>) -> &mut Self {
        match value {
            Some(value) => self.schema(term, value),
            None => self,
        }
    }

    fn vac(&mut self, term: &str, value: &str) -> &mut Self {
        self.put(format!("vac:{term}"), Term::Literal(plain(value)))
    }
}

fn quads(document: &Document) -> Vec<Quad> {
    let mut quads = Vec::with_capacity(50);
    describe_credential(&mut quads, document);
    describe_person(&mut quads, document);
    describe_vaccination(&mut quads, document);
    let facility = &document.evidence().facility;
    describe_address(&mut quads, Blank::PersonAddress, document.subject.address.node());
    describe_address(&mut quads, Blank::FacilityAddress, &facility.address);
    Describe {
        quads: &mut quads,
        subject: Term::Blank(Blank::Verifier),
    }
    .schema("name", &document.evidence().verifier.name);
    Describe {
        quads: &mut quads,
        subject: Term::Blank(Blank::Facility),
    }
    .schema("name", &facility.name)
    .put(
        format!("{SCHEMA}PostalAddress"),
        Term::Blank(Blank::FacilityAddress),
    );
    quads
}

fn describe_credential(quads: &mut Vec<Quad>, document: &Document) {
    let credential = |term: &str| format!("{CREDENTIALS}{term}");
    Describe {
        quads,
        subject: Term::Blank(Blank::Credential),
    }
    .kind(&format!("{SCHEMA}ProofOfVaccinationCredential"))
    .kind(&credential("VerifiableCredential"))
    .put(
        credential("credentialSubject"),
        Term::Iri(document.subject.id.clone()),
    )
    .put(credential("evidence"), Term::Iri(document.evidence().id.clone()))
    .put(
        credential("issuanceDate"),
        Term::Literal(typed(&document.issuance_date, DATE_TIME)),
    )
    .put(credential("issuer"), Term::Iri(document.issuer.clone()))
    .vac("nonTransferable", document.non_transferable);
}

fn describe_person(quads: &mut Vec<Quad>, document: &Document) {
    let person = &document.subject;
    Describe {
        quads,
        subject: Term::Iri(person.id.clone()),
    }
    .kind(&format!("{SCHEMA}Person"))
    .schema("Number", &person.age)
    .schema("gender", &person.gender)
    .schema("id", &person.ref_id)
    .schema_optional("id", person.uhid.as_ref())
    .schema("name", &person.name)
    .schema("nationality", &person.nationality)
    .schema_optional("date", person.dob.as_ref())
    .put(
        format!("{SCHEMA}PostalAddress"),
        Term::Blank(Blank::PersonAddress),
    );
}

fn describe_vaccination(quads: &mut Vec<Quad>, document: &Document) {
    let evidence = document.evidence();
    let count = |number: u8| Term::Literal(typed(&number.to_string(), INTEGER));
    Describe {
        quads,
        subject: Term::Iri(evidence.id.clone()),
    }
    .kind("vac:Vaccination")
    .schema("date", &evidence.date)
    .schema("date", &evidence.effective_start)
    .schema("date", &evidence.effective_until)
    .put(format!("{SCHEMA}doseValue"), count(evidence.dose))
    .put(format!("{SCHEMA}doseValue"), count(evidence.total_doses))
    .schema("id", &evidence.certificate_id)
    .schema("id", &evidence.batch)
    .schema("id", &evidence.vaccine)
    .schema("id", &evidence.manufacturer)
    .schema_optional("id", evidence.icd11_code.as_ref())
    .schema_optional("name", evidence.prophylaxis.as_ref())
    .schema("url", &evidence.info_url)
    .schema("url", &evidence.feedback_url)
    .put("vac:Facility".to_owned(), Term::Blank(Blank::Facility))
    .put("vac:verifier".to_owned(), Term::Blank(Blank::Verifier));
}

fn describe_address(quads: &mut Vec<Quad>, blank: Blank, address: &Address) {
    Describe {
        quads,
        subject: Term::Blank(blank),
    }
    .schema("addressCountry", &address.address_country)
    .schema("addressRegion", &address.address_region)
    .schema("postalCode", &address.postal_code)
    .schema("streetAddress", &address.street_address)
    .vac("addressLine2", &address.street_address_2)
    .vac("city", &address.city)
    .vac("district", &address.district);
}
