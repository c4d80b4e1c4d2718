//! The bytes of a stream as they go out: the inner ones, and what is put before and behind them.

use bytes::{Bytes, BytesMut};
use http_body::Frame;

use crate::{
    boundary::{BoundaryTracker, Position},
    byte_order_mark::{BYTE_ORDER_MARK, ByteOrderMark},
};

/// The bytes of a stream as they go out.
pub(super) struct Output {
    /// First on the stream, until it is sent.
    prefix: Bytes,
    /// Last on the stream, until it is sent.
    farewell: Bytes,
    mark: ByteOrderMark,
    tracker: BoundaryTracker,
    /// Something was sent, so that a BOM could not come first any more.
    begun: bool,
    /// What the inner body gave when something else had to go first.
    held: Option<Frame<Bytes>>,
}

impl Output {
    pub(super) const fn new(prefix: Bytes) -> Self {
        Self {
            prefix,
            farewell: Bytes::new(),
            mark: ByteOrderMark::Expected(0),
            tracker: BoundaryTracker::new(),
            begun: false,
            held: None,
        }
    }

    pub(super) fn position(&self) -> Position {
        self.tracker.position()
    }

    /// Whether nothing is left to be sent besides inner bytes.
    pub(super) fn is_empty(&self) -> bool {
        self.given_bytes() == 0
            && self.held.is_none()
            && !matches!(self.mark, ByteOrderMark::Expected(1..))
    }

    /// How many bytes are left that are not of the inner body.
    pub(super) const fn given_bytes(&self) -> usize {
        self.prefix.len() + self.farewell.len()
    }

    /// Bytes go out.
    #[inline]
    pub(super) fn send(&mut self, data: Bytes) -> Frame<Bytes> {
        self.tracker.push(&data);
        self.begun = true;
        Frame::data(data)
    }

    /// The prefix goes out, if it is not out yet.
    pub(super) fn send_prefix(&mut self) -> Option<Frame<Bytes>> {
        let prefix = core::mem::take(&mut self.prefix);
        (!prefix.is_empty()).then(|| self.send(prefix))
    }

    /// What was held back.
    #[inline]
    pub(super) const fn take_held(&mut self) -> Option<Frame<Bytes>> {
        self.held.take()
    }

    /// What data of the inner body becomes; `None` if nothing of it is left to send.
    #[inline]
    pub(super) fn pass_on(&mut self, data: Bytes) -> Option<Frame<Bytes>> {
        if matches!(self.mark, ByteOrderMark::Expected(_)) {
            return self.pass_on_start(data);
        }
        (!data.is_empty()).then(|| self.send(data))
    }

    /// The start of the inner body, in which there may be a BOM.
    fn pass_on_start(&mut self, data: Bytes) -> Option<Frame<Bytes>> {
        let (held_back, rest) = self.mark.strip(data);
        // A BOM that is not the first thing on the stream is none, and goes.
        let first: &[u8] = match self.mark {
            ByteOrderMark::Expected(_) => return None,
            ByteOrderMark::Seen if !self.begun => BYTE_ORDER_MARK,
            ByteOrderMark::Seen | ByteOrderMark::Absent => b"",
        };
        let prefix = core::mem::take(&mut self.prefix);
        let mut start = BytesMut::with_capacity(first.len() + prefix.len() + held_back.len());
        start.extend_from_slice(first);
        start.extend_from_slice(&prefix);
        start.extend_from_slice(held_back);
        if start.is_empty() {
            return (!rest.is_empty()).then(|| self.send(rest));
        }
        let start = self.send(start.freeze());
        if first.len() + prefix.len() > 0 && held_back.is_empty() {
            // A BOM is no text: behind it, as behind the prefix, is a boundary.
            self.tracker = BoundaryTracker::new();
        }
        if !rest.is_empty() {
            self.held = Some(Frame::data(rest));
        }
        Some(start)
    }

    /// As much of the inner data as completes the event that has begun, if that ends in it.
    pub(super) fn cut_at_boundary(&self, mut data: Bytes) -> Bytes {
        if let Some(bytes) = self.tracker.bytes_to_boundary(&data) {
            data.truncate(bytes);
        }
        data
    }

    /// Something that is not data comes behind all that is still to be sent.
    pub(super) fn before(&mut self, frame: Frame<Bytes>) -> Option<Frame<Bytes>> {
        match self.send_rest() {
            Some(rest) => {
                self.held = Some(frame);
                Some(rest)
            }
            None => Some(frame),
        }
    }

    /// The inner body ends here, at a boundary, and this comes behind it.
    pub(super) fn end_with(&mut self, farewell: Bytes) {
        self.mark = ByteOrderMark::Absent;
        self.farewell = farewell;
    }

    /// What is still to be sent where the inner data ends.
    pub(super) fn send_rest(&mut self) -> Option<Frame<Bytes>> {
        if let Some(prefix) = self.send_prefix() {
            return Some(prefix);
        }
        let held_back = self.mark.give_up();
        if !held_back.is_empty() {
            return Some(self.send(Bytes::from_static(held_back)));
        }
        let farewell = core::mem::take(&mut self.farewell);
        (!farewell.is_empty()).then(|| self.send(farewell))
    }
}
