//! Where a server runs: a port and a directory.

use core::net::{Ipv4Addr, SocketAddr};
use std::fs;
use std::path::{Path, PathBuf};

use socket2::{Domain, Socket, Type};
use tempfile::TempDir;

/// A port that nobody else gets, and a directory that goes with this value.
#[derive(Debug)]
pub struct Place {
    directory: TempDir,
    address: SocketAddr,
    /// Bound and never listening. Linux gives its port to nobody who asks for any port, and lets
    /// a server bind to it that sets `SO_REUSEADDR`, as servers do.
    _reservation: Socket,
}

impl Place {
    /// # Panics
    ///
    /// If there is no port or no directory to be had.
    pub fn new() -> Self {
        let reservation = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        reservation
            .set_reuse_address(true)
            .expect("an address that can be shared");
        reservation
            .bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())
            .expect("a free port");
        let address = reservation.local_addr().expect("a bound socket");
        let directory = tempfile::Builder::new()
            .prefix("sse-tests-")
            .tempdir()
            .expect("a temporary directory");
        open_to_others(directory.path());
        Self {
            directory,
            address: address.as_socket().expect("an IP address"),
            _reservation: reservation,
        }
    }

    /// What the server shall listen on: a port of 127.0.0.1.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The port of the address.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// A directory for the server's files.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// Writes a file into the directory.
    ///
    /// # Panics
    ///
    /// If the file cannot be written.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory().join(name);
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        path
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// Servers that are started by root work as somebody else.
#[cfg(unix)]
fn open_to_others(directory: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755))
        .expect("the directory's mode");
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) {}
