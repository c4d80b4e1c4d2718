//! Methods for `tower::ServiceBuilder`.

use tower::ServiceBuilder;
use tower_layer::Stack;

#[cfg(feature = "cors")]
use crate::EventSourceCorsLayer;
#[cfg(feature = "limit")]
use crate::limit::StreamLimitLayer;
#[cfg(feature = "stall")]
use crate::stall::{StallReaper, StallReaperLayer};
#[cfg(feature = "token")]
use crate::token::TokenLayer;
use crate::{
    Drain, DrainLayer, ErrorEventLayer, EventStreamLayer, LastEventIdLayer, LifetimeLayer,
    NegotiateLayer, ObserveLayer, error_event::ErrorEvent, lifetime::Lifetime,
};

/// What [`EventStreamServiceBuilderExt`] makes of a builder.
type With<T, L> = ServiceBuilder<Stack<T, L>>;

/// The layers of this crate as methods of `tower::ServiceBuilder` (feature `builder`).
///
/// Each is short for `layer` with that layer. Those for which there is no method are worn by `layer`
/// too. The first method is the outermost layer; which order is right, the [manual](crate) says.
///
/// ```
/// use std::sync::Arc;
/// use sse_tower::{
///     Drain, EventStreamServiceBuilderExt, ObserveLayer, observe::{Observers, StreamStatistics},
/// };
/// use tower::ServiceBuilder;
/// # use http::{Request, Response};
/// # use http_body_util::Full;
/// # use bytes::Bytes;
/// # use tower::ServiceExt;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # let handler = |_: Request<()>| async {
/// #     let body = Full::new(Bytes::from_static(b"data: hello\n\n"));
/// #     Response::builder().header("content-type", "text/event-stream").body(body)
/// # };
/// let drain = Drain::new();
/// let statistics = Arc::new(StreamStatistics::new());
/// let service = ServiceBuilder::new()
///     .drain_streams(&drain)
///     .observe_streams(ObserveLayer::new(Observers::new().with_observer(statistics.clone())))
///     .event_streams()
///     .negotiate_event_streams()
///     .last_event_id()
///     .service_fn(handler);
/// # let response = service.oneshot(Request::new(())).await.unwrap();
/// # assert_eq!(drain.open_streams(), 1);
/// # assert_eq!(statistics.snapshot().live(), 1);
/// # assert_eq!(response.headers()["x-accel-buffering"], "no");
/// # }
/// ```
pub trait EventStreamServiceBuilderExt<L>: sealed::Sealed<L> + Sized {
    /// Everything that is recommended on the response side: [`EventStreamLayer::recommended`].
    fn event_streams(self) -> With<EventStreamLayer, L>;

    /// Ends streams after a while: [`LifetimeLayer`]. As one wrapper with the rest:
    /// [`EventStreamLayer::with_lifetime`].
    fn stream_lifetime(self, lifetime: Lifetime) -> With<LifetimeLayer, L>;

    /// Makes an event of an error: [`ErrorEventLayer`]. As one wrapper with the rest:
    /// [`EventStreamLayer::with_error_event`].
    fn error_event(self, error_event: ErrorEvent) -> With<ErrorEventLayer, L>;

    /// Puts observers on streams: [`ObserveLayer`].
    fn observe_streams(self, layer: ObserveLayer) -> With<ObserveLayer, L>;

    /// Reads where a client resumes: [`LastEventIdLayer`].
    fn last_event_id(self) -> With<LastEventIdLayer, L>;

    /// Answers 406 to clients that accept no event streams: [`NegotiateLayer`].
    fn negotiate_event_streams(self) -> With<NegotiateLayer, L>;

    /// Ends streams when the server stops: [`Drain::layer`].
    fn drain_streams(self, drain: &Drain) -> With<DrainLayer, L>;

    /// Lets pages of other origins read streams: [`EventSourceCorsLayer`].
    #[cfg(feature = "cors")]
    fn event_source_cors(self, layer: EventSourceCorsLayer) -> With<EventSourceCorsLayer, L>;

    /// Lets those pass that show a valid token: [`TokenLayer`].
    #[cfg(feature = "token")]
    fn require_token<I>(self, layer: TokenLayer<I>) -> With<TokenLayer<I>, L>;

    /// Limits how many streams there are: [`StreamLimitLayer`].
    #[cfg(feature = "limit")]
    fn limit_streams(self, layer: StreamLimitLayer) -> With<StreamLimitLayer, L>;

    /// Ends streams that nobody polls: [`StallReaper::layer`].
    #[cfg(feature = "stall")]
    fn reap_stalled_streams(self, reaper: &StallReaper) -> With<StallReaperLayer, L>;
}

impl<L> EventStreamServiceBuilderExt<L> for ServiceBuilder<L> {
    fn event_streams(self) -> With<EventStreamLayer, L> {
        self.layer(EventStreamLayer::recommended())
    }

    fn stream_lifetime(self, lifetime: Lifetime) -> With<LifetimeLayer, L> {
        self.layer(LifetimeLayer::new(lifetime))
    }

    fn error_event(self, error_event: ErrorEvent) -> With<ErrorEventLayer, L> {
        self.layer(ErrorEventLayer::new(error_event))
    }

    fn observe_streams(self, layer: ObserveLayer) -> With<ObserveLayer, L> {
        self.layer(layer)
    }

    fn last_event_id(self) -> With<LastEventIdLayer, L> {
        self.layer(LastEventIdLayer::new())
    }

    fn negotiate_event_streams(self) -> With<NegotiateLayer, L> {
        self.layer(NegotiateLayer::new())
    }

    fn drain_streams(self, drain: &Drain) -> With<DrainLayer, L> {
        self.layer(drain.layer())
    }

    #[cfg(feature = "cors")]
    fn event_source_cors(self, layer: EventSourceCorsLayer) -> With<EventSourceCorsLayer, L> {
        self.layer(layer)
    }

    #[cfg(feature = "token")]
    fn require_token<I>(self, layer: TokenLayer<I>) -> With<TokenLayer<I>, L> {
        self.layer(layer)
    }

    #[cfg(feature = "limit")]
    fn limit_streams(self, layer: StreamLimitLayer) -> With<StreamLimitLayer, L> {
        self.layer(layer)
    }

    #[cfg(feature = "stall")]
    fn reap_stalled_streams(self, reaper: &StallReaper) -> With<StallReaperLayer, L> {
        self.layer(reaper.layer())
    }
}

/// Nobody else implements the trait, so that it can grow.
mod sealed {
    #[expect(unnameable_types, reason = "that is the point")]
    pub trait Sealed<L> {}

    impl<L> Sealed<L> for tower::ServiceBuilder<L> {}
}
