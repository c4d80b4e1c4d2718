//! The board: changes of pages, which the server pushes. It holds the live feed, a log, a headline and a status line.

use std::io;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::{Stream, StreamExt as _, future, stream};
use serde::{Deserialize, Serialize};
use sse_codec::{Event, EventStreamBody, EventType, LastEventId, event_stream_response};
use sse_session::resumable::{Join, JoinError, Page};
use tokio::sync::broadcast;

use crate::faces::{self, Face};
use crate::stats::Figures;
use crate::table::{Content, Row, Table};
use crate::user::User;

/// Where new content goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    Replace,
    Append,
    Prepend,
}

/// A change of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
pub(crate) enum Update {
    /// HTML, which the server has written: into the element of that selector.
    Html {
        selector: String,
        mode: Mode,
        html: String,
    },
    /// Text, whatever is in it, in place of that element's.
    Text { selector: String, text: String },
    /// To another page of this server.
    Redirect { to: String },
    /// The same page anew.
    Reload,
}

impl Content for Update {
    const EVENT_TYPE: EventType<'static> = EventType::from_static("update");
}

/// Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Board {
    pub(crate) kept: Table<Update>,
    /// Redirects and reloads: they are for who is there now. Who comes back later is not sent away once more.
    pub(crate) passing: broadcast::Sender<Update>,
    pub(crate) figures: Figures,
}

/// A new page gets the newest so many changes.
const SHOWN: u64 = 20;
const PAGE: usize = 100;

impl Board {
    /// What one page is to change, from where it stands.
    fn updates(
        &self,
        last_id: Option<u64>,
    ) -> impl Stream<Item = Result<Change, JoinError<io::Error>>> + Send + use<> {
        let table = self.kept.clone();
        let missed = move |after| missed(table.clone(), after);
        let kept = Join::ordered(|row: &Row<Update>| row.id)
            .join(last_id, self.kept.live(), missed)
            .map(|row| row.map(Change::Kept));
        let passing = stream::unfold(self.passing.subscribe(), async |mut passing| {
            loop {
                match passing.recv().await {
                    Ok(update) => return Some((Ok(Change::Passing(update)), passing)),
                    Err(broadcast::error::RecvError::Lagged(_)) => (),
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        });
        stream::select(kept, passing)
    }
}

/// A change on its way to one page.
pub(crate) enum Change {
    Kept(Row<Update>),
    Passing(Update),
}

async fn missed(table: Table<Update>, after: Option<u64>) -> io::Result<Page<Row<Update>, u64>> {
    let after = match after {
        Some(id) => id,
        None => table.newest().await?.saturating_sub(SHOWN),
    };
    Ok(table.after(after, PAGE).await?.into())
}

/// `GET /board`, `/board/htmx` and `/board/datastar`: one channel, three faces.
pub(crate) async fn view(
    board: Board,
    face: Face,
    last_event_id: Option<Extension<LastEventId>>,
) -> Response {
    let last_id = last_event_id.and_then(|Extension(id)| id.parse().ok());
    let updates = board.updates(last_id);
    let updates = updates.map(move |change| Ok(faces::event(face, change?)));
    // The figures have no ids: for who comes back, only the newest count.
    let figures = board.figures.stream();
    let figures = figures.filter_map(move |stats| future::ready(faces::figures(face, stats)));
    let events = stream::select(updates, figures.map(Ok::<Event, JoinError<io::Error>>));
    event_stream_response(EventStreamBody::fallible(events)).map(Body::new)
}

/// `POST /board/{change}`, with its text: for the buttons of the pages.
pub(crate) async fn post(
    State(board): State<Board>,
    User(user): User,
    Path(change): Path<String>,
    text: String,
) -> Result<String, StatusCode> {
    let text = if text.is_empty() {
        format!("{user} pressed a button")
    } else {
        text
    };
    let line = faces::escape(&text);
    let html = |selector: &str, mode, html| Update::Html {
        selector: selector.into(),
        mode,
        html,
    };
    let update = match &*change {
        "prepend" => html("#feed", Mode::Prepend, format!("<li>{line}</li>")),
        "append" => html("#log", Mode::Append, format!("<li>{line}</li>")),
        "replace" => html(
            "#headline",
            Mode::Replace,
            format!("<strong>{line}</strong>"),
        ),
        "text" => Update::Text {
            selector: "#status".into(),
            text,
        },
        "redirect" if is_local(&text) => Update::Redirect { to: text },
        "reload" => Update::Reload,
        _ => return Err(StatusCode::BAD_REQUEST),
    };
    match update {
        Update::Redirect { .. } | Update::Reload => {
            _ = board.passing.send(update); // Nobody may be there.
            Ok(String::new())
        }
        Update::Html { .. } | Update::Text { .. } => match board.kept.add(update).await {
            Ok(id) => Ok(id.to_string()),
            Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
        },
    }
}

/// Whether it is a path of this server: `//` and `/\` begin the name of another one.
pub(crate) fn is_local(path: &str) -> bool {
    let mut bytes = path.bytes();
    bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'))
}
