//! `pramaan number`: mobile numbers that are somebody else's now, on the word of whoever runs the server.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use pramaan_domain::mobile::Mobile;

use crate::cli::{Number, NumberCommand, Place};
use crate::commands::block_on;
use crate::commands::staff::quiet_app;
use crate::say;

pub(crate) fn run(options: Number) -> anyhow::Result<ExitCode> {
    let NumberCommand::Recycled { place, file } = options.command;
    recycled(&place, &file)
}

fn recycled(place: &Place, file: &Path) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let numbers = read(&text)?;
    let reported = block_on(async { Ok(quiet_app(place).await?.report_numbers(&numbers).await?) })?;
    say::line(&format!(
        "{} numbers read; whoever was registered with one of them is found again at a site",
        reported.numbers
    ));
    Ok(ExitCode::SUCCESS)
}

/// All of the file or nothing of it. A line that is no number is named by its place, not repeated.
fn read(text: &str) -> anyhow::Result<Vec<Mobile>> {
    let mut numbers = Vec::new();
    for (line, place) in text.lines().map(str::trim).zip(1_usize..) {
        if line.is_empty() {
            continue;
        }
        match Mobile::parse(line) {
            Ok(number) => numbers.push(number),
            Err(_) => {
                bail!("line {place} is no mobile number of ten digits: correct the file, nothing was done")
            }
        }
    }
    if numbers.is_empty() {
        bail!("the file has no numbers");
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_whole_or_not_at_all_and_no_error_repeats_a_number() {
        assert_eq!(read("9876543210\n\n 9811111111 \n").unwrap().len(), 2);
        let refused = read("9876543210\n98765\n").unwrap_err().to_string();
        assert!(
            refused.contains("line 2") && !refused.contains("98765"),
            "{refused}"
        );
        assert!(read("\n").is_err());
    }
}
