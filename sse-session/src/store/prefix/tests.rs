use std::collections::HashSet;

use parking_lot::Mutex;

use super::*;
use crate::{
    Channel,
    memory::MemoryStore,
    store::{Full, WatchEvent},
};

fn log(name: &str) -> LogName {
    LogName::of_channel(&Channel::try_from(name).unwrap())
}

fn append(tag: u32) -> Append {
    Append::new(Bytes::from_static(b"payload"), tag)
}

fn member(id: &'static str) -> Member {
    Member {
        id: Bytes::from_static(id.as_bytes()),
        note: Bytes::new(),
    }
}

#[derive(Default)]
struct Told {
    events: Mutex<Vec<WatchEvent>>,
}

impl WatchSink for Told {
    fn notify(&self, event: WatchEvent) {
        self.events.lock().push(event);
    }
}

#[test]
fn a_prefix_is_checked() {
    let refused = |prefix: &str| PrefixStore::new(prefix, MemoryStore::new()).unwrap_err();
    assert_eq!(refused("").to_string(), "the prefix of a store is empty");
    assert_eq!(
        refused(&"x".repeat(33)).to_string(),
        "the prefix of a store has 33 bytes, more than 32"
    );
    for prefix in ["a/b", "a:b", "a\nb", "a\0"] {
        assert_eq!(
            refused(prefix).to_string(),
            "the prefix of a store has a character at byte 1 that none has"
        );
    }
    let longest = "x".repeat(32);
    for prefix in ["a", "räume", &longest] {
        assert!(PrefixStore::new(prefix, MemoryStore::new()).is_ok());
    }
}

/// Names under several prefixes, under prefixes in prefixes, and under none.
#[test]
fn no_two_prefixes_and_names_make_the_same_name() {
    let prefixes = [
        "", "a:", "b:", "ab:", "a:b:", "b:a:", "a:a:", "channel:", "session:",
    ];
    let names = [
        "a",
        "b",
        "a:b",
        "a:channel/b",
        "channel/a",
        "b/a",
        "a:b:channel/a",
        ":",
        "/",
    ];
    let kinds = ["channel", "session", "inbox"];
    let mut made = HashSet::new();
    for prefix in prefixes {
        for name in names {
            for kind in kinds {
                let log = LogName::of_kind(kind, name).prefixed(prefix);
                assert!(made.insert(log.as_str().to_owned()), "{prefix:?} {name:?}");
            }
        }
    }
    // Control: with a `/` in a prefix two would.
    let prefixed = LogName::of_kind("channel", "a").prefixed("channel/");
    assert!(made.contains(prefixed.as_str()));
}

#[tokio::test]
async fn tenants_have_nothing_in_common_and_nothing_with_the_whole() {
    let whole = MemoryStore::new();
    let [red, blue] =
        ["red", "blue"].map(|tenant| PrefixStore::new(tenant, whole.clone()).unwrap());
    let stores: [&dyn SessionStore; 3] = [&whole, &red, &blue];
    let (log, key) = (log("a"), Key::new("owner", "a"));
    let set = SetName::new("present", "a");
    let join = Join::new(Duration::from_secs(9)).with_limit(1, Full::Refuse);
    let mut epochs = HashSet::new();
    for (tag, store) in (1..).zip(stores) {
        let appended = store.append(&log, append(tag)).await.unwrap();
        assert_eq!(appended.position.offset, 1);
        epochs.insert(appended.position.epoch);

        let put = store.put(&key, Bytes::new(), Expect::Absent, None).await;
        assert!(matches!(put, Ok(Put::Stored { .. })));

        let joined = store.join(&set, member("m"), join).await.unwrap();
        assert!(matches!(joined, Joined::Member { new: true, .. }));
    }
    assert_eq!(epochs.len(), 3);

    assert!(red.remove(&key, Expect::Any).await.unwrap());
    assert!(red.leave(&set, &member("m")).await.unwrap());
    red.trim(&log, 1, None).await.unwrap();
    for store in [&whole as &dyn SessionStore, &blue] {
        assert!(store.get(&key).await.unwrap().is_some());
        assert_eq!(store.members(&set, 1).await.unwrap().count, 1);
        let page = store.read(&log, ReadFrom::Earliest, ReadLimit::default());
        assert_eq!(page.await.unwrap().records.len(), 1);
    }
    assert_eq!(red.get(&key).await.unwrap(), None);
    assert_eq!(red.members(&set, 1).await.unwrap().count, 0);
}

