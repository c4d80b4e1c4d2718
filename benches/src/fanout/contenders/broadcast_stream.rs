//! A channel of `tokio::sync::broadcast`, and its receivers as streams, as a body needs them.

use core::pin::Pin;

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;

use super::KEPT;
use crate::fanout::{
    contender::{Contender, Reader},
    event::frame,
};

/// `tokio::sync::broadcast` of encoded events, each receiver a `BroadcastStream`.
#[derive(Debug)]
pub struct BroadcastStreams {
    sender: broadcast::Sender<Bytes>,
}

impl Contender for BroadcastStreams {
    const NAME: &'static str = "tokio broadcast, stream";
    type Reader = StreamReader;

    async fn open(_: u64) -> Self {
        let (sender, _) = broadcast::channel(KEPT);
        Self { sender }
    }

    async fn subscribe(&mut self) -> StreamReader {
        StreamReader {
            stream: BroadcastStream::new(self.sender.subscribe()),
        }
    }

    async fn publish(&self, number: u64) {
        // An error is that nobody is there.
        let _ = self.sender.send(frame(number));
    }
}

/// A receiver as a stream.
#[derive(Debug)]
pub struct StreamReader {
    stream: BroadcastStream<Bytes>,
}

impl Reader for StreamReader {
    async fn next_frame(&mut self) -> Bytes {
        let frame = Pin::new(&mut self.stream).next().await;
        frame.expect("not ended").expect("not behind")
    }
}
