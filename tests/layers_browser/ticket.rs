//! A ticket opens an `EventSource` on another origin, and the browser comes back with it.

use axum::Router;
use axum::routing::MethodRouter;
use serde_json::{Value, json};
use sse_tower::token::{ReturnCookie, Returns, SameSite, Tickets, TokenSource};
use sse_tower::{EventSourceCorsLayer, LastEventIdLayer};

use crate::origin::Origin;
use crate::pages::{CLOSED, Pages, Seen};
use crate::streams::{Streams, recommended};
use crate::user::{User, tokens, with_ticket};
use crate::way::{Front, Way, each_way};

/// Where the page is that opens the `EventSource`.
#[derive(Debug, Clone, Copy)]
enum PageAt {
    /// Another port: another origin of the same site.
    SameSite,
    /// Another host.
    OtherSite,
}

/// With what a browser may show its ticket again.
#[derive(Debug, Clone, Copy)]
enum By {
    /// The cookie, for pages of the same site.
    LaxCookie,
    /// The cookie, for pages of all sites.
    Cookie,
    /// The same, kept apart for each site whose page sets it.
    PartitionedCookie,
    /// The cookie or a last event ID.
    LastEventId,
}

impl By {
    fn tickets(self) -> Tickets {
        let cookie = ReturnCookie::new();
        let tickets = Tickets::new();
        match self {
            Self::LaxCookie => tickets
                .with_returns(Returns::CookieOnly)
                .with_return_cookie(cookie.with_same_site(SameSite::Lax)),
            Self::Cookie => tickets.with_returns(Returns::CookieOnly),
            Self::PartitionedCookie => tickets
                .with_returns(Returns::CookieOnly)
                .with_return_cookie(cookie.with_partitioned(true)),
            Self::LastEventId => tickets.with_returns(Returns::CookieOrLastEventId),
        }
    }
}

/// Who opens a stream, and how it may come back.
#[derive(Debug, Clone, Copy)]
struct Case {
    page: PageAt,
    with_credentials: bool,
    by: By,
}

const fn case(page: PageAt, with_credentials: bool, by: By) -> Case {
    Case {
        page,
        with_credentials,
        by,
    }
}

/// A page with an `EventSource` that a ticket has opened, and the server of that.
struct Scene<'a> {
    pages: &'a mut Pages,
    page: String,
    origin: Origin,
    streams: Streams,
    _page_origin: Origin,
    _front: Front,
}

impl<'a> Scene<'a> {
    async fn open_or_skip(test: &str, way: Way, case: Case, pages: &'a mut Pages) -> Option<Self> {
        let page_origin = Origin::start(Router::new()).await;
        let page_front = Front::direct(&page_origin);
        let origins = [page_front.url(""), page_front.url_at_localhost("")];
        let (handler, streams) = Streams::new();
        let tickets = case.by.tickets();
        let routes = Router::new().route("/events", wear(handler, &tickets, &origins));
        let origin = Origin::start(routes).await;
        let front = way.lead_to_or_skip(test, &origin)?;
        let page = format!("{case:?}");
        let page_url = match case.page {
            PageAt::SameSite => page_front.url("/"),
            PageAt::OtherSite => page_front.url_at_localhost("/"),
        };
        pages.open(&page, &page_url);
        let url = with_ticket(&front.url("/events"), &tickets).await;
        let options = json!({ "withCredentials": case.with_credentials });
        pages.watch(&page, "ticket", &url, &options);
        Some(Self {
            pages,
            page,
            origin,
            streams,
            _page_origin: page_origin,
            _front: front,
        })
    }

    /// Waits until the page has seen so much.
    fn until(&mut self, wanted: &Value) -> Seen {
        self.pages.until(&self.page, "ticket", wanted)
    }
}

impl Drop for Scene<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.pages.close(&self.page);
        }
    }
}

fn wear(handler: MethodRouter, tickets: &Tickets, origins: &[String]) -> MethodRouter {
    let cors = EventSourceCorsLayer::origins(origins).unwrap();
    handler.layer((
        cors.with_credentials().unwrap(),
        tokens(tickets),
        LastEventIdLayer::new(),
        recommended(),
    ))
}

