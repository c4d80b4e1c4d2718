//! A whole server on one page: streams that resume, who is there, messages, one active device for each user.
//!
//! ```sh
//! cargo run --bin session-server -- 127.0.0.1:3000 chat.redb
//! curl -N 'http://127.0.0.1:3000/session?on=room/tea' -H 'x-user: alice'   # its first event tells its ID
//! curl http://127.0.0.1:3000/session/ID/inbox -H 'x-user: alice' --json '{"to":"room/tea","text":"hello"}'
//! ```
//!
//! Stop it, write with another one, start it: with its last event ID (`-H 'last-event-id: …'`) nobody misses a message.

use core::{error::Error, time::Duration};

use axum::{Router, http::request::Parts, serve::ListenerExt as _};
use sse_codec::Event;
use sse_session::hub::{
    AuthorizerError, Decision, Hub, Identity, PublishOptions, Subscription, authorizer_fn,
};
use sse_session::inbox::{HandlerError, Inbox, ReceivedMessage, handler_fn};
use sse_session::{
    Channel, presence::Presence, redb::RedbStore, service::SessionService, session::Sessions,
};
use sse_tower::{Drain, EventStreamLayer, StreamRequests};
use tokio::{net::TcpListener, signal::ctrl_c};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or("127.0.0.1:3000".into());
    // All that somebody may come back for is in this file.
    let store = RedbStore::open(arguments.next().unwrap_or("chat.redb".into()))?;
    let hub = Hub::builder(store)
        .with_authorizer(authorizer_fn(rules))
        .build()?;
    let sessions = Sessions::builder(&hub).build()?;
    let presence = Presence::builder(&hub).build()?;
    let publish = handler_fn(move |message| publish(hub.clone(), message));
    let inbox = Inbox::at_receiver(&sessions, publish).build()?;

    let service = SessionService::new(&sessions, "/session")
        .with_identity(user)
        .with_identity_required()
        .with_active_device()
        .with_subscription(|head, _| Subscription::to(channels(head)))
        .with_presence(&presence, |channel| channel.starts_with("room/"))
        .with_inbox(&inbox);

    // On Ctrl-C the streams end one after the other, and their clients come back to the next server.
    let drain = Drain::new();
    let streams = StreamRequests::matching(SessionService::is_stream_request);
    let layers = (
        drain.layer().with_requests(streams),
        EventStreamLayer::recommended(),
    );
    let routes = Router::new()
        .nest_service("/session", service)
        .layer(layers);
    let listener = TcpListener::bind(address).await?;
    println!("http://{}/session", listener.local_addr()?);
    let listener = listener.tap_io(|socket| _ = socket.set_nodelay(true));
    let server = axum::serve(listener, routes).with_graceful_shutdown(drain.ended());
    let signalled = drain.clone();
    tokio::spawn(async move { ctrl_c().await.map(|()| signalled.begin()) });
    Ok(drain.serve(server.into_future()).await??)
}

/// Who asks: here by a header of the proxy in front, which knows. A cookie or a token is read in the same way.
fn user(head: &Parts) -> Option<Identity> {
    let user = head.headers.get("x-user")?.to_str().ok()?;
    (!user.is_empty()).then(|| Identity::new(user))
}

/// What is asked for: `?on=room/tea&on=mail/alice`.
fn channels(head: &Parts) -> impl Iterator<Item = Channel> {
    let pairs = head.uri.query().unwrap_or_default().split('&');
    pairs.filter_map(|pair| Channel::try_from(pair.strip_prefix("on=")?).ok())
}

/// Who may see what: rooms are everybody's, mail is one user's.
async fn rules(user: Option<Identity>, on: Channel) -> Result<Decision, AuthorizerError> {
    let own = user.is_some_and(|user| on.strip_prefix("mail/") == Some(user.key()));
    Ok(Decision::allow_if(own || on.starts_with("room/")))
}

/// A message goes to a room or to a user's mail; once, however often its client sends it.
async fn publish(hub: Hub, message: ReceivedMessage) -> Result<(), HandlerError> {
    let mut said: serde_json::Value = serde_json::from_slice(message.body())?;
    let to = Channel::try_from(said["to"].as_str().unwrap_or_default())?;
    said["from"] = message.identity().map(Identity::key).into();
    let once = PublishOptions::new().with_key(message.id().clone(), Duration::from_secs(600));
    hub.publish_with(&to, Event::builder(said.to_string()), once)
        .await?;
    Ok(())
}
