//! A platform whose log asks two of three witnesses, each a process of its own.

use std::path::Path;
use std::process::Command;

use super::served::Served as Platform;
use super::witness::Served as Witness;
use super::{Folder, done};

/// A data folder whose log asks two of three witnesses, and these.
pub(crate) struct House {
    pub(crate) folder: Folder,
    pub(crate) witnesses: Vec<Witness>,
}

impl House {
    pub(crate) fn made() -> Self {
        Self::over(Folder::made())
    }

    /// What an operator does who has found witnesses: they know the log, and its server asks them from its next start on.
    pub(crate) fn over(folder: Folder) -> Self {
        let key = done(&["log", "key", "--data", &folder.data]);
        let key = key.trim();
        let mut witnesses = Vec::new();
        let mut policy = format!("log {key}\n");
        for number in 1..=3 {
            let own = folder.named(&format!("witness-{number}"));
            let name = format!("witness.example/{number}");
            done(&["witness", "init", &own, "--name", &name]);
            done(&["witness", "add-log", &own, key]);
            let witness = Witness::over(&own);
            policy += &format!("witness w{number} {} {}\n", witness.key, witness.url);
            witnesses.push(witness);
        }
        policy += "group two-of-three 2 w1 w2 w3\nquorum two-of-three\n";
        std::fs::write(folder.inside("witnesses"), policy).unwrap();
        let settings = folder.inside("pramaan.toml");
        let whole = std::fs::read_to_string(&settings).unwrap() + "\n[log]\nwitnesses = \"witnesses\"\n";
        std::fs::write(&settings, whole).unwrap();
        Self { folder, witnesses }
    }

    pub(crate) fn policy(&self) -> String {
        self.folder.inside("witnesses").to_str().unwrap().to_owned()
    }

    /// What an operator and three witnesses do with the key of a successor.
    pub(crate) fn introduces_the_successor(&self) {
        let file = self.folder.inside("witnesses");
        let key = done(&["log", "key", "--data", &self.folder.data]);
        let policy = std::fs::read_to_string(&file).unwrap();
        let lines = policy.lines().map(|line| match line.starts_with("log ") {
            true => format!("log {key}"),
            false => format!("{line}\n"),
        });
        std::fs::write(&file, lines.collect::<String>()).unwrap();
        for number in 1..=3 {
            let own = self.folder.named(&format!("witness-{number}"));
            done(&["witness", "add-log", &own, key.trim()]);
        }
    }
}

/// Size and signatures of the newest head.
pub(crate) fn head(platform: &Platform) -> (u64, usize) {
    let note = platform.text("/log/checkpoint");
    let size = note.lines().nth(1).unwrap().parse().unwrap();
    (
        size,
        note.lines().filter(|line| line.starts_with('\u{2014}')).count(),
    )
}

/// Waits until so many entries are published.
pub(crate) fn published(platform: &Platform, size: u64) -> usize {
    loop {
        let (found, signatures) = head(platform);
        if found >= size {
            return signatures;
        }
        std::thread::yield_now();
    }
}

/// Waits until the server's own entry of the day is written: from then on there are those of what is asked for, and no other.
pub(crate) fn settled(platform: &Platform) {
    loop {
        let told: serde_json::Value = serde_json::from_str(&platform.text("/transparency.json")).unwrap();
        if !told["retention"]["last"].is_null() {
            return;
        }
        std::thread::yield_now();
    }
}

pub(crate) fn copied(from: &str, to: &Path) {
    let copied = Command::new("cp")
        .args(["-r", from, to.to_str().unwrap()])
        .status();
    assert!(copied.unwrap().success());
}
