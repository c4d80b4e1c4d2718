//! Streams of several channels that are cut off anywhere.

use bytes::Bytes;
use sse_codec::Event;
use sse_session::hub::{EventIds, Hub};

use crate::support::{Client, TestStore, channel, publish};

const CHANNELS: [&str; 3] = ["a", "b", "c"];
const EVENTS: u32 = 12;

/// What a client is sent that has seen nothing of this, from the log or from memory.
struct Stretch {
    hub: Hub,
    begun: Client,
    bytes: Bytes,
}

impl Stretch {
    async fn new(ids: EventIds, from_memory: bool) -> Self {
        let store = TestStore::new();
        let ring = if from_memory { 256 } else { 2 };
        let hub = Hub::builder(store)
            .with_ring(ring, 1 << 20)
            .with_max_batch_bytes(1_000)
            .with_event_ids(ids)
            .build()
            .unwrap();
        let mut begun = Client::connected(&hub, &CHANNELS).await;
        begun.read().await;
        let mut other = Client::connected(&hub, &CHANNELS).await;
        other.read().await;
        for number in 0..EVENTS {
            for name in CHANNELS {
                publish(&hub, name, format!("{name}{number}")).await;
            }
        }
        begun.connect(&hub).await;
        let mut bytes = Vec::new();
        while !CHANNELS.iter().all(|name| {
            let last = format!("data: {name}{}\n", EVENTS - 1);
            String::from_utf8_lossy(&bytes).contains(&last)
        }) {
            let batch = begun.subscriber().next_batch().await.unwrap();
            bytes.extend_from_slice(batch.as_bytes());
        }
        begun.disconnect();
        Self {
            hub,
            begun,
            bytes: bytes.into(),
        }
    }

    /// What a client gets of it that is cut off behind so many bytes and comes back.
    async fn cut(&self, at: usize) -> Vec<String> {
        let mut client = Client::new(&CHANNELS);
        client.set_last_event_id(self.begun.last_event_id().unwrap().as_str());
        client.receive(self.bytes.slice(..at));
        client.disconnect();
        client.connect(&self.hub).await;
        client.read_and_take().await
    }
}

/// Whether each event of each channel came once, in order; or else whether none is missing.
fn verdict(got: &[String]) -> (bool, bool) {
    let expected = |name: &str| -> Vec<String> {
        (0..EVENTS)
            .map(|number| format!("{name}{number}"))
            .collect()
    };
    let of = |name: &str| -> Vec<String> {
        got.iter()
            .filter(|data| data.starts_with(name))
            .cloned()
            .collect()
    };
    let once = CHANNELS.iter().all(|name| of(name) == expected(name));
    let all = CHANNELS
        .iter()
        .all(|name| expected(name).iter().all(|data| got.contains(data)));
    (once, all)
}

#[tokio::test(start_paused = true)]
async fn where_each_event_has_an_id_nothing_comes_twice_wherever_it_is_cut() {
    for from_memory in [false, true] {
        let stretch = Stretch::new(EventIds::Each, from_memory).await;
        for at in 0..=stretch.bytes.len() {
            let got = stretch.cut(at).await;
            assert_eq!(verdict(&got), (true, true), "{from_memory} {at}: {got:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_last_of_a_batch_has_the_id_some_of_it_comes_twice_and_nothing_is_lost() {
    let stretch = Stretch::new(EventIds::PerBatch, true).await;
    let mut twice = 0;
    for at in 0..=stretch.bytes.len() {
        let (once, all) = verdict(&stretch.cut(at).await);
        assert!(all, "{at}");
        twice += usize::from(!once);
    }
    assert!(twice > stretch.bytes.len() / 2, "{twice}");
}

#[tokio::test(start_paused = true)]
async fn announcements_keep_their_place_and_have_no_id() {
    let hub = Hub::builder(TestStore::new()).build().unwrap();
    let mut client = Client::connected(&hub, &["a", "b"]).await;
    publish(&hub, "a", 0).await;
    assert_eq!(client.read_and_take().await, ["0"]);
    publish(&hub, "a", 1).await;
    hub.announce(&channel("a"), Event::builder("typing"))
        .await
        .unwrap();
    publish(&hub, "a", 2).await;
    let batch = client.subscriber().next_batch().await.unwrap();
    let text = String::from_utf8_lossy(batch.as_bytes()).into_owned();
    let lines: Vec<_> = text
        .lines()
        .map(|line| line.split(": ").next().unwrap())
        .collect();
    assert_eq!(lines, ["id", "data", "", "data", "", "id", "data", ""]);
    client.receive(batch.into_bytes());
    assert_eq!(client.take(), ["1", "typing", "2"]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_bounded_with_its_ids() {
    let names: Vec<String> = (0..16).map(|number| format!("channel/{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let hub = Hub::builder(TestStore::new())
        .with_max_batch_bytes(4_000)
        .build()
        .unwrap();
    let mut client = Client::connected(&hub, &names).await;
    client.read().await;
    for name in &names {
        for number in 0..20 {
            publish(&hub, name, number).await;
        }
    }
    for _ in 0..60 {
        let batch = client.subscriber().next_batch().await.unwrap();
        assert!(
            batch.as_bytes().len() < 4_000 + 600,
            "{}",
            batch.as_bytes().len()
        );
        client.receive(batch.into_bytes());
        if client.seen.len() == 320 {
            return;
        }
    }
    panic!("{}", client.seen.len());
}
