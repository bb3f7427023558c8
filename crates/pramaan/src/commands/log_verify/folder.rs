//! A published log in a folder, such as `pramaan log export` made.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use pramaan_tlog::audit::Published;

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(path: &Path) -> anyhow::Result<Self> {
        if !path.is_dir() {
            bail!(
                "{} is no folder; for a server give its address, with https://",
                path.display()
            );
        }
        Ok(Self(path.to_owned()))
    }
}

impl Published for Folder {
    type Error = anyhow::Error;

    fn read(&self, name: &str, most: usize) -> anyhow::Result<Option<Vec<u8>>> {
        bounded(&self.0.join(name), most)
    }
}

/// At most `most + 1` bytes of a file; nothing when there is none.
pub(in crate::commands) fn bounded(path: &Path, most: usize) -> anyhow::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let mut bytes = Vec::new();
    file.take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("reading {}", path.display()))?;
    Ok(Some(bytes))
}
