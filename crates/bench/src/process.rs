//! Processes that are measured: started, asked by /proc what they cost, and stopped when the value goes.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Ticks a second in /proc: fixed for user space on every architecture that Linux runs on.
const TICKS: f64 = 100.0;
/// How long a server may take to answer before the run fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// A started program; it is told to stop, and waited for, when this value is dropped.
pub struct Started {
    child: Child,
    log: PathBuf,
}

/// Resident memory in bytes, now and at its highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    pub now: u64,
    pub highest: u64,
}

/// A program that has come to its end.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    pub status: ExitStatus,
    /// Resident memory in bytes at its highest, as it was last seen; 0 when it was too quick.
    pub highest: u64,
}

impl Started {
    /// Standard output and error go to `log`.
    pub fn spawn(command: &mut Command, log: &Path) -> Result<Self> {
        let file = fs::File::create(log).with_context(|| format!("writing {}", log.display()))?;
        let other = file.try_clone().context("sharing the log file")?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(other)
            .spawn()
            .with_context(|| format!("starting {:?}", command.get_program()))?;
        Ok(Self {
            child,
            log: log.to_owned(),
        })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end, as a service manager does, and waits.
    pub fn stop(&mut self) {
        let told = Command::new("kill").arg(self.child.id().to_string()).status();
        if !told.is_ok_and(|status| status.success()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }

    /// Waits for its end, and looks at its memory until then.
    pub fn watch(&mut self, every: Duration) -> Result<Ended> {
        let mut highest = 0;
        loop {
            if let Some(status) = self.child.try_wait().context("looking at the program")? {
                return Ok(Ended { status, highest });
            }
            // A program that is ending has none any more.
            highest = memory(self.id()).map_or(highest, |memory| memory.highest);
            std::thread::sleep(every);
        }
    }

    /// Waits until `probe` says yes, and says how long ago `since` was then.
    pub fn wait_until(&mut self, since: Instant, mut probe: impl FnMut() -> bool) -> Result<Duration> {
        while !probe() {
            if let Some(status) = self.child.try_wait().context("looking at the program")? {
                let said = fs::read_to_string(&self.log).unwrap_or_default();
                bail!("the program ended with {status} before it answered; it said:\n{said}");
            }
            if since.elapsed() > PATIENCE {
                bail!("the program did not answer within {} s", PATIENCE.as_secs());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(since.elapsed())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.stop();
        }
    }
}

/// Processor time that a process and its children have used.
pub fn cpu(id: u32) -> Result<Duration> {
    let mut total = own_cpu(id)?;
    for child in children(id)? {
        total += own_cpu(child)?;
    }
    Ok(total)
}

/// Processor time that a process has used, without its children's: those of the load generator are the servers.
pub fn own_cpu(id: u32) -> Result<Duration> {
    let path = format!("/proc/{id}/stat");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    ticks_of(&text)
        .map(|ticks| Duration::from_secs_f64(ticks / TICKS))
        .with_context(|| format!("reading {path}"))
}

fn children(id: u32) -> Result<Vec<u32>> {
    let path = format!("/proc/{id}/task/{id}/children");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    Ok(text.split_whitespace().filter_map(|id| id.parse().ok()).collect())
}

/// `utime` and `stime`; the name before them may hold anything, so it is skipped from behind.
fn ticks_of(stat: &str) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

pub fn memory(id: u32) -> Result<Memory> {
    let path = format!("/proc/{id}/status");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    let bytes = |name| kilobytes(&text, name).map(|kilobytes| kilobytes * 1_024);
    match (bytes("VmRSS:"), bytes("VmHWM:")) {
        (Some(now), Some(highest)) => Ok(Memory { now, highest }),
        _ => bail!("{path} does not say how much memory is resident"),
    }
}

fn kilobytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Processor time of the whole machine: busy, of all cores together.
pub fn machine_cpu() -> Result<Duration> {
    let text = fs::read_to_string("/proc/stat").context("reading /proc/stat")?;
    let ticks: Vec<f64> = text
        .lines()
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(1)
        .take(8)
        .filter_map(|ticks| ticks.parse().ok())
        .collect();
    // user nice system idle iowait irq softirq steal
    let busy: f64 = ticks
        .iter()
        .enumerate()
        .filter(|(index, _)| ![3, 4].contains(index))
        .map(|(_, ticks)| ticks)
        .sum();
    Ok(Duration::from_secs_f64(busy / TICKS))
}

/// One line about the machine: processor, cores, memory, kernel.
pub fn machine() -> String {
    let read = |path| fs::read_to_string(path).unwrap_or_default();
    let processors = read("/proc/cpuinfo");
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |rest| {
            rest.trim_start_matches([' ', '\t', ':'])
        });
    let cores = processors
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let memory = kilobytes(&read("/proc/meminfo"), "MemTotal:").unwrap_or(0) / (1 << 20);
    let kernel = read("/proc/sys/kernel/osrelease");
    format!("{cores} x {model}, {memory} GiB, Linux {}", kernel.trim())
}

/// An address that is free now. Somebody else may take it first; then the server says so and the run fails.
pub fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("looking for a free port")?;
    listener.local_addr().context("looking for a free port")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_blanks_and_brackets_does_not_shift_the_fields() {
        let stat = "12 (a ) b) S 1 12 12 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 3 0 100 0 0";
        assert_eq!(ticks_of(stat), Some(300.0));
        assert_eq!(ticks_of("12 (x) S 1"), None);
    }

    #[test]
    fn we_have_memory_and_have_used_time() {
        let id = std::process::id();
        let memory = memory(id).unwrap();
        assert!(memory.now > 100_000 && memory.highest >= memory.now, "{memory:?}");
        assert!(own_cpu(id).unwrap() <= cpu(id).unwrap() && cpu(id).unwrap() <= machine_cpu().unwrap());
        assert!(machine().contains("GiB"), "{}", machine());
    }

    #[test]
    fn a_program_that_ends_early_is_not_waited_for() {
        let folder = std::env::temp_dir().join(format!("pramaan-bench-{}", std::process::id()));
        let mut started = Started::spawn(&mut Command::new("true"), &folder).unwrap();
        let ended = started.wait_until(Instant::now(), || false);
        assert!(ended.unwrap_err().to_string().contains("ended with"));
        fs::remove_file(folder).unwrap();
    }
}
