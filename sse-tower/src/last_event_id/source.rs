//! Where the last event ID is found: the header, else a query parameter.

use core::{error::Error, fmt};
use std::borrow::Cow;

use http::{Extensions, HeaderMap, Uri};
use percent_encoding::percent_decode;
use sse_codec::{LAST_EVENT_ID, LastEventId, item::InvalidLastEventId};

/// What a request says about where to resume: `Ok(None)` nothing, so the client is new.
///
/// # Errors
///
/// [`LastEventIdError`]: the client is not new, but what it has seen is not known.
pub fn resumes_after(extensions: &Extensions) -> Result<Option<&LastEventId>, &LastEventIdError> {
    match extensions.get() {
        Some(error) => Err(error),
        None => Ok(extensions.get()),
    }
}

/// Where to look, and how much to take.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) query_parameters: Vec<Box<str>>,
    pub(super) max_bytes: usize,
}

impl Default for Source {
    fn default() -> Self {
        Self {
            query_parameters: vec!["lastEventId".into(), "last_event_id".into()],
            max_bytes: 4096,
        }
    }
}

impl Source {
    pub(super) fn find(
        &self,
        headers: &HeaderMap,
        uri: &Uri,
    ) -> Result<Option<LastEventId>, LastEventIdError> {
        // An empty one is none: a client without a last event ID sends no header at all.
        if let Some(value) = headers
            .get(&LAST_EVENT_ID)
            .filter(|value| !value.is_empty())
        {
            return self.check(value.as_bytes()).map(Some);
        }
        let Some(value) = self.query_value(uri.query().unwrap_or_default()) else {
            return Ok(None);
        };
        // Three bytes of the query are one at least; so much is not even decoded.
        if value.len() / 3 > self.max_bytes {
            return Err(LastEventIdError::TooLong {
                max_bytes: self.max_bytes,
            });
        }
        let spaced = value.replace('+', " ");
        let decoded: Cow<'_, [u8]> = percent_decode(spaced.as_bytes()).into();
        self.check(&decoded).map(Some)
    }

    fn check(&self, bytes: &[u8]) -> Result<LastEventId, LastEventIdError> {
        if bytes.len() > self.max_bytes {
            return Err(LastEventIdError::TooLong {
                max_bytes: self.max_bytes,
            });
        }
        LastEventId::try_from(bytes).map_err(LastEventIdError::Invalid)
    }

    /// The value of the first parameter that is there and not empty, in the order of the names.
    fn query_value<'q>(&self, query: &'q str) -> Option<&'q str> {
        self.query_parameters.iter().find_map(|name| {
            query.split('&').find_map(|pair| {
                let (key, value) = pair.split_once('=')?;
                let same = percent_decode(key.as_bytes()).eq(name.bytes());
                (same && !value.is_empty()).then_some(value)
            })
        })
    }
}

/// There is a last event ID, but it cannot be one of ours: in the extensions of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LastEventIdError {
    /// It is longer than allowed.
    TooLong {
        /// How long it may be, in bytes.
        max_bytes: usize,
    },
    /// It is not what an `id` field carries.
    Invalid(InvalidLastEventId),
}

impl fmt::Display for LastEventIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { max_bytes } => {
                write!(f, "last event ID is longer than {max_bytes} bytes")
            }
            Self::Invalid(_) => f.write_str("invalid last event ID"),
        }
    }
}

impl Error for LastEventIdError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::TooLong { .. } => None,
            Self::Invalid(error) => Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderValue, Request};
    use tower::{Layer, ServiceExt, service_fn};

    use crate::LastEventIdLayer;

    async fn found(
        layer: &LastEventIdLayer,
        uri: &str,
        header: Option<&[u8]>,
    ) -> Result<Option<String>, LastEventIdError> {
        let mut request = Request::get(uri).body(()).unwrap();
        if let Some(header) = header {
            let value = HeaderValue::from_bytes(header).unwrap();
            request.headers_mut().insert("last-event-id", value);
        }
        let service = service_fn(|request: Request<()>| async move {
            let id = resumes_after(request.extensions()).map_err(Clone::clone);
            Ok::<_, core::convert::Infallible>(id.map(|id| id.map(ToString::to_string)))
        });
        layer.layer(service).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn the_header_counts_before_the_query() {
        let layer = LastEventIdLayer::new();
        let id = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(found(&layer, "/?lastEventId=1", Some(b"2")).await, id("2"));
        assert_eq!(found(&layer, "/?lastEventId=1", Some(b"")).await, id("1"));
        assert_eq!(found(&layer, "/?a=b&last_event_id=3", None).await, id("3"));
        assert_eq!(
            found(&layer, "/?last_event_id=3&lastEventId=1", None).await,
            id("1")
        );
        assert_eq!(found(&layer, "/?lastEventId=&x", None).await, Ok(None));
        assert_eq!(found(&layer, "/", None).await, Ok(None));
    }

    #[tokio::test]
    async fn ids_are_utf8_in_the_header_and_percent_encoded_in_the_query() {
        let layer = LastEventIdLayer::new();
        let id = |text: &str| Ok(Some(text.to_owned()));
        assert_eq!(
            found(&layer, "/", Some("\u{e9}".as_bytes())).await,
            id("\u{e9}")
        );
        let encoded = "/?lastEventId=%C3%A9+%2B%26";
        assert_eq!(found(&layer, encoded, None).await, id("\u{e9} +&"));
    }

    #[tokio::test]
    async fn what_cannot_be_an_id_is_an_error_and_not_a_new_client() {
        let layer = LastEventIdLayer::new().with_max_bytes(4);
        let too_long = Err(LastEventIdError::TooLong { max_bytes: 4 });
        assert_eq!(found(&layer, "/", Some(b"12345")).await, too_long);
        assert_eq!(found(&layer, "/?lastEventId=12345", None).await, too_long);
        let long = format!("/?lastEventId={}", "%20".repeat(1000));
        assert_eq!(found(&layer, &long, None).await, too_long);
        assert_eq!(
            found(&layer, "/?lastEventId=%31%32%33%34", None).await,
            Ok(Some("1234".into()))
        );
        for bad in ["%00", "%0A", "%0d", "%FF"] {
            let result = found(&layer, &format!("/?lastEventId={bad}"), None).await;
            assert!(matches!(result, Err(LastEventIdError::Invalid(_))), "{bad}");
        }
        assert!(matches!(
            found(&layer, "/", Some(b"\xff")).await,
            Err(LastEventIdError::Invalid(_))
        ));
    }

    #[tokio::test]
    async fn the_names_of_the_parameters_are_a_choice() {
        let layer = LastEventIdLayer::new().with_query_parameters(["cursor"]);
        assert_eq!(
            found(&layer, "/?cursor=1", None).await,
            Ok(Some("1".into()))
        );
        assert_eq!(found(&layer, "/?lastEventId=1", None).await, Ok(None));
        let header_only = LastEventIdLayer::new().with_query_parameters([""; 0]);
        assert_eq!(found(&header_only, "/?lastEventId=1", None).await, Ok(None));
    }
}
