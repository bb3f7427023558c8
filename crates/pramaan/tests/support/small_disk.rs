//! A file system of a few megabytes, really full: in a mount namespace of its own, which needs root or user namespaces.
//!
//! A test starts itself again as a process within that namespace, where the folder of temporary files is the small disk; so
//! everything that the test makes lies on it, and nobody else sees it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::process::Command;

/// Where the small disk is, within the namespace.
const DISK: &str = "/mnt";

/// As root it is mounted at once; others become root of a user namespace for it, and then themselves again, since
/// PostgreSQL does not run as root.
const WITHIN: &str = r#"
megabytes=$1 uid=$2 gid=$3; shift 3
mount -t tmpfs -o "size=${megabytes}m,mode=1777" pramaan-small-disk /mnt
export TMPDIR=/mnt
if [ "$uid" = 0 ]; then exec "$@"; fi
exec unshare --user --map-user="$uid" --map-group="$gid" "$@"
"#;

/// Runs the ignored test of this name in this binary, with its temporary files on a disk of so many megabytes.
pub(crate) fn on_a_disk_of(megabytes: u32, test: &str) {
    let (uid, gid) = (id("-u"), id("-g"));
    let mut unshare = Command::new("unshare");
    if uid != "0" {
        unshare.args(["--user", "--map-root-user"]);
    }
    let output = unshare
        .args([
            "--mount",
            "sh",
            "-euc",
            WITHIN,
            "sh",
            &megabytes.to_string(),
            &uid,
            &gid,
        ])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(
        output.status.success() && said.contains("1 passed"),
        "on a small disk (as root, or where user namespaces are allowed): {said}"
    );
}

fn id(which: &str) -> String {
    let output = Command::new("id").arg(which).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What takes all the space that is left, again and again.
pub(crate) struct Filler(File);

impl Filler {
    pub(crate) fn new() -> Self {
        let mounts = std::fs::read_to_string("/proc/self/mounts").unwrap();
        let here = format!("pramaan-small-disk {DISK} tmpfs ");
        assert!(
            mounts.lines().any(|line| line.starts_with(&here)),
            "started by the tests of this file only"
        );
        let file = format!("{DISK}/filler");
        Self(OpenOptions::new().append(true).create(true).open(file).unwrap())
    }

    /// Until the disk says that it is full.
    pub(crate) fn fill(&mut self) {
        for size in [65_536, 4_096] {
            let full = loop {
                if let Err(error) = self.0.write_all(&vec![0; size]) {
                    break error;
                }
            };
            assert_eq!(full.kind(), ErrorKind::StorageFull, "{full}");
        }
    }

    pub(crate) fn free(&self) {
        self.0.set_len(0).unwrap();
    }
}
