//! The machine itself.

use core::{fmt, time::Duration};
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, response};
use sse_codec::{DecodeError, Decoder, Item};

use super::{
    request_head::{header_value, prepare},
    response_head::judge,
    schedule::{GaveUp, Schedule},
};
use crate::client::{Attempt, Cause, EventSourceOptions, Verdict};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Nothing until something happens, or the [deadline](Machine::deadline) comes.
    Wait,
    /// Say that the last event ID cannot be sent: no header can carry it. The request that comes
    /// next is made without one.
    TellUnsendableId,
    /// Make a request: [`Machine::begin`], and then with its headers [`Machine::prepare`].
    Connect,
    /// There is a stream: give its chunks to [`Machine::chunk`], and take the items.
    Read,
    /// Nothing ever again.
    Ended,
}

/// What becomes of a client whose connection failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// Another request is due after a while.
    Reconnect {
        /// Which reconnection in a row it will be, from 1.
        attempt: u32,
        /// After how long.
        delay: Duration,
    },
    /// The stream goes on behind the event that was dropped.
    GoOn,
    /// The end, by the policy.
    End,
    /// The end, by a bound.
    GaveUp(GaveUp),
}

#[derive(Debug, Clone, Copy)]
enum State {
    Waiting {
        until: Duration,
    },
    Connecting {
        since: Duration,
    },
    Open {
        since: Duration,
        quiet_since: Option<Duration>,
    },
    Ended,
}

/// The client as a state machine: is told what happened and when, says what is to be done. See
/// the [module](super).
///
/// `now` is the time since any fixed moment, the same for all calls.
pub struct Machine {
    options: EventSourceOptions,
    /// Lives as long as the client, and with it the one last event ID there is.
    decoder: Decoder,
    chunk: Bytes,
    state: State,
    is_paused: bool,
    schedule: Schedule,
    requests: u64,
    unsendable_was_told: bool,
}

impl Machine {
    /// A client that is to connect at once.
    #[must_use]
    pub fn new(options: EventSourceOptions) -> Self {
        let mut decoder = Decoder::new()
            .with_limits(options.limits)
            .with_comments(options.comments)
            .with_utf8(options.utf8);
        decoder.reset_with_last_event_id(&options.last_event_id.0);
        Self {
            decoder,
            chunk: Bytes::new(),
            state: State::Waiting {
                until: Duration::ZERO,
            },
            is_paused: false,
            schedule: Schedule::new(&options),
            requests: 0,
            unsendable_was_told: false,
            options,
        }
    }

