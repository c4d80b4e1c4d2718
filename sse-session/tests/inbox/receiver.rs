//! Messages that are handled where they are received.

use core::time::Duration;

use sse_session::inbox::{Inbox, InboxError};

use crate::support::{Gate, Node, World, ended};

fn receiver(world: &World, name: &'static str, gate: &Gate) -> Node {
    world.node_with(name, gate, |sessions, handler| {
        Inbox::at_receiver(sessions, handler)
    })
}

#[tokio::test(start_paused = true)]
async fn a_message_is_handled_before_it_is_acknowledged() {
    let world = World::new();
    let open = Gate::new(true);
    let (a, b) = (receiver(&world, "a", &open), receiver(&world, "b", &open));
    let session = a.open().await;
    let _held = b.stream(&session).await;
    let accepted = a.push(&session, "1").await;
    assert_eq!(ended(&world.journal.lines()), ["a 1"]);
    assert!(!accepted.duplicate && accepted.position.is_none());
    assert_eq!(world.journal.when(2).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_counts_on_all_nodes() {
    let world = World::new();
    let (open, shut) = (Gate::new(true), Gate::new(false));
    let (a, b) = (receiver(&world, "a", &shut), receiver(&world, "b", &open));
    let session = a.open().await;
    let inbox = a.inbox.clone();
    let first = tokio::spawn(async move {
        let message = sse_session::inbox::Message::new("1");
        let key = sse_session::inbox::ClientKey::try_from("key").unwrap();
        inbox.push(&session, None, message.with_key(key)).await
    });
    world.journal.when(1).await;
    let meanwhile = b.try_push(&session, "1", Some("key")).await;
    assert!(matches!(meanwhile, Err(InboxError::InProgress)));
    shut.open();
    assert!(!first.await.unwrap().unwrap().duplicate);
    let later = b.try_push(&session, "1", Some("key")).await.unwrap();
    assert!(later.duplicate);
    assert_eq!(ended(&world.journal.lines()), ["a 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_away_does_not_stop_the_handler() {
    let world = World::new();
    let gate = Gate::new(false);
    let a = receiver(&world, "a", &gate);
    let session = a.open().await;
    let push = a.push(&session, "1");
    assert!(
        tokio::time::timeout(Duration::from_secs(1), push)
            .await
            .is_err()
    );
    gate.open();
    let lines = world.journal.when(2).await;
    assert_eq!(ended(&lines), ["a 1"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_handled_is_told_and_may_be_sent_again() {
    let world = World::new();
    let gate = Gate::new(true);
    let a = receiver(&world, "a", &gate);
    let session = a.open().await;
    for _ in 0..2 {
        for text in ["fails", "panics once"] {
            let refused = a.try_push(&session, text, Some(&text[..5])).await;
            assert!(matches!(refused, Err(InboxError::Handler { .. })));
        }
    }
    let shut = Gate::new(false);
    let slow = receiver(&world, "slow", &shut);
    let refused = slow.try_push(&session, "1", Some("1")).await.unwrap_err();
    assert!(matches!(refused, InboxError::Handler { .. }));
    shut.open();
    slow.try_push(&session, "1", Some("1")).await.unwrap();
    assert_eq!(ended(&world.journal.lines()), ["slow 1"]);
}
