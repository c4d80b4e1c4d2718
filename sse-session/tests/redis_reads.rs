//! What a node asks of Redis, counted by the server, is by channel and not by subscriber.

#![cfg(feature = "redis")]
#![expect(clippy::unwrap_used, reason = "in a test it is a failure")]

use core::time::Duration;
use std::collections::BTreeMap;

use futures_util::future::join_all;
use sse_codec::Event;
use sse_session::{
    Channel,
    hub::{Hub, Subscriber, Subscription},
    redis::{RedisOptions, RedisStore},
};
use sse_tests::{requirement, servers::Redis};

const EVENTS: u32 = 50;
/// Nothing happens just because time passes.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);
const PATIENT: Duration = Duration::from_secs(60);

/// How often the server did what, by the names of its commands, those inside of scripts too.
type Commands = BTreeMap<String, u64>;

/// Who has a hub.
#[derive(Clone, Copy)]
enum Nodes {
    /// One that all subscribers share, as it is meant.
    One,
    /// One for each subscriber.
    OneEach,
}

/// What the server counted.
#[derive(Debug, PartialEq, Eq)]
struct Counted {
    /// By all nodes, for so many events.
    commands: Commands,
    /// What each connection that is told has subscribed to.
    subscriptions: Vec<String>,
}

impl Counted {
    fn reads(&self) -> u64 {
        self.commands.get("xrange").copied().unwrap_or(0)
    }

    /// Whether others that are subscribed to the same would have asked for nothing more.
    fn is_independent_of(&self, more: &Self) -> bool {
        self == more
    }
}

fn commands(server: &Redis) -> Commands {
    let text = server.ask("INFO commandstats");
    let counts = text.lines().filter_map(|line| {
        let (name, numbers) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
        let (calls, _) = numbers.split_once(',')?;
        Some((name.to_owned(), calls.parse().ok()?))
    });
    let mut counts: Commands = counts.collect();
    // These are the test's own.
    for own in ["info", "config|resetstat", "client|list"] {
        counts.remove(own);
    }
    counts
}

/// `sub=N` of each connection that is subscribed to something.
fn subscriptions(server: &Redis) -> Vec<String> {
    let list = server.ask("CLIENT LIST TYPE pubsub");
    let fields = list.split_whitespace();
    fields
        .filter(|field| field.starts_with("sub="))
        .map(str::to_owned)
        .collect()
}

async fn hub(options: &RedisOptions) -> Hub {
    let store = RedisStore::connect(options.clone()).await.unwrap();
    let hub = Hub::builder(store).with_check_interval(NEVER);
    hub.build().unwrap()
}

async fn publish(hub: &Hub, channel: &Channel, number: u32) {
    let data = format!("event {number}");
    hub.publish(channel, Event::builder(&data)).await.unwrap();
}

async fn read_until(subscriber: &mut Subscriber, number: u32) {
    let wanted = format!("\ndata: event {number}\n\n");
    let found = async {
        loop {
            let batch = subscriber.next_batch().await.unwrap();
            assert!(batch.gaps().is_empty(), "nothing is missing");
            let text = String::from_utf8(batch.as_bytes().to_vec()).unwrap();
            if text.contains(&wanted) {
                return;
            }
        }
    };
    let found = tokio::time::timeout(PATIENT, found).await;
    found.unwrap_or_else(|_| panic!("no event {number}"));
}

/// A publisher, and all who are subscribed.
struct World {
    server: Redis,
    publisher: Hub,
    channel: Channel,
    all: Vec<Subscriber>,
    published: u32,
}

impl World {
    /// Publishes so many events, each when all have the one before; gives what the server did for that.
    async fn tell(&mut self, events: u32) -> Commands {
        self.server.ask("CONFIG RESETSTAT");
        for _ in 0..events {
            self.published += 1;
            publish(&self.publisher, &self.channel, self.published).await;
            let all = self.all.iter_mut();
            join_all(all.map(|one| read_until(one, self.published))).await;
        }
        commands(&self.server)
    }

