//! The peer's address as key.

use core::fmt;
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use http::{Extensions, request::Parts};

use super::{KeyExtractor, StreamKey};

/// The peer's IP address is the key, as an extension of the request tells it: a [`SocketAddr`] or
/// an [`IpAddr`], or one of the framework's own:
///
/// ```
/// use std::net::SocketAddr;
/// use axum::extract::ConnectInfo;
/// use sse_tower::limit::AddressKey;
///
/// // With `axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())`.
/// let key = AddressKey::from_extension(|peer: &ConnectInfo<SocketAddr>| peer.0.ip());
/// # let _ = key;
/// ```
///
/// - Of an **IPv6** address the first 64 bits count: that is the least that one subscriber gets
///   (<https://www.rfc-editor.org/rfc/rfc6177#section-2>), who has all addresses in it.
/// - An IPv4 address that a dual-stack socket tells as an IPv6 one is an IPv4 address.
/// - Many people can share an IPv4 address: offices, mobile networks. Let the limit be generous.
/// - Behind a proxy the peer is the proxy. Take a closure that reads what the proxy tells, in a
///   header that it does not let clients set.
#[derive(Clone)]
#[must_use]
pub struct AddressKey {
    ipv6_prefix_bits: u8,
    read: Arc<Read>,
}

type Read = dyn Fn(&Extensions) -> Option<IpAddr> + Send + Sync;

impl AddressKey {
    /// By the extension [`SocketAddr`], else by [`IpAddr`].
    pub fn new() -> Self {
        Self::reading(|extensions| {
            let address = extensions.get::<SocketAddr>().map(SocketAddr::ip);
            address.or_else(|| extensions.get::<IpAddr>().copied())
        })
    }

    /// By an extension of this type.
    pub fn from_extension<T: Send + Sync + 'static>(
        address: impl Fn(&T) -> IpAddr + Send + Sync + 'static,
    ) -> Self {
        Self::reading(move |extensions| extensions.get().map(&address))
    }

    fn reading(read: impl Fn(&Extensions) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        Self {
            ipv6_prefix_bits: 64,
            read: Arc::new(read),
        }
    }

    /// Sets how many bits of an IPv6 address count; more than 128 are 128. Sites often get 56 or 48.
    pub const fn with_ipv6_prefix_bits(mut self, bits: u8) -> Self {
        self.ipv6_prefix_bits = if bits > 128 { 128 } else { bits };
        self
    }

    /// The key of this address.
    #[must_use]
    pub fn key_of(&self, address: IpAddr) -> StreamKey {
        match address.to_canonical() {
            IpAddr::V4(address) => tagged(&address.octets()),
            IpAddr::V6(address) => {
                let rest = 128 - u32::from(self.ipv6_prefix_bits);
                let mask = u128::MAX.checked_shl(rest).unwrap_or(0);
                let network = Ipv6Addr::from_bits(address.to_bits() & mask);
                tagged(&network.octets())
            }
        }
    }
}

/// No header and no name begins with a zero byte, so no user's key is that of an address.
fn tagged(octets: &[u8]) -> StreamKey {
    StreamKey::new([&[0], octets].concat())
}

impl KeyExtractor for AddressKey {
    fn key(&self, head: &Parts) -> Option<StreamKey> {
        (self.read)(&head.extensions).map(|address| self.key_of(address))
    }
}

impl Default for AddressKey {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddressKey")
            .field("ipv6_prefix_bits", &self.ipv6_prefix_bits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn same(key: &AddressKey, first: &str, second: &str) -> bool {
        key.key_of(first.parse().unwrap()) == key.key_of(second.parse().unwrap())
    }

    #[test]
    fn a_network_of_64_bits_is_one_key() {
        let key = AddressKey::new();
        assert!(same(&key, "2001:db8:0:1::1", "2001:db8:0:1:ffff::2"));
        assert!(!same(&key, "2001:db8:0:1::1", "2001:db8:0:2::1"));
        let site = key.clone().with_ipv6_prefix_bits(48);
        assert!(same(&site, "2001:db8:0:1::1", "2001:db8:0:2::1"));
        let exact = key.clone().with_ipv6_prefix_bits(200);
        assert!(!same(&exact, "2001:db8:0:1::1", "2001:db8:0:1::2"));
        let all = key.with_ipv6_prefix_bits(0);
        assert!(same(&all, "2001:db8::1", "fe80::2"));
    }

    #[test]
    fn an_ipv4_address_is_itself_in_both_notations() {
        let key = AddressKey::new();
        assert!(!same(&key, "192.0.2.1", "192.0.2.2"));
        assert!(same(&key, "192.0.2.1", "::ffff:192.0.2.1"));
        assert!(!same(&key, "::ffff:192.0.2.1", "::ffff:192.0.2.2"));
    }

    #[test]
    fn it_is_read_from_the_extensions() {
        struct Peer(IpAddr);
        let socket: SocketAddr = "192.0.2.1:80".parse().unwrap();
        let expected = Some(AddressKey::new().key_of(socket.ip()));
        let (mut head, ()) = Request::new(()).into_parts();
        assert_eq!(AddressKey::new().key(&head), None);
        head.extensions.insert(socket.ip());
        assert_eq!(AddressKey::new().key(&head), expected);
        head.extensions.clear();
        head.extensions.insert(socket);
        assert_eq!(AddressKey::new().key(&head), expected);
        let own = AddressKey::from_extension(|peer: &Arc<Peer>| peer.0);
        assert_eq!(own.key(&head), None);
        head.extensions.insert(Arc::new(Peer(socket.ip())));
        assert_eq!(own.key(&head), expected);
    }
}
