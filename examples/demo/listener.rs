//! The address the demo listens on.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::io;

use tokio::net::TcpListener;

use crate::arguments::Listen;

/// Where the demo is unless `--listen` says something else: seen from this machine only.
const DEFAULT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);

/// Listens where it is asked to.
///
/// # Errors
///
/// Fails when an address that was asked for cannot be had. The default address being in use is
/// no failure: a free port is taken instead.
pub(crate) async fn bind(listen: &Listen) -> io::Result<TcpListener> {
    match listen {
        Listen::Default => bind_or_any_port(DEFAULT).await,
        Listen::At(address) => TcpListener::bind(address).await.map_err(|error| {
            io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))
        }),
    }
}

async fn bind_or_any_port(address: SocketAddr) -> io::Result<TcpListener> {
    match TcpListener::bind(address).await {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            eprintln!("{address} is in use; taking a free port instead.");
            TcpListener::bind((address.ip(), 0)).await
        }
        bound => bound,
    }
}

/// The URL of the page on a server at `address`, for a browser on this machine.
pub(crate) fn url(mut address: SocketAddr) -> String {
    // Nobody can connect to "any address".
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{address}/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_default_gives_way_to_a_free_port() {
        let taken = bind_or_any_port(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .unwrap();
        let address = taken.local_addr().unwrap();
        let other = bind_or_any_port(address)
            .await
            .unwrap()
            .local_addr()
            .unwrap();
        assert_eq!(other.ip(), address.ip());
        assert_ne!(other.port(), address.port());
    }

    #[tokio::test]
    async fn a_taken_address_that_was_asked_for_is_an_error_that_names_it() {
        let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let error = bind(&Listen::At(address.clone())).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        assert!(error.to_string().contains(&address), "{error}");
    }

    #[test]
    fn the_url_of_any_address_is_one_that_can_be_opened() {
        for (address, expected) in [
            ("127.0.0.1:3000", "http://127.0.0.1:3000/"),
            ("0.0.0.0:80", "http://127.0.0.1:80/"),
            ("[::]:8080", "http://[::1]:8080/"),
            ("192.0.2.7:9", "http://192.0.2.7:9/"),
        ] {
            assert_eq!(url(address.parse().unwrap()), expected);
        }
    }
}
