//! Hubs over one store, and who is subscribed to them: a burst is published on the first node, and it is waited until all
//! have it.

use core::{error::Error, time::Duration};
use std::{sync::Arc, time::Instant};

use sse_session::{
    Channel,
    hub::{Hub, Subscriber, Subscription},
    store::SessionStore,
};
use tokio::task::JoinSet;

use crate::fanout::{
    board::Board,
    event::{data, event, last_number},
};

const MAX_SAMPLES: usize = 1 << 18;

/// What was seen in one run.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    /// Deliveries per second.
    pub per_second: f64,
    /// From before the publication of a burst until a subscriber has its last event: the middle one, in microseconds.
    pub p50: f64,
    /// The one of a hundred.
    pub p99: f64,
}

/// A channel, and all who are subscribed to it.
#[derive(Debug)]
pub struct Telling {
    publisher: Hub,
    channel: Channel,
    board: Arc<Board>,
    burst: u64,
    subscribers: usize,
    published: u64,
    /// They end when this is dropped.
    _tasks: JoinSet<()>,
}

impl Telling {
    /// A hub on each node, and so many subscribers on each of those that are told to have some. They are told of a first event
    /// already.
    ///
    /// # Errors
    ///
    /// Any of the hub.
    pub async fn open(
        nodes: &[Arc<dyn SessionStore>],
        name: &str,
        subscribers: &[usize],
        burst: u64,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let channel = Channel::try_from(name)?;
        let board = Arc::new(Board::new(MAX_SAMPLES));
        let mut tasks = JoinSet::new();
        let mut hubs = Vec::new();
        for (node, subscribers) in nodes.iter().zip(subscribers) {
            let hub = Hub::builder(Arc::clone(node)).build()?;
            for _ in 0..*subscribers {
                let subscription = Subscription::to([channel.clone()]);
                let subscriber = hub.subscribe(subscription).await?;
                tasks.spawn(read(subscriber, Arc::clone(&board)));
            }
            hubs.push(hub);
        }
        let mut telling = Self {
            publisher: hubs.swap_remove(0),
            channel,
            board,
            burst,
            subscribers: subscribers.iter().sum(),
            published: 0,
            _tasks: tasks,
        };
        telling.burst().await?;
        Ok(telling)
    }

    /// Burst after burst, over so long.
    ///
    /// # Errors
    ///
    /// Any of the hub.
    pub async fn run(&mut self, at_least: Duration) -> Result<Told, Box<dyn Error + Send + Sync>> {
        self.board.reset_samples();
        let (start, before) = (Instant::now(), self.published);
        while self.published == before || start.elapsed() < at_least {
            self.burst().await?;
        }
        let deliveries = (self.published - before) * self.subscribers as u64;
        let per_second = deliveries as f64 / start.elapsed().as_secs_f64();
        let samples = self.board.samples();
        let at = |share: f64| {
            let index = (samples.len().saturating_sub(1) as f64 * share).round() as usize;
            let sample = samples.get(index).map_or(f64::NAN, Duration::as_secs_f64);
            sample * 1e6
        };
        Ok(Told {
            per_second,
            p50: at(0.5),
            p99: at(0.99),
        })
    }

    async fn burst(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        let first = self.published + 1;
        self.published += self.burst;
        self.board.begin(self.published, self.subscribers);
        for number in first..=self.published {
            let data = data(number);
            self.publisher.publish(&self.channel, event(&data)).await?;
        }
        self.board.all_have_it().await;
        Ok(())
    }
}

async fn read(mut subscriber: Subscriber, board: Arc<Board>) {
    while let Some(batch) = subscriber.next_batch().await {
        assert!(batch.gaps().is_empty(), "nothing is missing");
        if last_number(batch.as_bytes()) == Some(board.last()) {
            board.reached(true);
        }
    }
}
