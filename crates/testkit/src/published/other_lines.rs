//! Lines on notes in the name of another log than the one whose note it is: anybody who passes a note on can add one.

use super::bridges::{fails, well};
use super::earlier::EARLIER_OPERATOR;
use super::keys::{earlier_verifier, filler, log_verifier, sign, signature_line};
use super::mutants::ONE_BRIDGE;
use super::{Case, Files};

/// Logs with which nothing is wrong.
pub(super) fn intact() -> Vec<Case> {
    vec![
        // Whose note it is says its origin, not the order of lines in a policy.
        with(
            whole(),
            "note-signed-by-the-log-before-too",
            "checkpoint",
            &|note| {
                let line = by_the_log_before(note);
                note.push_str(&line);
            },
        ),
        // On a note of a log before, that log and the witnesses count.
        with(
            whole(),
            "false-line-of-this-log-on-the-one-before",
            "before/1/checkpoint",
            &|note| note.push_str(&signature_line(&log_verifier(0), &noise(64))),
        ),
    ]
}

/// Logs with which something is wrong.
pub(super) fn mutants() -> Vec<Case> {
    let of_the_log_before = |length| signature_line(&earlier_verifier(), &noise(length));
    vec![
        with(broken(), "false-line-of-the-log-before", "checkpoint", &|note| {
            note.push_str(&of_the_log_before(64));
        }),
        with(
            broken(),
            "false-line-of-the-log-before-comes-first",
            "checkpoint",
            &|note| note.insert_str(end_of_text(note) + 1, &of_the_log_before(64)),
        ),
        with(
            broken(),
            "false-line-of-the-log-before-on-a-publication",
            "checkpoints/4",
            &|note| note.push_str(&of_the_log_before(64)),
        ),
        with(
            broken(),
            "false-line-of-the-log-before-of-one-byte",
            "checkpoint",
            &|note| note.push_str(&of_the_log_before(1)),
        ),
        with(
            broken(),
            "note-signed-by-the-log-before-alone",
            "checkpoint",
            &|note| {
                let line = by_the_log_before(note);
                let own = end_of_text(note) + 1;
                let end = own + note[own..].find('\n').expect("the log's line") + 1;
                note.replace_range(own..end, &line);
            },
        ),
    ]
}

fn whole() -> Case {
    well("", ONE_BRIDGE, &|_| ())
}

fn broken() -> Case {
    fails("", "signature", &|_| ())
}

fn with(case: Case, name: &'static str, file: &str, change: &dyn Fn(&mut String)) -> Case {
    let mut files: Files = case.files;
    let bytes = files.get_mut(file).expect("a published note");
    let mut note = String::from_utf8(bytes.clone()).expect("a note");
    change(&mut note);
    *bytes = note.into_bytes();
    Case { name, files, ..case }
}

/// Where the text of a note ends, its last line break included.
fn end_of_text(note: &str) -> usize {
    note.rfind("\n\n").expect("a signed note") + 1
}

/// The line of the log before on the text of this note, truly signed.
fn by_the_log_before(note: &str) -> String {
    let text = &note[..end_of_text(note)];
    signature_line(&earlier_verifier(), &sign(EARLIER_OPERATOR, text.as_bytes()))
}

/// So many bytes, at most 64, that no key ever signed with.
fn noise(length: usize) -> Vec<u8> {
    let mut bytes = [filler("noise", 0), filler("noise", 1)].concat();
    bytes.truncate(length);
    bytes
}
