//! The figures: a plain stream, to which ids are given here.

use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Extension;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use sse_codec::{Event, EventStreamBody, EventType, LastEventId, event_stream_response};
use sse_session::{Channel, resumable::AutoId};
use sse_tower::observe::StreamStatistics;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use crate::user::User;

#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Stats {
    pub(crate) streams: u64,
    pub(crate) requests_per_sec: u64,
    pub(crate) timestamp: u64,
}

/// Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    auto_id: AutoId,
    channel: Channel,
    newest: watch::Receiver<Stats>,
    requests: Arc<AtomicU64>,
}

impl Figures {
    /// Takes the figures each second, whoever looks at them.
    pub(crate) fn start(
        auto_id: AutoId,
        statistics: Arc<StreamStatistics>,
    ) -> Result<Self, Box<dyn core::error::Error + Send + Sync>> {
        let (sender, newest) = watch::channel(Stats::default());
        let requests = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&requests);
        tokio::spawn(async move {
            let mut seconds = interval(Duration::from_secs(1));
            seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                seconds.tick().await;
                let stats = Stats {
                    streams: statistics.snapshot().live(),
                    requests_per_sec: counted.swap(0, Ordering::Relaxed),
                    timestamp: now(),
                };
                if sender.send(stats).is_err() {
                    return;
                }
            }
        });
        let channel = Channel::try_from("stats")?;
        Ok(Self {
            auto_id,
            channel,
            newest,
            requests,
        })
    }

    /// The figures as they come.
    pub(crate) fn stream(&self) -> impl Stream<Item = Stats> + Send + use<> {
        stream::unfold(self.newest.clone(), async |mut newest| {
            newest.changed().await.ok()?;
            let stats = *newest.borrow_and_update();
            Some((stats, newest))
        })
    }
}

/// `GET /stats`: everybody who is signed in sees the same, and goes on behind what was seen.
pub(crate) async fn view(
    State(figures): State<Figures>,
    _: User,
    last_event_id: Option<Extension<LastEventId>>,
) -> Result<Response, StatusCode> {
    let last_event_id = last_event_id.map(|Extension(id)| id);
    let events = figures
        .auto_id
        .open(&figures.channel, last_event_id, || {
            figures.stream().map(event)
        })
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(event_stream_response(EventStreamBody::new(events)).map(Body::new))
}

fn event(stats: Stats) -> Event {
    let json = serde_json::to_string(&stats).unwrap_or_default();
    Event::builder(json)
        .event_type(EventType::from_static("stats"))
        .build()
}

/// Counts requests.
pub(crate) async fn count(
    State(figures): State<Figures>,
    request: Request,
    next: Next,
) -> Response {
    figures.requests.fetch_add(1, Ordering::Relaxed);
    next.run(request).await
}

fn now() -> u64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
    since_1970.unwrap_or_default().as_secs()
}
