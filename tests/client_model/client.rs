//! A client that writes down what happens to it; and broken ones.

use core::{net::SocketAddr, time::Duration};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{Request, Uri};
use http_body_util::Full;
use hyper_util::{client::legacy::Client as Http, rt::TokioExecutor};
use sse_tower::client::{
    Backoff, ClientItem, EventSource, EventSourceHandle, EventSourceOptions, PatientPolicy,
};
use tokio::runtime::Handle;
use tower::ServiceExt as _;

use crate::history::{CHANNELS, Entry};

/// A way to be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    ForgetsTheId,
    DropsAfterReconnect,
}

/// A client that runs.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) channels: Vec<usize>,
    pub(crate) handle: EventSourceHandle,
    history: Arc<Mutex<Vec<Entry>>>,
}

impl Client {
    pub(crate) fn start(
        runtime: &Handle,
        server: SocketAddr,
        channels: Vec<usize>,
        fault: Fault,
    ) -> Self {
        let names: Vec<_> = channels.iter().map(|&channel| CHANNELS[channel]).collect();
        let uri: Uri = format!("http://{server}/{}", names.join("-"))
            .parse()
            .unwrap();
        let http = Http::builder(TokioExecutor::new()).build_http::<Full<Bytes>>();
        let http = http.map_request(move |mut request: Request<Full<Bytes>>| {
            if fault == Fault::ForgetsTheId {
                request.headers_mut().remove("last-event-id");
            }
            request
        });
        let options = EventSourceOptions::new()
            .with_policy(PatientPolicy)
            .with_backoff(Backoff::NONE)
            .with_reconnection_time(Duration::from_millis(5))
            .with_reconnection_time_bounds(Duration::ZERO, Duration::from_millis(5));
        let _entered = runtime.enter();
        let mut source = EventSource::get(http, uri).with_options(options);
        let handle = source.handle();
        let history = Arc::<Mutex<Vec<Entry>>>::default();
        let written = Arc::clone(&history);
        runtime.spawn(async move {
            let (mut streams, mut drops) = (0, false);
            while let Some(item) = source.next().await {
                let entry = match item.unwrap() {
                    ClientItem::Open(_) => {
                        streams += 1;
                        drops = streams > 1 && fault == Fault::DropsAfterReconnect;
                        Entry::Open
                    }
                    ClientItem::Reconnecting { .. } => Entry::Reconnecting,
                    ClientItem::Event(_) if core::mem::take(&mut drops) => continue,
                    ClientItem::Event(event) => Entry::of_event(&event),
                    other => panic!("{other:?}"),
                };
                written.lock().unwrap().push(entry);
            }
        });
        Self {
            channels,
            handle,
            history,
        }
    }

    pub(crate) fn history(&self) -> Vec<Entry> {
        self.history.lock().unwrap().clone()
    }

    /// Whether it has come to the end of each of its channels.
    pub(crate) fn has_come_to(&self, last: &[u64]) -> bool {
        let history = self.history.lock().unwrap();
        self.channels.iter().all(|of| {
            let newest = history.iter().rev().find_map(|entry| match entry {
                Entry::Event {
                    channel, number, ..
                } if channel == of => Some(*number),
                _ => None,
            });
            newest == Some(last[*of])
        })
    }
}
