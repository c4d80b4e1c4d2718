//! A channel of `tokio::sync::broadcast`, and a loop over `recv`.

use bytes::Bytes;
use tokio::sync::broadcast;

use super::KEPT;
use crate::fanout::{
    contender::{Contender, Reader},
    event::frame,
};

/// `tokio::sync::broadcast` of encoded events.
#[derive(Debug)]
pub struct Broadcast {
    sender: broadcast::Sender<Bytes>,
}

impl Contender for Broadcast {
    const NAME: &'static str = "tokio broadcast, recv";
    type Reader = BroadcastReader;

    async fn open(_: u64) -> Self {
        let (sender, _) = broadcast::channel(KEPT);
        Self { sender }
    }

    async fn subscribe(&mut self) -> BroadcastReader {
        BroadcastReader {
            receiver: self.sender.subscribe(),
        }
    }

    async fn publish(&self, number: u64) {
        // An error is that nobody is there.
        let _ = self.sender.send(frame(number));
    }
}

/// A receiver.
#[derive(Debug)]
pub struct BroadcastReader {
    receiver: broadcast::Receiver<Bytes>,
}

impl Reader for BroadcastReader {
    async fn next_frame(&mut self) -> Bytes {
        self.receiver.recv().await.expect("not behind")
    }
}
