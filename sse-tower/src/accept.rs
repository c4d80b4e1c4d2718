//! What a client accepts, as far as it is about event streams.

use http::{HeaderMap, header};

/// How `Accept` takes event streams: <https://www.rfc-editor.org/rfc/rfc9110#name-accept>.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Acceptance {
    /// There is no `Accept`, or nothing in it can be read: anything goes.
    Unsaid,
    /// `text/event-stream`, or a range that covers it.
    Accepted,
    /// Other things only, or event streams with a weight of 0.
    Refused,
}

/// What all the `Accept` headers together say. Of the ranges that match, the most specific one
/// counts; what cannot be read is left out.
pub(crate) fn acceptance(headers: &HeaderMap) -> Acceptance {
    let (mut any, mut best) = (false, None::<Range>);
    for range in ranges(headers) {
        any = true;
        // Of equally specific ones the heavier counts.
        if range.specificity > 0 {
            best = best.max(Some(range));
        }
    }
    match best {
        _ if !any => Acceptance::Unsaid,
        Some(Range { accepted: true, .. }) => Acceptance::Accepted,
        _ => Acceptance::Refused,
    }
}

/// Whether event streams are accepted by their name, not only by a range that covers them.
pub(crate) fn names_event_streams(headers: &HeaderMap) -> bool {
    let named = Range {
        specificity: 3,
        accepted: true,
    };
    ranges(headers).any(|range| range == named)
}

fn ranges(headers: &HeaderMap) -> impl Iterator<Item = Range> {
    let lines = headers.get_all(header::ACCEPT).iter();
    lines
        .flat_map(|line| split_unquoted(line.as_bytes(), b','))
        .filter_map(Range::read)
}

/// A media range, compared by how closely it names event streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    /// 3 for `text/event-stream`, 2 for `text/*`, 1 for `*/*`, 0 for others.
    specificity: u8,
    /// The weight is not 0.
    accepted: bool,
}

impl Range {
    fn read(element: &[u8]) -> Option<Self> {
        let mut parts = split_unquoted(element, b';').map(<[u8]>::trim_ascii);
        let range = parts.next()?;
        let slash = range.iter().position(|byte| *byte == b'/')?;
        let (kind, subtype) = (range.get(..slash)?, range.get(slash + 1..)?);
        if kind.is_empty() || subtype.is_empty() {
            return None;
        }
        let specificity = match (kind, subtype) {
            (b"*", b"*") => 1,
            (kind, b"*") if kind.eq_ignore_ascii_case(b"text") => 2,
            _ if range.eq_ignore_ascii_case(b"text/event-stream") => 3,
            _ => 0,
        };
        let weight = parts.find_map(|parameter| match parameter {
            [b'q' | b'Q', b'=', weight @ ..] => Some(weight),
            _ => None,
        });
        let accepted = weight.map_or(Some(true), is_not_zero)?;
        Some(Self {
            specificity,
            accepted,
        })
    }
}

/// A weight: 0 to 1 with up to three decimals. `None` if it is none.
fn is_not_zero(weight: &[u8]) -> Option<bool> {
    let (whole, decimals) = match weight {
        [whole] => (whole, &[][..]),
        [whole, b'.', decimals @ ..] if decimals.len() <= 3 => (whole, decimals),
        _ => return None,
    };
    let zeros = decimals.iter().all(|digit| *digit == b'0');
    match whole {
        b'1' if zeros => Some(true),
        b'0' if decimals.iter().all(u8::is_ascii_digit) => Some(!zeros),
        _ => None,
    }
}

/// The pieces between separators that do not stand in a quoted string.
fn split_unquoted(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |byte| {
        let ends = *byte == separator && !quoted;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        ends
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Acceptance::{Accepted, Refused, Unsaid};
    use http::HeaderValue;

    fn of(lines: &[&'static str]) -> Acceptance {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::ACCEPT, HeaderValue::from_static(line));
        }
        acceptance(&headers)
    }

    #[test]
    fn event_streams_are_accepted_by_name_and_by_range() {
        for line in [
            "text/event-stream",
            "Text/Event-Stream;q=0.1",
            "text/*",
            "*/*",
            "application/json, */*;q=0.001",
            "text/html,application/xhtml+xml,*/*;q=0.8",
            "application/json, text/event-stream",
            "application/json;x=\"a,b;q=0\", text/event-stream ; charset=utf-8 ; Q=1.000",
        ] {
            assert_eq!(of(&[line]), Accepted, "{line}");
        }
        assert_eq!(of(&["application/json", "text/event-stream"]), Accepted);
    }

    #[test]
    fn other_types_and_a_weight_of_zero_refuse_them() {
        for line in [
            "application/json",
            "text/html, image/*",
            "text/event-stream;q=0",
            "text/event-stream;q=0.000, */*",
            "text/*;q=0, */*",
            "application/json;x=\"text/event-stream, */*\"",
        ] {
            assert_eq!(of(&[line]), Refused, "{line}");
        }
    }

    #[test]
    fn without_anything_that_can_be_read_anything_goes() {
        for lines in [
            &[][..],
            &[""],
            &[",, ,"],
            &["text"],
            &["/x", "x/"],
            &["*/*;q=2"],
            &["*/*;q=x"],
        ] {
            assert_eq!(of(lines), Unsaid, "{lines:?}");
        }
    }

    #[test]
    fn weights_have_up_to_three_decimals() {
        for (weight, not_zero) in [
            ("0", false),
            ("0.", false),
            ("0.000", false),
            ("0.001", true),
            ("1", true),
            ("1.", true),
        ] {
            assert_eq!(is_not_zero(weight.as_bytes()), Some(not_zero), "{weight}");
        }
        for bad in ["", "1.001", "0.0001", "-1", "2", "00", ".5", "0,5", "0.5x"] {
            assert_eq!(is_not_zero(bad.as_bytes()), None, "{bad}");
        }
    }
}
