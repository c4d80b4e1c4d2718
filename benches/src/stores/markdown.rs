//! The tables.

use super::{
    replay::RECORDS,
    work::{BURST, Measured, Work},
};

/// Appends per second.
#[must_use]
pub fn append(stores: &[Measured]) -> String {
    let mut text = "| store | acknowledged | one at a time | 64 in flight, 64 logs | 64 in flight, one log |\n\
                    |---|---|---:|---:|---:|\n"
        .to_owned();
    for store in stores {
        let rate = |work| format!("{:.0}", store.median(work, 0));
        text += &format!(
            "| {} | {} | {} | {} | {} |\n",
            store.store,
            store.acknowledged,
            rate(Work::Append),
            rate(Work::AppendToMany),
            rate(Work::AppendToOne)
        );
    }
    text
}

/// Redis beside its script alone.
#[must_use]
pub fn raw_script(redis: &Measured) -> String {
    let mut text = "| in flight, one log | the store | `redis-benchmark` | its connections, `-P` | store to script |\n\
                    |---:|---:|---:|---:|---:|\n"
        .to_owned();
    for (ours, raw) in [
        (Work::Append, Work::RawOneAtATime),
        (Work::AppendToOne, Work::RawPipelined),
        (Work::AppendDeep, Work::RawDeep),
    ] {
        let Some(pipelines) = raw.pipelines() else {
            continue;
        };
        text += &format!(
            "| {} | {:.0} | {:.0} | {}, {} | **{:.2}** |\n",
            pipelines.in_flight(),
            redis.median(ours, 0),
            redis.median(raw, 0),
            pipelines.clients,
            pipelines.pipeline,
            redis.ratio(ours, raw)
        );
    }
    text
}

/// Replays.
#[must_use]
pub fn replay(stores: &[Measured]) -> String {
    let mut text = format!("| store | ms for {RECORDS} | events/s |\n|---|---:|---:|\n");
    for store in stores {
        let rate = store.median(Work::Replay, 0);
        text += &format!(
            "| {} | {:.2} | {:.0} |\n",
            store.store,
            1e3 / rate,
            rate * f64::from(RECORDS)
        );
    }
    text
}

/// Fan-out.
#[must_use]
pub fn fan_out(stores: &[Measured]) -> String {
    let mut text = "| store | nodes | burst | deliveries/s | p50, ms | p99, ms |\n\
                    |---|---:|---:|---:|---:|---:|\n"
        .to_owned();
    for (work, burst) in [(Work::FanOut, 1), (Work::FanOutBurst, BURST)] {
        for store in stores {
            text += &format!(
                "| {} | {} | {burst} | {:.0} | {:.2} | {:.2} |\n",
                store.store,
                store.nodes,
                store.median(work, 0),
                store.median(work, 1) / 1e3,
                store.median(work, 2) / 1e3
            );
        }
    }
    text
}

/// Latency.
#[must_use]
pub fn latency(stores: &[Measured]) -> String {
    let mut text = "| store | to | p50, µs | p99, µs |\n|---|---|---:|---:|\n".to_owned();
    for store in stores {
        let to = match store.nodes {
            1 => "the same node",
            _ => "the other node",
        };
        text += &format!(
            "| {} | {to} | {:.0} | {:.0} |\n",
            store.store,
            store.median(Work::Latency, 1),
            store.median(Work::Latency, 2)
        );
    }
    text
}
