//! Whether a client got what it has to.

use crate::history::{CHANNELS, Entry};

/// What is wrong with a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Violation {
    /// Something is missing, and no gap says so.
    Loss {
        channel: usize,
        expected: u64,
        got: u64,
    },
    /// Something came again that the last event ID had covered.
    Again {
        channel: usize,
        expected: u64,
        got: u64,
    },
    /// Not so many are missing as the gap says.
    WrongGap {
        channel: usize,
        missed: Option<u64>,
        expected: u64,
        got: u64,
    },
    /// The last one has not come.
    Behind {
        channel: usize,
        next: Option<u64>,
        last: u64,
    },
}

/// What comes next on a channel.
#[derive(Debug, Clone, Copy, Default)]
struct Expected {
    /// `None` for a client that is new.
    next: Option<u64>,
    /// A gap was told since, and how much it says to be missing.
    gap: Option<Option<u64>>,
}

type State = [Expected; CHANNELS.len()];

/// Judges a history. A client comes back with its last event ID, so what it got behind that comes
/// again.
pub(crate) fn judge(history: &[Entry], channels: &[usize], last: &[u64]) -> Result<(), Violation> {
    let mut state = State::default();
    let mut at_id = (String::new(), state);
    for entry in history {
        match entry {
            Entry::Open => state = at_id.1,
            Entry::Reconnecting => {}
            Entry::Event {
                channel,
                number,
                id,
            } => {
                event(&mut state[*channel], *channel, *number)?;
                remember(&mut at_id, id, state);
            }
            Entry::Gap {
                channel,
                missed,
                id,
            } => {
                let told = &mut state[*channel].gap;
                *told = Some(match *told {
                    None => *missed,
                    Some(before) => before.zip(*missed).map(|(one, other)| one + other),
                });
                remember(&mut at_id, id, state);
            }
        }
    }
    for &channel in channels {
        let (next, last) = (state[channel].next, last[channel]);
        if next != Some(last + 1) {
            return Err(Violation::Behind {
                channel,
                next,
                last,
            });
        }
    }
    Ok(())
}

fn remember(at_id: &mut (String, State), id: &str, state: State) {
    if at_id.0 != id {
        *at_id = (id.to_owned(), state);
    }
}

fn event(state: &mut Expected, channel: usize, got: u64) -> Result<(), Violation> {
    if let Some(expected) = state.next {
        match state.gap {
            None if got > expected => {
                return Err(Violation::Loss {
                    channel,
                    expected,
                    got,
                });
            }
            None if got < expected => {
                return Err(Violation::Again {
                    channel,
                    expected,
                    got,
                });
            }
            Some(missed) => {
                let missing = got.checked_sub(expected).filter(|count| *count > 0);
                if missing.is_none() || missed.is_some_and(|missed| missing != Some(missed)) {
                    return Err(Violation::WrongGap {
                        channel,
                        missed,
                        expected,
                        got,
                    });
                }
            }
            None => {}
        }
    }
    *state = Expected {
        next: Some(got + 1),
        gap: None,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(number: u64) -> Entry {
        let id = number.to_string();
        Entry::Event {
            channel: 0,
            number,
            id,
        }
    }

    fn gap(missed: Option<u64>, id: &str) -> Entry {
        let id = id.to_owned();
        Entry::Gap {
            channel: 0,
            missed,
            id,
        }
    }

    fn judged(history: &[Entry], last: u64) -> Result<(), Violation> {
        judge(history, &[0], &[last, 0, 0])
    }

    #[test]
    fn what_is_contiguous_or_says_what_is_missing_is_right() {
        for history in [
            vec![event(3), event(4)],
            vec![event(1), gap(Some(2), "g"), event(4)],
            vec![event(1), gap(None, "g"), event(4)],
            vec![
                event(1),
                gap(Some(1), "g"),
                Entry::Open,
                gap(Some(1), "h"),
                event(4),
            ],
            vec![event(3), Entry::Reconnecting, Entry::Open, event(4)],
        ] {
            assert_eq!(judged(&history, 4), Ok(()), "{history:?}");
        }
        // Of a batch only the last event has an id: the others come again.
        let mut first = event(2);
        if let Entry::Event { id, .. } = &mut first {
            *id = "1".into();
        }
        let history = [event(1), first, Entry::Open, event(2), event(3)];
        assert_eq!(judged(&history, 3), Ok(()));
    }

    #[test]
    fn what_is_lost_or_comes_again_or_is_a_wrong_gap_is_not() {
        for history in [
            vec![event(1), event(3), event(4)],
            vec![event(3), event(3), event(4)],
            vec![event(3), Entry::Open, event(3), event(4)],
            vec![event(3), gap(None, "g"), event(4)],
            vec![event(1), gap(Some(1), "g"), event(4)],
            vec![event(1), event(2)],
            vec![],
        ] {
            assert!(judged(&history, 4).is_err(), "{history:?}");
        }
    }
}
