//! Events read as JSON.

use core::{
    error::Error,
    fmt,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use sse_codec::{DecodeError, item::JsonError};

use super::{ClientError, ClientItem, EventSource, HttpService};

/// A [`Stream`] of values: the data of each event read as JSON. Made by [`EventSource::events`].
///
/// What is no event is passed over: that there is a stream, comments, that another request is made. An event
/// that could not be read is an error, and the stream goes on behind it.
///
/// # Cancellation
///
/// As [`EventSource`].
#[must_use = "streams do nothing unless polled"]
pub struct JsonEvents<S: HttpService<B>, B, T> {
    source: EventSource<S, B>,
    sentinel: Option<Box<str>>,
    has_ended: bool,
    value: PhantomData<fn() -> T>,
}

impl<S: HttpService<B>, B> EventSource<S, B> {
    /// The data of the events, read as JSON.
    pub fn events<T: DeserializeOwned>(self) -> JsonEvents<S, B, T> {
        JsonEvents {
            source: self,
            sentinel: None,
            has_ended: false,
            value: PhantomData,
        }
    }
}

impl<S: HttpService<B>, B, T> JsonEvents<S, B, T> {
    /// Sets the data that is no JSON but says that the stream is complete: `[DONE]`, with many language models.
    /// It ends the stream, and closes the client. A stream that ends without it is an error.
    pub fn with_sentinel(mut self, data: impl Into<Box<str>>) -> Self {
        self.sentinel = Some(data.into());
        self
    }

    /// The client.
    pub const fn get_ref(&self) -> &EventSource<S, B> {
        &self.source
    }

    /// The client. What is read from it here is not in the stream of values.
    pub const fn get_mut(&mut self) -> &mut EventSource<S, B> {
        &mut self.source
    }

    /// The client.
    pub fn into_inner(self) -> EventSource<S, B> {
        self.source
    }
}

impl<S: HttpService<B>, B, T: DeserializeOwned> Stream for JsonEvents<S, B, T> {
    type Item = Result<T, JsonEventsError<S::ResponseBody>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.has_ended {
            return Poll::Ready(None);
        }
        loop {
            let item = ready!(Pin::new(&mut this.source).poll_next(cx));
            return Poll::Ready(match item {
                Some(Ok(ClientItem::Event(event))) => {
                    if this.sentinel.as_deref() == Some(event.data()) {
                        this.has_ended = true;
                        this.source.close();
                        None
                    } else {
                        Some(event.json().map_err(JsonEventsError::Json))
                    }
                }
                Some(Ok(ClientItem::Dropped(error))) => Some(Err(JsonEventsError::Dropped(error))),
                Some(Ok(_)) => continue,
                Some(Err(error)) => {
                    this.has_ended = true;
                    Some(Err(JsonEventsError::Client(error)))
                }
                None => {
                    this.has_ended = true;
                    let is_complete = this.sentinel.is_none();
                    (!is_complete).then_some(Err(JsonEventsError::Incomplete))
                }
            });
        }
    }
}

impl<S: HttpService<B>, B, T> fmt::Debug for JsonEvents<S, B, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonEvents")
            .field("source", &self.source)
            .field("sentinel", &self.sentinel)
            .finish_non_exhaustive()
    }
}

/// What can be wrong in a stream of JSON values.
#[non_exhaustive]
pub enum JsonEventsError<B> {
    /// The data of an event is not the JSON that was expected. The stream goes on.
    Json(JsonError),
    /// An event was dropped because of a limit. The stream goes on.
    Dropped(DecodeError),
    /// The stream ended without its sentinel.
    Incomplete,
    /// The client ended.
    Client(ClientError<B>),
}

impl<B> fmt::Display for JsonEventsError<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json(_) => "event is not the JSON that was expected",
            Self::Dropped(_) => "event was dropped",
            Self::Incomplete => "event stream ended before it was complete",
            Self::Client(_) => "no more events",
        })
    }
}

impl<B> fmt::Debug for JsonEventsError<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => f.debug_tuple("Json").field(error).finish(),
            Self::Dropped(error) => f.debug_tuple("Dropped").field(error).finish(),
            Self::Incomplete => f.write_str("Incomplete"),
            Self::Client(error) => f.debug_tuple("Client").field(error).finish(),
        }
    }
}

impl<B: 'static> Error for JsonEventsError<B> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Json(error) => Some(error),
            Self::Dropped(error) => Some(error),
            Self::Incomplete => None,
            Self::Client(error) => Some(error),
        }
    }
}
