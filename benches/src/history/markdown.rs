//! The tables.

use super::{
    append::{Appender, Appends},
    replay::{EVENTS, Replay},
    resume::{CURSORS, Resume},
};

/// Replay.
#[must_use]
pub fn replay(replays: &[Replay]) -> String {
    let mut text = format!("| {EVENTS} events from | million events/s |\n|---|---:|\n");
    for Replay {
        from,
        events_per_second,
    } in replays
    {
        let name = match *from {
            "ring" => "the ring".to_owned(),
            store => format!("the log, {store}"),
        };
        text += &format!("| {name} | {:.2} |\n", events_per_second / 1e6);
    }
    text
}

/// Resuming.
#[must_use]
pub fn resume(resumes: &[Resume]) -> String {
    let mut text = format!(
        "| store | kept | {} | slowest to fastest |\n|---|---:|{}---:|\n",
        CURSORS
            .map(|cursor| format!("from {cursor}, µs"))
            .join(" | "),
        "---:|".repeat(CURSORS.len())
    );
    for resume in resumes {
        let micros = resume.micros.map(|micros| format!("{micros:.0}"));
        text += &format!(
            "| {} | {} | {} | **{:.2}** |\n",
            resume.store,
            resume.events,
            micros.join(" | "),
            resume.ratio()
        );
    }
    text
}

/// Appending.
#[must_use]
pub fn append(appends: &[Appends]) -> String {
    let mut text = "| acknowledged | by | appends/s | times the plain transactions |\n".to_owned();
    text += "|---|---|---:|---:|\n";
    for row in appends {
        let when = if row.synced {
            "when on disk"
        } else {
            "when in memory"
        };
        let by = match row.by {
            Appender::Store { writers: 1 } => "the store, 1 writer".to_owned(),
            Appender::Store { writers } => format!("the store, {writers} writers"),
            Appender::PlainTransactions => "a plain transaction each".to_owned(),
        };
        text += &format!(
            "| {when} | {by} | {:.0} | {:.2} |\n",
            row.per_second, row.ratio
        );
    }
    text
}
