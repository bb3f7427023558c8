//! `pramaan partner`: white-listed partners and facilities. A key is shown once; only a keyed hash of it is kept.

use std::process::ExitCode;

use anyhow::{Context, bail};
use pramaan_app::partner::PartnerKind;
use pramaan_domain::centre::CentreId;

use crate::cli::{Partner, PartnerCommand, PartnerSort};
use crate::commands::block_on;
use crate::commands::staff::quiet_app;
use crate::say;

pub(crate) fn run(options: Partner) -> anyhow::Result<ExitCode> {
    let PartnerCommand::Add {
        place,
        name,
        kind,
        centre,
    } = options.command;
    let kind = match (kind, centre) {
        (PartnerSort::Aggregator, None) => PartnerKind::Aggregator,
        (PartnerSort::Facility, Some(number)) => PartnerKind::Facility {
            centre: CentreId::from_number(number).context("--centre")?.number(),
        },
        (PartnerSort::Aggregator, Some(_)) => bail!("an aggregator has no centre: leave --centre out"),
        (PartnerSort::Facility, None) => {
            bail!("a facility's key is bound to its centre: give --centre NUMBER")
        }
    };
    let (partner, key) = block_on(async { Ok(quiet_app(&place).await?.add_partner(&name, kind).await?) })?;
    say::line(&format!("partner {}: {}", partner.number(), partner.name()));
    say::line(&format!("partner key: {key}"));
    say::line("It is shown this once. It goes into the header x-api-key of each request.");
    Ok(ExitCode::SUCCESS)
}
