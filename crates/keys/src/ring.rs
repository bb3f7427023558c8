//! The root keys in memory, those that came after them, and the [`KeyStore`] that they make.

use ed25519_dalek::{Signer, SigningKey};
use zeroize::Zeroizing;

use crate::epochs::{Epochs, Standing};
use crate::letter::{LETTER_KEY, LetterBox};
use crate::reference::ReferenceIds;
use crate::{
    BlindIndex, DirectoryIndex, Entropy, IndexKind, KeyEpoch, KeyError, KeyStore, MacKind, SealPurpose,
    SecretKey, context, envelope, equal,
};

/// The roots as they are stored.
pub(crate) struct Roots {
    pub(crate) sealing: SecretKey,
    pub(crate) index: SecretKey,
    pub(crate) token: SecretKey,
    /// The newest: those before belong to logs that have ended.
    pub(crate) log: SecretKey,
    pub(crate) certificate: SecretKey,
}

/// The keys that replaced those of [`Roots`], each list in its order, and what became of the one before each.
#[derive(Default)]
pub(crate) struct Later {
    pub(crate) sealing: Vec<SecretKey>,
    pub(crate) index: Vec<SecretKey>,
    pub(crate) token: Replaced,
    pub(crate) certificate: Replaced,
}

/// Keys that came after the first, and the standing of each: one more than the keys, the first key's first.
#[derive(Default)]
pub(crate) struct Replaced {
    pub(crate) keys: Vec<SecretKey>,
    pub(crate) standings: Vec<Standing>,
}

/// What a sealing key does.
struct Sealing {
    sealing: SecretKey,
    wrapping: SecretKey,
    letters: LetterBox,
}

impl Sealing {
    fn new(root: &SecretKey) -> Self {
        Self {
            sealing: root.derive("seal"),
            wrapping: root.derive("wrap"),
            letters: LetterBox::new(root),
        }
    }
}

/// What a token key does for as long as a login lasts.
struct Token {
    signing: SecretKey,
    codes: SecretKey,
}

impl Token {
    fn new(root: &SecretKey) -> Self {
        Self {
            signing: root.derive("token/hs256"),
            codes: root.derive("mac"),
        }
    }
}

/// The roots as they are used: one derived key per job, made once.
pub(crate) struct Ring {
    epoch: KeyEpoch,
    sealing: Epochs<Sealing>,
    index: SecretKey,
    /// Index keys of the epochs from 2 on, each over the index before.
    later: Vec<SecretKey>,
    /// Of the first token key: rows are bound by it.
    codes: SecretKey,
    token: Epochs<Token>,
    references: ReferenceIds,
    log: SigningKey,
    certificate: Epochs<SigningKey>,
}

impl Ring {
    pub(crate) fn new(epoch: KeyEpoch, roots: &Roots, later: &Later) -> Self {
        let signing = |key: &SecretKey| SigningKey::from_bytes(key.expose());
        Self {
            epoch,
            sealing: epochs(&roots.sealing, (&later.sealing, &[]), Sealing::new),
            index: roots.index.derive("index"),
            later: later.index.iter().map(|key| key.derive("index/later")).collect(),
            codes: roots.token.derive("mac"),
            token: replaced(&roots.token, &later.token, Token::new),
            references: ReferenceIds::new(&roots.index),
            log: signing(&roots.log),
            certificate: replaced(&roots.certificate, &later.certificate, signing),
        }
    }

    fn sealing_of(&self, sealed: &[u8]) -> Result<(KeyEpoch, &Sealing), KeyError> {
        let epoch = envelope::epoch(sealed)?;
        let unknown = KeyError::Epoch {
            sealed: epoch.0,
            held: self.sealing.newest_epoch().0,
        };
        Ok((epoch, self.sealing.of(epoch).ok_or(unknown)?))
    }

    /// What lives as long as a login is under the newest key; what rows are bound by stays under the first.
    fn codes(&self, kind: MacKind) -> &SecretKey {
        match kind {
            MacKind::Token | MacKind::OneTimePassword => &self.token.newest().codes,
            _ => &self.codes,
        }
    }
}

fn replaced<T>(first: &SecretKey, later: &Replaced, make: impl Fn(&SecretKey) -> T) -> Epochs<T> {
    epochs(first, (&later.keys, &later.standings), make)
}

fn epochs<T>(
    first: &SecretKey,
    (later, standings): (&[SecretKey], &[Standing]),
    make: impl Fn(&SecretKey) -> T,
) -> Epochs<T> {
    let mut standings = standings
        .iter()
        .copied()
        .chain(std::iter::repeat(Standing::Believed));
    let mut with = |key: &SecretKey| (make(key), standings.next().unwrap_or(Standing::Believed));
    let first = with(first);
    Epochs::new(first, later.iter().map(with).collect())
}

fn moved(key: &SecretKey, before: &[u8]) -> BlindIndex {
    let mac = key.mac(&[before]);
    let (index, _) = mac.split_first_chunk().unwrap_or((&[0; 16], &[]));
    BlindIndex::from_bytes(*index)
}

