//! Being asked to end.

/// Waits for Ctrl-C or SIGTERM; for ever, if the operating system reports no signals.
pub(crate) async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                Ok(()) = tokio::signal::ctrl_c() => (),
                Some(()) = terminate.recv() => (),
            }
            return;
        }
    }
    if tokio::signal::ctrl_c().await.is_err() {
        core::future::pending::<()>().await;
    }
}
