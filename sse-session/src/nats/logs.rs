//! Appending and trimming.

use core::time::Duration;
use std::sync::Arc;

use bytes::Bytes;
use tokio::time::Instant;

use super::{
    clock::deadline,
    failure::unavailable,
    keys,
    log_meta::{Head, LogMeta},
    registry,
    server::{Outcome, Server, to_meta},
    streams::Kind,
    subjects::token,
    turns::Turns,
};
use crate::store::{Append, Appended, Durability, Fence, LogName, Position, StoreError};

/// How long the last message of a log is believed to be that. Somebody may have restored or deleted the stream, and come to the
/// same sequence again; not so soon.
const BELIEVED: Duration = Duration::from_secs(1);

/// All logs, and the last message of some.
#[derive(Debug, Default)]
pub(super) struct Logs {
    turns: Turns<Option<Known>>,
}

/// The last message of a log, when it was.
#[derive(Debug)]
struct Known {
    head: Head,
    since: Instant,
    connection: u64,
}

impl Known {
    /// From now on, if it will be the head.
    fn from_now(server: &Server) -> impl FnOnce(Head) -> Self + use<> {
        let (since, connection) = (Instant::now(), server.events.connection());
        move |head| Self {
            head,
            since,
            connection,
        }
    }

    /// The head, and whether it was asked for just now.
    async fn head(
        known: &mut Option<Self>,
        server: &Server,
        subject: &str,
    ) -> Result<(Head, bool), StoreError> {
        let is_good = |known: &Self| {
            known.since.elapsed() < BELIEVED && known.connection == server.events.connection()
        };
        // Taken out, so that nothing is believed after this was dropped in the middle.
        match known.take().filter(is_good) {
            Some(known) => Ok((known.head, false)),
            None => Ok((head_of(server, subject).await?, true)),
        }
    }
}

impl Logs {
    pub(super) async fn append(
        &self,
        server: &Arc<Server>,
        log: &LogName,
        append: Append,
        durability: Durability,
    ) -> Result<Appended, StoreError> {
        let subject = server.subjects.log(log);
        let key_token = append.key.as_ref().map(|key| token(&key.key));
        let turn = self.turns.of(&subject);
        let mut known = turn.lock().await;
        let give_up = server.deadline();
        loop {
            let (mut head, is_new) = Known::head(&mut known, server, &subject).await?;
            // After the head was looked at: whoever ends the fence's revision from now on puts something behind that head.
            if let Some(fence) = &append.fence {
                registry::hold(server, fence, &subject).await?;
            }
            let now = server.clock.now();
            let mut next =
                LogMeta::next(&head, new_epoch()?).with_record(append.tag, append.retention, now);
            if let (Some(key), Some(key_token)) = (&append.key, &key_token) {
                let there = keys::find(server, &subject, &head, key_token, now).await?;
                if let Some(position) = there {
                    // Not before it is known that the log is there still.
                    if is_new {
                        return Ok(Appended::new(position, durability).as_duplicate());
                    }
                    continue;
                }
                next = next.with_key(key_token.clone(), deadline(now, key.window));
            }
            keys::index(server, &subject, &mut head).await?;
            let meta = to_meta(&next)?;
            let from_now = Known::from_now(server);
            let stored = server.store(
                Kind::Logs,
                &subject,
                &meta,
                append.payload.clone(),
                head.sequence,
            );
            if let Outcome::Stored(sequence) = stored.await? {
                let surplus = next.surplus(append.retention, now);
                let position = Position {
                    epoch: next.epoch,
                    offset: sequence,
                    tag: append.tag,
                };
                *known = Some(from_now(Head {
                    sequence,
                    is_indexed: next.key.is_none(),
                    removed: surplus.max(head.removed),
                    meta: Some(next),
                }));
                drop(known);
                if surplus > head.removed {
                    self.remove_later(server, subject, surplus);
                }
                return Ok(Appended::new(position, durability));
            }
            wait_for_others(give_up).await?;
        }
    }

    /// Removes what need not be kept. If it is not done, a later append does it.
    #[expect(clippy::unused_self, reason = "it is of logs")]
    fn remove_later(&self, server: &Arc<Server>, subject: String, through: u64) {
        let server = Arc::clone(server);
        tokio::spawn(async move {
            let _ = server.purge(Kind::Logs, &subject, through + 1).await;
        });
    }

    pub(super) async fn trim(
        &self,
        server: &Server,
        log: &LogName,
        through: u64,
        fence: Option<&Fence>,
    ) -> Result<(), StoreError> {
        let subject = server.subjects.log(log);
        let turn = self.turns.of(&subject);
        let mut known = turn.lock().await;
        let give_up = server.deadline();
        loop {
            let (mut head, is_new) = Known::head(&mut known, server, &subject).await?;
            if let Some(fence) = fence {
                registry::hold(server, fence, &subject).await?;
            }
            let mut next = LogMeta::next(&head, new_epoch()?);
            let through = through.min(head.last().offset);
            if through <= next.floor {
                // Nothing to do, if this is the head still.
                if is_new {
                    return Ok(());
                }
                continue;
            }
            keys::index(server, &subject, &mut head).await?;
            next.floor = through;
            let meta = to_meta(&next)?;
            let from_now = Known::from_now(server);
            let stored = server.store(Kind::Logs, &subject, &meta, Bytes::new(), head.sequence);
            if let Outcome::Stored(sequence) = stored.await? {
                *known = Some(from_now(Head {
                    sequence,
                    meta: Some(next),
                    is_indexed: true,
                    removed: through,
                }));
                drop(known);
                // They are not shown any more. If they are not removed now, the next one does it.
                let _ = server.purge(Kind::Logs, &subject, through + 1).await;
                return Ok(());
            }
            wait_for_others(give_up).await?;
        }
    }
}

/// Puts something behind the last message of a log, so that nobody who has seen that one appends.
pub(super) async fn seal(server: &Server, subject: &str) -> Result<(), StoreError> {
    let give_up = server.deadline();
    loop {
        let mut head = head_of(server, subject).await?;
        keys::index(server, subject, &mut head).await?;
        let meta = to_meta(&LogMeta::next(&head, new_epoch()?))?;
        let stored = server.store(Kind::Logs, subject, &meta, Bytes::new(), head.sequence);
        if let Outcome::Stored(_) = stored.await? {
            return Ok(());
        }
        wait_for_others(give_up).await?;
    }
}

pub(super) async fn head_of(server: &Server, subject: &str) -> Result<Head, StoreError> {
    Head::of(server.last(Kind::Logs, subject).await?.as_ref())
}

/// Lets others go first, for some time.
pub(super) async fn wait_for_others(give_up: Instant) -> Result<(), StoreError> {
    if Instant::now() >= give_up {
        return Err(unavailable("others were faster all the time"));
    }
    let micros = getrandom::u32().map_err(|error| unavailable(error.to_string()))? % 2_000;
    tokio::time::sleep(Duration::from_micros(micros.into())).await;
    Ok(())
}

/// 0 is no log's, so that it can stand for none.
fn new_epoch() -> Result<u64, StoreError> {
    let epoch = getrandom::u64().map_err(|error| unavailable(error.to_string()))?;
    Ok(epoch.max(1))
}
