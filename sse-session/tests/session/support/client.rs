//! A client that knows only bytes.

use core::time::Duration;

use sse_codec::{Decoder, Item, LastEventId};
use sse_session::{
    hub::Subscription,
    session::{Answer, Attachment, Session, SessionError, SessionStream, SessionStreamEnd},
};
use tokio::time::timeout;

use super::{Node, channel};

/// A client that knows only bytes, and comes back with its session and its last event ID.
pub(crate) struct Client {
    session: Session,
    channels: Vec<&'static str>,
    stream: Option<SessionStream>,
    decoder: Decoder,
    seen: Vec<String>,
    /// Bytes so far.
    pub(crate) bytes: usize,
}

impl Client {
    pub(crate) fn new(session: Session, channels: &[&'static str]) -> Self {
        Self {
            session,
            channels: channels.to_vec(),
            stream: None,
            decoder: Decoder::new(),
            seen: Vec::new(),
            bytes: 0,
        }
    }

    /// A client that has a stream on this node, and has read what there was.
    pub(crate) async fn connected(node: &Node, session: Session) -> Self {
        let mut client = Self::new(session, &["news"]);
        client.connect(node).await.unwrap();
        assert!(client.read().await);
        client
    }

    pub(crate) async fn connect(&mut self, node: &Node) -> Result<(), SessionError> {
        self.stream = None;
        self.decoder.reset();
        let attachment = node.attach(&self.session).await?;
        self.stream_of(attachment).await;
        Ok(())
    }

    pub(crate) async fn stream_of(&mut self, attachment: Attachment) {
        let channels = self.channels.iter().map(|name| channel(name));
        let after = LastEventId::try_from(self.decoder.last_event_id().as_bytes()).ok();
        let subscription = Subscription::to(channels).after(after);
        self.stream = Some(attachment.stream(subscription).await.unwrap());
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }

    pub(crate) fn stream(&mut self) -> &mut SessionStream {
        self.stream.as_mut().unwrap()
    }

    /// What it is told when it comes again.
    pub(crate) async fn told(&mut self, node: &Node) -> Answer {
        match node.attach(&self.session).await {
            Ok(_) => Answer::Stream,
            Err(SessionError::NotLive { state }) => state.answer(),
            Err(error) => panic!("{error}"),
        }
    }

    pub(crate) fn disconnect(&mut self) {
        self.stream = None;
    }

    /// Reads all that is there. `false` if the stream has ended.
    pub(crate) async fn read(&mut self) -> bool {
        loop {
            let next = self.stream.as_mut().unwrap().next_batch();
            match timeout(Duration::from_millis(1), next).await {
                Ok(Some(mut bytes)) => {
                    self.bytes += bytes.len();
                    while let Some(item) = self.decoder.decode_bytes(&mut bytes).unwrap() {
                        if let Item::Event(event) = item {
                            self.seen.push(match event.event_type() {
                                "message" => event.data().to_owned(),
                                other => format!("{other} {}", event.data()),
                            });
                        }
                    }
                }
                Ok(None) => return false,
                Err(_) => return true,
            }
        }
    }

    /// What was seen since the last time: the data of messages, and other events as `type data`.
    pub(crate) async fn read_and_take(&mut self) -> Vec<String> {
        self.read().await;
        core::mem::take(&mut self.seen)
    }

    pub(crate) fn last_event_id(&self) -> &str {
        self.decoder.last_event_id()
    }

    pub(crate) fn end(&self) -> Option<SessionStreamEnd> {
        self.stream.as_ref().unwrap().end()
    }
}
