//! Messages come to one node while the stream moves between others.

use sse_session::{
    conformance::{Fault, HintFault, Operation},
    session::SessionStreamEnd,
};

use crate::support::{Gate, World, ended};

#[tokio::test(start_paused = true)]
async fn messages_to_a_are_handled_by_whoever_has_the_stream() {
    let world = World::new();
    let open = Gate::new(true);
    let (a, b, c) = (
        world.node("a", &open),
        world.node("b", &open),
        world.node("c", &open),
    );
    let session = a.open().await;
    let mut on_b = b.stream(&session).await;
    a.push(&session, "1").await;
    a.push(&session, "2").await;
    world.journal.when(4).await;
    // The client is back on C; B's stream is over, whether B has been told or not.
    let on_c = c.stream(&session).await;
    while on_b.stream.next_batch().await.is_some() {}
    assert!(matches!(
        on_b.stream.end(),
        Some(SessionStreamEnd::Attachment(_))
    ));
    a.push(&session, "3").await;
    world.journal.when(6).await;
    drop(on_c);
    // Nobody has it: it waits.
    a.push(&session, "4").await;
    assert_eq!(world.journal.when(7).await.len(), 6);
    let _on_b = b.stream(&session).await;
    let lines = world.journal.when(8).await;
    assert_eq!(ended(&lines), ["b 1", "b 2", "c 3", "b 4"]);
    drop(on_b);
}

#[tokio::test(start_paused = true)]
async fn what_was_acknowledged_is_not_handled_again() {
    let world = World::new();
    let open = Gate::new(true);
    let (b, c) = (world.node("b", &open), world.node("c", &open));
    let session = c.open().await;
    let on_b = b.stream(&session).await;
    c.push(&session, "1").await;
    world.journal.when(2).await;
    drop((b, on_b));
    let _on_c = c.stream(&session).await;
    c.push(&session, "2").await;
    let lines = world.journal.when(4).await;
    assert_eq!(ended(&lines), ["b 1", "c 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_or_panics_is_tried_again_and_the_others_wait() {
    let world = World::new();
    let a = world.node("a", &Gate::new(true));
    let session = a.open().await;
    let _held = a.stream(&session).await;
    for text in ["fails twice", "panics once", "3"] {
        a.push(&session, text).await;
    }
    let lines = world.journal.when(8).await;
    assert_eq!(ended(&lines), ["a fails twice", "a panics once", "a 3"]);
    assert_eq!(lines.len(), 3 + 1 + 2 + 1 + 2);
}

#[tokio::test(start_paused = true)]
async fn an_append_of_unknown_outcome_is_one_message() {
    let world = World::new();
    let a = world.node("a", &Gate::new(true));
    let session = a.open().await;
    let _held = a.stream(&session).await;
    for done in [true, false] {
        a.faults
            .push(Operation::Append, Fault::OutcomeUnknown { done });
    }
    a.push(&session, "1").await;
    let lines = world.journal.when(2).await;
    assert_eq!(ended(&lines), ["a 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_hint_was_lost_is_found() {
    let world = World::new();
    let a = world.node("a", &Gate::new(true));
    let session = a.open().await;
    let _held = a.stream(&session).await;
    world.journal.when(1).await;
    a.faults.push_hint(HintFault::Drop);
    a.push(&session, "1").await;
    let lines = world.journal.when(2).await;
    assert_eq!(ended(&lines), ["a 1"]);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_for_a_while_loses_nothing() {
    let world = World::new();
    let a = world.node("a", &Gate::new(true));
    let session = a.open().await;
    let _held = a.stream(&session).await;
    for _ in 0..5 {
        a.faults.push(Operation::Trim, Fault::Unavailable);
    }
    a.push(&session, "1").await;
    a.push(&session, "2").await;
    let lines = world.journal.when(4).await;
    assert_eq!(ended(&lines), ["a 1", "a 2"]);
}
