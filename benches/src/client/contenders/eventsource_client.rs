//! `eventsource-client`, over its own transport, which is hyper-util's client.

use core::{fmt, net::SocketAddr};

use eventsource_client::{BoxStream, Client as _, ClientBuilder, Error, SSE};
use futures_util::StreamExt as _;
use launchdarkly_sdk_transport::HyperTransport;

use super::unexpected;
use crate::{
    client::contender::{Contender, Stream, Taker},
    peer::Failure,
};

/// Its `Client`.
pub struct EventsourceClient {
    transport: HyperTransport,
}

impl fmt::Debug for EventsourceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventsourceClient").finish_non_exhaustive()
    }
}

impl Contender for EventsourceClient {
    const NAME: &'static str = "eventsource-client";
    type Stream = BoxStream<Result<SSE, Error>>;

    fn new() -> Result<Self, Failure> {
        let transport = HyperTransport::builder().disable_proxy().build_http()?;
        Ok(Self { transport })
    }

    async fn open(&self, server: SocketAddr) -> Result<Self::Stream, Failure> {
        let client = ClientBuilder::for_url(&format!("http://{server}/"))?;
        let mut stream = client.build_with_transport(self.transport.clone()).stream();
        match stream.next().await {
            Some(Ok(SSE::Connected(_))) => Ok(stream),
            other => Err(unexpected(&format!("{other:?}"))),
        }
    }
}

impl Stream for BoxStream<Result<SSE, Error>> {
    async fn bring(&mut self, taker: &mut (impl Taker + Send)) -> Result<(), Failure> {
        match self.next().await {
            Some(Ok(SSE::Event(event))) => {
                let id = event.id.as_deref().unwrap_or_default();
                taker.event(&event.event_type, &event.data, id);
                Ok(())
            }
            other => Err(unexpected(&format!("{other:?}"))),
        }
    }
}
