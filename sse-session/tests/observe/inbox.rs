//! What becomes of messages.

use sse_session::{
    conformance::{Fault, Faults, FaultyStore, Operation},
    inbox::{ClientKey, Inbox, InboxRate, Message, ReceivedMessage, handler_fn},
    memory::MemoryStore,
    session::{OpenOptions, Sessions},
};

use crate::support::{Figures, hub};

#[tokio::test(start_paused = true)]
async fn a_message_counts_once_by_what_became_of_it() {
    let (mut figures, observers) = Figures::new();
    let faults = Faults::new();
    let hub = hub(
        FaultyStore::new(MemoryStore::new(), faults.clone()),
        &observers,
    );
    let sessions = Sessions::builder(&hub).build().unwrap();
    let inbox = |set_up: &dyn Fn(sse_session::inbox::InboxBuilder) -> _| {
        let handler = handler_fn(|_: ReceivedMessage| async { Ok(()) });
        let inbox: sse_session::inbox::InboxBuilder = set_up(Inbox::at_holder(&sessions, handler));
        inbox.with_max_message_bytes(8).build().unwrap()
    };
    let (free, slow) = (
        inbox(&|inbox| inbox.with_max_waiting(2, 1000)),
        inbox(&|inbox| inbox.with_rate(InboxRate::per_second(1).with_burst(1))),
    );
    let session = sessions.open(None, OpenOptions::new()).await.unwrap().id();
    let gone = sessions.open(None, OpenOptions::new()).await.unwrap().id();
    sessions.close(&gone, None).await.unwrap();
    figures.moved();

    let message = |key: &str| Message::new("text").with_key(ClientKey::try_from(key).unwrap());
    let too_large = Message::new("more than eight");
    let pushed = [
        (&free, session, message("a"), "accepted"),
        (&free, session, message("a"), "duplicate"),
        (&free, session, message("b"), "accepted"),
        (&free, session, message("c"), "full"),
        (&free, session, too_large, "too_large"),
        (&free, gone, message("d"), "not_live"),
        (&slow, session, message("a"), "duplicate"),
        (&slow, session, message("e"), "rate_reached"),
    ];
    for (inbox, session, message, outcome) in pushed {
        _ = inbox.push(&session, None, message).await;
        let expected = format!("inbox_messages_total{{outcome={outcome}}} 1");
        assert_eq!(figures.moved(), [expected]);
    }
    faults.push(Operation::Get, Fault::Unavailable);
    free.push(&session, None, message("f")).await.unwrap_err();
    assert_eq!(
        figures.moved(),
        ["inbox_messages_total{outcome=store_failed} 1"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_counts_as_such() {
    let (mut figures, observers) = Figures::new();
    let hub = hub(MemoryStore::new(), &observers);
    let sessions = Sessions::builder(&hub).build().unwrap();
    let handler = handler_fn(|_: ReceivedMessage| async { Err("never".into()) });
    let inbox = Inbox::at_receiver(&sessions, handler).build().unwrap();
    let session = sessions.open(None, OpenOptions::new()).await.unwrap().id();
    figures.moved();
    inbox
        .push(&session, None, Message::new("a"))
        .await
        .unwrap_err();
    assert_eq!(
        figures.moved(),
        ["inbox_messages_total{outcome=handler_failed} 1"]
    );
}
