//! Numbered messages, by POST through nginx, each sent again until it is taken.

use core::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::json;
use sse_tower::client::EventSource;
use tokio::task::JoinHandle;

use super::load::Http;
use crate::support::{DEADLINE, data};

/// Between two messages. A session may send ten a second.
const PAUSE: Duration = Duration::from_millis(250);

/// A client that sends, and whose stream is moved from node to node as all others are.
pub(super) struct Publisher {
    stopped: Arc<AtomicBool>,
    taken: Arc<AtomicU64>,
    sending: JoinHandle<u64>,
    listening: JoinHandle<()>,
}

impl Publisher {
    pub(super) async fn start(http: &Http, address: SocketAddr) -> Self {
        let request = Request::get(format!("http://{address}/session?on=room/senders"))
            .header(header::AUTHORIZATION, "Bearer publisher")
            .body(http_body_util::Empty::new())
            .unwrap();
        let mut source = EventSource::from_request(http.clone(), request);
        let inbox = loop {
            let item = source.next().await.unwrap().unwrap();
            if let Some(event) = item.into_event()
                && event.event_type() == "connected"
            {
                break data(&event)["inbox"].as_str().unwrap().to_owned();
            }
        };
        let listening = tokio::spawn(async move { while source.next().await.is_some() {} });
        let stopped = Arc::new(AtomicBool::new(false));
        let taken = Arc::new(AtomicU64::new(0));
        let uri = format!("http://{address}{inbox}");
        let sending = send(uri, Arc::clone(&stopped), Arc::clone(&taken));
        Self {
            sending: tokio::spawn(sending),
            listening,
            stopped,
            taken,
        }
    }

    /// The number of the last message that was taken.
    pub(super) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    pub(super) async fn wait_until_taken(&self, number: u64) {
        let begun = Instant::now();
        while self.taken() < number {
            assert!(begun.elapsed() < DEADLINE, "message {number} is not taken");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Sends no more: the number of the last message. Its stream stays, since what was taken may wait for it.
    pub(super) async fn stop(&mut self) -> u64 {
        self.stopped.store(true, Ordering::Relaxed);
        (&mut self.sending).await.unwrap()
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.sending.abort();
        self.listening.abort();
    }
}

async fn send(uri: String, stopped: Arc<AtomicBool>, taken: Arc<AtomicU64>) -> u64 {
    let http: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let mut number = 0;
    let mut next = tokio::time::interval(PAUSE);
    while !stopped.load(Ordering::Relaxed) {
        next.tick().await;
        number += 1;
        let content = json!({ "to": "feed/load", "text": number.to_string() }).to_string();
        let begun = Instant::now();
        loop {
            let request = Request::post(&uri)
                .header(header::AUTHORIZATION, "Bearer publisher")
                .header(header::CONTENT_TYPE, "application/json")
                .header("idempotency-key", number.to_string())
                .body(Full::from(content.clone()))
                .unwrap();
            let answer = http.request(request).await;
            if answer.is_ok_and(|answer| answer.status() == StatusCode::ACCEPTED) {
                taken.store(number, Ordering::Relaxed);
                break;
            }
            assert!(begun.elapsed() < DEADLINE, "message {number} is not taken");
            next.tick().await;
        }
    }
    number
}
