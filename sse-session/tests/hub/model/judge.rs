//! What a client may be sent.

use super::{Truth, truth::CHANNELS};
use crate::support::Seen;

/// Which promise was broken, on which channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Violation {
    /// An event is missing, and nobody said so.
    SilentLoss {
        channel: usize,
        expected: usize,
        got: usize,
    },
    /// An event came again without a reconnect, or out of order.
    Duplicate {
        channel: usize,
        expected: usize,
        got: usize,
    },
    /// Behind a gap more is missing than the store has lost.
    TooMuchSkipped {
        channel: usize,
        kept_from: usize,
        got: usize,
    },
    /// A gap where nothing is missing.
    FalseGap {
        channel: usize,
        reason: String,
        expected: Position,
    },
    /// An id that nobody made was taken for one of ours.
    StrangeId { channel: usize },
    /// What was announced before came later.
    OldAnnouncement,
    /// At the end, when all was quiet, the last event had not come.
    Behind {
        channel: usize,
        expected: Option<Position>,
        end: usize,
    },
    /// What is none of the above.
    Nonsense { seen: Seen },
}

/// Which event has to come next on a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// This one.
    Next(usize),
    /// This one or one before: the client is new.
    AtMost(usize),
}

/// What a client knows of a channel.
#[derive(Debug, Clone, Copy)]
struct State {
    position: Position,
    /// A gap was told since.
    gap: bool,
    /// ... because it was too slow.
    lagged: bool,
    /// The id was made up: a gap has to come.
    strange: bool,
    /// So many renewals of the store are behind it.
    renewals: u32,
}

/// Holds a client to what it may be sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Judge {
    states: [Option<State>; CHANNELS.len()],
    announced: u64,
    /// It came with an id that nobody made.
    strange: bool,
    /// May be told that it was too slow.
    may_lag: bool,
}

impl Judge {
    pub(super) fn new(may_lag: bool) -> Self {
        Self {
            may_lag,
            ..Self::default()
        }
    }

    /// It has subscribed. What it is new to begins here at the latest.
    pub(super) fn subscribed(&mut self, channels: &[usize], announced: u64, truth: &Truth) {
        self.announced = announced;
        for &channel in channels {
            self.states[channel].get_or_insert(State {
                position: Position::AtMost(truth.end(channel)),
                gap: false,
                lagged: false,
                strange: self.strange,
                renewals: truth.renewals,
            });
        }
    }

    /// It comes back with an id that nobody made.
    pub(super) fn made_up_its_id(&mut self) {
        self.strange = true;
        for state in self.states.iter_mut().flatten() {
            state.strange = true;
        }
    }

    pub(super) fn saw(&mut self, seen: &Seen, truth: &Truth) -> Result<(), Violation> {
        let nonsense = || Violation::Nonsense { seen: seen.clone() };
        match &*seen.event_type {
            "note" => {
                let number: u64 = seen.data.parse().map_err(|_| nonsense())?;
                if number < self.announced {
                    return Err(Violation::OldAnnouncement);
                }
                Ok(())
            }
            "gap" => {
                let of = |name: &&str| seen.data.contains(&format!(r#""channel":"{name}""#));
                let channel = CHANNELS.iter().position(of).ok_or_else(nonsense)?;
                let (_, reason) = seen.data.split_once(r#""reason":""#).ok_or_else(nonsense)?;
                let (reason, _) = reason.split_once('"').ok_or_else(nonsense)?;
                self.gap(channel, reason, truth)
            }
            _ => {
                let (name, index) = seen.data.split_once(' ').ok_or_else(nonsense)?;
                let channel = CHANNELS
                    .iter()
                    .position(|it| *it == name)
                    .ok_or_else(nonsense)?;
                let index = index.parse().map_err(|_| nonsense())?;
                self.event(channel, index, truth)
                    .map_err(|violation| violation.unwrap_or_else(nonsense))
            }
        }
    }

    fn event(
        &mut self,
        channel: usize,
        got: usize,
        truth: &Truth,
    ) -> Result<(), Option<Violation>> {
        let state = self.states[channel].as_mut().ok_or(None)?;
        if state.strange {
            return Err(Some(Violation::StrangeId { channel }));
        }
        let (Position::Next(expected) | Position::AtMost(expected)) = state.position;
        // What the store has lost may come, from a node's memory, or not.
        let is_it = truth.are_lost(channel, expected, got)
            || matches!(state.position, Position::AtMost(_)) && got <= expected;
        let kept_from = truth.kept_from(channel);
        if !is_it && !state.gap {
            let violation = if got > expected {
                Violation::SilentLoss {
                    channel,
                    expected,
                    got,
                }
            } else {
                Violation::Duplicate {
                    channel,
                    expected,
                    got,
                }
            };
            return Err(Some(violation));
        }
        let at_most = kept_from.max(expected);
        let too_much = got > at_most && !truth.are_lost(channel, at_most, got);
        if state.gap && !state.lagged && too_much {
            return Err(Some(Violation::TooMuchSkipped {
                channel,
                kept_from,
                got,
            }));
        }
        *state = State {
            position: Position::Next(got + 1),
            gap: false,
            lagged: false,
            strange: false,
            renewals: truth.generation(channel, got),
        };
        Ok(())
    }

    fn gap(&mut self, channel: usize, reason: &str, truth: &Truth) -> Result<(), Violation> {
        let may_lag = self.may_lag;
        let Some(state) = &mut self.states[channel] else {
            return Ok(());
        };
        let kept_from = truth.kept_from(channel);
        let renewed = truth.renewals > state.renewals;
        let right = match (reason, state.position) {
            ("unknown", _) if state.strange => true,
            ("unknown" | "epoch", Position::Next(_)) => renewed,
            // Behind a gap it goes on with what was the oldest then.
            ("trimmed", _) if state.gap => kept_from > 0,
            ("trimmed", Position::Next(next)) => kept_from > next,
            // The node may not yet have known how far its log was when the client came.
            ("unknown" | "epoch", Position::AtMost(_)) => truth.renewals > 0,
            ("trimmed", Position::AtMost(_)) => kept_from > 0,
            ("rewound" | "forked", _) => truth.was_rewound(channel),
            ("lagged", _) => may_lag,
            _ => false,
        };
        if !right {
            let (reason, expected) = (reason.to_owned(), state.position);
            return Err(Violation::FalseGap {
                channel,
                reason,
                expected,
            });
        }
        if matches!(reason, "unknown" | "epoch") && !state.strange {
            state.renewals += 1;
        }
        state.gap = true;
        state.lagged |= reason == "lagged";
        state.strange = false;
        Ok(())
    }

    /// All is quiet, something was published last on each channel, and it was connected for long
    /// enough: whatever was missing before, this is what it has seen last.
    pub(super) fn ended(&self, channels: &[usize], truth: &Truth) -> Result<(), Violation> {
        for &channel in channels {
            let end = truth.end(channel);
            let expected = self.states[channel].map(|state| state.position);
            let told = self.states[channel].is_some_and(|state| state.gap);
            if expected != Some(Position::Next(end)) || told {
                return Err(Violation::Behind {
                    channel,
                    expected,
                    end,
                });
            }
        }
        Ok(())
    }
}
