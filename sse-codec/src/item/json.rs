//! An event's data as JSON.

use alloc::{borrow::ToOwned, string::String};
use core::fmt;

use serde::de::DeserializeOwned;

use crate::{Event, EventRef};

impl<'a> EventRef<'a> {
    /// The data read as JSON. The value may borrow from the data.
    ///
    /// # Errors
    ///
    /// [`JsonError`], which says which event it was.
    pub fn json<T: serde::Deserialize<'a>>(&self) -> Result<T, JsonError> {
        serde_json::from_str(self.data()).map_err(|source| JsonError {
            event_type: self.event_type().to_owned(),
            event_id: self.last_event_id().to_owned(),
            action: Action::Read,
            source,
        })
    }
}

impl Event {
    /// The data read as JSON.
    ///
    /// ```
    /// use sse_codec::Event;
    ///
    /// let event = Event::builder("[1,2,3]").build();
    /// assert_eq!(event.json::<Vec<u32>>()?, [1, 2, 3]);
    /// # Ok::<(), sse_codec::item::JsonError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`JsonError`], which says which event it was.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, JsonError> {
        self.as_ref().json()
    }
}

/// The data of an event could not be read or written as JSON.
///
/// Knows which event it was; neither its id nor its data is printed. What was wrong is its
/// [`source`](core::error::Error::source), which may quote a part of the data.
pub struct JsonError {
    event_type: String,
    event_id: String,
    action: Action,
    source: serde_json::Error,
}

#[derive(Debug, Clone, Copy)]
enum Action {
    Read,
    Write,
}

impl JsonError {
    pub(crate) fn writing(event_type: &str, event_id: &str, source: serde_json::Error) -> Self {
        Self {
            event_type: event_type.to_owned(),
            event_id: event_id.to_owned(),
            action: Action::Write,
            source,
        }
    }

    /// The type of the event.
    #[must_use]
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// The last event ID as of the event; empty if there is none.
    #[must_use]
    pub fn event_id(&self) -> &str {
        &self.event_id
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.action {
            Action::Read => "read",
            Action::Write => "write",
        };
        let event_type = &self.event_type;
        write!(
            f,
            "could not {verb} the data of an event of type {event_type:?} as JSON"
        )
    }
}

impl fmt::Debug for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Ids and data may be secrets, and the text of the source quotes data.
        f.debug_struct("JsonError")
            .field("event_type", &self.event_type)
            .field("action", &self.action)
            .field("category", &self.source.classify())
            .field("line", &self.source.line())
            .field("column", &self.source.column())
            .finish_non_exhaustive()
    }
}

impl core::error::Error for JsonError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EventId, EventType};
    use alloc::{format, string::ToString};

    #[test]
    fn an_error_knows_which_event() {
        let event = Event::builder("{")
            .id(EventId::from(7))
            .event_type(EventType::from_static("stats"))
            .build();
        let error = event.json::<u8>().unwrap_err();
        assert_eq!((error.event_type(), error.event_id()), ("stats", "7"));
        let text = "could not read the data of an event of type \"stats\" as JSON";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn neither_ids_nor_data_are_printed() {
        let event = Event::builder("\"secret\"")
            .id(EventId::from_static("secret"))
            .build();
        let error = event.json::<u8>().unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
        let debug = "JsonError { event_type: \"message\", action: Read, category: Data, \
                     line: 1, column: 8, .. }";
        assert_eq!(format!("{error:?}"), debug);
    }

    #[test]
    fn a_value_may_borrow_from_the_data() {
        let event = Event::builder(r#""text""#).build();
        let text: &str = event.as_ref().json().unwrap();
        assert_eq!(text, "text");
    }
}
