//! A line as a field: its name, and where its value starts.

use crate::word::{any_word, bytes_equal};

/// The fields the standard knows, and what else a line can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldName {
    Data,
    EventType,
    Id,
    Retry,
    Comment,
    Unknown,
}

/// Splits a line that is not empty: the field's name, and the offset of its value.
///
/// <https://html.spec.whatwg.org/multipage/server-sent-events.html#processField>: the value is
/// what follows the first colon, less one leading space; a line without a colon is a name with
/// an empty value; names are compared literally.
#[inline]
pub(crate) fn split_field(line: &[u8]) -> (FieldName, usize) {
    if let Some(value_start) = data_value(line) {
        (FieldName::Data, value_start)
    } else if let Some(value_start) = id_value(line) {
        (FieldName::Id, value_start)
    } else if let Some(value_start) = event_type_value(line) {
        (FieldName::EventType, value_start)
    } else {
        split_other(line)
    }
}

/// The offset of the value of a `data` line with a colon.
#[inline(always)]
pub(crate) fn data_value(line: &[u8]) -> Option<usize> {
    (line.first_chunk() == Some(b"data:")).then(|| value_behind(line, 5))
}

/// The offset of the value of an `id` line with a colon.
#[inline(always)]
pub(crate) fn id_value(line: &[u8]) -> Option<usize> {
    (line.first_chunk() == Some(b"id:")).then(|| value_behind(line, 3))
}

/// The offset of the value of an `event` line with a colon.
#[inline(always)]
pub(crate) fn event_type_value(line: &[u8]) -> Option<usize> {
    (line.first_chunk() == Some(b"event:")).then(|| value_behind(line, 6))
}

/// The offset of the value behind a colon: one leading space is not part of it.
#[inline]
fn value_behind(line: &[u8], colon_end: usize) -> usize {
    colon_end + usize::from(line.get(colon_end) == Some(&b' '))
}

/// Where the value of a `data` line starts whose end is still to come. `None` if it may yet be
/// another line, or the first byte of the value is not there: it may be the space that is no part
/// of it.
#[inline]
pub(crate) fn started_data_value(line: &[u8]) -> Option<usize> {
    (line.len() > 5 && line.first_chunk() == Some(b"data:")).then(|| value_behind(line, 5))
}

/// As [`split_field`] for a line that is none of the three with a colon.
#[inline(never)]
pub(crate) fn split_other(line: &[u8]) -> (FieldName, usize) {
    if line.first() == Some(&b':') {
        return (FieldName::Comment, value_behind(line, 1));
    }
    if line.first_chunk() == Some(b"retry:") {
        return (FieldName::Retry, value_behind(line, 6));
    }
    let name = match line {
        b"data" => FieldName::Data,
        b"event" => FieldName::EventType,
        b"id" => FieldName::Id,
        b"retry" => FieldName::Retry,
        _ => FieldName::Unknown,
    };
    (name, line.len())
}

/// Whether there is a U+0000, which an id must not have.
#[inline(never)]
pub(crate) fn has_null(value: &[u8]) -> bool {
    any_word(value, b' ', |word| bytes_equal(word, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_literal() {
        for line in [
            "Data: x",
            "data : x",
            " data: x",
            "dat",
            "datax: y",
            "i: d",
            "events: x",
            "retry x",
        ] {
            assert_eq!(split_field(line.as_bytes()).0, FieldName::Unknown, "{line}");
        }
    }

    #[test]
    fn one_leading_space_goes() {
        let value = |line: &'static str| &line[split_field(line.as_bytes()).1..];
        assert_eq!(value("data:x"), "x");
        assert_eq!(value("data: x"), "x");
        assert_eq!(value("data:  x"), " x");
        assert_eq!(value("data:\tx"), "\tx");
        assert_eq!(value("data:"), "");
        assert_eq!(value("data: "), "");
        assert_eq!(value("data"), "");
        assert_eq!(value(": x"), "x");
        assert_eq!(value(":"), "");
        assert_eq!(value("id::"), ":");
    }

    #[test]
    fn every_name_is_known() {
        let name = |line: &str| split_field(line.as_bytes()).0;
        assert_eq!(name("data"), FieldName::Data);
        assert_eq!(name("event:"), FieldName::EventType);
        assert_eq!(name("id: 5"), FieldName::Id);
        assert_eq!(name("retry:5"), FieldName::Retry);
        assert_eq!(name(":"), FieldName::Comment);
    }
}
