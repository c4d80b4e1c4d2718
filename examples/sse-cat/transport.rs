//! What requests are sent by.

use std::io;

use bytes::Bytes;
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client,
        connect::{Connect, HttpConnector},
    },
    rt::TokioExecutor,
};
use sse_tower::client::HttpService;
use tower_http::follow_redirect::{
    FollowRedirectLayer,
    policy::{PolicyExt, Standard, clone_body_fn},
};
use tower_layer::Layer as _;

/// For both schemes, with the certificates of the system.
///
/// # Errors
///
/// Fails if there are none.
pub(crate) fn secure() -> io::Result<HttpsConnector<HttpConnector>> {
    let builder = HttpsConnectorBuilder::new().with_native_roots()?;
    Ok(builder.https_or_http().enable_http1().build())
}

/// A client that follows redirects as a fetch does: what names the user does not go to another
/// origin.
pub(crate) fn service(
    connector: impl Connect + Clone + Send + Sync + 'static,
) -> impl HttpService<Full<Bytes>> {
    let client = Client::builder(TokioExecutor::new()).build::<_, Full<Bytes>>(connector);
    let copies = clone_body_fn(|body: &Full<Bytes>| Some(body.clone()));
    let policy = PolicyExt::and::<_, Full<Bytes>, ()>(Standard::default(), copies);
    FollowRedirectLayer::with_policy(policy).layer(client)
}
