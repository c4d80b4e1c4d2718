//! The id by which a refused client is known when it returns.

use http::{HeaderMap, HeaderValue};
use sse_codec::{EventId, LAST_EVENT_ID};

/// The id by which a refused client is known when it returns. Its cursor goes along behind it, so that
/// a client whose token is valid again by then has lost nothing.
#[derive(Clone)]
pub(super) struct ReservedId {
    id: EventId<'static>,
}

/// Between the reserved id and the cursor.
const SEPARATOR: u8 = b':';

/// A longer cursor does not go along.
const MAX_CURSOR_BYTES: usize = 1024;

impl ReservedId {
    pub(super) const DEFAULT: Self = Self {
        id: EventId::from_static("sse-tower/token-refused"),
    };

    /// `None`: a client would not bring it back.
    pub(super) fn new(id: EventId<'static>) -> Option<Self> {
        let carried = EventId::try_from(id.as_str()).is_ok_and(|id| !id.as_str().is_empty());
        carried.then_some(Self { id })
    }

    /// The id for a client that came with this cursor.
    pub(super) fn with_cursor(&self, cursor: Option<&HeaderValue>) -> EventId<'_> {
        cursor
            .and_then(|cursor| core::str::from_utf8(cursor.as_bytes()).ok())
            .filter(|cursor| !cursor.is_empty() && cursor.len() <= MAX_CURSOR_BYTES)
            .map(|cursor| format!("{}{}{cursor}", self.id.as_str(), char::from(SEPARATOR)))
            .and_then(|id| EventId::try_from(id).ok())
            .unwrap_or_else(|| self.id.clone())
    }

    /// Whether the client comes back after a refusal. Nobody further in sees the reserved id, but the
    /// cursor from before it.
    pub(super) fn take(&self, headers: &mut HeaderMap) -> bool {
        let returned = headers
            .get_all(&LAST_EVENT_ID)
            .iter()
            .find_map(|value| self.cursor_in(value.as_bytes()).map(<[u8]>::to_vec));
        let Some(cursor) = returned else {
            return false;
        };
        headers.remove(&LAST_EVENT_ID);
        if let Some(cursor) = HeaderValue::from_bytes(&cursor)
            .ok()
            .filter(|cursor| !cursor.is_empty())
        {
            headers.insert(LAST_EVENT_ID.clone(), cursor);
        }
        true
    }

    /// What comes behind the reserved id, if it is one.
    fn cursor_in<'v>(&self, value: &'v [u8]) -> Option<&'v [u8]> {
        match value.strip_prefix(self.id.as_str().as_bytes())? {
            [] => Some(&[]),
            [SEPARATOR, cursor @ ..] => Some(cursor),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(value: &str) -> (bool, Option<String>) {
        let mut headers = HeaderMap::new();
        headers.insert(LAST_EVENT_ID.clone(), HeaderValue::from_str(value).unwrap());
        let taken = ReservedId::DEFAULT.take(&mut headers);
        let left = headers.get(&LAST_EVENT_ID);
        (taken, left.map(|left| left.to_str().unwrap().to_owned()))
    }

    #[test]
    fn a_cursor_survives_the_dance() {
        let reserved = ReservedId::DEFAULT;
        let plain = reserved.with_cursor(None);
        assert_eq!(taken(plain.as_str()), (true, None));
        for cursor in ["42", "a:b", "sse-tower"] {
            let value = HeaderValue::from_str(cursor).unwrap();
            let id = reserved.with_cursor(Some(&value));
            assert_eq!(taken(id.as_str()), (true, Some(cursor.into())));
        }
    }

    #[test]
    fn what_no_id_can_carry_is_left_out() {
        let reserved = ReservedId::DEFAULT;
        let long = "x".repeat(MAX_CURSOR_BYTES + 1);
        for cursor in [&b"\xff"[..], b"", b"tab\tinside\x80", long.as_bytes()] {
            let cursor = HeaderValue::from_bytes(cursor).unwrap();
            assert_eq!(reserved.with_cursor(Some(&cursor)), reserved.id);
        }
    }

    #[test]
    fn other_ids_are_left_alone() {
        for id in [
            "42",
            "sse-tower/token-refused2",
            "x sse-tower/token-refused",
        ] {
            assert_eq!(taken(id), (false, Some(id.into())));
        }
    }
}
