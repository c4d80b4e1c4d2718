//! A tokio broadcast channel as a live stream.

use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use tokio::sync::broadcast::{
    Receiver,
    error::{RecvError, TryRecvError},
};

use super::Live;

/// A tokio broadcast channel as a live stream: a receiver that was too slow has [lost](Live::Lost)
/// something. Ends when all senders are gone.
///
/// ```
/// use futures_util::StreamExt;
/// use sse_session::resumable::{Broadcasts, Live};
/// use tokio::sync::broadcast;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (sender, receiver) = broadcast::channel(2);
/// let mut live = Broadcasts::new(receiver);
/// (1..=3).for_each(|number| _ = sender.send(number));
/// drop(sender);
/// assert_eq!(live.next().await, Some(Live::Lost));
/// assert_eq!(live.next().await, Some(Live::Event(2)));
/// assert_eq!(live.next().await, Some(Live::Event(3)));
/// assert_eq!(live.next().await, None);
/// # }
/// ```
#[must_use = "streams do nothing unless polled"]
pub struct Broadcasts<T> {
    state: State<T>,
}

type Received<T> = (Result<T, RecvError>, Receiver<T>);

enum State<T> {
    Idle(Receiver<T>),
    Waiting(Pin<Box<dyn Future<Output = Received<T>> + Send>>),
    Ended,
}

impl<T> Broadcasts<T> {
    /// What this receiver gets.
    pub const fn new(receiver: Receiver<T>) -> Self {
        Self {
            state: State::Idle(receiver),
        }
    }
}

impl<T: Clone + Send + 'static> Stream for Broadcasts<T> {
    type Item = Live<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Live<T>>> {
        loop {
            match &mut self.state {
                State::Idle(receiver) => match receiver.try_recv() {
                    Ok(event) => return Poll::Ready(Some(Live::Event(event))),
                    Err(TryRecvError::Lagged(_)) => return Poll::Ready(Some(Live::Lost)),
                    Err(TryRecvError::Closed) => self.state = State::Ended,
                    Err(TryRecvError::Empty) => {
                        let State::Idle(mut receiver) =
                            core::mem::replace(&mut self.state, State::Ended)
                        else {
                            return Poll::Ready(None); // It was idle just now.
                        };
                        self.state =
                            State::Waiting(Box::pin(
                                async move { (receiver.recv().await, receiver) },
                            ));
                    }
                },
                State::Waiting(waiting) => {
                    let Poll::Ready((received, receiver)) = waiting.as_mut().poll(cx) else {
                        return Poll::Pending;
                    };
                    self.state = State::Idle(receiver);
                    match received {
                        Ok(event) => return Poll::Ready(Some(Live::Event(event))),
                        Err(RecvError::Lagged(_)) => return Poll::Ready(Some(Live::Lost)),
                        Err(RecvError::Closed) => self.state = State::Ended,
                    }
                }
                State::Ended => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for Broadcasts<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Broadcasts").finish_non_exhaustive()
    }
}
