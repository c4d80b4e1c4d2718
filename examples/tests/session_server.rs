//! The server of one page, over real sockets: what it promises its users.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]
#![cfg(unix)]

mod support;

use std::time::Instant;

use serde_json::{Value, json};
use sse_codec::Event;
use support::{DEADLINE, EventReader, SessionServer, data};
use tempfile::TempDir;

const JSON: (&str, &str) = ("content-type", "application/json");

/// The next message, and what else was told before it.
fn message(events: &mut EventReader) -> Event {
    loop {
        let event = events.next_event().unwrap();
        match event.event_type() {
            "message" => return event,
            "presence" => (),
            other => panic!("{other}: {event:?}"),
        }
    }
}

/// The next time that it is told who is there.
fn presence(events: &mut EventReader) -> Value {
    loop {
        let event = events.next_event().unwrap();
        if event.event_type() == "presence" {
            return data(&event);
        }
    }
}

/// Reads numbered messages, is cut off, and comes back with the last event ID it has seen.
struct Reader {
    user: &'static str,
    path: String,
    last_event_id: Option<String>,
    got: Vec<u64>,
    /// Of `got`, up to the last event ID.
    sure: usize,
}

impl Reader {
    /// One that has connected, and been told where it stands.
    fn new(server: &SessionServer, user: &'static str, path: &str) -> Self {
        let (mut events, _) = server.client(user).stream(path, None);
        let present = events.next_event().unwrap();
        assert_eq!(present.event_type(), "presence");
        Self {
            user,
            path: path.to_owned(),
            last_event_id: Some(present.last_event_id().to_owned()),
            got: Vec::new(),
            sure: 0,
        }
    }

    /// One connection: up to this message, and no further. What is told of the session.
    fn read_to(&mut self, server: &SessionServer, last: u64) -> Value {
        let client = server.client(self.user);
        let (mut events, connected) = client.stream(&self.path, self.last_event_id.as_deref());
        // On a stream of several channels the last event of a batch has the id. What was cut off before it comes again.
        self.got.truncate(self.sure);
        while self.got.last() != Some(&last) {
            let event = message(&mut events);
            let text = &data(&event)["text"];
            self.got.push(text.as_str().unwrap().parse().unwrap());
            if event.id().is_some() {
                self.sure = self.got.len();
                self.last_event_id = event.id().map(str::to_owned);
            }
        }
        connected
    }

    /// Whether it has each message up to this one, once and in order.
    fn has_all(&self, last: u64) -> bool {
        self.got.iter().copied().eq(1..=last)
    }
}

#[test]
fn sessions_go_on_without_a_gap_or_a_double_over_cuts_and_restarts() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("chat.redb");
    let mut server = SessionServer::start(&file);
    let bob = server.client("bob").open();
    let say = |server: &SessionServer, number: u64| {
        let bobs = server.client("bob");
        bobs.say(&bob, "room/tea", &number.to_string());
    };
    // One session was opened by POST, one by a page that knows none.
    let alice = server.client("alice").open();
    let path = format!("{}?on=room/tea", alice["stream"].as_str().unwrap());
    let bare = "/session?on=room/tea";
    let mut readers =
        [("alice", &*path), ("carol", bare)].map(|(user, path)| Reader::new(&server, user, path));
    let mut forgetful = Reader::new(&server, "dave", bare);
    let mut last = 0;
    for end in ["none", "clean", "kill", "none", "kill"] {
        for number in last + 1..=last + 3 {
            say(&server, number);
        }
        for reader in &mut readers {
            let connected = reader.read_to(&server, last + 2);
            assert_eq!(connected["resumed"], true, "{connected}");
        }
        last += 3;
        match end {
            "clean" => {
                server.interrupt();
                assert_eq!(server.exit_status().code(), Some(0));
                server = SessionServer::start(&file);
            }
            "kill" => {
                server.kill();
                server = SessionServer::start(&file);
            }
            _ => (),
        }
    }
    for reader in &mut readers {
        reader.read_to(&server, last);
        assert!(reader.has_all(last), "{:?}", reader.got);
    }

    // The control: who forgets where it was gets what is new, and that is not all.
    forgetful.last_event_id = None;
    let client = server.client("dave");
    let (mut events, connected) = client.stream(bare, None);
    assert_eq!(connected["resumed"], false);
    presence(&mut events);
    say(&server, last + 1);
    let text = data(&message(&mut events))["text"].clone();
    forgetful.got.push(text.as_str().unwrap().parse().unwrap());
    assert!(!forgetful.has_all(last + 1));
}

#[test]
fn a_message_by_post_reaches_the_room_once_and_mail_its_user_only() {
    let folder = TempDir::new().unwrap();
    let server = SessionServer::start(&folder.path().join("chat.redb"));
    let (alice, bob) = (server.client("alice"), server.client("bob"));
    let (mut hers, at_alice) = alice.stream("/session?on=room/tea&on=mail/alice", None);
    let (mut his, at_bob) = bob.stream("/session?on=room/tea&on=mail/bob", None);
    alice.say(&at_alice, "room/tea", "one");
    // The same key: the client did not get the answer.
    alice.say(&at_alice, "room/tea", "one");
    bob.say(&at_bob, "mail/alice", "two");
    alice.say(&at_alice, "room/tea", "three");
    let texts = |events: &mut EventReader, count: usize| -> Vec<Value> {
        let mut all: Vec<Value> = (0..count).map(|_| data(&message(events))).collect();
        all.iter_mut().map(|said| said["text"].take()).collect()
    };
    let mut of_alice = texts(&mut hers, 3);
    // Between channels there is no order.
    of_alice.sort_by_key(ToString::to_string);
    assert_eq!(of_alice, ["one", "three", "two"]);
    assert_eq!(texts(&mut his, 2), ["one", "three"]);
}

