//! What is done with messages.

use core::{error::Error, fmt, pin::Pin};

use super::ReceivedMessage;

/// What is done with messages.
///
/// ```
/// use sse_codec::Event;
/// use sse_session::{
///     inbox::{HandlerFuture, InboxHandler, ReceivedMessage},
///     session::Sessions,
/// };
///
/// #[derive(Debug)]
/// struct Echo {
///     sessions: Sessions,
/// }
///
/// impl InboxHandler for Echo {
///     fn handle<'a>(&'a self, message: &'a ReceivedMessage) -> HandlerFuture<'a> {
///         Box::pin(async move {
///             let text = String::from_utf8_lossy(message.body());
///             self.sessions.publish(message.session(), Event::builder(text)).await?;
///             Ok(())
///         })
///     }
/// }
/// ```
pub trait InboxHandler: fmt::Debug + Send + Sync + 'static {
    /// Handles a message. What it does should do no harm when it is done twice.
    ///
    /// # Errors
    ///
    /// It is not handled. A [`MessageRefusal`](super::MessageRefusal) says that the message is wrong, which settles it.
    /// Of any other error: at the holder it is tried again, later each time, up to 5 seconds apart, and the messages
    /// behind it wait: whoever wants to give up after so many [attempts](ReceivedMessage::attempt) gives `Ok`. On the
    /// receiving node the client is told, and may send it again. A panic, and taking
    /// [too long](super::InboxBuilder::with_handler_timeout), count as errors.
    fn handle<'a>(&'a self, message: &'a ReceivedMessage) -> HandlerFuture<'a>;
}

/// What a handler gives.
pub type HandlerFuture<'a> = Pin<Box<dyn Future<Output = Result<(), HandlerError>> + Send + 'a>>;

/// Why a message is not handled.
pub type HandlerError = Box<dyn Error + Send + Sync>;

/// A handler of a function.
///
/// ```
/// use sse_session::inbox::{ReceivedMessage, handler_fn};
///
/// let handler = handler_fn(|message: ReceivedMessage| async move {
///     println!("{} bytes", message.body().len());
///     Ok(())
/// });
/// # let _ = handler;
/// ```
pub fn handler_fn<F, R>(handle: F) -> HandlerFn<F>
where
    F: Fn(ReceivedMessage) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    HandlerFn { handle }
}

/// A function as a handler: made by [`handler_fn`].
#[derive(Clone, Copy)]
pub struct HandlerFn<F> {
    handle: F,
}

impl<F, R> InboxHandler for HandlerFn<F>
where
    F: Fn(ReceivedMessage) -> R + Send + Sync + 'static,
    R: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    fn handle<'a>(&'a self, message: &'a ReceivedMessage) -> HandlerFuture<'a> {
        Box::pin((self.handle)(message.clone()))
    }
}

impl<F> fmt::Debug for HandlerFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HandlerFn(..)")
    }
}
