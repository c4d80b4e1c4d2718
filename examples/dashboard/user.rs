//! Who asks. Stands for the application's sign-in: a cookie with a name in it, which a real one would sign.

use axum::extract::{FromRequestParts, Path};
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Redirect, Response};

/// A user who has signed in. A handler that takes one answers 401 to everybody else, before it streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct User(pub(crate) String);

impl User {
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
        let user = cookies
            .split("; ")
            .find_map(|cookie| cookie.strip_prefix("user="))?;
        is_name(user).then(|| Self(user.to_owned()))
    }
}

impl<S: Sync> FromRequestParts<S> for User {
    type Rejection = StatusCode;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Self::of(&head.headers).ok_or(StatusCode::UNAUTHORIZED)
    }
}

/// `GET /sign-in/{name}`
pub(crate) async fn sign_in(Path(name): Path<String>) -> Response {
    if !is_name(&name) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    // Lax: pages of other sites cannot post in the user's name.
    let cookie = format!("user={name}; Path=/; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

/// `GET /sign-out`
pub(crate) async fn sign_out() -> impl IntoResponse {
    (
        [(header::SET_COOKIE, "user=; Path=/; Max-Age=0")],
        Redirect::to("/"),
    )
}

fn is_name(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase())
}
