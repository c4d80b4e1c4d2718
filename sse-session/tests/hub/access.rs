//! Who may subscribe to what.

use core::{fmt, time::Duration};
use std::{collections::HashSet, sync::Arc};

use parking_lot::Mutex;
use sse_session::{
    Channel,
    hub::{Authorizer, AuthorizerFuture, Decision, Hub, Identity, StreamEndReason, SubscribeError},
};

use crate::support::{Client, TestStore, channel, publish, publish_all, some_time};

/// Everybody may, but for what was forbidden.
#[derive(Clone, Default)]
struct Rules {
    forbidden: Arc<Mutex<HashSet<(String, String)>>>,
    unknown: Arc<Mutex<bool>>,
    asked: Arc<Mutex<usize>>,
}

impl Rules {
    fn forbid(&self, user: &str, channel: &str) {
        self.forbidden.lock().insert((user.into(), channel.into()));
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rules")
    }
}

impl Authorizer for Rules {
    fn authorize<'a>(
        &'a self,
        identity: Option<&'a Identity>,
        channel: &'a Channel,
    ) -> AuthorizerFuture<'a> {
        Box::pin(async move {
            *self.asked.lock() += 1;
            tokio::task::yield_now().await;
            if *self.unknown.lock() {
                return Err("no connection".into());
            }
            let user = identity.map_or("", Identity::key);
            let rule = (user.to_owned(), channel.to_string());
            Ok(Decision::allow_if(!self.forbidden.lock().contains(&rule)))
        })
    }
}

fn hub_with(rules: &Rules) -> Hub {
    let builder = Hub::builder(TestStore::new()).with_authorizer(rules.clone());
    builder.build().unwrap()
}

async fn connect(hub: &Hub, client: &mut Client, user: &str) -> Result<(), SubscribeError> {
    let subscription = client.subscription().with_identity(Identity::new(user));
    client.connect_with(hub, subscription).await
}

#[tokio::test(start_paused = true)]
async fn the_authorizer_is_asked_at_each_subscription() {
    let rules = Rules::default();
    let hub = hub_with(&rules);
    rules.forbid("eve", "a");
    rules.forbid("", "b");
    let mut client = Client::new(&["b", "a"]);
    let error = connect(&hub, &mut client, "eve").await.unwrap_err();
    assert_eq!(error.to_string(), "no right to subscribe to channel \"a\"");
    let subscription = client.subscription();
    let error = client.connect_with(&hub, subscription).await.unwrap_err();
    assert!(matches!(error, SubscribeError::Forbidden { channel } if &*channel == "b"));
    connect(&hub, &mut client, "ann").await.unwrap();
    publish(&hub, "a", 1).await;
    assert_eq!(client.read_and_take().await, ["1"]);
    rules.forbid("ann", "a");
    assert!(
        connect(&hub, &mut client, "ann").await.is_err(),
        "at the return too"
    );
    *rules.unknown.lock() = true;
    let error = connect(&hub, &mut client, "bob").await.unwrap_err();
    assert_eq!(error.to_string(), "could not find out who may subscribe");
}

