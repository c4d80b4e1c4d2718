//! Appends that are repeated.

use core::time::Duration;

use bytes::Bytes;

use crate::{
    conformance::{
        records::{append_of, head, read_all, texts},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::{Append, IdempotencyKey},
};

/// Longer than any case takes.
const LONG: Duration = Duration::from_secs(3_600);

fn keyed(payload: &str, key: &[u8], window: Duration) -> Append {
    let mut append = append_of(payload);
    append.key = Some(IdempotencyKey {
        key: Bytes::copy_from_slice(key),
        window,
    });
    append
}

/// A4: the second one gives the position of the first, whatever else it says, however much came between.
pub(in super::super) async fn a_repeated_append_changes_nothing(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let append = keyed("first", b"key", LONG);
    let first = store.append(&log, append.clone()).await?;
    ensure!(!first.duplicate, "the first one is a duplicate");
    for repeated in [append.clone(), keyed("other", b"key", LONG), append] {
        let again = store.append(&log, repeated).await?;
        ensure!(again.duplicate, "the second one is none");
        ensure_eq!(again.position, first.position, "its position");
        let other = store.append(&log, append_of("between")).await?;
        let last = Some(other.position);
        ensure_eq!(head(&*store, &log).await?, last, "the head");
    }
    let found = texts(&read_all(&*store, &log).await?);
    ensure_eq!(found, ["first", "between", "between", "between"], "the log");
    Ok(())
}

/// A4: the same key in another log is another one.
pub(in super::super) async fn a_key_is_of_one_log(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    for _ in 0..3 {
        let log = trial.log();
        let appended = store.append(&log, keyed("x", b"key", LONG)).await?;
        ensure!(!appended.duplicate, "a key of another log is known");
        ensure_eq!(read_all(&*store, &log).await?.len(), 1, "the records");
    }
    Ok(())
}

/// A4: keys are bytes, 1 to 64.
pub(in super::super) async fn keys_of_any_bytes_are_keys_apart(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let mut keys: Vec<Vec<u8>> = (0..=u8::MAX).map(|byte| vec![byte]).collect();
    keys.extend([&b"a\0"[..], b"a\0\0", b"ab", b"a:b", b"a/b", &[0xff, 0xfe]].map(<[u8]>::to_vec));
    keys.extend([vec![b'k'; 63], vec![b'k'; 64]]);
    let mut positions = Vec::new();
    for key in &keys {
        let appended = store.append(&log, keyed("x", key, LONG)).await?;
        ensure!(!appended.duplicate, "{key:?} is known");
        positions.push(appended.position);
    }
    for (key, position) in keys.iter().zip(positions) {
        let again = store.append(&log, keyed("x", key, LONG)).await?;
        ensure!(again.duplicate, "{key:?} is not known");
        ensure_eq!(again.position, position, "the position of {key:?}");
    }
    Ok(())
}

/// A4: a record that was trimmed is not appended again.
pub(in super::super) async fn a_key_outlives_its_record(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let first = store.append(&log, keyed("first", b"key", LONG)).await?;
    store.trim(&log, first.position.offset, None).await?;
    let again = store.append(&log, keyed("first", b"key", LONG)).await?;
    ensure!(again.duplicate, "a record that was handled came back");
    ensure_eq!(again.position, first.position, "its position");
    ensure!(
        read_all(&*store, &log).await?.is_empty(),
        "a record is there"
    );
    Ok(())
}

/// A4: up to the end of the window it is the same one.
pub(in super::super) async fn a_key_is_remembered_within_its_window(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let store = &*store;
    let slack = trial.timing().slack;
    trial
        .within_ttl(async |window| {
            let log = trial.log();
            let first = store.append(&log, keyed("x", b"key", window)).await?;
            for part in [window / 2, (window / 2).saturating_sub(slack * 2)] {
                trial.advance(part).await;
                let again = store.append(&log, keyed("x", b"key", window)).await?;
                ensure!(again.duplicate, "it is forgotten before {window:?}");
                ensure_eq!(again.position, first.position, "its position");
            }
            Ok(())
        })
        .await
}

/// A4: after the window it is another one, even if it was used for something else.
pub(in super::super) async fn a_key_is_new_after_its_window(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let window = trial.timing().ttl;
    let mut last = 0;
    for round in 0..3 {
        let append = keyed("x", b"key", window);
        let appended = store.append(&log, append).await?;
        ensure!(!appended.duplicate, "it is remembered in round {round}");
        ensure!(appended.position.offset > last, "its offset is not new");
        last = appended.position.offset;
        trial.outlive(window).await;
    }
    ensure_eq!(read_all(&*store, &log).await?.len(), 3, "the records");
    Ok(())
}

/// A9: neither a repetition nor the window that it names prolongs it.
pub(in super::super) async fn a_repetition_does_not_prolong_the_window(trial: &Trial) -> Outcome {
    let store = trial.fresh().await?;
    let store = &*store;
    trial
        .within_ttl(async |window| {
            let log = trial.log();
            store.append(&log, keyed("x", b"key", window)).await?;
            trial.advance(window / 2).await;
            for longer in [window, LONG] {
                let again = store.append(&log, keyed("x", b"key", longer)).await?;
                ensure!(again.duplicate, "it is forgotten before {window:?}");
            }
            // More than the whole by now, and less than one more.
            trial.outlive(window / 2).await;
            let again = store.append(&log, keyed("x", b"key", window)).await?;
            ensure!(!again.duplicate, "it is remembered for longer");
            Ok(())
        })
        .await
}
