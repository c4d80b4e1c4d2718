//! `sse-tower` over hyper-util's client.

use core::net::SocketAddr;

use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::Empty;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use sse_tower::client::{ClientItem, EventSource, HttpService};

use super::unexpected;
use crate::{
    client::contender::{Contender, Stream, Taker},
    peer::Failure,
};

type Service = Client<HttpConnector, Empty<Bytes>>;

/// `EventSource` over hyper-util's client.
#[derive(Debug)]
pub struct Ours {
    service: Service,
}

impl Contender for Ours {
    const NAME: &'static str = "ours";
    type Stream = EventSource<Service, Empty<Bytes>>;

    fn new() -> Result<Self, Failure> {
        let service = Client::builder(TokioExecutor::new()).build_http();
        Ok(Self { service })
    }

    async fn open(&self, server: SocketAddr) -> Result<Self::Stream, Failure> {
        let address = format!("http://{server}/").parse()?;
        opened(EventSource::get(self.service.clone(), address)).await
    }
}

/// Waits for the head of the response.
pub(super) async fn opened<S, B>(
    mut source: EventSource<S, B>,
) -> Result<EventSource<S, B>, Failure>
where
    S: HttpService<B>,
{
    match source.next().await {
        Some(Ok(ClientItem::Open(_))) => Ok(source),
        other => Err(unexpected(&format!("{other:?}"))),
    }
}

impl<S, B> Stream for EventSource<S, B>
where
    S: HttpService<B, Future: Send, ResponseBody: Send> + Send + 'static,
    B: Send + 'static,
{
    async fn bring(&mut self, taker: &mut (impl Taker + Send)) -> Result<(), Failure> {
        match self.next().await {
            Some(Ok(ClientItem::Event(event))) => {
                taker.event(event.event_type(), event.data(), event.last_event_id());
                Ok(())
            }
            other => Err(unexpected(&format!("{other:?}"))),
        }
    }
}
