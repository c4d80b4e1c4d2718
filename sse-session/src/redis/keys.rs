//! Under which names things are kept.

use crate::store::{Key, LogName, SetName, StoreError};

/// Under which names things are kept: `{PREFIX}KIND:NAME`. All of a store have the same hash tag, so they are in
/// one hash slot, and a script may have any of them.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    tag: String,
    channel: String,
}

impl Keys {
    pub(super) fn new(prefix: &str, database: u16) -> Result<Self, StoreError> {
        let is_odd = |character: char| character.is_control() || matches!(character, '{' | '}');
        if prefix.is_empty() || prefix.len() > 64 || prefix.contains(is_odd) {
            return Err(StoreError::Configuration {
                problem: "a prefix has 1 to 64 bytes without braces and control characters".into(),
            });
        }
        let tag = format!("{{{prefix}}}");
        // Channels are of all databases.
        let channel = format!("{tag}h{database}:");
        Ok(Self { tag, channel })
    }

    /// The head of a log.
    pub(super) fn head(&self, log: &LogName) -> String {
        format!("{}l:{}", self.tag, log.as_str())
    }

    /// The records of a log.
    pub(super) fn records(&self, log: &LogName) -> String {
        format!("{}r:{}", self.tag, log.as_str())
    }

    /// An idempotency key of a log, whose name has no control characters.
    pub(super) fn idempotency(&self, log: &LogName, key: &[u8]) -> Vec<u8> {
        let mut name = format!("{}i:{}\0", self.tag, log.as_str()).into_bytes();
        name.extend_from_slice(key);
        name
    }

    /// A value of the registry.
    pub(super) fn value(&self, key: &Key) -> String {
        format!("{}v:{}", self.tag, key.as_str())
    }

    /// The last revision of all values.
    pub(super) fn revision(&self) -> String {
        format!("{}n:revision", self.tag)
    }

    /// The members of a set: by the end of their time, by the order of joining, their notes.
    pub(super) fn set(&self, set: &SetName) -> [String; 3] {
        ["e", "o", "m"].map(|kind| format!("{}{kind}:{}", self.tag, set.as_str()))
    }

    /// The channel on which a log's hints come.
    pub(super) fn channel(&self, log: &str) -> String {
        format!("{}{log}", self.channel)
    }

    /// The log whose hints come on a channel.
    pub(super) fn log_of<'a>(&self, channel: &'a [u8]) -> Option<&'a str> {
        core::str::from_utf8(channel.strip_prefix(self.channel.as_bytes())?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channel;

    #[test]
    fn nothing_is_kept_under_the_name_of_something_else() {
        let keys = Keys::new("sse", 3).unwrap();
        let log = LogName::of_channel(&Channel::try_from("a").unwrap());
        let (key, set) = (Key::new("channel", "a"), SetName::new("channel", "a"));
        let mut names = vec![keys.head(&log), keys.records(&log), keys.value(&key)];
        names.extend([keys.revision(), keys.channel(log.as_str())]);
        names.extend(keys.set(&set));
        let idempotency = keys.idempotency(&log, b"k");
        names.push(String::from_utf8(idempotency).unwrap());
        assert!(names.iter().all(|name| name.starts_with("{sse}")));
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 9);
        let channel = keys.channel(log.as_str());
        assert_eq!(keys.log_of(channel.as_bytes()), Some("channel/a"));
        let other = Keys::new("sse", 4).unwrap().channel(log.as_str());
        assert_eq!(keys.log_of(other.as_bytes()), None);
    }

    #[test]
    fn a_prefix_that_would_be_taken_for_a_hash_tag_is_refused() {
        for prefix in ["", "a{b", "a}b", "a\n", &"x".repeat(65)] {
            let refused = Keys::new(prefix, 0);
            assert!(
                matches!(refused, Err(StoreError::Configuration { .. })),
                "{prefix}"
            );
        }
    }
}
