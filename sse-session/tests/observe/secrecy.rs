//! No name is in a label.

use sse_codec::Event;
use sse_session::{
    hub::{Identity, Subscription},
    inbox::{Inbox, Message, ReceivedMessage, handler_fn},
    memory::MemoryStore,
    observe::{HubMetrics, MeasuredStore, Observers},
    presence::Presence,
    session::{ActiveDevice, OpenOptions, Sessions, StreamSlots, WhenFull},
};

use crate::support::{Figures, Registered, channel, hub, publish};

const CHANNEL: &str = "secret-channel";
const USER: &str = "secret-user";

/// One of everything, and the names that nobody may see.
async fn everything(observers: &Observers) -> Vec<String> {
    let store = MeasuredStore::new(MemoryStore::new(), observers.clone());
    let hub = hub(store, observers);
    let sessions = Sessions::builder(&hub).build().unwrap();
    let presence = Presence::builder(&hub).build().unwrap();
    let handler = handler_fn(|_: ReceivedMessage| async { Ok(()) });
    let inbox = Inbox::at_holder(&sessions, handler).build().unwrap();
    let slots = StreamSlots::new(&sessions, 1, WhenFull::Refuse);
    let user = Identity::new(USER);

    publish(&hub, CHANNEL, "secret-data").await;
    let options = OpenOptions::new().with_active_device(ActiveDevice::of_user(USER));
    let session = sessions.open(Some(&user), options).await.unwrap();
    let event = Event::builder("secret-data");
    sessions.publish(session.address(), event).await.unwrap();
    let message = Message::new("secret-data");
    inbox
        .push(&session.id(), Some(&user), message)
        .await
        .unwrap();
    let attachment = sessions.attach(&session.id(), Some(&user)).await.unwrap();
    let _slot = slots.acquire(USER, session.address()).await.unwrap();
    let _guard = presence.join(&channel(CHANNEL), &attachment).await.unwrap();
    let subscription = Subscription::to([channel(CHANNEL)]);
    let mut stream = attachment.stream(subscription).await.unwrap();
    stream.next_batch().await.unwrap();
    let hex = session
        .address()
        .to_bytes()
        .map(|byte| format!("{byte:02x}"));
    vec!["secret".to_owned(), session.id().to_text(), hex.concat()]
}

fn leaks(registered: &[Registered], secrets: &[String]) -> bool {
    let shown = format!("{registered:?}");
    secrets.iter().any(|secret| shown.contains(secret))
}

#[tokio::test(start_paused = true)]
async fn no_name_of_a_channel_a_session_or_a_user_is_in_a_label_and_none_comes_later() {
    let (figures, observers) = Figures::new();
    let before = figures.registered();
    let secrets = everything(&observers).await;
    let after = figures.registered();
    assert_eq!(before, after);
    assert!(!leaks(&after, &secrets), "{after:?}");
    assert!(!format!("{observers:?}").contains("secret"));
}

/// The negative control: a name that was asked for is seen.
#[tokio::test(start_paused = true)]
async fn a_label_with_a_name_is_found_out() {
    let (figures, observers) = Figures::of(&HubMetrics::new().with_channel_prefix(CHANNEL));
    let secrets = everything(&observers).await;
    assert!(leaks(&figures.registered(), &secrets));
}
