//! Logs: what is found where, and what is forgotten.

use core::{
    pin::pin,
    task::{Context, Waker},
};

use super::*;
use crate::store::{GapReason, Verdict, Watch, WatchEvent, WatchSink};

struct Deaf;

impl WatchSink for Deaf {
    fn notify(&self, _event: WatchEvent) {}
}

fn watch(store: &MemoryStore) -> Box<dyn Watch> {
    store.watch(std::sync::Arc::new(Deaf))
}

/// What a client is told that comes back to this position.
async fn verdict(store: &MemoryStore, name: &str, position: Position) -> Verdict {
    store.page(name, ReadFrom::After(position)).await.verdict
}

/// Every retention, every position, also some that never were, against a plain list of all records.
#[tokio::test]
async fn every_position_gets_the_verdict_that_a_plain_list_gives() {
    for kept in 1..=5_u64 {
        let store = MemoryStore::new();
        let mut all = Vec::new();
        for count in 1..=8_u64 {
            let mut append = keeping(Retention::records(kept));
            append.tag = count as u32 * 11;
            all.push(store.appended("a", append).await.position);
            let epoch = all[0].epoch;
            let first = count.saturating_sub(kept) + 1;
            for offset in 0..=count + 2 {
                let tag_there = offset as u32 * 11;
                for tag in [tag_there, 1] {
                    let position = Position { epoch, offset, tag };
                    let gap = |reason| (Verdict::Gap(reason), 0);
                    let expected = if offset > count {
                        gap(GapReason::Rewound)
                    } else if offset + 1 < first {
                        gap(GapReason::Trimmed)
                    } else if tag != tag_there {
                        gap(GapReason::Forked)
                    } else {
                        (Verdict::Contiguous, count - offset)
                    };
                    let page = store.page("a", ReadFrom::After(position)).await;
                    assert_eq!((page.verdict, page.records.len() as u64), expected);
                    let mut previous = position;
                    for record in page.records {
                        assert_eq!(record.previous, previous.as_previous());
                        assert_eq!(record.position, all[record.position.offset as usize - 1]);
                        previous = record.position;
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn a_log_that_was_trimmed_to_nothing_goes_on_as_before() {
    let store = MemoryStore::new();
    let first = store.appended("a", record(1)).await.position;
    let second = store.appended("a", record(1)).await.position;
    store.trim(&log("a"), u64::MAX, None).await.unwrap();
    assert_eq!(store.head("a").await, Some(second));
    assert_eq!(verdict(&store, "a", second).await, Verdict::Contiguous);
    let trimmed = Verdict::Gap(GapReason::Trimmed);
    assert_eq!(verdict(&store, "a", first).await, trimmed);
    let third = store.appended("a", record(1)).await.position;
    assert_eq!((third.epoch, third.offset), (first.epoch, 3));
    assert_eq!(verdict(&store, "a", second).await, Verdict::Contiguous);
}

#[tokio::test]
async fn bytes_are_kept_up_to_the_limit_and_the_newest_record_in_any_case() {
    let store = MemoryStore::new();
    let retention = Retention::DEFAULT.with_max_bytes(100);
    for (bytes, expected) in [
        (40, vec![1]),
        (60, vec![1, 2]),
        (1, vec![2, 3]),
        (200, vec![4]),
        (0, vec![5]),
        (100, vec![5, 6]),
    ] {
        let mut append = record(bytes);
        append.retention = retention;
        store.appended("a", append).await;
        assert_eq!(store.offsets("a").await, expected, "{bytes} bytes");
    }
}

#[tokio::test]
async fn for_a_log_too_many_an_empty_one_that_nobody_watches_is_forgotten() {
    let limits = MemoryLimits::default().with_max_logs(3);
    let store = MemoryStore::with_limits(limits);
    let watch = watch(&store);
    watch.add(&log("watched"));
    for name in ["full", "watched", "empty"] {
        store.appended(name, record(1)).await;
    }
    let [watched, empty] = [store.head("watched").await, store.head("empty").await];
    for name in ["watched", "empty"] {
        store.trim(&log(name), u64::MAX, None).await.unwrap();
    }

    store.appended("new", record(1)).await;
    assert_eq!(store.log_count(), 3);
    assert_eq!(store.head("empty").await, None);
    assert_eq!(store.head("watched").await, watched);
    assert_eq!(store.offsets("full").await, [1]);
    let unknown = Verdict::Gap(GapReason::Unknown);
    assert_eq!(verdict(&store, "empty", empty.unwrap()).await, unknown);

    let error = store.append(&log("empty"), record(1)).await.unwrap_err();
    let max_logs = 3;
    assert_eq!(full(error), crate::memory::MemoryFull::Logs { max_logs });
    assert_eq!((store.log_count(), store.head("empty").await), (3, None));

    drop(watch);
    store.appended("empty", record(1)).await;
    assert_eq!(store.head("watched").await, None);
    let epoch = Verdict::Gap(GapReason::Epoch);
    assert_eq!(verdict(&store, "empty", empty.unwrap()).await, epoch);
}

#[tokio::test(start_paused = true)]
async fn a_log_with_a_key_in_its_window_is_not_forgotten() {
    let store = MemoryStore::with_limits(MemoryLimits::default().with_max_logs(1));
    let first = store.appended("a", keyed("k", SECOND)).await;
    store.trim(&log("a"), u64::MAX, None).await.unwrap();
    store.append(&log("b"), record(1)).await.unwrap_err();
    let again = store.appended("a", keyed("k", SECOND)).await;
    assert_eq!(again, first.as_duplicate());
    tokio::time::advance(SECOND).await;
    store.append(&log("b"), record(1)).await.unwrap();
    assert_eq!(store.head("a").await, None);
}

#[tokio::test]
async fn a_future_that_is_dropped_before_its_first_poll_has_done_nothing_and_one_poll_does_all() {
    let store = MemoryStore::new();
    drop(store.append(&log("a"), record(1)));
    drop(store.put(&key("k"), Bytes::new(), Expect::Any, None));
    assert_eq!(store.head("a").await, None);
    assert_eq!(store.get(&key("k")).await.unwrap(), None);

    let name = log("a");
    let mut context = Context::from_waker(Waker::noop());
    let polled = pin!(store.append(&name, record(1))).poll(&mut context);
    assert!(polled.is_ready());
    assert_eq!(store.offsets("a").await, [1]);
}

#[tokio::test]
async fn what_no_record_can_be_is_refused_and_nothing_is_appended() {
    let limits = MemoryLimits::default().with_max_payload_bytes(10);
    let store = MemoryStore::with_limits(limits);
    let mut tagless = record(1);
    tagless.tag = 0;
    for append in [
        record(11),
        keyed("", SECOND),
        keyed(&"k".repeat(65), SECOND),
        tagless,
    ] {
        store.append(&log("a"), append).await.unwrap_err();
    }
    let payload = Bytes::from_static(&[0; 11]);
    store.announce(&log("a"), payload).await.unwrap_err();
    assert_eq!((store.head("a").await, store.used_bytes()), (None, 0));
    store.appended("a", record(10)).await;
}

#[tokio::test]
async fn debug_tells_how_much_there_is_but_not_what() {
    let store = MemoryStore::new();
    store.appended("secret", record(10)).await;
    assert_eq!(
        format!("{store} {store:?}"),
        "memory MemoryStore { logs: 1, used_bytes: 600, .. }"
    );
}
