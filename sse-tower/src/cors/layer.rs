//! The layer that allows other origins.

use core::time::Duration;

use http::{HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_layer::Layer;

use super::{error::CorsError, service::EventSourceCors};

static METHODS: [Method; 4] = [Method::GET, Method::HEAD, Method::POST, Method::DELETE];

static HEADERS: [HeaderName; 4] = [
    HeaderName::from_static("last-event-id"),
    header::AUTHORIZATION,
    header::CACHE_CONTROL,
    header::CONTENT_TYPE,
];

/// What a page may read of a refusal.
static EXPOSED: [HeaderName; 2] = [header::RETRY_AFTER, header::WWW_AUTHENTICATE];

const PREFLIGHT_AGE: Duration = Duration::from_secs(3600);

/// Lets pages of other origins read event streams. See the [module](crate::cors).
#[derive(Debug, Clone)]
#[must_use]
pub struct EventSourceCorsLayer {
    inner: CorsLayer,
    any_origin: bool,
}

impl EventSourceCorsLayer {
    /// Any origin, without credentials.
    pub fn any_origin() -> Self {
        Self {
            inner: allowing(AllowOrigin::any()),
            any_origin: true,
        }
    }

    /// These origins, as a browser writes them: `https://app.example`, `http://localhost:3000`.
    ///
    /// # Errors
    ///
    /// [`CorsError::InvalidOrigin`]: with a path, a user, or a slash at the end it would never be
    /// matched.
    pub fn origins<O: AsRef<str>>(origins: impl IntoIterator<Item = O>) -> Result<Self, CorsError> {
        let origins: Result<Vec<HeaderValue>, CorsError> = origins
            .into_iter()
            .map(|origin| check(origin.as_ref()))
            .collect();
        Ok(Self {
            inner: allowing(AllowOrigin::list(origins?)),
            any_origin: false,
        })
    }

    /// Allows credentials: cookies, and `EventSource` with `withCredentials`.
    ///
    /// # Errors
    ///
    /// [`CorsError::CredentialsForAnyOrigin`].
    pub fn with_credentials(mut self) -> Result<Self, CorsError> {
        if self.any_origin {
            return Err(CorsError::CredentialsForAnyOrigin);
        }
        self.inner = self.inner.allow_credentials(true);
        Ok(self)
    }
}

fn allowing(origin: AllowOrigin) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods(METHODS.clone())
        .allow_headers(HEADERS.clone())
        .expose_headers(EXPOSED.clone())
        .max_age(PREFLIGHT_AGE)
}

/// An origin is compared to the letter, so it must be written as a browser writes it.
fn check(origin: &str) -> Result<HeaderValue, CorsError> {
    let invalid = || CorsError::InvalidOrigin {
        origin: origin.to_owned(),
    };
    let uri: Uri = origin.parse().map_err(|_| invalid())?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err(invalid());
    };
    let port = match (scheme, authority.port_u16()) {
        (_, None) | ("http", Some(80)) | ("https", Some(443)) => String::new(),
        (_, Some(port)) => format!(":{port}"),
    };
    let written = format!("{scheme}://{}{port}", authority.host());
    if written != origin || written.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(invalid());
    }
    HeaderValue::from_str(origin).map_err(|_| invalid())
}

impl<S> Layer<S> for EventSourceCorsLayer {
    type Service = EventSourceCors<S>;

    fn layer(&self, inner: S) -> Self::Service {
        EventSourceCors::new(self.inner.layer(inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use core::convert::Infallible;
    use http::{Request, Response};
    use http_body_util::Full;
    use tower::{ServiceExt, service_fn};

    const HERE: &str = "https://app.example";

    async fn asked(layer: EventSourceCorsLayer, request: Request<()>) -> Response<Full<Bytes>> {
        let service = service_fn(|request: Request<()>| async move {
            assert_ne!(
                request.method(),
                Method::OPTIONS,
                "the preflight was passed on"
            );
            Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"data: a\n\n"))))
        });
        layer.layer(service).oneshot(request).await.unwrap()
    }

    fn from(origin: &str) -> Request<()> {
        Request::get("/").header("origin", origin).body(()).unwrap()
    }

    fn said<'r>(response: &'r Response<Full<Bytes>>, name: &str) -> Option<&'r str> {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn exact_origins_may_have_credentials_and_others_get_nothing() {
        let layer = EventSourceCorsLayer::origins([HERE, "http://localhost:3000"]).unwrap();
        let layer = layer.with_credentials().unwrap();
        let response = asked(layer.clone(), from(HERE)).await;
        assert_eq!(said(&response, "access-control-allow-origin"), Some(HERE));
        assert_eq!(
            said(&response, "access-control-allow-credentials"),
            Some("true")
        );
        assert!(said(&response, "vary").unwrap().contains("origin"));
        let response = asked(layer, from("https://app.example.evil")).await;
        assert_eq!(said(&response, "access-control-allow-origin"), None);
    }

    #[tokio::test]
    async fn any_origin_has_no_credentials() {
        let response = asked(EventSourceCorsLayer::any_origin(), from(HERE)).await;
        assert_eq!(said(&response, "access-control-allow-origin"), Some("*"));
        assert_eq!(said(&response, "access-control-allow-credentials"), None);
    }

    #[tokio::test]
    async fn the_preflight_allows_what_clients_made_of_fetch_send() {
        let request = Request::options("/")
            .header("origin", HERE)
            .header("access-control-request-method", "GET")
            .header(
                "access-control-request-headers",
                "last-event-id,authorization",
            );
        let layer = EventSourceCorsLayer::origins([HERE]).unwrap();
        let response = asked(layer, request.body(()).unwrap()).await;
        assert_eq!(said(&response, "access-control-allow-origin"), Some(HERE));
        let headers = said(&response, "access-control-allow-headers").unwrap();
        for name in ["last-event-id", "authorization", "cache-control"] {
            assert!(headers.contains(name), "{headers}");
        }
        assert!(
            said(&response, "access-control-allow-methods")
                .unwrap()
                .contains("GET")
        );
        assert_eq!(said(&response, "access-control-max-age"), Some("3600"));
    }

    #[test]
    fn what_a_browser_never_sends_as_an_origin_is_an_error() {
        for origin in [
            "",
            "*",
            "null",
            "app.example",
            "https://",
            "https://app.example/",
            "https://app.example/x",
            "https://App.example",
            "https://app.example:443",
            "http://a:80",
            "https://u@app.example",
            "https://app.example\n",
        ] {
            let error = EventSourceCorsLayer::origins([origin]).unwrap_err();
            assert_eq!(
                error,
                CorsError::InvalidOrigin {
                    origin: origin.to_owned()
                }
            );
            assert_eq!(error.to_string(), format!("not an origin: {origin:?}"));
        }
        for origin in [
            "http://localhost:3000",
            "https://a.b:8443",
            "http://127.0.0.1",
            "http://[::1]:80800",
        ] {
            let valid = !origin.ends_with("80800");
            assert_eq!(
                EventSourceCorsLayer::origins([origin]).is_ok(),
                valid,
                "{origin}"
            );
        }
    }
}