/// Those that may come back.
const RETURNING: [Case; 4] = [
    case(PageAt::SameSite, true, By::LaxCookie),
    case(PageAt::OtherSite, true, By::PartitionedCookie),
    case(PageAt::SameSite, false, By::LastEventId),
    case(PageAt::OtherSite, false, By::LastEventId),
];

/// Cut or ended, the browser comes back with the same URL, and goes on behind its last event.
async fn comes_back(test: &str, way: Way) {
    let Some(mut pages) = Pages::open_or_skip(test) else {
        return;
    };
    for case in RETURNING {
        eprintln!("{case:?}");
        let scene = Scene::open_or_skip(test, way, case, &mut pages).await;
        let Some(mut scene) = scene else { return };

        let stream = scene.streams.next().await;
        assert_eq!(stream.user, Some(User("alice".to_owned())));
        assert_eq!(stream.source, Some(TokenSource::Ticket));
        assert_eq!(stream.last_event_id, None);
        stream.send(1..=3).await;
        scene.until(&json!({ "events": 3 }));
        stream.cut().await;

        let stream = scene.streams.next().await;
        assert_eq!(stream.user, Some(User("alice".to_owned())));
        assert_eq!(stream.last_event_id.as_deref(), Some("3"));
        stream.send(4..=5).await;
        scene.until(&json!({ "events": 5 }));
        drop(stream);

        let stream = scene.streams.next().await;
        assert_eq!(stream.last_event_id.as_deref(), Some("5"));
        stream.send(6..=6).await;
        let seen = scene.until(&json!({ "events": 6 }));
        assert_eq!(seen.ids(), ["1", "2", "3", "4", "5", "6"]);

        let arrivals = scene.origin.arrivals().at("/events");
        assert_eq!(arrivals.len(), 3, "{arrivals:#?}");
        assert!(arrivals.iter().all(|one| one.query == arrivals[0].query));
        let cookies = arrivals.iter().map(|arrival| arrival.cookie.is_some());
        let expected = [false, case.with_credentials, case.with_credentials];
        assert_eq!(cookies.collect::<Vec<_>>(), expected);
    }
}

each_way!(a_ticket_opens_a_stream_and_its_returns, super::comes_back);

/// Those that have nothing to show, and whether there were events with ids.
const NOT_RETURNING: [(Case, bool); 4] = [
    // The cookie is not for other sites,
    (case(PageAt::OtherSite, true, By::LaxCookie), true),
    // or the browser takes none from them (a private window does not),
    (case(PageAt::OtherSite, true, By::Cookie), true),
    // or it was not asked to take any;
    (case(PageAt::SameSite, false, By::LaxCookie), true),
    // and there was no event with an id.
    (case(PageAt::SameSite, false, By::LastEventId), false),
];

/// The control: what the returns above depend on.
async fn does_not_come_back(test: &str, way: Way) {
    let Some(mut pages) = Pages::open_or_skip(test) else {
        return;
    };
    for (case, ids) in NOT_RETURNING {
        eprintln!("{case:?}, ids: {ids}");
        let scene = Scene::open_or_skip(test, way, case, &mut pages).await;
        let Some(mut scene) = scene else { return };

        let stream = scene.streams.next().await;
        if ids {
            stream.send(1..=1).await;
        } else {
            stream.send_without_id("1").await;
        }
        scene.until(&json!({ "events": 1 }));
        stream.cut().await;

        let seen = scene.until(&json!({ "readyState": CLOSED }));
        assert_eq!(seen.data("message"), ["1"]);
        assert_eq!(seen.data("error"), ["unauthorized"], "{seen:?}");
        // The stream, the refusal, and the 204.
        assert_eq!(scene.origin.arrivals().at("/events").len(), 3);
        assert!(scene.streams.is_empty());
    }
}

each_way!(
    without_its_cookie_or_a_last_event_id_a_ticket_does_not_return,
    super::does_not_come_back
);
