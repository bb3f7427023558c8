//! A program that does not outlive us, however we end: return, error, Ctrl-C or `kill -9`.
//!
//! A small shell waits at the other end of a pipe that only we hold. When we go, the pipe closes and the shell stops it.
//! It has a process group of its own, so that the terminal's Ctrl-C does not reach it first.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// A program that is stopped when this value is dropped, or when the process that holds it is gone.
pub(crate) struct Guard {
    shell: Child,
}

impl Guard {
    /// Starts `program`, whose output can be taken once with [`Guard::output`], and stops it when the guard ends.
    pub(crate) fn program(program: &str, arguments: &[&str]) -> Result<Self> {
        let script =
            "\"$@\" </dev/null 2>&1 & child=$!; exec >&-; read -r _; kill \"$child\"; wait \"$child\"";
        let shell = Command::new("sh")
            .args(["-c", script, "guard", program])
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("could not start the shell that keeps the program (sh)")?;
        Ok(Self { shell })
    }

    /// Standard output and error of the program, until it ends.
    pub(crate) fn output(&mut self) -> Result<std::process::ChildStdout> {
        self.shell
            .stdout
            .take()
            .context("the output of the program was already taken")
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Nothing can be done about a shell that cannot be waited for, and a drop must not fail.
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_program_that_would_run_for_an_hour_ends_with_its_guard() {
        let mut guard = Guard::program("sh", &["-c", "echo started; exec sleep 3600"]).unwrap();
        let mut output = guard.output().unwrap();
        let mut line = [0; 8];
        output.read_exact(&mut line).unwrap();
        assert_eq!(&line, b"started\n");
        drop(guard);
        assert_eq!(output.read_to_string(&mut String::new()).unwrap(), 0);
    }

    #[test]
    fn the_output_of_a_program_that_died_is_at_its_end() {
        let mut guard = Guard::program("sh", &["-c", "echo sorry >&2; exit 3"]).unwrap();
        let mut said = String::new();
        guard.output().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!(said, "sorry\n");
    }
}
