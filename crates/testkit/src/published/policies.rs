//! Policy files that nobody reads: who counts a key, a name or a member twice finds a quorum where there is none.

use super::keys::{log_verifier, witness_key};

/// What is wrong with each, and its bytes.
pub fn refused_policies() -> Vec<(&'static str, Vec<u8>)> {
    let (log, one, two) = (log_verifier(0), witness_key(0), witness_key(1));
    let good = format!("log {log}\nwitness a {one}\nwitness b {two}\ngroup g any a\n");
    let with = |name, line: String| (name, format!("{good}{line}\nquorum g\n").into_bytes());
    vec![
        with("log-twice", format!("log {log}")),
        with("witness-twice", format!("witness c {one}")),
        with("name-twice", "group a any b".to_owned()),
        with("name-of-nobody-in-particular", "group none any b".to_owned()),
        with("member-twice", "group h any b b".to_owned()),
        with("member-of-two-groups", "group h 2 b a".to_owned()),
        with("member-of-itself", "group h any h".to_owned()),
        with("words-behind-a-log", format!("log {log} url more")),
        with("words-behind-a-witness", format!("witness c {two} url more")),
        with("group-of-nobody", "group h any".to_owned()),
        with("group-of-more-than-all", "group h 2 b".to_owned()),
        with("threshold-with-a-sign", "group h +1 b".to_owned()),
        with("second-quorum", "quorum none".to_owned()),
        with("unknown-line", "origin log.example.in/2026".to_owned()),
        with("carriage-return-in-a-comment", "# \r".to_owned()),
        with("control-character-in-a-comment", "# \u{1}".to_owned()),
        with("longer-than-it-may-be", format!("#{}", "#".repeat(1 << 20))),
        ("no-quorum", good.clone().into_bytes()),
        ("no-last-line-break", format!("{good}quorum g").into_bytes()),
        ("too-many-groups", many()),
    ]
}

/// One group more than a policy may have.
fn many() -> Vec<u8> {
    let mut text = format!(
        "log {}\nwitness w {}\ngroup g0 any w\n",
        log_verifier(0),
        witness_key(0)
    );
    for number in 1..=1_024 {
        text += &format!("group g{number} any g{}\n", number - 1);
    }
    text += "quorum g1024\n";
    text.into_bytes()
}
