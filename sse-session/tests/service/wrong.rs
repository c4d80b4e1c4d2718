//! Messages that are wrong, over HTTP.

use std::sync::Arc;

use sse_codec::Event;
use sse_session::{
    hub::Hub,
    inbox::{Inbox, MessageRefusal, ReceivedMessage, handler_fn},
    memory::MemoryStore,
    service::SessionService,
    session::Sessions,
};

use crate::client::Node;

/// Takes JSON only, at the receiver or at the holder, and echoes it.
fn node(at_receiver: bool) -> Node {
    let hub = Hub::builder(Arc::new(MemoryStore::new())).build().unwrap();
    let sessions = Sessions::builder(&hub).build().unwrap();
    let answering = sessions.clone();
    let echo = handler_fn(move |message: ReceivedMessage| {
        let sessions = answering.clone();
        async move {
            let json = serde_json::from_slice::<serde_json::Value>(message.body());
            let json = json.map_err(|_| MessageRefusal::new("malformed-json"))?;
            sessions
                .publish(message.session(), Event::builder(json.to_string()))
                .await?;
            Ok(())
        }
    });
    let inbox = if at_receiver {
        Inbox::at_receiver(&sessions, echo)
    } else {
        Inbox::at_holder(&sessions, echo)
    };
    let service = SessionService::new(&sessions, "/session").with_inbox(&inbox.build().unwrap());
    Node {
        hub,
        sessions,
        service,
        faults: Default::default(),
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test(start_paused = true)]
async fn malformed_json_is_the_clients_fault_each_time_at_the_receiver() {
    let node = node(true);
    let session = node.open(&[]).await;
    let post = format!("POST {}", session["inbox"].as_str().unwrap());
    let keyed = [JSON, ("idempotency-key", "1")];
    for headers in [&keyed[..], &keyed, &[JSON]] {
        let refused = node.refusal(&post, headers, "{").await;
        assert_eq!(refused, "422 malformed-json");
    }
    let refused = node.refusal(&post, &keyed, "{}").await;
    assert_eq!(refused, "422 malformed-json", "the key is settled");
    assert_eq!(node.ask(&post, &[JSON], "{}").await.status, 202);
}

#[tokio::test(start_paused = true)]
async fn malformed_json_holds_up_nothing_at_the_holder_and_its_key_tells_of_it() {
    let node = node(false);
    let session = node.open(&[]).await;
    let [stream, inbox] = ["stream", "inbox"].map(|name| session[name].as_str().unwrap());
    let post = format!("POST {inbox}");
    let keyed = [JSON, ("idempotency-key", "1")];
    let mut events = node.ask(&format!("GET {stream}"), &[], "").await.stream();
    events.connected().await;
    assert_eq!(node.ask(&post, &keyed, "{").await.status, 202);
    assert_eq!(node.ask(&post, &[JSON], "[1]").await.status, 202);
    assert_eq!(events.data().await, "[1]");
    for _ in 0..2 {
        let refused = node.refusal(&post, &keyed, "{").await;
        assert_eq!(refused, "422 malformed-json");
    }
}
