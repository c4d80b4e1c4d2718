//! What a good wrapper keeps: other responses, sizes, readiness; and whose settings count.

use core::{convert::Infallible, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use tower::{Layer, Service, ServiceExt, service_fn};

use super::{Happens::Seconds, beats, body, event_stream, frames, retries, through};
use crate::{
    AntiBufferingLayer, EventStreamLayer, Jitter, KeepAlive, KeepAliveLayer, RetryLayer,
    StreamOverrides, retry::Retry,
};

#[tokio::test(start_paused = true)]
async fn what_is_no_plain_event_stream_passes_untouched() {
    let page = Response::new(Full::new(Bytes::from_static(b"hello")));
    let mut other_status = event_stream(Full::new(Bytes::from_static(b"hello")));
    *other_status.status_mut() = http::StatusCode::NOT_FOUND;
    let mut encoded = event_stream(Full::new(Bytes::from_static(b"hello")));
    encoded
        .headers_mut()
        .insert("content-encoding", HeaderValue::from_static("gzip"));
    for mut response in [page, other_status, encoded] {
        response
            .headers_mut()
            .insert("content-length", HeaderValue::from_static("5"));
        let headers = response.headers().clone();
        let layer = EventStreamLayer::recommended();
        let response = through(layer, Method::GET, response).await;
        assert_eq!(*response.headers(), headers);
        assert_eq!(response.body().size_hint().exact(), Some(5));
        assert!(!response.body().is_end_stream());
        let body = response.into_body().collect().await.unwrap();
        assert_eq!(body.to_bytes(), "hello");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_may_grow_says_so() {
    let mut response = event_stream(Full::new(Bytes::from_static(b"data: a\n\n")));
    for name in ["content-length", "etag", "content-digest"] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static("9"));
    }
    let response = through(beats(), Method::GET, response).await;
    assert_eq!(response.headers().len(), 1);
    assert_eq!(response.body().size_hint().upper(), None);

    let empty = event_stream(Full::new(Bytes::new()));
    let response = through(retries(), Method::GET, empty).await;
    assert!(!response.body().is_end_stream());
    let body = response.into_body().collect().await.unwrap();
    assert_eq!(body.to_bytes(), "retry: 3000\n\n");
}

#[tokio::test(start_paused = true)]
async fn head_gets_the_headers_only() {
    let response = event_stream(Full::new(Bytes::new()));
    let layer = EventStreamLayer::recommended();
    let response = through(layer, Method::HEAD, response).await;
    assert_eq!(response.headers()["x-accel-buffering"], "no");
    assert!(response.body().is_end_stream());
}

#[tokio::test(start_paused = true)]
async fn a_layer_worn_twice_acts_once_and_the_inner_one_counts() {
    let inner = service_fn(|_: Request<()>| async {
        Ok::<_, Infallible>(event_stream(body(vec![Seconds(12)])))
    });
    let outer_retry = Retry::new(Duration::from_secs(9));
    let service = EventStreamLayer::recommended().layer(inner);
    let service = RetryLayer::new(outer_retry).layer(AntiBufferingLayer::default().layer(service));
    let outer_beat = KeepAlive::new(Duration::from_secs(1)).with_comment("outer");
    let mut service = KeepAliveLayer::new(outer_beat).layer(service);
    let response = service
        .ready()
        .await
        .unwrap()
        .call(Request::new(()))
        .await
        .unwrap();
    assert_eq!(
        response.headers().get_all("cache-control").iter().count(),
        1
    );
    let frames = frames(response.into_body()).await;
    assert_eq!(frames.len(), 1, "{frames:?}");
    assert!(frames[0].1.starts_with("retry: 2"), "{frames:?}");
}

#[tokio::test(start_paused = true)]
async fn a_handler_overrides_settings_for_its_own_stream() {
    let with = |overrides: StreamOverrides| async {
        let mut response = event_stream(body(vec![Seconds(12)]));
        response.extensions_mut().insert(overrides);
        let both = retries().with_keep_alive(KeepAlive::new(Duration::from_secs(10)));
        frames(through(both, Method::GET, response).await.into_body()).await
    };
    assert_eq!(with(StreamOverrides::new()).await.len(), 2);
    assert_eq!(with(StreamOverrides::new().without_retry()).await.len(), 1);
    assert_eq!(
        with(StreamOverrides::new().without_keep_alive())
            .await
            .len(),
        1
    );
    let other = Retry::new(Duration::from_secs(7)).with_jitter(Jitter::NONE);
    let frames = with(StreamOverrides::new().with_retry(other)).await;
    assert_eq!(frames[0], (0, "retry: 7000\n\n".to_owned()));
    let faster = KeepAlive::new(Duration::from_secs(3)).with_jitter(Jitter::NONE);
    // At 3, 6 and 9 seconds; at 12 the stream ends.
    assert_eq!(
        with(StreamOverrides::new().with_keep_alive(faster))
            .await
            .len(),
        4
    );
}

#[tokio::test(start_paused = true)]
async fn the_ready_instance_is_the_one_called() {
    #[derive(Default)]
    struct OnlyWhenReady {
        ready: bool,
    }
    impl Clone for OnlyWhenReady {
        fn clone(&self) -> Self {
            Self::default()
        }
    }
    impl Service<Request<()>> for OnlyWhenReady {
        type Response = Response<Full<Bytes>>;
        type Error = &'static str;
        type Future = core::future::Ready<Result<Self::Response, &'static str>>;

        fn poll_ready(
            &mut self,
            _: &mut core::task::Context<'_>,
        ) -> core::task::Poll<Result<(), &'static str>> {
            self.ready = true;
            core::task::Poll::Ready(Ok(()))
        }

        fn call(&mut self, _: Request<()>) -> Self::Future {
            let response = Response::new(Full::default());
            core::future::ready(
                self.ready
                    .then_some(response)
                    .ok_or("called without being ready"),
            )
        }
    }
    let mut service = EventStreamLayer::recommended().layer(OnlyWhenReady::default());
    let ready = service.ready().await.unwrap();
    assert!(ready.call(Request::new(())).await.is_ok());
}
