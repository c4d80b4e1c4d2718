//! `sse-cat URL` as a program, against servers that are there, restarted and gone.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

#[path = "sse_cat_stream/program.rs"]
mod program;
#[path = "sse_cat_stream/server.rs"]
mod server;
#[path = "sse_cat_stream/tls.rs"]
mod tls;

use std::io::Write as _;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use axum::{Router, body::Bytes};

use program::{Running, run, run_with};
use server::{Server, events, open};

const SECRET: &str = "Bearer very-secret";

#[test]
fn a_stream_is_printed_as_a_stream_and_as_json() {
    let server = Server::start(Router::new().route(
        "/",
        get(async || {
            events("\u{feff}: hello\r\nid: 1\rdata: a\rdata: b\r\revent: tick\ndata:\n\ndata: cut")
        }),
    ));
    let plain = run(&["--once", &server.url("/")]);
    assert_eq!(
        plain.output,
        "id: 1\ndata: a\ndata: b\n\nevent: tick\ndata: \n\n"
    );
    assert_eq!((plain.status, &*plain.said), (0, "sse-cat: connected\n"));

    let json = run(&["--once", "--json", "--comments", &server.url("/")]);
    assert_eq!(
        json.lines(),
        [
            r#"{"type":"open"}"#,
            r#"{"type":"comment","text":"hello"}"#,
            r#"{"type":"event","event":"message","data":"a\nb","last_event_id":"1"}"#,
            r#"{"type":"event","event":"tick","data":"","last_event_id":"1"}"#,
            r#"{"type":"end","last_event_id":"1"}"#,
        ]
    );
    assert_eq!((json.status, &*json.said), (0, ""));

    let ticks = run(&["--once", "-q", "--event", "tick", &server.url("/")]);
    assert_eq!(
        (&*ticks.output, &*ticks.said),
        ("event: tick\ndata: \n\n", "")
    );
}

