//! The server is killed, and started again.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use sse_session::store::{GapReason, SessionStore, Verdict};

use crate::support::{append_at_last, connect, fill, keyed, log, read_after, read_all, server};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_when_the_server_was_killed_is_there_or_is_told_to_be_gone() {
    let test = "what_was_acknowledged_when_the_server_was_killed_is_there_or_is_told_to_be_gone";
    let Some(mut server) = server(test) else {
        return;
    };
    let store = connect(&server).await;
    let log = log("burst");
    let before = fill(&store, &log, 20).await;
    for round in 1..4 {
        let stop = Arc::new(AtomicBool::new(false));
        let burst = tokio::spawn({
            let (store, log, stop) = (store.clone(), log.clone(), Arc::clone(&stop));
            async move {
                let mut acknowledged = Vec::new();
                let mut number = round * 1_000_000;
                while !stop.load(Ordering::Relaxed) {
                    acknowledged.push(append_at_last(&store, &log, keyed(number)).await.position);
                    number += 1;
                }
                acknowledged
            }
        });
        tokio::time::sleep(core::time::Duration::from_millis(300)).await;
        server.kill();
        server.start_again();
        append_at_last(&store, &log, keyed(round * 1_000_000 + 999_999)).await;
        stop.store(true, Ordering::Relaxed);
        let acknowledged = burst.await.unwrap();
        let kept: Vec<_> = read_all(&store, &log)
            .await
            .into_iter()
            .map(|record| record.position)
            .collect();
        let lost = acknowledged.iter().filter(|at| !kept.contains(at)).count();
        println!("{} acknowledged, {lost} lost", acknowledged.len());
        for at in &acknowledged {
            let page = read_after(&store, &log, *at).await;
            let expected = if kept.contains(at) {
                Verdict::Contiguous
            } else {
                Verdict::Gap(GapReason::Forked)
            };
            assert_eq!(page.verdict, expected, "behind {at:?}");
        }
    }
    let page = read_after(&store, &log, before[5]).await;
    assert_eq!(page.verdict, Verdict::Contiguous);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_lost_its_last_records_is_found_out() {
    let Some(mut server) = server("a_server_that_lost_its_last_records_is_found_out") else {
        return;
    };
    let store = connect(&server).await;
    let log = log("rewound");
    let positions = fill(&store, &log, 10).await;
    // As a backup of it has it.
    server.kill();
    server.start_again();
    append_at_last(&store, &log, keyed(100)).await;
    let files = server.server().place().directory().join("jetstream");
    let backup = server.server().place().directory().join("backup");
    server.kill();
    copy(&files, &backup);
    server.start_again();
    let lost = append_at_last(&store, &log, keyed(101)).await.position;
    let lost_too = append_at_last(&store, &log, keyed(102)).await.position;
    server.kill();
    std::fs::remove_dir_all(&files).unwrap();
    std::fs::rename(&backup, &files).unwrap();
    server.start_again();
    let head = loop {
        if let Ok(heads) = store.heads(core::slice::from_ref(&log)).await {
            break heads[0].unwrap();
        }
        tokio::time::sleep(core::time::Duration::from_millis(50)).await;
    };
    assert!(head.offset < lost.offset);
    let page = read_after(&store, &log, lost).await;
    assert_eq!(page.verdict, Verdict::Gap(GapReason::Rewound));
    // The offsets are used again, by others.
    append_at_last(&store, &log, keyed(201)).await;
    append_at_last(&store, &log, keyed(202)).await;
    append_at_last(&store, &log, keyed(203)).await;
    for at in [lost, lost_too] {
        let page = read_after(&store, &log, at).await;
        assert_eq!(page.verdict, Verdict::Gap(GapReason::Forked), "{at:?}");
    }
    for at in [head, positions[3]] {
        let page = read_after(&store, &log, at).await;
        assert_eq!(page.verdict, Verdict::Contiguous, "the common ancestor");
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .args([from, to])
        .status();
    assert!(copied.unwrap().success());
}
