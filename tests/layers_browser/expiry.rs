//! A token that expires: the stream ends with an event, and the browser comes back where it was.

use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::Body;
use axum::middleware::map_response;
use axum::response::Response;
use futures_util::stream::{self, StreamExt as _};
use serde_json::json;
use sse_codec::{Encode as _, Event, EventId, EventType};
use sse_tower::LastEventIdLayer;
use sse_tower::stream::Farewell;
use sse_tower::token::{Authorized, Credential, TokenLayer, TokenRejected};
use tokio::sync::Semaphore;

use crate::origin::Origin;
use crate::pages::{CLOSED, Pages};
use crate::streams::{counting, recommended};
use crate::way::{Way, each_way};

/// Tokens in the cookie `session`.
#[derive(Debug, Clone, Default)]
struct Sessions {
    /// How often one was judged.
    judged: Arc<AtomicUsize>,
}

impl Sessions {
    /// `old` is good for a second, and only once; `new` is good.
    fn layer(&self) -> TokenLayer<()> {
        let judged = Arc::clone(&self.judged);
        TokenLayer::new(move |credential: Credential| {
            let is_first = judged.fetch_add(1, Ordering::Relaxed) == 0;
            async move {
                match credential.as_str() {
                    "new" => Ok(Authorized::new(())),
                    "old" if is_first => {
                        Ok(Authorized::new(()).with_expiry_in(Duration::from_secs(1)))
                    }
                    _ => Err(TokenRejected::Invalid),
                }
            }
        })
        .with_cookie("session")
    }
}

/// Holds back the end of each stream, not its events, until it is let go: a slow network, so that the
/// page has its new cookie before its `EventSource` comes back, however slow either is.
#[derive(Debug, Clone)]
struct HeldEnds {
    let_go: Arc<Semaphore>,
}

impl HeldEnds {
    fn new() -> Self {
        let let_go = Arc::new(Semaphore::new(0));
        Self { let_go }
    }

    fn let_go(&self) {
        self.let_go.add_permits(1);
    }

    async fn hold(self, response: Response) -> Response {
        response.map(|body| {
            let end = stream::once(async move {
                self.let_go.acquire().await.unwrap().forget();
            });
            let nothing = end.filter_map(async |()| None);
            Body::from_stream(body.into_data_stream().chain(nothing))
        })
    }
}

/// With a new cookie it goes on, as if the stream had not ended.
async fn goes_on(test: &str, way: Way) {
    let Some(mut pages) = Pages::open_or_skip(test) else {
        return;
    };
    let ends = HeldEnds::new();
    let held = ends.clone();
    let token = Sessions::default().layer();
    let layers = (token, LastEventIdLayer::new(), recommended());
    let hold = map_response(move |response| held.clone().hold(response));
    let events = counting().layer(layers).layer(hold);
    let origin = Origin::start(Router::new().route("/events", events)).await;
    let Some(front) = way.lead_to_or_skip(test, &origin) else {
        return;
    };
    pages.open("page", &front.url("/login/old"));
    let options = json!({ "on": { "token_expired": front.url("/login/new") } });
    pages.watch("page", "events", &front.url("/events"), &options);
    let seen = pages.until("page", "events", &json!({ "fetched": 1 }));
    assert_eq!(seen.data("token_expired"), ["token expired"]);
    let before = seen.ids().len();
    ends.let_go();
    let seen = pages.until("page", "events", &json!({ "events": before + 50 }));
    assert_contiguous(&seen.ids());
    assert_eq!(seen.data("token_expired").len(), 1);
    assert!(seen.data("error").is_empty(), "{seen:?}");

    let arrivals = origin.arrivals().at("/events");
    let cookies = arrivals.iter().map(|arrival| arrival.cookie.as_deref());
    let expected = [Some("session=old"), Some("session=new")];
    assert_eq!(cookies.collect::<Vec<_>>(), expected);
    let cursor = arrivals[1].last_event_id.as_deref();
    assert_eq!(cursor.unwrap_or("0"), before.to_string());
}

