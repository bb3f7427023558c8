#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! The headline over real lines: what went through a relay between somebody and a served platform is in its published log.
//!
//! `cargo xtask browser` plays the stories through such a relay and then runs the ignored test here. That the account sees is
//! tested before: with an entry missing, and with an answer that nobody entered.

mod support;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};

use pramaan_domain::access::Field;
use pramaan_testkit::captured::{Exchange, Relay, exchanges};
use pramaan_testkit::told::{Disclosed, Sum};
use support::headline::{self, Known};
use support::{Folder, done, house};

/// Everything that is published, in a folder.
fn exported(folder: &Folder) -> String {
    let served = folder.served();
    house::published(&served, headline::size(folder, None));
    served.stop();
    let export = folder.named("export");
    done(&["log", "export", "--data", &folder.data, &export]);
    done(&["log", "verify", &export]);
    export
}

fn captured_in(folder: &Path) -> Vec<Exchange> {
    let mut all = Vec::new();
    exchanges(folder, |exchange| all.push(exchange)).unwrap();
    all
}

/// Somebody who registered, and looks twice through a relay, at the whole family and at the page of it.
fn two_looks(folder: &Folder, kept: &Path) {
    let served = folder.served();
    let token = served.login(folder);
    served.register(&token);
    let relay = Relay::start(served.address.parse().unwrap(), kept).unwrap();
    for coding in ["identity", "gzip, br"] {
        let answer = looked(relay.address(), &token, coding);
        assert!(
            answer.starts_with(b"HTTP/1.1 200"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    relay.is_whole().unwrap();
    served.stop();
}

fn looked(relay: SocketAddr, token: &str, coding: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(relay).unwrap();
    write!(
        stream,
        "GET /api/v2/appointment/beneficiaries HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: {coding}\r\n\
         Authorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

/// Fields that a sum says were told beyond the log.
fn fields(sum: &Sum) -> BTreeSet<&str> {
    let field = |line: &String| {
        Field::ALL
            .into_iter()
            .find(|field| line.starts_with(&format!("{} of ", field.name())))
    };
    sum.beyond
        .iter()
        .map(|line| field(line).unwrap().name())
        .collect()
}

#[test]
fn what_a_relay_captured_is_in_the_log_and_would_be_missed() {
    let folder = Folder::made();
    let kept = folder.path("captured");
    two_looks(&folder, &kept);
    let known = Known::of(&folder, None);
    let log = known.disclosed(0, &exported(&folder));
    let heard = captured_in(&kept);
    let sum = known.sum(&heard, &log);
    assert_eq!((sum.answers, sum.beyond.len(), sum.cut), (2, 0, 0), "{sum:#?}");
    let told = BTreeSet::from(["birth_year", "document_last_four", "name", "reference_id"]);
    // The family was read twice, and each time it was entered. With one of the entries missing, each field is missed.
    let of_the_family = |entry: &Disclosed| entry.fields.contains(Field::BirthYear);
    let looks: Vec<usize> = (0..log.len()).filter(|at| of_the_family(&log[*at])).collect();
    assert_eq!(looks.len(), 2, "{log:?}");
    for missing in looks {
        let mut lacking = log.clone();
        lacking.remove(missing);
        let sum = known.sum(&heard, &lacking);
        assert_eq!(fields(&sum), told, "{sum:#?}");
        assert!(
            sum.beyond
                .iter()
                .all(|line| line.contains("told 2 times, in the log 1 times")),
            "{sum:#?}"
        );
    }
    // An answer more than there are entries is named with where it was captured.
    let again = [heard.as_slice(), &heard[1..]].concat();
    let sum = known.sum(&again, &log);
    assert_eq!(fields(&sum), told, "{sum:#?}");
    assert!(
        sum.beyond[0].contains("000002#1 GET /api/v2/appointment/beneficiaries"),
        "{sum:#?}"
    );
}

/// Where `cargo xtask browser` puts what went over the lines of a demonstration.
fn of_the_browser() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/browser/captured")
}

#[test]
#[ignore = "started by cargo xtask browser, after the stories"]
fn the_stories_in_the_browser_told_no_more_than_the_published_log_discloses() {
    let place = of_the_browser();
    let said = |name: &str| {
        std::fs::read_to_string(place.join(name))
            .unwrap()
            .trim()
            .to_owned()
    };
    let folder = Folder::over(&said("data"));
    let known = Known::of(&folder, None);
    // What the demonstration's past opened, nobody was told in the stories.
    let log = known.disclosed(said("entries").parse().unwrap(), &exported(&folder));
    let mut account = known.account();
    let mut unread = Vec::new();
    exchanges(&place.join("lines"), |exchange| {
        unread.extend(account.read(&exchange).err())
    })
    .unwrap();
    assert_eq!(unread, [""; 0]);
    let sum = account.sum(&log);
    println!(
        "{} answers told {} fields of people, and {} excused ones; {} would be missed with an entry less; {} disclosures \
         stand in the log; {} answers were cut off",
        sum.answers,
        sum.told,
        sum.excused,
        sum.tight,
        log.len(),
        sum.cut
    );
    assert!(sum.beyond.is_empty(), "{:#?}", sum.beyond);
    if said("played") == "every" {
        assert!(sum.tight > 0, "the stories told nothing that is looked for");
    }
}
