//! The program as it is shipped, and a data folder that it made.
#![allow(dead_code, reason = "each test binary uses a part")]

pub(crate) mod cluster;
pub(crate) mod fault;
pub(crate) mod house;
pub(crate) mod served;
pub(crate) mod small_disk;
pub(crate) mod sql;
pub(crate) mod stranger;
pub(crate) mod watched;
pub(crate) mod witness;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) const ORIGIN: &str = "log.example/test";

pub(crate) fn pramaan(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pramaan"))
        .args(arguments)
        .output()
        .unwrap()
}

/// What a command said that did its work.
pub(crate) fn done(arguments: &[&str]) -> String {
    let output = pramaan(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

/// Why a command did nothing.
pub(crate) fn refused(arguments: &[&str]) -> String {
    let output = pramaan(arguments);
    assert!(!output.status.success(), "{arguments:?} should be refused");
    String::from_utf8(output.stderr).unwrap()
}

/// A data folder within a folder that ends with the test.
pub(crate) struct Folder {
    folder: tempfile::TempDir,
    pub(crate) data: String,
}

impl Folder {
    pub(crate) fn made() -> Self {
        Self::made_with(&[])
    }

    pub(crate) fn made_with(more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").to_str().unwrap().to_owned();
        done(&[&["init", "--data", &data, "--origin", ORIGIN], more].concat());
        Self { folder, data }
    }

    /// Beside the data folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same as an argument.
    pub(crate) fn named(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn inside(&self, name: &str) -> PathBuf {
        Path::new(&self.data).join(name)
    }
}
