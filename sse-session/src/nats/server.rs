//! The server's part: messages are stored behind what was last on their subject, asked for, and removed.

use async_nats::{
    Client, HeaderMap,
    connection::State,
    jetstream::{
        Context,
        message::PublishMessage,
        stream::{DirectGetErrorKind, LastRawMessageErrorKind, Stream},
    },
};
use bytes::Bytes;
use tokio::time::Instant;

use super::{
    NatsOptions,
    clock::Clock,
    events::Events,
    failure::{Failure, corrupt, unavailable, unknown},
    streams::{Kind, Streams},
    subjects::Subjects,
};
use crate::store::StoreError;

/// Of the server: the last sequence of the subject for which a message is meant.
const EXPECTED: &str = "Nats-Expected-Last-Subject-Sequence";
/// Ours: behind which message of the subject this one was stored, and by which attempt.
const AFTER: &str = "Sse-After";
const ATTEMPT: &str = "Sse-Attempt";
/// Ours: what there is to know besides the payload.
pub(super) const META: &str = "Sse-Meta";

/// A connection to a server, and what is called how there.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) client: Client,
    pub(super) context: Context,
    pub(super) subjects: Subjects,
    pub(super) streams: Streams,
    pub(super) clock: Clock,
    pub(super) events: std::sync::Arc<Events>,
    pub(super) options: NatsOptions,
}

/// A message as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) sequence: u64,
    pub(super) subject: String,
    pub(super) headers: HeaderMap,
    pub(super) payload: Bytes,
    /// In microseconds since 1970, by the server's clock.
    pub(super) at: u64,
}

impl Stored {
    fn from_message(message: async_nats::jetstream::message::StreamMessage) -> Self {
        let at = message.time.unix_timestamp_nanos() / 1_000;
        Self {
            sequence: message.sequence,
            subject: message.subject.to_string(),
            headers: message.headers,
            payload: message.payload,
            at: u64::try_from(at).unwrap_or(0),
        }
    }

    fn number(&self, header: &str) -> Option<u64> {
        self.headers.get(header)?.as_str().parse().ok()
    }
}

/// What became of storing a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is stored, with this sequence.
    Stored(u64),
    /// It is not and never will be: something else was last on the subject.
    Conflict,
}

