//! No core dump: the memory of this program holds keys, and the record of whoever is being served.

use anyhow::Context;
use rustix::process::{Resource, Rlimit, setrlimit};

/// From now on the kernel writes no image of this process, whatever kills it. On Linux nothing but the administrator may
/// attach a debugger either; a limit of nothing alone would not stop a kernel that hands dumps to a program.
pub(crate) fn forbid() -> anyhow::Result<()> {
    let nothing = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, nothing).context("forbidding core dumps")?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .context("forbidding core dumps")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn a_process_that_forbids_cores_leaves_none_to_anybody() {
        forbid().unwrap();
        let limit = getrlimit(Resource::Core);
        assert_eq!((limit.current, limit.maximum), (Some(0), Some(0)));
        #[cfg(target_os = "linux")]
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
