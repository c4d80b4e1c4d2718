//! Who is on a channel.
//!
//! A session is present as long as its [`PresenceGuard`] is held, and a short time after that: whoever comes back
//! within the grace time was never gone, and nobody is told. Put the guard where the stream is.
//!
//! ```
//! use sse_session::{
//!     Channel,
//!     hub::{Hub, Identity},
//!     memory::MemoryStore,
//!     presence::Presence,
//!     session::{OpenOptions, Sessions},
//! };
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hub = Hub::builder(MemoryStore::new()).build()?;
//! let sessions = Sessions::builder(&hub).build()?;
//! let presence = Presence::builder(&hub).build()?;
//! let room = Channel::try_from("room/7")?;
//! let mut changes = presence.watch(&room).await?;
//!
//! let user = Identity::new("user-7");
//! let session = sessions.open(Some(&user), OpenOptions::new()).await?;
//! let attachment = sessions.attach(&session.id(), Some(&user)).await?;
//! let guard = presence.join(&room, &attachment).await?;
//!
//! let view = presence.look(&room).await?;
//! assert_eq!((view.sessions(), view.users()), (1, 1));
//! let change = changes.next().await.ok_or("no presence")?;
//! assert_eq!(change.joined[0].user(), Some("user-7"));
//!
//! drop(guard);
//! let change = changes.next().await.ok_or("no presence")?;
//! assert_eq!(change.left[0].session(), session.address());
//! # Ok(())
//! # }
//! ```
//!
//! # How exact it is
//!
//! A view is as old as it [says](PresenceView::as_of), and shows what the store had then:
//!
//! - whoever has left, until the grace time is over (5 seconds);
//! - whoever's node has crashed, until the time to live is (30 seconds);
//! - if not all are [listed](PresenceView::is_complete): a session that has moved to another node within these times
//!   counts twice, and a user counts until the time to live is over. When all are listed, each counts once.
//!
//! Nobody who is present is missing, as long as their node reaches the store.
//!
//! [`Presence::watch`] looks when it is told, which takes about as long as an event, at most four times a second,
//! and otherwise three times in a time to live. It compares views, so that a lost message is made up for by
//! the next look, and that a crash is seen too.
//!
//! # Cost
//!
//! Of each session and channel, two operations of the store each third of the time to live; of each channel that is watched,
//! a look as often, whatever the number of those who watch on this node. A look reads as many as are listed.

mod builder;
mod changes;
mod error;
mod guard;
mod hold;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod presence;
mod present;
mod sets;
mod view;
mod watched;

pub use self::{
    builder::PresenceBuilder,
    changes::{PresenceChange, PresenceChanges},
    error::PresenceError,
    guard::PresenceGuard,
    presence::Presence,
    present::Present,
    view::PresenceView,
};
