//! Which events of a stream have an id.

use std::sync::Arc;

use bytes::{BufMut, BytesMut};

use crate::{cursor::ChannelLabel, hub::shared::Shared, store::Position};

/// Which events of a stream of several channels have an id. On a stream of one channel each has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EventIds {
    /// Each: wherever the connection is lost, nothing that was received comes again. That is
    /// [about](crate::cursor#the-text) 52 characters for each event on 2 channels, 103 on 4 and 407 on 16.
    #[default]
    Each,
    /// The last one of each batch, for all of it. What of a batch was received before the connection was lost comes
    /// again. A batch that is replayed may have [64 KiB](super::super::HubBuilder::with_max_batch_bytes).
    PerBatch,
}

/// Writes the id of each event of a stream of several channels.
#[derive(Debug)]
pub(super) struct EachId {
    shared: Arc<Shared>,
    /// Up to where each channel was sent.
    seen: Vec<(ChannelLabel, Position)>,
    /// Which of them the next events are of.
    channel: usize,
}

impl EachId {
    pub(super) const fn new(
        shared: Arc<Shared>,
        seen: Vec<(ChannelLabel, Position)>,
        channel: usize,
    ) -> Self {
        Self {
            shared,
            seen,
            channel,
        }
    }

    /// How long a line with an id is, at most.
    pub(super) const fn line_bytes(&self) -> usize {
        let bytes = 26 * self.seen.len() + 9;
        5 + bytes.div_ceil(3) * 4
    }

    /// The line of an event that moves the channel to here.
    pub(super) fn put(&mut self, position: Position, out: &mut BytesMut) {
        if let Some((_, seen)) = self.seen.get_mut(self.channel) {
            *seen = position;
        }
        out.put_slice(b"id: ");
        self.shared.settings.codec.encode_into(&self.seen, out);
        out.put_u8(b'\n');
    }
}
