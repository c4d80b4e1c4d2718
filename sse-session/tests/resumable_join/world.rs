//! A database and its notifications, in which something happens at any moment.

use core::{
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Weak},
};

use bytes::BytesMut;
use futures_core::Stream;
use parking_lot::Mutex;
use sse_codec::{Encode, Event, EventBuilder, EventId};
use sse_session::resumable::Live;

/// What is published: a row of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) u64);

impl Row {
    fn event(self) -> EventBuilder<'static> {
        Event::builder("x".repeat(10)).id(EventId::from(self.0))
    }
}

impl Encode for Row {
    fn encoded_len(&self) -> usize {
        self.event().encoded_len()
    }

    fn encode(&self, dst: &mut BytesMut) {
        self.event().encode(dst);
    }
}

/// What happens at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    /// A row is committed: from now on it is read.
    Commit,
    /// The oldest row that was not told yet is told to who is subscribed.
    Tell,
    /// The same with the newest one.
    TellNewest,
    /// What was told last is told again.
    TellAgain,
    /// The next read fails.
    FailRead,
    /// All subscriptions end behind what they have.
    EndLive,
}

/// Why a read failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Away;

/// A moment is each poll of the live stream, and each side of each await of a read.
#[derive(Clone)]
pub(crate) struct World {
    state: Arc<Mutex<State>>,
}

struct State {
    committed: Vec<Row>,
    untold: VecDeque<Row>,
    told: Option<Row>,
    subscriptions: Vec<Weak<Mutex<Queue>>>,
    script: Vec<(usize, Action)>,
    moments: usize,
    /// The number of one that fails.
    fail_read: Option<usize>,
    reads: usize,
    page: usize,
    capacity: usize,
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Live<Row>>,
    ended: bool,
    waker: Option<Waker>,
}

impl World {
    /// With so many rows; a read gives `page` of them, and a subscription keeps `capacity`.
    pub(crate) fn new(rows: u64, page: usize, capacity: usize) -> Self {
        let state = State {
            committed: (1..=rows).map(Row).collect(),
            untold: VecDeque::new(),
            told: None,
            subscriptions: Vec::new(),
            script: Vec::new(),
            moments: 0,
            fail_read: None,
            reads: 0,
            page,
            capacity,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
        }
    }

    pub(crate) fn with_script(self, script: Vec<(usize, Action)>) -> Self {
        self.state.lock().script = script;
        self
    }

    pub(crate) fn act(&self, action: Action) {
        let wakers = self.state.lock().act(action);
        wakers.into_iter().for_each(Waker::wake);
    }

    /// What was to happen later happens now; everything is told. Whether there was anything.
    pub(crate) fn finish(&self) -> bool {
        let script = core::mem::take(&mut self.state.lock().script);
        let untold = self.state.lock().untold.len();
        script.iter().for_each(|(_, action)| self.act(*action));
        while !self.state.lock().untold.is_empty() {
            self.act(Action::Tell);
        }
        !script.is_empty() || untold > 0
    }

    pub(crate) fn ids(&self) -> Vec<u64> {
        self.state
            .lock()
            .committed
            .iter()
            .map(|row| row.0)
            .collect()
    }

    /// The read behind so many fails.
    pub(crate) fn fail_read_behind(&self, reads: usize) {
        let mut state = self.state.lock();
        state.fail_read = Some(state.reads + reads);
    }

    pub(crate) fn moments(&self) -> usize {
        self.state.lock().moments
    }

    pub(crate) fn subscribe(&self) -> Subscription {
        let queue = Arc::default();
        self.state.lock().subscriptions.push(Arc::downgrade(&queue));
        let world = self.clone();
        Subscription { world, queue }
    }

    /// The rows behind one, in the order in which they were committed.
    pub(crate) async fn missed(self, after: Option<u64>) -> Result<Vec<Row>, Away> {
        self.wait().await;
        let rows = {
            let mut state = self.state.lock();
            let nth = state.reads;
            state.reads += 1;
            if state.fail_read.take_if(|failing| *failing <= nth).is_some() {
                return Err(Away);
            }
            let committed = &state.committed;
            let is_after = |row: &Row| after == Some(row.0);
            let start = committed.iter().position(is_after).map_or(0, |at| at + 1);
            committed
                .iter()
                .skip(start)
                .take(state.page)
                .copied()
                .collect()
        };
        self.wait().await;
        Ok(rows)
    }

    async fn wait(&self) {
        self.moment();
        tokio::time::sleep(Duration::from_millis(1)).await;
        self.moment();
    }

    fn moment(&self) {
        let mut state = self.state.lock();
        let now = state.moments;
        state.moments += 1;
        let mut wakers = Vec::new();
        while let Some(at) = state.script.iter().position(|(at, _)| *at == now) {
            let (_, action) = state.script.remove(at);
            wakers.extend(state.act(action));
        }
        drop(state);
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl State {
    fn act(&mut self, action: Action) -> Vec<Waker> {
        match action {
            Action::Commit => {
                let row = Row(self.committed.len() as u64 + 1);
                self.committed.push(row);
                self.untold.push_back(row);
                return Vec::new();
            }
            Action::FailRead => {
                self.fail_read = Some(self.reads);
                return Vec::new();
            }
            Action::Tell => self.told = self.untold.pop_front().or(self.told),
            Action::TellNewest => self.told = self.untold.pop_back().or(self.told),
            Action::TellAgain | Action::EndLive => (),
        }
        let mut wakers = Vec::new();
        for queue in self.subscriptions.iter().filter_map(Weak::upgrade) {
            let mut queue = queue.lock();
            match (action, self.told) {
                (Action::EndLive, _) => queue.ended = true,
                (_, None) => (),
                (_, Some(row)) if !queue.ended => {
                    queue.items.push_back(Live::Event(row));
                    if queue.items.len() > self.capacity {
                        queue.items.drain(..2);
                        queue.items.push_front(Live::Lost);
                    }
                }
                _ => (),
            }
            wakers.extend(queue.waker.take());
        }
        wakers
    }
}

/// What is told from now on.
pub(crate) struct Subscription {
    world: World,
    queue: Arc<Mutex<Queue>>,
}

impl Stream for Subscription {
    type Item = Live<Row>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Live<Row>>> {
        self.world.moment();
        let mut queue = self.queue.lock();
        match queue.items.pop_front() {
            Some(item) => Poll::Ready(Some(item)),
            None if queue.ended => Poll::Ready(None),
            None => {
                queue.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}
