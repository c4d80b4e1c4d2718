//! Numbers that others do not have.

use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Numbers that other nodes do not have: SplitMix64, seeded by the operating system. Not for
/// secrets.
#[derive(Debug)]
pub(super) struct Random {
    state: AtomicU64,
}

impl Random {
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let state = AtomicU64::new(getrandom::u64()?);
        Ok(Self { state })
    }

    pub(super) fn number(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.state.fetch_add(STEP, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Never 0.
    pub(super) fn tag(&self) -> u32 {
        (self.number() as u32).max(1)
    }

    /// Between four fifths and six fifths of it, and of 30 years at most.
    pub(super) fn about(&self, time: Duration) -> Duration {
        let time = time.min(crate::keeper::LONGEST);
        let fraction = (self.number() >> 11) as f64 / (1_u64 << 53) as f64;
        time.mul_f64(0.8 + 0.4 * fraction)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_differ_and_times_stay_near() {
        let random = Random::new().unwrap();
        assert_ne!(random.number(), random.number());
        for _ in 0..1000 {
            assert_ne!(random.tag(), 0);
            let time = random.about(Duration::from_secs(10));
            assert!((8..=12).contains(&time.as_secs()), "{time:?}");
        }
        assert!(random.about(Duration::MAX) > Duration::from_secs(1 << 29));
    }
}
