//! `pramaan serve`: the platform over a data folder.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use pramaan_app::delivery::Delivery;
use pramaan_app::sms::{JsonlSender, SmsSender};

use crate::cli::Serve;
use crate::commands::{COVERAGE, block_on};
use crate::console::ConsoleSender;
use crate::host::{self, House};
use crate::{data, log, say};

pub(crate) fn run(options: Serve) -> anyhow::Result<ExitCode> {
    let sms = sms(options.sms.as_deref())?;
    log::start();
    block_on(async {
        let data = data::open_with(&options.place, options.config.as_deref()).await?;
        let house = House {
            otp_budgets: (&data.settings.otp).into(),
            staff_logins: (&data.settings.staff_logins).into(),
            sms,
            delivery: Delivery::ByWorker,
        };
        let app = host::app(&data, house)?;
        app.ready().await.context("looking at the access log")?;
        let (listener, address) = host::listen(options.listen).await?;
        say::line(&format!(
            "serving on http://{address}, log {}",
            data.settings.origin
        ));
        say::line(COVERAGE);
        let pages = host::Pages::new(&data, app.clone());
        app.refresh_availability().await.context("reading the sessions")?;
        let shield = data.settings.requests.shield();
        host::run(app, listener, shield, pages.plain()).await
    })?;
    Ok(ExitCode::SUCCESS)
}

fn sms(adapter: Option<&str>) -> anyhow::Result<Arc<dyn SmsSender>> {
    match adapter {
        None => bail!(
            "without SMS nobody can log in: give --sms console, or --sms jsonl:PATH for a gateway that reads a file"
        ),
        Some("console") => Ok(Arc::new(ConsoleSender)),
        Some(other) => match other.strip_prefix("jsonl:").filter(|path| !path.is_empty()) {
            Some(path) => Ok(Arc::new(
                JsonlSender::open(Path::new(path)).with_context(|| format!("opening {path}"))?,
            )),
            None => bail!("--sms {other}: the adapters are console and jsonl:PATH"),
        },
    }
}
