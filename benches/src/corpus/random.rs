//! The seeded generator of all corpora.

/// SplitMix64.
pub(super) struct Random(u64);

impl Random {
    /// The same for every corpus and on every day.
    pub(super) const fn seeded() -> Self {
        Self(0x5EED)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub(super) const fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(super) const fn letter(&mut self) -> char {
        (b'a' + self.below(26) as u8) as char
    }

    pub(super) fn word(&mut self, min: usize, max: usize) -> String {
        (0..min + self.below(max - min + 1))
            .map(|_| self.letter())
            .collect()
    }
}
