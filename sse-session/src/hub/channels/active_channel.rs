//! A channel that somebody on this node is subscribed to.

use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

use bytes::{BufMut, BytesMut};
use parking_lot::Mutex;
use tokio::{sync::Notify, time::Instant};

use super::{
    arrivals::{Arrival, Arrivals},
    catch_up::CatchUp,
};
use crate::{
    Channel,
    cursor::{ChannelLabel, CursorCodec},
    hub::{access::Grants, subscribe::SharedReads},
    observe::Origin,
    ring::{Frame, Ring, RingLimits, Wakers},
    store::{LogName, Position, Record},
};

/// A channel that somebody on this node is subscribed to, or was a short time ago.
#[derive(Debug)]
pub(in crate::hub) struct ActiveChannel {
    pub(in crate::hub) name: Channel,
    pub(in crate::hub) log: LogName,
    pub(in crate::hub) label: ChannelLabel,
    codec: CursorCodec,
    pub(in crate::hub) ring: Ring,
    pub(in crate::hub) wakers: Arc<Wakers>,
    pub(in crate::hub) grants: Grants,
    /// `None` if nobody is told.
    arrivals: Option<Arrivals>,
    /// Of the streams that are behind the ring.
    pub(in crate::hub) reads: SharedReads,
    pub(super) catch_up: CatchUp,
    /// The ring was brought up to the log.
    pub(in crate::hub) caught_up: Notify,
    /// Held by the one who finds out where the ring begins.
    pub(in crate::hub) priming: tokio::sync::Mutex<()>,
    pub(super) subscribers: AtomicUsize,
    /// Since when nobody is subscribed, as far as was noticed.
    pub(super) idle_since: Mutex<Option<Instant>>,
}

impl ActiveChannel {
    pub(super) fn new(
        name: Channel,
        log: LogName,
        codec: &CursorCodec,
        ring: RingLimits,
        observed: bool,
    ) -> Self {
        Self {
            label: codec.label(&name),
            name,
            log,
            codec: codec.clone(),
            ring: Ring::new(ring),
            wakers: Arc::new(Wakers::new()),
            grants: Grants::default(),
            arrivals: observed.then(|| Arrivals::new(ring.max_entries)),
            reads: SharedReads::default(),
            catch_up: CatchUp::default(),
            caught_up: Notify::new(),
            priming: tokio::sync::Mutex::new(()),
            subscribers: AtomicUsize::new(0),
            idle_since: Mutex::new(None),
        }
    }

    pub(super) fn has_subscribers(&self) -> bool {
        self.subscribers.load(Ordering::Acquire) > 0
    }

    /// An event came, if somebody is told of the time.
    pub(in crate::hub) fn note_arrival(&self, tag: u32, origin: Origin, at: Option<Instant>) {
        if let Some(arrivals) = &self.arrivals {
            arrivals.note(tag, origin, at.unwrap_or_else(Instant::now));
        }
    }

    pub(in crate::hub) fn arrival(&self, tag: u32) -> Option<Arrival> {
        self.arrivals.as_ref()?.find(tag)
    }

    /// A record as all streams of this channel alone send it.
    pub(in crate::hub) fn frame(&self, record: &Record) -> Frame {
        let mut bytes = BytesMut::with_capacity(40 + record.payload.len());
        self.put_id(record.position, &mut bytes);
        let block_at = bytes.len();
        bytes.put_slice(&record.payload);
        Frame::new(bytes.freeze(), block_at)
    }

    /// The line of the id of a stream of this channel alone.
    pub(in crate::hub) fn put_id(&self, position: Position, out: &mut BytesMut) {
        out.put_slice(b"id: ");
        self.codec.encode_into(&[(self.label, position)], out);
        out.put_u8(b'\n');
    }
}
