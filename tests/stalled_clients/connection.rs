//! Connections with small buffers, and whether their descriptor is still open.

use std::io;

use socket2::SockRef;
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// Small: the kernel doubles it, and rounds up.
const BUFFER_BYTES: u32 = 4096;

pub(crate) async fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    // What is accepted inherits it.
    SockRef::from(&listener).set_send_buffer_size(BUFFER_BYTES as usize)?;
    Ok(listener)
}

pub(crate) async fn connect(listener: &TcpListener) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(BUFFER_BYTES)?;
    socket.connect(listener.local_addr()?).await
}

/// A descriptor of this process: not its number, which another connection gets next, but what it
/// stands for.
#[derive(Debug)]
pub(crate) struct Descriptor {
    #[cfg(target_os = "linux")]
    socket: std::path::PathBuf,
}

impl Descriptor {
    #[cfg(target_os = "linux")]
    pub(crate) fn of(stream: &TcpStream) -> io::Result<Self> {
        use std::os::fd::AsRawFd as _;
        let socket = std::fs::read_link(format!("/proc/self/fd/{}", stream.as_raw_fd()))?;
        Ok(Self { socket })
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn of(_: &TcpStream) -> io::Result<Self> {
        Ok(Self {})
    }

    /// Whether it is open; where nothing tells, `otherwise`.
    #[cfg(target_os = "linux")]
    pub(crate) fn is_open(&self, _otherwise: bool) -> bool {
        let descriptors = std::fs::read_dir("/proc/self/fd").expect("descriptors are listed");
        descriptors
            .flatten()
            .any(|entry| std::fs::read_link(entry.path()).is_ok_and(|target| target == self.socket))
    }

    #[cfg(not(target_os = "linux"))]
    pub(crate) fn is_open(&self, otherwise: bool) -> bool {
        otherwise
    }
}
