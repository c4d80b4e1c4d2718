//! All subscribers of all contenders get the same events: before anything is timed.

use core::time::Duration;
use std::sync::Arc;

use sse_codec::{Decoder, Item};
use tokio::{runtime::Builder, sync::Barrier, time::timeout};

use super::{
    contender::{Contender, Reader},
    contenders::{Broadcast, BroadcastStreams, MpscPerConnection, OurHub},
    event::{data, last_number},
};

const SUBSCRIBERS: usize = 50;
const BURST: u64 = 64;
const BURSTS: u64 = 3;
/// Who has waited so long for an event gets none.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is wrong with a contender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Which one.
    pub contender: &'static str,
    /// What one of its subscribers got as its event of this number, instead of the right one.
    pub at: u64,
}

/// Checks all contenders.
///
/// # Errors
///
/// The first that is wrong.
pub fn check_all() -> Result<(), Disagreement> {
    check::<OurHub>()?;
    check::<Broadcast>()?;
    check::<BroadcastStreams>()?;
    check::<MpscPerConnection>()
}

/// Checks a contender: each subscriber gets each event once, in order, and knows which one it got
/// last.
///
/// # Errors
///
/// If it is wrong.
///
/// # Panics
///
/// When a subscriber does.
pub fn check<C: Contender>() -> Result<(), Disagreement> {
    let mut runtime = Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_time().build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async {
        let mut contender = C::open(BURST).await;
        let between_bursts = Arc::new(Barrier::new(SUBSCRIBERS + 1));
        let mut subscribers = Vec::new();
        for _ in 0..SUBSCRIBERS {
            let reader = contender.subscribe().await;
            subscribers.push(tokio::spawn(subscriber(
                reader,
                Arc::clone(&between_bursts),
            )));
        }
        for burst in 0..BURSTS {
            for number in 1..=BURST {
                contender.publish(burst * BURST + number).await;
            }
            between_bursts.wait().await;
        }
        for subscriber in subscribers {
            let got = subscriber.await.expect("no panic");
            for number in 1..=BURST * BURSTS {
                let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
                if got.get(index) != Some(&data(number)) {
                    return Err(Disagreement {
                        contender: C::NAME,
                        at: number,
                    });
                }
            }
        }
        Ok(())
    })
}

/// The data of all that it gets.
async fn subscriber<R: Reader>(mut reader: R, between_bursts: Arc<Barrier>) -> Vec<String> {
    let mut got = Vec::new();
    let mut decoder = Decoder::new();
    for burst in 1..=BURSTS {
        loop {
            let Ok(mut frame) = timeout(PATIENCE, reader.next_frame()).await else {
                break;
            };
            let newest = last_number(&frame).unwrap_or(0);
            while let Ok(Some(item)) = decoder.decode_bytes(&mut frame) {
                if let Item::Event(event) = item {
                    got.push(event.data().to_owned());
                }
            }
            if newest >= burst * BURST {
                break;
            }
        }
        between_bursts.wait().await;
    }
    got
}
