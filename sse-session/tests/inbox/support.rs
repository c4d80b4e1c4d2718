//! Nodes over one store, and handlers that write down what they are given.

use core::time::Duration;
use std::sync::{Arc, Mutex};

use sse_session::{
    conformance::{Faults, FaultyStore},
    hub::{Hub, Subscription},
    inbox::{
        Accepted, ClientKey, HandlerFuture, Inbox, InboxBuilder, InboxError, InboxHandler,
        InboxHold, Message, MessageRefusal, ReceivedMessage, handler_fn,
    },
    memory::MemoryStore,
    session::{OpenOptions, SessionId, SessionStream, Sessions},
};
use tokio::{sync::watch, time::timeout};

use crate::defect::{Defect, DefectStore};

/// What handlers did, on all nodes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    lines: Arc<Mutex<Vec<String>>>,
}

impl Journal {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    fn write(&self, line: String) {
        self.lines.lock().unwrap().push(line);
    }

    /// Waits until there are so many, and then whether there are more.
    pub(crate) async fn when(&self, lines: usize) -> Vec<String> {
        let enough = async {
            while self.lines().len() < lines {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        _ = timeout(Duration::from_secs(60), enough).await;
        tokio::time::sleep(Duration::from_secs(20)).await;
        self.lines()
    }
}

/// Whether handlers go on: those of a node that is stuck, or dead, do not.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    open: watch::Sender<bool>,
}

impl Gate {
    pub(crate) fn new(open: bool) -> Self {
        let (open, _) = watch::channel(open);
        Self { open }
    }

    pub(crate) fn open(&self) {
        self.open.send_replace(true);
    }

    async fn pass(&self) {
        _ = self.open.subscribe().wait_for(|open| *open).await;
    }
}

pub(crate) struct Node {
    pub(crate) sessions: Sessions,
    pub(crate) inbox: Inbox,
    pub(crate) faults: Faults,
}

pub(crate) struct Held {
    _hold: InboxHold,
    pub(crate) stream: SessionStream,
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    store: DefectStore,
    pub(crate) journal: Journal,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Defect::None)
    }

    pub(crate) fn with(defect: Defect) -> Self {
        let store = Arc::new(MemoryStore::new());
        Self {
            store: DefectStore::new(store, defect),
            journal: Journal::default(),
        }
    }

    /// A node whose handlers write `begin NAME TEXT`, pass the gate and write `end NAME TEXT`.
    pub(crate) fn node(&self, name: &'static str, gate: &Gate) -> Node {
        self.node_with(name, gate, |sessions, handler| {
            Inbox::at_holder(sessions, handler)
        })
    }

    pub(crate) fn node_with(
        &self,
        name: &'static str,
        gate: &Gate,
        set_up: impl FnOnce(&Sessions, Boxed) -> InboxBuilder,
    ) -> Node {
        let faults = Faults::new();
        let store = FaultyStore::new(self.store.clone(), faults.clone());
        let hub = Hub::builder(store).build().unwrap();
        let sessions = Sessions::builder(&hub).build().unwrap();
        let (journal, gate) = (self.journal.clone(), gate.clone());
        let handler = handler_fn(move |message: ReceivedMessage| {
            let (journal, gate) = (journal.clone(), gate.clone());
            async move {
                let text = String::from_utf8_lossy(message.body()).into_owned();
                journal.write(format!("begin {name} {text}"));
                gate.pass().await;
                match &*text {
                    "fails twice" if message.attempt() < 3 => return Err("not yet".into()),
                    "panics once" if message.attempt() < 2 => panic!("as asked"),
                    "fails" => return Err("never".into()),
                    "is wrong" => return Err(MessageRefusal::new("wrong").with_status(400).into()),
                    _ => (),
                }
                journal.write(format!("end {name} {text}"));
                Ok(())
            }
        });
        Node {
            inbox: set_up(&sessions, Boxed(Arc::new(handler))).build().unwrap(),
            sessions,
            faults,
        }
    }
}

/// So that all handlers have one type.
#[derive(Debug)]
pub(crate) struct Boxed(Arc<dyn InboxHandler>);

impl InboxHandler for Boxed {
    fn handle<'a>(&'a self, message: &'a ReceivedMessage) -> HandlerFuture<'a> {
        self.0.handle(message)
    }
}

impl Node {
    pub(crate) async fn open(&self) -> SessionId {
        let session = self.sessions.open(None, OpenOptions::new()).await.unwrap();
        session.id()
    }

    /// The client's stream is on this node from now on.
    pub(crate) async fn stream(&self, session: &SessionId) -> Held {
        let attachment = self.sessions.attach(session, None).await.unwrap();
        let _hold = self.inbox.hold(&attachment);
        let stream = attachment.stream(Subscription::to([])).await.unwrap();
        Held { _hold, stream }
    }

    pub(crate) async fn push(&self, session: &SessionId, text: &str) -> Accepted {
        self.try_push(session, text, None).await.unwrap()
    }

    pub(crate) async fn try_push(
        &self,
        session: &SessionId,
        text: &str,
        key: Option<&str>,
    ) -> Result<Accepted, InboxError> {
        let mut message = Message::new(text.to_owned());
        if let Some(key) = key {
            message = message.with_key(ClientKey::try_from(key).unwrap());
        }
        self.inbox.push(session, None, message).await
    }
}

/// `end NAME TEXT` of these.
pub(crate) fn ended(lines: &[String]) -> Vec<&str> {
    lines
        .iter()
        .filter_map(|line| line.strip_prefix("end "))
        .collect()
}
