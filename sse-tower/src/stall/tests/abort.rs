//! Ending from outside.

use core::{convert::Infallible, future::poll_fn, pin::Pin, task::Poll, time::Duration};
use std::{io, sync::Arc, task::Wake};

use futures_util::FutureExt as _;
use http::{Request, Response};
use tokio::{
    io::{AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _},
    task::JoinHandle,
};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::{
    ConnectionEnded, ConnectionHandle, ConnectionHandleLayer, GuardedIo, Mode, ScriptedIo,
};

/// Instead of waiting for ever when nobody is woken.
async fn in_time<T>(task: JoinHandle<T>) -> T {
    let in_time = tokio::time::timeout(Duration::from_secs(3600), task).await;
    in_time.expect("the task is woken").expect("no panic")
}

fn assert_aborted(error: &io::Error) {
    assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
    assert_eq!(ConnectionEnded::find(error), Some(ConnectionEnded::Aborted));
}

#[tokio::test(start_paused = true)]
async fn a_task_whose_write_is_blocked_is_woken_and_fails() {
    let mut guarded = GuardedIo::new(ScriptedIo::new(Mode::Full)).without_stall_time();
    let handle = guarded.handle();
    let writing = tokio::spawn(async move { guarded.write_all(b"x").await.unwrap_err() });
    tokio::task::yield_now().await;
    std::thread::spawn(move || handle.abort()).join().unwrap();
    assert_aborted(&in_time(writing).await);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_for_something_else_is_woken() {
    let mut guarded = GuardedIo::new(ScriptedIo::new(Mode::Takes));
    let handle = guarded.handle();
    // As HTTP servers do with an idle stream: what was sent is sent, nothing is read.
    let mut polled = false;
    let idle = tokio::spawn(poll_fn(move |cx| {
        let ended = Pin::new(&mut guarded).poll_flush(cx);
        if core::mem::replace(&mut polled, true) {
            ended.map(Result::unwrap_err)
        } else {
            Poll::Pending
        }
    }));
    tokio::task::yield_now().await;
    handle.abort();
    assert_aborted(&in_time(idle).await);
}

#[tokio::test(start_paused = true)]
async fn tasks_of_both_directions_are_woken() {
    let guarded = GuardedIo::new(ScriptedIo::new(Mode::Full)).without_stall_time();
    let handle = guarded.handle();
    let (mut read, mut write) = tokio::io::split(guarded);
    let reading = tokio::spawn(async move { read.read(&mut [0; 8]).await.unwrap_err() });
    let writing = tokio::spawn(async move { write.write_all(b"x").await.unwrap_err() });
    tokio::task::yield_now().await;
    handle.abort();
    assert_aborted(&in_time(reading).await);
    assert_aborted(&in_time(writing).await);
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_moved_to_another_task_wakes_that_one() {
    let mut guarded = GuardedIo::new(ScriptedIo::new(Mode::Full)).without_stall_time();
    assert!(guarded.write(b"x").now_or_never().is_none());
    let handle = guarded.handle();
    let writing = tokio::spawn(async move { guarded.write_all(b"x").await.unwrap_err() });
    tokio::task::yield_now().await;
    handle.abort();
    assert_aborted(&in_time(writing).await);
}

#[tokio::test]
async fn what_ended_it_first_counts() {
    let mut guarded = GuardedIo::new(ScriptedIo::new(Mode::Takes));
    let handle = guarded.handle();
    assert_eq!(handle.ended(), None);
    handle.abort();
    handle.abort();
    assert_eq!(handle.ended(), Some(ConnectionEnded::Aborted));
    assert_aborted(&guarded.write_all(b"x").await.unwrap_err());
}

#[test]
fn a_handle_does_not_keep_the_task_of_a_closed_connection() {
    struct Task;
    impl Wake for Task {
        fn wake(self: Arc<Self>) {}
    }
    let task = Arc::new(Task);
    let mut guarded = GuardedIo::new(ScriptedIo::new(Mode::Takes));
    let handle = guarded.handle();
    {
        let waker = Arc::clone(&task).into();
        let mut context = core::task::Context::from_waker(&waker);
        let polled = Pin::new(&mut guarded).poll_flush(&mut context);
        assert!(polled.is_ready());
    }
    assert!(Arc::strong_count(&task) > 1, "the task is known");
    drop(guarded.into_inner());
    assert_eq!(Arc::strong_count(&task), 1);
    handle.abort();
}

#[test]
fn debug_shows_no_inner_io() {
    let guarded = GuardedIo::new("203.0.113.7");
    let shown = format!("{guarded:?} {:?}", guarded.handle());
    assert!(!shown.contains("203"), "{shown}");
}

#[tokio::test]
async fn the_layer_shows_the_handle_to_requests() {
    let handle = GuardedIo::new(()).handle();
    let service = service_fn(|request: Request<()>| async move {
        let handle = request.extensions().get::<ConnectionHandle>().unwrap();
        handle.abort();
        Ok::<_, Infallible>(Response::new(()))
    });
    let service = ConnectionHandleLayer::new(handle.clone()).layer(service);
    service.oneshot(Request::new(())).await.unwrap();
    assert_eq!(handle.ended(), Some(ConnectionEnded::Aborted));
}