#[tokio::test(start_paused = true)]
async fn who_is_revoked_gets_no_event_and_no_id_of_the_channel() {
    let rules = Rules::default();
    let hub = hub_with(&rules);
    let (ann, bob) = (Identity::new("ann"), Identity::new("bob"));
    let mut of_ann = [
        Client::new(&["a"]),
        Client::new(&["a", "b"]),
        Client::new(&["a"]),
    ];
    let mut of_bob = Client::new(&["a"]);
    for client in &mut of_ann {
        connect(&hub, client, "ann").await.unwrap();
    }
    connect(&hub, &mut of_bob, "bob").await.unwrap();
    publish(&hub, "a", 1).await;
    for client in &mut of_ann {
        assert_eq!(client.read_and_take().await, ["1"]);
    }
    publish(&hub, "a", "in the ring, but not yet sent").await;
    rules.forbid("ann", "a");
    assert!(hub.revoke(&ann, &channel("a")));
    assert!(!hub.revoke(&ann, &channel("a")), "there is nothing left");
    assert!(!hub.revoke(&bob, &channel("b")));
    publish(&hub, "a", 2).await;
    publish(&hub, "b", 3).await;
    for alone in [0, 2] {
        assert!(!of_ann[alone].read().await, "it has no other channel");
        assert!(of_ann[alone].take().is_empty());
        assert_eq!(
            of_ann[alone].subscriber().end(),
            Some(StreamEndReason::Revoked)
        );
    }
    let client = &mut of_ann[1];
    assert!(client.read().await);
    assert_eq!(client.take(), ["3"]);
    let id = client.last_event_id().unwrap();
    let expected = ["1", "in the ring, but not yet sent", "2"];
    assert_eq!(of_bob.read_and_take().await, expected);

    // The id says nothing of the channel any more: a client with it is new there.
    let mut other = Client::new(&["a", "b"]);
    other.set_last_event_id(id.as_str());
    connect(&hub, &mut other, "bob").await.unwrap();
    publish(&hub, "b", 4).await;
    assert_eq!(other.read_and_take().await, ["4"]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_waits_is_woken_by_a_revocation() {
    let hub = hub_with(&Rules::default());
    let mut client = Client::new(&["a"]);
    connect(&hub, &mut client, "ann").await.unwrap();
    client.read().await;
    let waiting = tokio::spawn(async move { client.subscriber().next_batch().await.is_none() });
    tokio::task::yield_now().await;
    hub.revoke(&Identity::new("ann"), &channel("a"));
    let ended = tokio::time::timeout(Duration::from_secs(60), waiting).await;
    assert!(ended.expect("it is woken").unwrap());
}

/// What is being read when the right is revoked is not sent.
#[tokio::test(start_paused = true)]
async fn a_replay_ends_with_the_right_to_it() {
    let store = TestStore::new();
    let builder = Hub::builder(store.clone())
        .with_ring(4, 1 << 20)
        .with_max_batch_bytes(100);
    let hub = builder.build().unwrap();
    let mut client = Client::new(&["a"]);
    let subscription = client.subscription().with_identity(Identity::new("ann"));
    publish_all(&hub, "a", 1..=100).await;
    client
        .connect_with(&hub, subscription.from_earliest())
        .await
        .unwrap();
    client.subscriber().next_batch().await.unwrap();
    let batch = client.subscriber().next_batch().await.unwrap();
    client.receive(batch.into_bytes());
    assert!(!client.take().is_empty());
    hub.revoke(&Identity::new("ann"), &channel("a"));
    assert!(!client.read().await);
    assert!(client.take().is_empty());
}

/// The authorizer has said yes, the application says no, and only then the stream begins.
#[tokio::test(start_paused = true)]
async fn a_revocation_while_the_authorizer_is_asked_is_not_missed() {
    let hub = hub_with(&Rules::default());
    let mut client = Client::new(&["a"]);
    let subscribing = connect(&hub, &mut client, "ann");
    let revoking = async { assert!(hub.revoke(&Identity::new("ann"), &channel("a"))) };
    let (subscribed, ()) = tokio::join!(subscribing, revoking);
    assert!(matches!(subscribed, Err(SubscribeError::Forbidden { .. })));
}

#[tokio::test(start_paused = true)]
async fn the_authorizer_is_asked_again_if_so_wanted() {
    let rules = Rules::default();
    let builder = Hub::builder(TestStore::new()).with_authorizer(rules.clone());
    let hub = builder
        .with_recheck(Duration::from_secs(5))
        .build()
        .unwrap();
    let mut clients = Vec::new();
    for user in ["ann", "ann", "bob"] {
        let mut client = Client::new(&["a"]);
        connect(&hub, &mut client, user).await.unwrap();
        client.read().await;
        clients.push(client);
    }
    *rules.unknown.lock() = true;
    rules.forbid("ann", "a");
    some_time().await;
    assert!(clients[0].read().await, "nobody knows");
    *rules.unknown.lock() = false;
    *rules.asked.lock() = 0;
    some_time().await;
    let open = [
        clients[0].read().await,
        clients[1].read().await,
        clients[2].read().await,
    ];
    assert_eq!(open, [false, false, true]);
    assert!(
        (3..=8).contains(&*rules.asked.lock()),
        "once for each identity"
    );
}

#[tokio::test(start_paused = true)]
async fn an_id_says_nothing_of_a_channel_that_was_revoked_before_it_was_made() {
    let hub = Hub::builder(TestStore::new())
        .with_max_batch_bytes(10)
        .build()
        .unwrap();
    let user = Identity::new("ann");
    for first in [["a", "b"], ["b", "a"]] {
        let mut client = Client::new(&first);
        connect(&hub, &mut client, "ann").await.unwrap();
        client.read().await;
        publish_all(&hub, "a", 0..4).await;
        hub.revoke(&user, &channel("b"));
        // Each batch is full with the first event that it has.
        while client.take().is_empty() {
            let batch = client.subscriber().next_batch().await.unwrap();
            client.receive(batch.into_bytes());
        }
        let id = client.last_event_id().unwrap();
        let codec = sse_session::cursor::CursorCodec::new();
        let of_b = codec.decode(&id, &[codec.label(&channel("b"))]);
        assert_eq!(of_b, [None]);
    }
}
