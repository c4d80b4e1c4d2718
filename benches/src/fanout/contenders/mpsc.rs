//! A channel for each connection.

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::fanout::{
    contender::{Contender, Reader},
    event::frame,
};

/// A `tokio::sync::mpsc` for each connection, and a list of them. Who has no room misses the event.
#[derive(Debug)]
pub struct MpscPerConnection {
    senders: Vec<mpsc::Sender<Bytes>>,
    burst: usize,
}

impl Contender for MpscPerConnection {
    const NAME: &'static str = "mpsc per connection";
    type Reader = MpscReader;

    async fn open(burst: u64) -> Self {
        Self {
            senders: Vec::new(),
            burst: usize::try_from(burst).unwrap_or(usize::MAX),
        }
    }

    async fn subscribe(&mut self) -> MpscReader {
        let (sender, receiver) = mpsc::channel(self.burst);
        self.senders.push(sender);
        MpscReader { receiver }
    }

    async fn publish(&self, number: u64) {
        let frame = frame(number);
        for sender in &self.senders {
            // An error is that it reads too slowly.
            let _ = sender.try_send(frame.clone());
        }
    }
}

/// The end of a connection.
#[derive(Debug)]
pub struct MpscReader {
    receiver: mpsc::Receiver<Bytes>,
}

impl Reader for MpscReader {
    async fn next_frame(&mut self) -> Bytes {
        self.receiver.recv().await.expect("not closed")
    }
}
