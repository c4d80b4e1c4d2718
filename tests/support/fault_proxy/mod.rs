//! A TCP proxy that fails when it is told to, between a client and a server of a test.
//!
//! It needs no rights. What goes wrong is switched at run time, for all of its connections at once:
//!
//! ```
//! use sse_tests::fault_proxy::{FaultProxy, Mode, Protocol};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let server = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! let proxy = FaultProxy::start(server.local_addr()?, Protocol::Opaque).await?;
//! let client = tokio::net::TcpStream::connect(proxy.address()).await?;
//! proxy.set_mode(Mode::BlackHole); // Nothing goes either way, and nobody is told.
//! proxy.set_mode(Mode::Pass); // What waited goes on.
//! # drop(client);
//! # Ok(())
//! # }
//! ```
//!
//! A black hole here is what a cut cable is to TCP: what was sent meanwhile comes when it is over, if the connection is
//! still there. That of a client that has given up comes late too, as it may in a network.
//!
//! With a [`Protocol`] the proxy knows where frames begin and end. It counts requests and answers, and can
//! [lose](FaultProxy::set_lost_hints) a share of what the server tells without being asked: whole frames only, and no
//! answers, so that the client cannot know.

mod figures;
mod frames;
mod mode;
mod nats;
mod proxy;
mod pump;
mod redis;

pub use self::{
    figures::Figures,
    frames::Protocol,
    mode::{Direction, Mode},
    proxy::FaultProxy,
};

#[cfg(test)]
mod tests;
