//! What has to hold whatever fails under a server: nobody is told anything, and when it works again, all is well.

use std::time::{Duration, Instant};

use pramaan_http::inventory::ROUTES;

use super::watched::{NAME, Planting, Watched};
use super::{Folder, done, sql};

/// Asks every route as the person who was planted: none opens the record.
pub(crate) fn nobody_is_told(server: &Watched, planting: &Planting) {
    let (mut asked, mut refused) = (0, 0);
    for route in ROUTES.iter().filter(|route| !route.path.starts_with("/demo")) {
        let part = |part: &str| match part.starts_with('{') {
            true => "1".to_owned(),
            false => part.to_owned(),
        };
        let path: Vec<String> = route.path.split('/').map(part).collect();
        let method = if route.method == "ANY" {
            "GET"
        } else {
            route.method
        };
        let answer = server.ask(method, &path.join("/"), Some(&planting.token), "{}");
        planting.is_nowhere_in(&format!("{method} {}", route.path), answer.text.as_bytes());
        asked += 1;
        refused += u32::from(answer.status == 503);
    }
    assert!(asked > 100 && refused > 0, "{refused} of {asked}");
    let seen = server.members(&planting.token);
    assert_eq!(seen.status, 503, "{}", seen.text);
}

/// The record opens, and the log of the server keeps its promises.
pub(crate) fn all_is_well(server: &Watched, planting: &Planting) {
    let seen = server.members(&planting.token);
    assert!(seen.status == 200 && seen.text.contains(NAME), "{}", seen.text);
    done(&["log", "verify", &server.log()]);
}

/// Ends as an operator ends it; the database is as its log says, and so is what is exported.
pub(crate) fn ended_well(mut server: Watched, folder: &Folder, planting: &Planting, more: &[&str]) {
    assert!(server.ended_by("-TERM").success());
    server.said_nothing_of(planting);
    let export = folder.named("export");
    done(&[&["log", "export", "--data", &folder.data, &export], more].concat());
    done(&["log", "verify", &export]);
    done(
        &[
            &["log", "check", "--data", &folder.data, "--against", &export],
            more,
        ]
        .concat(),
    );
}

/// How long anything here may take on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(180);

/// Until something is so.
pub(crate) fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "it never came");
        std::thread::yield_now();
    }
}

/// Entries that the newest publication covers; none before the first.
pub(crate) fn published(server: &Watched) -> u64 {
    let text = server.ask("GET", "/log/checkpoint", None, "").text;
    let note = text.split_once("\r\n\r\n").map(|(_, note)| note.to_owned());
    let size = note.and_then(|note| note.lines().nth(1)?.parse().ok());
    size.unwrap_or(0)
}

/// Waits until every entry is published; answers how many there are.
pub(crate) fn all_is_published(server: &Watched, folder: &Folder) -> u64 {
    let all = sql::entries(folder);
    until(|| published(server) == all);
    all
}
