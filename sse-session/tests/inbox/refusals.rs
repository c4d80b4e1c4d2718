//! Messages that are wrong, and keys of nodes that have crashed.

use core::time::Duration;

use sse_session::{
    conformance::Operation,
    inbox::{Inbox, InboxError},
};
use tokio::time::{Instant, sleep};

use crate::support::{Gate, World, ended};

fn is_wrong(error: &InboxError) -> bool {
    matches!(error, InboxError::Refused { refusal }
        if refusal.code() == "wrong" && refusal.status() == 400)
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_is_refused_once_and_for_all_at_the_receiver() {
    let world = World::new();
    let open = Gate::new(true);
    let [a, b] = ["a", "b"].map(|name| {
        world.node_with(name, &open, |sessions, handler| {
            Inbox::at_receiver(sessions, handler)
        })
    });
    let session = a.open().await;
    for node in [&a, &b, &a] {
        let error = node.try_push(&session, "is wrong", Some("1")).await;
        assert!(is_wrong(&error.unwrap_err()));
    }
    assert_eq!(world.journal.lines(), ["begin a is wrong"]);
    // The first one counts, whatever the second one's body is; another key is another message.
    let error = b.try_push(&session, "right", Some("1")).await.unwrap_err();
    assert!(is_wrong(&error));
    b.try_push(&session, "right", Some("2")).await.unwrap();
    let error = b.try_push(&session, "is wrong", None).await.unwrap_err();
    assert!(is_wrong(&error));
    assert_eq!(ended(&world.journal.lines()), ["b right"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_holds_up_nothing_at_the_holder_and_is_told_who_asks_again() {
    let world = World::new();
    let open = Gate::new(true);
    let (a, b) = (world.node("a", &open), world.node("b", &open));
    let session = a.open().await;
    let wrong = a.try_push(&session, "is wrong", Some("1")).await.unwrap();
    assert!(!wrong.duplicate);
    // Nobody has looked at it yet.
    let again = b.try_push(&session, "is wrong", Some("1")).await.unwrap();
    assert!(again.duplicate);
    a.push(&session, "right").await;
    let held = b.stream(&session).await;
    let lines = world.journal.when(3).await;
    assert_eq!(lines, ["begin b is wrong", "begin b right", "end b right"]);
    for node in [&a, &b] {
        let error = node.try_push(&session, "is wrong", Some("1")).await;
        assert!(is_wrong(&error.unwrap_err()));
    }
    drop(held);
    let _held = a.stream(&session).await;
    assert_eq!(world.journal.when(4).await, lines, "it is settled");
}

#[tokio::test(start_paused = true)]
async fn the_key_of_a_node_that_crashed_is_free_after_ten_seconds() {
    let world = World::new();
    let (open, shut) = (Gate::new(true), Gate::new(false));
    let [crashes, other] = [("crashes", &shut), ("other", &open)].map(|(name, gate)| {
        world.node_with(name, gate, |sessions, handler| {
            Inbox::at_receiver(sessions, handler)
        })
    });
    let session = other.open().await;
    let (inbox, key) = (crashes.inbox.clone(), "1");
    let message = sse_session::inbox::Message::new("hello")
        .with_key(sse_session::inbox::ClientKey::try_from(key).unwrap());
    let pushing = tokio::spawn(async move { inbox.push(&session, None, message).await });
    // As long as it is at it, nobody else is.
    for _ in 0..25 {
        sleep(Duration::from_secs(1)).await;
        let meanwhile = other.try_push(&session, "hello", Some(key)).await;
        assert!(matches!(meanwhile, Err(InboxError::InProgress)));
    }
    let _crashed = [Operation::Extend, Operation::Put, Operation::Remove]
        .map(|operation| crashes.faults.hold(operation));
    pushing.abort();
    let begun = Instant::now();
    while other.try_push(&session, "hello", Some(key)).await.is_err() {
        sleep(Duration::from_millis(100)).await;
    }
    assert!(begun.elapsed() <= Duration::from_millis(10_100));
    assert_eq!(ended(&world.journal.lines()), ["other hello"]);
}
