//! How much it holds.

use super::*;
use crate::{
    memory::MemoryFull,
    store::{Expect, Full, Joined},
};

/// What it holds after some of everything; and after it is all over, only the headers of logs.
#[tokio::test(start_paused = true)]
async fn whatever_is_done_the_bytes_are_given_back_when_it_is_over() {
    let store = MemoryStore::new();
    let mut seed = 1_u64;
    let mut number = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    for _ in 0..20_000 {
        let name = number(5).to_string();
        let id = number(20).to_string();
        let ttl = SECOND * number(20) as u32;
        match number(12) {
            0..=2 => {
                let mut append = keyed(&id, ttl);
                append.payload = vec![0; number(300) as usize].into();
                append.retention = Retention::records(number(30))
                    .with_max_age(SECOND * (1 + number(20) as u32))
                    .with_max_bytes(1 + number(2_000));
                store.append(&log(&name), append).await.unwrap();
            }
            3 => drop(store.offsets(&name).await),
            4 => store.trim(&log(&name), number(2_000), None).await.unwrap(),
            5 | 6 => {
                let value = vec![0; number(100) as usize].into();
                store.put_value(&id, value, Some(ttl)).unwrap();
            }
            7 => drop(store.remove(&key(&id), Expect::Any).await.unwrap()),
            8 | 9 => {
                let full = [Full::Refuse, Full::EvictOldest][number(2) as usize];
                let join = Join::new(ttl).with_limit(number(10) as u32, full);
                let mut member = member(&id);
                member.note = vec![0; number(100) as usize].into();
                store.join(&set(&name), member, join).await.unwrap();
            }
            10 => {
                for member in store.members(&set(&name), 1).await.unwrap().first {
                    assert!(store.leave(&set(&name), &member).await.unwrap());
                }
            }
            _ => tokio::time::advance(SECOND / 4).await,
        }
    }
    assert!(store.used_bytes() > 5 * 512);
    tokio::time::advance(SECOND * 60).await;
    // Nobody comes by any more but those who ask for room.
    store.inner.expire(tokio::time::Instant::now());
    let headers = (0..5).map(|name| 512 + log(&name.to_string()).as_str().len() as u64);
    assert_eq!(store.used_bytes(), headers.sum::<u64>());
}

#[tokio::test(start_paused = true)]
async fn a_full_store_refuses_what_is_new_and_keeps_what_it_has() {
    let store = MemoryStore::with_limits(MemoryLimits::default().with_max_bytes(2_300));
    let limited = keeping(Retention::records(2));
    store.appended("a", limited.clone()).await;
    store.appended("a", limited.clone()).await;
    let value = Bytes::from_static(&[0; 400]);
    store.put_value("k", value.clone(), Some(SECOND)).unwrap();
    store.joined("s", "m", SECOND * 2).await;
    store.appended("a", limited.clone()).await;

    let before = (store.used_bytes(), store.head("a").await);
    let max_bytes = 2_300;
    let is_full = MemoryFull::Bytes { max_bytes };
    let error = store.append(&log("b"), record(10)).await.unwrap_err();
    assert_eq!(full(error), is_full);
    let error = store.append(&log("a"), record(500)).await.unwrap_err();
    assert_eq!(full(error), is_full);
    let error = store.put_value("l", value.clone(), None).unwrap_err();
    assert_eq!(full(error), is_full);
    let name = set("s");
    let joined = store.join(&name, member("n"), Join::new(SECOND)).now();
    assert_eq!(full(joined.unwrap_err()), is_full);
    assert_eq!((store.used_bytes(), store.head("a").await), before);
    assert_eq!(store.log_count(), 1);

    // What takes the place of something goes on.
    store.appended("a", limited.clone()).await;
    assert_eq!(store.offsets("a").await, [3, 4]);
    store.joined("s", "m", SECOND * 2).await;
    store.put_value("k", value.clone(), Some(SECOND)).unwrap();

    // What has expired gives its place.
    tokio::time::advance(SECOND).await;
    store.put_value("l", value, None).unwrap();
    assert_eq!(store.count("s").await, 1);
}

#[tokio::test]
async fn values_and_members_that_are_too_long_are_refused() {
    let store = MemoryStore::new();
    let put = |bytes| {
        store
            .put(&key("k"), vec![0; bytes].into(), Expect::Any, None)
            .now()
    };
    put(64 << 10).unwrap();
    put((64 << 10) + 1).unwrap_err();
    let join = |id, note| {
        let member = Member {
            id: vec![0; id].into(),
            note: vec![0; note].into(),
        };
        store.join(&set("s"), member, Join::new(SECOND)).now()
    };
    join(128, 256).unwrap();
    join(129, 0).unwrap_err();
    join(0, 257).unwrap_err();
    assert_eq!(store.count("s").await, 1);
}

#[tokio::test]
async fn a_smaller_limit_makes_room_among_the_oldest_but_never_of_the_one_that_joins() {
    let store = MemoryStore::new();
    for id in ["a", "b", "c", "d"] {
        store.joined("s", id, SECOND).await;
    }
    let join = Join::new(SECOND).with_limit(2, Full::EvictOldest);
    let joined = store.join(&set("s"), member("a"), join).now().unwrap();
    let evicted = vec![member("b"), member("c")];
    assert_eq!(
        joined,
        Joined::Member {
            new: false,
            evicted
        }
    );
    let first = store.members(&set("s"), 9).await.unwrap().first;
    assert_eq!(first, [member("a"), member("d")]);
    let empty = SetName::new("set", "empty");
    for full in [Full::Refuse, Full::EvictOldest] {
        let none = Join::new(SECOND).with_limit(0, full);
        let joined = store.join(&empty, member("a"), none).await.unwrap();
        assert_eq!(joined, Joined::Refused);
    }
    let none = Join::new(SECOND).with_limit(0, Full::EvictOldest);
    let joined = store.join(&set("s"), member("e"), none).now().unwrap();
    assert_eq!(joined, Joined::Refused);
    assert_eq!(store.count("s").await, 2);
}
