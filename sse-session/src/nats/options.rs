//! Where the server is, and how it keeps what it is told.

use core::{fmt, time::Duration};
use std::path::PathBuf;

use crate::store::StoreError;

/// Where the server of a [`NatsStore`](super::NatsStore) is, and how it keeps what it is told.
///
/// ```
/// use sse_session::nats::{NatsOptions, NatsStorage};
///
/// let options = NatsOptions::new("nats://127.0.0.1:4222")
///     .with_user("sessions", "secret")
///     .with_prefix("shop")
///     .with_storage(NatsStorage::File)
///     .with_replicas(3);
/// assert!(!format!("{options:?}").contains("secret"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct NatsOptions {
    pub(super) servers: Vec<String>,
    pub(super) credentials: Credentials,
    pub(super) require_tls: bool,
    pub(super) root_certificates: Option<PathBuf>,
    pub(super) client_certificate: Option<(PathBuf, PathBuf)>,
    pub(super) prefix: String,
    pub(super) storage: NatsStorage,
    pub(super) replicas: usize,
    pub(super) request_timeout: Duration,
    pub(super) operation_timeout: Duration,
    pub(super) max_payload_bytes: usize,
    pub(super) forget_after: Duration,
    pub(super) hint_capacity: usize,
}

/// Who the client is.
#[derive(Clone)]
pub(super) enum Credentials {
    None,
    Token(String),
    User { name: String, password: String },
    File(PathBuf),
}

impl NatsOptions {
    /// The longest prefix, in bytes.
    pub const MAX_PREFIX_BYTES: usize = 32;

    /// A server, as `nats://host:port` or `tls://host:port`.
    pub fn new(server: impl Into<String>) -> Self {
        Self {
            servers: vec![server.into()],
            credentials: Credentials::None,
            require_tls: false,
            root_certificates: None,
            client_certificate: None,
            prefix: "sse".into(),
            storage: NatsStorage::File,
            replicas: 1,
            request_timeout: Duration::from_secs(2),
            operation_timeout: Duration::from_secs(5),
            max_payload_bytes: 1 << 20,
            forget_after: Duration::from_secs(7 * 24 * 60 * 60),
            hint_capacity: 4_096,
        }
    }

    /// One more server of the same cluster.
    pub fn with_server(mut self, server: impl Into<String>) -> Self {
        self.servers.push(server.into());
        self
    }

    /// Identifies itself by a token.
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.credentials = Credentials::Token(token.into());
        self
    }

    /// Identifies itself by a name and a password.
    pub fn with_user(mut self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.credentials = Credentials::User {
            name: name.into(),
            password: password.into(),
        };
        self
    }

    /// Identifies itself by a credentials file, as NATS accounts give it out.
    pub fn with_credentials_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.credentials = Credentials::File(path.into());
        self
    }

    /// Connects over TLS or not at all.
    pub fn with_tls_required(mut self) -> Self {
        self.require_tls = true;
        self
    }

    /// Trusts the certificates in this PEM file too; implies nothing else.
    pub fn with_root_certificates(mut self, path: impl Into<PathBuf>) -> Self {
        self.root_certificates = Some(path.into());
        self
    }

    /// Shows the server this certificate, both files as PEM.
    pub fn with_client_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.client_certificate = Some((certificate.into(), key.into()));
        self
    }

    /// The names of subjects and streams begin with this: `sse` unless told otherwise; 1 to 32 letters of ASCII, digits, `-` and
    /// `_`. Stores with different prefixes have nothing in common.
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Where the server keeps the streams that it makes for this store: in files, unless told otherwise.
    pub const fn with_storage(mut self, storage: NatsStorage) -> Self {
        self.storage = storage;
        self
    }

    /// How many servers of a cluster have a copy: 1 unless told otherwise, 3 or 5 else.
    pub const fn with_replicas(mut self, replicas: usize) -> Self {
        self.replicas = replicas;
        self
    }

    /// How long an answer of the server is waited for: 2 s unless told otherwise.
    pub const fn with_request_timeout(mut self, request_timeout: Duration) -> Self {
        self.request_timeout = request_timeout;
        self
    }

    /// How long an operation is tried again, when others were faster or when an answer was lost: 5 s unless told otherwise.
    /// One request may still be under way then, so an operation takes no longer than this and two
    /// [request timeouts](Self::with_request_timeout).
    pub const fn with_operation_timeout(mut self, operation_timeout: Duration) -> Self {
        self.operation_timeout = operation_timeout;
        self
    }

    /// The longest payload of a record: 1 MiB unless told otherwise, and in any case 8 KiB less than the server's `max_payload`,
    /// which is 1 MiB unless it was told otherwise.
    pub const fn with_max_payload_bytes(mut self, max_payload_bytes: usize) -> Self {
        self.max_payload_bytes = max_payload_bytes;
        self
    }

    /// How long a log is remembered in which nothing is kept: 7 days unless told otherwise. Who comes back to it later
    /// gets a gap.
    pub const fn with_forget_after(mut self, forget_after: Duration) -> Self {
        self.forget_after = forget_after;
        self
    }

    /// How many hints of one log may wait to be told: 4,096 unless told otherwise. With more, those who watch are told that hints
    /// are missing.
    pub const fn with_hint_capacity(mut self, hint_capacity: usize) -> Self {
        self.hint_capacity = hint_capacity;
        self
    }

    /// Whether it can be used.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let prefix = self.prefix.as_bytes();
        if !(1..=Self::MAX_PREFIX_BYTES).contains(&prefix.len())
            || !prefix.iter().all(|byte| of_name(*byte))
        {
            return Err(StoreError::Configuration {
                problem: "a prefix has 1 to 32 letters, digits, - and _".into(),
            });
        }
        if self.replicas == 0 || self.replicas > 5 {
            return Err(StoreError::Configuration {
                problem: format!("there cannot be {} replicas", self.replicas),
            });
        }
        Ok(())
    }

    /// Whether several servers have it.
    pub(super) const fn is_replicated(&self) -> bool {
        self.replicas > 1
    }
}

/// Without secrets, and without the addresses, in which there may be some.
impl fmt::Debug for NatsOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsOptions")
            .field("servers", &self.servers.len())
            .field("require_tls", &self.require_tls)
            .field("prefix", &self.prefix)
            .field("storage", &self.storage)
            .field("replicas", &self.replicas)
            .field("request_timeout", &self.request_timeout)
            .field("operation_timeout", &self.operation_timeout)
            .finish_non_exhaustive()
    }
}

/// Where a server keeps a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NatsStorage {
    /// In files. What is acknowledged survives the end of the server; of its machine, as its `sync_interval` says.
    File,
    /// In memory.
    Memory,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let options = NatsOptions::new("nats://me:secret@host");
        for options in [
            options.clone().with_token("secret"),
            options.clone().with_user("me", "secret"),
            options.with_credentials_file("/secret"),
        ] {
            let shown = format!("{options:?}");
            assert!(!shown.contains("secret"), "{shown}");
        }
    }

    #[test]
    fn a_prefix_is_one_token() {
        for prefix in ["", "a.b", "a b", "a*", ">", "é", &"x".repeat(33)] {
            let options = NatsOptions::new("").with_prefix(prefix);
            assert!(options.check().is_err(), "{prefix:?}");
        }
        for prefix in ["a", "A-b_9", &"x".repeat(32)] {
            assert!(NatsOptions::new("").with_prefix(prefix).check().is_ok());
        }
    }
}
