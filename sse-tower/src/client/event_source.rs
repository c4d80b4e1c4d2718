//! The client: the machine, a service, a timer.

use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};
use std::{sync::Arc, time::SystemTime};

use futures_core::{FusedStream, Stream};
use http::{Request, Response, Uri};
use sse_codec::Item;

use super::{
    Attempt, Cause, ClientError, ClientItem, EventSourceHandle, EventSourceOptions, HttpService,
    alarm::Alarm,
    connection::{Broken, Connection, Progress},
    handle::{Shared, Wanted},
    machine::{Fate, Machine, Step},
};

/// How many chunks without an item are read before other tasks get their turn.
const CHUNKS_IN_A_ROW: usize = 32;

type MakeRequest<B> = Box<dyn FnMut(&Attempt<'_>) -> Request<B> + Send>;

/// An event source: a [`Stream`] of what happens on a connection, and on those that replace it.
/// See the [module](super).
///
/// The stream ends with `None` after [`EventSource::close`] and where the policy takes the end of a body for the
/// end, and after an error.
///
/// # Cancellation
///
/// All state is in the client: a `next()` that is dropped loses nothing. Nothing happens while it is not polled, and
/// when it is dropped the connection is, too.
#[must_use = "streams do nothing unless polled"]
pub struct EventSource<S: HttpService<B>, B> {
    service: S,
    make_request: MakeRequest<B>,
    machine: Machine,
    connection: Connection<S, B>,
    alarm: Alarm,
    shared: Option<Arc<Shared>>,
}

// Nothing in it is pinned in place.
impl<S: HttpService<B>, B> Unpin for EventSource<S, B> {}

type Told<R> = Option<Result<ClientItem, ClientError<R>>>;

impl<S: HttpService<B>, B> EventSource<S, B> {
    /// A client that makes its requests by this function, each one anew: with another token, to
    /// another address. The function is called when the service is ready.
    ///
    /// `Accept`, `Cache-Control` and `Pragma` are set if it does not; `Last-Event-ID` is
    /// set or removed in any case.
    pub fn new(
        service: S,
        make_request: impl FnMut(&Attempt<'_>) -> Request<B> + Send + 'static,
    ) -> Self {
        Self {
            service,
            make_request: Box::new(make_request),
            machine: Machine::new(EventSourceOptions::new()),
            connection: Connection::None,
            alarm: Alarm::new(),
            shared: None,
        }
    }

    /// A client that sends copies of this request, of any method and with any body that can be
    /// copied.
    pub fn from_request(service: S, request: Request<B>) -> Self
    where
        B: Clone + Send + 'static,
    {
        Self::new(service, move |_| request.clone())
    }

    /// A client that gets this address.
    pub fn get(service: S, uri: Uri) -> Self
    where
        B: Default + 'static,
    {
        Self::new(service, move |_| {
            let mut request = Request::new(B::default());
            *request.uri_mut() = uri.clone();
            request
        })
    }

    /// Sets the options. A client that has begun begins anew with them.
    pub fn with_options(mut self, options: EventSourceOptions) -> Self {
        self.machine = Machine::new(options);
        self.connection = Connection::None;
        self.alarm = Alarm::new();
        self
    }

    /// The last event ID, as of the last item that was taken; empty if there is none. To store
    /// it, and to begin with it [another time](EventSourceOptions::with_last_event_id).
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.machine.last_event_id()
    }

    /// What closes, pauses and resumes it from elsewhere.
    pub fn handle(&mut self) -> EventSourceHandle {
        EventSourceHandle {
            shared: Arc::clone(self.shared.get_or_insert_default()),
        }
    }

    /// Drops the connection, and ends. For good.
    pub fn close(&mut self) {
        self.machine.close();
        self.disconnect();
    }

    /// Drops the connection until [`EventSource::resume`]. Events of a chunk that were not yet
    /// taken are dropped with it; a server with a memory sends them again.
    pub fn pause(&mut self) {
        self.machine.pause(self.alarm.now());
        self.disconnect();
    }

    /// Connects again after a pause, with the last event ID; at once, or when it would have
    /// without the pause.
    pub fn resume(&mut self) {
        self.machine.resume(self.alarm.now());
    }

    fn disconnect(&mut self) {
        self.connection = Connection::None;
        self.alarm.stop();
    }

    fn obey(&mut self, cx: &Context<'_>) {
        match self.shared.as_ref().map(|shared| shared.take(cx)) {
            None | Some(Wanted::Nothing) => {}
            Some(Wanted::Pause) => self.pause(),
            Some(Wanted::Resume) => self.resume(),
            Some(Wanted::Close) => self.close(),
        }
    }

    /// Something failed: what is told of it.
    #[cold]
    fn fail(
        &mut self,
        cause: Cause,
        response: Option<Response<S::ResponseBody>>,
    ) -> Told<S::ResponseBody> {
        let fate = self.machine.failed(self.alarm.now(), &cause);
        let response = response.map(Box::new);
        if fate != Fate::GoOn {
            self.disconnect();
        }
        match (fate, cause) {
            (Fate::GoOn, Cause::Decode(error)) => Some(Ok(ClientItem::Dropped(error))),
            (Fate::Reconnect { attempt, delay }, cause) => Some(Ok(ClientItem::Reconnecting {
                attempt,
                delay,
                cause,
            })),
            (Fate::GaveUp(bound), cause) => Some(Err(ClientError::GaveUp {
                bound,
                cause,
                response,
            })),
            (Fate::End, Cause::BodyEnd) => None,
            (Fate::End | Fate::GoOn, cause) => Some(Err(ClientError::Failed { cause, response })),
        }
    }

    fn fail_broken(&mut self, broken: Broken) -> Told<S::ResponseBody> {
        match broken {
            Broken::Service(error) => {
                self.close();
                Some(Err(ClientError::Service(error)))
            }
            Broken::Connect(error) => self.fail(Cause::Connect(error), None),
            Broken::Body(error) => self.fail(Cause::Body(error), None),
        }
    }

    fn begin(&mut self) {
        self.machine.begin(self.alarm.now());
        self.connection = Connection::Readying;
    }

    fn call(&mut self) {
        let mut request = (self.make_request)(&self.machine.attempt());
        self.machine.prepare(request.headers_mut());
        self.connection.call(&mut self.service, request);
    }

    fn take_response(&mut self, response: Response<S::ResponseBody>) -> Told<S::ResponseBody> {
        let (head, body) = response.into_parts();
        let now = self.alarm.now();
        match self.machine.response(now, SystemTime::now(), &head) {
            Ok(()) => {
                self.connection = Connection::Streaming(Box::pin(body));
                self.alarm.stop();
                Some(Ok(ClientItem::Open(Box::new(head))))
            }
            Err(cause) => self.fail(cause, Some(Response::from_parts(head, body))),
        }
    }

    /// Waits for the deadline, because there is nothing else to do. Ready with what is told if
    /// it was a timeout.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<Option<Told<S::ResponseBody>>> {
        let deadline = self.machine.deadline();
        self.alarm.poll(deadline, cx).map(|()| {
            let cause = self.machine.timed_out(self.alarm.now())?;
            Some(self.fail(cause, None))
        })
    }
}

