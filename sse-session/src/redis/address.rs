//! Where a server is.

use core::fmt;
use std::path::PathBuf;

/// Where a server is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Address {
    Tcp(String, u16),
    Unix(PathBuf),
}

impl Address {
    /// The node that a node of a cluster refers to: `SLOT HOST:PORT`, without a host if it is the same one.
    pub(super) fn referred(&self, to: &str) -> Option<Self> {
        let (_, address) = to.split_once(' ')?;
        let (host, port) = address.rsplit_once(':')?;
        let port = port.parse().ok()?;
        match (host, self) {
            ("" | "?", Self::Tcp(host, _)) => Some(Self::Tcp(host.clone(), port)),
            ("" | "?", Self::Unix(_)) => None,
            (host, _) => Some(Self::Tcp(host.to_owned(), port)),
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(host, port) => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_refers_to_another_one_or_to_another_port() {
        let here = Address::Tcp("10.0.0.1".to_owned(), 7000);
        let there = |host: &str, port| Some(Address::Tcp(host.to_owned(), port));
        assert_eq!(here.referred("42 10.0.0.2:7001"), there("10.0.0.2", 7001));
        assert_eq!(here.referred("42 :7001"), there("10.0.0.1", 7001));
        assert_eq!(here.referred("42 ?:7001"), there("10.0.0.1", 7001));
        assert_eq!(
            here.referred("42 2001:db8::1:7001"),
            there("2001:db8::1", 7001)
        );
        for nonsense in ["", "42", "42 host", "42 host:port", "42 host:70000"] {
            assert_eq!(here.referred(nonsense), None, "{nonsense}");
        }
    }
}
