//! Where a session is found.

use core::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::SessionId;
use crate::{
    Channel,
    hub::Identity,
    store::{Key, LogName},
};

/// Where a session is found: by whom the application wants to [tell it something](super::Sessions::publish).
///
/// It is a hash of the id and of the identity that the session is bound to, so nobody becomes the session's
/// client by it, and with another identity an id leads nowhere. It is all that a store knows of an id. An
/// application may keep it ([`to_bytes`](Self::to_bytes)).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionAddress {
    bytes: [u8; 16],
}

impl SessionAddress {
    /// That of the session with this id which is bound to this identity, whether there is one or not.
    #[must_use]
    pub fn new(id: &SessionId, identity: Option<&Identity>) -> Self {
        let bound_to = match identity {
            Some(identity) => [b"+", identity.key().as_bytes()],
            None => [b"-".as_slice(), b""],
        };
        let [kind, key] = bound_to;
        Self {
            bytes: hash(&[b"session", id.as_bytes(), kind, key]),
        }
    }

    /// To keep it.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.bytes
    }

    /// From where it was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self { bytes }
    }

    /// What is known of it.
    pub(super) fn record_key(self) -> Key {
        Key::new("session", &text(&self.bytes))
    }

    /// Who has it now.
    pub(super) fn lease_key(self) -> Key {
        Key::new("lease", &text(&self.bytes))
    }

    /// Over its own log.
    pub(super) fn channel(self) -> Channel {
        Channel::reserved("session", &text(&self.bytes))
    }

    /// Where it is told that something has become of it.
    pub(super) fn control(self) -> LogName {
        LogName::of_kind("control", &format!("session-{}", text(&self.bytes)))
    }
}

impl fmt::Debug for SessionAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionAddress(..)")
    }
}

/// A hash of several texts, each with its length before it.
pub(crate) fn hash(parts: &[&[u8]]) -> [u8; 16] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let mut half = [0; 16];
    for (to, from) in half.iter_mut().zip(hasher.finalize()) {
        *to = from;
    }
    half
}

/// For names in the store.
pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_identity_has_another_address() {
        let id = SessionId::try_from("VQ6EAOKbQdSnFkRmVUQAAA").unwrap();
        let of = |key: &str| SessionAddress::new(&id, Some(&Identity::new(key)));
        let nobody = SessionAddress::new(&id, None);
        assert_eq!(of("a"), of("a"));
        assert_ne!(of("a"), of("b"));
        assert_ne!(of(""), nobody);
        assert_ne!(of("-"), nobody);
        assert_eq!(SessionAddress::from_bytes(nobody.to_bytes()), nobody);
    }

    #[test]
    fn nothing_in_the_store_is_named_by_the_id() {
        let id = SessionId::try_from("VQ6EAOKbQdSnFkRmVUQAAA").unwrap();
        let address = SessionAddress::new(&id, None);
        for name in [
            address.record_key().as_str(),
            address.lease_key().as_str(),
            LogName::of_channel(&address.channel()).as_str(),
            address.control().as_str(),
        ] {
            assert!(!name.contains(&id.to_text()), "{name}");
            assert!(name.len() < 60 && !name.chars().any(char::is_control));
        }
    }
}
