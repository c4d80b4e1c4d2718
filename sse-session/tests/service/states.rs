//! What becomes of a request by what is going on elsewhere: conflicts, rights, other devices, who is there.

use std::sync::{Arc, Mutex};

use sse_codec::Event;
use sse_session::{
    Channel,
    hub::{Authorizer, AuthorizerFuture, Decision, Hub, Identity, Subscription},
    inbox::{Inbox, ReceivedMessage, handler_fn},
    memory::MemoryStore,
    presence::Presence,
    service::SessionService,
    session::Sessions,
};
use tokio::sync::Semaphore;

use crate::client::{Events, Node, node};

const TEXT: (&str, &str) = ("content-type", "text/plain");
const STREAM: (&str, &str) = ("accept", "text/event-stream");
const ALICE: (&str, &str) = ("x-user", "alice");
const BOB: (&str, &str) = ("x-user", "bob");

fn news() -> Channel {
    Channel::try_from("news").unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_message_that_another_node_is_handling_is_a_conflict_until_it_is_handled() {
    let store = Arc::new(MemoryStore::new());
    let (mut a, mut b) = (node(&store), node(&store));
    let (begun, go_on) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    for node in [&mut a, &mut b] {
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        let slow = handler_fn(move |_: ReceivedMessage| {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            async move {
                begun.add_permits(1);
                go_on.acquire().await?.forget();
                Ok(())
            }
        });
        let inbox = Inbox::at_receiver(&node.sessions, slow).build().unwrap();
        node.service = node.service.clone().with_inbox(&inbox);
    }
    let session = a.open(&[]).await;
    let post = format!("POST {}", session["inbox"].as_str().unwrap());
    let headers = [TEXT, ("idempotency-key", "1")];
    let first = a.ask(&post, &headers, "hello");
    let second = async {
        begun.acquire().await.unwrap().forget();
        let answer = b.ask(&post, &headers, "hello").await;
        assert_eq!(answer.headers["retry-after"], "1");
        assert_eq!(answer.status, 409);
        assert_eq!(answer.json().await["error"], "in-progress");
        // The control: without the key it is another message.
        go_on.add_permits(2);
        let other = b.ask(&post, &[TEXT], "hello").await;
        assert_eq!(other.status, 202);
    };
    let (first, ()) = futures_util::future::join(first, second).await;
    assert_eq!(first.status, 202);
    assert_eq!(first.json().await["duplicate"], false);
    let again = b.ask(&post, &headers, "hello").await;
    assert_eq!(again.status, 202);
    assert_eq!(again.json().await["duplicate"], true);
}

/// `news` is everybody's, `secret` is for those on a list.
#[derive(Debug, Clone, Default)]
struct Rules {
    allowed: Arc<Mutex<Vec<&'static str>>>,
}

impl Authorizer for Rules {
    fn authorize<'a>(
        &'a self,
        identity: Option<&'a Identity>,
        channel: &'a Channel,
    ) -> AuthorizerFuture<'a> {
        let allowed = self.allowed.lock().unwrap();
        let listed = identity.is_some_and(|identity| allowed.contains(&identity.key()));
        let decision = Decision::allow_if(listed || &**channel == "news");
        Box::pin(async move { Ok(decision) })
    }
}

/// With rules, presence and one device for each user; its streams have the channels that `?on=` names.
fn strict_node(rules: &Rules) -> Node {
    let mut node = node(&Arc::default());
    let hub = Hub::builder(MemoryStore::new()).with_authorizer(rules.clone());
    node.hub = hub.build().unwrap();
    node.sessions = Sessions::builder(&node.hub).build().unwrap();
    let presence = Presence::builder(&node.hub).build().unwrap();
    node.service = SessionService::new(&node.sessions, "/session")
        .with_identity(|head| {
            let user = head.headers.get("x-user")?.to_str().ok()?;
            Some(Identity::new(user))
        })
        .with_active_device()
        .with_presence(&presence, |_| true)
        .with_subscription(|head, _| {
            let pairs = head.uri.query().unwrap_or_default().split('&');
            let named = pairs.filter_map(|pair| pair.strip_prefix("on="));
            Subscription::to(named.filter_map(|name| Channel::try_from(name).ok()))
        });
    node
}

