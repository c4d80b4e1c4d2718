//! What a stream carries.

use http_body::Body as _;
use sse_codec::Event;
use sse_session::hub::{EventIds, Hub, Subscription};
use sse_session::memory::MemoryStore;
use sse_session::store::Retention;

use crate::support::{Client, TestStore, channel, hub, publish, publish_all, some_time};

#[tokio::test(start_paused = true)]
async fn what_is_published_arrives_in_order_and_is_resumed() {
    let hub = Hub::builder(MemoryStore::new()).build().unwrap();
    let mut client = Client::connected(&hub, &["a"]).await;
    publish_all(&hub, "a", 1..=3).await;
    assert_eq!(client.read_and_take().await, ["1", "2", "3"]);
    client.disconnect();
    publish_all(&hub, "a", 4..=600).await;
    client.connect(&hub).await;
    publish_all(&hub, "a", 601..=602).await;
    let expected: Vec<_> = (4..=602).map(|number| number.to_string()).collect();
    assert_eq!(client.read_and_take().await, expected);
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_tells_the_id_that_the_event_has() {
    let hub = hub(&TestStore::new());
    let mut client = Client::connected(&hub, &["a"]).await;
    let first = publish(&hub, "a", 1).await;
    let second = publish(&hub, "a", 2).await;
    client.read().await;
    let ids: Vec<_> = client
        .seen
        .iter()
        .map(|seen| &*seen.last_event_id)
        .collect();
    assert_eq!(ids, [first.id.as_str(), second.id.as_str()]);
}

/// A client that has got nothing can resume: it was told where it stands.
#[tokio::test(start_paused = true)]
async fn the_first_thing_sent_is_where_the_stream_stands() {
    let hub = hub(&TestStore::new());
    for name in ["empty", "not_empty"] {
        if name == "not_empty" {
            publish(&hub, name, "before").await;
        }
        let mut client = Client::connected(&hub, &[name]).await;
        assert!(client.last_event_id().is_none());
        client.read().await;
        assert!(client.take().is_empty(), "no event is dispatched for it");
        assert!(client.last_event_id().is_some());
        client.disconnect();
        publish(&hub, name, "while away").await;
        client.connect(&hub).await;
        assert_eq!(client.read_and_take().await, ["while away"], "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_client_starts_live_or_with_the_earliest_as_it_likes() {
    let hub = hub(&TestStore::new());
    publish_all(&hub, "a", 1..=3).await;
    let mut live = Client::connected(&hub, &["a"]).await;
    let mut all = Client::new(&["a"]);
    let subscription = all.subscription().from_earliest();
    all.connect_with(&hub, subscription).await.unwrap();
    let mut all_of_nothing = Client::new(&["b"]);
    let subscription = all_of_nothing.subscription().from_earliest();
    all_of_nothing
        .connect_with(&hub, subscription)
        .await
        .unwrap();
    publish(&hub, "a", 4).await;
    publish(&hub, "b", 1).await;
    assert_eq!(live.read_and_take().await, ["4"]);
    assert_eq!(all.read_and_take().await, ["1", "2", "3", "4"]);
    assert_eq!(all_of_nothing.read_and_take().await, ["1"]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_several_channels_resumes_all_of_them() {
    let hub = hub(&TestStore::new());
    let mut client = Client::connected(&hub, &["a", "b", "c"]).await;
    client.read().await;
    for round in 0..5 {
        publish(&hub, "a", format!("a{round}")).await;
        publish(&hub, "b", format!("b{round}")).await;
        let mut got = client.read_and_take().await;
        got.sort();
        client.disconnect();
        publish(&hub, "b", format!("b{round}, away")).await;
        client.connect(&hub).await;
        got.extend(client.read_and_take().await);
        let expected = [
            format!("a{round}"),
            format!("b{round}"),
            format!("b{round}, away"),
        ];
        assert_eq!(got, expected);
    }
}

/// The last id of a batch covers all of it; the ones before are older, so what is cut off comes
/// again.
#[tokio::test(start_paused = true)]
async fn a_batch_with_one_id_that_is_cut_off_comes_again() {
    let builder = Hub::builder(TestStore::new()).with_event_ids(EventIds::PerBatch);
    let hub = builder.build().unwrap();
    let mut client = Client::connected(&hub, &["a", "b"]).await;
    client.read().await;
    publish_all(&hub, "a", 1..=3).await;
    publish_all(&hub, "b", 4..=6).await;
    let batch = client.subscriber().next_batch().await.unwrap().into_bytes();
    for cut in 0..batch.len() {
        let mut cut_off = Client::new(&["a", "b"]);
        let id = client.last_event_id().unwrap();
        cut_off.set_last_event_id(id.as_str());
        cut_off.receive(batch.slice(..cut));
        let before_the_cut = cut_off.take();
        cut_off.connect(&hub).await;
        cut_off.read().await;
        assert_eq!(
            cut_off.take(),
            ["1", "2", "3", "4", "5", "6"],
            "{before_the_cut:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_that_is_new_to_a_client_starts_as_for_a_new_client() {
    let hub = hub(&TestStore::new());
    publish(&hub, "b", "old").await;
    let mut client = Client::connected(&hub, &["a"]).await;
    client.read().await;
    let id = client.last_event_id().unwrap();
    publish(&hub, "a", "missed").await;
    let mut client = Client::new(&["a", "b"]);
    client.set_last_event_id(id.as_str());
    client.connect(&hub).await;
    publish(&hub, "b", "new").await;
    let mut got = client.read_and_take().await;
    got.sort();
    assert_eq!(got, ["missed", "new"]);
}

#[tokio::test(start_paused = true)]
async fn a_cursor_in_the_ring_costs_no_store() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut stays = Client::connected(&hub, &["a"]).await;
    let mut leaves = Client::connected(&hub, &["a"]).await;
    publish(&hub, "a", 1).await;
    leaves.read().await;
    leaves.disconnect();
    publish(&hub, "a", 2).await;
    stays.read().await;
    store.take_reads();
    store.set_away(true);
    leaves.connect(&hub).await;
    assert_eq!(leaves.read_and_take().await, ["1", "2"]);
    assert_eq!(store.take_reads(), 0);
}

/// After a restart thousands come back with much the same id.
#[tokio::test(start_paused = true)]
async fn what_one_client_has_read_the_next_one_finds_in_the_ring() {
    let store = TestStore::new();
    let first_hub = hub(&store);
    let mut client = Client::connected(&first_hub, &["a"]).await;
    client.read().await;
    let id = client.last_event_id().unwrap();
    publish_all(&first_hub, "a", 1..=100).await;
    drop(client);
    let hub = hub(&store);
    let come_back = async || {
        let mut client = Client::new(&["a"]);
        client.set_last_event_id(id.as_str());
        client.connect(&hub).await;
        assert_eq!(client.read_and_take().await.len(), 100);
    };
    come_back().await;
    store.take_reads();
    for _ in 0..10 {
        come_back().await;
    }
    assert_eq!(store.take_reads(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_batch_is_bounded_and_a_single_frame_is_shared() {
    let hub = Hub::builder(TestStore::new())
        .with_max_batch_bytes(1000)
        .build()
        .unwrap();
    let (mut one, mut other) = {
        let subscribe = || hub.subscribe(Subscription::to([channel("a")]));
        (subscribe().await.unwrap(), subscribe().await.unwrap())
    };
    one.next_batch().await.unwrap();
    other.next_batch().await.unwrap();
    publish(&hub, "a", "alone").await;
    let (of_one, of_other) = (
        one.next_batch().await.unwrap(),
        other.next_batch().await.unwrap(),
    );
    assert_eq!(of_one.as_bytes().as_ptr(), of_other.as_bytes().as_ptr());

    let data = "x".repeat(100);
    for _ in 0..50 {
        publish(&hub, "a", &data).await;
    }
    let mut events = 0;
    while events < 50 {
        let bytes = one.next_batch().await.unwrap().into_bytes();
        assert!(bytes.len() < 1000 + 200, "{}", bytes.len());
        events += bytes.windows(5).filter(|window| window == b"data:").count();
    }
    assert_eq!(events, 50);
}

#[tokio::test(start_paused = true)]
async fn a_body_has_one_frame_for_each_batch() {
    let hub = hub(&TestStore::new());
    let subscriber = hub
        .subscribe(Subscription::to([channel("a")]))
        .await
        .unwrap();
    let mut body = core::pin::pin!(subscriber.into_body());
    publish(&hub, "a", 1).await;
    publish(&hub, "a", 2).await;
    some_time().await;
    let frame = core::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await;
    let text = String::from_utf8(frame.unwrap().unwrap().into_data().unwrap().to_vec()).unwrap();
    assert_eq!(text.matches("id: ").count(), 3, "{text}");
    assert!(text.ends_with("\ndata: 2\n\n"), "{text}");
    assert!(!body.is_end_stream());
}

#[tokio::test(start_paused = true)]
async fn many_channels_and_many_clients_do_not_mix() {
    let hub = hub(&TestStore::new());
    let names: Vec<_> = (0..200).map(|number| format!("channel/{number}")).collect();
    let mut clients = Vec::new();
    for window in names.windows(3) {
        let window: Vec<_> = window.iter().map(|name| &**name).collect();
        clients.push((Client::connected(&hub, &window).await, window));
    }
    for name in &names {
        publish(&hub, name, name).await;
    }
    for (client, window) in &mut clients {
        let mut got = client.read_and_take().await;
        got.sort();
        window.sort_unstable();
        assert_eq!(got, *window);
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_is_let_go_some_time_after_its_last_subscriber() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = Client::connected(&hub, &["a"]).await;
    publish(&hub, "a", 1).await;
    client.read().await;
    client.disconnect();
    some_time().await;
    assert_eq!(store.watches().logs().len(), 1, "it lingers");
    client.connect(&hub).await;
    some_time().await;
    some_time().await;
    assert_eq!(store.watches().logs().len(), 1, "it is used again");
    client.disconnect();
    for _ in 0..3 {
        some_time().await;
    }
    assert_eq!(store.watches().logs().len(), 0);
    publish(&hub, "a", 2).await;
    client.connect(&hub).await;
    assert_eq!(client.read_and_take().await, ["1", "2"]);
}

#[tokio::test(start_paused = true)]
async fn a_channel_to_which_clients_come_now_and_then_stays_ready() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = Client::connected(&hub, &["a"]).await;
    client.disconnect();
    for _ in 0..5 {
        // Between two looks of the hub, as who polls does.
        tokio::time::sleep(core::time::Duration::from_secs(21)).await;
        assert_eq!(store.watches().logs().len(), 1, "it lingers for 30 seconds");
        client.connect(&hub).await;
        client.disconnect();
    }
}

#[tokio::test(start_paused = true)]
async fn a_hub_ends_with_its_last_clone_and_stream() {
    let store = TestStore::new();
    let hub = hub(&store);
    let mut client = Client::connected(&hub, &["a"]).await;
    let clone = hub.clone();
    drop(hub);
    publish(&clone, "a", 1).await;
    drop(clone);
    assert_eq!(client.read_and_take().await, ["1"]);
    assert_eq!(store.watches().count(), 1);
    drop(client);
    assert_eq!(store.watches().count(), 0);
    tokio::task::yield_now().await;
    let metrics = tokio::runtime::Handle::current().metrics();
    assert_eq!(metrics.num_alive_tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn too_few_and_too_many_channels_are_refused() {
    let hub = hub(&TestStore::new());
    let refused = async |channels: usize| {
        let names = (0..channels).map(|number| channel(&number.to_string()));
        hub.subscribe(Subscription::to(names))
            .await
            .err()
            .map(|error| error.to_string())
    };
    assert_eq!(
        refused(0).await.as_deref(),
        Some("no channel to subscribe to")
    );
    assert_eq!(refused(16).await, None);
    let error = "more than 16 channels on one stream";
    assert_eq!(refused(17).await.as_deref(), Some(error));
    assert_eq!(refused(1000).await.as_deref(), Some(error));
    let twice = Subscription::to([channel("a"), channel("a")]);
    let mut subscriber = hub.subscribe(twice).await.unwrap();
    subscriber.next_batch().await.unwrap();
    let event = Event::builder("once");
    hub.publish(&channel("a"), event).await.unwrap();
    let batch = subscriber.next_batch().await.unwrap().into_bytes();
    assert_eq!(
        batch.windows(5).filter(|window| window == b"data:").count(),
        1
    );
}

/// The first record of a log is taken as it comes, too: whoever publishes need not wait until
/// somebody has looked for it.
#[tokio::test(start_paused = true)]
async fn a_new_channel_loses_nothing_to_a_publisher_that_does_not_wait() {
    let retention = Retention::records(5);
    let hub = Hub::builder(MemoryStore::new()).with_retention(retention);
    let hub = hub.build().unwrap();
    let mut client = Client::connected(&hub, &["a"]).await;
    client.read().await;
    publish_all(&hub, "a", 1..=100).await;
    let expected: Vec<_> = (1..=100).map(|number| number.to_string()).collect();
    assert_eq!(client.read_and_take().await, expected);
}

/// So many are woken in rounds, while the publisher goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_on_a_full_channel_gets_everything() {
    let hub = Hub::builder(MemoryStore::new()).build().unwrap();
    let mut clients = Vec::new();
    for _ in 0..1_000 {
        let mut client = Client::connected(&hub, &["a"]).await;
        clients.push(tokio::spawn(async move {
            let last = Some("200".to_owned());
            let mut got = Vec::new();
            while got.last() != last.as_ref() {
                let batch = client.subscriber().next_batch().await.unwrap();
                client.receive(batch.into_bytes());
                got.extend(client.take());
            }
            got
        }));
    }
    for number in 1..=200 {
        publish(&hub, "a", number).await;
        if number % 10 == 0 {
            tokio::task::yield_now().await;
        }
    }
    let expected: Vec<_> = (1..=200).map(|number| number.to_string()).collect();
    for client in clients {
        assert_eq!(client.await.unwrap(), expected);
    }
}
