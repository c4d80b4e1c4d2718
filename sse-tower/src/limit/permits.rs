//! Who grants streams.

use core::{fmt, pin::Pin};

use super::{PermitError, StreamKey};
use crate::stream::StreamHandle;

/// What [`StreamPermits::acquire`] returns.
pub type PermitFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Box<dyn StreamPermit>, PermitError>> + Send + 'a>>;

/// Who grants streams: [`LocalPermits`](super::LocalPermits) for one server, or a store that several
/// servers share.
///
/// # For implementations
///
/// - The future answers within a time of its own. A request waits for it, and no other timer ends
///   that.
/// - A store that cannot be asked is [`PermitError::Unavailable`]; the layer decides what that means.
/// - Who evicts ends the evicted stream by the [`StreamHandle`] that its permit was
///   [given](StreamPermit::attach), on this node or, when the store says so, from another. Its slot
///   counts as free from then on, and is not freed again when its permit is dropped later.
/// - The oldest stream of a key may not be there yet: its service is still answering. End it when
///   its permit is attached.
/// - The key must not appear in logs.
///
/// # Cancellation
///
/// A future that is dropped takes no slot. If it had asked a store already, it gives the slot back as
/// a permit that is dropped does.
pub trait StreamPermits: fmt::Debug + Send + Sync + 'static {
    /// Asks for a stream, with the key it belongs to if it has one.
    ///
    /// # Errors
    ///
    /// [`PermitError`]: there is none.
    fn acquire<'a>(&'a self, key: Option<&'a StreamKey>) -> PermitFuture<'a>;
}

/// One stream that was granted. Its slot is free when it is dropped: when the stream is closed, or
/// when it turns out that there is none.
///
/// Dropping cannot wait for a store. An implementation hands the release to a task of its own
/// (over a channel, which that task empties in batches), and gives what it takes from the store an
/// expiry that it renews, so that the slots of a server that died come back, too.
pub trait StreamPermit: Send + Sync + 'static {
    /// The stream is there. Called once at the most, before the response leaves the layer.
    ///
    /// The handle may be kept until the permit is dropped: by it the permit is revoked.
    fn attach(&self, stream: &StreamHandle);
}
