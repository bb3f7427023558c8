//! Reading files of bounded size, and the few that are not notes, tiles or bundles.

use super::{Check, Failure, Finding, Place, Published};
use crate::Verifier;

/// Longest `key` and `checkpoints/latest`, in bytes.
const MAX_LINE: usize = 1_024;

/// A file, or nothing when it is not there. `place` and `check` are for what is too long.
pub(super) fn file<P: Published>(
    published: &P,
    name: &str,
    most: usize,
    check: Check,
    place: impl FnOnce() -> Place,
) -> Result<Option<Vec<u8>>, Failure<P::Error>> {
    let bytes = published.read(name, most).map_err(|error| Failure::Unreadable {
        name: name.to_owned(),
        error,
    })?;
    match bytes {
        Some(bytes) if bytes.len() > most => {
            let sentence = format!("it is longer than the {most} bytes that it may have");
            Err(Finding::new(check, place(), sentence).into())
        }
        other => Ok(other),
    }
}

/// The key that is published beside the checkpoint.
pub(super) fn key<P: Published>(published: &P) -> Result<Verifier, Failure<P::Error>> {
    let line = line(published, "key", Check::Signature, Place::Key)?;
    Verifier::parse(&line)
        .map_err(|error| Finding::new(Check::Signature, Place::Key, error.to_string()).into())
}

/// How many publications there are.
pub(super) fn latest<P: Published>(published: &P) -> Result<u64, Failure<P::Error>> {
    let line = line(published, "checkpoints/latest", Check::Publication, Place::Latest)?;
    Ok(number(&line, Place::Latest)?)
}

/// The number of a publication.
pub(super) fn number(line: &str, place: Place) -> Result<u64, Finding> {
    let number = line.parse().ok().filter(|number: &u64| *number > 0);
    number.filter(|number| number.to_string() == line).ok_or_else(|| {
        let sentence = "it is not the number of a publication, from 1";
        Finding::new(Check::Publication, place, sentence)
    })
}

fn line<P: Published>(
    published: &P,
    name: &'static str,
    check: Check,
    place: Place,
) -> Result<String, Failure<P::Error>> {
    optional_line(published, name, check, place)?.ok_or(Failure::NoLog(name))
}

/// A file of one line; nothing when it is not there.
pub(super) fn optional_line<P: Published>(
    published: &P,
    name: &str,
    check: Check,
    place: Place,
) -> Result<Option<String>, Failure<P::Error>> {
    let Some(bytes) = file(published, name, MAX_LINE, check, || place.clone())? else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes).ok();
    let line = text.as_deref().and_then(|text| text.strip_suffix('\n'));
    let line = line.map(str::to_owned);
    line.map(Some)
        .ok_or_else(|| Finding::new(check, place, "it is not one line of text").into())
}
