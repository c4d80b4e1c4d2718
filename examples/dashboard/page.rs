//! The pages, and the files they load.

use std::path::Path;

use axum::Router;
use axum::extract::Path as UrlPath;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

use crate::board::is_local;
use crate::user::User;

/// Of the packages that the tests use; `npm ci` in `tests/browser` brings them.
const PACKAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/browser/node_modules");
const SCRIPTS: [(&str, &str); 3] = [
    ("htmx.js", "htmx.org/dist/htmx.min.js"),
    ("htmx-ext-sse.js", "htmx-ext-sse/dist/sse.min.js"),
    ("datastar.js", "@starfederation/datastar/dist/datastar.js"),
];

pub(crate) fn routes() -> Router {
    Router::new()
        .route(
            "/",
            get(async |headers| page(headers, include_str!("page/dashboard.html"))),
        )
        .route(
            "/htmx",
            get(async |headers| page(headers, include_str!("page/htmx.html"))),
        )
        .route(
            "/datastar",
            get(async |headers| page(headers, include_str!("page/datastar.html"))),
        )
        .route(
            "/page.css",
            get(async || file("css", include_str!("page/page.css"))),
        )
        .route(
            "/dashboard.js",
            get(async || file("javascript", include_str!("page/dashboard.js"))),
        )
        .route(
            "/states.js",
            get(async || file("javascript", include_str!("page/states.js"))),
        )
        .route(
            "/connection.js",
            get(async || file("javascript", include_str!("../page/connection.js"))),
        )
        .route("/packages/{name}", get(package))
        .route("/htmx/redirect/{*to}", get(redirect))
        .route("/htmx/reload", get(async || [("hx-refresh", "true")]))
}

/// A page, with the user's name in it.
fn page(headers: HeaderMap, html: &'static str) -> Html<String> {
    let user = User::of(&headers).map_or_else(String::new, |User(name)| name);
    Html(html.replace("{user}", &user))
}

fn file(kind: &str, text: impl IntoResponse) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, format!("text/{kind}; charset=utf-8")),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (headers, text)
}

async fn package(UrlPath(name): UrlPath<String>) -> Response {
    let path = SCRIPTS.iter().find(|(script, _)| *script == name);
    let Some((_, path)) = path else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match std::fs::read(Path::new(PACKAGES).join(path)) {
        Ok(text) => file("javascript", text).into_response(),
        Err(_) => (
            StatusCode::NOT_FOUND,
            "run `npm ci --ignore-scripts` in tests/browser",
        )
            .into_response(),
    }
}

/// What htmx asks for when it is to leave for another page.
async fn redirect(UrlPath(to): UrlPath<String>) -> Response {
    let to = format!("/{to}");
    match is_local(&to) {
        true => [("hx-redirect", to)].into_response(),
        false => StatusCode::BAD_REQUEST.into_response(),
    }
}
