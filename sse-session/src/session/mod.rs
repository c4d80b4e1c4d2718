//! Clients that come back.
//!
//! A session is a client that may come back: bound to the identity that opened it, with a log of its own by which it is
//! addressed alone. [`Sessions::open`] makes one, [`Sessions::attach`] takes it for a stream, and dropping
//! that detaches it: it waits for its client, 5 minutes unless told otherwise.
//!
//! ```
//! use sse_codec::Event;
//! use sse_session::{
//!     Channel,
//!     hub::{Hub, Identity, Subscription},
//!     memory::MemoryStore,
//!     session::{Answer, OpenOptions, SessionError, SessionId, Sessions},
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let hub = Hub::builder(MemoryStore::new()).build()?;
//! let sessions = Sessions::builder(&hub).build()?;
//! let user = Identity::new("user-7");
//!
//! let session = sessions.open(Some(&user), OpenOptions::new()).await?;
//! sessions.publish(session.address(), Event::builder("for you alone")).await?;
//!
//! // The client comes with its id, in a cookie or a URL.
//! let id = SessionId::try_from(&*session.id().to_text())?;
//! let attachment = sessions.attach(&id, Some(&user)).await?;
//! let channels = Subscription::to([Channel::try_from("news")?]);
//! let mut stream = attachment.stream(channels).await?;
//! let first = stream.next_batch().await.ok_or("no stream")?;
//! assert!(first.ends_with(b"data: for you alone\n\n"));
//!
//! // Another identity is told what it would be told of an id that never was.
//! match sessions.attach(&id, Some(&Identity::new("user-8"))).await {
//!     Err(SessionError::NotLive { state }) => assert_eq!(state.answer(), Answer::NewSession),
//!     _ => unreachable!(),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # One active device
//!
//! A session may be opened on the [active device](ActiveDevice) of a user. Then it is a login: whoever was
//! on another device is superseded. Their streams end with a last event, and whoever comes back is
//! [to be answered](SessionState::answer) with 204.
//!
//! ```
//! # use sse_session::{
//! #     hub::{Hub, Identity, Subscription},
//! #     memory::MemoryStore,
//! #     session::{ActiveDevice, Answer, OpenOptions, SessionState, Sessions},
//! # };
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let hub = Hub::builder(MemoryStore::new()).build()?;
//! # let sessions = Sessions::builder(&hub).build()?;
//! # let user = Identity::new("user-7");
//! let login = || OpenOptions::new().with_active_device(ActiveDevice::of_user("user-7"));
//! let laptop = sessions.open(Some(&user), login()).await?;
//! let attachment = sessions.attach(&laptop.id(), Some(&user)).await?;
//! let mut stream = attachment.stream(Subscription::to([])).await?;
//!
//! let phone = sessions.open(Some(&user), login()).await?;
//! assert!(phone.fence() > laptop.fence());
//!
//! let mut last = None;
//! while let Some(batch) = stream.next_batch().await {
//!     last = Some(batch);
//! }
//! assert!(last.is_some_and(|event| event.starts_with(b"data: {\"type\":\"FORCE_LOGOUT\"")));
//! let state = sessions.state(&laptop.id(), Some(&user)).await?;
//! assert_eq!(state.answer(), Answer::NoContent);
//! # Ok(())
//! # }
//! ```
//!
//! What is promised of whoever was superseded:
//!
//! - From the moment on that the newer one is granted, nothing that has its [fence](Attachment::fence) is done:
//!   [`Attachment::publish`], and whatever the application fences.
//! - Its stream ends as soon as its node is told, with the next renewal if that is lost, and if the node does not
//!   reach the store, by itself before its lease is over (15 seconds, less a fifth), then without a last event. A
//!   process that was stopped looks at the time before it writes anything. What is in the buffers of a socket by
//!   then is out of reach, and a clock that stands while its machine sleeps is too.
//! - Its reconnects are told 204 for 24 hours.
//!
//! So a store that is away for as long as a lease ends the streams on active devices, and no others.
//!
//! A return is no second device, because it is the same session; several sessions are on one device if they
//! say so ([`ActiveDevice::with_device`]).
//!
//! # Ids
//!
//! Whoever has an id and is the same identity is the session's client. So an id is never shown, and no store gets
//! it: in the store a session is named by a hash of the id and the identity, its [address](SessionAddress),
//! which the application may keep. A client may make its id itself, a UUID, if it is known who it is.
//! An id that was told to nobody known is worth as much as its channel: send it in a cookie that is
//! `Secure` and `HttpOnly`.
//!
//! # When something fails
//!
//! | what | what becomes of it |
//! |---|---|
//! | a node crashes | its sessions wait for their clients, from the last renewal on |
//! | a message is lost | the next renewal, a third of a lease later, finds out |
//! | the store is away | sessions are opened and attached when it is back; streams go on, but for those on active devices |
//! | the store has lost all | every session is unknown, and its stream ends |
//!
//! With a store whose values do not [expire](crate::store::Capabilities::key_expiry), no session does.
//!
//! # Cost
//!
//! A session that is attached is one operation of the store in 5 seconds, two on an active device, and one more each minute; they are
//! done 64 at a time. Opening is two, or four as a login; attaching is four, or six.
//!
//! So many streams for each user: see [`slots`].

mod acquire;
mod active_device;
mod address;
mod attach;
mod attachment;
mod attachment_end;
mod body;
mod builder;
mod error;
mod hold;
mod id;
#[cfg(feature = "inbox")]
mod lease;
mod look;
mod open;
mod open_options;
mod record;
#[expect(clippy::module_inception, reason = "the module is named for it")]
mod session;
mod sessions;
mod settings;
pub mod slots;
mod state;
mod stream;
mod waiting;

pub(crate) use self::address::{hash, text};
#[cfg(feature = "inbox")]
pub(crate) use self::lease::Lease;
pub use self::{
    active_device::ActiveDevice,
    address::SessionAddress,
    attachment::Attachment,
    attachment_end::AttachmentEnd,
    body::SessionBody,
    builder::SessionsBuilder,
    error::SessionError,
    id::{InvalidSessionId, SessionId},
    open_options::OpenOptions,
    session::Session,
    sessions::Sessions,
    slots::{SlotError, StreamSlot, StreamSlots, WhenFull},
    state::{Answer, SessionState},
    stream::{SessionStream, SessionStreamEnd},
};
