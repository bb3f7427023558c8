//! `pramaan staff`: invitations, and the end of accounts, on the word of whoever runs the server. Never a password.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use pramaan_app::budget::OtpBudgets;
use pramaan_app::delivery::Delivery;
use pramaan_app::sms::DemoOutbox;
use pramaan_app::staff::{Ended, Invitation, Invitee, StaffLoginBudgets};
use pramaan_app::{App, Clock, StaffRole};
use pramaan_domain::centre::CentreId;
use pramaan_domain::name::PersonName;
use pramaan_domain::place::DistrictId;
use pramaan_domain::staff::StaffCode;

use crate::cli::{Place, Role, Staff, StaffCommand};
use crate::commands::block_on;
use crate::host::{self, House};
use crate::system::SystemClock;
use crate::{data, say};

pub(crate) fn run(options: Staff) -> anyhow::Result<ExitCode> {
    match options.command {
        StaffCommand::Invite {
            place,
            code,
            name,
            role,
            centre,
            district,
        } => {
            let invitee = Invitee {
                code: StaffCode::parse(&code).context("--code")?,
                name: PersonName::parse(&name).context("--name")?,
                role: role.into(),
                centre: centre
                    .map(CentreId::from_number)
                    .transpose()
                    .context("--centre")?,
                district: DistrictId::from_number(district).context("--district")?,
            };
            invite(&place, invitee)
        }
        StaffCommand::End { place, code } => end(&place, StaffCode::parse(&code).context("CODE")?),
    }
}

fn invite(place: &Place, invitee: Invitee) -> anyhow::Result<ExitCode> {
    let invitation = block_on(async {
        let app = quiet_app(place).await?;
        app.refresh_availability().await.context("reading the centres")?;
        app.invite_all(vec![invitee])
            .await?
            .pop()
            .context("no invitation was made")
    })?;
    tell(std::slice::from_ref(&invitation));
    Ok(ExitCode::SUCCESS)
}

fn end(place: &Place, code: StaffCode) -> anyhow::Result<ExitCode> {
    let name = code.to_string();
    let ended = block_on(async { Ok(quiet_app(place).await?.end_anybody(code).await?) })?;
    say::line(&match ended {
        Ended::Now => format!("{name}: ended; logins, devices, invitation and coming days of work are gone"),
        Ended::Before => format!("{name}: had ended before; nothing changed"),
    });
    Ok(ExitCode::SUCCESS)
}

/// An app for a command: what a use case queues waits for `serve`.
pub(super) async fn quiet_app(place: &Place) -> anyhow::Result<App> {
    let data = data::open(place, SystemClock.now()).await?;
    let house = House {
        otp_budgets: OtpBudgets::default(),
        staff_logins: StaffLoginBudgets::default(),
        page_logins: pramaan_app::PageLogins::default(),
        sms: Arc::new(DemoOutbox::default()),
        delivery: Delivery::ByWorker,
        witnesses: pramaan_app::public_log::Witnesses::default(),
    };
    host::app(&data, house)
}

pub(super) fn tell(invitations: &[Invitation]) {
    for invitation in invitations {
        say::line(&format!(
            "{}: /staff/enrol/{} (once, until {})",
            invitation.code, invitation.token, invitation.expires_at
        ));
    }
    if !invitations.is_empty() {
        say::line(
            "Put your address before it, such as https://vaccination.example.gov.in/staff/enrol/…, and hand it over.",
        );
    }
}

impl From<Role> for StaffRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Vaccinator => Self::Vaccinator,
            Role::SiteManager => Self::SiteManager,
            Role::DistrictAdmin => Self::DistrictAdmin,
        }
    }
}
