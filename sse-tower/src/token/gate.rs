//! What the layer does to requests.

use core::{fmt, pin::Pin};
use std::sync::Arc;

use http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use sse_codec::LAST_EVENT_ID;

use super::{
    TokenSource,
    admission::{Admitted, admit},
    refusals::Returning,
    settings::Settings,
    source::{Shown, Sought},
};
use crate::{
    anti_buffering,
    gate::{Arrival, Gate, sealed::Sealed},
    refusal::Refusal,
    stream::{CloseReason, StreamEnd, StreamHandle},
};

/// The gate of [`TokenLayer`](super::TokenLayer).
pub struct TokenGate<I> {
    pub(super) settings: Arc<Settings<I>>,
}

/// A request as it came.
#[expect(unnameable_types, reason = "nobody but the gate needs it")]
pub struct Visitor {
    pub(super) shown: Sought<Shown>,
    pub(super) client: Returning,
    /// It asks for the headers only.
    pub(super) head: bool,
}

impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor").finish_non_exhaustive()
    }
}

impl<I> Sealed for TokenGate<I> {}

impl<I: Clone + Send + Sync + 'static> Gate for TokenGate<I> {
    type Visitor = Visitor;
    type Pass = Admitted<I>;
    type Admission = Pin<Box<dyn Future<Output = Result<Admitted<I>, Refusal>> + Send>>;

    const JUDGES_HEAD: bool = true;

    fn arrive(&self, head: &mut Parts) -> Arrival<Visitor> {
        let settings = &self.settings;
        let refused_before = settings.refusals.reserved_id.take(&mut head.headers);
        let cursor = head.headers.get(&LAST_EVENT_ID).cloned();
        let cursor = cursor.filter(|cursor| !cursor.is_empty());
        let resumes = cursor.is_some() && !refused_before;
        let visitor = Visitor {
            shown: settings.sources.take(head, resumes),
            client: Returning {
                refused_before,
                cursor,
            },
            head: head.method == Method::HEAD,
        };
        if settings.includes(head) {
            Arrival::Admit(visitor)
        } else {
            Arrival::AdmitStream(visitor)
        }
    }

    fn admit(&self, visitor: Visitor) -> Self::Admission {
        Box::pin(admit(Arc::clone(&self.settings), visitor))
    }

    fn enter(admitted: &mut Admitted<I>, head: &mut Parts) {
        if let Some(identity) = admitted.identity.take() {
            head.extensions.insert(identity);
        }
        head.extensions.insert(admitted.source);
    }

    fn leave(admitted: Admitted<I>, headers: &mut HeaderMap, stream: Option<&StreamHandle>) {
        if let Some(cookie) = admitted.return_cookie {
            headers.append(header::SET_COOKIE, cookie);
        }
        // https://www.rfc-editor.org/rfc/rfc6750#section-2.3: the URI is a key to no shared cache.
        let in_uri = matches!(admitted.source, TokenSource::Ticket | TokenSource::Query);
        if in_uri && !anti_buffering::is_private(headers) {
            headers.append(header::CACHE_CONTROL, HeaderValue::from_static("private"));
        }
        if let (Some(stream), Some(expires)) = (stream, admitted.expires) {
            let end = StreamEnd::new(CloseReason::TokenExpired).with_farewell(admitted.farewell);
            stream.end_at(expires, end);
        }
    }
}

impl<I> Clone for TokenGate<I> {
    fn clone(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
        }
    }
}

impl<I> fmt::Debug for TokenGate<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenGate").field(&self.settings).finish()
    }
}
