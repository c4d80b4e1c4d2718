//! Where a stream is cut.

use bytes::Bytes;

/// Lengths of chunks, used in turn until the stream is used up; 0 is an empty chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunking {
    lengths: Vec<usize>,
}

impl Chunking {
    /// Chunks of these lengths in turn. None, or only empty ones: the stream in one piece.
    pub fn new(lengths: impl Into<Vec<usize>>) -> Self {
        Self {
            lengths: lengths.into(),
        }
    }

    /// The stream in one piece.
    #[must_use]
    pub fn whole() -> Self {
        Self::new([])
    }

    /// The stream, cut. Each chunk has storage of its own, so that nothing can be read beyond
    /// its end.
    #[must_use]
    pub fn cut(&self, mut stream: &[u8]) -> Vec<Bytes> {
        let mut chunks = Vec::new();
        if self.lengths.iter().any(|length| *length > 0) {
            for length in self.lengths.iter().cycle() {
                if stream.is_empty() {
                    break;
                }
                let (chunk, rest) = stream.split_at(stream.len().min(*length));
                chunks.push(Bytes::copy_from_slice(chunk));
                stream = rest;
            }
        }
        if !stream.is_empty() {
            chunks.push(Bytes::copy_from_slice(stream));
        }
        chunks
    }

    /// Reads a fuzzer's bytes: a count, so many lengths, and then the stream.
    #[must_use]
    pub fn from_fuzz(input: &[u8]) -> (Self, &[u8]) {
        let Some((count, rest)) = input.split_first() else {
            return (Self::whole(), &[]);
        };
        let count = usize::from(count % 8).min(rest.len());
        let (lengths, stream) = rest.split_at(count);
        (
            Self::new(lengths.iter().copied().map(usize::from).collect::<Vec<_>>()),
            stream,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_in_cutting() {
        let stream = b"abcdefghij";
        for lengths in [vec![], vec![0], vec![1], vec![3, 0, 1], vec![100]] {
            assert_eq!(Chunking::new(lengths).cut(stream).concat(), stream);
        }
        assert_eq!(Chunking::new([3, 0, 1]).cut(stream).len(), 7);
    }

    #[test]
    fn a_fuzz_input_begins_with_the_lengths() {
        assert_eq!(
            Chunking::from_fuzz(b"\x02\x05\x01ab"),
            (Chunking::new([5, 1]), &b"ab"[..])
        );
        assert_eq!(
            Chunking::from_fuzz(b"\x00ab"),
            (Chunking::whole(), &b"ab"[..])
        );
        assert_eq!(Chunking::from_fuzz(b""), (Chunking::whole(), &b""[..]));
    }
}
