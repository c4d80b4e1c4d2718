//! What goes by itself.

use core::time::Duration;

use bytes::Bytes;
use tokio::{runtime::Builder, time::advance};

use super::{
    disk::Disk,
    witness::{append_of, log},
};
use crate::{
    redb::{RedbOptions, RedbStore, schema},
    store::{
        Expect, Full, IdempotencyKey, Join, Joined, Key, Member, Retention, SessionStore, SetName,
        StoreError,
    },
};

use ::redb::{ReadableDatabase, ReadableTableMetadata};

/// How many rows there are: of logs, records, keys, values, and of what expires.
fn rows(disk: &Disk) -> [u64; 5] {
    let database = ::redb::Builder::new()
        .create_with_backend(disk.clone())
        .unwrap();
    let read = database.begin_read().unwrap();
    [
        read.open_table(schema::LOGS).unwrap().len().unwrap(),
        read.open_table(schema::RECORDS).unwrap().len().unwrap(),
        read.open_table(schema::KEYS).unwrap().len().unwrap(),
        read.open_table(schema::VALUES).unwrap().len().unwrap(),
        read.open_table(schema::EXPIRY).unwrap().len().unwrap(),
    ]
}

async fn fill(store: &RedbStore) {
    let second = Duration::from_secs(1);
    let mut append = append_of(Bytes::from_static(b"payload"));
    append.retention = Retention::DEFAULT.with_max_age(second);
    append.key = Some(IdempotencyKey {
        key: Bytes::from_static(b"key"),
        window: second,
    });
    store.append(&log(0), append).await.unwrap();
    let key = Key::new("case", "key");
    let put = store.put(&key, Bytes::new(), Expect::Any, Some(second));
    put.await.unwrap();
}

#[test]
fn what_has_expired_leaves_nothing_behind() {
    let mut paused = Builder::new_current_thread();
    let runtime = paused.enable_all().start_paused(true).build().unwrap();
    let disk = Disk::formatted();
    let forget_after = Duration::from_secs(10);
    let options = RedbOptions::default().with_forget_after(forget_after);
    let store = disk.open_with(options).unwrap();
    runtime.block_on(fill(&store));
    runtime.block_on(store.close());
    drop(store);
    assert_eq!(rows(&disk), [1, 1, 1, 1, 3]);
    let store = disk.open_with(options).unwrap();
    runtime.block_on(async {
        for _ in 0..3 {
            advance(Duration::from_secs(30)).await;
            // Any change takes with it what has expired.
            store
                .append(&log(1), append_of(Bytes::new()))
                .await
                .unwrap();
        }
        assert_eq!(store.heads(&[log(0)]).await.unwrap(), [None]);
        store.close().await;
    });
    drop(store);
    assert_eq!(rows(&disk), [1, 3, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn members_are_bounded_and_who_has_expired_makes_room() {
    let member = |id: u8| Member {
        id: vec![id].into(),
        note: Bytes::new(),
    };
    let (set, long) = (SetName::new("case", "set"), Duration::from_secs(60));
    let options = RedbOptions::default().with_max_member_bytes(4_000);
    let store = Disk::formatted().open_with(options).unwrap();
    let limited = Join::new(long).with_limit(100, Full::Refuse);
    let mut joined = 0;
    let refused = loop {
        match store.join(&set, member(joined), limited).await {
            Ok(_) => joined += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, StoreError::Unavailable { .. }));
    assert!((5..20).contains(&joined), "{joined}");
    // Whoever is in it stays.
    let again = store.join(&set, member(0), limited).await.unwrap();
    assert!(matches!(again, Joined::Member { new: false, .. }));
    advance(long * 2).await;
    let other = SetName::new("case", "other");
    store.join(&other, member(0), limited).await.unwrap();
    assert_eq!(store.members(&set, 5).await.unwrap().count, 0);
    store.close().await;
    let closed = store.join(&set, member(0), limited).await;
    assert!(matches!(closed, Err(StoreError::Closed)));
}
