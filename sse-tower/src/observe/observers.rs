//! Who is told what happens on streams.

use core::fmt;
use std::sync::Arc;

use http::Extensions;

use super::ObservedRequest;
use crate::stream::{StreamHandle, StreamObserver};

/// Makes the observer of one stream.
type Make = dyn Fn(&ObservedRequest) -> Option<Arc<dyn StreamObserver>> + Send + Sync;

/// Who is told what happens on streams. Given to [`ObserveLayer`](super::ObserveLayer), or as one
/// wrapper with the rest to [`EventStreamLayer`](crate::EventStreamLayer::with_observers).
///
/// An observer that is given twice, here or by a layer that is worn twice, is told once.
#[derive(Clone, Default)]
#[must_use]
pub struct Observers {
    list: Arc<Vec<Source>>,
}

#[derive(Clone)]
enum Source {
    Shared(Arc<dyn StreamObserver>),
    Each(Arc<Make>),
}

impl Source {
    fn observer(&self, request: &ObservedRequest) -> Option<Arc<dyn StreamObserver>> {
        match self {
            Self::Shared(observer) => Some(Arc::clone(observer)),
            Self::Each(make) => make(request),
        }
    }

    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Shared(one), Self::Shared(other)) => Arc::ptr_eq(one, other),
            (Self::Each(one), Self::Each(other)) => Arc::ptr_eq(one, other),
            (Self::Shared(_), Self::Each(_)) | (Self::Each(_), Self::Shared(_)) => false,
        }
    }
}

/// In the extensions of a response: whose observers are on its stream, so that a layer worn twice
/// tells them once.
#[derive(Clone, Default)]
struct Done(Observers);

impl Observers {
    /// No observers, to start from.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an observer of all streams, such as [`StreamStatistics`](super::StreamStatistics).
    pub fn with_observer(mut self, observer: Arc<impl StreamObserver>) -> Self {
        self.push(Source::Shared(observer));
        self
    }

    /// Adds an observer for each stream, made when its response is there; `None`: this one is not
    /// observed.
    pub fn with_observer_of_each(
        mut self,
        make: impl Fn(&ObservedRequest) -> Option<Arc<dyn StreamObserver>> + Send + Sync + 'static,
    ) -> Self {
        self.push(Source::Each(Arc::new(make)));
        self
    }

    /// Counts for the recorder of the `metrics` facade that is there now: install it first. What
    /// comes later does not see these metrics.
    #[cfg(feature = "metrics")]
    pub fn with_metrics(mut self, metrics: &super::StreamMetrics) -> Self {
        self.push(Source::Shared(Arc::new(metrics.register())));
        self
    }

    /// Opens a span for each stream.
    #[cfg(feature = "tracing")]
    pub fn with_tracing(self, tracing: super::StreamTracing) -> Self {
        self.with_observer_of_each(move |request| tracing.observer(request))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn push(&mut self, source: Source) {
        if !self.contains(&source) {
            Arc::make_mut(&mut self.list).push(source);
        }
    }

    fn contains(&self, source: &Source) -> bool {
        self.list.iter().any(|other| other.is(source))
    }

    /// Puts the observers on the stream that these extensions of a response are of, if it is one.
    pub(crate) fn observe(&self, request: &ObservedRequest, extensions: &mut Extensions) {
        let Some(stream) = extensions.get::<StreamHandle>().cloned() else {
            return;
        };
        let mut done = extensions.remove::<Done>().unwrap_or_default().0;
        if done.list.is_empty() {
            // The usual case: nothing is to be compared or copied.
            for source in self.list.iter() {
                put(source, request, &stream);
            }
            done = self.clone();
        } else {
            for source in self.list.iter() {
                if !done.contains(source) {
                    put(source, request, &stream);
                    done.push(source.clone());
                }
            }
        }
        extensions.insert(Done(done));
    }
}

fn put(source: &Source, request: &ObservedRequest, stream: &StreamHandle) {
    if let Some(observer) = source.observer(request) {
        stream.observe(observer);
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observers")
            .field("number", &self.list.len())
            .finish()
    }
}
