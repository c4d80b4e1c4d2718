//! What a session is.

/// What a session is, as far as is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionState {
    /// It is there: its client may come back.
    Live,
    /// Another device of the user took its place. That is known for 24 hours
    /// ([`SessionsBuilder::with_remember`](super::SessionsBuilder::with_remember)), like the next two.
    Superseded,
    /// It was closed.
    Closed,
    /// Its client was away for too long.
    Expired,
    /// There is none, or it is another identity's.
    Unknown,
}

impl SessionState {
    /// What to answer to a client that comes with the id of such a session.
    #[must_use]
    pub const fn answer(self) -> Answer {
        match self {
            Self::Live => Answer::Stream,
            Self::Superseded | Self::Closed => Answer::NoContent,
            Self::Expired | Self::Unknown => Answer::NewSession,
        }
    }

    /// A name for metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Superseded => "superseded",
            Self::Closed => "closed",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
        }
    }
}

/// What to answer to a client that comes for a stream with the id of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Its stream.
    Stream,
    /// 204, which ends an EventSource for good without an error status.
    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#sse-processing-model>
    NoContent,
    /// A session that is new, and its stream; or 404, if the application wants clients to ask for sessions.
    NewSession,
}
