//! Hints.

use std::sync::Arc;

use crate::{
    conformance::{
        Stop,
        records::{append_of, fill, numbered, read_all, texts},
        sinks::{Hints, Subscriber, is_of},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{LogName, SessionStore, WatchEvent},
};

/// W1, W2: after each append comes a hint, and whoever reads because of it finds the record; also the
/// first one of a log.
pub(in super::super) async fn each_append_is_told(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    for before in [0, 3] {
        let log = trial.log();
        fill(&*store, &log, before).await?;
        let mut subscriber = Subscriber::begin(trial, &*store, &log).await?;
        for number in before..before + 30 {
            // At the same time, so that a hint that comes too early is read too early.
            let append = tokio::spawn({
                let (store, log) = (Arc::clone(&store), log.clone());
                async move { store.append(&log, append_of(numbered(number))).await }
            });
            subscriber.see(trial, &*store, number + 1).await?;
            append.await.map_err(Stop::failed)??;
        }
    }
    Ok(())
}

/// W2: each watch of a log is told, and each log of a watch.
pub(in super::super) async fn each_watch_is_told(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let logs = [trial.log(), trial.log()];
    let mut subscribers = Vec::new();
    for _ in 0..3 {
        for log in &logs {
            let subscriber = Subscriber::begin(trial, &*store, log).await?;
            subscribers.push(subscriber);
        }
    }
    let mut both = Hints::of(&*store);
    for log in &logs {
        both.watch(trial, log).await?;
    }
    for log in &logs {
        fill(&*store, log, 5).await?;
        while !is_of(&both.next(trial, "a hint of both").await?, log) {}
    }
    for mut subscriber in subscribers {
        subscriber.see(trial, &*store, 5).await?;
    }
    Ok(())
}

/// W1: a record that comes with its hint is the one that was appended, whatever its bytes.
pub(in super::super) async fn a_told_record_is_as_it_is_read(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut hints = Hints::of(&*store);
    hints.watch(trial, &log).await?;
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    for payload in [&b"first"[..], b"", b"\0\r\n\xff", &bytes] {
        store.append(&log, append_of(payload)).await?;
    }
    let kept = read_all(&*store, &log).await?;
    for event in hints.within_slack(trial).await {
        // A store may also tell that something has changed, and no more.
        if let WatchEvent::Appended { log: of, record } = event {
            ensure!(of == log, "a hint of a log that was not added");
            let read = kept.iter().find(|kept| kept.position == record.position);
            ensure_eq!(Some(&record), read, "the record that was told");
        }
    }
    Ok(())
}

/// W3: whatever happens to others, also to those whose names are alike.
pub(in super::super) async fn a_log_that_was_not_added_is_silent(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let of = |name: &str| LogName::of_kind("channel", name);
    let mut hints = Hints::of(&*store);
    hints.watch(trial, &of("a")).await?;
    for name in ["b", "a/b", "a ", "A", "aa", "a*", "*", "?", "[a]", ">"] {
        fill(&*store, &of(name), 3).await?;
        let payload = bytes::Bytes::from_static(b"x");
        store.announce(&of(name), payload).await?;
    }
    fill(&*store, &LogName::of_kind("session", "a"), 3).await?;
    for event in hints.within_slack(trial).await {
        ensure!(
            is_of(&event, &of("a")) || matches!(event, WatchEvent::Lost | WatchEvent::Restored),
            "{event:?} is of a log that was not added"
        );
        ensure!(
            !matches!(event, WatchEvent::Appended { .. }),
            "{event:?} was not appended"
        );
    }
    // And one whose name is a pattern hears of no other.
    let mut hints = Hints::of(&*store);
    hints.watch(trial, &of("*")).await?;
    fill(&*store, &of("z"), 3).await?;
    for event in hints.within_slack(trial).await {
        ensure!(!is_of(&event, &of("z")), "{event:?} is of another log");
    }
    Ok(())
}

/// Appends until no hint of it comes any more, which has to happen.
async fn ensure_falls_silent(
    trial: &Trial,
    store: &dyn SessionStore,
    hints: &mut Hints,
    log: &LogName,
) -> Outcome {
    for _ in 0..20 {
        hints.within_slack(trial).await;
        fill(store, log, 3).await?;
        let events = hints.within_slack(trial).await;
        if !events.iter().any(|event| is_of(event, log)) {
            return Ok(());
        }
    }
    Err(Stop::failed("a log that was removed is told for ever"))
}

/// W3: and the others are not.
pub(in super::super) async fn a_removed_log_falls_silent(trial: &Trial) -> Outcome {
    let (store, removed, stays) = (trial.fresh().await?, trial.log(), trial.log());
    let mut hints = Hints::of(&*store);
    hints.watch(trial, &removed).await?;
    hints.watch(trial, &stays).await?;
    fill(&*store, &removed, 3).await?;
    hints.watch.remove(&removed);
    // What was never added can be removed too.
    hints.watch.remove(&trial.log());
    ensure_falls_silent(trial, &*store, &mut hints, &removed).await?;
    fill(&*store, &stays, 1).await?;
    while !is_of(&hints.next(trial, "a hint of the other").await?, &stays) {}
    Ok(())
}

/// W3: it has to be removed only once.
pub(in super::super) async fn asked_twice_it_is_watched_once(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut hints = Hints::of(&*store);
    hints.watch(trial, &log).await?;
    hints.watch.add(&log);
    hints.watch.add(&log);
    fill(&*store, &log, 1).await?;
    hints.watch.remove(&log);
    ensure_falls_silent(trial, &*store, &mut hints, &log).await
}

/// W2: it is in force again when that is told again.
pub(in super::super) async fn a_log_that_is_added_again_is_told_again(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut subscriber = Subscriber::begin(trial, &*store, &log).await?;
    let mut appended = 0;
    for _ in 0..5 {
        subscriber.hints.watch.remove(&log);
        ensure_falls_silent(trial, &*store, &mut subscriber.hints, &log).await?;
        subscriber.hints.watch(trial, &log).await?;
        store.append(&log, append_of("x")).await?;
        appended = read_all(&*store, &log).await?.len();
        subscriber.see(trial, &*store, appended).await?;
    }
    ensure!(appended > 0, "nothing was appended");
    Ok(())
}

/// W3: dropped, none of its logs is watched.
pub(in super::super) async fn a_dropped_watch_falls_silent(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut hints = Hints::of(&*store);
    hints.watch(trial, &log).await?;
    hints.watch = Hints::of(&*store).watch;
    ensure_falls_silent(trial, &*store, &mut hints, &log).await
}

/// W4, R6: what another process appends is told as what this one does.
pub(in super::super) async fn appends_by_others_are_told(trial: &Trial) -> Outcome {
    let store = trial.fresh_with(|can| can.shared, "shared").await?;
    let other = trial.another(&store).await?;
    let log = trial.log();
    let mut subscriber = Subscriber::begin(trial, &*store, &log).await?;
    for number in 0..20 {
        let writer = if number % 2 == 0 { &other } else { &store };
        let append = append_of(numbered(number));
        writer.append(&log, append).await?;
        subscriber.see(trial, &*store, number + 1).await?;
    }
    let found = texts(&read_all(&*other, &log).await?);
    ensure_eq!(found, texts(&subscriber.seen), "what the other one reads");
    Ok(())
}
