//! Runs cases, each in a thread and a runtime of its own.

use core::any::Any;
use std::{
    sync::{
        Arc,
        mpsc::{RecvTimeoutError, sync_channel},
    },
    thread,
};

use tokio::runtime::{Builder, Runtime};

use super::{
    Harness, Report, Stop, Tally,
    case::{CASES, Case},
    stop::Outcome,
    trial::Trial,
};

/// Runs every case, one after the other, and says what became of them.
///
/// Blocks; each case has a thread and a runtime of its own, so this may be called from anywhere that may
/// block.
#[must_use]
pub fn run_all(harness: &Arc<dyn Harness>) -> Report {
    let mut report = Report::new(harness.name());
    for case in CASES {
        report.add(case.name, run(case, harness));
    }
    report
}

/// The names of all cases, in their order.
pub fn case_names() -> impl Iterator<Item = &'static str> {
    CASES.iter().map(|case| case.name)
}

/// Runs one case as a test. See [`store_conformance_tests!`](crate::store_conformance_tests).
///
/// # Panics
///
/// If the store does not pass, or there is no such case.
#[doc(hidden)]
pub fn test_case(harness: &Arc<dyn Harness>, name: &str, tally: &Tally) {
    let Some(case) = CASES.iter().find(|case| case.name == name) else {
        panic!("there is no case {name}");
    };
    let outcome = run(case, harness);
    tally.add(harness.name(), case.name, outcome.clone(), CASES.len());
    if let Err(Stop::Failed { problem }) = outcome {
        panic!("{} does not pass {name}: {problem}", harness.name());
    }
}

fn run(case: &'static Case, harness: &Arc<dyn Harness>) -> Outcome {
    let timing = harness.timing();
    let (answer, answered) = sync_channel(1);
    let harness = Arc::clone(harness);
    let thread = thread::Builder::new()
        .name(case.name.to_owned())
        .spawn(move || {
            // Nobody waits for it any more if it took too long.
            let _ = answer.send(drive(case, harness));
        })
        .map_err(Stop::failed)?;
    // In paused time a case cannot wait for a moment that never comes, so this is for those that hang.
    match answered.recv_timeout(timing.patience.saturating_mul(4)) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => Err(Stop::failed("it hangs")),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Ok(()) => Err(Stop::failed("it ended without an answer")),
            Err(panic) => Err(Stop::failed(format_args!("it panicked: {}", text(&*panic)))),
        },
    }
}

fn drive(case: &Case, harness: Arc<dyn Harness>) -> Outcome {
    let runtime = runtime(case, harness.timing().paused).map_err(Stop::failed)?;
    let trial = Trial::new(harness);
    runtime.block_on((case.run)(&trial))
}

/// Cases of concurrency have real threads, which cannot be had in paused time; no case of them is about
/// time.
fn runtime(case: &Case, paused: bool) -> std::io::Result<Runtime> {
    if case.parallel() {
        let mut threads = Builder::new_multi_thread();
        return threads.worker_threads(4).enable_all().build();
    }
    let mut one = Builder::new_current_thread();
    one.enable_all().start_paused(paused).build()
}

fn text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}