impl Server {
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.options.operation_timeout
    }

    /// Stores a message if the last one of its subject is this one; 0 if there is none.
    ///
    /// An attempt whose answer was lost is looked for, and made again: both are for the same place, so at most one succeeds.
    pub(super) async fn store(
        &self,
        kind: Kind,
        subject: &str,
        meta: &str,
        payload: Bytes,
        after: u64,
    ) -> Result<Outcome, StoreError> {
        let attempt = getrandom::u64().map_err(|error| unavailable(error.to_string()))?;
        let mut headers = HeaderMap::new();
        headers.insert(EXPECTED, after.to_string());
        headers.insert(AFTER, after.to_string());
        headers.insert(ATTEMPT, attempt.to_string());
        headers.insert(META, meta);
        let deadline = self.deadline();
        let mut lost = None;
        loop {
            let (headers, payload) = (headers.clone(), payload.clone());
            match self.publish(subject, headers, payload).await {
                Ok(sequence) => return Ok(Outcome::Stored(sequence)),
                Err(Failure::Conflict) if lost.is_none() => return Ok(Outcome::Conflict),
                Err(Failure::Conflict) => {}
                Err(Failure::NoStream(error)) => {
                    if Instant::now() >= deadline {
                        return Err(lost.unwrap_or(error));
                    }
                    self.ensure(kind).await?;
                }
                Err(Failure::Refused(error)) => return Err(lost.unwrap_or(error)),
                Err(Failure::Unknown(error)) => {
                    lost.get_or_insert(error);
                }
            }
            if lost.is_some() {
                match self.find(kind, subject, after, attempt).await {
                    Ok(Some(outcome)) => return Ok(outcome),
                    Ok(None) => {}
                    Err(_) => tokio::time::sleep(self.options.request_timeout / 16).await,
                }
            }
            if Instant::now() >= deadline {
                return Err(lost.unwrap_or_else(|| unknown("it took too long")));
            }
        }
    }

    /// What became of an attempt whose answer was lost; nothing if it may be under way still.
    async fn find(
        &self,
        kind: Kind,
        subject: &str,
        after: u64,
        attempt: u64,
    ) -> Result<Option<Outcome>, StoreError> {
        let Some(next) = self.next(kind, subject, after.saturating_add(1)).await? else {
            return Ok(None);
        };
        if next.number(ATTEMPT) == Some(attempt) {
            return Ok(Some(Outcome::Stored(next.sequence)));
        }
        if next.number(AFTER) == Some(after) {
            return Ok(Some(Outcome::Conflict));
        }
        // What stood at its place was removed meanwhile.
        Err(unknown("what came next is gone"))
    }

    async fn publish(
        &self,
        subject: &str,
        headers: HeaderMap,
        payload: Bytes,
    ) -> Result<u64, Failure> {
        self.ensure_connected().map_err(Failure::Refused)?;
        let publish = PublishMessage::build().headers(headers).payload(payload);
        let acknowledged = self.context.send_publish(subject.to_owned(), publish);
        let acknowledgement = acknowledged.await?.await?;
        Ok(acknowledgement.sequence)
    }

    /// The last message of a subject.
    pub(super) async fn last(
        &self,
        kind: Kind,
        subject: &str,
    ) -> Result<Option<Stored>, StoreError> {
        self.ask(kind, Question::Last(subject)).await
    }

    /// The first message of a subject from this sequence on.
    pub(super) async fn next(
        &self,
        kind: Kind,
        subject: &str,
        from: u64,
    ) -> Result<Option<Stored>, StoreError> {
        self.ask(kind, Question::Next(subject, from)).await
    }

    async fn ask(&self, kind: Kind, question: Question<'_>) -> Result<Option<Stored>, StoreError> {
        match self.ask_once(kind, question).await {
            Err(Failure::NoStream(_)) => {
                self.ensure(kind).await?;
                let asked = self.ask_once(kind, question).await;
                asked.map_err(Failure::of_question)
            }
            asked => asked.map_err(Failure::of_question),
        }
    }

    /// Of a stream with one copy, whoever has it is asked; else the leader, because the others may be behind.
    async fn ask_once(
        &self,
        kind: Kind,
        question: Question<'_>,
    ) -> Result<Option<Stored>, Failure> {
        self.ensure_connected().map_err(Failure::Refused)?;
        let stream = self.stream(kind).await.map_err(Failure::Refused)?;
        let message = if self.options.is_replicated() {
            let builder = stream.raw_message_builder();
            let asked = match question {
                Question::Last(subject) => builder.last_by_subject(subject),
                Question::Next(subject, from) => builder.sequence(from).next_by_subject(subject),
            };
            match asked.send().await {
                Ok(message) => message,
                Err(error) => match error.kind() {
                    LastRawMessageErrorKind::NoMessageFound => return Ok(None),
                    LastRawMessageErrorKind::JetStream(error) => return Err(error.into()),
                    _ => return Err(no_responders(error)),
                },
            }
        } else {
            let builder = stream.direct_get_builder();
            let asked = match question {
                Question::Last(subject) => builder.last_by_subject(subject),
                Question::Next(subject, from) => builder.sequence(from).next_by_subject(subject),
            };
            match asked.send().await {
                Ok(message) => message,
                Err(error) => match error.kind() {
                    DirectGetErrorKind::NotFound => return Ok(None),
                    // Nobody answers for a stream that is not there.
                    DirectGetErrorKind::TimedOut => {
                        return Err(Failure::NoStream(unavailable(error)));
                    }
                    _ => return Err(no_responders(error)),
                },
            }
        };
        Ok(Some(Stored::from_message(message)))
    }

    /// Removes the messages of a subject before this sequence.
    pub(super) async fn purge(
        &self,
        kind: Kind,
        subject: &str,
        before: u64,
    ) -> Result<(), StoreError> {
        self.ensure_connected()?;
        let stream = self.stream(kind).await?;
        let purge = stream.purge().sequence(before).filter(subject);
        purge.await.map(drop).map_err(unknown)
    }

    pub(super) async fn stream(&self, kind: Kind) -> Result<Stream<()>, StoreError> {
        let name = self.streams.name(&self.subjects, kind);
        let stream = self.context.get_stream_no_info(name).await;
        stream.map_err(unavailable)
    }

    /// Makes the stream if it is not there.
    pub(super) async fn ensure(&self, kind: Kind) -> Result<(), StoreError> {
        self.ensure_connected()?;
        let Self {
            context,
            subjects,
            options,
            ..
        } = self;
        self.streams.ensure(context, subjects, options, kind).await
    }

    pub(super) fn ensure_connected(&self) -> Result<(), StoreError> {
        match self.client.connection_state() {
            State::Connected => Ok(()),
            State::Pending | State::Disconnected => Err(unavailable("not connected")),
        }
    }

    /// Sends what is to be sent.
    pub(super) async fn flush(&self) -> Result<(), StoreError> {
        let flushed = tokio::time::timeout(self.options.request_timeout, self.client.flush());
        match flushed.await {
            Ok(flushed) => flushed.map_err(unknown),
            Err(elapsed) => Err(unknown(elapsed)),
        }
    }

    /// Asks the server what time it is.
    pub(super) async fn synchronize(&self) -> Result<(), StoreError> {
        let subject = self.subjects.clock();
        let sent = Instant::now();
        let published = self.publish(&subject, HeaderMap::new(), Bytes::new()).await;
        let sequence = match published {
            Err(Failure::NoStream(_)) => return self.ensure(Kind::State).await,
            published => published.map_err(Failure::of_change)?,
        };
        let acknowledged = Instant::now();
        if let Some(stored) = self.last(Kind::State, &subject).await?
            && stored.sequence == sequence
        {
            self.clock.observe(sent, stored.at, acknowledged);
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
enum Question<'a> {
    Last(&'a str),
    Next(&'a str, u64),
}

/// An error of a question, which may say that nobody serves the stream.
fn no_responders(error: impl core::error::Error + Send + Sync + 'static) -> Failure {
    use async_nats::jetstream::context::{RequestError, RequestErrorKind};
    let mut cause: Option<&(dyn core::error::Error + 'static)> = Some(&error);
    while let Some(at) = cause {
        let of_client = at
            .downcast_ref::<async_nats::client::RequestError>()
            .is_some_and(|it| it.kind() == async_nats::client::RequestErrorKind::NoResponders);
        let of_context = at
            .downcast_ref::<RequestError>()
            .is_some_and(|it| it.kind() == RequestErrorKind::NoResponders);
        if of_client || of_context {
            return Failure::NoStream(unavailable(error));
        }
        cause = at.source();
    }
    Failure::Refused(unavailable(error))
}

/// What there is to know of a stored message besides its payload.
pub(super) fn meta<T: serde::de::DeserializeOwned>(headers: &HeaderMap) -> Result<T, StoreError> {
    let text = headers
        .get(META)
        .ok_or_else(|| corrupt("a message has no meta data"))?;
    serde_json::from_str(text.as_str()).map_err(corrupt)
}

pub(super) fn to_meta(meta: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(meta).map_err(|error| StoreError::Configuration {
        problem: error.to_string(),
    })
}
