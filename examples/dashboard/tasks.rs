//! Tasks that tell how far they are, and when they are done. The stream is the task: it runs once, whoever looks on.

use core::time::Duration;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use futures_util::{Stream, stream};
use serde_json::json;
use sse_codec::{Event, EventStreamBody, EventType, LastEventId, event_stream_response};
use sse_session::{Channel, resumable::AutoId};
use tokio::time::sleep;

use crate::user::User;

static TASKS: AtomicU64 = AtomicU64::new(1);

/// `POST /tasks`: begins one, and answers where it tells its progress.
pub(crate) async fn begin(
    State(auto_id): State<AutoId>,
    User(user): User,
) -> Result<(StatusCode, String), StatusCode> {
    let id = TASKS.fetch_add(1, Ordering::Relaxed);
    let task = channel(&user, id)?;
    let events = auto_id.open(&task, None, work);
    drop(events.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?); // It runs, and waits a minute for who looks on.
    Ok((StatusCode::CREATED, format!("/tasks/{id}/progress")))
}

/// `GET /tasks/{id}/progress`: from the beginning, or behind what was seen. When all was, 204: an EventSource that
/// comes back after the end then stays away.
pub(crate) async fn progress(
    State(auto_id): State<AutoId>,
    User(user): User,
    Path(id): Path<u64>,
    last_event_id: Option<Extension<LastEventId>>,
) -> Result<Response, StatusCode> {
    let last_event_id = last_event_id.map(|Extension(id)| id);
    let task = auto_id.attach(&channel(&user, id)?, last_event_id);
    let events = task.ok_or(StatusCode::NOT_FOUND)?;
    if events.is_finished() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(event_stream_response(EventStreamBody::new(events)).map(Body::new))
}

fn channel(user: &str, id: u64) -> Result<Channel, StatusCode> {
    Channel::try_from(&*format!("tasks/{user}/{id}")).map_err(|_| StatusCode::NOT_FOUND)
}

/// Ten steps of work, and the last event.
fn work() -> impl Stream<Item = Event> + Send {
    stream::unfold(1, async |step| {
        let event = match step {
            1..=10 => {
                sleep(Duration::from_millis(150)).await;
                let progress =
                    json!({ "percent": 10 * step, "status": format!("step {step} of 10") });
                Event::builder(progress.to_string()).event_type(EventType::from_static("progress"))
            }
            11 => Event::builder(json!({ "result": "10 steps done" }).to_string())
                .event_type(EventType::from_static("complete")),
            _ => return None,
        };
        Some((event.build(), step + 1))
    })
}
