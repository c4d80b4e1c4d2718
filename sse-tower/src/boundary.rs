//! Where in the stream the bytes sent so far end: the one thing that everybody needs to know
//! who adds bytes to a stream that is not their own.

/// Where the bytes sent so far end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Position {
    /// Between two events, or at the start: blocks can be added.
    Boundary,
    /// Between two lines of one event: a comment line can be added.
    BetweenLines,
    /// Inside a line, or where a LF may still belong to the last line end: nothing can be added.
    Inside,
}

/// Follows the bytes of a stream, by the last three of each chunk only.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct BoundaryTracker {
    state: State,
}

/// What the last bytes were. A LF behind a CR belongs to the same line end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    /// A blank line, or nothing yet.
    #[default]
    Blank,
    /// A blank line whose end was a CR.
    BlankCr,
    /// The end of a line that was not blank.
    LineEnd,
    /// The end, so far a CR, of a line that was not blank.
    LineEndCr,
    /// Something else.
    Text,
}

impl BoundaryTracker {
    pub(crate) const fn new() -> Self {
        Self {
            state: State::Blank,
        }
    }

    pub(crate) const fn position(self) -> Position {
        match self.state {
            // Behind a blank line's CR a LF may come; with a block put between, that LF is one
            // more blank line, which means nothing.
            State::Blank | State::BlankCr => Position::Boundary,
            State::LineEnd => Position::BetweenLines,
            State::LineEndCr | State::Text => Position::Inside,
        }
    }

    pub(crate) fn push(&mut self, chunk: &[u8]) {
        let (state, tail) = match chunk.last_chunk::<TAIL>() {
            None => (self.state, chunk),
            Some(tail) => match tail.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')) {
                Some(text) => (State::Text, tail.get(text + 1..).unwrap_or_default()),
                // Three bytes of line ends are at least two line ends, so a blank line.
                None => (State::Blank, tail.get(TAIL - 1..).unwrap_or_default()),
            },
        };
        self.state = tail.iter().fold(state, |state, byte| state.after(*byte));
    }
}

impl BoundaryTracker {
    /// How many bytes of what comes next there are up to the first boundary in it. Looks at all of
    /// them, so it is for the one chunk at which a stream ends.
    pub(crate) fn bytes_to_boundary(self, chunk: &[u8]) -> Option<usize> {
        let mut state = self.state;
        let boundary = chunk.iter().position(|byte| {
            state = state.after(*byte);
            matches!(state, State::Blank | State::BlankCr)
        });
        boundary.map(|index| index + 1)
    }
}

/// How many bytes say where a chunk ends.
const TAIL: usize = 3;

impl State {
    fn after(self, byte: u8) -> Self {
        match (byte, self) {
            (b'\n', Self::Text | Self::LineEndCr) => Self::LineEnd,
            (b'\n', _) => Self::Blank,
            (b'\r', Self::Text) => Self::LineEndCr,
            (b'\r', _) => Self::BlankCr,
            _ => Self::Text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(chunks: &[&[u8]]) -> Position {
        let mut tracker = BoundaryTracker::default();
        for chunk in chunks {
            tracker.push(chunk);
        }
        tracker.position()
    }

    #[test]
    fn blank_lines_of_every_kind_are_boundaries() {
        for end in [
            "\n\n", "\r\r", "\r\n\r\n", "\n\r\n", "\r\n\n", "\n\r", "\r\n\r", "\n\n\n",
        ] {
            let stream = ["data: a", end].concat();
            assert_eq!(
                position(&[stream.as_bytes()]),
                Position::Boundary,
                "{end:?}"
            );
        }
        assert_eq!(position(&[]), Position::Boundary);
    }

    #[test]
    fn a_line_feed_may_still_belong_to_a_carriage_return() {
        assert_eq!(position(&[b"data: a\r"]), Position::Inside);
        assert_eq!(position(&[b"data: a\r", b"\n"]), Position::BetweenLines);
        assert_eq!(
            position(&[b"data: a\r", b"\n", b"\r", b"\n"]),
            Position::Boundary
        );
        assert_eq!(position(&[b"data: a\r", b"\r"]), Position::Boundary);
    }

    #[test]
    fn the_first_boundary_in_what_comes_next_is_found() {
        let mut tracker = BoundaryTracker::default();
        tracker.push(b"data: a\r");
        assert_eq!(
            tracker.bytes_to_boundary(b"\ndata: b\n\ndata: c\n\n"),
            Some(10)
        );
        assert_eq!(tracker.bytes_to_boundary(b"\r\n"), Some(1));
        assert_eq!(tracker.bytes_to_boundary(b"\ndata: b\n"), None);
    }

    /// All streams of up to nine bytes over three letters, in chunks of every length.
    #[test]
    fn the_tail_says_what_the_whole_says() {
        let letters = [b'x', b'\r', b'\n'];
        for length in 0..=9_u32 {
            for number in 0..3_usize.pow(length) {
                let stream: Vec<u8> = (0..length)
                    .map(|place| letters[number / 3_usize.pow(place) % 3])
                    .collect();
                let whole = stream
                    .iter()
                    .fold(State::Blank, |state, byte| state.after(*byte));
                for chunk in 1..=stream.len().max(1) {
                    let mut tracker = BoundaryTracker::default();
                    stream.chunks(chunk).for_each(|chunk| tracker.push(chunk));
                    assert_eq!(tracker.state, whole, "{stream:?} by {chunk}");
                }
            }
        }
    }
}
