//! Times that are too long to count.

use core::time::Duration;

use sse_session::{hub::Hub, memory::MemoryStore, presence::Presence, session::SessionState};

use crate::support::{Client, DAY, Node, at_once, channel, pass, user};

#[tokio::test(start_paused = true)]
async fn times_that_are_too_long_to_count_mean_never() {
    let forever = Duration::MAX;
    for lease in [Duration::from_secs(15), forever] {
        let node = Node::with(&MemoryStore::new(), |sessions| {
            sessions
                .with_lease(lease)
                .with_idle(forever)
                .with_remember(forever)
        });
        let mut client = Client::connected(&node, node.login().await).await;
        client.disconnect();
        at_once().await;
        pass(DAY / 2).await;
        let id = client.session().id();
        let state = node.sessions.state(&id, Some(&user())).await.unwrap();
        assert_eq!(state, SessionState::Live);
        client.connect(&node).await.unwrap();
        assert!(client.read().await);
    }
}

#[tokio::test(start_paused = true)]
async fn presence_has_such_times_too() {
    let hub = Hub::builder(MemoryStore::new()).build().unwrap();
    let presence = Presence::builder(&hub)
        .with_ttl(Duration::MAX)
        .with_grace(Duration::MAX)
        .build()
        .unwrap();
    let node = Node::over(&MemoryStore::new());
    let attachment = node.attach(&node.open().await).await.unwrap();
    let guard = presence.join(&channel("a"), &attachment).await.unwrap();
    drop(guard);
    pass(DAY / 2).await;
    let view = presence.look(&channel("a")).await.unwrap();
    assert_eq!(view.sessions(), 1);
}
