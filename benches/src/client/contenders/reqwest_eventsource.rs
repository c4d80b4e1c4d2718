//! `reqwest-eventsource`.

use core::net::SocketAddr;

use futures_util::StreamExt as _;
use reqwest_0_12 as reqwest;
use reqwest_eventsource::{Event, EventSource};

use super::unexpected;
use crate::{
    client::contender::{Contender, Stream, Taker},
    peer::Failure,
};

/// Its `EventSource`.
#[derive(Debug)]
pub struct ReqwestEventsource {
    client: reqwest::Client,
}

impl Contender for ReqwestEventsource {
    const NAME: &'static str = "reqwest-eventsource";
    type Stream = EventSource;

    fn new() -> Result<Self, Failure> {
        let client = reqwest::Client::new();
        Ok(Self { client })
    }

    async fn open(&self, server: SocketAddr) -> Result<EventSource, Failure> {
        let mut source = EventSource::new(self.client.get(format!("http://{server}/")))?;
        match source.next().await {
            Some(Ok(Event::Open)) => Ok(source),
            other => Err(unexpected(&format!("{other:?}"))),
        }
    }
}

impl Stream for EventSource {
    async fn bring(&mut self, taker: &mut (impl Taker + Send)) -> Result<(), Failure> {
        match self.next().await {
            Some(Ok(Event::Message(event))) => {
                taker.event(&event.event, &event.data, &event.id);
                Ok(())
            }
            other => Err(unexpected(&format!("{other:?}"))),
        }
    }
}
