//! Notifications of one user: the database has the ids, what was missed is read from it, and actions are plain POSTs.

use std::io;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use sse_codec::{EventStreamBody, EventType, LastEventId, event_stream_response};
use sse_session::resumable::{Join, Live, Page};

use crate::table::{Content, Row, Table};
use crate::user::User;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Notification {
    user: String,
    text: String,
    read: bool,
}

impl Content for Notification {
    const EVENT_TYPE: EventType<'static> = EventType::from_static("notification");
}

const PAGE: usize = 100;

/// `GET /notifications/stream`: first what was missed, then what comes, each once and in order.
pub(crate) async fn view(
    State(table): State<Table<Notification>>,
    User(user): User,
    last_event_id: Option<Extension<LastEventId>>,
) -> Response {
    let last_id = last_event_id.and_then(|Extension(id)| id.parse::<u64>().ok());
    let new = last_id.is_none();
    let name = user.clone();
    let live = table.live().filter(move |live| {
        let own = match live {
            Live::Event(row) => row.content.user == name,
            Live::Lost => true,
        };
        async move { own }
    });
    let missed = move |after| missed(table.clone(), user.clone(), after, new);
    let events = Join::ordered(|row: &Row<Notification>| row.id).join(last_id, live, missed);
    event_stream_response(EventStreamBody::fallible(events)).map(Body::new)
}

/// The user's next notifications behind `after`. A client that is new gets those that were not read.
async fn missed(
    table: Table<Notification>,
    user: String,
    after: Option<u64>,
    new: bool,
) -> io::Result<Page<Row<Notification>, u64>> {
    let mut rows = table.after(after.unwrap_or(0), PAGE).await?;
    // All of this page is done with, other users' rows too.
    let last = rows.last().map(|row| row.id);
    rows.retain(|row| row.content.user == user && !(new && row.content.read));
    let page = Page::new(rows);
    Ok(match last {
        Some(id) => page.up_to(id),
        None => page.last(),
    })
}

/// `POST /notifications`: the user tells himself something. In an application it comes from elsewhere.
pub(crate) async fn add(
    State(table): State<Table<Notification>>,
    User(user): User,
    text: String,
) -> Result<String, StatusCode> {
    let read = false;
    let id = table.add(Notification { user, text, read }).await;
    id.map(|id| id.to_string())
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// `POST /notifications/{id}/read`
pub(crate) async fn read(
    State(table): State<Table<Notification>>,
    User(user): User,
    Path(id): Path<u64>,
) -> StatusCode {
    let mark = move |notification: &mut Notification| {
        let own = notification.user == user;
        notification.read |= own;
        own
    };
    match table.change(id, mark).await {
        Ok(true) => StatusCode::NO_CONTENT,
        Ok(false) => StatusCode::NOT_FOUND,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
