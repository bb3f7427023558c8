//! From an opened data folder to a running server: the parts that `serve` and `demo` share.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use pramaan_app::budget::OtpBudgets;
use pramaan_app::delivery::Delivery;
use pramaan_app::jobs::Job;
use pramaan_app::public_log::Witnesses;
use pramaan_app::sms::SmsSender;
use pramaan_app::staff::StaffLoginBudgets;
use pramaan_app::{App, Clock, PageLogins, Parts};
use pramaan_http::cowin::availability::CAPACITY;
use pramaan_http::face::not_found;
use pramaan_http::limit::{Budget, RequestLimit};
use pramaan_http::observe::Metrics;
use pramaan_http::router::{Manners, front, router, upkeep};
use pramaan_http::server::{Limits, Shutdown, serve, shutdown};
use pramaan_http::web::csrf::{Csrf, Random};
use pramaan_http::web::{Front, citizen, dress, staff};
use pramaan_keys::MacKind;
use pramaan_store::AccessLog;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::data::Data;
use crate::system::SystemClock;

/// Cookies that a form's token is bound to.
const SESSIONS: &[pramaan_http::web::cookie::HostCookie] =
    &[citizen::SESSION, citizen::CARD_SESSION, staff::SESSION];

/// How this deployment treats its callers.
pub(crate) struct House {
    pub(crate) otp_budgets: OtpBudgets,
    pub(crate) staff_logins: StaffLoginBudgets,
    pub(crate) page_logins: PageLogins,
    pub(crate) sms: Arc<dyn SmsSender>,
    pub(crate) delivery: Delivery,
    pub(crate) witnesses: Witnesses,
}

/// The app over an opened data folder.
pub(crate) fn app(data: &Data, house: House) -> anyhow::Result<App> {
    Ok(App::new(Parts {
        db: data.db.clone(),
        sealer: data.sealer.clone(),
        clock: Arc::new(SystemClock),
        log: AccessLog::start_kept(
            data.db.clone(),
            data.sealer.clone(),
            &data.settings.origin,
            data.head.clone(),
        )?,
        witnesses: house.witnesses,
        erasures: data.erasures.clone(),
        otp_budgets: house.otp_budgets,
        staff_logins: house.staff_logins,
        page_logins: house.page_logins,
        sms: house.sms,
        delivery: house.delivery,
        issuer: data.issuer()?,
    }))
}

/// How many requests are let in.
#[derive(Clone, Copy)]
pub(crate) struct Shield {
    /// Of one network.
    pub(crate) everyone: Budget,
    /// Of this machine.
    pub(crate) loopback: Budget,
}

impl Shield {
    fn limit(self) -> RequestLimit {
        RequestLimit::new(
            self.everyone,
            self.loopback,
            NETWORKS,
            Arc::new(|| SystemClock.now()),
        )
    }
}

/// Networks whose budgets are remembered.
const NETWORKS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(65_535);

/// A bound listener; port 0 becomes a real one here.
pub(crate) async fn listen(at: SocketAddr) -> anyhow::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(at)
        .await
        .with_context(|| format!("listening on {at}: is another program there?"))?;
    let address = listener
        .local_addr()
        .context("asking for the address that was bound")?;
    Ok((listener, address))
}

/// The pages, and what protects their forms.
pub(crate) struct Pages {
    front: Front,
}

impl Pages {
    pub(crate) fn new(data: &Data, app: App) -> Self {
        let (signing, chance) = (data.sealer.clone(), data.sealer.clone());
        let sign = Arc::new(move |message: &[u8]| signing.keys.mac(MacKind::Token, &[b"form", message]));
        let random: Random = Arc::new(move |bytes: &mut [u8]| chance.entropy.fill(bytes));
        let csrf = Csrf::new(sign, random.clone(), SESSIONS);
        Self {
            front: Front::new(app, csrf, random),
        }
    }

    /// What every deployment has.
    pub(crate) fn plain(&self) -> Router<App> {
        self.with(Router::new())
    }

    /// The same with more.
    pub(crate) fn with(&self, more: Router<Front>) -> Router<App> {
        dress(
            citizen::routes(&self.front)
                .merge(staff::routes(&self.front))
                .merge(more),
            self.front.csrf.clone(),
        )
        .with_state(self.front.clone())
    }
}

/// All routes of a deployment.
pub(crate) fn routes(app: &App, shield: Shield, extra: Router<App>) -> Router {
    let limit = shield.limit();
    router(
        app.clone(),
        Manners {
            metrics: Metrics::default(),
            limit,
            kept_availability: CAPACITY,
        },
        extra,
    )
}

/// Where and how a deployment listens.
pub(crate) struct Doors {
    pub(crate) listener: TcpListener,
    /// For the operator's machines only.
    pub(crate) admin: Option<TcpListener>,
    pub(crate) told: Told,
    pub(crate) limits: Limits,
    /// Bytes of built answers about availability that are kept.
    pub(crate) kept_availability: usize,
    pub(crate) shield: Shield,
}

/// Serves until the process is told to stop, then lets what is open finish. `extra` makes the routes besides the API.
pub(crate) async fn run(
    app: App,
    doors: Doors,
    extra: impl FnOnce(Metrics) -> Router<App>,
) -> anyhow::Result<()> {
    let metrics = Metrics::default();
    let manners = Manners {
        metrics: metrics.clone(),
        limit: doors.shield.limit(),
        kept_availability: doors.kept_availability,
    };
    let front = front(app.clone(), manners, extra(metrics.clone()));
    let (trigger, stop) = shutdown();
    let mut jobs = jobs(&app, &stop);
    if let Some(admin) = doors.admin {
        // Its own counts would hide those of the service.
        let upkeep = upkeep(app, metrics.clone()).fallback(not_found);
        jobs.spawn(serve(
            admin,
            upkeep,
            Limits::default(),
            Metrics::default(),
            stop.clone(),
        ));
    }
    tokio::spawn(async move {
        doors.told.stopped().await;
        trigger.fire();
    });
    serve(doors.listener, front, doors.limits, metrics, stop).await;
    jobs.join_all().await;
    Ok(())
}

/// What runs beside the requests.
fn jobs(app: &App, stop: &Shutdown) -> tokio::task::JoinSet<()> {
    let mut jobs = tokio::task::JoinSet::new();
    for job in Job::ALL {
        let (app, mut asked) = (app.clone(), stop.clone());
        jobs.spawn(async move { app.keep_at(job, asked.requested()).await });
    }
    jobs
}

/// Ctrl-C, or the service manager's SIGTERM: once this is made they end the process in order, and not on the spot. Made
/// before anybody is told that the process serves.
pub(crate) struct Told {
    interrupted: Signal,
    terminated: Signal,
}

impl Told {
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let to = |kind| signal(kind).context("listening for the signals that end the process");
        Ok(Self {
            interrupted: to(SignalKind::interrupt())?,
            terminated: to(SignalKind::terminate())?,
        })
    }

    /// Waits for the first of them, also when it came before this was called.
    pub(crate) async fn stopped(mut self) {
        tokio::select! { _ = self.interrupted.recv() => {}, _ = self.terminated.recv() => {} }
    }
}