impl<S: HttpService<B>, B> Stream for EventSource<S, B> {
    type Item = Result<ClientItem, ClientError<S::ResponseBody>>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        this.obey(cx);
        let mut chunks = 0;
        loop {
            // The clock is not read for every event.
            if this.machine.is_open() {
                match this.machine.next_item() {
                    Ok(Some(Item::Event(event))) => {
                        return Poll::Ready(Some(Ok(ClientItem::Event(event))));
                    }
                    Ok(Some(Item::Comment(text))) => {
                        return Poll::Ready(Some(Ok(ClientItem::Comment(text))));
                    }
                    Ok(_) => {}
                    Err(error) => return Poll::Ready(this.fail(Cause::Decode(error), None)),
                }
            } else {
                match this.machine.step(this.alarm.now()) {
                    Step::Ended => return Poll::Ready(None),
                    Step::TellUnsendableId => {
                        return Poll::Ready(Some(Ok(ClientItem::UnsendableId)));
                    }
                    Step::Connect => this.begin(),
                    Step::Read | Step::Wait => {}
                }
            }
            if chunks == CHUNKS_IN_A_ROW {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            // What is there counts before what is late: whoever was not polled for a while finds
            // a deadline that has passed, and a response.
            match this.connection.poll(&mut this.service, cx) {
                Poll::Ready(Ok(Progress::Ready)) => this.call(),
                Poll::Ready(Ok(Progress::Response(response))) => {
                    return Poll::Ready(this.take_response(response));
                }
                Poll::Ready(Ok(Progress::Chunk(chunk))) => {
                    chunks += 1;
                    this.machine.chunk(chunk);
                }
                Poll::Ready(Ok(Progress::End)) => {
                    return Poll::Ready(this.fail(Cause::BodyEnd, None));
                }
                Poll::Ready(Err(broken)) => return Poll::Ready(this.fail_broken(broken)),
                Poll::Pending => {
                    if this.machine.minds_quiet() {
                        this.machine.quiet(this.alarm.now());
                    }
                    match this.poll_deadline(cx) {
                        Poll::Ready(Some(told)) => return Poll::Ready(told),
                        Poll::Ready(None) => {}
                        Poll::Pending => return Poll::Pending,
                    }
                }
            }
        }
    }
}

impl<S: HttpService<B>, B> FusedStream for EventSource<S, B> {
    fn is_terminated(&self) -> bool {
        self.machine.is_ended()
    }
}

impl<S: HttpService<B>, B> fmt::Debug for EventSource<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSource")
            .field("machine", &self.machine)
            .finish_non_exhaustive()
    }
}
