//! I/O that does what the test says, and wakes whom a socket would.

use core::{
    pin::Pin,
    task::{Context, Poll, Waker},
};
use std::{
    io,
    sync::{Arc, Mutex},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Everything.
    Takes,
    /// Nothing, but a flush succeeds: a socket.
    Full,
    /// Nothing, and a flush or shutdown waits: a layer that buffers.
    FullAndBuffering,
    /// Writes, while a flush or shutdown waits.
    FlushHangs,
}

#[derive(Debug, Clone)]
pub(super) struct ScriptedIo {
    state: Arc<Mutex<(Mode, Vec<Waker>)>>,
}

impl ScriptedIo {
    pub(super) fn new(mode: Mode) -> Self {
        Self {
            state: Arc::new(Mutex::new((mode, Vec::new()))),
        }
    }

    pub(super) fn set(&self, mode: Mode) {
        let mut state = self.state.lock().unwrap();
        state.0 = mode;
        state.1.drain(..).for_each(Waker::wake);
    }

    fn poll_unless<T>(&self, waits: &[Mode], cx: &Context<'_>, done: T) -> Poll<io::Result<T>> {
        let mut state = self.state.lock().unwrap();
        if waits.contains(&state.0) {
            state.1.push(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(done))
    }
}

/// Never has anything to read, and wakes nobody for it.
impl AsyncRead for ScriptedIo {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Poll::Pending
    }
}

impl AsyncWrite for ScriptedIo {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_unless(&[Mode::Full, Mode::FullAndBuffering], cx, buffer.len())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_unless(&[Mode::FlushHangs, Mode::FullAndBuffering], cx, ())
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        // More than the default, which takes the first slice only.
        let length = buffers.iter().map(|buffer| buffer.len()).sum();
        self.poll_unless(&[Mode::Full, Mode::FullAndBuffering], cx, length)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
