//! The stall time.

use core::{future::poll_fn, pin::Pin, task::Poll, time::Duration};
use std::io::{self, IoSlice};

use futures_util::FutureExt as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _},
    time::{Instant, advance, sleep},
};

use super::{ConnectionEnded, GuardedIo, Mode, ScriptedIo};

const STALL_TIME: Duration = Duration::from_secs(30);
const SECOND: Duration = Duration::from_secs(1);
const STALLED: ConnectionEnded = ConnectionEnded::Stalled {
    stall_time: STALL_TIME,
};

fn guarded(mode: Mode) -> (ScriptedIo, GuardedIo<ScriptedIo>) {
    let io = ScriptedIo::new(mode);
    let guarded = GuardedIo::new(io.clone()).with_stall_time(STALL_TIME);
    (io, guarded)
}

/// Instead of waiting for ever when nobody is woken.
async fn in_time<F: Future>(future: F) -> F::Output {
    let in_time = tokio::time::timeout(100 * STALL_TIME, future).await;
    in_time.expect("the task is woken")
}

fn assert_stalled(error: &io::Error) {
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert_eq!(ConnectionEnded::find(error), Some(STALLED));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_not_taken_fails_after_the_stall_time_and_not_before() {
    let (_io, mut guarded) = guarded(Mode::Full);
    let start = Instant::now();
    let error = in_time(guarded.write_all(b"x")).await.unwrap_err();
    assert_stalled(&error);
    let waited = start.elapsed();
    assert!(
        waited >= STALL_TIME && waited < STALL_TIME + SECOND,
        "{waited:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn every_operation_fails_at_once_after_the_end() {
    let (io, mut guarded) = guarded(Mode::Full);
    guarded.write_all(b"x").await.unwrap_err();
    // Too late.
    io.set(Mode::Takes);
    let now = Instant::now();
    assert_stalled(&in_time(guarded.write(b"x")).await.unwrap_err());
    assert_stalled(
        &in_time(guarded.write_vectored(&[IoSlice::new(b"x")]))
            .await
            .unwrap_err(),
    );
    assert_stalled(&in_time(guarded.flush()).await.unwrap_err());
    assert_stalled(&in_time(guarded.shutdown()).await.unwrap_err());
    assert_stalled(&guarded.read(&mut [0; 8]).await.unwrap_err());
    assert_eq!(Instant::now(), now);
    assert_eq!(guarded.handle().ended(), Some(STALLED));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_only_reads_is_woken_for_the_stall_of_its_write() {
    let (_io, mut guarded) = guarded(Mode::Full);
    assert!(guarded.write(b"x").now_or_never().is_none());
    let mut buffer = [0; 8];
    assert_stalled(&in_time(guarded.read(&mut buffer)).await.unwrap_err());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_only_flushes_is_woken_for_the_stall_of_its_write() {
    let (_io, mut guarded) = guarded(Mode::FullAndBuffering);
    assert!(guarded.write(b"x").now_or_never().is_none());
    assert_stalled(&in_time(guarded.flush()).await.unwrap_err());
}

/// The stall is noticed by the task that reads, and the one that writes learns it.
#[tokio::test(start_paused = true)]
async fn tasks_of_both_directions_learn_of_the_stall() {
    let (_io, guarded) = guarded(Mode::Full);
    let (mut read, mut write) = tokio::io::split(guarded);
    let writing = tokio::spawn(async move { write.write_all(b"x").await.unwrap_err() });
    let reading = tokio::spawn(async move {
        sleep(SECOND).await;
        read.read(&mut [0; 8]).await.unwrap_err()
    });
    assert_stalled(&in_time(reading).await.unwrap());
    assert_stalled(&in_time(writing).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_hanging_flush_or_shutdown_is_a_stall() {
    let (_io, mut flushed) = guarded(Mode::FlushHangs);
    flushed.write_all(b"x").await.unwrap();
    assert_stalled(&in_time(flushed.flush()).await.unwrap_err());

    let (_io, mut shut_down) = guarded(Mode::FlushHangs);
    assert_stalled(&in_time(shut_down.shutdown()).await.unwrap_err());
}

#[tokio::test(start_paused = true)]
async fn any_progress_starts_the_time_anew() {
    let (io, mut guarded) = guarded(Mode::Full);
    for _ in 0..10 {
        io.set(Mode::Full);
        let opens = async {
            sleep(STALL_TIME - SECOND).await;
            io.set(Mode::Takes);
        };
        let (written, ()) = tokio::join!(guarded.write_all(b"x"), opens);
        written.unwrap();
    }
    io.set(Mode::Full);
    let start = Instant::now();
    assert_stalled(&in_time(guarded.write_all(b"x")).await.unwrap_err());
    assert!(start.elapsed() >= STALL_TIME);
}

#[tokio::test(start_paused = true)]
async fn time_without_anything_to_send_does_not_count() {
    let (io, mut guarded) = guarded(Mode::Full);
    assert!(guarded.write(b"x").now_or_never().is_none());
    io.set(Mode::Takes);
    guarded.write_all(b"x").await.unwrap();
    // The timer of the stall that was fires, and means nothing.
    let mut buffer = [0; 8];
    let idle = tokio::time::timeout(10 * STALL_TIME, guarded.read(&mut buffer));
    assert!(idle.await.is_err());
    guarded.write_all(b"x").await.unwrap();
    guarded.flush().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_socket_flush_is_no_progress_while_a_write_waits() {
    let (_io, mut guarded) = guarded(Mode::Full);
    let start = Instant::now();
    let error = poll_fn(|cx| {
        let polled = Pin::new(&mut guarded).poll_write(cx, b"x");
        match Pin::new(&mut guarded).poll_flush(cx) {
            Poll::Ready(Ok(())) => polled,
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => panic!("a socket's flush is ready"),
        }
    });
    // Polled in between, which would start the time anew if a flush counted.
    let nudged = async {
        let mut error = core::pin::pin!(error);
        loop {
            tokio::select! {
                biased;
                ended = &mut error => break ended.unwrap_err(),
                () = sleep(STALL_TIME / 3) => {}
            }
        }
    };
    assert_stalled(&in_time(nudged).await);
    assert!(start.elapsed() < STALL_TIME + SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_flush_that_succeeds_ends_the_stall_of_a_flush() {
    let (io, mut guarded) = guarded(Mode::FlushHangs);
    assert!(guarded.flush().now_or_never().is_none());
    advance(STALL_TIME - SECOND).await;
    io.set(Mode::Takes);
    guarded.flush().await.unwrap();
    advance(STALL_TIME).await;
    guarded.write_all(b"x").await.unwrap();
}

/// A process that was stopped for a while finds peers that are alive, though its tasks read first.
#[tokio::test(start_paused = true)]
async fn a_write_that_is_taken_late_but_at_the_first_look_is_progress() {
    let (io, mut guarded) = guarded(Mode::Full);
    assert!(guarded.write(b"x").now_or_never().is_none());
    advance(10 * STALL_TIME).await;
    io.set(Mode::Takes);
    assert!(guarded.read(&mut [0; 8]).now_or_never().is_none());
    guarded.write_all(b"x").await.unwrap();
    assert!(guarded.read(&mut [0; 8]).now_or_never().is_none());
    assert_eq!(guarded.handle().ended(), None);
}

#[tokio::test(start_paused = true)]
async fn without_a_stall_time_a_write_waits_for_ever() {
    for guarded in [
        GuardedIo::new(ScriptedIo::new(Mode::Full)).without_stall_time(),
        GuardedIo::new(ScriptedIo::new(Mode::Full)).with_stall_time(Duration::MAX),
    ] {
        let mut guarded = guarded;
        let day = Duration::from_secs(86_400);
        assert!(
            tokio::time::timeout(day, guarded.write_all(b"x"))
                .await
                .is_err()
        );
    }
}

#[tokio::test(start_paused = true)]
async fn vectored_writes_arrive_as_such() {
    let (io, mut guarded) = guarded(Mode::Takes);
    assert!(guarded.is_write_vectored());
    let slices = [IoSlice::new(b"one"), IoSlice::new(b"two")];
    assert_eq!(guarded.write_vectored(&slices).await.unwrap(), 6);
    io.set(Mode::Full);
    assert_stalled(&in_time(guarded.write_vectored(&slices)).await.unwrap_err());
}

/// What it sends is no progress.
#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_but_takes_nothing_is_ended() {
    let (near, mut far) = tokio::io::duplex(64);
    let guarded = GuardedIo::new(near).with_stall_time(STALL_TIME);
    let (mut read, mut write) = tokio::io::split(guarded);
    tokio::spawn(async move {
        while far.write_all(b"x").await.is_ok() {
            sleep(SECOND).await;
        }
    });
    let reading = tokio::spawn(async move {
        loop {
            if let Err(error) = read.read(&mut [0; 8]).await {
                break error;
            }
        }
    });
    assert_stalled(&in_time(write.write_all(&[0; 65])).await.unwrap_err());
    assert_stalled(&in_time(reading).await.unwrap());
}
