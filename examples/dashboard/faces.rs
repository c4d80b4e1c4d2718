//! The same change for three kinds of pages: those with a script, with htmx, and with Datastar.
//!
//! | change | script | htmx and its SSE extension | Datastar |
//! |---|---|---|---|
//! | HTML | `update` with JSON | `dom` with an out-of-band swap | patch of elements |
//! | text | the same | the same, escaped | the same, escaped |
//! | redirect, reload | the same | an element that asks for an answer with `HX-Redirect`, `HX-Refresh` | patch of signals |

use serde_json::json;
use sse_codec::{Event, EventBuilder, EventId, EventType};

use crate::board::{Change, Mode, Update};
use crate::stats::Stats;
use crate::table::Content as _;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Script,
    Htmx,
    Datastar(Dialect),
}

/// Datastar, and its betas up to 1.0.0-beta.11, which have other names for the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Current,
    Beta,
}

/// The event of a change.
pub(crate) fn event(face: Face, change: Change) -> Event {
    let (id, update) = match change {
        Change::Kept(row) if face == Face::Script => return row.event,
        Change::Kept(row) => (Some(row.id), row.content),
        Change::Passing(update) => (None, update),
    };
    let event = match face {
        Face::Script => script(&update),
        Face::Htmx => htmx(&update),
        Face::Datastar(dialect) => datastar(dialect, &update),
    };
    match id {
        Some(id) => event.id(EventId::from(id)).build(),
        None => event.build(),
    }
}

/// The event of the figures, for pages that have no script to ask for them.
pub(crate) fn figures(face: Face, stats: Stats) -> Option<Event> {
    let Stats {
        streams,
        requests_per_sec,
        ..
    } = stats;
    match face {
        Face::Script => None,
        Face::Htmx => {
            let html = format!("<b>{streams}</b> streams, <b>{requests_per_sec}</b> requests/s");
            Some(
                Event::builder(html)
                    .event_type(EventType::from_static("stats"))
                    .build(),
            )
        }
        Face::Datastar(dialect) => Some(dialect.signals(&json!(stats)).build()),
    }
}

fn script(update: &Update) -> EventBuilder<'static> {
    let json = serde_json::to_string(update).unwrap_or_default();
    Event::builder(json).event_type(Update::EVENT_TYPE)
}

/// Out-of-band swaps: the server names the element, the page needs one `sse-swap="dom"`.
fn htmx(update: &Update) -> EventBuilder<'static> {
    let swap = |style: &str, selector: &str, html: &str| {
        format!(
            r#"<div hx-swap-oob="{style}:{}">{html}</div>"#,
            escape(selector)
        )
    };
    let ask = |path: &str| {
        swap(
            "innerHTML",
            "#command",
            &format!(r#"<i hx-get="{}" hx-trigger="load"></i>"#, escape(path)),
        )
    };
    let html = match update {
        Update::Html {
            selector,
            mode,
            html,
        } => {
            let style = match mode {
                Mode::Replace => "innerHTML",
                Mode::Append => "beforeend",
                Mode::Prepend => "afterbegin",
            };
            swap(style, selector, html)
        }
        Update::Text { selector, text } => swap("innerHTML", selector, &escape(text)),
        Update::Redirect { to } => ask(&format!("/htmx/redirect{to}")),
        Update::Reload => ask("/htmx/reload"),
    };
    Event::builder(html).event_type(EventType::from_static("dom"))
}

fn datastar(dialect: Dialect, update: &Update) -> EventBuilder<'static> {
    match update {
        Update::Html {
            selector,
            mode,
            html,
        } => dialect.elements(selector, *mode, html),
        Update::Text { selector, text } => {
            let html = format!("<span>{}</span>", escape(text));
            dialect.elements(selector, Mode::Replace, &html)
        }
        Update::Redirect { to } => dialect.signals(&json!({ "redirect": to })),
        Update::Reload => dialect.signals(&json!({ "reload": true })),
    }
}

impl Dialect {
    fn elements(self, selector: &str, mode: Mode, html: &str) -> EventBuilder<'static> {
        let mode = match mode {
            Mode::Replace => "inner",
            Mode::Append => "append",
            Mode::Prepend => "prepend",
        };
        let (event_type, mode_name, content) = match self {
            Self::Current => ("datastar-patch-elements", "mode", "elements"),
            Self::Beta => ("datastar-merge-fragments", "mergeMode", "fragments"),
        };
        let mut data = format!("{mode_name} {mode}\nselector {selector}");
        for line in html.lines() {
            data.extend(["\n", content, " ", line]);
        }
        Event::builder(data).event_type(EventType::from_static(event_type))
    }

    fn signals(self, signals: &serde_json::Value) -> EventBuilder<'static> {
        let event_type = match self {
            Self::Current => "datastar-patch-signals",
            Self::Beta => "datastar-merge-signals",
        };
        Event::builder(format!("signals {signals}")).event_type(EventType::from_static(event_type))
    }
}

/// Text as it can stand in HTML, also within quotes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
