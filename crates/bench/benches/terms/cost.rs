//! One run of load against one server, and what it cost.

use anyhow::Result;
use pramaan_bench::load::{self, Done, Plan};
use pramaan_bench::process;

/// A run.
pub(crate) struct Cost {
    pub(crate) done: Done,
    /// Processor time of the server for one request.
    pub(crate) cpu_micros: f64,
    /// Share of all cores, in percent, that neither the server nor the load generator used.
    pub(crate) others: f64,
}

impl Cost {
    pub(crate) fn per_second(&self) -> f64 {
        self.done.per_second()
    }

    /// Of the server with this process id.
    pub(crate) async fn of(plan: Plan, id: u32) -> Result<Self> {
        let used = || Ok::<_, anyhow::Error>((process::cpu(id)?, process::own_cpu(std::process::id())?));
        let ((server, client), machine) = (used()?, process::machine_cpu()?);
        let done = load::run(plan).await?;
        let (later, machine) = (used()?, process::machine_cpu()?.saturating_sub(machine));
        let server = later.0.saturating_sub(server);
        let others = machine
            .saturating_sub(server)
            .saturating_sub(later.1.saturating_sub(client));
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        Ok(Self {
            done,
            cpu_micros: server.as_secs_f64() * 1e6 / done.answers.max(1) as f64,
            others: 100.0 * others.as_secs_f64() / (done.took.as_secs_f64() * cores as f64),
        })
    }
}
