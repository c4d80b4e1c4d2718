//! How things are called on the server.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use crate::store::{Key, LogName, SetName};

/// All that has a meaning in a subject, or could get one.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// One token of a subject, of any bytes.
pub(super) fn token(bytes: &[u8]) -> String {
    percent_encode(bytes, ESCAPED).to_string()
}

/// How things are called on the server, all with one prefix.
#[derive(Debug, Clone)]
pub(super) struct Subjects {
    prefix: String,
}

impl Subjects {
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            prefix: prefix.to_owned(),
        }
    }

    /// The stream of logs.
    pub(super) fn logs_stream(&self) -> String {
        format!("{}-logs", self.prefix)
    }

    /// The stream of values and sets.
    pub(super) fn state_stream(&self) -> String {
        format!("{}-state", self.prefix)
    }

    /// The stream of idempotency keys.
    pub(super) fn keys_stream(&self) -> String {
        format!("{}-keys", self.prefix)
    }

    pub(super) fn all_logs(&self) -> String {
        format!("{}.log.>", self.prefix)
    }

    pub(super) fn all_state(&self) -> String {
        format!("{}.state.>", self.prefix)
    }

    pub(super) fn all_keys(&self) -> String {
        format!("{}.key.>", self.prefix)
    }

    /// Where the server tells of records.
    pub(super) fn all_records(&self) -> String {
        format!("{}.hint.record.>", self.prefix)
    }

    pub(super) fn log(&self, log: &LogName) -> String {
        format!("{}.log.{}", self.prefix, token(log.as_str().as_bytes()))
    }

    pub(super) fn value(&self, key: &Key) -> String {
        format!(
            "{}.state.value.{}",
            self.prefix,
            token(key.as_str().as_bytes())
        )
    }

    pub(super) fn set(&self, set: &SetName) -> String {
        format!(
            "{}.state.set.{}",
            self.prefix,
            token(set.as_str().as_bytes())
        )
    }

    /// An idempotency key of a log.
    pub(super) fn key(&self, log_subject: &str, key_token: &str) -> String {
        let log = log_subject.rsplit('.').next().unwrap_or_default();
        format!("{}.key.{log}.{key_token}", self.prefix)
    }

    /// What time it is.
    pub(super) fn clock(&self) -> String {
        format!("{}.state.clock", self.prefix)
    }

    /// Who sweeps.
    pub(super) fn sweep(&self) -> String {
        format!("{}.state.sweep", self.prefix)
    }

    /// Hints of one log: `*` for all kinds.
    pub(super) fn hint(&self, kind: &str, log: &LogName) -> String {
        format!(
            "{}.hint.{kind}.{}",
            self.prefix,
            token(log.as_str().as_bytes())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_nothing_that_subjects_are_parted_by() {
        for name in ["a.b", "a b", "*", ">", "a\tb", "é", "a%2Eb", "a/b"] {
            let token = token(name.as_bytes());
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_%".contains(&byte);
            assert!(token.bytes().all(is_plain), "{token}");
        }
        assert_ne!(token(b"a.b"), token(b"a%2Eb"));
    }
}
