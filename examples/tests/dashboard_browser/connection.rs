//! What the pages' script makes of an `EventSource`.

use serde_json::{Value, json};

use crate::dashboard::{Dashboard, OtherOrigin};
use crate::{asked, browser, last};

#[test]
fn the_page_gives_up_after_its_attempts_each_later_than_the_last() {
    let test = "the_page_gives_up_after_its_attempts_each_later_than_the_last";
    let Some(mut page) = browser(test) else {
        return;
    };
    let server = Dashboard::start(&[]);
    page.ask("visit", &json!([server.url("/sign-in/alice")]));
    let options = json!({ "maxRetries": 4, "retryDelay": 100, "maxDelay": 600 });
    let away = OtherOrigin::gone();
    let tried = page.ask("connection", &json!([away, options, "disconnected"]));
    let log = tried["log"].as_array().unwrap();
    let states: Vec<&str> = log
        .iter()
        .map(|entry| entry["state"].as_str().unwrap())
        .collect();
    let expected = [
        "connecting",
        "reconnecting",
        "reconnecting",
        "reconnecting",
        "reconnecting",
        "disconnected",
    ];
    assert_eq!(states, expected);
    let attempts: Vec<_> = log[1..5]
        .iter()
        .map(|entry| entry["attempt"].as_u64().unwrap())
        .collect();
    assert_eq!(attempts, [1, 2, 3, 4]);
    assert_eq!(log[1]["delay"], Value::Null, "the browser's own");
    for (entry, least) in log[2..5].iter().zip([200.0, 400.0, 600.0]) {
        let delay = entry["delay"].as_f64().unwrap();
        assert!((least..=least * 1.5).contains(&delay), "{entry}");
    }
    assert_eq!(last(&tried["log"])["reason"], "attempts");
    assert_eq!(tried["stats"]["attempts"], 5);
    assert_eq!(tried["stats"]["connections"], 0);

    // The control: with one more server than none it does not give up.
    let there = page.ask("connection", &json!(["/board", options, "connected"]));
    assert_eq!(last(&there["log"])["classes"], "sse-connected");
    // And without reconnecting, the first error is the end.
    let options = json!({ "autoReconnect": false });
    let once = page.ask("connection", &json!([away, options, "disconnected"]));
    assert_eq!(last(&once["log"])["reason"], "error");
    assert_eq!(once["stats"]["attempts"], 1);
}

#[test]
fn a_minute_without_a_heartbeat_makes_the_page_come_back() {
    let test = "a_minute_without_a_heartbeat_makes_the_page_come_back";
    let Some(mut page) = browser(test) else {
        return;
    };
    let silent = Dashboard::start(&["--heartbeat", "3600000"]);
    page.ask("visit", &json!([silent.url("/sign-in/alice")]));
    page.ask("fakeTime", &json!([silent.url("/"), "#notifications"]));
    let before = asked(&mut page, "/notifications/stream").len();
    page.ask("pass", &json!([55_000]));
    assert_eq!(asked(&mut page, "/notifications/stream").len(), before);
    page.ask("pass", &json!([6_000]));
    page.ask("askedTimes", &json!(["/notifications/stream", before + 1]));
    page.ask("state", &json!(["connected", "#notifications"]));

    // The control: with heartbeats in between the same time changes nothing.
    let beating = Dashboard::start(&["--heartbeat", "300"]);
    page.ask("visit", &json!([beating.url("/sign-in/alice")]));
    page.ask("fakeTime", &json!([beating.url("/"), "#notifications"]));
    let before = asked(&mut page, "/notifications/stream").len();
    page.ask(
        "connection",
        &json!(["/notifications/stream", {}, "heartbeat", 2]),
    );
    for _ in 0..3 {
        page.ask("pass", &json!([55_000]));
        page.ask(
            "connection",
            &json!(["/notifications/stream", {}, "heartbeat", 3]),
        );
    }
    let opened_here = 4;
    assert_eq!(
        asked(&mut page, "/notifications/stream").len(),
        before + opened_here
    );
}

#[test]
fn the_connection_tells_its_states_its_figures_and_every_event() {
    let test = "the_connection_tells_its_states_its_figures_and_every_event";
    let Some(mut page) = browser(test) else {
        return;
    };
    let server = Dashboard::start(&["--heartbeat", "200"]);
    page.ask("visit", &json!([server.url("/sign-in/alice")]));
    server.post("alice", "/notifications", "one");
    server.post("alice", "/notifications", "two");
    let options = json!({ "types": ["notification"] });
    let seen = page.ask(
        "connection",
        &json!(["/notifications/stream", options, "heartbeat"]),
    );
    let types: Vec<_> = seen["log"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["type"].as_str())
        .collect();
    assert_eq!(types, ["notification", "notification", "heartbeat"]);
    assert_eq!(seen["log"][2]["data"]["text"], "one");
    let stats = &seen["stats"];
    assert_eq!(stats["state"], "connected");
    assert_eq!(stats["lastEventId"], "2");
    assert_eq!(
        stats["byType"],
        json!({ "notification": 2, "heartbeat": 1 })
    );
    let after = page.ask("after", &json!([]));
    let expected = [
        "connected",
        "disconnected",
        "connected",
        "disconnected",
        "disconnected",
    ];
    assert_eq!(after["seen"], json!(expected));
    assert_eq!(after["heard"], 1);
    let again = asked(&mut page, "/notifications/stream");
    let again = again.last().unwrap();
    assert!(
        again["url"].as_str().unwrap().ends_with("?lastEventId=2"),
        "{again}"
    );

    // Names that the states have, from the server.
    let text = "event: connected\ndata: {\"user_id\":7}\n\nevent: error\ndata: text\n\nevent: open\ndata: 1\n\nid: 5\nevent: last\ndata: 2\n\n";
    page.ask("answer", &json!(["/named", text]));
    let options = json!({ "types": ["connected", "error", "open"], "autoReconnect": false });
    let named = page.ask("connection", &json!(["/named", options, "disconnected"]));
    let log = named["log"].as_array().unwrap();
    let events: Vec<_> = log
        .iter()
        .filter(|entry| entry["type"].is_string())
        .collect();
    assert_eq!(events.len(), 3, "{named}");
    assert_eq!(events[0]["data"]["user_id"], 7);
    assert_eq!(events[1]["data"], "text");
    let states = log.iter().filter_map(|entry| entry["state"].as_str());
    assert!(
        states.eq(["connecting", "connected", "disconnected"]),
        "{named}"
    );
}
