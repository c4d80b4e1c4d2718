//! When a test gives up.

use core::{future::Future, time::Duration};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use tokio::sync::oneshot;

/// Longer than anything here takes on the slowest machine. Nothing waits for it unless it fails.
const DEADLINE: Duration = Duration::from_secs(120);

/// Waits for `future`, no longer than the deadline: in real time, which goes on where the
/// runtime's is paused. There it is no measure, because while bytes are on their way through the
/// system, the runtime is idle and lets its own time pass.
pub(crate) async fn in_time<T>(future: impl Future<Output = T>) -> T {
    let (_running, ended) = channel::<()>();
    let (give_up, given_up) = oneshot::channel();
    thread::spawn(move || {
        if ended.recv_timeout(DEADLINE) == Err(RecvTimeoutError::Timeout) {
            let _ = give_up.send(());
        }
    });
    tokio::select! {
        output = future => output,
        Ok(()) = given_up => panic!("not done after {DEADLINE:?}"),
    }
}
