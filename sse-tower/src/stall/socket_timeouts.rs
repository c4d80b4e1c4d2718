//! What the kernel does about peers that fall silent.

use core::time::Duration;
use std::io;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// How long a peer may be silent on the level of TCP: one whose machine is off or whose link is
/// down, of which nobody says that it is gone.
///
/// Two options, because each sees what the other does not. TCP keep-alive asks a peer on a
/// connection with nothing under way; while bytes wait for their acknowledgement it does not run,
/// and only the user timeout ends what would be sent again for a quarter of an hour. An event
/// stream with [keep-alive comments](crate::keep_alive) is mostly in the second case.
///
/// On Linux the user timeout counts also while the peer is there but reads nothing and its buffer
/// is full, so it must not be shorter than a [stall time](super::GuardedIo::with_stall_time) that
/// shall count; and while it is set, it, not the number of probes, says when keep-alive gives up
/// ([tcp(7)](https://man7.org/linux/man-pages/man7/tcp.7.html)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct SocketTimeouts {
    keep_alive: Option<Probes>,
    user_timeout: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Probes {
    time: Duration,
    interval: Duration,
    retries: u32,
}

impl SocketTimeouts {
    /// Keep-alive after 30 seconds, then 3 probes in intervals of 10 seconds; a user timeout of 60
    /// seconds. A silent peer is gone a minute after it was last heard.
    pub const fn new() -> Self {
        Self {
            keep_alive: Some(Probes {
                time: Duration::from_secs(30),
                interval: Duration::from_secs(10),
                retries: 3,
            }),
            user_timeout: Some(Duration::from_secs(60)),
        }
    }

    /// Sets TCP keep-alive: a probe after `time` without a byte from the peer, then one each
    /// `interval`, until `retries` in a row had no answer.
    ///
    /// Whole seconds count, rounded up, from 1 to 32,767; retries from 1 to 127: what Linux takes.
    /// Systems that cannot set the interval or the retries use their own.
    pub const fn with_keep_alive(
        mut self,
        time: Duration,
        interval: Duration,
        retries: u32,
    ) -> Self {
        self.keep_alive = Some(Probes {
            time,
            interval,
            retries,
        });
        self
    }

    /// Leaves TCP keep-alive as the system has it, which mostly is off.
    pub const fn without_keep_alive(mut self) -> Self {
        self.keep_alive = None;
        self
    }

    /// Sets how long bytes may wait for their acknowledgement, or for a place in the peer's
    /// buffer; at least a millisecond. Linux, Android and Fuchsia only; nothing elsewhere.
    pub const fn with_user_timeout(mut self, timeout: Duration) -> Self {
        self.user_timeout = Some(timeout);
        self
    }

    /// Leaves the user timeout as the system has it: about 15 minutes on Linux.
    pub const fn without_user_timeout(mut self) -> Self {
        self.user_timeout = None;
        self
    }

    /// Sets the options of a connection, best right after it was accepted.
    ///
    /// # Errors
    ///
    /// The system's, if a value is out of its range or the socket is of no use any more. What was
    /// set before the error stays set.
    pub fn apply(&self, stream: &TcpStream) -> io::Result<()> {
        let socket = SockRef::from(stream);
        if let Some(probes) = &self.keep_alive {
            socket.set_tcp_keepalive(&probes.to_options())?;
        }
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        if let Some(timeout) = self.user_timeout {
            // Zero is the system's own; socket2 cuts down to whole milliseconds.
            socket.set_tcp_user_timeout(Some(timeout.max(Duration::from_millis(1))))?;
        }
        Ok(())
    }
}

impl Default for SocketTimeouts {
    fn default() -> Self {
        Self::new()
    }
}

impl Probes {
    fn to_options(self) -> TcpKeepalive {
        let options = TcpKeepalive::new().with_time(whole_seconds(self.time));
        #[cfg(any(
            target_os = "android",
            target_os = "freebsd",
            target_os = "fuchsia",
            target_os = "ios",
            target_os = "linux",
            target_os = "macos",
            target_os = "netbsd",
            target_os = "windows",
        ))]
        let options = options
            .with_interval(whole_seconds(self.interval))
            .with_retries(self.retries);
        options
    }
}

/// Rounded up, and at least one: socket2 cuts off what is below a second, and zero is refused.
fn whole_seconds(duration: Duration) -> Duration {
    let rounding = u64::from(duration.subsec_nanos() > 0);
    Duration::from_secs(duration.as_secs().saturating_add(rounding).max(1))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn connection() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        (client, listener.accept().await.unwrap().0)
    }

    #[tokio::test]
    async fn the_kernel_has_what_was_set() {
        let (_client, stream) = connection().await;
        let timeouts = SocketTimeouts::new()
            .with_keep_alive(Duration::from_millis(1500), Duration::ZERO, 5)
            .with_user_timeout(Duration::from_millis(2500));
        timeouts.apply(&stream).unwrap();
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap());
        assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_secs(2));
        assert_eq!(
            socket.tcp_keepalive_interval().unwrap(),
            Duration::from_secs(1)
        );
        assert_eq!(socket.tcp_keepalive_retries().unwrap(), 5);
        let user_timeout = socket.tcp_user_timeout().unwrap();
        assert_eq!(user_timeout, Some(Duration::from_millis(2500)));
    }

    #[tokio::test]
    async fn what_is_left_out_stays_as_it_was() {
        let (_client, stream) = connection().await;
        let timeouts = SocketTimeouts::new()
            .without_keep_alive()
            .without_user_timeout();
        timeouts.apply(&stream).unwrap();
        let socket = SockRef::from(&stream);
        assert!(!socket.keepalive().unwrap());
        assert_eq!(socket.tcp_user_timeout().unwrap(), None);
    }

    #[tokio::test]
    async fn a_value_out_of_range_is_an_error() {
        let (_client, stream) = connection().await;
        let timeouts = SocketTimeouts::new().with_keep_alive(Duration::MAX, Duration::MAX, 1000);
        assert!(timeouts.apply(&stream).is_err());
    }
}
