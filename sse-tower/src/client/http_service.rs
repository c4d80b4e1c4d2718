//! A service that answers HTTP requests, said once.

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::BoxError;

/// Any `Service<Request<B>, Response = Response<_>>` with a body, whose errors can be boxed:
/// implemented for all of them, and for nothing else.
pub trait HttpService<B>:
    Service<Request<B>, Response = Response<Self::ResponseBody>, Error: Into<BoxError>>
{
    /// The body of a response.
    type ResponseBody: Body<Error: Into<BoxError>>;
}

impl<S, B, R> HttpService<B> for S
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: Into<BoxError>,
    R: Body,
    R::Error: Into<BoxError>,
{
    type ResponseBody = R;
}