#[test]
fn users_see_who_is_there() {
    let folder = TempDir::new().unwrap();
    let server = SessionServer::start(&folder.path().join("chat.redb"));
    let (mut hers, _) = server.client("alice").stream("/session?on=room/tea", None);
    let first = presence(&mut hers);
    assert_eq!(first["channel"], "room/tea");
    assert_eq!(first["present"], json!(["alice"]));
    let path = "/session?on=room/tea";
    let (mut his, session) = server.client("bob").stream(path, None);
    let there = his.next_event().unwrap();
    assert_eq!(data(&there)["present"], json!(["alice", "bob"]));
    let joined = presence(&mut hers);
    assert_eq!(
        (&joined["joined"], &joined["users"]),
        (&json!(["bob"]), &json!(2))
    );
    // He comes back at once: he was never gone. Then he goes.
    drop(his);
    let id = Some(there.last_event_id());
    let (his, again) = server.client("bob").stream(path, id);
    assert_eq!(again["session"], session["session"]);
    drop(his);
    let left = presence(&mut hers);
    assert_eq!(
        (&left["left"], &left["users"]),
        (&json!(["bob"]), &json!(1))
    );
}

#[test]
fn a_new_device_ends_the_stream_of_the_old_one_and_its_return() {
    let folder = TempDir::new().unwrap();
    let server = SessionServer::start(&folder.path().join("chat.redb"));
    let alice = server.client("alice");
    let (mut laptop, session) = alice.stream("/session?on=room/tea", None);
    let id = laptop.next_event().unwrap().last_event_id().to_owned();
    let (mut phone, _) = alice.stream("/session?on=room/tea", None);
    let mut last = None;
    while let Some(event) = laptop.next_event() {
        last = Some(event);
    }
    assert_eq!(data(&last.unwrap())["type"], "FORCE_LOGOUT");
    let own = format!("GET {}", session["stream"].as_str().unwrap());
    let back = [("accept", "text/event-stream"), ("last-event-id", &*id)];
    for line in ["GET /session?on=room/tea", &own] {
        assert_eq!(alice.refusal(line, &back, ""), "204");
    }
    let post = format!("POST {}", session["inbox"].as_str().unwrap());
    assert_eq!(alice.refusal(&post, &[JSON], "{}"), "404 no-session");
    // The phone's goes on.
    let bob = server.client("bob");
    bob.say(&bob.open(), "room/tea", "still-there?");
    assert_eq!(data(&message(&mut phone))["text"], "still-there?");
}

#[test]
fn what_may_not_be_is_refused_with_its_status() {
    let folder = TempDir::new().unwrap();
    let server = SessionServer::start(&folder.path().join("chat.redb"));
    let (alice, bob) = (server.client("alice"), server.client("bob"));
    let nobody = server.client("");
    assert_eq!(nobody.refusal("POST /session", &[], ""), "401 identity");
    let session = alice.open();
    let of = |name: &str| session[name].as_str().unwrap().to_owned();
    let get = format!("GET {}", of("stream"));
    let post = format!("POST {}", of("inbox"));
    let delete = format!("DELETE {}", of("stream"));
    for line in [&get, &post, &delete] {
        assert_eq!(bob.refusal(line, &[JSON], "{}"), "404 no-session", "{line}");
    }
    for line in [
        "GET /session?on=mail/bob",
        &format!("{get}?on=room/tea&on=mail/bob"),
    ] {
        assert_eq!(alice.refusal(line, &[], ""), "403 forbidden", "{line}");
    }
    let too_long = [JSON, ("Content-Length", "65537")];
    assert_eq!(alice.refusal(&post, &too_long, ""), "413 too-large");
    let foreign = [("origin", "https://evil.example")];
    assert_eq!(
        alice.refusal("POST /session", &foreign, ""),
        "403 foreign-origin"
    );

    let head = alice.ask("HEAD /session", &[], "");
    assert_eq!(head.status(), 200);
    assert!(head.head().contains("\ncontent-type: text/event-stream\n"));
    assert_eq!(head.text(), "");
    // Had it opened a session, the one that was there would be superseded.
    assert_eq!(alice.stream(&of("stream"), None).1["resumed"], true);

    // What is no message is not handled, and counts.
    let begun = Instant::now();
    loop {
        let answer = alice.ask(&post, &[JSON], "{");
        match answer.status() {
            500 => assert!(begun.elapsed() < DEADLINE, "there is no limit"),
            status => {
                assert_eq!(status, 429);
                assert!(answer.head().contains("\nretry-after: 1\n"));
                break;
            }
        }
    }
    assert_eq!(alice.refusal(&delete, &[], ""), "204");
    let own = [("accept", "text/event-stream")];
    assert_eq!(alice.refusal(&get, &own, ""), "204");
}

#[test]
fn a_server_that_ends_says_goodbye_to_its_streams() {
    let folder = TempDir::new().unwrap();
    let mut server = SessionServer::start(&folder.path().join("chat.redb"));
    let (mut events, _) = server.client("alice").stream("/session?on=room/tea", None);
    server.interrupt();
    let mut last = None;
    while let Some(event) = events.next_event() {
        last = Some(event);
    }
    assert_eq!(last.unwrap().event_type(), "disconnected");
    assert_eq!(server.exit_status().code(), Some(0));
}
