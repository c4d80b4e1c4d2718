//! The page: a few files of plain HTML, CSS and JavaScript, part of the program.

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use axum::routing::get;

/// What the page may load: its own files and its own stream, nothing from anywhere else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'";

/// `GET /` and the files it loads.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(
            "/",
            get(async || file("text/html", include_str!("page/page.html"))),
        )
        .route(
            "/page.css",
            get(async || file("text/css", include_str!("page/page.css"))),
        )
        .route(
            "/page.js",
            get(async || file("text/javascript", include_str!("page/page.js"))),
        )
        .route(
            "/chart.js",
            get(async || file("text/javascript", include_str!("page/chart.js"))),
        )
        .route(
            "/icon.svg",
            get(async || file("image/svg+xml", include_str!("page/icon.svg"))),
        )
}

/// A file that is asked for anew each time, since the next build may serve another one.
fn file(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    const HEADERS: [(HeaderName, HeaderValue); 3] = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (
        HEADERS,
        [(
            header::CONTENT_TYPE,
            format!("{content_type}; charset=utf-8"),
        )],
        text,
    )
}