#[tokio::test]
async fn a_fence_is_of_the_tenant() {
    let whole = MemoryStore::new();
    let tenant = PrefixStore::new("red", whole.clone()).unwrap();
    let (log, key) = (log("a"), Key::new("owner", "a"));
    let put = tenant.put(&key, Bytes::new(), Expect::Any, None).await;
    let Put::Stored { revision } = put.unwrap() else {
        panic!("not stored");
    };
    let fence = Some(Fence { key, revision });
    let fenced = Append {
        fence: fence.clone(),
        ..append(1)
    };
    tenant.append(&log, fenced.clone()).await.unwrap();
    tenant.trim(&log, 1, fence).await.unwrap();
    assert!(whole.append(&log, fenced).await.is_err());
}

#[tokio::test]
async fn hints_have_the_names_of_the_tenant_and_others_are_not_told() {
    let whole = MemoryStore::new();
    let [red, blue] =
        ["red", "blue"].map(|tenant| PrefixStore::new(tenant, whole.clone()).unwrap());
    let told = Arc::new(Told::default());
    let watch = red.watch(told.clone());
    let log = log("a");
    watch.add(&log);
    for store in [&whole as &dyn SessionStore, &blue, &red] {
        store.append(&log, append(1)).await.unwrap();
        store.announce(&log, Bytes::new()).await.unwrap();
    }
    watch.remove(&log);
    red.append(&log, append(2)).await.unwrap();
    let events = told.events.lock().split_off(0);
    let logs = events.into_iter().map(|event| match event {
        WatchEvent::Watching(log) => ("watching", log),
        WatchEvent::Appended { log, .. } => ("appended", log),
        WatchEvent::Announced { log, .. } => ("announced", log),
        other => panic!("{other:?}"),
    });
    let expected = ["watching", "appended", "announced"].map(|what| (what, log.clone()));
    assert_eq!(logs.collect::<Vec<_>>(), expected);
}

#[test]
fn a_hint_with_another_prefix_is_kept_back_and_those_of_all_logs_are_not() {
    let told = Arc::new(Told::default());
    let sink = PrefixSink::new("red:".into(), told.clone());
    sink.notify(WatchEvent::Changed(log("a").prefixed("blue:")));
    sink.notify(WatchEvent::Changed(log("a")));
    assert_eq!(*told.events.lock(), []);
    let hints = [WatchEvent::Lost, WatchEvent::Restored];
    hints.iter().cloned().for_each(|hint| sink.notify(hint));
    sink.notify(WatchEvent::Changed(log("a").prefixed("red:")));
    let expected = [&hints[..], &[WatchEvent::Changed(log("a"))]].concat();
    assert_eq!(*told.events.lock(), expected);
}

#[tokio::test]
async fn a_prefix_in_a_prefix_is_another_store() {
    let outer = PrefixStore::new("a", MemoryStore::new()).unwrap();
    let inner = PrefixStore::new("b", outer.clone()).unwrap();
    inner.append(&log("c"), append(1)).await.unwrap();
    assert_eq!(outer.heads(&[log("c")]).await.unwrap(), [None]);
    assert_eq!(inner.to_string(), "memory, prefix a, prefix b");
}

#[tokio::test]
async fn with_prefixes_that_are_too_long_together_the_longest_names_are_refused() {
    let longest = "x".repeat(PrefixStore::<MemoryStore>::MAX_BYTES);
    let outer = PrefixStore::new(&longest, MemoryStore::new()).unwrap();
    let inner = PrefixStore::new(&longest, outer.clone()).unwrap();
    let name = log(&"c".repeat(Channel::MAX_BYTES));
    outer.append(&name, append(1)).await.unwrap();
    let refused = inner.append(&name, append(1)).await;
    let max_bytes = check::MAX_NAME_BYTES;
    assert!(matches!(refused, Err(StoreError::TooLarge { max_bytes: most }) if most == max_bytes));
    let fence = Fence {
        key: Key::new("k", &"c".repeat(Channel::MAX_BYTES)),
        revision: 1,
    };
    let refused = inner.trim(&log("c"), 1, Some(fence)).await;
    assert!(matches!(refused, Err(StoreError::TooLarge { .. })));
    inner.append(&log("c"), append(1)).await.unwrap();
}
