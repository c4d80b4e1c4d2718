//! How long to wait before connecting again.

use core::time::Duration;

use super::RedisOptions;

/// How long to wait before connecting again: longer each time, with jitter, so that not all come back at once.
#[derive(Debug)]
pub(super) struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    pub(super) fn new(options: &RedisOptions) -> Self {
        Self {
            first: options.first_backoff,
            longest: options.longest_backoff,
            next: options.first_backoff,
        }
    }

    pub(super) fn reset(&mut self) {
        self.next = self.first;
    }

    /// Between one half and the whole of the time, which is twice as long the next time.
    pub(super) fn next(&mut self) -> Duration {
        let time = self.next;
        self.next = (self.next * 2).min(self.longest);
        // Without randomness the whole of it is as good.
        let part = getrandom::u32().map_or(1.0, |random| f64::from(random) / f64::from(u32::MAX));
        time.mul_f64(0.5 + part / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_waits_longer_each_time_up_to_the_longest_and_begins_again() {
        let (first, longest) = (Duration::from_millis(10), Duration::from_millis(35));
        let options = RedisOptions::new("localhost", 1).with_reconnect_backoff(first, longest);
        let mut backoff = Backoff::new(&options);
        for expected in [10, 20, 35, 35] {
            let expected = Duration::from_millis(expected);
            let time = backoff.next();
            assert!(time >= expected / 2 && time <= expected, "{time:?}");
        }
        backoff.reset();
        assert!(backoff.next() <= first);
    }
}