/// What holds a ring is a key store.
pub(crate) trait HoldsRing: Send + Sync {
    fn ring(&self) -> &Ring;
}

impl<T: HoldsRing> KeyStore for T {
    fn epoch(&self) -> KeyEpoch {
        self.ring().epoch
    }

    fn sealing_epoch(&self) -> KeyEpoch {
        self.ring().sealing.newest_epoch()
    }

    fn index(&self, kind: IndexKind, value: &[u8]) -> BlindIndex {
        let mac = self.ring().index.mac(&[kind.label().as_bytes(), value]);
        let (index, _) = mac.split_first_chunk().unwrap_or((&[0; 16], &[]));
        BlindIndex::from_bytes(*index)
    }

    fn directory_of(&self, first: BlindIndex) -> DirectoryIndex {
        let first = DirectoryIndex {
            now: first,
            before: None,
        };
        let next = |before: DirectoryIndex, key| DirectoryIndex {
            now: moved(key, before.now.as_bytes()),
            before: Some(before.now),
        };
        self.ring().later.iter().fold(first, next)
    }

    fn moved_index(&self, before: &[u8]) -> Option<BlindIndex> {
        self.ring().later.last().map(|key| moved(key, before))
    }

    fn index_epoch(&self) -> KeyEpoch {
        let later = u32::try_from(self.ring().later.len()).unwrap_or(u32::MAX);
        KeyEpoch(later.saturating_add(1))
    }

    fn mac(&self, kind: MacKind, parts: &[&[u8]]) -> [u8; 32] {
        self.ring()
            .codes(kind)
            .mac(&[kind.label().as_bytes(), &context(parts)])
    }

    fn wrap(&self, key: &SecretKey, context: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let sealing = &self.ring().sealing;
        let wrapping = &sealing.newest().wrapping;
        envelope::seal(wrapping, sealing.newest_epoch(), context, key.expose(), entropy)
    }

    fn unwrap_key(&self, wrapped: &[u8], context: &[u8]) -> Result<SecretKey, KeyError> {
        let (epoch, sealing) = self.ring().sealing_of(wrapped)?;
        let opened = envelope::open(&sealing.wrapping, epoch, context, wrapped)?;
        let bytes = opened
            .as_slice()
            .try_into()
            .map_err(|_| KeyError::NotAKey(opened.len()))?;
        Ok(SecretKey::from_bytes(bytes))
    }

    fn seal(&self, purpose: SealPurpose, context: &[u8], plaintext: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let sealing = &self.ring().sealing;
        let key = sealing.newest().sealing.derive(purpose.label());
        envelope::seal(&key, sealing.newest_epoch(), context, plaintext, entropy)
    }

    fn open(
        &self,
        purpose: SealPurpose,
        context: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let (epoch, sealing) = self.ring().sealing_of(sealed)?;
        envelope::open(&sealing.sealing.derive(purpose.label()), epoch, context, sealed)
    }

    fn letter_key(&self) -> [u8; LETTER_KEY] {
        self.ring().sealing.newest().letters.public()
    }

    fn open_letter(&self, context: &[u8], letter: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let sealing = &self.ring().sealing;
        let newest = sealing.newest().letters.open(context, letter);
        // A browser that was offline while the key changed has sealed for the one before.
        let older = sealing.newest_first().skip(1);
        let mut older = older.map(|(sealing, _)| sealing.letters.open(context, letter));
        newest.or_else(|refused| older.find_map(Result::ok).ok_or(refused))
    }

    fn sign_log(&self, message: &[u8]) -> [u8; 64] {
        self.ring().log.sign(message).to_bytes()
    }

    fn log_public_key(&self) -> [u8; 32] {
        self.ring().log.verifying_key().to_bytes()
    }

    fn sign_certificate(&self, message: &[u8]) -> [u8; 64] {
        self.ring().certificate.newest().sign(message).to_bytes()
    }

    fn certificate_public_key(&self) -> [u8; 32] {
        self.ring().certificate.newest().verifying_key().to_bytes()
    }

    fn certificate_public_keys(&self) -> Vec<([u8; 32], Standing)> {
        let keys = self.ring().certificate.newest_first();
        keys.map(|(key, standing)| (key.verifying_key().to_bytes(), *standing))
            .collect()
    }

    fn sign_token(&self, signing_input: &[u8]) -> [u8; 32] {
        self.ring().token.newest().signing.mac_raw(signing_input)
    }

    fn is_token(&self, signing_input: &[u8], signature: &[u8]) -> bool {
        let signed = |token: &Token| equal(signature, &token.signing.mac_raw(signing_input));
        // The newest, and the one before it while nobody else is known to have that.
        let mut keys = self.ring().token.newest_first().take(2);
        keys.any(|(token, standing)| *standing == Standing::Believed && signed(token))
    }

    fn reference_id(&self, serial: u64) -> Result<u64, KeyError> {
        self.ring().references.id(serial)
    }

    fn is_reference_id(&self, candidate: u64) -> bool {
        self.ring().references.recognises(candidate)
    }
}
