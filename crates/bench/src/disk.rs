//! How long the disk takes to make a small append durable: the figure that every rate of commits is to be read beside.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::spread::Spread;

const APPEND: usize = 8 * 1_024;

/// Microseconds of `write` and `fdatasync` of 8 KiB at the end of a file in `folder`, `times` times.
pub fn append_micros(folder: &Path, times: usize) -> Result<Spread> {
    let path = folder.join("fdatasync.bin");
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| format!("writing {}", path.display()))?;
    let block = [0x5a; APPEND];
    let mut micros = Vec::with_capacity(times);
    for _ in 0..times {
        let start = Instant::now();
        file.write_all(&block).context("appending")?;
        file.sync_data().context("syncing")?;
        micros.push(start.elapsed().as_secs_f64() * 1e6);
    }
    std::fs::remove_file(&path).context("removing the measured file")?;
    Spread::of(micros).context("nothing was measured")
}
