//! The response future of a service behind a gate.

use core::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::Gate;
use crate::{
    media_type::is_event_stream_response,
    request::Asked,
    response::{StreamBody, watched},
    stream::StreamHandle,
};

pin_project! {
    /// The response future of [`Gated`](super::Gated).
    ///
    /// # Cancellation
    ///
    /// Dropped, it gives back what it was admitted with.
    #[must_use = "futures do nothing unless polled"]
    pub struct GatedFuture<S, G, ReqBody, ResBody>
    where
        S: Service<Request<ReqBody>>,
        G: Gate,
    {
        #[pin]
        state: State<G::Admission, S, S::Future, Request<ReqBody>, Response<ResBody>, G, G::Pass, G::Visitor>,
        asked: Asked,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<A, S, F, Req, Res, G, P, V> {
        Admitting {
            #[pin]
            admission: A,
            call: Option<(S, Req)>,
        },
        Calling {
            #[pin]
            response: F,
            pass: Option<P>,
            late: Option<(G, V)>,
        },
        // The response is an event stream that nobody had asked for.
        AdmittingLate {
            #[pin]
            admission: A,
            response: Option<Res>,
        },
        Done,
    }
}

impl<S, G, ReqBody, ResBody> GatedFuture<S, G, ReqBody, ResBody>
where
    S: Service<Request<ReqBody>>,
    G: Gate,
{
    pub(super) const fn admitting(
        admission: G::Admission,
        service: S,
        request: Request<ReqBody>,
        asked: Asked,
    ) -> Self {
        let call = Some((service, request));
        let state = State::Admitting { admission, call };
        Self { state, asked }
    }

    pub(super) const fn calling(
        response: S::Future,
        pass: Option<G::Pass>,
        late: Option<(G, G::Visitor)>,
        asked: Asked,
    ) -> Self {
        let state = State::Calling {
            response,
            pass,
            late,
        };
        Self { state, asked }
    }
}

impl<S, G, ReqBody, ResBody> Future for GatedFuture<S, G, ReqBody, ResBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    G: Gate,
{
    type Output = Result<Response<StreamBody<ResBody>>, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let asked = *this.asked;
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Admitting { admission, call } => {
                    let mut pass = match ready!(admission.poll(cx)) {
                        Ok(pass) => pass,
                        Err(refusal) => {
                            this.state.set(State::Done);
                            return Poll::Ready(Ok(refusal.answer(asked)));
                        }
                    };
                    let Some((mut service, request)) = call.take() else {
                        return Poll::Pending;
                    };
                    let (mut head, body) = request.into_parts();
                    G::enter(&mut pass, &mut head);
                    State::Calling {
                        response: service.call(Request::from_parts(head, body)),
                        pass: Some(pass),
                        late: None,
                    }
                }
                StateProjection::Calling {
                    response,
                    pass,
                    late,
                } => {
                    let response = ready!(response.poll(cx))?;
                    let is_stream = is_event_stream_response(response.status(), response.headers());
                    match late.take().filter(|_| is_stream) {
                        // The headers are those of a stream that is watched.
                        Some(_) if asked.head && !G::JUDGES_HEAD => {
                            this.state.set(State::Done);
                            return Poll::Ready(Ok(watched(response, asked)));
                        }
                        Some((gate, visitor)) => State::AdmittingLate {
                            admission: gate.admit(visitor),
                            response: Some(response),
                        },
                        None => {
                            let pass = pass.take();
                            this.state.set(State::Done);
                            return Poll::Ready(Ok(leave::<G, _>(response, pass, asked)));
                        }
                    }
                }
                StateProjection::AdmittingLate {
                    admission,
                    response,
                } => {
                    let admitted = ready!(admission.poll(cx));
                    let Some(response) = response.take() else {
                        return Poll::Pending;
                    };
                    this.state.set(State::Done);
                    return Poll::Ready(Ok(match admitted {
                        Ok(pass) => leave::<G, _>(response, Some(pass), asked),
                        Err(refusal) => refusal.answer(asked),
                    }));
                }
                // Polled again after it was ready, which nobody may do.
                StateProjection::Done => return Poll::Pending,
            };
            this.state.set(next);
        }
    }
}

fn leave<G: Gate, B>(
    response: Response<B>,
    pass: Option<G::Pass>,
    asked: Asked,
) -> Response<StreamBody<B>> {
    let Some(pass) = pass else {
        return response.map(StreamBody::untouched);
    };
    let (mut parts, body) = watched(response, asked).into_parts();
    let stream = parts
        .extensions
        .get::<StreamHandle>()
        .filter(|_| !asked.head);
    G::leave(pass, &mut parts.headers, stream);
    Response::from_parts(parts, body)
}

impl<S, G, ReqBody, ResBody> fmt::Debug for GatedFuture<S, G, ReqBody, ResBody>
where
    S: Service<Request<ReqBody>>,
    G: Gate,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GatedFuture").finish_non_exhaustive()
    }
}
