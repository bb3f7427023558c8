//! `pramaan serve`: the platform over a data folder.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use pramaan_app::delivery::Delivery;
use pramaan_app::sms::{JsonlSender, SmsSender};
use pramaan_app::{Clock, StoreError};
use pramaan_http::server::{Forwarded, Limits, Loopback, Proxies};
use pramaan_store::outside;

use crate::cli::Serve;
use crate::commands::certificate_key::PublicKey;
use crate::commands::{COVERAGE, NO_WITNESSES, block_on};
use crate::config::Server;
use crate::console::ConsoleSender;
use crate::host::{self, House, Shield};
use crate::system::SystemClock;
use crate::witnesses::LogPolicy;
use crate::{data, log, say};

pub(crate) fn run(options: Serve) -> anyhow::Result<ExitCode> {
    let sms = sms(options.sms.as_deref())?;
    log::start();
    block_on(async {
        let data = data::open_to_serve(&options.place, options.config.as_deref(), SystemClock.now()).await?;
        let policy = data.witnesses.clone();
        let house = House {
            otp_budgets: (&data.settings.otp).into(),
            staff_logins: (&data.settings.staff_logins).into(),
            page_logins: (&data.settings.page_logins).into(),
            sms,
            delivery: Delivery::ByWorker,
            witnesses: match &policy {
                Some(policy) => policy.witnesses(data.settings.log.freshness()?),
                None => pramaan_app::public_log::Witnesses::default(),
            },
        };
        let app = host::app(&data, house)?;
        let begun = app.begin_with_witnesses().await;
        begun
            .map_err(|error| data::naming_folder(error, &options.place))
            .context("comparing the log with its witnesses")?;
        if let Err(error) = app.publish_log().await {
            tracing::warn!(%error, "the head of the access log is not published yet");
        }
        looked_at(&app).await?;
        let (listener, address) = host::listen(options.listen).await?;
        let admin = match options.admin_listen {
            Some(at) => Some(host::listen(at).await?),
            None => None,
        };
        let told = host::Told::listen()?;
        say::line(&format!(
            "serving on http://{address}, log {}",
            data.settings.origin
        ));
        if let Some((_, address)) = &admin {
            say::line(&format!("for the operator: http://{address}/metrics and /readyz"));
        }
        say::line(&PublicKey::of(&data.sealer).line());
        if !said(&options) {
            say::line(NO_PROXY);
        }
        say::line(&policy.as_ref().map_or(NO_WITNESSES.to_owned(), LogPolicy::line));
        say::line(COVERAGE);
        let pages = host::Pages::new(&data, app.clone());
        app.refresh_availability().await.context("reading the sessions")?;
        let doors = host::Doors {
            listener,
            admin: admin.map(|(listener, _)| listener),
            told,
            limits: limits(&options, &data.settings.server),
            kept_availability: data.settings.server.kept_availability(),
            shield: shield(&options, data.settings.requests.shield()),
        };
        host::run(app, doors, |_| pages.plain()).await?;
        outside::keep(&data.db, &data.sealer, &data.settings.origin, &data.head)
            .await
            .context("keeping the log's head")
            .map(drop)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// A log whose witnesses are silent is served: doses are recorded, nothing is opened, and the witnesses are asked on.
async fn looked_at(app: &pramaan_app::App) -> anyhow::Result<()> {
    match app.ready().await {
        Err(error @ (StoreError::Unwitnessed { .. } | StoreError::Unanswered)) => {
            tracing::error!(%error, "the witnesses are waited for: doses are held meanwhile");
            Ok(())
        }
        other => other.context("looking at the access log"),
    }
}

/// Nobody can tell a proxy from its clients, whose budgets would be one; so somebody has to say, or what was forwarded is
/// not served.
fn limits(options: &Serve, server: &Server) -> Limits {
    let proxies: Proxies = options.trusted_proxies.iter().copied().collect();
    let limits = server.limits(proxies);
    match said(options) {
        true => limits,
        false => Limits {
            forwarded: Forwarded::Refused,
            loopback: Loopback::Counted,
            ..limits
        },
    }
}

/// When nobody said, whoever connects from this machine may be a proxy that cannot be told from a client: it has no more
/// than any network has, so that its clients together hurt nobody else.
fn shield(options: &Serve, shield: Shield) -> Shield {
    match said(options) {
        true => shield,
        false => Shield {
            loopback: shield.everyone,
            ..shield
        },
    }
}

fn said(options: &Serve) -> bool {
    options.direct || !options.trusted_proxies.is_empty()
}

const NO_PROXY: &str = "no proxy was announced: what one forwards is answered 503, and this machine has the budget of one network; say \
    --trusted-proxy ADDRESS, or --direct when clients connect here themselves";

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
