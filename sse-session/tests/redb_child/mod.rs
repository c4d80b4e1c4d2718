//! Processes that publish, and what they said.

mod process;
mod witness;

use core::time::Duration;
use std::{io::Write as _, path::PathBuf, sync::Arc};

use bytes::Bytes;
use sse_session::{
    Channel,
    redb::{RedbMode, RedbOptions, RedbStore},
    store::{
        Append, LogName, Position, Retention, SessionStore, StoreError, WatchEvent, WatchSink,
    },
};

pub(crate) use self::{process::Child, witness::Witness};

/// In the environment of the process: what to do, and with which file.
const TASK: &str = "SSE_TEST_REDB_TASK";
const FILE: &str = "SSE_TEST_REDB_FILE";

/// The logs that are written.
const LOGS: usize = 3;
/// How many write at the same time.
const WRITERS: usize = 6;

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// Publishes until it is killed.
    Publish,
    /// As well, and has its acknowledgements before anything is on the disk.
    PublishRelaxed,
    /// Opens the file, and says what came of it.
    Open,
}

fn log(number: usize) -> LogName {
    LogName::of_channel(&Channel::try_from(&*format!("log{number}")).unwrap())
}

fn payload(log: usize, tag: u32) -> Bytes {
    let mut payload = format!("{log} {tag} ").into_bytes();
    payload.resize(payload.len() + tag as usize % 300, b'x');
    payload.into()
}

/// What this process does, if it was started for it.
pub(crate) fn run() {
    let (Ok(task), Ok(file)) = (std::env::var(TASK), std::env::var(FILE)) else {
        return;
    };
    let (file, options) = (PathBuf::from(file), RedbOptions::default());
    match &*task {
        "Open" => match RedbStore::open(file) {
            Ok(_) => say("opened"),
            Err(StoreError::InUse) => say("in use"),
            Err(error) => say(&format!("{error:?}")),
        },
        "Publish" => publish(&RedbStore::open(file).unwrap()),
        "PublishRelaxed" => {
            let interval = Duration::from_secs(3_600);
            let relaxed = options.with_mode(RedbMode::Relaxed { interval });
            publish(&RedbStore::open_with(file, relaxed).unwrap());
        }
        other => panic!("there is no task {other}"),
    }
}

/// In one write, so that a line is there as a whole or not.
fn say(line: &str) {
    let line = format!("> {line}\n");
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}

fn say_position(what: &str, log: &str, position: Position) {
    let Position { epoch, offset, tag } = position;
    say(&format!("{what} {log} {epoch} {offset} {tag}"));
}

#[derive(Debug)]
struct Sink;

impl WatchSink for Sink {
    fn notify(&self, event: WatchEvent) {
        if let WatchEvent::Appended { log, record } = event {
            let log = log
                .as_str()
                .trim_start_matches(|it: char| !it.is_ascii_digit());
            say_position("told", log, record.position);
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn publish(store: &RedbStore) {
    let watch = store.watch(Arc::new(Sink));
    (0..LOGS).for_each(|number| watch.add(&log(number)));
    let writers = (0..WRITERS).map(async |writer| {
        let number = writer % LOGS;
        loop {
            let tag = fastrand::u32(1..);
            let mut append = Append::new(payload(number, tag), tag);
            append.retention = Retention::records(u64::MAX);
            let appended = store.append(&log(number), append).await.unwrap();
            say_position("acknowledged", &number.to_string(), appended.position);
        }
    });
    futures_util::future::join_all(writers).await;
}
