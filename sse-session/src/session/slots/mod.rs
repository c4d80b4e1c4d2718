//! So many streams for each user, over all nodes.
//!
//! A [`StreamSlots`] gives a user so many slots, in the store's sets. A slot is a session's: a client that comes
//! back after its node has crashed has the one it had, and is never refused because of its own ghost. Slots are
//! renewed in the background, and freed when they are dropped or, if their node has crashed, when their time
//! is over (that of a [lease](super::SessionsBuilder::with_lease)).
//!
//! ```
//! use sse_codec::Event;
//! use sse_session::{
//!     hub::{Hub, Identity},
//!     memory::MemoryStore,
//!     session::{OpenOptions, Sessions, SlotError, StreamSlots, WhenFull},
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hub = Hub::builder(MemoryStore::new()).build()?;
//! let sessions = Sessions::builder(&hub).build()?;
//! let slots = StreamSlots::new(&sessions, 1, WhenFull::Refuse);
//!
//! let user = Identity::new("user-7");
//! let phone = sessions.open(Some(&user), OpenOptions::new()).await?.address();
//! let laptop = sessions.open(Some(&user), OpenOptions::new()).await?.address();
//!
//! let slot = slots.acquire("user-7", phone).await?;
//! let refused = slots.acquire("user-7", laptop).await;
//! assert!(matches!(refused, Err(SlotError::Full { max_streams: 1 })));
//! // The same session is not a second one.
//! let again = slots.acquire("user-7", phone).await?;
//! # drop((slot, again));
//! # Ok(())
//! # }
//! ```
//!
//! # As the permits of sse-tower's `StreamLimitLayer`
//!
//! The crates do not depend on each other; the application joins them. The layer's key has to tell the
//! user and the session, such as the 16 bytes of the session's address and then the user:
//!
//! ```text
//! #[derive(Debug)]
//! struct Permits(StreamSlots);
//! struct Permit(StreamSlot);
//!
//! impl StreamPermits for Permits {
//!     fn acquire<'a>(&'a self, key: Option<&'a StreamKey>) -> PermitFuture<'a> {
//!         Box::pin(async move {
//!             let Some((session, user)) = key.and_then(|key| key.as_bytes().split_first_chunk()) else {
//!                 return Ok(Box::new(()) as Box<dyn StreamPermit>); // or refuse: nobody is known
//!             };
//!             match self.0.acquire(user, SessionAddress::from_bytes(*session)).await {
//!                 Ok(slot) => Ok(Box::new(Permit(slot)) as Box<dyn StreamPermit>),
//!                 Err(SlotError::Full { max_streams }) => Err(PermitError::KeyReached {
//!                     max_streams: max_streams as usize,
//!                 }),
//!                 Err(error) => Err(PermitError::Unavailable { source: error.into() }),
//!             }
//!         })
//!     }
//! }
//!
//! impl StreamPermit for Permit {
//!     fn attach(&self, stream: &StreamHandle) {
//!         let stream = stream.clone();
//!         self.0.on_evicted(move || stream.end(StreamEnd::new(CloseReason::Limit)));
//!     }
//! }
//! ```
//!
//! # What is promised
//!
//! - There are never more slots of a user than that, where the store declares
//!   [`exact_members`](crate::store::Capabilities::exact_members).
//! - Whoever is evicted knows it as soon as its node is told, and with the next renewal if that is lost: a third of a
//!   lease.
//! - A slot whose node hears nothing of the store for as long as a lease may be given to others, and its stream
//!   goes on until the store is back. Where that may not be, take an
//!   [active device](super::ActiveDevice).

mod hold;
mod slot;
mod slot_error;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod slots;

pub use self::{
    slot::StreamSlot,
    slot_error::SlotError,
    slots::{StreamSlots, WhenFull},
};
