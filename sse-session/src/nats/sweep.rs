//! Removes what has expired.

use core::time::Duration;
use std::{collections::HashMap, sync::Arc};

use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, ReplayPolicy, pull};
use bytes::Bytes;
use futures_util::StreamExt as _;

use super::{
    clock::micros,
    failure::unavailable,
    keys::KeyMeta,
    log_meta::LogMeta,
    registry::{self, ValueMeta},
    server::{Outcome, Server, Stored, meta},
    sets::SetMeta,
    streams::Kind,
};
use crate::store::StoreError;

/// How often somebody looks at all there is.
pub(super) const INTERVAL: Duration = Duration::from_secs(600);
/// How many messages are asked for at once.
const BATCH: usize = 500;

/// Removes what has expired, if nobody else has done so within the interval.
pub(super) async fn sweep(server: &Arc<Server>, interval: Duration) -> Result<bool, StoreError> {
    let subject = server.subjects.sweep();
    let last = server.last(Kind::State, &subject).await?;
    let now = server.clock.now();
    if last
        .as_ref()
        .is_some_and(|last| last.at.saturating_add(micros(interval)) > now)
    {
        return Ok(false);
    }
    let after = last.map_or(0, |last| last.sequence);
    let mine = server.store(Kind::State, &subject, "{}", Bytes::new(), after);
    if mine.await? == Outcome::Conflict {
        return Ok(false);
    }
    for kind in Kind::ALL {
        sweep_stream(server, kind).await?;
    }
    Ok(true)
}

async fn sweep_stream(server: &Arc<Server>, kind: Kind) -> Result<(), StoreError> {
    let now = server.clock.now();
    let mut expired = HashMap::new();
    let stream = server.stream(kind).await?;
    let consumer = stream.create_consumer(pull::Config {
        deliver_policy: DeliverPolicy::LastPerSubject,
        filter_subject: match kind {
            Kind::Logs => server.subjects.all_logs(),
            Kind::State => server.subjects.all_state(),
            Kind::Keys => server.subjects.all_keys(),
        },
        ack_policy: AckPolicy::None,
        replay_policy: ReplayPolicy::Instant,
        headers_only: true,
        inactive_threshold: Duration::from_secs(30),
        memory_storage: true,
        num_replicas: 1,
        ..pull::Config::default()
    });
    let consumer = consumer.await.map_err(unavailable)?;
    loop {
        let batch = consumer.fetch().max_messages(BATCH).messages();
        let mut batch = batch.await.map_err(unavailable)?;
        let mut came = 0;
        while let Some(message) = batch.next().await {
            let message = message.map_err(unavailable)?;
            came += 1;
            let sequence = message.info().map_err(unavailable)?.stream_sequence;
            let stored = Stored {
                sequence,
                subject: message.subject.to_string(),
                headers: message.headers.clone().unwrap_or_default(),
                payload: Bytes::new(),
                at: 0,
            };
            if is_expired(server, kind, &stored, now) {
                expired.insert(stored.subject, sequence);
            }
        }
        for (subject, sequence) in expired.drain() {
            remove(server, kind, &subject, sequence).await?;
        }
        if came < BATCH {
            break;
        }
    }
    let name = consumer.cached_info().name.clone();
    let _ = stream.delete_consumer(&name).await;
    Ok(())
}

/// Whether a message is the last of something that is over. Of another version, it is not.
fn is_expired(server: &Server, kind: Kind, stored: &Stored, now: u64) -> bool {
    let headers = &stored.headers;
    match kind {
        Kind::Keys => meta::<KeyMeta>(headers).is_ok_and(|it| it.until < now),
        Kind::Logs => LogMeta::of(stored).is_ok_and(|it| {
            let forget_after = micros(server.options.forget_after);
            it.is_forgettable(stored.sequence, forget_after, now)
        }),
        Kind::State if is_value(server, &stored.subject) => {
            meta::<ValueMeta>(headers).is_ok_and(|it| it.is_removed || it.until < now)
        }
        Kind::State => meta::<SetMeta>(headers).is_ok_and(|it| it.until < now),
    }
}

fn is_value(server: &Server, subject: &str) -> bool {
    let prefix = server.subjects.all_state();
    let prefix = prefix.trim_end_matches('>');
    subject
        .strip_prefix(prefix)
        .is_some_and(|rest| rest.starts_with("value."))
}

/// Removes up to this message, and nothing that came later.
async fn remove(
    server: &Server,
    kind: Kind,
    subject: &str,
    sequence: u64,
) -> Result<(), StoreError> {
    if kind == Kind::State && is_value(server, subject) {
        return registry::forget(server, subject).await;
    }
    server.purge(kind, subject, sequence + 1).await
}
