//! What a log asks witnesses with. Nothing that they answer is believed unless their key signed it.

mod declined;
mod many;

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use pramaan_tlog::{
    AddCheckpoint, Checkpoint, CosignatureVerifier, Hash, MAX_NOTE, Note, Verifier, with_line,
};

use crate::server::SIZE;
use crate::wire::{Address, Question, Tls, Wire};
use crate::{Head, OriginHash, wire};
use declined::reason;

pub use declined::Declined;
pub use many::{Asked, Witnesses};

/// How long a witness may take for an answer, unless somebody says otherwise.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Seconds by which the clock of a witness may differ from ours.
const CLOCKS: u64 = 300;

/// A witness as a log knows it: key and address.
pub struct Peer {
    verifier: CosignatureVerifier,
    wire: Wire,
}

/// What a witness answered: no longer than a note can be.
struct Answer {
    head: wire::Answer,
    body: Bytes,
}

/// A cosignature that verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosigned {
    /// The line to put on the note, line break included.
    pub line: String,
    /// When the witness signed, in seconds since 1970 by its clock.
    pub seconds: u64,
}

impl Peer {
    /// `patience` is for one answer, connection and all.
    pub fn new(verifier: CosignatureVerifier, address: Address, tls: &Tls, patience: Duration) -> Self {
        Self {
            verifier,
            wire: Wire::new(address, tls.clone(), patience),
        }
    }

    pub const fn verifier(&self) -> &CosignatureVerifier {
        &self.verifier
    }

    /// Asks for a cosignature of a checkpoint that the log signed, with the proof that it continues the one of `old_size`
    /// entries. `now` is in seconds since 1970.
    pub async fn add_checkpoint(
        &self,
        note: &str,
        old_size: u64,
        proof: Vec<Hash>,
        now: u64,
    ) -> Result<Cosigned, Declined> {
        let request = AddCheckpoint {
            old_size,
            proof,
            note: note.as_bytes().to_vec(),
        };
        let body = request
            .encode()
            .map_err(|error| Declined::Unproven(error.to_string()))?;
        let answer = self.ask(Method::POST, "add-checkpoint", body.into()).await?;
        match answer.head.status {
            StatusCode::OK => self.cosigned(note, &answer.body, now),
            StatusCode::CONFLICT => Err(conflict(note, old_size, &answer)),
            _ => Err(refused(&answer)),
        }
    }

    /// The newest head of the log behind `log` that the witness shows with its cosignature; none when it shows none.
    pub async fn newest(&self, log: &Verifier) -> Result<Option<Head>, Declined> {
        let path = format!("{}/checkpoint", OriginHash::of(log.name()));
        let answer = self.ask(Method::GET, &path, Bytes::new()).await?;
        match answer.head.status {
            StatusCode::OK => self.head(&answer.body, log).map(Some),
            StatusCode::NOT_FOUND => Ok(None),
            _ => Err(refused(&answer)),
        }
    }

    async fn ask(&self, method: Method, path: &str, body: Bytes) -> Result<Answer, Declined> {
        let question = Question {
            method,
            path,
            body,
            most: MAX_NOTE,
        };
        let asked = self.wire.ask(&question).await;
        let head = asked.map_err(|error| Declined::Unreachable(error.to_string()))?;
        match head.body.clone() {
            Some(body) => Ok(Answer { head, body }),
            None => Err(Declined::Unreachable(format!(
                "the answer could not be read: it is longer than the {MAX_NOTE} bytes that it may have"
            ))),
        }
    }

    /// The first line of the answer that is this witness's cosignature of `note`; other lines may be by other keys.
    fn cosigned(&self, note: &str, body: &[u8], now: u64) -> Result<Cosigned, Declined> {
        let text = std::str::from_utf8(body).map_err(|_| Declined::Lied("its cosignature is not text"))?;
        // Of the note's own lines none may be taken for the answer.
        let (text_of_note, _) = note
            .rsplit_once("\n\n")
            .ok_or(Declined::Lied("there was no note to cosign"))?;
        let read = |line: &str| {
            let seconds = Note::parse(format!("{text_of_note}\n\n{line}").as_bytes())
                .and_then(|note| note.cosigned_by(&self.verifier))
                .ok()?;
            with_line(note, line).ok()?;
            Some(Cosigned {
                line: line.to_owned(),
                seconds,
            })
        };
        let cosigned = text.split_inclusive('\n').find_map(read).ok_or(Declined::Lied(
            "it sent no cosignature of this checkpoint by its key",
        ))?;
        match cosigned.seconds.abs_diff(now) {
            0..=CLOCKS => Ok(cosigned),
            _ => Err(Declined::Clock {
                theirs: cosigned.seconds,
                ours: now,
            }),
        }
    }

    fn head(&self, body: &[u8], log: &Verifier) -> Result<Head, Declined> {
        let checkpoint = Checkpoint::open(body, log)
            .map_err(|_| Declined::Lied("it shows a head that this log did not sign"))?;
        let seconds = Note::parse(body)
            .and_then(|note| note.cosigned_by(&self.verifier))
            .map_err(|_| Declined::Lied("it shows a head that it did not cosign"))?;
        Ok(Head {
            note: String::from_utf8_lossy(body).into_owned(),
            checkpoint,
            seconds,
        })
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Peer({} at {})", self.verifier.name(), self.wire.address())
    }
}

fn conflict(note: &str, old_size: u64, answer: &Answer) -> Declined {
    if answer
        .head
        .headers
        .get(CONTENT_TYPE)
        .is_none_or(|kind| kind != SIZE)
    {
        return Declined::Forked;
    }
    let size = std::str::from_utf8(&answer.body)
        .ok()
        .and_then(|text| text.strip_suffix('\n'))
        .and_then(|digits| Some((digits, digits.parse::<u64>().ok()?)))
        .filter(|(digits, size)| size.to_string() == *digits);
    let ours = Note::parse(note.as_bytes())
        .ok()
        .and_then(|note| Some(Checkpoint::parse_body(note.text()).ok()?.size()));
    match (size, ours) {
        (None, _) => Declined::Lied("it sent a size that is none"),
        (Some((_, theirs)), _) if theirs == old_size => {
            Declined::Lied("it asks for the proof that it was sent")
        }
        (Some((_, theirs)), Some(ours)) if theirs > ours => Declined::Ahead { theirs, ours },
        (Some((_, theirs)), _) => Declined::OldSize(theirs),
    }
}

fn refused(answer: &Answer) -> Declined {
    Declined::Refused {
        status: answer.head.status.as_u16(),
        reason: reason(&answer.body),
    }
}
