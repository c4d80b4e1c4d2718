//! The one task that reads the figures and adds them to the history, for any number of connections.

use core::error::Error;
use core::time::Duration;
use std::sync::Arc;

use sse_codec::EncodedFrame;
use sse_tower::observe::StreamStatistics;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::events::{Connected, Heartbeat};
use crate::history::History;
use crate::machine::Machine;

/// The time between two heartbeats.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);

type Failure = Box<dyn Error + Send + Sync>;

/// What every connection shares.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    /// The first event of a stream.
    pub(crate) connected: EncodedFrame,
    /// The samples, and heartbeats among them.
    pub(crate) history: History,
}

/// Takes the first sample, and starts the task that takes the others.
///
/// # Errors
///
/// Fails if this machine does not let itself be measured, or the history takes nothing.
pub(crate) async fn start(
    interval: Duration,
    statistics: Arc<StreamStatistics>,
    history: History,
) -> Result<Feed, Failure> {
    let machine = spawn_blocking(Machine::new).await??;
    tokio::time::sleep(Machine::SHORTEST_INTERVAL).await;
    let mut sampler = Sampler {
        machine,
        statistics,
        last_sample: history.last_sample(),
        history: history.clone(),
    };
    sampler = sampler.sample().await?;
    tokio::spawn(async move {
        if let Err(failure) = run(sampler, interval).await {
            eprintln!("The figures end here: {failure}");
        }
    });
    let connected = Connected {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        host: Machine::host(),
        interval_ms: u64::try_from(interval.as_millis())?,
    };
    Ok(Feed {
        connected: connected.to_frame()?,
        history,
    })
}

struct Sampler {
    machine: Machine,
    statistics: Arc<StreamStatistics>,
    history: History,
    last_sample: u64,
}

/// Samples and encodes until the machine cannot be measured any more.
async fn run(mut sampler: Sampler, interval: Duration) -> Result<(), Failure> {
    let mut samples = every(interval);
    let mut beats = every(HEARTBEAT_INTERVAL);
    loop {
        tokio::select! {
            _ = samples.tick() => sampler = sampler.sample().await?,
            _ = beats.tick() => {
                // One that is lost is followed by the next.
                _ = sampler.history.tell(Heartbeat::now().to_frame()?).await;
            }
        }
    }
}

/// Ticks that keep their distance: after a suspended laptop wakes there is one, not a thousand.
fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval_at(Instant::now() + period, period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

impl Sampler {
    /// Takes a sample. Reading the figures asks the operating system, which may block.
    async fn sample(self) -> Result<Self, Failure> {
        let (mut machine, sample) = (self.machine, self.last_sample + 1);
        let streams = self.statistics.snapshot().into();
        let (machine, frame) = spawn_blocking(move || {
            let frame = machine.read(sample, streams).to_frame();
            (machine, frame)
        })
        .await?;
        let last_sample = match self.history.add(frame?).await {
            Ok(sample) => sample,
            Err(error) => {
                eprintln!("A sample is lost: {error}");
                self.last_sample
            }
        };
        Ok(Self {
            machine,
            last_sample,
            ..self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Stats;
    use sse_codec::{Decoder, Item};

    /// The numbers of the next samples that are read.
    async fn numbers(history: &History, count: usize) -> Vec<u64> {
        let mut samples = history.after(None).await.unwrap();
        let mut decoder = Decoder::new();
        let mut numbers = Vec::new();
        while numbers.len() < count {
            let mut bytes = samples.next_batch().await.unwrap().into_bytes();
            while let Some(item) = decoder.decode_bytes(&mut bytes).unwrap() {
                if let Item::Event(event) = item
                    && event.event_type() == "stats"
                {
                    numbers.push(event.json::<Stats>().unwrap().sample);
                }
            }
        }
        numbers
    }

    #[tokio::test]
    async fn samples_are_counted_on_over_a_restart() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("history.redb");
        let history = History::open(&file).await.unwrap();
        assert_eq!(history.last_sample(), 0);
        let start = |history| start(Machine::SHORTEST_INTERVAL, Arc::default(), history);
        let feed = start(history).await.unwrap();
        assert_eq!(numbers(&feed.history, 3).await, [1, 2, 3]);
        feed.history.close().await;
        let history = History::open(&file).await.unwrap();
        let before = history.last_sample();
        assert!(before >= 3, "{before}");
        let feed = start(history).await.unwrap();
        let expected: Vec<u64> = (1..=before + 2).collect();
        let got = numbers(&feed.history, expected.len()).await;
        assert_eq!(got[..expected.len()], expected);
    }

    #[tokio::test]
    async fn a_file_that_is_in_use_is_an_error_or_forgone() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("history.redb");
        let history = History::open(&file).await.unwrap();
        assert_eq!(history.place(&file), file.display().to_string());
        let error = History::open(&file).await.unwrap_err().to_string();
        assert!(error.contains(&*file.to_string_lossy()), "{error}");
        let other = History::open_or_forget(&file).await.unwrap();
        assert_eq!(other.place(&file), "in memory only");
        let nowhere = folder.path().join("nowhere/history.redb");
        History::open(&nowhere).await.unwrap_err();
        let other = History::open_or_forget(&nowhere).await.unwrap();
        assert_eq!(other.place(&nowhere), "in memory only");
        std::fs::write(folder.path().join("damaged"), "no database").unwrap();
        let damaged = folder.path().join("damaged");
        History::open_or_forget(&damaged).await.unwrap_err();
    }
}
