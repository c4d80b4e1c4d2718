//! One node. Nothing in it knows that there are others: what they share is the store.

use core::time::Duration;
use std::io::{self, Write as _};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Extension;
use axum::http::{StatusCode, header, request::Parts};
use axum::middleware::map_response_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Router, serve::ListenerExt as _};
use bytes::Bytes;
use serde_json::{Value, json};
use sse_session::hub::{Hub, Identity, Subscription, authorizer_fn};
use sse_session::inbox::{Inbox, handler_fn};
use sse_session::presence::Presence;
use sse_session::service::SessionService;
use sse_session::session::{Sessions, StreamSlots, WhenFull};
use sse_session::{Channel, store::SessionStore};
use sse_tower::drain::{Drain, LeftBehind};
use sse_tower::limit::StreamLimitLayer;
use sse_tower::refusal::{Face, Refusal};
use sse_tower::token::{Tickets, TokenLayer};
use sse_tower::{EventStreamLayer, StreamRequests};
use tokio::net::TcpListener;
use tower_layer::Layer as _;

use crate::arguments::Arguments;
use crate::messages::Messages;
use crate::revocations::{self, Revocations};
use crate::stream_slots::{SlotPermits, key};
use crate::termination::asked_to_end;
use crate::tickets::SharedTickets;
use crate::{BoxError, node_name, page, rules, store};

/// How many streams a user may have, over all nodes.
const STREAMS_OF_A_USER: u32 = 3;

/// How long a ticket lets its stream return. A page gets another one then.
const TICKET_LIFETIME: Duration = Duration::from_secs(300);

/// Serves until a signal ends it.
pub(crate) async fn run(arguments: Arguments) -> Result<(), BoxError> {
    let listener = TcpListener::bind(&arguments.listen).await?;
    let address = listener.local_addr()?;
    let name: Arc<str> = arguments.name.unwrap_or_else(|| address.to_string()).into();
    let store = store::open(arguments.store.as_deref().unwrap_or("memory")).await?;
    let drain = Drain::new().with_window(arguments.drain);
    let routes = routes(store, arguments.lease, name, &drain).await?;

    let _ = writeln!(io::stdout(), "http://{address}/");
    let signalled = drain.clone();
    tokio::spawn(async move {
        asked_to_end().await;
        signalled.begin();
    });
    let listener = listener.tap_io(|socket| _ = socket.set_nodelay(true));
    let server = axum::serve(listener, routes).with_graceful_shutdown(drain.ended());
    match drain.serve(server.into_future()).await {
        Ok(served) => Ok(served?),
        Err(LeftBehind { streams, .. }) => {
            eprintln!("{streams} streams did not end in time and are cut");
            Ok(())
        }
    }
}

async fn routes(
    store: Arc<dyn SessionStore>,
    lease: Duration,
    node: Arc<str>,
    drain: &Drain,
) -> Result<Router, BoxError> {
    let revocations = Revocations::new(Arc::clone(&store));
    let rules = revocations.clone();
    let hub = Hub::builder(Arc::clone(&store))
        .with_authorizer(authorizer_fn(move |user, on| {
            rules::may_see(rules.clone(), user, on)
        }))
        .with_recheck(Duration::from_secs(30))
        .build()?;
    revocations::follow(hub.clone()).await?;
    let sessions = Sessions::builder(&hub).with_lease(lease).build()?;
    let presence = Presence::builder(&hub).with_ttl(lease).build()?;
    let messages = Messages {
        hub: hub.clone(),
        sessions: sessions.clone(),
        node: Arc::clone(&node),
    };
    let handler = handler_fn(move |message| messages.clone().handle(message));
    let inbox = Inbox::at_holder(&sessions, handler).build()?;
    let service = SessionService::new(&sessions, "/session")
        .with_identity(|head| head.extensions.get().cloned())
        .with_identity_required()
        .with_open_options(rules::open_options)
        .with_subscription(|head, _| Subscription::to(rules::channels(head)))
        .with_presence(&presence, |channel| channel.starts_with("room/"))
        .with_inbox(&inbox);

    let streams = || StreamRequests::matching(SessionService::is_stream_request);
    let slots = StreamSlots::new(&sessions, STREAMS_OF_A_USER, WhenFull::Refuse);
    let of = service.clone();
    let limit = StreamLimitLayer::new(Arc::new(SlotPermits(slots)))
        .with_requests(streams())
        .with_key(move |head: &Parts| Some(key(&of, head.extensions.get::<Identity>()?, head)));
    // The load balancer asks another node then: see its configuration.
    let elsewhere = Refusal::new(StatusCode::SERVICE_UNAVAILABLE).with_face(Face::Status);
    let drained = drain
        .layer()
        .with_requests(streams())
        .with_refusal(elsewhere);

    let tickets = Tickets::with_store(SharedTickets(store));
    let issue = tickets.clone();
    let revoke = move |user, said| take_channel(hub, revocations, user, said);
    let routes = Router::new()
        .nest_service("/session", service)
        .route("/tickets", post(move |user| ticket(issue, user)))
        .route("/revocations", post(revoke));
    let layers = (
        limit,
        EventStreamLayer::recommended(),
        map_response_with_state(node, node_name::tell),
    );
    // Around the router, which keeps the URI as it came for whoever asks, and it has the ticket in it.
    let guard = TokenLayer::new(rules::user).with_tickets(tickets);
    let guarded = (drained, guard).layer(routes.layer(layers));
    Ok(page::routes().fallback_service(guarded))
}

/// A ticket for an `EventSource`, which can send no token.
async fn ticket(tickets: Tickets, Extension(user): Extension<Identity>) -> Response {
    match tickets.issue(user.key(), TICKET_LIFETIME).await {
        Ok(ticket) => json_answer(&json!({ "ticket": ticket.as_str() })),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// `{"user":"bob","channel":"room/tea"}`: it is not theirs any more, on any node.
async fn take_channel(
    hub: Hub,
    revocations: Revocations,
    Extension(user): Extension<Identity>,
    said: Bytes,
) -> StatusCode {
    if user.key() != rules::ADMINISTRATOR {
        return StatusCode::FORBIDDEN;
    }
    let said: Value = serde_json::from_slice(&said).unwrap_or_default();
    let text = |name: &str| said[name].as_str().unwrap_or_default();
    let Ok(channel) = Channel::try_from(text("channel")) else {
        return StatusCode::BAD_REQUEST;
    };
    let from = Identity::new(text("user"));
    match revocations.add(&hub, &from, &channel).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn json_answer(value: &Value) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, Body::from(value.to_string())).into_response()
}
