//! A batch in the making.

use bytes::{Bytes, BytesMut};

use super::{Batch, event_ids::EachId};
use crate::{hub::Gap, store::Position};

/// A batch in the making: one frame stays as it is, several are copied behind each other.
#[derive(Debug, Default)]
pub(super) struct BatchBuilder {
    /// A frame that is alone so far.
    single: Option<Bytes>,
    buffer: BytesMut,
    /// Where the last block begins that moved a position and has no id yet.
    without_id: Option<usize>,
    /// For blocks that move a position, if each has an id.
    each_id: Option<EachId>,
    gaps: Vec<Gap>,
}

impl BatchBuilder {
    pub(super) fn len(&self) -> usize {
        self.buffer.len() + self.single.as_ref().map_or(0, Bytes::len)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// More is to come: so many frames with so many bytes, or a little less.
    pub(super) fn expect(&mut self, frames: usize, bytes: usize) {
        if frames > 1 || !self.is_empty() {
            let bytes = bytes + self.single.as_ref().map_or(0, Bytes::len);
            self.buffer.reserve(bytes);
        }
    }

    /// A frame as it is.
    pub(super) fn push(&mut self, frame: &Bytes) {
        if self.is_empty() {
            self.single = Some(frame.clone());
        } else {
            self.buffer().extend_from_slice(frame);
        }
    }

    /// What moves a position from now on has an id of this kind.
    pub(super) fn set_each_id(&mut self, each_id: Option<EachId>) {
        self.each_id = each_id;
    }

    /// How much longer a block gets that moves a position, if each has an id.
    pub(super) fn each_id_bytes(&self) -> Option<usize> {
        self.each_id.as_ref().map(EachId::line_bytes)
    }

    /// A block that moves a position to here, on a stream with ids of its own.
    pub(super) fn push_moving(&mut self, block: &[u8], position: Position) {
        match self.each_id.take() {
            None => self.push_without_id(block),
            Some(mut each_id) => {
                let out = self.buffer_with_id();
                each_id.put(position, out);
                out.extend_from_slice(block);
                self.each_id = Some(each_id);
            }
        }
    }

    fn push_without_id(&mut self, block: &[u8]) {
        let at = self.len();
        self.without_id = Some(at);
        self.buffer().extend_from_slice(block);
    }

    /// To write behind what there is, with an id that covers it.
    pub(super) fn buffer_with_id(&mut self) -> &mut BytesMut {
        self.without_id = None;
        self.buffer()
    }

    pub(super) fn told(&mut self, gap: Gap) {
        self.gaps.push(gap);
    }

    /// The batch, if there is anything in it. The last block gets the id if it needs one.
    pub(super) fn finish(mut self, put_id: impl FnOnce(&mut BytesMut)) -> Option<Batch> {
        if let Some(at) = self.without_id {
            let last = self.buffer.split_off(at);
            put_id(&mut self.buffer);
            self.buffer.extend_from_slice(&last);
        }
        let bytes = self.single.unwrap_or_else(|| self.buffer.freeze());
        (!bytes.is_empty()).then(|| Batch::new(bytes, self.gaps))
    }

    fn buffer(&mut self) -> &mut BytesMut {
        if let Some(single) = self.single.take() {
            self.buffer.extend_from_slice(&single);
        }
        &mut self.buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Bytes = Bytes::from_static(b"data: 1\n\n");

    #[test]
    fn a_single_frame_is_shared() {
        let mut batch = BatchBuilder::default();
        batch.push(&ONE);
        let batch = batch.finish(|_| unreachable!()).unwrap();
        assert_eq!(batch.as_bytes().as_ptr(), ONE.as_ptr());
        assert!(BatchBuilder::default().finish(|_| unreachable!()).is_none());
    }

    #[test]
    fn the_id_comes_before_the_last_block_that_moves_a_position() {
        let mut batch = BatchBuilder::default();
        batch.push(&ONE);
        batch.push_without_id(b"data: 2\n\n");
        batch.push_without_id(b"data: 3\n\n");
        batch.push(&ONE);
        let batch = batch
            .finish(|out| out.extend_from_slice(b"id: x\n"))
            .unwrap();
        let expected = "data: 1\n\ndata: 2\n\nid: x\ndata: 3\n\ndata: 1\n\n";
        assert_eq!(batch.as_bytes(), expected);
    }
}
