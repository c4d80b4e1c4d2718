//! A node is stopped, and goes on when its time is over.

use sse_codec::Event;
use sse_session::session::{ActiveDevice, OpenOptions};
use sse_tests::servers::{Redis, find_or_skip};
use tokio::time::sleep;

use super::{
    LEASE, node,
    process::{Node, Task, events},
    user,
};

/// What a node says from the moment on that it goes on, and what it would have had to write.
async fn stopped_past_its_lease(test: &str, task: Task) -> Option<Node> {
    let program = find_or_skip(test, "redis-server")?;
    let server = Redis::start(&program, &[]);
    let port = server.address().port();
    let (hub, sessions) = node(port).await;
    let stopped = Node::start(task, port);
    assert_eq!(stopped.line(), "open");
    let publish = async |data: &str| {
        let published = hub.publish(&events(), Event::builder(data)).await;
        published.unwrap();
    };
    publish("before").await;
    assert_eq!(stopped.line(), "wrote before");

    stopped.stop();
    publish("meanwhile").await;
    // Nothing is waited for: this is how long it is stopped.
    sleep(LEASE * 5 / 4).await;
    // The user goes on elsewhere.
    let device = ActiveDevice::of_user("user-7");
    let options = OpenOptions::new().with_active_device(device);
    let elsewhere = sessions.open(Some(&user()), options).await;
    assert!(elsewhere.is_ok());
    publish("after").await;
    assert!(stopped.is_silent());
    stopped.signal("CONT");
    let first = stopped.line();
    println!("{test}: {first}");
    if task == Task::StreamOnDevice {
        assert_eq!(first, "closed", "it writes nothing");
        let published = stopped.line();
        assert!(published.contains("Fenced"), "{published}");
    } else {
        assert_eq!(first, "wrote meanwhile", "nobody else is in its place");
        assert_eq!(stopped.line(), "wrote after");
    }
    Some(stopped)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_was_stopped_past_its_lease_closes_and_writes_nothing_more() {
    let test = "a_node_that_was_stopped_past_its_lease_closes_and_writes_nothing_more";
    let Some(mut stopped) = stopped_past_its_lease(test, Task::StreamOnDevice).await else {
        return;
    };
    stopped.wait();
    assert!(stopped.is_silent());
}

/// The control: without a lease it writes what came meanwhile, so the other one had something to write.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_without_a_lease_writes_what_came_while_it_was_stopped() {
    let test = "a_node_without_a_lease_writes_what_came_while_it_was_stopped";
    stopped_past_its_lease(test, Task::Stream).await;
}
