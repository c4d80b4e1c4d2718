//! The figures of one sample, as the `stats` event carries them.
//!
//! Each name ends in its unit, because a page or a script reads them without these docs.

use core::time::Duration;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sse_tower::observe::StatisticsSnapshot;
use sse_tower::stream::CloseReason;

/// One sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stats {
    /// Counts the samples of this history from 1.
    pub(crate) sample: u64,
    /// When it was taken, in milliseconds since 1970 began.
    pub(crate) unix_time_ms: u64,
    /// What the processors do.
    pub(crate) cpu: Cpu,
    /// What the memory holds.
    pub(crate) memory: Memory,
    /// Absent where the system has no such thing (Windows).
    pub(crate) load: Option<Load>,
    /// What goes through the network interfaces, the loopback one left out.
    pub(crate) network: Network,
    /// For how long this machine has been up.
    pub(crate) uptime_seconds: u64,
    /// What became of the demo's own streams.
    pub(crate) streams: Streams,
}

/// Percentages of the time since the sample before, from 0 to 100, to a tenth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cpu {
    /// All cores together.
    pub(crate) percent: f64,
    /// Each core.
    pub(crate) cores: Vec<f64>,
}

/// Main memory, without swap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Memory {
    /// What is not available to a program that asks for more.
    pub(crate) used_bytes: u64,
    /// All there is.
    pub(crate) total_bytes: u64,
}

/// How many processes wanted to run, averaged over 1, 5 and 15 minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Load {
    /// Over one minute.
    pub(crate) one: f64,
    /// Over five minutes.
    pub(crate) five: f64,
    /// Over fifteen minutes.
    pub(crate) fifteen: f64,
}

/// Averages over the time since the sample before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Network {
    /// Into this machine.
    pub(crate) received_bytes_per_second: u64,
    /// Out of this machine.
    pub(crate) sent_bytes_per_second: u64,
}

/// Event streams since the demo was started.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Streams {
    /// Open now.
    pub(crate) live: u64,
    /// Ever opened.
    pub(crate) opened: u64,
    /// Closed, by reason; reasons that did not occur are left out.
    pub(crate) closed: BTreeMap<String, u64>,
}

impl From<StatisticsSnapshot> for Streams {
    fn from(seen: StatisticsSnapshot) -> Self {
        let closed = CloseReason::ALL.iter();
        let closed = closed.map(|reason| (reason.to_string(), seen.closed(*reason)));
        Self {
            live: seen.live(),
            opened: seen.opened(),
            closed: closed.filter(|(_, count)| *count > 0).collect(),
        }
    }
}

/// A percentage to a tenth, inside 0 to 100: counters that the system reads one after the other
/// can be a little out of step.
pub(crate) fn percent(measured: f32) -> f64 {
    if measured.is_nan() {
        return 0.0;
    }
    (f64::from(measured.clamp(0.0, 100.0)) * 10.0).round() / 10.0
}

/// `bytes` over `elapsed` as a rate. No time at all has no rate: 0.
pub(crate) fn per_second(bytes: u64, elapsed: Duration) -> u64 {
    if elapsed.is_zero() {
        return 0;
    }
    // A float holds every byte count up to 2^53 exactly, and the cast back saturates.
    (bytes as f64 / elapsed.as_secs_f64()).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_rounded_to_a_tenth_and_stays_in_range() {
        assert_eq!(percent(12.345), 12.3);
        assert_eq!(percent(99.96), 100.0);
        assert_eq!(percent(100.2), 100.0);
        assert_eq!(percent(-0.1), 0.0);
        assert_eq!(percent(f32::NAN), 0.0);
        assert_eq!(percent(f32::INFINITY), 100.0);
    }

    #[test]
    fn a_rate_is_bytes_over_the_time_that_passed() {
        assert_eq!(per_second(1000, Duration::from_millis(500)), 2000);
        assert_eq!(per_second(1, Duration::from_secs(3)), 0);
        assert_eq!(per_second(5, Duration::ZERO), 0);
        assert_eq!(per_second(u64::MAX, Duration::from_nanos(1)), u64::MAX);
    }
}
