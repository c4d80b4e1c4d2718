//! A server that loses something, or all.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use bytes::Bytes;
use sse_tests::servers::Redis;
use tokio::task::JoinSet;

use super::{append_of, connect, eventually, fill, key, keyed, log, read, start_or_skip};
use crate::store::{Expect, GapReason, Put, ReadFrom, SessionStore as _, Verdict};

/// Where its head is kept.
const HEAD: &str = "{sse}l:channel/prices";
/// Where its records are kept.
const RECORDS: &str = "{sse}r:channel/prices";

/// Kills it as if its machine had no time to say so, and starts it again.
fn kill_and_start(server: &mut Redis, settings: &[&str]) {
    let program = Redis::program().unwrap();
    let command = Redis::command(&program, server.server().place(), settings);
    server.server().signal("KILL");
    server.server().start_again(command);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_the_server_was_killed() {
    const FILE: &[&str] = &["--appendonly", "yes", "--appendfsync", "always"];
    let test = "what_was_acknowledged_is_there_after_the_server_was_killed";
    let Some(mut server) = start_or_skip(test, FILE) else {
        return;
    };
    let store = connect(&server).await;
    assert!(store.capabilities().durable);
    // Who was between two appends may not have noticed.
    let over = Arc::new(AtomicBool::new(false));
    let mut burst = JoinSet::new();
    for _ in 0..8 {
        let (store, over) = (store.clone(), Arc::clone(&over));
        burst.spawn(async move {
            let mut acknowledged = Vec::new();
            while !over.load(Ordering::Relaxed)
                && let Ok(appended) = store.append(&log(), append_of("burst")).await
            {
                acknowledged.push(appended.position);
            }
            acknowledged
        });
    }
    // In the middle of it.
    while read(&store, ReadFrom::Earliest).await.records.len() < 200 {}
    kill_and_start(&mut server, FILE);
    over.store(true, Ordering::Relaxed);
    let acknowledged = burst.join_all().await.concat();
    let heads = eventually(async || store.heads(&[log()]).await).await;
    let head = heads[0].unwrap();
    let last = acknowledged.iter().max_by_key(|at| at.offset).unwrap();
    assert_eq!(head.epoch, last.epoch);
    assert!(head.offset >= last.offset, "{head:?} is before {last:?}");
    // The chain goes on behind each of them.
    let kept = acknowledged
        .iter()
        .filter(|at| at.offset + 500 > head.offset);
    for position in kept {
        let page = read(&store, ReadFrom::After(*position)).await;
        assert_eq!(page.verdict, Verdict::Contiguous, "behind {position:?}");
    }
}

#[tokio::test]
async fn after_a_restart_with_nothing_there_is_another_epoch() {
    let test = "after_a_restart_with_nothing_there_is_another_epoch";
    let Some(mut server) = start_or_skip(test, &[]) else {
        return;
    };
    let store = connect(&server).await;
    assert!(!store.capabilities().durable);
    let before = fill(&store, 3).await;
    kill_and_start(&mut server, &[]);
    let page = read(&store, ReadFrom::After(before[1])).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Unknown));
    let after = fill(&store, 3).await;
    let page = read(&store, ReadFrom::After(before[1])).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Epoch));
    assert_eq!(page.head, Some(after[2]));
}

#[tokio::test]
async fn after_everything_was_removed_there_is_another_epoch_and_revisions_go_on() {
    let test = "after_everything_was_removed_there_is_another_epoch_and_revisions_go_on";
    let Some(server) = start_or_skip(test, &[]) else {
        return;
    };
    let store = connect(&server).await;
    let before = fill(&store, 3).await;
    let key = key();
    let put = || store.put(&key, Bytes::new(), Expect::Any, None);
    let Put::Stored { revision: first } = put().await.unwrap() else {
        panic!("it expects anything");
    };
    server.ask("FLUSHALL");
    let page = read(&store, ReadFrom::After(before[2])).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Unknown));
    fill(&store, 5).await;
    let page = read(&store, ReadFrom::After(before[2])).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Epoch));
    let Put::Stored { revision: second } = put().await.unwrap() else {
        panic!("it expects anything");
    };
    assert!(second > first, "{second} comes after {first}");
}

#[tokio::test]
async fn records_that_were_removed_alone_are_trimmed() {
    let Some(server) = start_or_skip("records_that_were_removed_alone_are_trimmed", &[]) else {
        return;
    };
    let store = connect(&server).await;
    let positions = fill(&store, 5).await;
    server.ask(&format!("DEL {RECORDS}"));
    let page = read(&store, ReadFrom::After(positions[2])).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Trimmed));
    let page = read(&store, ReadFrom::After(positions[4])).await;
    assert_eq!(
        (page.verdict, page.head),
        (Verdict::Contiguous, Some(positions[4]))
    );
    let next = store
        .append(&log(), append_of("next"))
        .await
        .unwrap()
        .position;
    assert_eq!((next.epoch, next.offset), (positions[4].epoch, 6));
    let page = read(&store, ReadFrom::After(positions[4])).await;
    assert_eq!((page.verdict, page.records.len()), (Verdict::Contiguous, 1));
    let page = read(&store, ReadFrom::After(positions[3])).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Trimmed));
}

#[tokio::test]
async fn a_head_that_was_removed_alone_takes_its_records_with_it() {
    let test = "a_head_that_was_removed_alone_takes_its_records_with_it";
    let Some(server) = start_or_skip(test, &[]) else {
        return;
    };
    let store = connect(&server).await;
    let lost = store.append(&log(), keyed("once")).await.unwrap();
    fill(&store, 4).await;
    server.ask(&format!("DEL {HEAD}"));
    let page = read(&store, ReadFrom::After(lost.position)).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Unknown));
    assert!(read(&store, ReadFrom::Earliest).await.records.is_empty());
    // What was lost with the log is appended again, and is no duplicate of something that nobody can read.
    let again = store.append(&log(), keyed("once")).await.unwrap();
    assert!(!again.duplicate);
    assert_ne!(again.position.epoch, lost.position.epoch);
    let page = read(&store, ReadFrom::After(lost.position)).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Epoch));
    let kept = read(&store, ReadFrom::Earliest).await.records;
    assert_eq!(kept.len(), 1, "records of the lost log are there");
}