    /// A node looks at the log once more when its subscription is in force, some time after it has begun: until then
    /// one event is not as another.
    async fn settle(&mut self) {
        let mut same = 0;
        let mut before = self.tell(1).await;
        for _ in 0..100 {
            let now = self.tell(1).await;
            same = if now == before { same + 1 } else { 0 };
            if same == 3 {
                return;
            }
            before = now;
        }
        panic!("each event costs something else: {before:?}");
    }
}

/// Publishes on one node and reads on others, on a server of its own.
async fn count(subscribers: usize, nodes: Nodes, told_bytes: usize) -> Option<Counted> {
    let server = Redis::start(&Redis::program()?, &[]);
    let options = RedisOptions::new("127.0.0.1", server.address().port())
        .with_told_bytes(told_bytes)
        .with_check_interval(NEVER)
        .with_response_timeout(PATIENT);
    let channel = Channel::try_from("prices").unwrap();
    let publisher = hub(&options).await;
    publish(&publisher, &channel, 0).await;

    let mut here = vec![hub(&options).await];
    let mut all = Vec::new();
    for number in 0..subscribers {
        if matches!(nodes, Nodes::OneEach) && number > 0 {
            here.push(hub(&options).await);
        }
        let subscription = Subscription::to([channel.clone()]);
        let node = here.last().unwrap();
        all.push(node.subscribe(subscription).await.unwrap());
    }
    let mut world = World {
        server,
        publisher,
        channel,
        all,
        published: 0,
    };
    world.settle().await;
    let commands = world.tell(EVENTS).await;
    Some(Counted {
        commands,
        subscriptions: subscriptions(&world.server),
    })
}

fn skip(test: &str) {
    requirement::skip(test, "redis-server", "there is no redis-server");
}

#[tokio::test]
async fn a_thousand_subscribers_of_a_node_ask_no_more_of_redis_than_one() {
    const TOLD_WITH_THE_HINT: usize = 16 << 10;
    let Some(one) = count(1, Nodes::One, TOLD_WITH_THE_HINT).await else {
        return skip("a_thousand_subscribers_of_a_node_ask_no_more_of_redis_than_one");
    };
    let thousand = count(1_000, Nodes::One, TOLD_WITH_THE_HINT).await.unwrap();
    assert!(one.is_independent_of(&thousand), "{one:?}\n{thousand:?}");
    // One connection, and one subscription on it.
    assert_eq!(one.subscriptions, ["sub=1"]);
    assert_eq!(one.reads(), 0, "events come with their hints");
    assert_eq!(one.commands["evalsha"], u64::from(EVENTS));
}

#[tokio::test]
async fn what_is_too_long_for_a_hint_is_read_once_for_a_thousand_subscribers() {
    let Some(one) = count(1, Nodes::One, 0).await else {
        return skip("what_is_too_long_for_a_hint_is_read_once_for_a_thousand_subscribers");
    };
    let thousand = count(1_000, Nodes::One, 0).await.unwrap();
    assert!(one.is_independent_of(&thousand), "{one:?}\n{thousand:?}");
    assert!(one.reads() >= u64::from(EVENTS), "{one:?}");
}

/// The negative control: with a node for each subscriber the server does more, and the same check says so.
#[tokio::test]
async fn a_node_for_each_subscriber_does_ask_more_of_redis() {
    let Some(one) = count(1, Nodes::OneEach, 0).await else {
        return skip("a_node_for_each_subscriber_does_ask_more_of_redis");
    };
    let several = count(8, Nodes::OneEach, 0).await.unwrap();
    assert!(!one.is_independent_of(&several), "{several:?}");
    assert_eq!(several.subscriptions.len(), 8);
    assert!(several.reads() >= 4 * one.reads(), "{one:?}\n{several:?}");
}
