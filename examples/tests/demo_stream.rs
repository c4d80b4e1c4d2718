//! The demo's stream as a plain client sees it, and how the demo ends.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod support;

use serde_json::Value;
use sse_codec::{Event, Item};
use support::{Demo, EventReader};

fn json(event: &Event) -> Value {
    serde_json::from_str(event.data()).unwrap()
}

#[test]
fn the_stream_has_its_events_in_order_and_with_real_figures() {
    let demo = Demo::start(&["--interval", "200"]);
    let mut reader = EventReader::open(demo.address(), "/events");
    let head = reader.head();
    assert!(head.starts_with("HTTP/1.0 200 "), "{head}");
    assert!(
        head.contains("\ncontent-type: text/event-stream\n"),
        "{head}"
    );
    assert!(
        head.contains("\ncache-control: no-cache, no-transform\n"),
        "{head}"
    );
    assert!(head.contains("\nx-accel-buffering: no\n"), "{head}");

    let Some(Item::Retry(time)) = reader.next_item() else {
        panic!("no reconnection time");
    };
    assert!((1000..=1500).contains(&time.as_millis()), "{time:?}");
    let connected = reader.next_event().unwrap();
    assert_eq!(
        (connected.event_type(), connected.last_event_id()),
        ("connected", "")
    );
    assert_eq!(json(&connected)["interval_ms"], 200);
    assert_eq!(json(&connected)["version"], env!("CARGO_PKG_VERSION"));

    let mut last_sample = 0_u64;
    let mut last_event_id = String::new();
    let (mut samples, mut heartbeats) = (0, 0);
    while samples < 3 || heartbeats < 1 {
        let event = reader.next_event().unwrap();
        let data = json(&event);
        match event.event_type() {
            "stats" => {
                samples += 1;
                last_sample += 1;
                assert_eq!(data["sample"], last_sample);
                last_event_id = event.id().unwrap().to_owned();
                assert!(data["unix_time_ms"].as_u64().unwrap() > 0, "{data}");
                assert!(data["cpu"]["percent"].as_f64().unwrap() <= 100.0, "{data}");
                assert!(
                    !data["cpu"]["cores"].as_array().unwrap().is_empty(),
                    "{data}"
                );
                let memory = |name| data["memory"][name].as_u64().unwrap();
                assert!(
                    (1..=memory("total_bytes")).contains(&memory("used_bytes")),
                    "{data}"
                );
                assert!(
                    data["network"]["received_bytes_per_second"].is_u64(),
                    "{data}"
                );
                assert!(data["network"]["sent_bytes_per_second"].is_u64(), "{data}");
                assert!(
                    data["load"]["fifteen"].is_f64() || data["load"].is_null(),
                    "{data}"
                );
                assert!(data["uptime_seconds"].as_u64().unwrap() > 0, "{data}");
            }
            "heartbeat" => {
                heartbeats += 1;
                assert_eq!((event.id(), event.last_event_id()), (None, &*last_event_id));
                assert!(data["unix_time_ms"].as_u64().unwrap() > 0, "{data}");
            }
            other => panic!("unexpected event type {other}"),
        }
    }
}

#[test]
fn a_new_connection_is_given_the_newest_sample_at_once_and_all_are_given_the_same() {
    // The next sample is a minute away: who waits for it waits too long.
    let demo = Demo::start(&["--interval", "60000"]);
    let first = |_| {
        let mut reader = EventReader::open(demo.address(), "/events");
        reader.next_event().unwrap();
        reader.next_event().unwrap()
    };
    let events: Vec<Event> = (0..3).map(first).collect();
    assert_eq!(events[0].event_type(), "stats");
    assert_eq!(json(&events[0])["sample"], 1);
    assert!(events.iter().all(|event| *event == events[0]), "{events:?}");
}

#[test]
fn a_sample_tells_how_many_streams_are_open_and_why_others_were_closed() {
    let demo = Demo::start(&["--interval", "200"]);
    let open = || EventReader::open(demo.address(), "/events");
    let (mut reader, other) = (open(), open());
    // What is refused is no stream.
    EventReader::open_accepting(demo.address(), "/events", "application/json");
    let mut until = |live, opened, gone| loop {
        let event = reader.next_event().unwrap();
        if event.event_type() != "stats" {
            continue;
        }
        let streams = &json(&event)["streams"];
        let counted = ["live", "opened"].map(|name| streams[name].as_u64().unwrap());
        assert!(counted[0] <= 2 && counted[1] <= 2, "{streams}");
        if (counted, streams["closed"]["client_gone"].as_u64()) == ([live, opened], gone) {
            break;
        }
    };
    until(2, 2, None);
    drop(other);
    until(1, 2, Some(1));
}

