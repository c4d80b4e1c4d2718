//! Every decoder gives the events of the reference decoder, in every cell that is measured, or
//! the cell is listed in `divergences.rs`. Fails also when a listed cell is right.

use core::panic::AssertUnwindSafe;
use std::panic::catch_unwind;

use sse_benches::{
    corpus::{Chunking, Corpus},
    divergences::{DIVERGENCES, divergence},
    peer::{Difference, Events as _, Fingerprint, Peer},
    peers,
};
use sse_tests::reference::{ReferenceItem, decode};

/// What the reference makes of a corpus.
struct Expected {
    corpus: Corpus,
    fingerprint: Fingerprint,
}

impl Expected {
    fn of(corpus: Corpus) -> Self {
        let mut fingerprint = Fingerprint::for_bytes(corpus.bytes().len());
        for item in decode(corpus.bytes()).items {
            if let ReferenceItem::Event {
                event_type,
                data,
                last_event_id,
            } = item
            {
                fingerprint.event(&event_type, &data, &last_event_id);
            }
        }
        assert!(fingerprint.events > 0);
        Self {
            corpus,
            fingerprint,
        }
    }

    fn difference(&self, peer: &dyn Peer, chunking: Chunking) -> Option<Difference> {
        let chunks = self.corpus.cut(chunking);
        match catch_unwind(AssertUnwindSafe(|| peer.fingerprint(chunks))) {
            Ok(Ok(fingerprint)) => fingerprint.difference(&self.fingerprint),
            Ok(Err(_)) => Some(Difference::Error),
            Err(_) => Some(Difference::Panic),
        }
    }
}

/// Copies the rest of its buffer for each line: would take minutes for a whole corpus.
const ONLY_THE_HEAD: [&str; 1] = ["eventsource-stream"];

fn agree(corpus: &str) {
    let corpus = Corpus::generate(corpus).expect("a known corpus");
    let (head, whole) = (Expected::of(corpus.head()), Expected::of(corpus));
    let mut surprises = Vec::new();
    for chunking in Chunking::ALL {
        for peer in peers::all().filter(|peer| peer.name() != peers::FLOOR.name()) {
            let expected = if ONLY_THE_HEAD.contains(&peer.name()) {
                &head
            } else {
                &whole
            };
            let found = expected.difference(peer, chunking);
            let listed = divergence(peer.name(), whole.corpus.name(), chunking);
            if found != listed {
                let (peer, chunking) = (peer.name(), chunking.name());
                surprises.push(format!(
                    "{peer}, {chunking}: found {found:?}, listed {listed:?}"
                ));
            }
        }
    }
    assert!(surprises.is_empty(), "\n{}", surprises.join("\n"));
}

macro_rules! corpora {
    ($($corpus:ident)*) => {
        $(#[test] fn $corpus() { agree(stringify!($corpus)); })*

        #[test]
        fn every_corpus_has_a_test() {
            assert_eq!([$(stringify!($corpus)),*], sse_benches::corpus::CORPORA);
        }
    };
}

corpora! { llm chat tiny patches long_lines crlf }

/// Else an entry could stand there that no test looks at.
#[test]
fn what_is_listed_is_measured() {
    for listed in &DIVERGENCES {
        assert!(
            peers::all().any(|peer| peer.name() == listed.peer),
            "{listed:?}"
        );
        assert!(
            sse_benches::corpus::CORPORA.contains(&listed.corpus),
            "{listed:?}"
        );
        assert!(Chunking::ALL.contains(&listed.chunking), "{listed:?}");
    }
}

/// A decoder that loses the last event ID, and one that never ends: both must be found out.
#[test]
fn a_wrong_fingerprint_is_told() {
    let (mut one, mut other) = (Fingerprint::for_bytes(9), Fingerprint::for_bytes(9));
    one.event("message", "x", "1");
    other.event("message", "x", "");
    assert_eq!(one.difference(&other), Some(Difference::LastEventId));
    other.event("message", "x", "");
    assert_eq!(one.difference(&other), Some(Difference::Events));
    let endless = || (0..10).for_each(|_| one.event("message", "x", "1"));
    assert!(catch_unwind(AssertUnwindSafe(endless)).is_err());
}
