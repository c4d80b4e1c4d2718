//! The end: a first signal asks for it, a second one does not wait.
//!
//! An event stream has no end of its own, so a server that only stops accepting and waits for its
//! connections would wait for ever. Here every stream watches [`Ending`], says goodbye and ends;
//! then the server has nothing left to wait for.

use core::time::Duration;
use std::io;

use tokio::sync::watch;

/// Tells when the end has begun. Clones watch the same end.
#[derive(Debug, Clone)]
pub(crate) struct Ending(watch::Receiver<bool>);

impl Ending {
    /// An end, and the sender that begins it with `true`.
    pub(crate) fn new() -> (watch::Sender<bool>, Self) {
        let (begin, begun) = watch::channel(false);
        (begin, Self(begun))
    }

    /// Waits for the end to begin.
    pub(crate) async fn begun(mut self) {
        // An error means that nobody is left who could begin it, and that is an end too.
        let _ = self.0.wait_for(|begun| *begun).await;
    }

    /// Waits for the end to begin, and then for `grace`.
    pub(crate) async fn over(self, grace: Duration) {
        self.begun().await;
        tokio::time::sleep(grace).await;
    }
}

/// An end that the first Ctrl-C or SIGTERM begins. The next one exits at once, with the status a
/// shell gives to a process that the signal killed.
///
/// # Errors
///
/// Fails if the operating system refuses to report signals.
pub(crate) fn on_signal() -> io::Result<Ending> {
    let mut signals = Signals::new()?;
    let (begin, ending) = Ending::new();
    tokio::spawn(async move {
        signals.next().await;
        eprintln!("Ending every stream. Ctrl-C again ends at once.");
        begin.send_replace(true);
        std::process::exit(signals.next().await);
    });
    Ok(ending)
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