#[test]
fn the_files_of_the_page_have_their_types_and_load_nothing_from_elsewhere() {
    let demo = Demo::start(&[]);
    for (path, content_type) in [
        ("/", "text/html"),
        ("/page.css", "text/css"),
        ("/page.js", "text/javascript"),
        ("/chart.js", "text/javascript"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let response = EventReader::open(demo.address(), path);
        let head = response.head();
        assert!(head.starts_with("HTTP/1.0 200 "), "{path}: {head}");
        assert!(
            head.contains(&format!("\ncontent-type: {content_type}; charset=utf-8\n")),
            "{head}"
        );
        assert!(
            head.contains("\ncache-control: no-cache\n"),
            "{path}: {head}"
        );
        assert!(
            head.contains("\ncontent-security-policy: default-src 'none';"),
            "{path}: {head}"
        );
        assert!(!response.text().is_empty(), "{path}");
    }
    let missing = EventReader::open(demo.address(), "/nothing").head();
    assert!(missing.starts_with("HTTP/1.0 404 "), "{missing}");
}

#[test]
fn a_client_that_takes_no_event_stream_gets_none() {
    let demo = Demo::start(&[]);
    let head = |accept| EventReader::open_accepting(demo.address(), "/events", accept).head();
    assert!(head("application/json").starts_with("HTTP/1.0 406 "));
    assert!(head("text/event-stream").starts_with("HTTP/1.0 200 "));
}

#[test]
fn whoever_comes_back_gets_what_it_has_missed_also_after_a_restart() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("history.redb");
    let arguments = ["--interval", "200", "--history", file.to_str().unwrap()];
    let mut demo = Demo::start(&arguments);
    let mut last_event_id = None;
    let mut samples = Vec::new();
    for end in ["none", "kill", "none", "delete"] {
        let id = last_event_id
            .iter()
            .map(|id: &String| ("Last-Event-ID", &**id));
        let headers: Vec<_> = id.collect();
        let mut reader = EventReader::request(demo.address(), "GET /events", &headers, "");
        let more = samples.len() + 4;
        while samples.len() < more {
            let event = reader.next_event().unwrap();
            assert_ne!(event.event_type(), "gap", "{event:?}");
            if event.event_type() == "stats" {
                samples.push(json(&event)["sample"].as_u64().unwrap());
                last_event_id = event.id().map(str::to_owned);
            }
        }
        if end == "none" {
            continue;
        }
        demo.kill();
        if end == "delete" {
            std::fs::remove_file(&file).unwrap();
        }
        demo = Demo::start(&arguments);
    }
    assert!(samples.iter().copied().eq(1..=16), "{samples:?}");
    // The history is another one: what is missing is told before the first of it.
    let header = [("Last-Event-ID", &*last_event_id.unwrap())];
    let mut reader = EventReader::request(demo.address(), "GET /events", &header, "");
    reader.next_event().unwrap();
    let gap = reader.next_event().unwrap();
    assert_eq!(gap.event_type(), "gap");
    assert_eq!(json(&gap)["channel"], "stats");
    assert_eq!(json(&gap)["reason"], "epoch");
    assert_eq!(json(&reader.next_event().unwrap())["sample"], 1);
}

#[test]
fn a_history_that_cannot_be_opened_is_a_failure_that_names_it() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("history.redb");
    std::fs::write(&file, "no database").unwrap();
    let file = file.to_str().unwrap();
    let demo = std::process::Command::new(env!("CARGO_BIN_EXE_demo"))
        .args(["--listen", "127.0.0.1:0", "--history", file])
        .output()
        .unwrap();
    let said = String::from_utf8(demo.stderr).unwrap();
    assert_eq!(demo.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&format!("cannot open the history {file}: ")),
        "{said}"
    );
}

#[test]
fn an_address_that_is_taken_is_a_failure_that_names_it() {
    let demo = Demo::start(&[]);
    let address = demo.address().to_string();
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_demo"))
        .args(["--listen", &address])
        .output()
        .unwrap();
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&format!("cannot listen on {address}")),
        "{said}"
    );
}

