//! A list of the source files that have grown long. A warning, never a failure: a long flat list may stay long, and
//! splitting mechanically helps nobody.

use anyhow::Result;

use crate::tree;

/// Lines beyond which a file is named.
const LONG: usize = 400;
const SOURCES: [&str; 4] = [".rs", ".html", ".sql", ".mjs"];

pub(crate) fn run() -> Result<()> {
    let files = tree::text_files()?;
    let mut sizes: Vec<_> = files
        .iter()
        .filter(|file| SOURCES.iter().any(|ending| file.path.ends_with(ending)))
        .map(|file| (file.text.lines().count(), file.path.as_str()))
        .collect();
    sizes.sort_unstable();
    let median = sizes.get(sizes.len() / 2).map_or(0, |(lines, _)| *lines);
    println!("{} source files, median {median} lines", sizes.len());
    for (lines, path) in sizes.iter().rev().take_while(|(lines, _)| *lines > LONG) {
        println!("long: {lines:>5} lines  {path}");
    }
    Ok(())
}
