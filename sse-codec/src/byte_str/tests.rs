use super::*;

#[test]
fn every_length_of_ascii_and_of_other_text_is_accepted() {
    // Miri is slow: there, the lengths around the changes of path.
    let lengths = if cfg!(miri) { 0..70 } else { 0..2100 };
    for length in lengths.chain(SIMD_FROM_BYTES - 2..SIMD_FROM_BYTES + 2) {
        let ascii = alloc::vec![b'x'; length];
        assert!(utf8(&ascii).is_some());
        let mut other = ascii.clone();
        other.extend("é".as_bytes());
        assert!(utf8(&other).is_some());
        assert!(utf8(&other[..length + 1]).is_none());
    }
}

#[test]
fn share_points_into_the_chunk() {
    let chunk = Bytes::from_static(b"data: hello\n\n");
    let text = utf8(&chunk[6..11]).unwrap();
    let shared = ByteStr::share(&chunk, text);
    assert_eq!(shared, "hello");
    assert_eq!(shared.as_ptr(), chunk[6..].as_ptr());
    assert_ne!(shared.detach().as_ptr(), shared.as_ptr());
}

#[test]
fn take_shares_the_chunk_and_leaves_the_rest() {
    let chunk = Bytes::from_static(b"data: a\n\ndata: b\n\n\xff");
    let mut rest = chunk.clone();
    let first = ByteStr::take(&mut rest, 6..7, 9).unwrap();
    assert_eq!(
        (&*first, first.as_ptr(), &rest[..]),
        ("a", chunk[6..].as_ptr(), &chunk[9..])
    );
    assert_eq!(ByteStr::take(&mut rest, 9..10, 10), None);
    assert_eq!(rest, chunk[9..]);
    assert_eq!(ByteStr::take(&mut rest, 6..100, 10), None);
    rest.truncate(9);
    let last = ByteStr::take(&mut rest, 6..7, 9).unwrap();
    assert_eq!(
        (&last[..1], last.as_ptr(), rest.len()),
        ("b", chunk[15..].as_ptr(), 0)
    );
}

#[test]
fn share_copies_what_lies_elsewhere() {
    let chunk = Bytes::from_static(b"abc");
    assert_eq!(
        ByteStr::share(&chunk, "elsewhere, and longer"),
        "elsewhere, and longer"
    );
    assert_eq!(ByteStr::share(&chunk, ""), "");
}

#[test]
fn a_text_buffer_is_text_only_when_it_was_checked() {
    let mut buffer = TextBuffer::default();
    buffer.extend(b"a\xc3");
    assert_eq!((buffer.check(), buffer.as_str()), (false, ""));
    assert_eq!(buffer.take(), "");
    buffer.extend(b"\xa9\n");
    assert_eq!(buffer.as_str(), "");
    assert!(buffer.check());
    assert_eq!(buffer.as_str(), "a\u{e9}\n");
    let taken = buffer.take();
    buffer.extend(b"\xff");
    assert_eq!((buffer.as_str(), buffer.as_bytes()), ("", &b"\xff"[..]));
    buffer.replace("\u{fffd}");
    assert_eq!((taken.as_str(), buffer.as_str()), ("a\u{e9}\n", "\u{fffd}"));
    buffer.extend(b"c");
    assert_eq!(buffer.as_str(), "");
}

#[test]
fn a_text_buffer_gives_back_what_is_too_much() {
    let mut buffer = TextBuffer::default();
    buffer.extend(&[b'x'; 1000]);
    buffer.clear(1000, 999);
    assert_eq!(buffer.bytes.capacity(), 0);
    buffer.extend(&[b'x'; 100]);
    buffer.clear(100, 999);
    assert!(buffer.bytes.capacity() >= 100);
}

#[test]
fn invalid_bytes_come_back() {
    let error = ByteStr::try_from(Bytes::from_static(b"a\xffb")).unwrap_err();
    assert_eq!(
        alloc::string::ToString::to_string(&error),
        "bytes are not UTF-8"
    );
    assert_eq!(error.into_bytes(), Bytes::from_static(b"a\xffb"));
}
