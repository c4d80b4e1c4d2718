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
//! The crates do not depend on each other, so the application joins them: `examples/stream_slots.rs` of the
//! repository does it in a page. The layer's key tells the user and the session, because a session that comes back is to have
//! the slot it had; `SessionService::session_address` finds it in the request.
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
