//! Sessions that are closed while things go wrong.

use core::time::Duration;

use sse_codec::Event;
use sse_session::{
    conformance::{Fault, Operation},
    hub::Identity,
    memory::MemoryStore,
    session::{AttachmentEnd, OpenOptions, SessionId, SessionState, SessionStreamEnd},
};

use crate::support::{Client, DAY, IDLE, LEASE, Node, at_once, pass, user};

fn closed() -> SessionStreamEnd {
    SessionStreamEnd::Attachment(AttachmentEnd::Closed)
}

#[tokio::test(start_paused = true)]
async fn a_closing_that_failed_half_way_ends_the_stream_when_it_is_repeated() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    let mut client = Client::connected(&one, one.open().await).await;
    let id = client.session().id();
    other.faults.push(Operation::Remove, Fault::Unavailable);
    assert!(other.sessions.close(&id, Some(&user())).await.is_err());
    let state = other.sessions.close(&id, Some(&user())).await.unwrap();
    assert_eq!(state, SessionState::Closed);
    pass(LEASE).await;
    assert!(!client.read().await);
    assert_eq!(client.end(), Some(closed()));
}

#[tokio::test(start_paused = true)]
async fn a_closing_that_nobody_repeats_ends_the_stream_after_a_while() {
    let store = MemoryStore::new();
    let (one, other) = (Node::over(&store), Node::over(&store));
    for dropped in [false, true] {
        let mut client = Client::connected(&one, one.open().await).await;
        let id = client.session().id();
        let user = user();
        if dropped {
            let held = other.faults.hold(Operation::Remove);
            let closing = other.sessions.close(&id, Some(&user));
            let late = tokio::time::timeout(Duration::from_secs(1), closing).await;
            assert!(late.is_err());
            drop(held);
        } else {
            other.faults.push(Operation::Remove, Fault::Unavailable);
            assert!(other.sessions.close(&id, Some(&user)).await.is_err());
        }
        let state = one.sessions.state(&id, Some(&user)).await.unwrap();
        assert_eq!(state, SessionState::Closed);
        pass(Duration::from_secs(90)).await;
        assert!(!client.read().await, "dropped: {dropped}");
        assert_eq!(client.end(), Some(closed()));
    }
}

/// A client that makes its id itself opens it again while it has a stream.
#[tokio::test(start_paused = true)]
async fn a_session_that_was_opened_again_is_remembered_as_long_as_it_is_held() {
    let node = Node::over(&MemoryStore::new());
    let id = SessionId::try_from("550e8400-e29b-41d4-a716-446655440000").unwrap();
    let identity = Identity::new("user-7");
    let open = || {
        let options = OpenOptions::new().with_client_id(id);
        node.sessions.open(Some(&identity), options)
    };
    let mut client = Client::connected(&node, open().await.unwrap()).await;
    drop(open().await.unwrap());
    for _ in 0..4 {
        pass(DAY).await;
        assert!(client.read().await);
    }
    let state = node.sessions.state(&id, Some(&identity)).await.unwrap();
    assert_eq!(state, SessionState::Live);
}

#[tokio::test(start_paused = true)]
async fn what_was_published_to_a_session_goes_with_it_though_nobody_ever_attached() {
    let store = MemoryStore::new();
    let (one, crashes) = (Node::over(&store), Node::over(&store));
    for round in 0..2 {
        for _ in 0..200 {
            let session = one.open().await;
            let event = Event::builder("x".repeat(10_000));
            one.sessions
                .publish(session.address(), event)
                .await
                .unwrap();
            if round == 1 {
                // Its node is gone before it could clean up.
                drop(Client::connected(&crashes, session).await);
            }
        }
        let gone = crashes.cut_off();
        at_once().await;
        assert!(store.used_bytes() > 2_000_000);
        pass(IDLE + DAY * 2).await;
        // By what else is done a store notices that time goes on: its values, then its logs.
        for _ in 0..300 {
            drop(one.open().await);
        }
        pass(DAY * 2).await;
        for number in 0..300 {
            let channel = crate::support::channel(&format!("other/{number}"));
            one.hub
                .publish(&channel, Event::builder("1"))
                .await
                .unwrap();
            drop(one.open().await);
        }
        // What is left is of those sessions, which are known still, and of the channels.
        assert!(store.used_bytes() < 1_000_000, "{}", store.used_bytes());
        drop(gone);
    }
}
