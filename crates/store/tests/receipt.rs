//! Authority is in the signature: what opens takes a receipt, and a receipt cannot be made or kept.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Functions that open something sealed without a receipt, and why they may.
const NO_RECEIPT: &[(&str, &str)] = &[
    (
        "store/person/seal.rs::open",
        "the helper of the functions that took the receipt",
    ),
    (
        "store/person/seal.rs::open_guardian",
        "the helper of the functions that took the receipt",
    ),
    (
        "store/access_log/checked.rs::opened",
        "compares each entry with what its leaf commits to; nothing of what is in it goes anywhere",
    ),
    (
        "store/encounter/mod.rs::reason",
        "what the same member of staff wrote when the record was opened, for the next entry about it",
    ),
    (
        "store/correction/visit.rs::find_visit",
        "why the same member of staff opened a record without evidence, for the next entry about it",
    ),
    (
        "store/dose_change.rs::open",
        "the helper of the function that took the receipt",
    ),
    (
        "store/outbox.rs::opened",
        "a queued message: opened under a receipt when it was queued, delivery is no second read",
    ),
    (
        "store/idempotency.rs::load",
        "the answer to the same household's own request of a moment ago",
    ),
    (
        "store/household.rs::sealed_again",
        "the number of a household that goes, sealed again for the one in its place: nobody is shown it",
    ),
    (
        "store/otp.rs::attempt",
        "the number that was just typed; what a person typed is no read",
    ),
    (
        "store/outside/erasure.rs::open_line",
        "random ids of who was erased, so that they can be erased again: nothing of a record",
    ),
    (
        "store/outside/begun.rs::opened",
        "why a log was succeeded, of nobody's record: compared with what its entry commits to, and read by nobody",
    ),
    (
        "store/outside/went_on.rs::entry_of",
        "when somebody on the list of erasures booked last, by the log: so that a forged row keeps nobody",
    ),
    (
        "store/dose.rs::has_genuine",
        "whether a dose of somebody on the list of erasures is ours; what is in it goes nowhere",
    ),
    (
        "store/held_dose/sealed.rs::read",
        "what a member of staff typed while no record could be opened: nothing of a record, and needed to find whose it is",
    ),
    (
        "store/day_event.rs::read",
        "why a manager closed, opened or changed something, for the same centre and its district",
    ),
    (
        "store/stock/note.rs::read",
        "what a member of staff said of an entry of the stock: nothing of a record",
    ),
    (
        "store/site_device.rs::name_of",
        "what a manager calls a shared device, of nobody's record",
    ),
    (
        "store/parked_form.rs::take",
        "what the same member of staff typed into a form before a colleague took the device over",
    ),
    (
        "store/factor_request.rs::read",
        "why a member of staff needs a new second factor, in a colleague's words; of nobody's record",
    ),
    (
        "store/opening.rs::reason",
        "why a member of staff opened a record, in their words: of nobody's record, and nothing says whose it was",
    ),
    (
        "store/review.rs::read",
        "what a district and a centre said to each other; of nobody's record",
    ),
    (
        "store/held_dose/sealed.rs::read_dismissal",
        "who took a held dose from the list and why, for the manager of that centre: nothing of a record",
    ),
    (
        "store/staff.rs::open_second_factor",
        "a key of a member of staff, of nobody's record",
    ),
    (
        "app/aefi/pass.rs::read",
        "random ids of whose document the same member of staff was shown a moment ago: nothing of a record",
    ),
    (
        "app/held_dose/posted.rs::read_letter",
        "what a member of staff typed into the offline page, given back to who sends it: nothing of a record",
    ),
    (
        "app/kept_form.rs::kept_within",
        "what the same visitor typed into a form a moment ago",
    ),
    (
        "app/token.rs::read",
        "the household that a token names, of nobody's record",
    ),
    (
        "store/testing/openings.rs::openings",
        "tests only, never part of the product: what the log says was opened of whom",
    ),
    (
        "store/testing/openings.rs::stolen_names",
        "tests only, never part of the product: it shows what no software can prevent",
    ),
    (
        "store/testing/records.rs::certificates",
        "tests only, never part of the product: what to look for in answers",
    ),
    (
        "store/testing/records.rs::codes",
        "tests only, never part of the product: what to look for in answers",
    ),
    (
        "store/testing/records.rs::own",
        "tests only, never part of the product: what to look for in answers",
    ),
    (
        "store/testing/records.rs::phones",
        "tests only, never part of the product: what to look for in answers",
    ),
    (
        "app/testing/transcript.rs::open",
        "tests only, never part of the product: it writes down which keys were used",
    ),
    (
        "app/testing/transcript.rs::open_letter",
        "tests only, never part of the product: it writes down which keys were used",
    ),
];

