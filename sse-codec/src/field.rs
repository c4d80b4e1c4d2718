//! A line as a field: its name, and where its value starts.

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
    let (name, length) = match line {
        [b'd', b'a', b't', b'a', ..] => (FieldName::Data, 4),
        [b'e', b'v', b'e', b'n', b't', ..] => (FieldName::EventType, 5),
        [b'i', b'd', ..] => (FieldName::Id, 2),
        [b':', ..] => (FieldName::Comment, 0),
        [b'r', b'e', b't', b'r', b'y', ..] => (FieldName::Retry, 5),
        _ => return (FieldName::Unknown, line.len()),
    };
    match line.get(length..) {
        Some([b':', b' ', ..]) => (name, length + 2),
        Some([b':', ..]) => (name, length + 1),
        Some([]) => (name, length),
        _ => (FieldName::Unknown, line.len()),
    }
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
