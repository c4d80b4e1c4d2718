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
    store::{Expect, IdempotencyKey, Join, Key, Member, Retention, SessionStore, SetName},
};

use ::redb::{ReadableDatabase, ReadableTableMetadata};

/// How many rows there are: of logs, records, keys, values, members, and of what expires.
fn rows(disk: &Disk) -> [u64; 6] {
    let database = ::redb::Builder::new()
        .create_with_backend(disk.clone())
        .unwrap();
    let read = database.begin_read().unwrap();
    [
        read.open_table(schema::LOGS).unwrap().len().unwrap(),
        read.open_table(schema::RECORDS).unwrap().len().unwrap(),
        read.open_table(schema::KEYS).unwrap().len().unwrap(),
        read.open_table(schema::VALUES).unwrap().len().unwrap(),
        read.open_table(schema::MEMBERS).unwrap().len().unwrap(),
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
    let [id, note] = [Bytes::from_static(b"id"), Bytes::new()];
    let (set, member) = (SetName::new("case", "set"), Member { id, note });
    store.join(&set, member, Join::new(second)).await.unwrap();
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
    assert_eq!(rows(&disk), [1, 1, 1, 1, 1, 4]);
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
    assert_eq!(rows(&disk), [1, 3, 0, 0, 0, 0]);
}