/// The next time it is told who is there.
async fn presence(events: &mut Events) -> serde_json::Value {
    loop {
        let (event_type, data) = events.next().await.unwrap();
        if event_type == "presence" {
            return serde_json::from_str(&data).unwrap();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_forbidden_channel_is_403_and_opens_nothing() {
    let rules = Rules::default();
    let a = strict_node(&rules);
    let mut first = a
        .ask("GET /session?on=news", &[ALICE, STREAM], "")
        .await
        .stream();
    first.connected().await;
    let json = ("accept", "application/json");
    for line in ["GET /session?on=secret", "GET /session?on=news&on=secret"] {
        for accept in [STREAM, json] {
            assert_eq!(a.refusal(line, &[ALICE, accept], "").await, "403 forbidden");
        }
    }
    let names: String = (0..16).map(|number| format!("&on=news-{number}")).collect();
    rules.allowed.lock().unwrap().push("alice");
    let line = format!("GET /session?{names}");
    assert_eq!(a.refusal(&line, &[ALICE, STREAM], "").await, "400 channels");
    // A session that was opened for one of them would have taken the first one's place.
    a.hub.publish(&news(), Event::builder("1")).await.unwrap();
    while first.data().await != "1" {}
    // The control: one that may be does.
    let mut other = a
        .ask("GET /session?on=secret", &[ALICE, STREAM], "")
        .await
        .stream();
    other.connected().await;
    let mut last = None;
    while let Some((_, data)) = first.next().await {
        last = Some(data);
    }
    assert!(last.unwrap().contains("FORCE_LOGOUT"));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_superseded_ends_and_its_return_is_204() {
    let a = strict_node(&Rules::default());
    let session = a.open(&[ALICE]).await;
    let get = format!("GET {}?on=news", session["stream"].as_str().unwrap());
    let mut laptop = a.ask(&get, &[ALICE, STREAM], "").await.stream();
    laptop.connected().await;
    // Nobody known, and another user, take nobody's place.
    a.open(&[]).await;
    a.open(&[BOB]).await;
    // Neither does the same tab when it comes back.
    drop(laptop);
    let mut laptop = a.ask(&get, &[ALICE, STREAM], "").await.stream();
    assert_eq!(laptop.connected().await["resumed"], true);
    let phone = a.open(&[ALICE]).await;
    let mut last = None;
    while let Some(event) = laptop.next().await {
        last = Some(event);
    }
    let (event_type, data) = last.unwrap();
    assert_eq!(event_type, "message");
    assert!(data.contains("FORCE_LOGOUT"), "{data}");
    let id = laptop.last_event_id();
    let session = session["session"].as_str().unwrap();
    let in_id = format!("{session}.{id}");
    for (line, header) in [
        (&*get, ("last-event-id", &*id)),
        ("GET /session?on=news", ("last-event-id", &in_id)),
        ("GET /session?on=news", ("sse-session", session)),
    ] {
        assert_eq!(a.refusal(line, &[ALICE, STREAM, header], "").await, "204");
    }
    let get = format!("GET {}?on=news", phone["stream"].as_str().unwrap());
    let mut phone = a.ask(&get, &[ALICE, STREAM], "").await.stream();
    phone.connected().await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_tells_who_is_there() {
    let a = strict_node(&Rules::default());
    let open = async |user: (&str, &str)| {
        let mut events = a
            .ask("GET /session?on=news", &[user, STREAM], "")
            .await
            .stream();
        events.connected().await;
        events
    };
    let mut alice = open(ALICE).await;
    let first = presence(&mut alice).await;
    let expected = serde_json::json!({
        "channel": "news", "present": ["alice"], "users": 1, "sessions": 1,
    });
    assert_eq!(first, expected);
    let mut bob = open(BOB).await;
    assert_eq!(
        presence(&mut bob).await["present"],
        serde_json::json!(["alice", "bob"])
    );
    let joined = presence(&mut alice).await;
    let expected = serde_json::json!({
        "channel": "news", "joined": ["bob"], "left": [], "users": 2, "sessions": 2,
    });
    assert_eq!(joined, expected);
    drop(bob);
    let left = presence(&mut alice).await;
    assert_eq!(
        (&left["left"], &left["users"]),
        (&serde_json::json!(["bob"]), &1.into())
    );
}

#[tokio::test(start_paused = true)]
async fn whose_right_is_revoked_is_told_nothing_more_of_who_is_there() {
    let rules = Rules::default();
    rules
        .allowed
        .lock()
        .unwrap()
        .extend(["alice", "bob", "carol"]);
    let a = strict_node(&rules);
    let open = async |user: &str, channels: &str| {
        let line = format!("GET /session?{channels}");
        let mut events = a.ask(&line, &[("x-user", user), STREAM], "").await.stream();
        events.connected().await;
        presence(&mut events).await;
        events
    };
    let mut alice = open("alice", "on=news&on=secret").await;
    presence(&mut alice).await;
    let mut bob = open("bob", "on=secret").await;
    assert_eq!(
        presence(&mut alice).await["joined"],
        serde_json::json!(["bob"])
    );
    // As a server does: read all the time.
    let (sender, mut hers) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some(event) = alice.next().await {
            _ = sender.send(event);
        }
    });
    rules
        .allowed
        .lock()
        .unwrap()
        .retain(|user| *user != "alice");
    let secret = Channel::try_from("secret").unwrap();
    assert!(a.hub.revoke(&Identity::new("alice"), &secret));
    // Others see her leave. She sees nothing of who comes there, and the rest of her stream.
    let left = presence(&mut bob).await;
    assert_eq!(left["left"], serde_json::json!(["alice"]));
    let _carol = open("carol", "on=secret").await;
    assert_eq!(
        presence(&mut bob).await["joined"],
        serde_json::json!(["carol"])
    );
    let _dave = open("dave", "on=news").await;
    let (event_type, data) = hers.recv().await.unwrap();
    assert_eq!(event_type, "presence");
    let joined: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!(joined["channel"], "news");
    assert_eq!(joined["joined"], serde_json::json!(["dave"]));
}

#[tokio::test(start_paused = true)]
async fn layers_are_told_which_requests_are_streams_and_whose() {
    let rules = Rules::default();
    let a = strict_node(&rules);
    let head = |line: &str, headers: &[(&str, &str)]| {
        let (method, path) = line.split_once(' ').unwrap();
        let request = http::Request::builder().method(method).uri(path);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        request.body(()).unwrap().into_parts().0
    };
    let json = ("accept", "application/json");
    for (expected, line, headers) in [
        (true, "GET /session", &[STREAM][..]),
        (true, "GET /session", &[]),
        (true, "GET /session", &[("accept", "*/*")]),
        (false, "GET /session", &[json]),
        (false, "GET /session", &[("accept", "image/png")]),
        (false, "HEAD /session", &[STREAM]),
        (false, "POST /session", &[STREAM]),
    ] {
        let is_stream = SessionService::is_stream_request(&head(line, headers));
        assert_eq!(is_stream, expected, "{line} {headers:?}");
        let accepted = a.ask(line, headers, "").await;
        let answered = accepted.status == 200
            && line.starts_with("GET")
            && accepted.headers["content-type"] == "text/event-stream";
        assert_eq!(answered, expected, "{line} {headers:?}");
    }
    let session = a.open(&[ALICE]).await;
    let id = session["session"].as_str().unwrap();
    let in_id = format!("{id}.x");
    let address =
        |line: &str, headers: &[(&str, &str)]| a.service.session_address(&head(line, headers));
    let in_path = address(&format!("GET /session/{id}"), &[ALICE]);
    assert!(in_path.is_some());
    let by_id = address("GET /session", &[ALICE, ("last-event-id", &in_id)]);
    assert_eq!(by_id, in_path);
    assert_eq!(
        address("GET /session", &[ALICE, ("sse-session", id)]),
        in_path
    );
    assert_eq!(address("GET /session", &[ALICE]), None);
    assert_ne!(address(&format!("GET /session/{id}"), &[BOB]), in_path);
}
