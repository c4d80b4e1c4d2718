//! Whether anybody still reads the output.

/// Waits until nobody reads standard output any more, so that a stream that says nothing ends
/// with its reader. For ever, if it is no pipe.
pub(crate) async fn output_closed() {
    #[cfg(unix)]
    {
        use std::{io, os::fd::AsFd as _};
        use tokio::{io::Interest, net::unix::pipe::Sender};

        // Only looked at, never written to: it stays as it is, for the writes that block.
        let output = io::stdout().as_fd().try_clone_to_owned();
        if let Ok(output) = output.and_then(Sender::from_owned_fd_unchecked)
            && output.ready(Interest::ERROR).await.is_ok()
        {
            return;
        }
    }
    core::future::pending().await
}
