//! What is refused, and why.

use core::time::Duration;

use sse_session::{
    hub::Identity,
    inbox::{Inbox, InboxError, InboxRate, Message},
    session::{OpenOptions, SessionState},
};

use crate::support::{Gate, World, ended};

#[tokio::test(start_paused = true)]
async fn a_detached_session_has_a_full_inbox_and_gets_all_of_it_later() {
    let world = World::new();
    let a = world.node_with("a", &Gate::new(true), |sessions, handler| {
        Inbox::at_holder(sessions, handler).with_max_waiting(3, 1000)
    });
    let session = a.open().await;
    for text in ["1", "2", "3"] {
        a.try_push(&session, text, Some(text)).await.unwrap();
    }
    let full = a.try_push(&session, "4", Some("4")).await;
    assert!(matches!(
        full,
        Err(InboxError::Full {
            max_messages: 3,
            ..
        })
    ));
    // What waits is not refused when it is sent again.
    let again = a.try_push(&session, "2", Some("2")).await.unwrap();
    assert!(again.duplicate);
    let _held = a.stream(&session).await;
    world.journal.when(6).await;
    a.try_push(&session, "4", Some("4")).await.unwrap();
    let lines = world.journal.when(8).await;
    assert_eq!(ended(&lines), ["a 1", "a 2", "a 3", "a 4"]);
}

#[tokio::test(start_paused = true)]
async fn bytes_are_bounded_too() {
    let world = World::new();
    let a = world.node_with("a", &Gate::new(true), |sessions, handler| {
        Inbox::at_holder(sessions, handler)
            .with_max_waiting(100, 500)
            .with_max_message_bytes(400)
    });
    let session = a.open().await;
    let message = "x".repeat(400);
    a.push(&session, &message).await;
    let full = a.try_push(&session, &message, None).await;
    assert!(matches!(full, Err(InboxError::Full { .. })), "{full:?}");
    let large = a.try_push(&session, &"x".repeat(401), None).await;
    let large = large.unwrap_err().to_string();
    assert_eq!(large, "a message of 401 bytes, more than 400");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_sends_too_often_is_told_how_long_to_wait() {
    let world = World::new();
    let a = world.node_with("a", &Gate::new(true), |sessions, handler| {
        Inbox::at_holder(sessions, handler).with_rate(InboxRate::per_second(1).with_burst(2))
    });
    let (session, other) = (a.open().await, a.open().await);
    a.push(&session, "1").await;
    a.push(&session, "2").await;
    let Err(InboxError::RateReached { wait }) = a.try_push(&session, "3", None).await else {
        panic!();
    };
    assert_eq!(wait, Duration::from_secs(1));
    a.push(&other, "1").await;
    tokio::time::sleep(wait).await;
    a.push(&session, "3").await;
}

#[tokio::test(start_paused = true)]
async fn a_session_is_there_for_its_own_identity_only() {
    let world = World::new();
    let a = world.node("a", &Gate::new(true));
    let alice = Identity::new("alice");
    let opened = a.sessions.open(Some(&alice), OpenOptions::new()).await;
    let session = opened.unwrap().id();
    let push = |identity: Option<Identity>| {
        let inbox = a.inbox.clone();
        async move {
            inbox
                .push(&session, identity.as_ref(), Message::new("1"))
                .await
        }
    };
    for other in [None, Some(Identity::new("bob"))] {
        let Err(InboxError::NotLive { state }) = push(other).await else {
            panic!();
        };
        assert_eq!(state, SessionState::Unknown);
    }
    push(Some(alice.clone())).await.unwrap();
    a.sessions.close(&session, Some(&alice)).await.unwrap();
    let Err(InboxError::NotLive { state }) = push(Some(alice)).await else {
        panic!();
    };
    assert_eq!(state, SessionState::Closed);
}
