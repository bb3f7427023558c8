//! A person's extract, as somebody gets it who is to believe it.

use std::sync::LazyLock;

use pramaan_tlog::extract::{Extract, Trusted};

/// The extracts of the vectors which hold, as files.
static HOLD: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let file = include_str!("../../tlog/vectors/extract_v1.json");
    let vectors: serde_json::Value = serde_json::from_str(file).unwrap_or_default();
    let extract = |name: &str| {
        vectors
            .pointer(&format!("/extracts/{name}"))
            .map(ToString::to_string)
    };
    let holds =
        ["good", "one_day"].map(|name| extract(name).unwrap_or_else(|| panic!("the vectors lack {name}")));
    holds.map(String::into_bytes).into()
});

/// An extract. Whatever holds says nothing that the seeds do not say: only the open days can be told with fewer entries.
///
/// # Panics
/// When it says more.
pub fn fuzz_log_extract(bytes: &[u8]) -> bool {
    let read = Extract::parse(bytes);
    if let Ok(extract) = &read {
        let again = Extract::parse(&extract.to_json());
        assert_eq!(again.as_ref(), Ok(extract), "written again it is another extract");
    }
    let verified = read.and_then(|extract| extract.verify(&Trusted::default()));
    if let Ok(verified) = &verified {
        let all = HOLD.iter().filter_map(|seed| Extract::parse(seed).ok());
        let known: Vec<_> = all
            .flat_map(|extract| extract.entries)
            .map(|entry| entry.index)
            .collect();
        let invented = verified
            .entries
            .iter()
            .find(|entry| !known.contains(&entry.index));
        assert_eq!(invented, None, "nobody wrote this entry");
    }
    verified.is_ok()
}

pub(crate) fn extracts() -> Vec<Vec<u8>> {
    HOLD.clone()
}
