//! The last publication that this node knows of, in a file beside `log-head`: who can write the database alone cannot take it
//! back, nor give its number another text.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use pramaan_keys::{MacKind, equal};

use super::Fork;
use super::file::{self, Writer};
use crate::StoreError;
use crate::public_log::Mark;
use crate::sealer::Sealer;

const FORM: &str = "pramaan-log-published/1";

/// What this node knows to be published. Cheap to clone; all clones know the same.
#[derive(Clone, Default)]
pub struct Published {
    file: Option<File>,
    known: Arc<Mutex<Option<Mark>>>,
}

#[derive(Clone)]
struct File {
    path: Arc<Path>,
    origin: Arc<str>,
    sealer: Sealer,
}

/// Where it is, by the path of `log-head`.
pub(super) fn path_beside(head: &Path) -> PathBuf {
    head.with_file_name("log-published")
}

impl Published {
    /// Reads the file beside `head`. One that is not there is made with the next publication: the rows of the database are
    /// bound by a MAC, so that what is believed then was published by this software. One of a log that this one succeeds says
    /// nothing about this one, whose numbers begin anew.
    ///
    /// # Errors
    /// `Fork::Foreign` for a file that was not written with these keys.
    pub(crate) fn beside(head: &Path, origin: &str, sealer: &Sealer) -> Result<Self, StoreError> {
        let file = File {
            path: path_beside(head).into(),
            origin: origin.into(),
            sealer: sealer.clone(),
        };
        let known = file.read()?;
        Ok(Self {
            file: Some(file),
            known: Arc::new(Mutex::new(known)),
        })
    }

    /// The last that is known of.
    pub fn known(&self) -> Option<Mark> {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a publication whose commit is known, unless a later one is known. Waits for the disk.
    ///
    /// # Errors
    /// When the file cannot be written: the process remembers it all the same. `Fork` when the file knows another text of
    /// this number.
    pub fn keep(&self, mark: Mark) -> Result<(), StoreError> {
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.is_some_and(|known| known.number >= mark.number) {
                return Ok(());
            }
            *known = Some(mark);
        }
        match &self.file {
            Some(file) => file.write(mark),
            None => Ok(()),
        }
    }
}

impl File {
    fn read(&self) -> Result<Option<Mark>, StoreError> {
        match std::fs::read_to_string(&self.path) {
            Ok(text) => match self.parse(&text) {
                Some((origin, mark)) => Ok((origin == &*self.origin).then_some(mark)),
                None => Err(Fork::Foreign.into()),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file::failed("reading", &self.path, &error)),
        }
    }

    /// Several processes may serve one folder: none takes back what another has written.
    fn write(&self, mark: Mark) -> Result<(), StoreError> {
        let failed = |error| file::failed("writing", &self.path, &error);
        let writer = Writer::lock(&self.path).map_err(failed)?;
        match self.read()? {
            Some(kept) if kept.number > mark.number || kept == mark => return Ok(()),
            Some(kept) if kept.number == mark.number => {
                return Err(Fork::Publication { number: mark.number }.into());
            }
            _ => {}
        }
        writer.replace(self.to_text(mark).as_bytes()).map_err(failed)
    }

    /// A line that names the form, one that names the log, one with the number, the hash and what binds them.
    fn to_text(&self, mark: Mark) -> String {
        let (hash, bound) = (hex(&mark.hash), hex(&self.mac(&self.origin, mark)));
        format!("{FORM}\n{}\n{} {hash} {bound}\n", self.origin, mark.number)
    }

    /// The log that it is of, and what was published of it.
    fn parse<'a>(&self, text: &'a str) -> Option<(&'a str, Mark)> {
        let lines = text.strip_prefix(FORM)?.strip_prefix('\n')?.strip_suffix('\n')?;
        let (origin, line) = lines.split_once('\n')?;
        let mut words = line.split(' ');
        let number = words.next()?.parse().ok()?;
        let hash = bytes(words.next()?)?;
        let bound = bytes(words.next()?)?;
        let mark = Mark { number, hash };
        (words.next().is_none() && equal(&self.mac(origin, mark), &bound)).then_some((origin, mark))
    }

    fn mac(&self, origin: &str, mark: Mark) -> [u8; 32] {
        let number = mark.number.to_be_bytes();
        let parts: [&[u8]; 4] = [b"kept", origin.as_bytes(), &number, &mark.hash];
        self.sealer.keys.mac(MacKind::LogPublication, &parts)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    let digits: Vec<u32> = hex
        .chars()
        .map(|digit| digit.to_digit(16))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let byte = |[high, low]: &[u32; 2]| u8::try_from(high * 16 + low).ok();
    let bytes: Vec<u8> = pairs.iter().map(byte).collect::<Option<_>>()?;
    rest.is_empty().then(|| bytes.try_into().ok())?
}
