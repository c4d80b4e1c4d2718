//! What may be appended.

use bytes::Bytes;

use crate::{
    conformance::{
        Stop,
        records::{append_of, head, read_all},
        stop::{Outcome, ensure, ensure_eq},
        trial::Trial,
    },
    store::StoreError,
};

/// The longest payload that is tried.
const MOST: usize = 32 << 20;

/// These payloads are given back as they were.
async fn ensure_given_back(trial: &Trial, payloads: Vec<Bytes>) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let most = store.capabilities().max_payload_bytes;
    let payloads: Vec<_> = payloads.into_iter().filter(|it| it.len() <= most).collect();
    for payload in &payloads {
        store.append(&log, append_of(payload)).await?;
    }
    let records = read_all(&*store, &log).await?;
    ensure_eq!(records.len(), payloads.len(), "the number of records");
    for (record, payload) in records.iter().zip(&payloads) {
        ensure!(
            record.payload == *payload,
            "a payload of {} bytes is another one now",
            payload.len()
        );
    }
    Ok(())
}

/// A7: nothing is a payload too.
pub(in super::super) async fn a_payload_may_be_empty(trial: &Trial) -> Outcome {
    let payloads = ["", "x", "", ""].map(|text| Bytes::from_static(text.as_bytes()));
    ensure_given_back(trial, payloads.to_vec()).await
}

/// A7: each byte, alone and among others, and what a wire format could take for its own.
pub(in super::super) async fn a_payload_may_have_all_bytes(trial: &Trial) -> Outcome {
    let mut payloads: Vec<_> = (0..=u8::MAX).map(|byte| Bytes::from(vec![byte])).collect();
    payloads.push((0..=u8::MAX).collect());
    payloads.push((0..=u8::MAX).rev().collect());
    for text in [
        "\r\n",
        "\n\ndata: x\n\n",
        "*1\r\n$4\r\nPING\r\n",
        "+OK\r\n",
        "\0",
        "nil",
        "-1",
    ] {
        payloads.push(Bytes::from_static(text.as_bytes()));
    }
    ensure_given_back(trial, payloads).await
}

/// A7: lengths around those at which formats change.
pub(in super::super) async fn payloads_of_many_lengths_are_given_back(trial: &Trial) -> Outcome {
    let mut payloads = Vec::new();
    for edge in [64, 128, 256, 4_096, 16_384, 65_536, 262_144] {
        for length in [edge - 1, edge, edge + 1] {
            payloads.push((0..length).map(|at| (at % 251) as u8).collect());
        }
    }
    ensure_given_back(trial, payloads).await
}

/// A7: a payload of exactly the declared length is taken.
pub(in super::super) async fn the_longest_payload_is_taken(trial: &Trial) -> Outcome {
    let most = trial.fresh().await?.capabilities().max_payload_bytes;
    ensure!(most > 0, "no payload has a length of up to 0 bytes");
    let most = most.min(MOST);
    ensure_given_back(trial, vec![Bytes::from(vec![7; most])]).await
}

/// S5, A7: one byte more is refused by its length, and leaves the log as it was.
pub(in super::super) async fn a_payload_that_is_too_large_is_refused(trial: &Trial) -> Outcome {
    let (store, log) = (trial.fresh().await?, trial.log());
    let most = store.capabilities().max_payload_bytes;
    if most > MOST {
        let why = format!("payloads may have {most} bytes, and more than {MOST} is not tried");
        return Err(Stop::skipped(why));
    }
    let first = store.append(&log, append_of("first")).await?.position;
    let refused = store.append(&log, append_of(vec![7; most + 1])).await;
    ensure!(
        matches!(refused, Err(StoreError::TooLarge { max_bytes }) if max_bytes == most),
        "{} bytes gave {refused:?}",
        most + 1
    );
    ensure_eq!(head(&*store, &log).await?, Some(first), "the head");
    ensure_eq!(read_all(&*store, &log).await?.len(), 1, "the records");
    let second = store.append(&log, append_of("second")).await?;
    ensure!(second.position.offset > first.offset, "the log is stuck");
    Ok(())
}
