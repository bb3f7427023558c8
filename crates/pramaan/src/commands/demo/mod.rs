//! `pramaan demo`: everything on this machine, ready to click. Loopback only, made-up people, and a tour.

mod places;
mod seed;
mod story;
mod totp;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use pramaan_app::Clock;
use pramaan_app::budget::OtpBudgets;
use pramaan_app::delivery::Delivery;
use pramaan_app::sms::DemoOutbox;
use pramaan_app::staff::StaffLoginBudgets;
use pramaan_http::cowin::availability::CAPACITY;
use pramaan_http::demo::{self, Demo as Tour, Yourself};
use pramaan_http::limit::Budget;
use pramaan_http::router::upkeep;
use pramaan_http::server::Limits;
use pramaan_store::outside;

use crate::cli::{Demo, Place};
use crate::commands::{COVERAGE, NO_WITNESSES, block_on, typed};
use crate::config::Requests;
use crate::data::Settings;
use crate::host::{self, House};
use crate::system::SystemClock;
use crate::{data, log, say};

/// The tour's bot must be stopped by the doors, not by the budget that the demonstration shares with its visitors.
const BOT: Budget = Budget {
    requests: 1_000_000,
    per: Duration::from_secs(60),
};
/// The log begins before the seeded past, because its time never runs back.
const PAST_SECONDS: i64 = 211 * 86_400;
const ORIGIN: &str = "demo.pramaan.example/log";
/// Wide, so that clients and tests are not in each other's way.
const LOOPBACK: Budget = Budget {
    requests: 2_000,
    per: Duration::from_secs(60),
};

/// Something written down in the sketch of the demonstration does not hold.
#[derive(Debug, thiserror::Error)]
#[error("the demonstration's centre {centre} has a bad {what}")]
pub(super) struct DemoError {
    centre: i64,
    what: &'static str,
}

pub(crate) fn run(options: Demo) -> anyhow::Result<ExitCode> {
    if !options.listen.ip().is_loopback() {
        bail!(
            "the demonstration listens on loopback only, such as 127.0.0.1:8080: {} is not",
            options.listen
        );
    }
    log::start();
    let folder = Folder::of(options.data)?;
    let place = Place {
        data: folder.path(),
        database: options.database,
    };
    block_on(async {
        let now = SystemClock.now();
        let data = data::create(&place, settings(), now.plus_seconds(-PAST_SECONDS)).await?;
        let outbox = DemoOutbox::default();
        let seeded = seed::fill(&data, now)
            .await
            .context("filling the demonstration")?;
        let house = House {
            otp_budgets: OtpBudgets::demo(),
            staff_logins: StaffLoginBudgets::demo(),
            page_logins: pramaan_app::PageLogins::default(),
            sms: Arc::new(outbox.clone()),
            delivery: Delivery::BeforeAnswering,
            witnesses: pramaan_app::public_log::Witnesses::default(),
        };
        let app = host::app(&data, house)?;
        // Before the first visitor, who could not take a list home while the seeded past has no roots.
        app.root_days()
            .await
            .context("rooting the days of the access log")?;
        app.publish_log().await.context("publishing the access log")?;
        app.refresh_availability().await.context("reading the sessions")?;
        let (listener, address) = host::listen(options.listen).await?;
        let pages = host::Pages::new(&data, app.clone());
        let target = host::routes(&app, shield(BOT), pages.plain());
        let tour = Tour {
            outbox,
            staff: seeded.staff.clone(),
            stolen: seeded.stolen.clone(),
            citizens: mobiles(&seeded.citizens),
            references: seeded.citizens.iter().map(|(_, id)| id.clone()).collect(),
            markers: seeded.markers.clone(),
            code_of: seeded.codes(),
            dishonesty: pramaan_app::public_log::Dishonesty::default(),
            yourself: yourself(&place, address),
            target,
        };
        let told = host::Told::listen()?;
        say::line(&format!("Pramaan's demonstration: http://{address}/demo"));
        for account in &seeded.staff {
            say::line(&format!(
                "staff: {} ({}) password: {}",
                account.code,
                account.role.trim_start_matches("demo-role-"),
                account.password
            ));
        }
        say::line(&format!(
            "one-time codes and messages: http://{address}/demo/outbox"
        ));
        say::line(&format!("partner key: {}", seeded.partner_key));
        for (mobile, reference) in &seeded.citizens {
            say::line(&format!("vaccinated: {mobile} {reference}"));
        }
        say::line(&format!("data folder: {}", place.data.display()));
        say::line(NO_WITNESSES);
        say::line(COVERAGE);
        let doors = host::Doors {
            listener,
            admin: None,
            told,
            limits: Limits::default(),
            kept_availability: CAPACITY,
            shield: shield(LOOPBACK),
        };
        let asked = app.clone();
        host::run(app, doors, |metrics| {
            let pages = pages.with(demo::routes(tour));
            demo::on_this_machine(pages.merge(upkeep(asked, metrics).with_state(())))
        })
        .await?;
        outside::keep(&data.db, &data.sealer, &data.settings.origin, &data.head)
            .await
            .context("keeping the log's head")
            .map(drop)
    })?;
    drop(folder);
    Ok(ExitCode::SUCCESS)
}

/// Good in any terminal of this machine, whatever folder it is in.
fn yourself(place: &Place, address: SocketAddr) -> Yourself {
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("pramaan"));
    let data = std::path::absolute(&place.data).unwrap_or_else(|_| place.data.clone());
    let (program, data) = (typed(&program), typed(&data));
    let database = if place.database.is_some() {
        " --database URL"
    } else {
        ""
    };
    Yourself {
        check: format!("{program} log check --data {data}{database}"),
        verify: format!("{program} log verify http://{address}/log/"),
    }
}

/// Whoever is not on this machine has what a deployment gives a network.
fn shield(loopback: Budget) -> host::Shield {
    host::Shield {
        loopback,
        ..Requests::default().shield()
    }
}

/// Each number once.
fn mobiles(people: &[(String, String)]) -> Vec<String> {
    let mut mobiles: Vec<_> = people.iter().map(|(mobile, _)| mobile.clone()).collect();
    mobiles.dedup();
    mobiles
}

fn settings() -> Settings {
    Settings::new(ORIGIN.to_owned(), "https://demo.pramaan.example/".to_owned())
}

/// The folder that was given, or one that is removed at the end.
enum Folder {
    Given(PathBuf),
    Fresh(tempfile::TempDir),
}

impl Folder {
    fn of(given: Option<PathBuf>) -> anyhow::Result<Self> {
        match given {
            Some(path) => {
                let used = path.read_dir().is_ok_and(|mut entries| entries.next().is_some());
                if used {
                    bail!(
                        "{} is not empty: the demonstration fills an empty or new folder",
                        path.display()
                    );
                }
                Ok(Self::Given(path))
            }
            None => {
                let made = tempfile::Builder::new().prefix("pramaan-demo-").tempdir();
                Ok(Self::Fresh(made.context("making a temporary folder")?))
            }
        }
    }

    fn path(&self) -> PathBuf {
        match self {
            Self::Given(path) => path.clone(),
            Self::Fresh(folder) => folder.path().join("data"),
        }
    }
}
