//! The wrapper around the I/O.

use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use std::io::{self, IoSlice};

use pin_project_lite::pin_project;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::{
    ConnectionEnded, ConnectionHandle,
    handle::{Direction, Registration},
    stall_timer::{Outgoing, StallTimer},
};

pin_project! {
    #[project = Projection]
    /// A connection that ends when its peer takes no bytes for a time, or when its
    /// [handle](Self::handle) says so. See the [module](crate::stall).
    ///
    /// When it has ended, every read, write, flush and shutdown fails with an
    /// [`io::Error`] that holds a [`ConnectionEnded`], at once and for good.
    ///
    /// # Cancellation
    ///
    /// A write that was not taken is to be tried again, as HTTP servers do: who drops it and never
    /// writes again is taken for stalled, because whether the peer reads is seen by writing only.
    pub struct GuardedIo<IO> {
        #[pin]
        io: IO,
        registration: Registration,
        stall_timer: StallTimer,
        before_close: fn(&IO),
    }
}

impl<IO> GuardedIo<IO> {
    /// 30 seconds.
    pub const DEFAULT_STALL_TIME: Duration = Duration::from_secs(30);

    /// A connection that ends when its peer took no bytes for 30 seconds.
    ///
    /// # Panics
    ///
    /// Not here. The first write that is not taken needs a tokio runtime with its timer enabled,
    /// as [`tokio::time::sleep`] does.
    #[must_use]
    pub fn new(io: IO) -> Self {
        Self {
            io,
            registration: Registration::new(),
            stall_timer: StallTimer::new(Some(Self::DEFAULT_STALL_TIME)),
            before_close: |_| (),
        }
    }

    /// Sets the stall time: how long the peer may take nothing while there is something to take.
    /// Counted from the first write that was not taken; any byte taken starts it anew. Below a
    /// millisecond counts as a millisecond.
    #[must_use]
    pub fn with_stall_time(mut self, stall_time: Duration) -> Self {
        self.stall_timer = StallTimer::new(Some(stall_time));
        self
    }

    /// The peer may take nothing for as long as it likes; only a handle ends the connection.
    #[must_use]
    pub fn without_stall_time(mut self) -> Self {
        self.stall_timer = StallTimer::new(None);
        self
    }

    /// What ends this connection from outside.
    #[must_use]
    pub fn handle(&self) -> ConnectionHandle {
        self.registration.handle().clone()
    }

    /// The inner I/O.
    pub const fn get_ref(&self) -> &IO {
        &self.io
    }

    /// The inner I/O. What is written to it is not watched.
    pub const fn get_mut(&mut self) -> &mut IO {
        &mut self.io
    }

    /// The inner I/O. What is written to it is not watched.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut IO> {
        self.project().io
    }

    /// The inner I/O. Handles do nothing any more.
    pub fn into_inner(self) -> IO {
        self.io
    }
}

impl GuardedIo<TcpStream> {
    /// Resets the connection (`SO_LINGER` of zero) when it is ended by the guard or by a handle.
    ///
    /// Without it, closing is polite: the kernel keeps what the peer did not take, megabytes at
    /// worst, and offers it for minutes longer. Connections that end in any other way stay polite.
    #[must_use]
    pub fn with_reset(mut self) -> Self {
        self.before_close = |stream| {
            // A socket that refuses is closed politely.
            let _ = socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO));
        };
        self
    }
}

impl<IO: AsyncRead> AsyncRead for GuardedIo<IO> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut this = self.project();
        this.open(Direction::Incoming, context)?;
        this.not_stalled_for_reader(context)?;
        this.io.poll_read(context, buffer)
    }
}

impl<IO: AsyncWrite> AsyncWrite for GuardedIo<IO> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_outgoing(Outgoing::Write, context, |io, context| {
            io.poll_write(context, buffer)
        })
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_outgoing(Outgoing::Write, context, |io, context| {
            io.poll_write_vectored(context, buffers)
        })
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_outgoing(Outgoing::Flush, context, AsyncWrite::poll_flush)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_outgoing(Outgoing::Flush, context, AsyncWrite::poll_shutdown)
    }
}

impl<IO> GuardedIo<IO> {
    fn poll_outgoing<T>(
        self: Pin<&mut Self>,
        outgoing: Outgoing,
        context: &mut Context<'_>,
        poll: impl FnOnce(Pin<&mut IO>, &mut Context<'_>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        let mut this = self.project();
        this.open(Direction::Outgoing, context)?;
        let polled = poll(this.io.as_mut(), context);
        // After the attempt: a peer that takes something now is alive, however late it is.
        if polled.is_pending() {
            this.stall_timer.not_taken(outgoing);
        } else {
            this.stall_timer.taken(outgoing);
        }
        this.not_stalled(context)?;
        polled
    }
}

impl<IO> Projection<'_, IO> {
    /// Registers the task with the handles, unless the connection has ended.
    fn open(&mut self, direction: Direction, context: &Context<'_>) -> io::Result<()> {
        self.registration
            .register(direction, context)
            .map_err(|ended| self.close(ended))
    }

    fn not_stalled(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.stall_timer.poll_expired(context).is_pending() {
            return Ok(());
        }
        let stall_time = self.stall_timer.stall_time();
        let ended = ConnectionEnded::Stalled { stall_time };
        // Wakes the task of the other direction too, if that is another.
        let ended = self.registration.handle().end(ended);
        Err(self.close(ended))
    }

    /// The task may do nothing but read, so reads must see a stall too. But they come first in
    /// most tasks, and whether the peer takes something now, only a write knows: after a pause of
    /// the whole process it may. So the write gets its turn, and the next read decides.
    fn not_stalled_for_reader(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.stall_timer.poll_expired(context).is_ready() && self.stall_timer.notice() {
            self.registration.wake_outgoing();
            context.waker().wake_by_ref();
            return Ok(());
        }
        self.not_stalled(context)
    }

    #[cold]
    fn close(&self, ended: ConnectionEnded) -> io::Error {
        (self.before_close)(self.io.as_ref().get_ref());
        ended.into()
    }
}

impl<IO> fmt::Debug for GuardedIo<IO> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the inner one: sockets show addresses.
        f.debug_struct("GuardedIo")
            .field("stall_timer", &self.stall_timer)
            .field("handle", self.registration.handle())
            .finish_non_exhaustive()
    }
}