    /// The last event ID, as of the last item that was taken; empty if there is none.
    ///
    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-last-event-id>
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.decoder.last_event_id()
    }

    /// What is to be done.
    pub fn step(&mut self, now: Duration) -> Step {
        match self.state {
            State::Ended => Step::Ended,
            _ if self.is_paused => Step::Wait,
            State::Open { .. } => Step::Read,
            State::Waiting { until } if now >= until => {
                if !self.unsendable_was_told && header_value(self.last_event_id()).is_none() {
                    self.unsendable_was_told = true;
                    return Step::TellUnsendableId;
                }
                Step::Connect
            }
            State::Waiting { .. } | State::Connecting { .. } => Step::Wait,
        }
    }

    /// Whether there is a stream to read: [`Step::Read`], without a look at the clock.
    #[must_use]
    #[inline]
    pub const fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    /// Whether nothing will ever happen again: [`Step::Ended`].
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    /// A request is being made from now on.
    pub fn begin(&mut self, now: Duration) {
        if matches!(self.state, State::Waiting { .. }) && !self.is_paused {
            self.unsendable_was_told = false;
            self.schedule.count_from(now);
            self.state = State::Connecting { since: now };
        }
    }

    /// What is known of the request that is being made.
    #[must_use]
    pub fn attempt(&self) -> Attempt<'_> {
        Attempt {
            requests: self.requests,
            reconnections: self.schedule.reconnections,
            last_event_id: self.last_event_id(),
        }
    }

    /// Counts the request, and sets the headers it has besides its maker's: `Accept`,
    /// `Cache-Control` and `Pragma` where there are none, and the last event ID.
    pub fn prepare(&mut self, headers: &mut HeaderMap) {
        self.requests += 1;
        prepare(headers, self.last_event_id());
    }

    /// There is a response: from now on a stream is read, or this was the cause why not.
    ///
    /// `wall_clock` is looked at for a `Retry-After` that is a date, in a response without one.
    ///
    /// # Errors
    ///
    /// What is wrong with the response, for [`Machine::failed`].
    pub fn response(
        &mut self,
        now: Duration,
        wall_clock: SystemTime,
        head: &response::Parts,
    ) -> Result<(), Cause> {
        judge(head, wall_clock)?;
        if matches!(self.state, State::Connecting { .. }) {
            // A stream starts with nothing of the one before but the last event ID:
            // https://html.spec.whatwg.org/multipage/server-sent-events.html#announce-the-connection
            self.decoder.reset();
            self.chunk = Bytes::new();
            self.schedule.stop_counting(now);
            self.state = State::Open {
                since: now,
                quiet_since: None,
            };
        }
        Ok(())
    }

    /// A part of the body. What was not yet decoded of the part before is lost: take its items
    /// first.
    pub fn chunk(&mut self, chunk: Bytes) {
        if let State::Open { quiet_since, .. } = &mut self.state {
            *quiet_since = None;
            self.chunk = chunk;
        }
    }

    /// Whether [`Machine::quiet`] is of use: only the first of a silence is, and only with an idle
    /// timeout. Saves a look at the clock for every chunk.
    #[must_use]
    pub const fn minds_quiet(&self) -> bool {
        let is_new = matches!(
            self.state,
            State::Open {
                quiet_since: None,
                ..
            }
        );
        is_new && self.options.idle_timeout.is_some()
    }

    /// The body has nothing right now: if nothing comes, it is silent since then.
    pub fn quiet(&mut self, now: Duration) {
        if let State::Open { quiet_since, .. } = &mut self.state {
            quiet_since.get_or_insert(now);
        }
    }

    /// The next event or comment of what was given. A reconnection time is no item, but is
    /// followed from then on.
    ///
    /// # Errors
    ///
    /// An event that was dropped, for [`Machine::failed`].
    #[inline]
    pub fn next_item(&mut self) -> Result<Option<Item>, DecodeError> {
        loop {
            match self.decoder.decode_bytes(&mut self.chunk) {
                Ok(Some(Item::Retry(time))) => self.schedule.set_reconnection_time(time),
                Ok(None) => {
                    // Nothing is left of it, but it would keep its storage from being used again.
                    self.chunk = Bytes::new();
                    return Ok(None);
                }
                other => return other,
            }
        }
    }

    /// There is no connection any more, by this cause; or an event was dropped.
    pub fn failed(&mut self, now: Duration, cause: &Cause) -> Fate {
        if matches!(self.state, State::Ended) {
            return Fate::End;
        }
        let verdict = self.options.policy.0.judge(cause);
        match (verdict, cause) {
            (Verdict::GoOn, Cause::Decode(_)) => return Fate::GoOn,
            (Verdict::End, _) => {
                self.close();
                return Fate::End;
            }
            (Verdict::Reconnect | Verdict::GoOn, _) => {}
        }
        self.leave(now);
        self.schedule.count_from(now);
        match self
            .schedule
            .next_delay(now, cause.retry_after(), &self.options)
        {
            Ok(delay) => {
                self.state = State::Waiting {
                    until: now.saturating_add(delay),
                };
                Fate::Reconnect {
                    attempt: self.schedule.reconnections,
                    delay,
                }
            }
            Err(gave_up) => {
                self.close();
                Fate::GaveUp(gave_up)
            }
        }
    }

    /// There is no stream any more. What was before it is forgotten if it was stable.
    fn leave(&mut self, now: Duration) {
        self.chunk = Bytes::new();
        if let State::Open { since, .. } = self.state {
            if now.saturating_sub(since) >= self.options.stable_period {
                self.schedule.forget(&self.options);
            }
        }
    }

    /// When something is due, if nothing else happens: a request, or a
    /// [timeout](Machine::timed_out). `None` is never.
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        if self.is_paused {
            return None;
        }
        match self.state {
            State::Waiting { until } => Some(until),
            State::Connecting { since } => {
                let timeout = self.options.connect_timeout;
                let timeout = timeout.map(|timeout| since.saturating_add(timeout));
                let end = self.schedule.end_of_time_down(&self.options);
                timeout.into_iter().chain(end).min()
            }
            State::Open { quiet_since, .. } => {
                Some(quiet_since?.saturating_add(self.options.idle_timeout?))
            }
            State::Ended => None,
        }
    }

    /// What the deadline means, if it has come and is a timeout: for [`Machine::failed`]. The
    /// connection is to be dropped.
    #[must_use]
    pub fn timed_out(&self, now: Duration) -> Option<Cause> {
        self.deadline().filter(|deadline| now >= *deadline)?;
        match self.state {
            State::Connecting { since } => Some(Cause::ConnectTimeout {
                after: now.saturating_sub(since),
            }),
            State::Open { quiet_since, .. } => Some(Cause::IdleTimeout {
                after: now.saturating_sub(quiet_since?),
            }),
            State::Waiting { .. } | State::Ended => None,
        }
    }

    /// Nothing more is wanted for now: the connection is to be dropped.
    pub fn pause(&mut self, now: Duration) {
        if self.is_paused {
            return;
        }
        self.is_paused = true;
        self.schedule.stop_counting(now);
        if let State::Open { .. } | State::Connecting { .. } = self.state {
            self.leave(now);
            self.state = State::Waiting { until: now };
        }
    }

    /// Goes on after a pause, with the last event ID: at once, or when it would have without the
    /// pause.
    pub fn resume(&mut self, now: Duration) {
        if core::mem::take(&mut self.is_paused) {
            self.schedule.count_from(now);
        }
    }

    /// The end. The connection is to be dropped.
    ///
    /// <https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource-close>
    pub fn close(&mut self) {
        self.chunk = Bytes::new();
        self.state = State::Ended;
    }
}

impl fmt::Debug for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither the last event ID nor data.
        f.debug_struct("Machine")
            .field("options", &self.options)
            .field("state", &self.state)
            .field("is_paused", &self.is_paused)
            .field("requests", &self.requests)
            .finish_non_exhaustive()
    }
}
