//! What citizens print: the certificate and the appointment slip, on A4, in English and Hindi, with names in any Indian
//! script. Tagged for screen readers (PDF/UA-1) and self-contained for archives (PDF/A-3).
//!
//! What is painted proves nothing: the signed certificate is in the QR code and attached to the PDF.

mod card;
mod certificate;
mod font;
mod label;
mod page;
mod slip;
mod text;

pub use card::{Card, card_pdf};
pub use certificate::certificate_pdf;
pub use slip::{Slip, SlipMember, slip_pdf};
