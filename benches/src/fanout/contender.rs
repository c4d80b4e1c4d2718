//! What must be offered to be measured.

use bytes::Bytes;

/// A way to bring events to all.
pub trait Contender: Send + Sync + Sized + 'static {
    /// As it is called in the tables.
    const NAME: &'static str;

    /// Where one connection gets its events.
    type Reader: Reader;

    /// Without subscribers, with room for bursts of so many events.
    fn open(burst: u64) -> impl Future<Output = Self> + Send;

    /// One more subscriber.
    fn subscribe(&mut self) -> impl Future<Output = Self::Reader> + Send;

    /// Encodes the event of this number and publishes it.
    fn publish(&self, number: u64) -> impl Future<Output = ()> + Send;
}

/// Where one connection gets its events.
pub trait Reader: Send + 'static {
    /// What the connection writes next, at once.
    fn next_frame(&mut self) -> impl Future<Output = Bytes> + Send;
}
