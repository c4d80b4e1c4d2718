//! The views and their layers: permission, CORS, reconnection time and keep-alive are chosen for each.

use core::error::Error;
use core::time::Duration;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use redb::Database;
use sse_codec::{Encode as _, Event, EventType};
use sse_session::resumable::AutoId;
use sse_tower::observe::{Observers, StreamStatistics};
use sse_tower::retry::Retry;
use sse_tower::{Drain, EventSourceCorsLayer, EventStreamLayer, KeepAlive, LastEventIdLayer};
use tokio::sync::broadcast;

use crate::arguments::Arguments;
use crate::board::{self, Board};
use crate::faces::{Dialect, Face};
use crate::stats::{self, Figures};
use crate::table::Table;
use crate::{notifications, page, tasks, user};

/// All that the server answers.
pub(crate) fn routes(
    database: &Arc<Database>,
    arguments: &Arguments,
    drain: &Drain,
) -> Result<Router, Box<dyn Error + Send + Sync>> {
    let statistics = Arc::new(StreamStatistics::new());
    // The last minute, which the page draws.
    let last_minute = AutoId::builder().with_history(60, 64 * 1024).build()?;
    let figures = Figures::start(last_minute, Arc::clone(&statistics))?;
    let notifications = Table::open(database, "notifications")?;
    let board = Board {
        kept: Table::open(database, "board")?,
        passing: broadcast::Sender::new(16),
        figures: figures.clone(),
    };

    // A comment would do for proxies; an event is seen by pages too, which come back if there is none for a minute.
    let heartbeat = KeepAlive::new(arguments.heartbeat).with_event(|| {
        Event::builder("{}")
            .event_type(EventType::from_static("heartbeat"))
            .to_frame()
    });
    let streams = EventStreamLayer::recommended()
        .with_keep_alive(heartbeat)
        .with_observers(Observers::new().with_observer(statistics));
    let retry = |seconds| {
        streams
            .clone()
            .with_retry(Retry::new(Duration::from_secs(seconds)))
    };

    // Some pages of other origins, with the user's cookie.
    let cors = EventSourceCorsLayer::origins(&arguments.origins)?.with_credentials()?;
    let stats = Router::new()
        .route("/stats", get(stats::view).layer((cors, retry(3))))
        .with_state(figures.clone());

    // No pages of other origins: without a layer nobody is allowed.
    let notifications = Router::new()
        .route(
            "/notifications/stream",
            get(notifications::view).layer(retry(1)),
        )
        .route("/notifications", post(notifications::add))
        .route("/notifications/{id}/read", post(notifications::read))
        .with_state(notifications);

    // Any page, without cookies.
    let public = (EventSourceCorsLayer::any_origin(), retry(2));
    let face = |face| {
        let board = board.clone();
        get(async move |last_event_id| board::view(board.clone(), face, last_event_id).await)
            .layer(public.clone())
    };
    let board = Router::new()
        .route("/board", face(Face::Script))
        .route("/board/htmx", face(Face::Htmx))
        .route("/board/datastar", face(Face::Datastar(Dialect::Current)))
        .route("/board/datastar-beta", face(Face::Datastar(Dialect::Beta)))
        .route("/board/{change}", post(board::post))
        .with_state(board);

    let auto_id = AutoId::builder().build()?;
    let tasks = Router::new()
        .route("/tasks", post(tasks::begin))
        .route("/tasks/{id}/progress", get(tasks::progress).layer(retry(1)))
        .with_state(auto_id);

    Ok(page::routes()
        .route("/sign-in/{name}", get(user::sign_in))
        .route("/sign-out", get(user::sign_out))
        .merge(stats)
        .merge(notifications)
        .merge(board)
        .merge(tasks)
        .layer((
            from_fn_with_state(figures, stats::count),
            drain.layer(),
            LastEventIdLayer::new(),
        )))
}
