//! Random opening, attaching and closing against a plain model.

use std::sync::Arc;

use fastrand::Rng;
use futures_util::FutureExt;

use super::naive_permits::{Fault, NaivePermits};
use crate::{
    limit::{Eviction, LocalPermits, PermitError, StreamKey, StreamPermit, StreamPermits},
    stream::{CloseReason, StreamHandle},
};

const MAX_STREAMS: usize = 6;
const MAX_STREAMS_PER_KEY: usize = 2;
const MAX_ENDING_STREAMS: usize = 3;

/// A stream as the model knows it, and as the permits do.
struct Stream {
    number: usize,
    key: Option<u8>,
    evicted: bool,
    permit: Option<Box<dyn StreamPermit>>,
    handle: Option<StreamHandle>,
    told: bool,
}

/// All streams, the oldest first. Nothing is counted: it looks at all of them each time.
#[derive(Default)]
struct Model {
    streams: Vec<Stream>,
}

#[derive(Debug, PartialEq)]
enum Outcome {
    Admitted,
    Total,
    Key,
}

impl Model {
    fn count(&self, wanted: impl Fn(&Stream) -> bool) -> usize {
        self.streams.iter().filter(|stream| wanted(stream)).count()
    }

    /// What a new stream of this key must come to.
    fn admit(&mut self, key: Option<u8>) -> Outcome {
        let ours = |stream: &Stream| key.is_some() && stream.key == key;
        if self.count(|stream| ours(stream) && !stream.evicted) >= MAX_STREAMS_PER_KEY {
            let ending = self.count(|stream| stream.evicted);
            let our_ending = self.count(|stream| ours(stream) && stream.evicted);
            if our_ending >= MAX_ENDING_STREAMS || ending >= MAX_STREAMS {
                return Outcome::Key;
            }
            let mut oldest = self.streams.iter_mut();
            let oldest = oldest.find(|stream| ours(stream) && !stream.evicted);
            oldest.unwrap().evicted = true;
        } else if self.count(|stream| !stream.evicted) >= MAX_STREAMS {
            return Outcome::Total;
        }
        Outcome::Admitted
    }
}

fn outcome(
    acquired: Result<Box<dyn StreamPermit>, PermitError>,
) -> (Outcome, Option<Box<dyn StreamPermit>>) {
    match acquired {
        Ok(permit) => (Outcome::Admitted, Some(permit)),
        Err(PermitError::TotalReached { .. }) => (Outcome::Total, None),
        Err(PermitError::KeyReached { .. }) => (Outcome::Key, None),
        Err(other) => panic!("{other}"),
    }
}

/// Does what the seed says; `Err` where the permits do otherwise than the model.
fn check(
    permits: &dyn StreamPermits,
    open: &dyn Fn() -> usize,
    seed: u64,
    steps: usize,
) -> Result<(), String> {
    let mut random = Rng::with_seed(seed);
    let mut model = Model::default();
    for number in 0..steps {
        let step = random.u8(0..10);
        if step < 5 {
            let key = random.u8(0..4).checked_sub(1);
            let stream_key = key.map(|key| StreamKey::new([key]));
            let acquired = permits.acquire(stream_key.as_ref()).now_or_never().unwrap();
            let (is, permit) = outcome(acquired);
            let expected = model.admit(key);
            if is != expected {
                return Err(format!("{number}: {is:?} instead of {expected:?}"));
            }
            if permit.is_some() {
                model.streams.push(Stream {
                    number,
                    key,
                    evicted: false,
                    permit,
                    handle: None,
                    told: false,
                });
            }
        } else if !model.streams.is_empty() {
            let index = random.usize(0..model.streams.len());
            let stream = &mut model.streams[index];
            match (stream.permit.take(), &stream.handle) {
                (Some(permit), _) if step < 8 => {
                    let handle = StreamHandle::new();
                    permit.attach(&handle);
                    handle.hold(permit);
                    stream.handle = Some(handle);
                }
                (permit, handle) => {
                    if let Some(handle) = handle {
                        handle.close(CloseReason::ClientGone);
                    }
                    drop(permit);
                    model.streams.remove(index);
                }
            }
        }
        for stream in &mut model.streams {
            let Some(handle) = &stream.handle else {
                continue;
            };
            stream.told |= handle.take_news().end.is_some();
            if stream.told != stream.evicted {
                let (stream, told) = (stream.number, stream.told);
                return Err(format!("{number}: stream {stream} told to end: {told}"));
            }
        }
        let (is, expected) = (open(), model.count(|stream| !stream.evicted));
        if is != expected {
            return Err(format!("{number}: {is} streams open instead of {expected}"));
        }
    }
    for stream in model.streams {
        if let Some(handle) = stream.handle {
            handle.close(CloseReason::ClientGone);
        }
    }
    match open() {
        0 => Ok(()),
        left => Err(format!("{left} slots left when all streams are closed")),
    }
}

#[test]
fn local_permits_do_what_the_model_says() {
    for seed in 0..300 {
        let eviction = Eviction::new().with_max_ending_streams(MAX_ENDING_STREAMS);
        let permits = LocalPermits::new(MAX_STREAMS)
            .with_max_streams_per_key(MAX_STREAMS_PER_KEY)
            .with_eviction(eviction);
        if let Err(difference) = check(&permits, &|| permits.open_streams(), seed, 300) {
            panic!("seed {seed}, {difference}");
        }
        assert_eq!((permits.ending_streams(), permits.keys()), (0, 0));
    }
}

/// The negative controls: the check finds each fault, and nothing where there is none.
#[test]
fn the_model_rejects_broken_permits() {
    for fault in Fault::ALL {
        let found = (0..100).find_map(|seed| {
            let permits =
                NaivePermits::new(MAX_STREAMS, MAX_STREAMS_PER_KEY, MAX_ENDING_STREAMS, fault);
            check(&permits, &|| permits.open(), seed, 300).err()
        });
        assert_eq!(found.is_some(), fault != Fault::None, "{fault:?} {found:?}");
    }
}

#[test]
fn from_several_threads_no_slot_is_given_twice_or_lost() {
    let permits = LocalPermits::new(MAX_STREAMS)
        .with_max_streams_per_key(MAX_STREAMS_PER_KEY)
        .with_eviction(Eviction::new());
    let permits = Arc::new(permits);
    let threads: Vec<_> = (0..4)
        .map(|seed| {
            let permits = Arc::clone(&permits);
            std::thread::spawn(move || {
                let mut random = Rng::with_seed(seed);
                let mut handles = Vec::new();
                for _ in 0..5000 {
                    let key = StreamKey::new([random.u8(0..5)]);
                    if let Ok(permit) = permits.acquire(Some(&key)).now_or_never().unwrap() {
                        let handle = StreamHandle::new();
                        permit.attach(&handle);
                        handle.hold(permit);
                        handles.push(handle);
                    }
                    assert!(permits.open_streams() <= MAX_STREAMS);
                    assert!(permits.open_streams_of(&key) <= MAX_STREAMS_PER_KEY);
                    if handles.len() > 2 {
                        let index = random.usize(0..handles.len());
                        handles.swap_remove(index).close(CloseReason::ClientGone);
                    }
                }
                for handle in handles {
                    handle.close(CloseReason::ClientGone);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let left = (permits.open_streams(), permits.ending_streams());
    assert_eq!((left, permits.keys()), ((0, 0), 0));
}
