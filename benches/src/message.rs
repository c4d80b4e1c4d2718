//! What is encoded: events as an application has them before they are an event stream.

use std::sync::Arc;

use serde::Serialize;
use sse_codec::{Decoder, ItemRef};

use crate::corpus::{Corpus, EVENT_TYPES};

/// An event to encode.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id.
    pub id: Option<String>,
    /// Its type. Applications know their event types when they are compiled, so this is static,
    /// which spares some encoders a copy.
    pub event_type: Option<&'static str>,
    /// Its data.
    pub data: Data,
}

/// The data of an event.
#[derive(Debug, Clone)]
pub enum Data {
    /// Text.
    Text(String),
    /// A value to be written as JSON.
    Json(ChatMessage),
}

impl Data {
    /// The data as text.
    ///
    /// # Panics
    ///
    /// Never: these values have a JSON form.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Json(value) => serde_json::to_string(value).expect("has a JSON form"),
        }
    }
}

/// A value as applications send it.
#[derive(Debug, Clone, Serialize)]
pub struct ChatMessage {
    room: u32,
    user: String,
    text: String,
    sent_at: u64,
    tags: Vec<String>,
    edited: bool,
}

/// The messages of one row of the table.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name.
    pub name: &'static str,
    /// Shared, because axum's stream of events must own what it reads.
    pub messages: Arc<[Message]>,
}

/// The names of the timed cases, in the order of the table.
pub const CASES: [&str; 5] = ["llm", "chat", "tiny", "patches", "json"];

/// The name of the case that is not timed: data that is easily encoded wrongly.
pub const LINE_ENDS: &str = "line_ends";

impl Case {
    /// The case of this name.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        if name == LINE_ENDS {
            return Some(Self {
                name: LINE_ENDS,
                messages: line_ends(),
            });
        }
        let name = CASES.into_iter().find(|known| *known == name)?;
        let messages = if name == "json" {
            json()
        } else {
            of_corpus(&Corpus::generate(name)?)
        };
        Some(Self { name, messages })
    }
}

/// The events of a decode corpus.
fn of_corpus(corpus: &Corpus) -> Arc<[Message]> {
    let mut decoder = Decoder::new();
    let mut input = &corpus.bytes()[..];
    let mut messages = Vec::new();
    while let Ok(Some(item)) = decoder.decode(&mut input) {
        if let ItemRef::Event(event) = item {
            messages.push(Message {
                id: event.id().map(str::to_owned),
                event_type: EVENT_TYPES
                    .into_iter()
                    .find(|name| *name == event.event_type()),
                data: Data::Text(event.data().to_owned()),
            });
        }
    }
    messages.into()
}

fn json() -> Arc<[Message]> {
    let message = |number: u32| Message {
        id: Some((1_718_000_000 + number).to_string()),
        event_type: Some("reaction"),
        data: Data::Json(ChatMessage {
            room: number % 1000,
            user: format!("user-{}", number * 7919 % 10_000),
            text: format!("message {number} said \"hello\" to the room"),
            sent_at: 1_718_000_000_000 + u64::from(number) * 37,
            tags: vec!["greeting".into(), format!("t{}", number % 13)],
            edited: number.is_multiple_of(5),
        }),
    };
    (0..20_000).map(message).collect()
}

/// Data with every kind of line end, empty lines at both ends, a leading space, and none at all.
fn line_ends() -> Arc<[Message]> {
    const DATA: [&str; 10] = [
        "", "\n", "a\n", "\na", "a\n\nb", "a\rb", "a\r\nb", " a", "a\r", "\r\n\r\n",
    ];
    let message = |(number, data): (usize, &&str)| Message {
        id: Some(number.to_string()),
        event_type: None,
        data: Data::Text((*data).to_owned()),
    };
    DATA.iter().enumerate().map(message).collect()
}
