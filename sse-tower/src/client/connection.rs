//! One request, its response and its body.

use core::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use http::{Request, Response};
use http_body::Body as _;

use super::{BoxError, HttpService};

/// How far a connection has come.
pub(super) enum Connection<S: HttpService<B>, B> {
    None,
    /// The service is being asked whether it is ready.
    Readying,
    Responding(Pin<Box<S::Future>>),
    Streaming(Pin<Box<S::ResponseBody>>),
}

/// What a connection brings.
pub(super) enum Progress<B> {
    /// The service can be called.
    Ready,
    Response(Response<B>),
    Chunk(Bytes),
    End,
}

/// Where a connection broke.
pub(super) enum Broken {
    Service(BoxError),
    Connect(BoxError),
    Body(BoxError),
}

impl<S: HttpService<B>, B> Connection<S, B> {
    pub(super) fn call(&mut self, service: &mut S, request: Request<B>) {
        *self = Self::Responding(Box::pin(service.call(request)));
    }

    pub(super) fn poll(
        &mut self,
        service: &mut S,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Progress<S::ResponseBody>, Broken>> {
        match self {
            Self::None => Poll::Pending,
            Self::Readying => {
                let ready = ready!(service.poll_ready(cx));
                Poll::Ready(match ready {
                    Ok(()) => Ok(Progress::Ready),
                    Err(error) => Err(Broken::Service(error.into())),
                })
            }
            Self::Responding(response) => {
                let response = ready!(response.as_mut().poll(cx));
                Poll::Ready(match response {
                    Ok(response) => Ok(Progress::Response(response)),
                    Err(error) => Err(Broken::Connect(error.into())),
                })
            }
            Self::Streaming(body) => Poll::Ready(loop {
                match ready!(body.as_mut().poll_frame(cx)) {
                    Some(Ok(frame)) => {
                        if let Ok(mut data) = frame.into_data() {
                            // Shares the storage where the data is `Bytes`.
                            let length = data.remaining();
                            break Ok(Progress::Chunk(data.copy_to_bytes(length)));
                        }
                    }
                    Some(Err(error)) => break Err(Broken::Body(error.into())),
                    None => break Ok(Progress::End),
                }
            }),
        }
    }
}
