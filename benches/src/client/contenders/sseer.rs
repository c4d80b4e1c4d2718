//! `sseer`, its client over reqwest.

use core::net::SocketAddr;

use futures_util::StreamExt as _;
use sseer::{
    reqwest::{EventSource, StreamEvent},
    retry::ExponentialBackoff,
};

use super::unexpected;
use crate::{
    client::contender::{Contender, Stream, Taker},
    peer::Failure,
};

/// Its `EventSource`.
#[derive(Debug)]
pub struct Sseer {
    client: reqwest::Client,
}

impl Contender for Sseer {
    const NAME: &'static str = "sseer";
    type Stream = core::pin::Pin<Box<EventSource<ExponentialBackoff>>>;

    fn new() -> Result<Self, Failure> {
        let client = reqwest::Client::new();
        Ok(Self { client })
    }

    async fn open(&self, server: SocketAddr) -> Result<Self::Stream, Failure> {
        let source = EventSource::new(self.client.get(format!("http://{server}/")))?;
        let mut source = Box::pin(source);
        match source.next().await {
            Some(Ok(StreamEvent::Open)) => Ok(source),
            other => Err(unexpected(&format!("{other:?}"))),
        }
    }
}

impl Stream for core::pin::Pin<Box<EventSource<ExponentialBackoff>>> {
    async fn bring(&mut self, taker: &mut (impl Taker + Send)) -> Result<(), Failure> {
        match self.next().await {
            Some(Ok(StreamEvent::Event(event))) => {
                taker.event(&event.event, &event.data, &event.id);
                Ok(())
            }
            other => Err(unexpected(&format!("{other:?}"))),
        }
    }
}