each_way!(
    a_page_with_a_new_cookie_goes_on_behind_an_expired_one,
    super::goes_on
);

/// Each id is one more than the one before.
fn assert_contiguous(ids: &[&str]) {
    let expected = (1..=ids.len()).map(|number| number.to_string());
    assert!(expected.eq(ids.iter().copied()), "{ids:?}");
}

/// The control: with the old cookie the page is told so, and stops.
async fn stops(test: &str, way: Way) {
    let Some(mut pages) = Pages::open_or_skip(test) else {
        return;
    };
    let token = Sessions::default().layer();
    let layers = (token, LastEventIdLayer::new(), recommended());
    let origin = Origin::start(Router::new().route("/events", counting().layer(layers))).await;
    let Some(front) = way.lead_to_or_skip(test, &origin) else {
        return;
    };
    pages.open("page", &front.url("/login/old"));
    pages.watch("page", "events", &front.url("/events"), &json!({}));
    let seen = pages.until("page", "events", &json!({ "readyState": CLOSED }));
    assert_eq!(seen.data("token_expired").len(), 1);
    assert_eq!(seen.data("error"), ["unauthorized"]);
    assert_contiguous(&seen.ids());
    assert_eq!(origin.arrivals().at("/events").len(), 3);
}

each_way!(
    without_a_new_cookie_the_page_is_told_and_stops,
    super::stops
);

/// Bad for the second judgement, good again for the third: the page was refused in between.
fn late() -> TokenLayer<()> {
    let judged = AtomicUsize::new(0);
    let validate = move |_: Credential| {
        let number = judged.fetch_add(1, Ordering::Relaxed);
        async move {
            match number {
                0 => Ok(Authorized::new(()).with_expiry_in(Duration::from_secs(1))),
                1 => Err(TokenRejected::Invalid),
                _ => Ok(Authorized::new(())),
            }
        }
    };
    TokenLayer::new(validate).with_cookie("session")
}

/// The ids that a page has seen, whose session is renewed only after it was refused.
async fn ids_over_a_refusal(test: &str, way: Way, token: TokenLayer<()>) -> Option<Vec<u64>> {
    let mut pages = Pages::open_or_skip(test)?;
    let layers = (token, LastEventIdLayer::new(), recommended());
    let origin = Origin::start(Router::new().route("/events", counting().layer(layers))).await;
    let front = way.lead_to_or_skip(test, &origin)?;
    pages.open("page", &front.url("/login/alice"));
    pages.watch("page", "events", &front.url("/events"), &json!({}));
    let seen = pages.until("page", "events", &json!({ "type": "error" }));
    assert_eq!(seen.data("error"), ["unauthorized"]);
    let count = seen.count() + 50;
    let seen = pages.until("page", "events", &json!({ "events": count }));
    assert_eq!(seen.data("error"), ["unauthorized"]);
    assert_eq!(origin.arrivals().at("/events").len(), 3);
    let ids = seen.ids();
    Some(ids.iter().map(|id| id.parse().unwrap()).collect())
}

async fn keeps_its_cursor(test: &str, way: Way) {
    let Some(ids) = ids_over_a_refusal(test, way, late()).await else {
        return;
    };
    assert!(ids.iter().copied().eq(1..=ids.len() as u64), "{ids:?}");

    // The control: a farewell with an id takes the place of the cursor, and events are lost.
    let event = Event::builder("bye")
        .event_type(EventType::from_static("token_expired"))
        .id(EventId::from(1_000_000_u64));
    let farewell = Farewell::new().with_event(event.to_frame());
    let ids = ids_over_a_refusal(test, way, late().with_farewell(farewell)).await;
    let ids = ids.unwrap();
    assert!(ids.contains(&1_000_001), "{ids:?}");
}

each_way!(
    a_page_that_was_refused_in_between_keeps_its_cursor,
    super::keeps_its_cursor
);