#[test]
fn it_goes_on_behind_the_last_event_of_a_server_that_was_restarted() {
    let routes = || {
        Router::new().route(
            "/",
            get(async |headers: HeaderMap| {
                let last = headers.get("last-event-id").map(|id| id.to_str().unwrap());
                let next = last.map_or(1, |id| id.parse::<u32>().unwrap() + 1);
                open(format!("retry: 1\nid: {next}\ndata: {next}\n\ndata: cut o"))
            }),
        )
    };
    let mut server = Server::start(routes());
    let running = Running::start(&["--json", "--retry", "0", &server.url("/")]);
    for restart in 1..=3 {
        // It may find nobody at first.
        loop {
            let line = running.line();
            if line == r#"{"type":"open"}"# {
                break;
            }
            assert!(
                line.starts_with(r#"{"type":"reconnecting","attempt":"#),
                "{line}"
            );
        }
        let event = running.line();
        let data = format!(r#""data":"{restart}","last_event_id":"{restart}"}}"#);
        assert!(event.ends_with(&data), "{event}");
        server.restart(routes());
    }
}

#[test]
fn it_begins_behind_the_event_it_is_told() {
    let server = Server::start(Router::new().route(
        "/",
        get(async |headers: HeaderMap| {
            events(format!(
                "data: {}\n\n",
                headers["last-event-id"].to_str().unwrap()
            ))
        }),
    ));
    let told = run(&["--once", "--last-event-id", "41", &server.url("/")]);
    assert_eq!(told.output, "data: 41\n\n");
}

#[test]
fn method_headers_and_body_are_sent_and_never_told() {
    let echo = async |headers: HeaderMap, body: Bytes| {
        assert_eq!(headers[header::AUTHORIZATION], SECRET);
        assert_eq!(headers[header::ACCEPT], "text/event-stream");
        let kind = headers[header::CONTENT_TYPE].to_str().unwrap();
        events(format!("event: {kind}\ndata: {}\n\n", body.len()))
    };
    let refuse = async |headers: HeaderMap| {
        let token = headers[header::AUTHORIZATION].to_str().unwrap().to_owned();
        (
            StatusCode::UNAUTHORIZED,
            [(header::WWW_AUTHENTICATE, token)],
        )
    };
    let routes = Router::new()
        .route("/", get(echo).post(echo).put(echo))
        .route("/no", get(refuse));
    let server = Server::start(routes);
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::File::create(&path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        format!("@{}", path.display())
    };
    let (headers, body) = (
        file("headers", &format!("\nAuthorization: {SECRET}\n")),
        file("body", "{}"),
    );
    let header = format!("Authorization: {SECRET}");
    let url = server.url("/");

    let told = run(&["--once", "-H", &header, "-d", r#"{"a":1}"#, &url]);
    assert_eq!(told.output, "event: application/json\ndata: 7\n\n");
    let told = run(&[
        "--once",
        "-H",
        &headers,
        "-d",
        &body,
        "-X",
        "PUT",
        "-H",
        "content-type: a/b",
        &url,
    ]);
    assert_eq!(told.output, "event: a/b\ndata: 2\n\n");

    for format in ["--text", "--json"] {
        let told = run(&[format, "-H", &header, &server.url("/no")]);
        assert_eq!(told.status, 22);
        assert!(
            told.said.ends_with("response with status 401\n"),
            "{}",
            told.said
        );
        assert!(
            !told.everything().contains("very-secret"),
            "{}",
            told.everything()
        );
    }
    let told = run(&["-H", "@/no/such/file", &url]);
    assert_eq!(told.status, 1);
    let told = run(&["-H", &header, "-H", &header[..20], "--bogus", &url]);
    assert_eq!(told.status, 2);
    assert!(!told.everything().contains("very"), "{}", told.everything());
}

#[test]
fn a_token_is_not_sent_where_a_redirect_leads_to_another_origin() {
    let other = Server::start(Router::new().route(
        "/",
        get(async |headers: HeaderMap| {
            let names = headers.contains_key(header::AUTHORIZATION);
            events(format!("data: {names}\n\n"))
        }),
    ));
    let to = other.url("/");
    let server =
        Server::start(Router::new().route("/", get(async move || Redirect::temporary(&to))));
    let header = format!("Authorization: {SECRET}");
    let told = run(&["--once", "-H", &header, &server.url("/")]);
    assert_eq!(told.output, "data: false\n\n");
}

#[test]
fn https_is_trusted_by_the_certificates_of_the_system_only() {
    let directory = tempfile::tempdir().unwrap();
    let certificate = directory.path().join("certificate.pem");
    let routes = Router::new().route("/", get(async || events("data: safe\n\n")));
    let server = tls::Server::start(routes, &certificate);
    let told = run_with(
        &["--once", "-q", &server.url()],
        ("SSL_CERT_FILE", &certificate),
    );
    assert_eq!((&*told.output, &*told.said), ("data: safe\n\n", ""));
    let told = run(&["--once", &server.url()]);
    assert_eq!(told.status, 7);
    assert!(told.said.contains("certificate"), "{}", told.said);
}

#[test]
fn the_exit_status_says_how_it_ended() {
    let hung = async || core::future::pending::<StatusCode>().await;
    let body = async || (StatusCode::BAD_REQUEST, "what went wrong").into_response();
    let busy = async || {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, "0")],
        )
    };
    let routes = Router::new()
        .route("/no-content", get(async || StatusCode::NO_CONTENT))
        .route("/page", get(async || "a page"))
        .route("/ends", get(async || events("data: a\n\n")))
        .route("/silent", get(async || open("data: a\n\n")))
        .route("/busy", get(busy))
        .route("/body", get(body))
        .route("/hung", get(hung));
    let server = Server::start(routes);
    let status = |options: &[&str], path| {
        let url = server.url(path);
        let ended = run(&[&["--retry", "0", "--max-attempts", "1", &url], options].concat());
        // What it says is the reason; nothing is said of an end that is none.
        assert_eq!(
            ended
                .said
                .lines()
                .last()
                .is_none_or(|it| it == "sse-cat: connected" || it == "sse-cat: complete (204)"),
            ended.status == 0
        );
        ended.status
    };
    assert_eq!(status(&[], "/no-content"), 0);
    assert_eq!(status(&["--once"], "/ends"), 0);
    assert_eq!(status(&[], "/ends"), 18);
    assert_eq!(status(&[], "/page"), 22);
    assert_eq!(status(&[], "/busy"), 22);
    assert_eq!(status(&["--patient"], "/busy"), 22);
    assert_eq!(status(&["--idle-timeout", "0.05"], "/silent"), 28);
    assert_eq!(status(&["--connect-timeout", "0.05"], "/hung"), 28);

    let told = run(&["--fail-with-body", &server.url("/body")]);
    assert!(
        told.said.ends_with("status 400\nwhat went wrong\n"),
        "{}",
        told.said
    );
    let told = run(&[
        "--patient",
        "--json",
        "--retry",
        "0",
        "--max-attempts",
        "2",
        &server.url("/busy"),
    ]);
    assert_eq!(told.lines().len(), 2);
    assert!(
        told.lines()[1].ends_with(r#""status":503}"#),
        "{:?}",
        told.lines()
    );

    let url = server.url("/");
    drop(server);
    let told = run(&["--max-attempts", "1", &url]);
    assert_eq!(told.status, 7, "{}", told.said);
    for usage in [
        &["--max-attempts", "0", &url][..],
        &["--retry", "soon", &url],
        &["-Q", &url],
        &["a.txt"],
    ] {
        let told = run(usage);
        assert_eq!(told.status, 2);
        assert!(
            told.said.ends_with("Try 'sse-cat --help'.\n"),
            "{}",
            told.said
        );
    }
}

#[cfg(unix)]
#[test]
fn it_ends_without_a_word_when_its_reader_goes_or_on_an_interrupt() {
    use std::os::unix::process::ExitStatusExt as _;

    // The stream says nothing more: that nobody reads is not found out by writing.
    let server = Server::start(Router::new().route("/", get(async || open("data: a\n\n"))));
    let mut running = Running::start(&["-q", &server.url("/")]);
    assert_eq!(running.line(), "data: a");
    running.close_output();
    let (status, said) = running.wait();
    assert_eq!((status.code(), &*said), (Some(0), ""));

    let mut running = Running::start(&["-q", &server.url("/")]);
    assert_eq!(running.line(), "data: a");
    running.interrupt();
    let (status, said) = running.wait();
    assert_eq!((status.signal(), &*said), (Some(2), ""));
}
