//! What can go wrong, in sentences that hold no value of the certificate: a certificate is personal data, and errors are
//! logged.

/// A text that cannot be the field it was given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    #[error("text has a control or direction-changing character; remove it")]
    ControlCharacter,
    #[error("text is longer than {limit} characters; shorten it")]
    TooLong { limit: usize },
    #[error("expected exactly 14 digits")]
    FourteenDigits,
    #[error("expected a pincode of six digits not starting with 0, or nothing")]
    Pincode,
    #[error("expected an age of 0 to 130 years")]
    Age,
    #[error("expected a document type and its last one to four characters of A–Z, 0–9, / or -")]
    MaskedIdentity,
    #[error("expected dose 1 to 9 of a total not below it, or the dose after the total as a precaution dose")]
    Dose,
    #[error("expected an address such as https://example.org/ with the final slash")]
    IssuerUrl,
    #[error("expected an absolute identifier such as did:pramaan:issuer")]
    Identifier,
    #[error("expected 32 bytes that are an Ed25519 public key")]
    PublicKey,
    #[error("expected a slip code such as pramaan:slip:12345678901234:0042")]
    SlipToken,
    #[error("expected a card code such as pramaan:card:12345678901234:00421337")]
    CardToken,
}

/// The fields are well-formed one by one but cannot be true together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Implausible {
    #[error("the field {0} is empty")]
    Empty(&'static str),
    #[error("the field {0} is not of its form")]
    Field(&'static str),
    #[error("the dose is dated after the certificate was issued")]
    GivenAfterIssue,
    #[error("the certificate ends before it starts")]
    EndsBeforeStart,
    #[error("a date lies outside the years 2000 to 2199")]
    YearOutOfRange,
    #[error("the dose number does not fit the total of doses")]
    DoseNumber,
}

/// Why a file is not an authentic certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    #[error(
        "this is not a vaccination certificate: expected its PDF, its JSON or the text of its QR code; scan or download it again"
    )]
    NotACertificate,
    #[error("this PDF holds several certificates; give the original file")]
    SeveralCertificates,
    #[error("the file is larger than a certificate can be; give the original file")]
    TooLarge,
    #[error("the certificate does not have its fixed form at {path}: {problem}")]
    ShapeViolation { path: String, problem: &'static str },
    #[error("the certificate contradicts itself: {0}")]
    Implausible(#[from] Implausible),
    #[error("a field of the certificate was moved to another place; the certificate was altered")]
    FieldsMoved,
    #[error("the signature does not match: the certificate was altered or is a forgery")]
    SignatureInvalid,
    #[error(
        "the certificate is not signed in a way known here: expected Ed25519Signature2018 with a detached EdDSA signature"
    )]
    SignatureUnsupported,
    #[error("no trusted key is known for the signer named in the certificate; add the issuer's public key")]
    KeyUnknown,
}

/// A QR code could not be made or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    #[error("the text does not fit into a QR code")]
    TooLong,
    #[error("could not compress the certificate")]
    Compress,
    #[error("the QR text does not hold a zipped certificate.json; scan it again")]
    NotACertificate,
}

/// A PDF could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("could not load the embedded font {0}")]
    Font(&'static str),
    #[error("could not lay out the page")]
    Layout,
    #[error("could not make the QR code: {0}")]
    Qr(#[from] QrError),
    /// The PDF writer refused the document; its reason names the rule of PDF/A or PDF/UA, never the text.
    #[error("could not write the PDF: {0}")]
    Write(String),
}
