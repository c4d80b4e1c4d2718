//! Many clients: `sse_tower::client::EventSource` over hyper-util, through nginx.

use core::net::SocketAddr;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{Request, header};
use http_body_util::Empty;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use sse_tower::client::{ClientItem, EventSource, HttpService};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::pace::Pace;
use super::record::Record;
use crate::support::DEADLINE;

pub(super) type Http = Client<HttpConnector, Empty<Bytes>>;
type Shared = Arc<Mutex<Record>>;

pub(super) fn http() -> Http {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}

/// Clients that listen, each as a user of its own, until this is dropped.
pub(super) struct Listeners {
    records: Vec<Shared>,
    _tasks: JoinSet<()>,
}

impl Listeners {
    pub(super) fn start(http: &Http, address: SocketAddr, count: usize) -> Self {
        Self::start_over(http, address, count, "listener")
    }

    /// Clients that do not tell the last event ID.
    pub(super) fn start_forgetful(http: &Http, address: SocketAddr, count: usize) -> Self {
        let service = http
            .clone()
            .map_request(|mut request: Request<Empty<Bytes>>| {
                request.headers_mut().remove("last-event-id");
                request
            });
        Self::start_over(&service, address, count, "forgetful")
    }

    fn start_over<S>(service: &S, address: SocketAddr, count: usize, name: &str) -> Self
    where
        S: HttpService<Empty<Bytes>> + Clone + Send + 'static,
        S::Future: Send,
        S::ResponseBody: Send,
        <S::ResponseBody as http_body::Body>::Data: Send,
    {
        let mut tasks = JoinSet::new();
        let records = (0..count).map(|number| {
            let record = Shared::default();
            let user = format!("{name}-{number}");
            tasks.spawn(listen(service.clone(), address, user, Arc::clone(&record)));
            record
        });
        Self {
            records: records.collect(),
            _tasks: tasks,
        }
    }

    pub(super) const fn len(&self) -> usize {
        self.records.len()
    }

    fn sum(&self, of: impl Fn(&Record) -> usize) -> usize {
        let records = self.records.iter();
        records.map(|record| of(&record.lock().unwrap())).sum()
    }

    async fn wait_until_all(&self, what: impl Fn(&Record) -> bool) {
        let begun = Instant::now();
        loop {
            let left = self.sum(|record| {
                assert_eq!(record.failure, None);
                usize::from(!what(record))
            });
            if left == 0 {
                return;
            }
            assert!(begun.elapsed() < DEADLINE, "{left} clients are not there");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    pub(super) async fn wait_until_connected(&self) {
        self.wait_until_all(|record| record.is_connected).await;
    }

    pub(super) async fn wait_until_all_have(&self, last: u64) {
        self.wait_until_all(|record| record.last() >= last).await;
    }

    /// How they have come back since then.
    pub(super) fn pace(&self, since: Instant, window: Duration) -> Pace {
        let (mut returns, mut all_back) = (Vec::new(), Duration::ZERO);
        let mut refusals = BTreeMap::<_, usize>::new();
        for record in &self.records {
            let record = record.lock().unwrap();
            let after = |time: &Instant| time.checked_duration_since(since);
            returns.extend(record.returns.iter().filter_map(after));
            let last = record.connected.iter().filter_map(after).max();
            all_back = all_back.max(last.unwrap_or_default());
            for (_, cause) in record.refusals.iter().filter(|(at, _)| *at > since) {
                *refusals.entry(cause.clone()).or_default() += 1;
            }
        }
        Pace::new(&returns, all_back, window).with_refusals(refusals)
    }

    pub(super) fn that_have_all(&self, last: u64) -> usize {
        self.sum(|record| usize::from(record.has_all(last)))
    }

    pub(super) fn reconnections(&self) -> usize {
        self.sum(|record| record.returns.len())
    }

    pub(super) fn refusals(&self) -> usize {
        self.sum(|record| record.refusals.len())
    }

    /// Of some that have not all.
    pub(super) fn complaints(&self, last: u64) -> String {
        let records = self.records.iter().map(|record| record.lock().unwrap());
        let wrong = records.filter(|record| !record.has_all(last));
        let told: Vec<_> = wrong.take(5).map(|record| record.complaint()).collect();
        told.join("\n")
    }
}

async fn listen<S: HttpService<Empty<Bytes>>>(
    service: S,
    address: SocketAddr,
    user: String,
    record: Shared,
) {
    let at_request = Arc::clone(&record);
    let mut source = EventSource::new(service, move |attempt| {
        if attempt.requests_before() > 0 {
            at_request.lock().unwrap().returns.push(Instant::now());
        }
        Request::get(format!("http://{address}/session?on=feed/load"))
            .header(header::AUTHORIZATION, format!("Bearer {user}"))
            .body(Empty::new())
            .unwrap()
    });
    let failure = loop {
        match source.next().await {
            Some(Ok(ClientItem::Event(event))) => record.lock().unwrap().event(&event),
            Some(Ok(ClientItem::Reconnecting { cause, .. })) => {
                record.lock().unwrap().ended(&cause)
            }
            Some(Ok(_)) => (),
            Some(Err(error)) => break format!("{error:?}"),
            None => break "it has ended".to_owned(),
        }
    };
    record.lock().unwrap().failure = Some(failure);
}
