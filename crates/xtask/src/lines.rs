//! The lines between the stories and their demonstration: everything that goes over them is kept, and summed up afterwards
//! against the published log.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use pramaan_testkit::captured::Relay;

use crate::demo::Demo;
use crate::shell;

/// The test that sums up, of the package `pramaan`; it knows the folder.
const HEADLINE: &str = "the_stories_in_the_browser_told_no_more_than_the_published_log_discloses";

/// How many of the stories go over the lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Played {
    /// Some of them tell what is looked for: when nothing was found, nothing was looked at.
    Every,
    Some,
}

/// A relay in front of a demonstration.
pub(crate) struct Lines {
    relay: Relay,
}

impl Lines {
    /// Keeps what goes over them in target/browser/captured/lines, anew; what is in the log already was told nobody here.
    pub(crate) fn to(demo: &Demo, played: Played) -> Result<Self> {
        let place = place();
        let making = || format!("could not make {}", place.display());
        match std::fs::remove_dir_all(&place) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(making);
            }
            _ => std::fs::create_dir_all(&place).with_context(making)?,
        }
        std::fs::write(place.join("data"), &demo.folder).with_context(making)?;
        let name = match played {
            Played::Every => "every",
            Played::Some => "some",
        };
        std::fs::write(place.join("played"), name).with_context(making)?;
        std::fs::write(place.join("entries"), demo.entries()?.to_string()).with_context(making)?;
        let server = demo.base.trim_start_matches("http://").parse::<SocketAddr>();
        let server = server.with_context(|| format!("no address: {}", demo.base))?;
        let relay = Relay::start(server, &place.join("lines")).context("could not start the relay")?;
        Ok(Self { relay })
    }

    /// Where the stories find the demonstration.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.relay.address())
    }

    /// Ends the demonstration, and fails unless all that anybody was told is in its log.
    pub(crate) fn sum_up(self, demo: Demo) -> Result<()> {
        let folder = demo.ended();
        self.relay.is_whole().map_err(|lost| anyhow!(lost))?;
        // The whole workspace, though one test is wanted: with other features than the tests everything would be built again.
        let only = [
            "--test",
            "headline",
            "--",
            "--ignored",
            "--nocapture",
            "--exact",
            HEADLINE,
        ];
        let summed = shell::run(&mut shell::cargo(&[&["test", "--workspace"][..], &only].concat()));
        if summed.is_err() {
            println!(
                "to sum up again, the demonstration's folder is kept: {}",
                folder.keep().display()
            );
        }
        summed
    }
}

fn place() -> PathBuf {
    shell::root().join("target/browser/captured")
}
