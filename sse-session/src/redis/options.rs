//! Where a server is, and how it is used.

use core::{fmt, time::Duration};
use std::path::PathBuf;

use ::redis::{ConnectionAddr, IntoConnectionInfo as _};

use super::{RedisDurability, RedisTls, address::Address};
use crate::store::{StoreError, check};

/// Where a server is, and how a [`RedisStore`](super::RedisStore) uses it.
///
/// ```
/// use core::time::Duration;
/// use sse_session::redis::RedisOptions;
///
/// let options = RedisOptions::new("redis.internal", 6379)
///     .with_user("sse")
///     .with_password("secret")
///     .with_prefix("shop")
///     .with_response_timeout(Duration::from_secs(1));
/// assert!(!format!("{options:?}").contains("secret"));
/// ```
#[derive(Clone)]
#[must_use]
pub struct RedisOptions {
    pub(super) servers: Vec<Address>,
    pub(super) cluster: bool,
    pub(super) tls: Option<RedisTls>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) database: u16,
    pub(super) prefix: String,
    pub(super) connect_timeout: Duration,
    pub(super) response_timeout: Duration,
    pub(super) first_backoff: Duration,
    pub(super) longest_backoff: Duration,
    pub(super) check_interval: Duration,
    pub(super) durability: RedisDurability,
    pub(super) max_payload_bytes: usize,
    pub(super) told_bytes: usize,
    pub(super) forget_after: Duration,
    pub(super) allow_eviction: bool,
}

impl RedisOptions {
    /// A server by its name or address, and its port.
    pub fn new(host: impl Into<String>, port: u16) -> Self {
        Self::of_servers(vec![Address::Tcp(host.into(), port)])
    }

    /// A server on this machine by its socket.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self::of_servers(vec![Address::Unix(path.into())])
    }

    /// A cluster, by some of its nodes. The others are found.
    pub fn cluster<H: Into<String>>(nodes: impl IntoIterator<Item = (H, u16)>) -> Self {
        let nodes = nodes.into_iter();
        let servers = nodes.map(|(host, port)| Address::Tcp(host.into(), port));
        Self {
            cluster: true,
            ..Self::of_servers(servers.collect())
        }
    }

    /// A server by its URL: `redis://user:password@host:port/database`, `unix:///path?db=1`, or `rediss://` for TLS.
    ///
    /// # Errors
    ///
    /// [`StoreError::Configuration`] if it is none, or asks for TLS without the feature `redis-tls`. The URL is
    /// not told: it may have a password in it.
    pub fn from_url(url: &str) -> Result<Self, StoreError> {
        let configuration = |problem: &str| StoreError::Configuration {
            problem: problem.to_owned(),
        };
        let invalid = || configuration("the URL of the server is none that can be used");
        let url = url.into_connection_info().map_err(|_| invalid())?;
        let (server, tls) = match url.addr() {
            ConnectionAddr::Tcp(host, port) => (Address::Tcp(host.clone(), *port), None),
            ConnectionAddr::TcpTls {
                insecure: false,
                host,
                port,
                ..
            } => {
                let tls = RedisTls::default();
                (Address::Tcp(host.clone(), *port), Some(tls))
            }
            ConnectionAddr::Unix(path) => (Address::Unix(path.clone()), None),
            _ => return Err(invalid()),
        };
        let settings = url.redis_settings();
        Ok(Self {
            tls,
            user: settings.username().map(str::to_owned),
            password: settings.password().map(str::to_owned),
            database: u16::try_from(settings.db()).map_err(|_| invalid())?,
            ..Self::of_servers(vec![server])
        })
    }

    fn of_servers(servers: Vec<Address>) -> Self {
        Self {
            servers,
            cluster: false,
            tls: None,
            user: None,
            password: None,
            database: 0,
            prefix: "sse".to_owned(),
            connect_timeout: Duration::from_secs(2),
            response_timeout: Duration::from_secs(2),
            first_backoff: Duration::from_millis(50),
            longest_backoff: Duration::from_secs(5),
            check_interval: Duration::from_secs(5),
            durability: RedisDurability::AsConfigured,
            max_payload_bytes: 1 << 20,
            told_bytes: 16 << 10,
            forget_after: Duration::from_secs(7 * 24 * 60 * 60),
            allow_eviction: false,
        }
    }

    /// Over TLS.
    pub fn with_tls(mut self, tls: RedisTls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// As this user of the server's access control list.
    pub fn with_user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// With this password. `Debug` does not tell it.
    pub fn with_password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// In this database: 0 unless told otherwise, the only one that a cluster has.
    pub fn with_database(mut self, database: u16) -> Self {
        self.database = database;
        self
    }

    /// Under this prefix: `sse` unless told otherwise. 1 to 64 bytes without braces and control characters. Stores of
    /// different prefixes have nothing in common; in a cluster each is in one hash slot.
    pub fn with_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// How long connecting may take: 2 s unless told otherwise.
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long to wait for an answer: 2 s unless told otherwise. After that, what was to change something has an
    /// [unknown outcome](StoreError::OutcomeUnknown), and the connection is made anew.
    pub fn with_response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// How long nobody tries to connect after it did not succeed: 50 ms, twice that each time, 5 s at most unless told
    /// otherwise; with jitter. Meanwhile all is refused as unavailable at once.
    pub fn with_reconnect_backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_backoff = first;
        self.longest_backoff = longest.max(first);
        self
    }

    /// How often the connection for hints is asked whether it is alive while nothing comes: every 5 s unless told
    /// otherwise. One that was cut without notice is found out after that and the response timeout.
    pub fn with_check_interval(mut self, interval: Duration) -> Self {
        self.check_interval = interval;
        self
    }

    /// What an acknowledgement means: what the server's configuration makes of it, unless told otherwise.
    pub fn with_durability(mut self, durability: RedisDurability) -> Self {
        self.durability = durability;
        self
    }

    /// The longest payload of a record: 1 MiB unless told otherwise, at least 64 KiB.
    pub fn with_max_payload_bytes(mut self, max_payload_bytes: usize) -> Self {
        self.max_payload_bytes = max_payload_bytes.max(check::MIN_PAYLOAD_BYTES);
        self
    }

    /// The longest payload that comes with the hint: 16 KiB unless told otherwise. Longer ones are read from the
    /// log by each process that watches it.
    pub fn with_told_bytes(mut self, told_bytes: usize) -> Self {
        self.told_bytes = told_bytes;
        self
    }

    /// How long a log is remembered in which nothing is kept: 7 days unless told otherwise. Who comes back to it
    /// later gets a gap.
    pub fn with_forget_after(mut self, forget_after: Duration) -> Self {
        self.forget_after = forget_after;
        self
    }

    /// Whether a server is taken that throws keys away when its memory is full (`maxmemory-policy` is not
    /// `noeviction`), or does not say: no, unless told otherwise. On such a one a log may be gone at any time, which
    /// is told as a gap; and so may be the owner of a session, a slot, a spent ticket, which nothing tells.
    pub fn with_eviction_allowed(mut self, allow_eviction: bool) -> Self {
        self.allow_eviction = allow_eviction;
        self
    }
}

/// Without the password.
impl fmt::Debug for RedisOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisOptions")
            .field("servers", &self.servers)
            .field("cluster", &self.cluster)
            .field("tls", &self.tls.is_some())
            .field("password", &self.password.is_some())
            .field("database", &self.database)
            .field("prefix", &self.prefix)
            .field("response_timeout", &self.response_timeout)
            .field("durability", &self.durability)
            .finish_non_exhaustive()
    }
}