#[cfg(unix)]
mod end {
    use std::io::Write as _;
    use std::net::TcpStream;

    use super::*;

    /// Longer than a test waits, so that it cannot be what ended the demo.
    const NO_END: &str = "1000000";

    #[test]
    fn a_first_signal_ends_every_stream_with_a_last_event_and_then_the_demo() {
        for signal in ["INT", "TERM"] {
            let mut demo = Demo::start(&["--drain-seconds", "1", "--grace", NO_END]);
            let mut readers = [(); 2].map(|()| EventReader::open(demo.address(), "/events"));
            for reader in &mut readers {
                assert_eq!(reader.next_event().unwrap().event_type(), "connected");
            }
            demo.signal(signal);
            for reader in &mut readers {
                let mut last = reader.next_event();
                while let Some(event) = reader.next_event() {
                    last = Some(event);
                }
                let last = last.unwrap();
                assert_eq!(last.event_type(), "disconnected", "{last:?}");
                assert!(json(&last)["reason"].is_string(), "{last:?}");
            }
            assert_eq!(demo.exit_status().code(), Some(0), "{signal}");
            TcpStream::connect(demo.address()).unwrap_err();
        }
    }

    #[test]
    fn while_streams_end_new_ones_are_refused_and_the_page_is_served() {
        let mut demo = Demo::start(&["--drain-seconds", NO_END]);
        let mut reader = EventReader::open(demo.address(), "/events");
        assert_eq!(reader.next_event().unwrap().event_type(), "connected");
        demo.signal("INT");
        demo.line_with("Ending 1 streams").unwrap();

        // For an EventSource a status would be the end.
        let open = |accept| EventReader::open_accepting(demo.address(), "/events", accept);
        let mut refused = open("text/event-stream");
        assert!(refused.head().starts_with("HTTP/1.0 200 "));
        let Some(Item::Retry(time)) = refused.next_item() else {
            panic!("no reconnection time");
        };
        assert!((1000..=1500).contains(&time.as_millis()), "{time:?}");
        assert_eq!(refused.next_item(), None);
        let head = open("text/event-stream, */*").head();
        assert!(head.starts_with("HTTP/1.0 503 "), "{head}");
        assert!(head.contains("\nretry-after: "), "{head}");
        let page = EventReader::open(demo.address(), "/");
        assert!(page.head().starts_with("HTTP/1.0 200 "));

        demo.signal("INT");
        assert_eq!(demo.exit_status().code(), Some(130));
    }

    /// A connection with half a request, which no server may cut at the end of its own accord.
    fn unfinished_request(demo: &Demo) -> TcpStream {
        let mut socket = TcpStream::connect(demo.address()).unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\nHost:").unwrap();
        // A whole request on another connection, so that the server has seen this one too.
        EventReader::open(demo.address(), "/").text();
        socket
    }

    #[test]
    fn a_second_signal_ends_the_demo_at_once() {
        for (signal, code) in [("INT", 130), ("TERM", 143)] {
            let mut demo = Demo::start(&["--grace", NO_END, "--drain-seconds", "0"]);
            let _unfinished = unfinished_request(&demo);
            demo.signal("INT");
            demo.line_with("Ending").unwrap();
            demo.signal(signal);
            assert_eq!(demo.exit_status().code(), Some(code), "{signal}");
        }
    }

    #[test]
    fn two_signals_at_once_end_the_demo() {
        let mut demo = Demo::start(&["--grace", NO_END]);
        let mut reader = EventReader::open(demo.address(), "/events");
        assert_eq!(reader.next_event().unwrap().event_type(), "connected");
        demo.signal("INT");
        demo.signal("INT");
        // The system may deliver two of the same signal as one.
        let code = demo.exit_status().code();
        assert!(matches!(code, Some(0 | 130)), "{code:?}");
    }

    #[test]
    fn a_client_that_does_not_read_is_waited_for_no_longer_than_the_grace() {
        let mut demo = Demo::start(&["--grace", "1", "--drain-seconds", "0"]);
        let _unfinished = unfinished_request(&demo);
        demo.signal("INT");
        demo.line_with("Some connections did not end in time")
            .unwrap();
        assert_eq!(demo.exit_status().code(), Some(0));
    }
}
