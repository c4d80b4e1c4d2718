//! The end: a first signal asks for it, a second one does not wait.

use std::io;

use sse_codec::item::JsonError;
use sse_tower::{Drain, stream::Farewell};

use crate::arguments::Arguments;
use crate::events::Disconnected;
use crate::server;

/// How the streams end: each at a time of its own, with a last event, and in any case soon.
///
/// # Errors
///
/// None in fact: the data of that event is always JSON.
pub(crate) fn drain(arguments: &Arguments) -> Result<Drain, JsonError> {
    let disconnected = Disconnected {
        reason: "The server is ending or restarting.".to_owned(),
    };
    let farewell = Farewell::new()
        .with_retry(server::reconnection_time())
        .with_event(disconnected.to_frame()?);
    Ok(Drain::new()
        .with_window(arguments.drain)
        .with_deadline(arguments.grace)
        .with_farewell(farewell))
}

/// Lets the first Ctrl-C or SIGTERM begin the drain. The next one exits at once, with the status a
/// shell gives to a process that the signal killed.
///
/// # Errors
///
/// Fails if the operating system refuses to report signals.
pub(crate) fn on_signal(drain: Drain) -> io::Result<()> {
    let mut signals = Signals::new()?;
    tokio::spawn(async move {
        signals.next().await;
        let streams = drain.open_streams();
        drain.begin();
        eprintln!("Ending {streams} streams. Ctrl-C again ends at once.");
        std::process::exit(signals.next().await);
    });
    Ok(())
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for a signal: the exit status that goes with it.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for Ctrl-C: the exit status that goes with it.
    async fn next(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            core::future::pending::<()>().await;
        }
        130
    }
}
