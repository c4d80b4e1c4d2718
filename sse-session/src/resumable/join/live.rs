//! What a live stream brings.

use core::fmt;

/// What a live stream brings: an event, or the news that one was lost.
///
/// An item of any stream becomes one: a plain event is an event, and of a `Result` each error is a
/// loss, whatever it says. So the streams that wrap tokio's broadcast channel, whose one error is
/// that the receiver was too slow, can be joined as they are.
///
/// ```
/// use sse_session::resumable::Live;
///
/// assert!(matches!(Live::from(7), Live::Event(7)));
/// let lagged: Result<u64, &str> = Err("12 messages were skipped");
/// assert!(matches!(Live::<u64>::from(lagged), Live::Lost));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Live<T> {
    /// This happened.
    Event(T),
    /// Something may have happened that the stream does not bring.
    Lost,
}

impl<T> From<T> for Live<T> {
    fn from(event: T) -> Self {
        Self::Event(event)
    }
}

impl<T, E> From<Result<T, E>> for Live<T> {
    fn from(result: Result<T, E>) -> Self {
        match result {
            Ok(event) => Self::Event(event),
            Err(_) => Self::Lost,
        }
    }
}

/// Without the event.
impl<T> fmt::Debug for Live<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Event(_) => "Event(..)",
            Self::Lost => "Lost",
        })
    }
}