/// What is opened in another sense of the word.
const NOT_SEALED: &[(&str, &str)] = &[
    ("store/db/sqlite/connection.rs::create_if_missing", "a file"),
    ("store/backup/mod.rs::begin", "a file"),
    ("store/outside/erasure.rs::create", "a file"),
    ("store/outside/erasure.rs::open", "a file"),
    ("store/outside/file.rs::lock", "a file"),
    ("store/outside/file.rs::replace", "a file"),
    ("app/sms/jsonl.rs::open", "a file"),
    ("pramaan/commands/import.rs::write_private", "a file"),
    (
        "http/web/staff/offline.rs::take",
        "an entry of the offline page: the app reads the letter",
    ),
    ("app/member/change.rs::change_phone", "whether the desk is open"),
    (
        "app/member/number.rs::report_number_at_desk",
        "whether the desk is open",
    ),
    (
        "app/walk_in/register.rs::send_desk_code",
        "whether the desk is open",
    ),
    (
        "app/walk_in/register.rs::register_at_desk",
        "whether the desk is open",
    ),
    ("app/walk_in/seat.rs::walk_in_seats", "whether the desk is open"),
    ("app/visit/mod.rs::visit_step", "whether the desk is open"),
    ("app/visit/mod.rs::come_late", "whether the desk is open"),
    ("app/visit/board.rs::day_board", "whether the desk is open"),
    ("app/day/close.rs::day_count", "whether the desk is open"),
    (
        "app/walk_in/withdraw.rs::withdraw_walk_in",
        "whether the desk is open",
    ),
];

/// That it can be neither made, cloned, serialised nor spent twice does not compile: the examples of [`Receipt`] are
/// tests that must not compile. Here is what can be said at run time, and of the source.
#[test]
fn receipts_cannot_be_made_or_kept() {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let [app, http, pramaan] =
        ["app", "http", "pramaan"].map(|krate| store.join(format!("../../{krate}/src")));
    let files = [
        ("store", &store),
        ("app", &app),
        ("http", &http),
        ("pramaan", &pramaan),
    ];
    let files = files.iter().flat_map(|(krate, source)| {
        rust_files(source)
            .into_iter()
            .map(move |file| (krate, source, file))
    });
    let calls = what_opens(&store.join("../../keys/src"));
    let mut without = BTreeSet::new();
    let mut with = 0;
    for (krate, source, file) in files {
        let name = file.strip_prefix(source).unwrap().to_str().unwrap();
        let name = format!("{krate}/{name}");
        let text = std::fs::read_to_string(&file).unwrap();
        let spends = text.lines().any(names_a_spent_receipt);
        for function in functions(shipped(&text)) {
            if !function.opens(&calls) {
                continue;
            }
            if function.took_receipt(spends) {
                with += 1;
            } else {
                without.insert(format!("{name}::{}", function.name));
            }
        }
    }
    let allowed = NO_RECEIPT.iter().chain(NOT_SEALED);
    let allowed: BTreeSet<String> = allowed.map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(without, allowed, "what opens without a receipt, and what may");
    assert!(with >= 5, "the search finds what opens: {with}");
    assert!(NO_RECEIPT.iter().all(|(_, reason)| reason.len() > 20));

    let receipt = std::fs::read_to_string(store.join("access_log/receipt.rs")).unwrap();
    assert_eq!(
        receipt.matches("compile_fail").count(),
        8,
        "the examples that must not compile"
    );
    assert!(
        receipt.contains("#[derive(Debug)]\n#[must_use"),
        "and nothing else is derived"
    );
}

