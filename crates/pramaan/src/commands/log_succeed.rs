//! `pramaan log succeed`: a log whose key may be stolen ends, and one with another name and key goes on with its entries.

use std::process::ExitCode;

use anyhow::bail;
use pramaan_keys::EndedKey;
use pramaan_store::outside::{self, Ending};

use crate::cli::Succeed;
use crate::commands::block_on;
use crate::commands::log::reasoned;
use crate::commands::succession::{Heir, Stands};
use crate::commands::testimony::Silence;
use crate::data;

pub(crate) fn run(options: &Succeed) -> anyhow::Result<ExitCode> {
    let reason = reasoned(&options.reason)?;
    let ended = match options.destroy {
        true => EndedKey::Destroyed,
        false => EndedKey::KeptAside,
    };
    let silence = match options.without_witnesses {
        true => Silence::IsTold,
        false => Silence::IsRefused,
    };
    block_on(async {
        let heir = Heir::open(&options.place, &options.origin).await?;
        let next = match heir.stands().await? {
            Stands::Begun(next) => next,
            Stands::Before => {
                let (file, origin) = (options.place.head(), &heir.settings.origin);
                let known = outside::keep(&heir.db, &heir.sealer, origin, &file).await;
                let named = |error| data::naming_folder(error, &options.place);
                let known = known.map_err(named)?;
                let published = data::as_published(&heir.db, &heir.sealer, origin, &file).await;
                published.map_err(named)?;
                let told = heir.testimony().await?;
                let reason = match options.disown {
                    true => heir.disown(&told, reason).await?,
                    false => {
                        heir.refuse_what_is_not_held(&told).await?;
                        reason
                    }
                };
                let reason = told.heard(silence, reason)?;
                heir.begin(Ending::Whole(known), reason).await?
            }
            Stands::Elsewhere(named) => {
                bail!(data::another_name(&named, &heir.settings.origin, &options.place))
            }
        };
        heir.finish(&next, ended).await
    })?;
    Ok(ExitCode::SUCCESS)
}
