#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
//! A disk that is really full under a served platform: nobody is told anything, the answers say why, nothing that was said
//! to be done is lost, and with space again it goes on by itself.

mod support;

use std::process::Command;

use support::Folder;
use support::cluster::Durable;
use support::fault::{all_is_well, ended_well, nobody_is_told, until};
use support::small_disk::{Filler, on_a_disk_of};
use support::watched::{Planting, Watched};

#[test]
fn when_the_disk_is_full_nobody_is_told_anything() {
    on_a_disk_of(24, "the_embedded_database_on_a_full_disk");
}

#[test]
fn when_the_disk_of_postgresql_is_full_nobody_is_told_anything() {
    on_a_disk_of(192, "postgresql_on_a_full_disk");
}

/// Fills the disk until records no longer open: pages that the database has in hand already may be written for a while.
fn filled(server: &Watched, planting: &Planting) -> Filler {
    let mut filler = Filler::new();
    until(|| {
        filler.fill();
        server.members(&planting.token).status == 503
    });
    filler
}

/// What somebody is told who wants something stored, and that it is not.
fn the_reason_is_plain(server: &Watched, planting: &Planting) {
    let seen = server.members(&planting.token);
    assert!(
        seen.status == 503 && seen.text.contains("PRAMAAN0040"),
        "{}",
        seen.text
    );
    assert!(
        seen.text
            .contains("Nothing can be stored at the moment, and nothing was changed"),
        "{}",
        seen.text
    );
    until(|| {
        let errors = server.errors();
        errors.contains("the disk of the database is full") && errors.contains("free some space")
    });
}

/// What needs nobody's record is answered as ever: the page that keeps doses on a phone, the published log, what is free.
fn the_rest_is_served(server: &Watched) {
    for path in [
        "/staff/login",
        "/staff/offline",
        "/log/key",
        "/log/checkpoint",
        "/api/v2/admin/location/states",
    ] {
        let status = server.ask("GET", path, None, "").status;
        assert!(status < 500, "{path}: {status}");
    }
}

/// What a start says that ends by itself.
fn start_refused(folder: &Folder) -> String {
    let output = Command::new("timeout")
        .arg("60")
        .arg(env!("CARGO_BIN_EXE_pramaan"))
        .args(folder.serve())
        .output()
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    said
}

#[test]
#[ignore = "started by when_the_disk_is_full_nobody_is_told_anything, on a small disk"]
fn the_embedded_database_on_a_full_disk() {
    let folder = Folder::made();
    let mut server = Watched::over(&folder, &["--direct"]);
    let planting = server.plant(&folder);
    let filler = filled(&server, &planting);
    the_reason_is_plain(&server, &planting);
    nobody_is_told(&server, &planting);
    the_rest_is_served(&server);
    filler.free();
    until(|| server.members(&planting.token).status == 200);
    all_is_well(&server, &planting);
    // A server that ends on a full disk, and one that shall start on it.
    let mut filler = filled(&server, &planting);
    server.ended_by("-KILL");
    server.said_nothing_of(&planting);
    filler.fill();
    let said = start_refused(&folder);
    planting.is_nowhere_in("a start on a full disk", said.as_bytes());
    assert!(said.contains("full") || said.contains("No space left"), "{said}");
    filler.free();
    let server = Watched::over(&folder, &["--direct"]);
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &[]);
}

#[test]
#[ignore = "started by when_the_disk_of_postgresql_is_full_nobody_is_told_anything, on a small disk"]
fn postgresql_on_a_full_disk() {
    let database = Durable::started();
    let url = database.url();
    let place = ["--database", &url];
    let folder = Folder::made_with(&place);
    let server = Watched::over(&folder, &["--direct", "--database", &url]);
    let planting = server.plant(&folder);
    let filler = filled(&server, &planting);
    the_reason_is_plain(&server, &planting);
    nobody_is_told(&server, &planting);
    the_rest_is_served(&server);
    filler.free();
    until(|| server.members(&planting.token).status == 200);
    all_is_well(&server, &planting);
    ended_well(server, &folder, &planting, &place);
}
