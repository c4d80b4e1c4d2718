//! What makes an id unforgeable.

use core::{error::Error, fmt};

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// HMAC-SHA-256 (<https://www.rfc-editor.org/rfc/rfc2104>) with the key worked in, so that a MAC costs two
/// compressions less.
#[derive(Clone)]
pub(super) struct SigningKey {
    hmac: Hmac<Sha256>,
}

impl SigningKey {
    /// Truncated: to guess one takes 2^63 requests.
    pub(super) const MAC_LENGTH: usize = 8;

    pub(super) fn new(key: &[u8]) -> Result<Self, KeyTooShort> {
        let too_short = KeyTooShort { bytes: key.len() };
        if key.len() < KeyTooShort::MIN_BYTES {
            return Err(too_short);
        }
        match Hmac::new_from_slice(key) {
            Ok(hmac) => Ok(Self { hmac }),
            Err(_) => Err(too_short), // HMAC takes keys of any length.
        }
    }

    pub(super) fn mac(&self, id: &[u8]) -> [u8; Self::MAC_LENGTH] {
        let [a, b, c, d, e, f, g, h, ..]: [u8; 32] = self.of_id(id).finalize().into_bytes().into();
        [a, b, c, d, e, f, g, h]
    }

    /// In constant time.
    pub(super) fn is_mac(&self, id: &[u8], mac: &[u8; Self::MAC_LENGTH]) -> bool {
        self.of_id(id).verify_truncated_left(mac).is_ok()
    }

    pub(super) fn hash_of_name(&self, name: &str) -> [u8; 32] {
        let hmac = self.hmac.clone().chain_update(b"name ");
        hmac.chain_update(name).finalize().into_bytes().into()
    }

    /// Never what a name's hash is made of: that begins otherwise.
    fn of_id(&self, id: &[u8]) -> Hmac<Sha256> {
        self.hmac.clone().chain_update(b"id ").chain_update(id)
    }
}

/// A key that can be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyTooShort {
    /// How many bytes it has.
    pub bytes: usize,
}

impl KeyTooShort {
    /// The fewest bytes of a key.
    pub const MIN_BYTES: usize = 16;
}

impl fmt::Display for KeyTooShort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a signing key has {} bytes, fewer than {}",
            self.bytes,
            Self::MIN_BYTES
        )
    }
}

impl Error for KeyTooShort {}
