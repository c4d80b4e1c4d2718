//! What is decoded: generated streams, and the chunks they are cut into.
//!
//! Everything comes out of a seeded generator, so a corpus is the same on every machine and day.

mod chunking;
mod generators;
mod random;

use bytes::Bytes;

pub use chunking::Chunking;
pub use generators::EVENT_TYPES;

use generators::GENERATORS;
use random::Random;

/// How long a corpus is, at least; it ends with the event that reaches this.
pub const CORPUS_BYTES: usize = 4 << 20;

/// How long the head of a corpus is, at least: for peers that need minutes for all of it.
pub const HEAD_BYTES: usize = 512 << 10;

/// A stream of whole events.
#[derive(Debug, Clone)]
pub struct Corpus {
    name: &'static str,
    bytes: Bytes,
    /// Where each block (event or comment) ends.
    block_ends: Vec<usize>,
}

/// The names of the corpora, in the order of the tables.
pub const CORPORA: [&str; 6] = ["llm", "chat", "tiny", "patches", "long_lines", "crlf"];

impl Corpus {
    /// The corpus of this name, [`CORPUS_BYTES`] long.
    #[must_use]
    pub fn generate(name: &str) -> Option<Self> {
        let (name, block) = GENERATORS.into_iter().find(|(known, _)| *known == name)?;
        let mut random = Random::seeded();
        let mut text = String::with_capacity(CORPUS_BYTES + (128 << 10));
        let mut block_ends = Vec::new();
        while text.len() < CORPUS_BYTES {
            block(&mut text, block_ends.len(), &mut random);
            block_ends.push(text.len());
        }
        Some(Self {
            name,
            bytes: Bytes::from(text),
            block_ends,
        })
    }

    /// The first [`HEAD_BYTES`] of it, and the rest of the block that reaches them.
    #[must_use]
    pub fn head(&self) -> Self {
        let blocks = self.block_ends.partition_point(|&end| end < HEAD_BYTES) + 1;
        let block_ends: Vec<_> = self.block_ends.iter().copied().take(blocks).collect();
        let end = block_ends.last().copied().unwrap_or_default();
        Self {
            name: self.name,
            bytes: self.bytes.slice(..end),
            block_ends,
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The whole stream.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The stream in chunks.
    #[must_use]
    pub fn cut(&self, chunking: Chunking) -> Vec<Bytes> {
        match chunking {
            Chunking::Whole => vec![self.bytes.clone()],
            Chunking::Size(size) => (0..self.bytes.len())
                .step_by(size)
                .map(|start| self.bytes.slice(start..self.bytes.len().min(start + size)))
                .collect(),
            Chunking::Event => {
                let starts = core::iter::once(&0).chain(&self.block_ends);
                starts
                    .zip(&self.block_ends)
                    .map(|(&a, &b)| self.bytes.slice(a..b))
                    .collect()
            }
        }
    }
}
