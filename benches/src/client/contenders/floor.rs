//! The frames of a body, of which nobody reads a byte: what hyper-util's client costs.

use core::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use sse_tower::client::HttpService;

use super::unexpected;
use crate::{
    client::contender::{Brings, Contender, Stream, Taker},
    peer::Failure,
};

type Service = Client<HttpConnector, Empty<Bytes>>;

/// hyper-util's client, and nothing on top of it.
#[derive(Debug)]
pub struct Floor {
    service: Service,
}

impl Contender for Floor {
    const NAME: &'static str = "floor";
    const BRINGS: Brings = Brings::Bytes;
    type Stream = Frames;

    fn new() -> Result<Self, Failure> {
        let service = Client::builder(TokioExecutor::new()).build_http();
        Ok(Self { service })
    }

    async fn open(&self, server: SocketAddr) -> Result<Frames, Failure> {
        let address = format!("http://{server}/").parse()?;
        let body = self.service.get(address).await?.into_body();
        Ok(Frames(body))
    }
}

/// A body.
#[derive(Debug)]
pub struct Frames(<Service as HttpService<Empty<Bytes>>>::ResponseBody);

impl Stream for Frames {
    async fn bring(&mut self, taker: &mut (impl Taker + Send)) -> Result<(), Failure> {
        match self.0.frame().await {
            Some(Ok(frame)) => {
                taker.bytes(frame.data_ref().map_or(0, Bytes::len));
                Ok(())
            }
            other => Err(unexpected(&format!("{other:?}"))),
        }
    }
}
