//! A node is killed with -9.

use core::time::Duration;

use sse_session::session::{SessionAddress, SlotError, StreamSlots, WhenFull};
use sse_tests::servers::{Redis, find_or_skip};
use tokio::time::{Instant, sleep};

use super::{
    LEASE, node,
    process::{Node, Task},
};

const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// The server counts in milliseconds.
const SERVERS_CLOCK: Duration = Duration::from_millis(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_slots_of_a_node_that_was_killed_are_free_when_their_time_is_over() {
    let test = "the_slots_of_a_node_that_was_killed_are_free_when_their_time_is_over";
    let Some(program) = find_or_skip(test, "redis-server") else {
        return;
    };
    let server = Redis::start(&program, &[]);
    let port = server.address().port();
    let (_hub, sessions) = node(port).await;
    let slots = StreamSlots::new(&sessions, 2, WhenFull::Refuse);
    let third = SessionAddress::from_bytes([3; 16]);
    let is_full = async || match slots.acquire("user-7", third).await {
        Ok(_) => false,
        Err(SlotError::Full { .. }) => true,
        Err(error) => panic!("{error:?}"),
    };

    let mut node = Node::start(Task::HoldSlots, port);
    assert_eq!(node.line(), "held");
    // They are renewed as long as it lives.
    let held = Instant::now();
    while held.elapsed() < LEASE * 2 {
        assert!(is_full().await, "a slot of a live node is free");
        sleep(LOOK_AGAIN).await;
    }
    node.signal("KILL");
    node.wait();
    // One who comes back has its own again, at once.
    let again = slots.acquire("user-7", SessionAddress::from_bytes([1; 16]));
    let _again = again.await.unwrap();
    // What the node had sent is done when the server has answered to another one since.
    let mut gone = is_full().await.then(Instant::now);
    while let Some(since) = gone {
        sleep(LOOK_AGAIN).await;
        let asked = since.elapsed();
        if !is_full().await {
            println!("{test}: free after {:?}", since.elapsed());
            gone = None;
        }
        // Who asks then is never refused, however slow this machine is.
        let late = gone.is_some() && asked > LEASE + SERVERS_CLOCK;
        assert!(!late, "full {asked:?} after the end");
    }
}
