//! What expires, and when it is removed.

use super::*;
use crate::store::{Expect, Fence};

/// What is never asked for again is removed by whoever uses the store for something else.
#[tokio::test(start_paused = true)]
async fn a_store_that_is_used_does_not_fill_with_what_has_expired() {
    let store = MemoryStore::new();
    let mut most = 0;
    for round in 0..20_000_u32 {
        let name = format!("{:09}", round);
        store.put_value(&name, Bytes::new(), Some(SECOND)).unwrap();
        store.joined(&name, "m", SECOND).await;
        store.appended("log", keyed(&name, SECOND)).await;
        tokio::time::advance(SECOND / 100).await;
        if round >= 5_000 {
            most = most.max(store.used_bytes());
        }
    }
    // A hundred of each are alive at a time, and a thousand records are kept.
    assert!(most < 100 * 3 * 1_000 + 1_000 * 100, "{most} bytes");
}

#[tokio::test(start_paused = true)]
async fn records_that_are_too_old_are_neither_shown_nor_kept_when_other_logs_are_used() {
    let store = MemoryStore::new();
    let retention = Retention::DEFAULT.with_max_age(SECOND);
    store.appended("a", keeping(retention)).await;
    tokio::time::advance(SECOND / 2).await;
    let second = store.appended("a", keeping(retention)).await.position;
    tokio::time::advance(SECOND / 2).await;
    assert_eq!(store.offsets("a").await, [2]);
    tokio::time::advance(SECOND / 2).await;
    let before = store.used_bytes();
    // Whatever part of the logs it is in, some of these are in the same one.
    for name in 0..400 {
        store.appended(&name.to_string(), record(0)).await;
    }
    let names = (0..400).map(|name: i32| 512 + 64 + 8 + name.to_string().len() as u64);
    assert_eq!(store.used_bytes(), before - (64 + 10) + names.sum::<u64>());
    assert_eq!(store.head("a").await, Some(second));
    let page = store.page("a", ReadFrom::After(second)).await;
    assert_eq!(page.verdict, crate::store::Verdict::Contiguous);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_remembered_for_its_window_to_the_end_and_not_longer() {
    let store = MemoryStore::new();
    let first = store.appended("a", keyed("k", SECOND)).await;
    tokio::time::advance(SECOND - Duration::from_nanos(1)).await;
    let again = store.appended("a", keyed("k", SECOND)).await;
    assert_eq!(again, first.as_duplicate());
    tokio::time::advance(Duration::from_nanos(1)).await;
    let anew = store.appended("a", keyed("k", SECOND)).await;
    assert_eq!((anew.duplicate, anew.position.offset), (false, 2));
}

#[tokio::test(start_paused = true)]
async fn revisions_grow_though_nothing_of_a_key_is_left() {
    let store = MemoryStore::new();
    let mut last = 0;
    for round in 0..100 {
        let revision = store.put_value("k", Bytes::new(), Some(SECOND)).unwrap();
        assert!(revision > last);
        last = revision;
        if round % 2 == 0 {
            assert!(
                store
                    .remove(&key("k"), Expect::Revision(last))
                    .await
                    .unwrap()
            );
            assert_eq!(store.used_bytes(), 0);
        } else {
            tokio::time::advance(SECOND).await;
        }
        assert!(!store.extend(&key("k"), last, SECOND).await.unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn a_fence_that_has_expired_holds_no_more() {
    let store = MemoryStore::new();
    let revision = store.put_value("k", Bytes::new(), Some(SECOND)).unwrap();
    let fence = Fence {
        key: key("k"),
        revision,
    };
    let mut append = record(1);
    append.fence = Some(fence.clone());
    store.appended("a", append.clone()).await;
    tokio::time::advance(SECOND).await;
    let error = store.append(&log("a"), append).await.unwrap_err();
    assert!(matches!(error, StoreError::Fenced));
    let error = store.trim(&log("a"), 1, Some(fence)).await.unwrap_err();
    assert!(matches!(error, StoreError::Fenced));
    assert_eq!(store.offsets("a").await, [1]);
}

#[tokio::test(start_paused = true)]
async fn the_longest_times_do_not_overflow() {
    let store = MemoryStore::new();
    let revision = store
        .put_value("k", Bytes::new(), Some(Duration::MAX))
        .unwrap();
    assert!(
        store
            .extend(&key("k"), revision, Duration::MAX)
            .await
            .unwrap()
    );
    store.joined("s", "m", Duration::MAX).await;
    store.joined("s", "n", SECOND).await;
    let mut append = keyed("k", Duration::MAX);
    append.retention = Retention::records(1).with_max_age(Duration::MAX);
    store.appended("a", append).await;
    tokio::time::advance(SECOND * 1_000_000).await;
    assert!(store.get(&key("k")).await.unwrap().is_some());
    assert_eq!(store.count("s").await, 1);
    assert_eq!(store.offsets("a").await, [1]);
}
