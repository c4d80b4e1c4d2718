//! So many streams for each user over all nodes: the slots of `sse-session` as the permits of `sse-tower`'s
//! `StreamLimitLayer`. The crates do not know each other, so this is the application's.

use axum::http::request::Parts;
use sse_session::hub::Identity;
use sse_session::service::SessionService;
use sse_session::session::{SessionAddress, SlotError, StreamSlot, StreamSlots};
use sse_tower::limit::{PermitError, PermitFuture, StreamKey, StreamPermit, StreamPermits};
use sse_tower::stream::{CloseReason, StreamEnd, StreamHandle};

/// For `StreamLimitLayer::with_key`: the session, in 16 bytes, and its user. A stream that opens its session has
/// a slot of its own, until it comes back.
pub(crate) fn key(service: &SessionService, user: &Identity, head: &Parts) -> StreamKey {
    let session = service.session_address(head).map(SessionAddress::to_bytes);
    let session = session.unwrap_or_else(|| fastrand::u128(..).to_be_bytes());
    StreamKey::new([&session, user.key().as_bytes()].concat())
}

#[derive(Debug)]
pub(crate) struct SlotPermits(pub(crate) StreamSlots);

struct SlotPermit(Option<StreamSlot>);

impl StreamPermits for SlotPermits {
    fn acquire<'a>(&'a self, key: Option<&'a StreamKey>) -> PermitFuture<'a> {
        Box::pin(async move {
            let parts = key.and_then(|key| key.as_bytes().split_first_chunk());
            let slot = match parts {
                Some((session, user)) => {
                    self.0
                        .acquire(user, SessionAddress::from_bytes(*session))
                        .await
                }
                None => return Ok(Box::new(SlotPermit(None)) as _), // Nobody known: without a limit.
            };
            match slot {
                Ok(slot) => Ok(Box::new(SlotPermit(Some(slot))) as _),
                Err(SlotError::Full { max_streams }) => Err(PermitError::KeyReached {
                    max_streams: max_streams as usize,
                }),
                Err(error) => Err(PermitError::Unavailable {
                    source: error.into(),
                }),
            }
        })
    }
}

impl StreamPermit for SlotPermit {
    fn attach(&self, stream: &StreamHandle) {
        if let Some(slot) = &self.0 {
            let stream = stream.clone();
            slot.on_evicted(move || stream.end(StreamEnd::new(CloseReason::Limit)));
        }
    }
}
