//! What must be offered to be measured.

use core::net::SocketAddr;

use crate::peer::Failure;

/// A client.
pub trait Contender: Send + Sized + 'static {
    /// Its name in tables.
    const NAME: &'static str;
    /// What its streams bring.
    const BRINGS: Brings = Brings::Events;
    /// One of its streams.
    type Stream: Stream;

    /// What all streams share: the connections' pool, the settings.
    ///
    /// # Errors
    ///
    /// The client's own.
    fn new() -> Result<Self, Failure>;

    /// Asks for a stream, and waits for the head of the response.
    ///
    /// # Errors
    ///
    /// The client's own.
    fn open(
        &self,
        server: SocketAddr,
    ) -> impl Future<Output = Result<Self::Stream, Failure>> + Send;
}

/// What a stream brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brings {
    /// Events.
    Events,
    /// Bytes that nobody decodes.
    Bytes,
}

/// A stream.
pub trait Stream: Send + 'static {
    /// Waits for what comes next, and gives it away.
    ///
    /// # Errors
    ///
    /// When the client says anything else than that there is an event.
    fn bring(
        &mut self,
        taker: &mut (impl Taker + Send),
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Where it goes.
pub trait Taker {
    /// An event: its type (`message` if the stream names none), its data, the last event ID.
    fn event(&mut self, event_type: &str, data: &str, last_event_id: &str);

    /// So many bytes of the body.
    fn bytes(&mut self, count: usize);
}
