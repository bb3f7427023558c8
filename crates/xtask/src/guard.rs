//! Cleaning up after ourselves however we end: return, error, Ctrl-C or `kill -9`.
//!
//! A small shell waits at the other end of a pipe that only we hold. When we go, the pipe closes and the shell tidies up.
//! It has a process group of its own, so that the terminal's Ctrl-C does not reach it first.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

/// What is tidied up when this value is dropped, or when the process that holds it is gone.
pub(crate) struct Guard {
    shell: Child,
}

impl Guard {
    /// Runs `arguments` as a command when the guard ends, then removes `folder`.
    pub(crate) fn at_end(folder: &str, arguments: &[String]) -> Result<Self> {
        let script = "folder=$1; shift; read -r _; \"$@\" >/dev/null 2>&1; rm -rf -- \"$folder\"";
        let mut shell = Self::shell(script);
        shell.arg(folder).args(arguments);
        shell.stdout(Stdio::null()).stderr(Stdio::null());
        Self::start(shell)
    }

    /// Starts `program`, whose output can be taken once with [`Guard::output`], and stops it when the guard ends.
    pub(crate) fn program(program: &str, arguments: &[&str]) -> Result<Self> {
        let script =
            "\"$@\" </dev/null 2>&1 & child=$!; exec >&-; read -r _; kill \"$child\"; wait \"$child\"";
        let mut shell = Self::shell(script);
        shell.arg(program).args(arguments);
        shell.stdout(Stdio::piped()).stderr(Stdio::null());
        Self::start(shell)
    }

    /// Standard output and error of the program, until it ends.
    pub(crate) fn output(&mut self) -> Result<std::process::ChildStdout> {
        self.shell
            .stdout
            .take()
            .context("the output of the program was already taken")
    }

    fn shell(script: &str) -> Command {
        let mut shell = Command::new("sh");
        shell
            .args(["-c", script, "guard"])
            .current_dir("/")
            .stdin(Stdio::piped())
            .process_group(0);
        shell
    }

    fn start(mut shell: Command) -> Result<Self> {
        let shell = shell
            .spawn()
            .context("could not start the shell that cleans up (sh)")?;
        Ok(Self { shell })
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
    fn the_folder_goes_and_the_command_has_run_when_the_guard_is_dropped() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("cluster");
        std::fs::create_dir(&folder).unwrap();
        let said = outer.path().join("said");
        let touch = ["touch".to_owned(), said.display().to_string()];
        let guard = Guard::at_end(&folder.display().to_string(), &touch).unwrap();
        assert!(folder.exists() && !said.exists());
        drop(guard);
        assert!(!folder.exists() && said.exists());
    }

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
