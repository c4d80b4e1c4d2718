//! What is set for each view.

use serde_json::json;

use crate::dashboard::{Dashboard, OtherOrigin};
use crate::{browser, sign_in};

#[test]
fn pages_of_other_origins_read_what_each_view_allows() {
    let test = "pages_of_other_origins_read_what_each_view_allows";
    let Some(mut page) = browser(test) else {
        return;
    };
    let allowed = OtherOrigin::start();
    let other = OtherOrigin::start();
    let server = Dashboard::start(&["--allow-origin", allowed.origin()]);
    sign_in(&mut page, &server); // Cookies do not know ports.
    server.post("alice", "/notifications", "private");
    server.post("alice", "/board/prepend", "public");

    for (origin, path, credentials, reads) in [
        (&allowed, "/stats", true, true),
        (&other, "/stats", true, false),
        (&allowed, "/stats", false, false), // Nobody is signed in.
        (&allowed, "/notifications/stream", true, false),
        (&other, "/board", false, true),
        (&other, "/board", true, false),
    ] {
        let visited = page.ask("visit", &json!([origin.origin()]));
        assert_eq!(visited["origin"], origin.origin());
        let event_type = match path {
            "/stats" => "stats",
            "/board" => "update",
            _ => "notification",
        };
        let read = page.ask(
            "bare",
            &json!([server.url(path), event_type, 1, credentials]),
        );
        let events = read["events"].as_array().unwrap().len();
        assert_eq!(
            events,
            usize::from(reads),
            "{path} with {credentials}: {read}"
        );
        assert_eq!(read["readyState"], if reads { 1 } else { 2 });
    }
}

#[test]
fn each_view_has_a_reconnection_time_of_its_own() {
    let server = Dashboard::start(&[]);
    for (path, least) in [
        ("/stats", 3000),
        ("/notifications/stream", 1000),
        ("/board", 2000),
    ] {
        let time = server.stream(path, Some("alice")).reconnection_time();
        let milliseconds = time.as_millis();
        assert!(
            (least..=least * 3 / 2).contains(&milliseconds),
            "{path}: {time:?}"
        );
    }
    for path in ["/stats", "/notifications/stream", "/tasks/1/progress"] {
        assert_eq!(server.stream(path, None).status(), 401, "{path}");
    }
}
