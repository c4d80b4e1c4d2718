//! The one task that reads the figures and encodes them, for any number of connections.

use core::error::Error;
use core::time::Duration;
use std::sync::Arc;

use sse_codec::EncodedFrame;
use sse_tower::observe::StreamStatistics;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::events::{Connected, Heartbeat};
use crate::machine::Machine;

/// The time between two heartbeats.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(5);

type Failure = Box<dyn Error + Send + Sync>;

/// The frames every connection shares.
///
/// The two receivers hold the newest frame only. A connection that reads slowly finds the newest
/// one when it is ready again and has missed those between; it holds nobody up, and nothing is
/// kept for it.
#[derive(Debug, Clone)]
pub(crate) struct Feed {
    /// The first event of a stream.
    pub(crate) connected: EncodedFrame,
    /// The newest sample; there always is one.
    pub(crate) stats: watch::Receiver<EncodedFrame>,
    /// The newest heartbeat.
    pub(crate) heartbeats: watch::Receiver<EncodedFrame>,
}

/// Takes the first sample, and starts the task that takes the others.
///
/// # Errors
///
/// Fails if this machine does not let itself be measured.
pub(crate) async fn start(
    interval: Duration,
    statistics: Arc<StreamStatistics>,
) -> Result<Feed, Failure> {
    let mut machine = spawn_blocking(Machine::new).await??;
    tokio::time::sleep(Machine::SHORTEST_INTERVAL).await;
    let first;
    (machine, first) = sample(machine, &statistics).await?;
    let (stats_sender, stats) = watch::channel(first);
    let (heartbeat_sender, heartbeats) = watch::channel(Heartbeat::now().to_frame()?);
    tokio::spawn(async move {
        let run = run(
            machine,
            interval,
            &statistics,
            &stats_sender,
            &heartbeat_sender,
        );
        if let Err(failure) = run.await {
            eprintln!("The figures end here: {failure}");
        }
    });
    Ok(Feed {
        connected: Connected {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            host: Machine::host(),
            interval_ms: u64::try_from(interval.as_millis())?,
        }
        .to_frame()?,
        stats,
        heartbeats,
    })
}

/// Samples and encodes until nobody can be listening any more.
async fn run(
    mut machine: Machine,
    interval: Duration,
    statistics: &StreamStatistics,
    stats: &watch::Sender<EncodedFrame>,
    heartbeats: &watch::Sender<EncodedFrame>,
) -> Result<(), Failure> {
    let mut samples = every(interval);
    let mut beats = every(HEARTBEAT_INTERVAL);
    loop {
        tokio::select! {
            _ = samples.tick() => {
                let frame;
                (machine, frame) = sample(machine, statistics).await?;
                if stats.send(frame).is_err() {
                    return Ok(());
                }
            }
            _ = beats.tick() => {
                if heartbeats.send(Heartbeat::now().to_frame()?).is_err() {
                    return Ok(());
                }
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

/// One sample as a frame. Reading the figures asks the operating system, which may block.
async fn sample(
    mut machine: Machine,
    statistics: &StreamStatistics,
) -> Result<(Machine, EncodedFrame), Failure> {
    let streams = statistics.snapshot().into();
    let (machine, frame) = spawn_blocking(move || {
        let frame = machine.read(streams).to_frame();
        (machine, frame)
    })
    .await?;
    Ok((machine, frame?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::Stats;
    use sse_codec::{Decoder, ItemRef};

    #[tokio::test]
    async fn there_is_a_sample_at_once_and_then_others_in_their_order() {
        let mut feed = start(Machine::SHORTEST_INTERVAL, Arc::default())
            .await
            .unwrap();
        for sample in 1..=3 {
            let frame = feed.stats.borrow_and_update().clone();
            let mut decoder = Decoder::new();
            let Ok(Some(ItemRef::Event(event))) = decoder.decode(&mut frame.as_bytes()) else {
                panic!("{frame:?}")
            };
            // A slow machine may miss a sample, never see one again.
            assert!(event.json::<Stats>().unwrap().sample >= sample, "{event:?}");
            feed.stats.changed().await.unwrap();
        }
    }
}
