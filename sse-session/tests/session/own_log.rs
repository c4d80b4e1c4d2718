//! What is published to one session.

use sse_codec::Event;
use sse_session::{
    Channel,
    hub::{Authorizer, AuthorizerFuture, Decision, Hub, Identity, Subscription},
    memory::MemoryStore,
    session::{OpenOptions, SessionError, SessionState, Sessions},
};

use crate::support::{Client, IDLE, Node, channel, pass, user};

#[tokio::test(start_paused = true)]
async fn it_comes_to_its_client_alone_from_any_node_also_what_came_first() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let session = one.open().await;
    let address = session.address();
    let mut stranger = Client::connected(&one, one.open().await).await;
    let first = Event::builder("before the first stream");
    other.sessions.publish(address, first).await.unwrap();

    let mut client = Client::new(session, &["news"]);
    client.connect(&one).await.unwrap();
    assert_eq!(client.read_and_take().await, ["before the first stream"]);
    other
        .sessions
        .publish(address, Event::builder("live"))
        .await
        .unwrap();
    one.hub
        .publish(&channel("news"), Event::builder("for all"))
        .await
        .unwrap();
    let mut seen = client.read_and_take().await;
    seen.sort();
    assert_eq!(seen, ["for all", "live"]);

    // It is replayed with the channels, on another node, and nothing of it twice.
    client.disconnect();
    other
        .sessions
        .publish(address, Event::builder("away"))
        .await
        .unwrap();
    other
        .hub
        .publish(&channel("news"), Event::builder("all away"))
        .await
        .unwrap();
    client.connect(&other).await.unwrap();
    let mut seen = client.read_and_take().await;
    seen.sort();
    assert_eq!(seen, ["all away", "away"]);
    assert_eq!(stranger.read_and_take().await, ["for all", "all away"]);
}

#[tokio::test(start_paused = true)]
async fn no_channel_of_the_application_is_the_sessions_log() {
    let node = Node::over(&MemoryStore::new());
    let session = node.open().await;
    node.sessions
        .publish(session.address(), Event::builder("secret"))
        .await
        .unwrap();
    let text = session.id().to_text();
    for name in [format!("session/{text}"), text] {
        let subscription = Subscription::to([channel(&name)]).from_earliest();
        let mut stream = node.hub.subscribe(subscription).await.unwrap();
        let first = stream.next_batch().await.unwrap();
        assert!(!first.as_bytes().windows(6).any(|it| it == b"secret"));
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_published_to_a_session_that_is_none_and_its_log_goes_with_it() {
    let store = MemoryStore::new();
    let node = Node::over(&store);
    let session = node.open().await;
    let publish = async || {
        let event = Event::builder("to nobody");
        node.sessions.publish(session.address(), event).await
    };
    drop(Client::connected(&node, session.clone()).await);
    let empty = store.used_bytes();
    publish().await.unwrap();
    let used = store.used_bytes();
    assert!(used > empty);
    pass(IDLE * 2).await;
    assert!(matches!(
        publish().await,
        Err(SessionError::NotLive {
            state: SessionState::Expired
        })
    ));
    assert!(store.used_bytes() < used, "the log is there still");
}

/// Nobody may see anything.
#[derive(Debug)]
struct Nothing;

impl Authorizer for Nothing {
    fn authorize<'a>(
        &'a self,
        identity: Option<&'a Identity>,
        _: &'a Channel,
    ) -> AuthorizerFuture<'a> {
        let allowed = identity.is_none();
        Box::pin(async move { Ok(Decision::allow_if(allowed)) })
    }
}

#[tokio::test(start_paused = true)]
async fn the_authorizer_is_asked_with_the_sessions_identity_and_not_about_its_own_log() {
    let hub = Hub::builder(MemoryStore::new()).with_authorizer(Nothing);
    let hub = hub.build().unwrap();
    let sessions = Sessions::builder(&hub).build().unwrap();
    let session = sessions
        .open(Some(&user()), OpenOptions::new())
        .await
        .unwrap();
    let attach = async || sessions.attach(&session.id(), Some(&user())).await.unwrap();
    let refused = attach()
        .await
        .stream(Subscription::to([channel("news")]))
        .await;
    assert!(refused.is_err());
    let mut own = attach().await.stream(Subscription::to([])).await.unwrap();
    assert!(own.next_batch().await.is_some());
}
