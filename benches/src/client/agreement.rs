//! All clients bring the same events: before anything is timed.

use core::hash::{Hash as _, Hasher as _};
use std::{hash::DefaultHasher, io, thread};

use bytes::Bytes;
use sse_codec::{Decoder, ItemRef};
use tokio::{runtime::Builder, time::timeout};

use super::{
    audience::PATIENCE,
    contender::{Brings, Contender, Stream, Taker},
    scene::{Scene, Step},
    server::Server,
};
use crate::peer::Failure;

/// What is wrong with a contender.
#[derive(Debug)]
#[non_exhaustive]
pub enum Disagreement {
    /// It failed.
    Failed(Failure),
    /// This event of a stream, counted from 0, is not the one that was written, or is missing,
    /// or is one too many.
    Event(usize),
    /// It brought so many bytes of a stream, and not as many as were written.
    Bytes(u64),
}

impl From<Failure> for Disagreement {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Checks a contender: each of its streams brings each event once, in order, and then the end of
/// the stream is told in some way.
///
/// # Errors
///
/// If it is wrong.
pub fn check<C: Contender>(scene: Scene) -> Result<(), Disagreement> {
    let scene = scene.shortened();
    let script = scene.script()?;
    let written = Record::of(&script)?;
    let server = Server::bind().map_err(Failure::from)?;
    let address = server.address().map_err(Failure::from)?;
    let server = thread::spawn(move || write(&server, scene.streams, &script));
    let runtime = Builder::new_current_thread().enable_all().build();
    let records = runtime.map_err(Failure::from)?.block_on(async {
        let contender = C::new()?;
        let mut tasks = Vec::new();
        for _ in 0..scene.streams {
            let stream = contender.open(address).await?;
            tasks.push(tokio::spawn(timeout(PATIENCE, read(stream))));
        }
        let mut records = Vec::new();
        for task in tasks {
            records.push(task.await??);
        }
        Ok::<_, Failure>(records)
    })?;
    let served = server.join();
    served.map_err(|_| Failure("the server panicked".into()))??;
    records
        .iter()
        .try_for_each(|record| written.compare(record, C::BRINGS))
}

/// Writes everything, and ends the streams.
fn write(server: &Server, streams: usize, script: &[Step]) -> Result<(), Failure> {
    const LAST_CHUNK: Bytes = Bytes::from_static(b"0\r\n\r\n");
    let mut streams = server.open(streams)?;
    for step in script {
        streams.write(&step.wire)?;
    }
    match streams.write(&LAST_CHUNK) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// What a stream brings before it brings no event.
async fn read(mut stream: impl Stream) -> Record {
    let mut record = Record::default();
    while stream.bring(&mut record).await.is_ok() {}
    record
}

/// What a stream brought: a hash of each event, or how many bytes.
#[derive(Debug, Default)]
struct Record {
    events: Vec<u64>,
    bytes: u64,
}

impl Record {
    fn of(script: &[Step]) -> Result<Self, Failure> {
        let mut record = Self::default();
        let mut decoder = Decoder::new();
        for step in script {
            let mut input = &step.body[..];
            record.bytes(input.len());
            while let Some(item) = decoder.decode(&mut input)? {
                if let ItemRef::Event(event) = item {
                    record.event(event.event_type(), event.data(), event.last_event_id());
                }
            }
        }
        Ok(record)
    }

    fn compare(&self, other: &Self, what: Brings) -> Result<(), Disagreement> {
        match what {
            Brings::Bytes if self.bytes == other.bytes => Ok(()),
            Brings::Bytes => Err(Disagreement::Bytes(other.bytes)),
            Brings::Events if self.events == other.events => Ok(()),
            Brings::Events => {
                let pairs = self.events.iter().zip(&other.events);
                let same = pairs.take_while(|(one, other)| one == other).count();
                Err(Disagreement::Event(same))
            }
        }
    }
}

impl Taker for Record {
    fn event(&mut self, event_type: &str, data: &str, last_event_id: &str) {
        let mut hasher = DefaultHasher::new();
        (event_type, data, last_event_id).hash(&mut hasher);
        self.events.push(hasher.finish());
    }

    fn bytes(&mut self, count: usize) {
        self.bytes += count as u64;
    }
}
