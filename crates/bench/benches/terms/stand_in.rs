//! A server of the same faces over a data folder, whose log may be left out: the peer of disclosures.
//!
//! What is shipped cannot be without its log, so the peer is this program, started once more. It puts together what
//! `pramaan serve` does, but for the pages. With the log it is compared with the shipped one, so that what is made up here
//! is no part of the answer.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use clap::ValueEnum;
use pramaan_app::budget::OtpBudgets;
use pramaan_app::certificate::Issuer;
use pramaan_app::delivery::Delivery;
use pramaan_app::jobs::Job;
use pramaan_app::public_log::Witnesses;
use pramaan_app::sms::JsonlSender;
use pramaan_app::{App, PageLogins, Parts};
use pramaan_http::cowin::availability::CAPACITY;
use pramaan_http::limit::{Budget, RequestLimit};
use pramaan_http::observe::Metrics;
use pramaan_http::router::{Manners, front};
use pramaan_http::server::{Limits, serve, shutdown};
use pramaan_store::outside::HeadFile;
use pramaan_store::{AccessLog, ErasureList, testing};
use tokio::net::TcpListener;

use crate::data::{Data, ORIGIN, now};
use crate::people::System;

/// What this program does instead of measuring.
#[derive(clap::Args)]
pub(crate) struct StandIn {
    /// Serve this folder, until killed.
    #[arg(long, hide = true, value_name = "DIR")]
    stand_in: Option<PathBuf>,
    #[arg(long, hide = true, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    #[arg(long, hide = true, value_enum, default_value_t = Log::Written)]
    log: Log,
}

/// Whether entries are written for what is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    Written,
    /// Receipts are handed out for nothing.
    Unwritten,
}

impl StandIn {
    /// The folder to serve; `None` to measure.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.stand_in.as_deref()
    }

    /// The arguments that start it.
    pub(crate) fn arguments(log: Log) -> [&'static str; 2] {
        match log {
            Log::Written => ["--log", "written"],
            Log::Unwritten => ["--log", "unwritten"],
        }
    }

    pub(crate) fn run(&self, folder: &Path) -> Result<()> {
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
            .with_writer(std::io::stderr)
            .init();
        tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("starting the stand-in")?
            .block_on(self.serve(folder))
    }

    async fn serve(&self, folder: &Path) -> Result<()> {
        let app = app(folder, self.log).await?;
        app.refresh_availability().await.context("reading the sessions")?;
        let listener = TcpListener::bind(self.listen).await.context("listening")?;
        let (_trigger, stop) = shutdown();
        for job in Job::ALL {
            let app = app.clone();
            tokio::spawn(async move { app.keep_at(job, std::future::pending()).await });
        }
        let metrics = Metrics::default();
        let manners = Manners {
            metrics: metrics.clone(),
            limit: everybody(),
            kept_availability: CAPACITY,
        };
        serve(
            listener,
            front(app, manners, Router::new()),
            Limits::default(),
            metrics,
            stop,
        )
        .await;
        Ok(())
    }
}

async fn app(folder: &Path, log: Log) -> Result<App> {
    let data = Data::open(folder.to_owned()).await?;
    let (db, sealer) = (data.db.clone(), data.sealer.clone());
    let head = HeadFile::at(folder.join("log-head"));
    let sms = JsonlSender::open(&folder.join("sms.jsonl")).context("opening the messages")?;
    Ok(App::new(Parts {
        db: db.clone(),
        sealer: sealer.clone(),
        clock: Arc::new(System),
        log: match log {
            Log::Written => AccessLog::start_kept(db, sealer.clone(), ORIGIN, head)?,
            Log::Unwritten => testing::unwritten_log(ORIGIN),
        },
        witnesses: Witnesses::default(),
        otp_budgets: OtpBudgets::default(),
        staff_logins: pramaan_app::staff::StaffLoginBudgets::default(),
        page_logins: PageLogins::default(),
        sms: Arc::new(sms),
        delivery: Delivery::ByWorker,
        erasures: ErasureList::open(&folder.join("erased"), sealer)?,
        issuer: Issuer::new("https://bench.example/").context("an issuer")?,
    }))
}

fn everybody() -> RequestLimit {
    let wide = Budget {
        requests: u32::MAX,
        per: Duration::from_secs(1),
    };
    RequestLimit::new(wide, wide, NonZeroUsize::MIN, Arc::new(now))
}
