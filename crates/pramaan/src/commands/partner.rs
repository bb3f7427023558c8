//! `pramaan partner`: white-listed partners and facilities. A key is shown once; only a keyed hash of it is kept.

use std::process::ExitCode;

use anyhow::{Context, bail};
use pramaan_app::partner::PartnerKind;
use pramaan_domain::centre::CentreId;

use crate::cli::{Partner, PartnerCommand, PartnerSort, Place};
use crate::commands::block_on;
use crate::commands::staff::quiet_app;
use crate::say;

pub(crate) fn run(options: Partner) -> anyhow::Result<ExitCode> {
    match options.command {
        PartnerCommand::Add {
            place,
            name,
            kind,
            centre,
        } => add(&place, &name, (kind, centre)),
        PartnerCommand::List { place } => list(&place),
        PartnerCommand::End { place, number } => end(&place, number),
    }
}

fn add(place: &Place, name: &str, (kind, centre): (PartnerSort, Option<i64>)) -> anyhow::Result<ExitCode> {
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
    let (partner, key) = block_on(async { Ok(quiet_app(place).await?.add_partner(name, kind).await?) })?;
    say::line(&format!("partner {}: {}", partner.number(), partner.name()));
    say::line(&format!("partner key: {key}"));
    say::line("It is shown this once. It goes into the header x-api-key of each request.");
    Ok(ExitCode::SUCCESS)
}

fn list(place: &Place) -> anyhow::Result<ExitCode> {
    let partners = block_on(async { Ok(quiet_app(place).await?.partners().await?) })?;
    if partners.is_empty() {
        say::line("nobody has a key");
    }
    for partner in partners {
        let kind = match partner.kind() {
            PartnerKind::Aggregator => "aggregator".to_owned(),
            PartnerKind::Facility { centre } => format!("facility of centre {centre}"),
        };
        say::line(&format!("{} {kind} {}", partner.number(), partner.name()));
    }
    Ok(ExitCode::SUCCESS)
}

fn end(place: &Place, number: u64) -> anyhow::Result<ExitCode> {
    if !block_on(async { Ok(quiet_app(place).await?.end_partner(number).await?) })? {
        bail!("partner {number} has no key that could end: `pramaan partner list` shows those that can");
    }
    say::line(&format!(
        "partner {number}: ended; its key opens nothing any more"
    ));
    Ok(ExitCode::SUCCESS)
}
