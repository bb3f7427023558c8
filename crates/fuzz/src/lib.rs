//! Fuzz targets: every parser of what strangers send, as a plain function of bytes.
//!
//! A target may refuse its input. It panics when the parser does, and when an input is taken for what it is not, such as
//! a certificate that nobody signed. libFuzzer drives the targets from `fuzz/` (docs/fuzzing.md); so that they cannot
//! rot, `tests/mutate.rs` drives the same functions in CI on inputs that are made from their seeds.
#![cfg(feature = "testing")]
#![expect(
    clippy::panic,
    reason = "a target that cannot be set up must fail, with the reason"
)]

mod audit;
mod certificate;
mod desk;
mod extract;
mod log;
mod wire;

/// One parser.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// As cargo-fuzz knows it: the file in `fuzz/fuzz_targets`.
    pub name: &'static str,
    /// Answers whether the input was read as something.
    pub run: fn(&[u8]) -> bool,
    /// Whole, valid inputs to begin from.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them. Each has a file in `fuzz/fuzz_targets`, and no other file is there: a test compares.
#[rustfmt::skip]
pub const TARGETS: &[Target] = &[
    Target { name: "certificate", run: certificate::fuzz_certificate, seeds: certificate::certificates },
    Target { name: "qr_text", run: certificate::fuzz_qr_text, seeds: certificate::qr_texts },
    Target { name: "log_leaf", run: log::fuzz_log_leaf, seeds: log::leaves },
    Target { name: "log_note", run: log::fuzz_log_note, seeds: log::notes },
    Target { name: "log_witness", run: log::fuzz_log_witness, seeds: log::witnessed },
    Target { name: "log_tile", run: log::fuzz_log_tile, seeds: log::tiles },
    Target { name: "log_extract", run: extract::fuzz_log_extract, seeds: extract::extracts },
    Target { name: "log_policy", run: audit::fuzz_log_policy, seeds: audit::policies },
    Target { name: "log_proof", run: audit::fuzz_log_proof, seeds: audit::proofs },
    Target { name: "log_audit", run: audit::fuzz_log_audit, seeds: audit::files },
    Target { name: "import_row", run: wire::fuzz_import_row, seeds: wire::files },
    Target { name: "cowin_body", run: wire::fuzz_cowin_body, seeds: wire::bodies },
    Target { name: "query", run: wire::fuzz_query, seeds: wire::queries },
    Target { name: "form", run: wire::fuzz_form, seeds: wire::forms },
    Target { name: "cookie", run: wire::fuzz_cookie, seeds: wire::cookies },
    Target { name: "token", run: wire::fuzz_token, seeds: wire::tokens },
    Target { name: "slip", run: desk::fuzz_slip, seeds: desk::slips },
    Target { name: "letter", run: desk::fuzz_letter, seeds: desk::letters },
    Target { name: "held_entry", run: desk::fuzz_held_entry, seeds: desk::held_entries },
    Target { name: "paper_sheet", run: desk::fuzz_paper_sheet, seeds: desk::paper_sheets },
    Target { name: "wire_date", run: wire::fuzz_wire_date, seeds: wire::dates },
];

pub use audit::{fuzz_log_audit, fuzz_log_policy, fuzz_log_proof};
pub use certificate::{fuzz_certificate, fuzz_qr_text};
pub use desk::{fuzz_held_entry, fuzz_letter, fuzz_paper_sheet, fuzz_slip};
pub use extract::fuzz_log_extract;
pub use log::{fuzz_log_leaf, fuzz_log_note, fuzz_log_tile, fuzz_log_witness};
pub use wire::{
    fuzz_cookie, fuzz_cowin_body, fuzz_form, fuzz_import_row, fuzz_query, fuzz_token, fuzz_wire_date,
};
