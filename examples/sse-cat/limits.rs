//! The decoder's limits, as they were asked for.

use sse_codec::Limits;

/// The limits that were asked for.
///
/// A line has to hold a field's name too, so a line limit as large as the event limit would
/// refuse events that the event limit allows. Unless both were asked for, the line limit is
/// therefore never less than the longest line of an event within its limit.
pub(crate) fn limits(max_event_bytes: Option<usize>, max_line_bytes: Option<usize>) -> Limits {
    const LONGEST_NAME: usize = "event: ".len();
    let mut limits = Limits::DEFAULT;
    if let Some(bytes) = max_event_bytes {
        let line_bytes = limits
            .max_line_bytes()
            .max(bytes.saturating_add(LONGEST_NAME));
        limits = limits
            .with_max_event_bytes(bytes)
            .with_max_line_bytes(line_bytes);
    }
    match max_line_bytes {
        Some(bytes) => limits.with_max_line_bytes(bytes),
        None => limits,
    }
}
