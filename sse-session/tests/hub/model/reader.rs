//! A client, as the model has it.

use core::{
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll, Waker},
};
use std::{sync::Arc, task::Wake};

use futures_util::StreamExt;
use sse_session::hub::{Hub, OnLag};

use super::{Flaw, Judge, Random, Truth, Violation, truth::CHANNELS};
use crate::support::Client;

/// Whether a reader was woken.
#[derive(Debug, Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

/// A client, with its judge. It polls when it is woken, as a connection does.
pub(super) struct Reader {
    client: Client,
    channels: Vec<usize>,
    connected: bool,
    woken: Arc<Woken>,
    /// It was too slow since it is connected.
    lagged: bool,
    judge: Judge,
    /// The judge as of the last event ID, with which the client comes back.
    at_id: (String, Judge),
    on_lag: OnLag,
    flaw: Flaw,
    pub(super) gaps: Vec<String>,
    pub(super) events: u64,
}

impl Reader {
    pub(super) fn new(random: &mut Random, flaw: Flaw) -> Self {
        let first = random.below(3) as usize;
        let count = 1 + random.below(3) as usize;
        let channels: Vec<_> = (0..count).map(|index| (first + index) % 3).collect();
        let names: Vec<_> = channels.iter().map(|&channel| CHANNELS[channel]).collect();
        let on_lag = if random.one_in(4) {
            OnLag::Skip
        } else {
            OnLag::CatchUp
        };
        let judge = Judge::new(on_lag == OnLag::Skip);
        Self {
            client: Client::new(&names),
            channels,
            connected: false,
            woken: Arc::default(),
            lagged: false,
            at_id: (String::new(), judge.clone()),
            judge,
            on_lag,
            flaw,
            gaps: Vec::new(),
            events: 0,
        }
    }

    pub(super) const fn is_connected(&self) -> bool {
        self.connected
    }

    pub(super) async fn connect(&mut self, hub: &Hub, truth: &Truth) {
        self.disconnect();
        let announced = truth.announced;
        let subscription = self.client.subscription().with_on_lag(self.on_lag);
        if self.client.connect_with(hub, subscription).await.is_ok() {
            self.connected = true;
            self.woken = Arc::new(Woken(AtomicBool::new(true)));
            self.lagged = false;
            self.judge.subscribed(&self.channels, announced, truth);
        }
    }

    pub(super) fn disconnect(&mut self) {
        self.client.disconnect();
        self.connected = false;
        self.judge = self.at_id.1.clone();
    }

    /// Comes back with an id that nobody made.
    pub(super) fn make_up_an_id(&mut self) {
        self.disconnect();
        self.judge.made_up_its_id();
        self.client.set_last_event_id("AcqXgRL0916P9LF8gQAAAAAA_");
        self.at_id = (self.id(), self.judge.clone());
    }

    fn id(&self) -> String {
        let id = self.client.last_event_id();
        id.map_or_else(String::new, |id| id.as_str().to_owned())
    }

    /// If it was woken, or for no reason, takes one batch if there is one; perhaps only a part of
    /// it, and then the connection is lost.
    pub(super) fn poll(
        &mut self,
        random: &mut Random,
        truth: &Truth,
        for_no_reason: bool,
    ) -> Result<bool, Violation> {
        let woken = self.woken.0.swap(false, Ordering::Acquire);
        if !self.connected || !(woken || for_no_reason) {
            return Ok(false);
        }
        let waker = match self.flaw {
            Flaw::DeafAfterLag if self.lagged => Waker::noop().clone(),
            _ => Waker::from(Arc::clone(&self.woken)),
        };
        let context = &mut Context::from_waker(&waker);
        let Poll::Ready(batch) = self.client.subscriber().poll_next_unpin(context) else {
            return Ok(false);
        };
        // Whoever got something asks for more.
        self.woken.0.store(true, Ordering::Release);
        let Some(batch) = batch else {
            self.disconnect();
            return Ok(false);
        };
        let bytes = batch.into_bytes();
        let is_cut = random.one_in(20);
        let end = if is_cut {
            random.below(bytes.len() as u64) as usize
        } else {
            bytes.len()
        };
        // By block, so that the judge as of each id is known.
        let mut start = 0;
        while start < end {
            let rest = &bytes[start..end];
            let block = rest.windows(2).position(|window| window == b"\n\n");
            let length = block.map_or(rest.len(), |at| at + 2);
            self.client.receive(bytes.slice(start..start + length));
            start += length;
            self.judge_what_was_seen(random, truth)?;
            let id = self.id();
            if id != self.at_id.0 {
                self.at_id = (id, self.judge.clone());
            }
        }
        if is_cut {
            self.disconnect();
        }
        Ok(true)
    }

    fn judge_what_was_seen(&mut self, random: &mut Random, truth: &Truth) -> Result<(), Violation> {
        for seen in core::mem::take(&mut self.client.seen) {
            let is_gap = seen.event_type == "gap";
            let mut times = 1;
            match self.flaw {
                Flaw::NoGaps if is_gap => times = 0,
                Flaw::LosesEvents if !is_gap && random.one_in(50) => times = 0,
                Flaw::DoublesEvents if !is_gap && random.one_in(50) => times = 2,
                _ => (),
            }
            for _ in 0..times {
                self.judge.saw(&seen, truth)?;
            }
            if is_gap {
                self.lagged |= seen.data.contains("lagged");
                self.gaps.push(seen.data);
            } else {
                self.events += 1;
            }
        }
        Ok(())
    }

    pub(super) fn ended(&self, truth: &Truth) -> Result<(), Violation> {
        self.judge.ended(&self.channels, truth)
    }
}
