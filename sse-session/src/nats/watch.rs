//! Hints.
//!
//! The server tells each record again on a subject of its own when it is stored. Each watched log is a subscription.

use core::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use std::{collections::HashMap, sync::Arc};

use async_nats::{HeaderMap, Message, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt as _;
use parking_lot::Mutex;
use tokio::{runtime::Handle, task::AbortHandle};

use super::{
    events::Watcher,
    log_meta::told,
    server::{Server, Stored},
};
use crate::store::{LogName, Watch, WatchEvent, WatchSink};

/// How long the server may take to say that a subscription is in force, before it is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// The logs that one sink watches.
pub(super) struct NatsWatch {
    server: Arc<Server>,
    runtime: Handle,
    watcher: Arc<Watcher>,
    logs: Mutex<HashMap<LogName, Following>>,
}

struct Following {
    is_in_force: Arc<AtomicBool>,
    task: AbortHandle,
}

impl Drop for Following {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl NatsWatch {
    pub(super) fn new(server: Arc<Server>, runtime: Handle, sink: Arc<dyn WatchSink>) -> Self {
        let watcher = Arc::new(Watcher {
            sink,
            closed: AtomicBool::new(false),
        });
        server.events.add(&watcher);
        Self {
            server,
            runtime,
            watcher,
            logs: Mutex::default(),
        }
    }
}

impl Watch for NatsWatch {
    fn add(&self, log: &LogName) {
        let mut logs = self.logs.lock();
        if let Some(following) = logs.get(log) {
            let is_in_force = following.is_in_force.load(Ordering::Acquire);
            drop(logs);
            // Else it is told soon.
            if is_in_force {
                self.watcher.tell(WatchEvent::Watching(log.clone()));
            }
            return;
        }
        let is_in_force = Arc::<AtomicBool>::default();
        let follower = Follower {
            server: Arc::clone(&self.server),
            watcher: Arc::clone(&self.watcher),
            log: log.clone(),
            is_in_force: Arc::clone(&is_in_force),
        };
        let task = self.runtime.spawn(follower.run()).abort_handle();
        logs.insert(log.clone(), Following { is_in_force, task });
    }

    fn remove(&self, log: &LogName) {
        let following = self.logs.lock().remove(log);
        drop(following);
    }
}

impl Drop for NatsWatch {
    fn drop(&mut self) {
        self.watcher.closed.store(true, Ordering::Release);
    }
}

impl fmt::Debug for NatsWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsWatch").finish_non_exhaustive()
    }
}

/// What is told of one log.
struct Follower {
    server: Arc<Server>,
    watcher: Arc<Watcher>,
    log: LogName,
    is_in_force: Arc<AtomicBool>,
}

impl Follower {
    async fn run(self) {
        let all = self.server.subjects.hint("*", &self.log);
        loop {
            if let Ok(subscriber) = self.server.client.subscribe(all.clone()).await {
                self.follow(subscriber).await;
            }
            // The connection was closed.
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    async fn follow(&self, mut subscriber: Subscriber) {
        let probe = self.server.subjects.hint("probe", &self.log);
        let mut ask = tokio::time::interval(ASK_AGAIN);
        loop {
            let asking = !self.is_in_force.load(Ordering::Acquire);
            let message = tokio::select! {
                message = subscriber.next() => message,
                _ = ask.tick(), if asking => {
                    self.ask(&probe).await;
                    continue;
                }
            };
            let Some(message) = message else { return };
            if message.subject.as_str() == probe {
                if message.status.is_none() && asking {
                    self.is_in_force.store(true, Ordering::Release);
                    self.watcher.tell(WatchEvent::Watching(self.log.clone()));
                }
                continue;
            }
            if let Some(event) = self.event(message) {
                self.watcher.tell(event);
            }
        }
    }

    /// Asks whoever leads the stream for anything, and to answer where it would tell of a record. When the answer comes, the next
    /// record does too.
    async fn ask(&self, probe: &str) {
        let logs = self.server.subjects.logs_stream();
        let question = format!("$JS.API.STREAM.MSG.GET.{logs}");
        let subject = self.server.subjects.log(&self.log);
        let body = serde_json::json!({ "last_by_subj": subject }).to_string();
        // Without an answer it is asked again.
        let _ = self
            .server
            .client
            .publish_with_reply(question, probe.to_owned(), body.into())
            .await;
    }

    fn event(&self, message: Message) -> Option<WatchEvent> {
        let log = self.log.clone();
        let say = self.server.subjects.hint("say", &self.log);
        if message.subject.as_str() == say {
            let payload = message.payload;
            return Some(WatchEvent::Announced { log, payload });
        }
        match told(&stored(message)) {
            Ok(Some(record)) => Some(WatchEvent::Appended { log, record }),
            Ok(None) => None,
            // Whoever reads the log is told what is wrong with it.
            Err(_) => Some(WatchEvent::Changed(log)),
        }
    }
}

/// A message as the server tells it again.
fn stored(message: Message) -> Stored {
    let headers = message.headers.unwrap_or_default();
    Stored {
        sequence: sequence(&headers).unwrap_or(0),
        headers,
        payload: message.payload,
        at: 0,
        subject: String::new(),
    }
}

fn sequence(headers: &HeaderMap) -> Option<u64> {
    headers.get("Nats-Sequence")?.as_str().parse().ok()
}

/// Tells those who watch a log.
pub(super) async fn announce(
    server: &Server,
    log: &LogName,
    payload: Bytes,
) -> Result<(), crate::store::StoreError> {
    server.ensure_connected()?;
    let subject = server.subjects.hint("say", log);
    let said = server.client.publish(subject, payload).await;
    said.map_err(super::failure::unavailable)?;
    server.flush().await
}

/// Waits until whoever leads the stream knows all subscriptions of this connection: when it can be asked.
pub(super) async fn is_known(server: &Server) -> bool {
    server
        .last(super::streams::Kind::Logs, &server.subjects.sweep())
        .await
        .is_ok()
}
