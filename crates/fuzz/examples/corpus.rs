//! Writes the seeds of every target to `fuzz/corpus/TARGET/`, where cargo-fuzz begins.
#![expect(clippy::print_stdout, reason = "a tool that talks to the person who runs it")]

use std::path::Path;

use pramaan_fuzz::TARGETS;

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for target in TARGETS {
        let folder = corpus.join(target.name);
        std::fs::create_dir_all(&folder)?;
        for (number, seed) in (target.seeds)().into_iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number}")), seed)?;
        }
        println!("{}", target.name);
    }
    Ok(())
}
