//! Passwords: Argon2id over a keyed hash, never more at once than there is memory and time for, and few waiting.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use pramaan_domain::id::StaffId;
use pramaan_domain::pin::Pin;
use pramaan_keys::{Entropy, MacKind, equal};
use pramaan_store::Sealer;
use pramaan_store::staff_device::Familiarity;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::door::StaffLoginBudgets;
use crate::Refusal;

/// RFC 9106 and OWASP's smaller setting: 19 MiB, two passes, one lane; about 27 ms.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const HASH_BYTES: usize = 32;
const SALT_BYTES: usize = 16;
const FORM: &str = "argon2id-19456-2-1";
/// Hashes worked on at once; more wait. Two keep 38 MiB and two cores busy.
const AT_ONCE: usize = 2;
/// About as long as a full queue takes to be worked off, rounded up to what people count in.
const COME_BACK_SECONDS: u32 = 5;

/// Where hashes are made, off the threads that answer requests.
///
/// Who has no place in the queue is sent away at once. Strangers and known devices have places of their own, so that a
/// flood of the first delays the second by one short queue and keeps nobody out.
#[derive(Clone)]
pub(crate) struct Hasher {
    turns: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    known: Arc<Semaphore>,
    memory: Arc<Memory>,
}

/// A place in the queue, held until the hash is made.
pub(crate) struct Place {
    _permit: OwnedSemaphorePermit,
}

/// What hashes are made in, kept for the next one, so at most one for each turn. Given back to the allocator, each thread's
/// arena would keep its own 19 MiB instead, for as many threads as ever made a hash.
#[derive(Default)]
struct Memory(Mutex<Vec<Vec<Block>>>);

impl Memory {
    fn take(&self, blocks: usize) -> Vec<Block> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| vec![Block::default(); blocks])
    }

    /// Blanked: what a password was stretched through is nobody else's business.
    fn put_back(&self, mut blocks: Vec<Block>) {
        blocks.fill(Block::default());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(blocks);
    }
}

/// A password as it is hashed: keyed first, so that a stolen hash tests no guess without our key.
pub(crate) struct Keyed([u8; 32]);

impl Keyed {
    pub(super) fn new(sealer: &Sealer, staff: StaffId, password: &str) -> Self {
        Self(
            sealer
                .keys
                .mac(MacKind::StaffLogin, &[staff.as_bytes(), password.as_bytes()]),
        )
    }

    /// Another secret, keyed already.
    pub(crate) fn of(keyed: [u8; 32]) -> Self {
        Self(keyed)
    }
}

impl Keyed {
    /// The same of a PIN, which is never taken for a password.
    pub(super) fn of_pin(sealer: &Sealer, staff: StaffId, pin: &Pin) -> Self {
        let parts = [staff.as_bytes(), pin.as_str().as_bytes()];
        Self(sealer.keys.mac(MacKind::StaffPin, &parts))
    }
}

impl Hasher {
    pub(super) fn new(budgets: &StaffLoginBudgets) -> Self {
        let places = |most: u16| Arc::new(Semaphore::new(most.into()));
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            strangers: places(budgets.strangers_waiting),
            known: places(budgets.known_waiting),
            memory: Arc::default(),
        }
    }

    /// # Errors
    /// `LoginsBusy` when everybody who may wait waits already.
    pub(crate) fn place(&self, familiarity: Familiarity) -> Result<Place, Refusal> {
        let places = match familiarity {
            Familiarity::Known => &self.known,
            Familiarity::Stranger => &self.strangers,
        };
        let permit = Arc::clone(places).try_acquire_owned();
        permit.map(|permit| Place { _permit: permit }).map_err(|_| busy())
    }

    pub(crate) async fn hash(
        &self,
        password: Keyed,
        place: Place,
        entropy: &dyn Entropy,
    ) -> Result<String, Refusal> {
        let mut salt = [0; SALT_BYTES];
        entropy.fill(&mut salt);
        let hash = self.stretch(password, salt, place).await?;
        Ok(format!("{FORM}${}${}", hex::encode(salt), hex::encode(hash)))
    }

    /// The same work whether there is a hash to compare with or none.
    pub(crate) async fn matches(
        &self,
        password: Keyed,
        place: Place,
        stored: Option<&str>,
    ) -> Result<bool, Refusal> {
        let (salt, expected) = stored
            .and_then(parse)
            .unwrap_or(([0; SALT_BYTES], [0; HASH_BYTES]));
        let hash = self.stretch(password, salt, place).await?;
        Ok(equal(&hash, &expected) && stored.is_some())
    }

    /// The place goes into the thread: a client that hangs up frees it no sooner than the processor.
    async fn stretch(
        &self,
        password: Keyed,
        salt: [u8; SALT_BYTES],
        place: Place,
    ) -> Result<[u8; HASH_BYTES], Refusal> {
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(|_| busy())?;
        let memory = Arc::clone(&self.memory);
        let stretched = tokio::task::spawn_blocking(move || {
            let _held = (turn, place);
            argon2id(&password.0, &salt, &memory)
        });
        stretched.await.ok().flatten().ok_or_else(busy)
    }
}

fn argon2id(password: &[u8], salt: &[u8], memory: &Memory) -> Option<[u8; HASH_BYTES]> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH_BYTES)).ok()?;
    let mut blocks = memory.take(params.block_count());
    let mut hash = [0; HASH_BYTES];
    let made = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into_with_memory(
        password,
        salt,
        &mut hash,
        &mut blocks,
    );
    memory.put_back(blocks);
    made.ok()?;
    Some(hash)
}

fn parse(stored: &str) -> Option<([u8; SALT_BYTES], [u8; HASH_BYTES])> {
    let (salt, hash) = stored.strip_prefix(FORM)?.strip_prefix('$')?.split_once('$')?;
    Some((
        hex::decode(salt).ok()?.try_into().ok()?,
        hex::decode(hash).ok()?.try_into().ok()?,
    ))
}

/// The queue is full, the process is going down, or it has no memory left.
fn busy() -> Refusal {
    Refusal::LoginsBusy {
        retry_after_seconds: COME_BACK_SECONDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_was_used_before_changes_no_hash() {
        let (kept, fresh) = (Memory::default(), Memory::default());
        let first = argon2id(b"one", &[1; SALT_BYTES], &kept);
        let other = argon2id(b"two", &[2; SALT_BYTES], &kept);
        assert!(first.is_some() && other.is_some() && first != other);
        assert_eq!(other, argon2id(b"two", &[2; SALT_BYTES], &fresh));
        assert_eq!(first, argon2id(b"one", &[1; SALT_BYTES], &kept));
        assert_eq!(
            kept.0.lock().unwrap().len(),
            1,
            "one hash at a time needs one memory"
        );
    }
}
