//! The suite itself: what it says of stores that are not there, that hang and that panic.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use sse_session::{
    conformance::{
        Faults, FaultyStore, Harness, HarnessFuture, Operation, ReferenceStore, Stop, Timing,
        case_names, run_all,
    },
    store::SessionStore,
};

#[derive(Debug)]
struct NotHere;

impl Harness for NotHere {
    fn name(&self) -> &str {
        "elsewhere"
    }

    fn fresh(&self) -> HarnessFuture<'_> {
        Box::pin(async { Err(Stop::skipped("no server runs")) })
    }
}

#[test]
fn a_store_that_is_not_there_is_skipped_with_the_reason() {
    let report = run_all(&(Arc::new(NotHere) as Arc<dyn Harness>));
    let cases = case_names().count();
    let required = std::env::var("SSE_TEST_REQUIRE")
        .is_ok_and(|it| it.split(',').any(|it| it.trim() == "all"));
    if required {
        assert_eq!(report.failed.len(), cases, "{report}");
        return;
    }
    let counts = format!("elsewhere: 0 passed, 0 failed, {cases} skipped");
    assert_eq!(report.counts(), counts);
    let line = "SKIPPED elsewhere::offsets_grow_from_one: no server runs";
    assert!(report.to_string().contains(line), "{report}");
}

#[derive(Debug)]
struct Panics;

impl Harness for Panics {
    fn name(&self) -> &str {
        "panicking"
    }

    fn fresh(&self) -> HarnessFuture<'_> {
        panic!("a store that panics");
    }
}

#[test]
fn a_store_that_panics_has_failed() {
    let report = run_all(&(Arc::new(Panics) as Arc<dyn Harness>));
    assert_eq!(report.failed.len(), case_names().count(), "{report}");
    let (_, problem) = &report.failed[0];
    assert!(
        problem.ends_with("it panicked: a store that panics"),
        "{problem}"
    );
}

/// Nothing is ever trimmed in it: the operation does not end.
#[derive(Debug)]
struct Hangs {
    faults: Faults,
}

impl Harness for Hangs {
    fn name(&self) -> &str {
        "hanging"
    }

    fn fresh(&self) -> HarnessFuture<'_> {
        let store = FaultyStore::new(ReferenceStore::new(), self.faults.clone());
        Box::pin(async { Ok(Arc::new(store) as Arc<dyn SessionStore>) })
    }

    fn timing(&self) -> Timing {
        Timing::PAUSED.with_patience(Duration::from_millis(250))
    }
}

#[test]
fn a_store_that_hangs_has_failed() {
    let faults = Faults::new();
    let _held = faults.hold(Operation::Leave);
    let report = run_all(&(Arc::new(Hangs { faults }) as Arc<dyn Harness>));
    assert!(
        report.has_failed("who_joined_is_a_member_until_it_leaves"),
        "{report}"
    );
    let hung = report
        .failed
        .iter()
        .filter(|(_, problem)| problem.ends_with("it hangs"));
    assert!(hung.count() > 2, "{report}");
    assert!(!report.has_failed("offsets_grow_from_one"), "{report}");
}

#[test]
fn neither_names_nor_values_are_told_by_a_store() {
    let store = FaultyStore::new(ReferenceStore::new(), Faults::new());
    let told = format!("{store} {store:?}");
    let log = sse_session::store::LogName::of_channel(&"secret".try_into().unwrap());
    let append = sse_session::store::Append::new(Bytes::from_static(b"secret"), 1);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(store.append(&log, append)).unwrap();
    assert_eq!(format!("{store} {store:?}"), told, "its contents are told");
}
