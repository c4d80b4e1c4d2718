//! The sequences that the promises and their negative controls share. Each gives what is wrong, if anything is.

use sse_session::conformance::Operation;

use crate::{
    defect::Defect,
    support::{Gate, World, ended},
};

/// Messages that waited are handled in the order in which they were taken.
pub(crate) async fn order(defect: Defect) -> Result<(), String> {
    let world = World::with(defect);
    let a = world.node("a", &Gate::new(true));
    let session = a.open().await;
    for text in ["1", "2", "3", "4"] {
        a.push(&session, text).await;
    }
    let _held = a.stream(&session).await;
    let lines = world.journal.when(8).await;
    same(&ended(&lines), &["a 1", "a 2", "a 3", "a 4"])
}

/// A message that is sent again with the same key, to whatever node, is handled once.
pub(crate) async fn once_per_key(defect: Defect) -> Result<(), String> {
    let world = World::with(defect);
    let open = Gate::new(true);
    let (a, b) = (world.node("a", &open), world.node("b", &open));
    let session = a.open().await;
    let _held = b.stream(&session).await;
    let first = a.try_push(&session, "1", Some("key")).await.unwrap();
    world.journal.when(2).await;
    let again = b.try_push(&session, "1", Some("key")).await.unwrap();
    let lines = world.journal.when(2).await;
    same(&ended(&lines), &["b 1"])?;
    let duplicate = !first.duplicate && again.duplicate && first.position == again.position;
    duplicate
        .then_some(())
        .ok_or(format!("{first:?}, {again:?}"))
}

/// A node that dies while it handles a message has not acknowledged it: the next one handles it.
pub(crate) async fn killed_before_acknowledging(defect: Defect) -> Result<(), String> {
    let world = World::with(defect);
    let (open, stuck) = (Gate::new(true), Gate::new(false));
    let (a, b, c) = (
        world.node("a", &open),
        world.node("b", &stuck),
        world.node("c", &open),
    );
    let session = a.open().await;
    let on_b = b.stream(&session).await;
    a.push(&session, "1").await;
    a.push(&session, "2").await;
    world.journal.when(1).await;
    // All of it at once, with nothing finished.
    let crate::support::Node {
        sessions, inbox, ..
    } = b;
    drop((inbox, sessions, on_b));
    let _on_c = c.stream(&session).await;
    let lines = world.journal.when(5).await;
    same(&ended(&lines), &["c 1", "c 2"])
}

/// A node that was stopped acknowledges what it handled when another one has the session: nothing is acknowledged by that.
pub(crate) async fn fenced_off(defect: Defect) -> Result<(), String> {
    let world = World::with(defect);
    let (open, stuck) = (Gate::new(true), Gate::new(false));
    let (b, c) = (world.node("b", &open), world.node("c", &stuck));
    let session = b.open().await;
    let on_b = b.stream(&session).await;
    let mut stopped = b.faults.hold(Operation::Trim);
    c.push(&session, "1").await;
    stopped.arrived(1).await;
    // B has handled it and is about to say so. Meanwhile the stream moves, and C begins the same one.
    let on_c = c.stream(&session).await;
    world.journal.when(3).await;
    drop(stopped);
    world.journal.when(3).await;
    // C dies too; the next one has it still.
    drop((on_b, b, c, on_c));
    let d = world.node("d", &open);
    let _on_d = d.stream(&session).await;
    let lines = world.journal.when(5).await;
    same(&ended(&lines), &["b 1", "d 1"])
}

fn same(is: &[&str], expected: &[&str]) -> Result<(), String> {
    if is == expected {
        Ok(())
    } else {
        Err(format!("{is:?} instead of {expected:?}"))
    }
}
