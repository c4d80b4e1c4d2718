//! Where tokens come from.

use http::HeaderValue;

use super::*;
use crate::token::{Tickets, TokenSource};

/// With everything that can be set.
fn everywhere() -> TokenLayer<User> {
    layer()
        .with_cookie("session")
        .with_tickets(Tickets::new())
        .with_query_parameter("access_token")
        .with_max_bytes(32)
}

/// Who passes as whom, and by what.
async fn passes(request: Request<()>) -> Option<(String, TokenSource)> {
    let seen = Seen::default();
    let answer = ask(&everywhere(), &seen, request).await;
    assert_eq!(answer.status == 200, seen.count() == 1);
    if answer.status != 200 {
        assert_eq!(answer.status, 401);
        return None;
    }
    let extensions = seen.last().extensions().clone();
    let User(name) = extensions.get().cloned().unwrap();
    Some((name, *extensions.get().unwrap()))
}

fn by(source: TokenSource) -> Option<(String, TokenSource)> {
    Some(("alice".into(), source))
}

#[tokio::test]
async fn a_bearer_token_is_taken_whatever_the_case_of_its_scheme() {
    for value in ["Bearer alice", "bearer alice", "BEARER   alice"] {
        let request = get("/", &[("authorization", value)]);
        assert_eq!(passes(request).await, by(TokenSource::Authorization));
    }
}

#[tokio::test]
async fn the_first_source_that_is_there_is_the_only_one() {
    let query = "/?access_token=alice";
    let sources: [(&str, &[_], _); 7] = [
        (query, &[], by(TokenSource::Query)),
        (
            query,
            &[("cookie", "session=alice")],
            by(TokenSource::Cookie),
        ),
        (query, &[("cookie", "session=mallory")], None),
        (
            query,
            &[("cookie", "other=mallory")],
            by(TokenSource::Query),
        ),
        (
            query,
            &[("cookie", "session=x"), ("authorization", "Bearer alice")],
            by(TokenSource::Authorization),
        ),
        (query, &[("authorization", "Bearer mallory")], None),
        ("/?access_token=alice&ticket=unknown", &[], None),
    ];
    for (uri, headers, expected) in sources {
        let passed = passes(get(uri, headers)).await;
        assert_eq!(passed, expected, "{uri} {headers:?}");
    }
}

#[tokio::test]
async fn another_scheme_is_no_token() {
    let request = get("/?access_token=alice", &[("authorization", "Basic YTpi")]);
    assert_eq!(passes(request).await, by(TokenSource::Query));
}

#[tokio::test]
async fn a_malformed_token_is_not_an_absent_one() {
    let long = format!("Bearer alice{}", "x".repeat(32));
    let quoted = "session=\"alice\"";
    let good = "/?access_token=alice";
    let cases: [(&str, &[_]); 15] = [
        (good, &[("authorization", "Bearer")]),
        (good, &[("authorization", "Bearer ali ce")]),
        (good, &[("authorization", "Bearer alice,")]),
        (good, &[("authorization", "Bearer =")]),
        (good, &[("authorization", "Bearer\talice")]),
        (good, &[("authorization", &long)]),
        (
            good,
            &[
                ("authorization", "Bearer alice"),
                ("authorization", "Bearer alice"),
            ],
        ),
        (
            good,
            &[
                ("authorization", "Basic YTpi"),
                ("authorization", "Bearer alice"),
            ],
        ),
        (good, &[("cookie", "session=")]),
        (good, &[("cookie", "session=alice; session=alice2")]),
        ("/?access_token=", &[]),
        ("/?access_token=ali%20ce", &[]),
        ("/?access_token=alice%00", &[]),
        ("/?access_token=alice%FF", &[]),
        ("/?access_token=alice&access_token=alice2", &[]),
    ];
    for (uri, headers) in cases {
        assert_eq!(passes(get(uri, headers)).await, None, "{uri} {headers:?}");
    }
    let request = get("/", &[("cookie", quoted)]);
    assert_eq!(passes(request).await, by(TokenSource::Cookie));
}

#[tokio::test]
async fn cookies_are_found_among_others_in_several_headers() {
    let mut request = get(
        "/",
        &[("cookie", "a=b; c"), ("cookie", "x=y;session=alice; z")],
    );
    let odd = HeaderValue::from_bytes(b"bin=\xff\xfe").unwrap();
    request.headers_mut().append("cookie", odd);
    assert_eq!(passes(request).await, by(TokenSource::Cookie));
}

#[tokio::test]
async fn only_what_was_asked_for_is_looked_at() {
    let seen = Seen::default();
    for (uri, cookie) in [("/?access_token=alice", ""), ("/", "session=alice")] {
        let answer = ask(&layer(), &seen, get(uri, &[("cookie", cookie)])).await;
        assert_eq!(answer.status, 401);
    }
    assert_eq!(seen.count(), 0);
}

#[tokio::test]
async fn what_the_service_sees_shows_no_token() {
    let secret = "alice-secret";
    let uri = format!("/a?x=1&access_token={secret}&ticket={secret}&y=2");
    let (bearer, cookie) = (format!("Bearer {secret}"), format!("session={secret}; a=b"));
    let headers = [
        ("authorization", &*bearer),
        ("cookie", &cookie),
        ("cookie", "c=d"),
    ];
    let seen = Seen::default();
    assert!(format!("{:?}", get(&uri, &headers)).contains(secret));
    assert_eq!(
        ask(&everywhere(), &seen, get(&uri, &headers)).await.status,
        200
    );
    let request = seen.last();
    assert_eq!(request.uri(), "/a?x=1&y=2");
    assert!(request.headers().values().all(HeaderValue::is_sensitive));
    assert_eq!(request.headers()["cookie"], cookie);
    assert!(!format!("{request:?}").contains(secret));
}
