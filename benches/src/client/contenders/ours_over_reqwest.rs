//! `sse-tower` over reqwest: what reqwest costs is in it, as in two of the others.

use core::{future::Future, net::SocketAddr, pin::Pin, task};

use bytes::Bytes;
use http::{Request, Response};
use sse_tower::client::EventSource;
use tower::Service;

use super::ours::opened;
use crate::{client::contender::Contender, peer::Failure};

/// reqwest as a service that takes and gives the types of `http`.
#[derive(Debug, Clone)]
pub struct Reqwest(reqwest::Client);

type Answer = Result<Response<reqwest::Body>, reqwest::Error>;

impl Service<Request<Bytes>> for Reqwest {
    type Response = Response<reqwest::Body>;
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> task::Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let response = reqwest::Request::try_from(request).map(|request| self.0.call(request));
        Box::pin(async move { Ok(response?.await?.into()) })
    }
}

/// `EventSource` over reqwest.
#[derive(Debug)]
pub struct OursOverReqwest {
    service: Reqwest,
}

impl Contender for OursOverReqwest {
    const NAME: &'static str = "ours, over reqwest";
    type Stream = EventSource<Reqwest, Bytes>;

    fn new() -> Result<Self, Failure> {
        let service = Reqwest(reqwest::Client::new());
        Ok(Self { service })
    }

    async fn open(&self, server: SocketAddr) -> Result<Self::Stream, Failure> {
        let address = format!("http://{server}/").parse()?;
        opened(EventSource::get(self.service.clone(), address)).await
    }
}
