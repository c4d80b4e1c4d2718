//! Acknowledging only what replicas have too.

use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use std::sync::Arc;

use ::redis::Value;
use tokio::runtime::Handle;

use super::{
    link::{Link, Open},
    logs::{Logs, Written},
    script::{Call, milliseconds},
};
use crate::store::{Append, LogName, StoreError};

/// Waits until replicas have what was written, on a connection of its own, because nothing else goes over it
/// meanwhile. What came while it was waiting for the last ones it waits for at once.
#[derive(Debug)]
pub(super) struct Replicas {
    link: Arc<Link>,
    runtime: Handle,
    replicas: u32,
    timeout: Duration,
    /// Counts what was written.
    written: AtomicU64,
    /// Held by the one who waits for all.
    turn: tokio::sync::Mutex<Waited>,
}

/// For what was waited last.
#[derive(Debug, Default)]
struct Waited {
    generation: u64,
    through: u64,
    replicas: u32,
}

impl Replicas {
    pub(super) fn new(link: Arc<Link>, replicas: u32, timeout: Duration) -> Arc<Self> {
        Arc::new(Self {
            link,
            runtime: Handle::current(),
            replicas,
            timeout,
            written: AtomicU64::new(0),
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// Does what a call says, and waits.
    pub(super) async fn ask(self: &Arc<Self>, call: &Call) -> Result<Value, StoreError> {
        let (open, answer) = self.link.ask_on(call).await?;
        self.wait(open).await?;
        Ok(answer)
    }

    /// Appends, waits, and only then lets it be seen.
    pub(super) async fn append(
        self: &Arc<Self>,
        logs: &Logs,
        commands: &Arc<Link>,
        log: &LogName,
        append: &Append,
        epoch: u64,
    ) -> Result<Written, StoreError> {
        let call = logs.append(log, append, epoch, false);
        let (open, answer) = self.link.ask_on(&call).await?;
        let written = Logs::appended(answer)?;
        if written.shown {
            return Ok(written);
        }
        self.wait(open).await?;
        match commands.ask(&logs.settle(log, written.position)).await {
            Ok(Value::Int(1)) => Ok(written),
            Ok(_) => Err(unknown("the log was rewound")),
            // It is there, and will be seen when the next one is.
            Err(error) => Err(StoreError::OutcomeUnknown {
                source: Some(Box::new(error)),
            }),
        }
    }

    /// Waits for what is in some logs and is not shown yet, and lets it be seen: others are at it, or whoever appended
    /// it has ended, or another server has taken over.
    pub(super) async fn settle(
        self: &Arc<Self>,
        logs: &Logs,
        commands: &Arc<Link>,
        names: &[LogName],
    ) -> Result<(), StoreError> {
        let (open, answer) = self.link.ask_on(&logs.heads(names)).await?;
        self.wait(open).await?;
        for (log, head) in names.iter().zip(Logs::known(answer)?) {
            if let Some(newest) = head.newest
                && head.is_pending()
            {
                commands.ask(&logs.settle(log, newest)).await?;
            }
        }
        Ok(())
    }

    /// Waits for what was answered on a connection before. On another one the server would not know of it.
    ///
    /// In a task of its own: others wait for it too, and would for ever if it were left to somebody who is not polled.
    async fn wait(self: &Arc<Self>, open: Open) -> Result<(), StoreError> {
        let replicas = Arc::clone(self);
        let task = self
            .runtime
            .spawn(async move { replicas.wait_in_turn(open).await });
        let ended = |_| Err(unknown("the runtime is being shut down"));
        task.await.unwrap_or_else(ended)
    }

    async fn wait_in_turn(&self, mut open: Open) -> Result<(), StoreError> {
        let mine = self.written.fetch_add(1, Ordering::AcqRel) + 1;
        let mut waited = self.turn.lock().await;
        if waited.generation != open.generation || waited.through < mine {
            let through = self.written.load(Ordering::Acquire);
            let wait = Call::question("WAIT")
                .arg(self.replicas)
                .arg(milliseconds(self.timeout));
            let replicas = wait.command.query_async(&mut open.connection).await;
            let replicas = replicas.map_err(|error: ::redis::RedisError| {
                self.link.discard(open.generation);
                StoreError::OutcomeUnknown {
                    source: Some(Box::new(error)),
                }
            })?;
            *waited = Waited {
                generation: open.generation,
                through,
                replicas,
            };
        }
        if waited.replicas < self.replicas {
            return Err(unknown(&format!(
                "{} of {} replicas have it",
                waited.replicas, self.replicas
            )));
        }
        Ok(())
    }
}

fn unknown(why: &str) -> StoreError {
    StoreError::OutcomeUnknown {
        source: Some(why.into()),
    }
}