/// Whoever else mints them opens without an entry. The one that writes nothing is the benchmark's peer: it is behind the
/// feature for tests, which `cargo xtask edges` keeps out of everything that is shipped.
#[test]
fn receipts_are_minted_where_entries_are_written() {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mint = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).unwrap();
        let mut code = shipped(&text)
            .lines()
            .filter(|line| !line.trim_start().starts_with("///"));
        code.any(|line| line.contains("Receipt::mint("))
    };
    let minting: BTreeSet<String> = rust_files(&store)
        .into_iter()
        .filter(mint)
        .map(|file| file.strip_prefix(&store).unwrap().display().to_string())
        .collect();
    let known = ["access_log/append.rs", "access_log/unwritten.rs"].map(str::to_owned);
    assert_eq!(minting, BTreeSet::from(known));
    let module = std::fs::read_to_string(store.join("access_log/mod.rs")).unwrap();
    let gated = "#[cfg(feature = \"testing\")]\npub(crate) mod unwritten;";
    assert!(module.contains(gated), "{gated}");
    let library = std::fs::read_to_string(store.join("lib.rs")).unwrap();
    assert!(library.contains("#[cfg(feature = \"testing\")]\npub mod testing;"));
}

/// What stands before the file's own tests. Single imports and functions for tests stand anywhere.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default()
}

struct Function<'s> {
    name: &'s str,
    signature: &'s str,
    body: &'s str,
}

impl Function<'_> {
    /// `key.open(…)`, `seal::open(…)`, `anything.open(…)`, also over several lines: whatever the key is called.
    fn opens(&self, calls: &BTreeSet<String>) -> bool {
        let body: String = self.body.split_whitespace().collect();
        calls.iter().any(|call| body.contains(call.as_str()))
    }

    /// Among the arguments, not in the answer: a receipt, or where the file names a spent one, that.
    fn took_receipt(&self, spends: bool) -> bool {
        let arguments = self.signature.split("->").next().unwrap();
        let mut words = arguments.split(|letter: char| !letter.is_alphanumeric());
        words.any(|word| word == "Receipt" || (spends && word == "Opening"))
    }
}

/// `use crate::access_log::{Opening, …}`: another type of that name is no spent receipt.
fn names_a_spent_receipt(line: &str) -> bool {
    let of_the_log = line.contains("access_log") || line.contains("receipt::");
    line.starts_with("use ") && of_the_log && line.contains("Opening")
}

/// How each way of opening that the keys have is called, whatever the method is named: `.open(`, `.open_letter(`.
fn what_opens(keys: &Path) -> BTreeSet<String> {
    let mut calls = BTreeSet::from(["seal::open(".to_owned()]);
    for file in ["store.rs", "secret.rs"] {
        let text = std::fs::read_to_string(keys.join(file)).unwrap();
        let methods = functions(&text);
        let opening = methods.iter().filter(|one| one.name.starts_with("open"));
        calls.extend(opening.map(|one| format!(".{}(", one.name)));
    }
    assert!(calls.len() >= 3, "the keys open values and letters: {calls:?}");
    calls
}

/// Functions by the word `fn`; good enough for code that rustfmt has laid out.
fn functions(text: &str) -> Vec<Function<'_>> {
    let mut starts: Vec<usize> = text.match_indices("fn ").map(|(at, _)| at).collect();
    starts.retain(|at| *at == 0 || text[..*at].ends_with([' ', '\n']));
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let function = |(start, end): (usize, usize)| {
        let whole = &text[start + 3..end];
        let name = whole.split(['(', '<']).next().unwrap();
        let (signature, body) = whole.split_once('{').unwrap_or((whole, ""));
        Function {
            name,
            signature,
            body,
        }
    };
    starts.iter().copied().zip(ends).map(function).collect()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files
}
