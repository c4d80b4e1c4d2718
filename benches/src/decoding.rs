//! The decode measurement: every peer on every corpus in every chunking.

use core::time::Duration;
use std::collections::BTreeMap;

use bytes::Bytes;

use crate::{
    corpus::{CORPORA, Chunking, Corpus},
    divergences::divergence,
    measure::{Effort, Work, interleaved, time},
    peer::{Difference, Peer, Tally},
    peers,
};

/// What to measure.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Names of corpora.
    pub corpora: Vec<&'static str>,
    /// Chunkings.
    pub chunkings: Vec<Chunking>,
    /// Measure a peer only if its name contains one of these; all peers if there is none.
    pub peers: Vec<String>,
    /// How thoroughly.
    pub effort: Effort,
}

impl Selection {
    /// Everything.
    #[must_use]
    pub fn all(effort: Effort) -> Self {
        Self {
            corpora: CORPORA.to_vec(),
            chunkings: Chunking::ALL.to_vec(),
            peers: Vec::new(),
            effort,
        }
    }

    fn peers(&self) -> impl Iterator<Item = &'static dyn Peer> {
        peers::all().filter(|peer| {
            self.peers.is_empty() || self.peers.iter().any(|part| peer.name().contains(part))
        })
    }
}

/// All peers on one corpus in one chunking.
#[derive(Debug)]
pub struct Cell {
    /// The corpus.
    pub corpus: &'static str,
    /// The chunking.
    pub chunking: Chunking,
    /// Bytes decoded.
    pub bytes: usize,
    /// Events in them.
    pub events: u64,
    /// By peer.
    pub results: BTreeMap<&'static str, Outcome>,
}

/// How a peer did in a cell.
#[derive(Debug, Clone, Copy)]
pub enum Outcome {
    /// The median time for all of it.
    Time(Duration),
    /// It needs longer than [`SLOW_HEAD`] for the head of the corpus, and was measured on that
    /// once: the time as if all of it went as fast, which is to its favour.
    Slow(Duration),
    /// Not timed, as it is wrong.
    Wrong(Difference),
}

/// The bound for [`Outcome::Slow`]: about 25 MiB/s.
pub const SLOW_HEAD: Duration = Duration::from_millis(20);

impl Cell {
    /// The median time of a peer that is right, and not too slow.
    #[must_use]
    pub fn time(&self, peer: &str) -> Option<Duration> {
        match self.results.get(peer)? {
            Outcome::Time(time) => Some(*time),
            Outcome::Slow(_) | Outcome::Wrong(_) => None,
        }
    }

    /// The fastest of the other crates that are right.
    #[must_use]
    pub fn fastest_other(&self) -> Option<(&'static str, Duration)> {
        let others = peers::OTHERS.iter().filter_map(|peer| {
            let time = self.time(peer.name())?;
            Some((peer.name(), time))
        });
        others.min_by_key(|&(_, time)| time)
    }
}

/// Measures, and reports each cell as soon as it is done.
///
/// # Panics
///
/// When a peer that is not listed as wrong does not decode what our borrowed face does.
pub fn run(selection: &Selection, mut report: impl FnMut(&Cell)) -> Vec<Cell> {
    let mut cells = Vec::new();
    for corpus in selection
        .corpora
        .iter()
        .filter_map(|name| Corpus::generate(name))
    {
        for &chunking in &selection.chunkings {
            let cell = measure_cell(selection, &corpus, chunking);
            report(&cell);
            cells.push(cell);
        }
    }
    cells
}

fn measure_cell(selection: &Selection, corpus: &Corpus, chunking: Chunking) -> Cell {
    let (chunks, head) = (corpus.cut(chunking), corpus.head());
    let head_chunks = head.cut(chunking);
    let ours = |chunks: &[Bytes]| {
        peers::BORROWED
            .decode(chunks.to_vec())
            .expect("our decoder decodes its corpora")
    };
    let (expected, expected_head) = (ours(&chunks), ours(&head_chunks));
    let scale = corpus.bytes().len() as f64 / head.bytes().len() as f64;

    let mut results = BTreeMap::new();
    let mut names = Vec::new();
    let mut works: Vec<Box<dyn FnMut() -> Work<'static>>> = Vec::new();
    for peer in selection.peers() {
        if let Some(difference) = divergence(peer.name(), corpus.name(), chunking) {
            results.insert(peer.name(), Outcome::Wrong(difference));
            continue;
        }
        let head_time = time(1, &mut || decode_checked(peer, &head_chunks, expected_head));
        if head_time > SLOW_HEAD {
            results.insert(peer.name(), Outcome::Slow(head_time.mul_f64(scale)));
            continue;
        }
        names.push(peer.name());
        let chunks = &chunks;
        works.push(Box::new(move || decode_checked(peer, chunks, expected)));
    }
    let mut works: Vec<&mut dyn FnMut() -> Work<'static>> =
        works.iter_mut().map(|work| &mut **work as _).collect();
    let medians = interleaved(selection.effort, &mut works);
    results.extend(
        names
            .into_iter()
            .zip(medians.into_iter().map(Outcome::Time)),
    );
    Cell {
        corpus: corpus.name(),
        chunking,
        bytes: corpus.bytes().len(),
        events: expected.events,
        results,
    }
}

/// The work of decoding these chunks. Each gets chunks of its own, as the frames of a body are
/// its reader's own: whoever decodes them also lets go of them.
fn decode_checked(peer: &'static dyn Peer, chunks: &[Bytes], expected: Tally) -> Work<'static> {
    let chunks = chunks.to_vec();
    Box::new(move || match peer.decode(chunks) {
        Ok(tally) if tally == expected || peer.name() == peers::FLOOR.name() => {}
        other => panic!("{} is wrong, but not listed: {other:?}", peer.name()),
    })
}
