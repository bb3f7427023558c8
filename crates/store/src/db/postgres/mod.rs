//! PostgreSQL: a pool of connections, one transaction at a time on each.

mod doors;
mod failure;
mod param;
mod tls;
mod tx;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio_postgres_rustls::MakeRustlsConnect;

pub use doors::PoolState;
pub(super) use tx::PostgresTx;

use super::tx::Inner;
use super::{Access, DbOptions, Kind, Lane, Outcome, Tx, Work};
use crate::error::StoreError;
use doors::{Doors, Entered};
use tls::Target;

/// Settings without which an acknowledged write, or the whole database, may be lost at a power cut.
const DURABLE: [&str; 3] = ["fsync", "synchronous_commit", "full_page_writes"];

/// How long a server's machine may leave sent bytes unanswered, and an idle connection unasked.
const SILENCE: Duration = Duration::from_secs(10);

const DOUBT: &str = "the connection to PostgreSQL broke under a commit, which may be done or not";

/// An open PostgreSQL database.
#[derive(Debug)]
pub(super) struct Postgres {
    doors: Doors,
}

impl Postgres {
    pub(super) async fn open(url: &str, options: &DbOptions) -> Result<Self, StoreError> {
        let mut target = Target::parse(url)?;
        manner(&mut target.config, options);
        if options.durable() {
            refuse_lossy(&target.config, target.tls.clone()).await?;
        }
        let doors = Doors::new(&target, options)?;
        drop(doors.enter(Lane::Crowd).await?);
        Ok(Self { doors })
    }

    pub(super) async fn run<T, E, F>(
        &self,
        kind: Kind,
        name: &'static str,
        work: F,
    ) -> (Result<T, E>, Outcome)
    where
        F: for<'t> FnOnce(&'t mut Tx) -> Work<'t, T, E> + Send + 'static,
        E: From<StoreError>,
    {
        let Entered {
            client,
            place: _place,
        } = match self.doors.enter(kind.lane).await {
            Ok(entered) => entered,
            Err(error) => return refused(error),
        };
        let mut tx = Tx::new(Inner::Postgres(PostgresTx::new(client, kind)));
        tx.name = name;
        let outcome = AssertUnwindSafe(work(&mut tx)).catch_unwind().await;
        let panicked = StoreError::Panicked { transaction: name };
        let failure = tx.failure.take();
        let Inner::Postgres(tx) = &mut tx.inner else {
            return refused(StoreError::unavailable("not a PostgreSQL transaction"));
        };
        match (outcome, failure) {
            (Ok(Ok(value)), None) => match tx.commit().await {
                Ok(()) => (Ok(value), Outcome::Ok),
                Err(error) => match tx.outcome(&error) {
                    Outcome::Lost => (Err(StoreError::unavailable(DOUBT).into()), Outcome::InDoubt),
                    outcome => (Err(error.into()), outcome),
                },
            },
            (other, failure) => {
                tx.rollback().await;
                let outcome = match (&other, &failure) {
                    (Err(_), _) => Outcome::Failed,
                    (_, Some(failure)) => tx.outcome(failure),
                    (_, None) => Outcome::Refused,
                };
                let error = match other {
                    Ok(Ok(_)) => StoreError::Aborted { transaction: name }.into(),
                    Ok(Err(error)) => error,
                    Err(_) => panicked.into(),
                };
                (Err(error), outcome)
            }
        }
    }

    pub(super) fn pool(&self) -> PoolState {
        self.doors.state()
    }

    pub(super) fn close(&self) {
        self.doors.close();
    }
}

/// Nothing was begun.
fn refused<T, E: From<StoreError>>(error: StoreError) -> (Result<T, E>, Outcome) {
    let outcome = Outcome::of(&error);
    (Err(error.into()), outcome)
}

/// How every connection behaves. What the address says for itself comes later, and counts.
fn manner(config: &mut tokio_postgres::Config, options: &DbOptions) {
    config.connect_timeout(options.patience);
    if config.get_application_name().is_none() {
        config.application_name("pramaan");
    }
    if let Some(limits) = &options.time_limits {
        let said = config.get_options().unwrap_or_default().to_owned();
        config.options(limits.options() + &said);
    }
    // The machine of the server may be gone without a word.
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
        config.keepalives_idle(SILENCE);
    }
}

/// Asked once on a connection of its own, because the pool would turn the answer into a sentence.
async fn refuse_lossy(config: &tokio_postgres::Config, tls: MakeRustlsConnect) -> Result<(), StoreError> {
    let connected = config.connect(tls).await;
    let (client, connection) = connected.map_err(|error| failure::of_connection(&error))?;
    // Ends with the client.
    tokio::spawn(connection);
    check_durability(&client).await
}

async fn check_durability(client: &tokio_postgres::Client) -> Result<(), StoreError> {
    for setting in DURABLE {
        let row = client
            .query_one("select current_setting($1)", &[&setting])
            .await
            .map_err(|error| failure::of_statement(&"checking durability".into(), &error, Access::Read))?;
        let value: String = row.get(0);
        if value == "off" {
            return Err(StoreError::Durability {
                setting,
                value,
                remedy: "turn it on for the server, the database and this role",
            });
        }
    }
    Ok(())
}
