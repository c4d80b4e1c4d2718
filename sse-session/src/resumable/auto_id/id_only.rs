//! Where a client stands.

use bytes::{BufMut, BytesMut};
use sse_codec::{Encode, EventId};

/// A block with nothing but an id sets the last event ID and dispatches nothing.
/// <https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage>
pub(super) struct IdOnly(pub(super) EventId<'static>);

impl Encode for IdOnly {
    fn encoded_len(&self) -> usize {
        "id: \n\n".len() + self.0.as_str().len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        dst.put_slice(b"id: ");
        dst.put_slice(self.0.as_str().as_bytes());
        dst.put_slice(b"\n\n");
    }
}
