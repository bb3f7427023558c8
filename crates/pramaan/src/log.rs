//! Where log lines go: standard error, one JSON object a line. They carry route templates and counts, never values.

use std::io::Write;
use std::panic::PanicHookInfo;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry};

/// Our targets begin so.
const OURS: &str = "pramaan";

pub(crate) fn start() {
    let wanted = EnvFilter::try_from_env("PRAMAAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A second start in one process changes nothing.
    let _ = lines(wanted, std::io::stderr).try_init();
}

/// A panic is reported by its place alone: its words may be about a person.
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = place(panic);
        if tracing::enabled!(Level::ERROR) {
            tracing::error!(place, "a fault in the program");
        } else {
            let _ = writeln!(std::io::stderr(), "pramaan: a fault in the program at {place}");
        }
    }));
}

fn place(panic: &PanicHookInfo<'_>) -> String {
    panic.location().map_or_else(
        || "an unknown place".to_owned(),
        |at| format!("{}:{}:{}", at.file(), at.line(), at.column()),
    )
}

fn lines<W>(wanted: EnvFilter, writer: W) -> impl tracing::Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(writer)
        .with_filter(wanted.and(filter_fn(is_ours_or_grave)));
    Registry::default().with(lines)
}

/// What others say below a warning is not ours to vouch for: `tokio_postgres` prints the parameters of statements. No
/// setting turns it on.
fn is_ours_or_grave(line: &Metadata<'_>) -> bool {
    let target = line.target();
    let ours = target
        .strip_prefix(OURS)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['_', ':']));
    ours || *line.level() <= Level::WARN
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn whatever_is_asked_for_the_database_driver_prints_no_parameters() {
        for wanted in [
            "trace",
            "tokio_postgres=debug",
            "warn,tokio_postgres::query=trace",
            "tokio_postgres[{}]=trace",
            "off,tokio_postgres=trace,pramaan=trace,pramaan_store=trace",
        ] {
            let kept = Kept::default();
            let writer = kept.clone();
            let subscriber = lines(EnvFilter::new(wanted), move || writer.clone());
            tracing::subscriber::with_default(subscriber, || {
                tracing::debug!(target: "tokio_postgres::query", "executing with 9876543210");
                tracing::info!(target: "tokio_postgres", "9876543210");
                tracing::trace!(target: "pramaanish", "9876543210");
                tracing::warn!(target: "tokio_postgres::connection", "grave");
                tracing::debug!(target: "pramaan_store::db", "ours");
            });
            let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
            assert!(!text.contains("9876543210"), "{wanted}: {text}");
            assert_eq!(text.contains("grave"), !wanted.contains("{}"), "{wanted}: {text}");
            let whole = wanted == "trace" || wanted.contains("pramaan");
            assert_eq!(text.contains("ours"), whole, "{wanted}: {text}");
        }
    }

    #[test]
    fn a_panic_is_reported_without_its_words() {
        let (sender, receiver) = std::sync::mpsc::channel();
        let sender = Mutex::new(sender);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let _ = sender.lock().unwrap().send(place(panic));
        }));
        let words = std::panic::catch_unwind(|| panic!("Asha Devi, 9876543210"));
        std::panic::set_hook(before);
        assert!(words.is_err());
        let said: Vec<_> = receiver.try_iter().collect();
        let here = said.iter().find(|place| place.contains("log.rs:"));
        assert!(here.is_some(), "{said:?}");
        assert!(
            said.iter()
                .all(|place| !place.contains("Asha") && !place.contains("98765"))
        );
    }
}
