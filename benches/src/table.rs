//! How results are printed.

use core::time::Duration;

use crate::{
    decoding::{Cell, Outcome},
    divergences::always_encodes_rightly,
    encoders,
    encoding::Row,
    peer::Difference,
    peers,
};

/// Throughput in MiB/s.
#[must_use]
pub fn mebibytes_per_second(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / f64::from(1 << 20) / time.as_secs_f64()
}

fn ratio_text(other: Option<(&str, Duration)>, time: Duration) -> String {
    ratio(other, Some(time)).map_or_else(String::new, |ratio| format!(" {ratio:>7.2}x"))
}

/// How many times as fast as the other one.
#[must_use]
pub fn ratio(other: Option<(&str, Duration)>, time: Option<Duration>) -> Option<f64> {
    Some(other?.1.as_secs_f64() / time?.as_secs_f64())
}

/// One cell for a terminal: a line for each peer.
#[must_use]
pub fn cell_lines(cell: &Cell) -> String {
    let mut text = format!(
        "{}, {}: {} events\n",
        cell.corpus,
        cell.chunking.name(),
        cell.events
    );
    for peer in peers::all() {
        let line = match cell.results.get(peer.name()) {
            None => continue,
            Some(Outcome::Wrong(difference)) => {
                format!("{:>9} ({})", "wrong", difference_text(*difference))
            }
            Some(Outcome::Slow(time)) => {
                let rate = format!("<{:.1}", mebibytes_per_second(cell.bytes, *time));
                format!("{rate:>9} MiB/s")
            }
            Some(Outcome::Time(time)) => {
                let rate = mebibytes_per_second(cell.bytes, *time);
                let each = time.as_nanos() as f64 / cell.events as f64;
                let ratio = ratio_text(cell.fastest_other(), *time);
                format!("{rate:>9.0} MiB/s {each:>10.1} ns/event{ratio}")
            }
        };
        text += &format!("  {:<20} {line}\n", peer.name());
    }
    text
}

/// One encode case for a terminal: a line for each encoder.
#[must_use]
pub fn row_lines(row: &Row) -> String {
    let mut text = format!("{}: {} events\n", row.case, row.events);
    for encoder in encoders::all() {
        let line = match row.time(encoder.name()) {
            None => format!("{:>9}", "wrong"),
            Some(time) => {
                let rate = mebibytes_per_second(row.bytes, time);
                let each = time.as_nanos() as f64 / row.events as f64;
                let ratio = ratio_text(row.fastest_right(), time);
                format!("{rate:>9.0} MiB/s {each:>10.1} ns/event{ratio}")
            }
        };
        let mark = if always_encodes_rightly(encoder.name()) {
            ""
        } else {
            "*"
        };
        text += &format!("  {:<20} {line}{mark}\n", encoder.name());
    }
    text
}

/// What is wrong, in words.
#[must_use]
pub const fn difference_text(difference: Difference) -> &'static str {
    match difference {
        Difference::Panic => "panics or does not end",
        Difference::Error => "ends with an error",
        Difference::Events => "number of events",
        Difference::Data => "data",
        Difference::EventType => "event type",
        Difference::LastEventId => "last event ID",
    }
}
