//! The connection over which hints come.

use core::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use ::redis::{PushInfo, PushKind, RedisError, Value, aio::MultiplexedConnection};
use tokio::{sync::Notify, time::sleep};

use super::{
    RedisOptions, address::Address, backoff::Backoff, dial::Dial, failure::Failure, keys::Keys,
    watchers::Watchers,
};

/// So many channels are asked for at once.
const AT_ONCE: usize = 256;

/// Holds the connection over which hints come, and keeps what is subscribed to as it is watched.
#[derive(Debug)]
pub(super) struct Subscriber {
    dial: Arc<Dial>,
    options: RedisOptions,
    keys: Keys,
    watchers: Arc<Watchers>,
    address: Address,
    next_seed: usize,
}

/// A connection over which hints come.
struct Open {
    connection: MultiplexedConnection,
    /// It does not tell everything any more.
    ended: Arc<Notify>,
    alive: Arc<AtomicBool>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.alive.store(false, Ordering::Release);
    }
}

impl Subscriber {
    pub(super) fn new(
        dial: Arc<Dial>,
        options: &RedisOptions,
        keys: Keys,
        watchers: Arc<Watchers>,
    ) -> Self {
        Self {
            dial,
            address: options.servers[0].clone(),
            next_seed: 1,
            options: options.clone(),
            keys,
            watchers,
        }
    }

    /// Goes on until the task is ended.
    pub(super) async fn run(mut self) {
        let mut backoff = Backoff::new(&self.options);
        loop {
            while self.watchers.is_empty() {
                self.watchers.changed.notified().await;
            }
            match self.connect().await {
                Ok(open) => {
                    let reason = self.keep(open, &mut backoff).await;
                    self.watchers.lose();
                    if let Failure::Moved(to) = &reason
                        && let Some(address) = self.address.referred(to)
                    {
                        self.address = address;
                        continue;
                    }
                }
                Err(_) => self.try_next(),
            }
            sleep(backoff.next()).await;
        }
    }

    fn try_next(&mut self) {
        let servers = &self.options.servers;
        self.address = servers[self.next_seed % servers.len()].clone();
        self.next_seed = self.next_seed.wrapping_add(1);
    }

    async fn connect(&self) -> Result<Open, RedisError> {
        let (ended, alive) = (Arc::<Notify>::default(), Arc::new(AtomicBool::new(true)));
        let pushed = {
            let (ended, alive) = (Arc::clone(&ended), Arc::clone(&alive));
            let watchers = Arc::clone(&self.watchers);
            let keys = self.keys.clone();
            move |push: PushInfo| {
                if alive.load(Ordering::Acquire) && !take(push, &watchers, &keys) {
                    watchers.lose();
                    ended.notify_one();
                }
            }
        };
        let connection = self.dial.connect(&self.address, Some(pushed)).await?;
        Ok(Open {
            connection,
            ended,
            alive,
        })
    }

    /// Keeps what is subscribed to as it is watched, until the connection does not tell everything any more.
    async fn keep(&self, mut open: Open, backoff: &mut Backoff) -> Failure {
        loop {
            if let Err(error) = self.follow(&mut open.connection).await {
                return Failure::of(error);
            }
            // All that was watched when it was lost is subscribed to.
            self.watchers.restore();
            backoff.reset();
            tokio::select! {
                () = open.ended.notified() => return Failure::UnknownScript,
                () = self.watchers.changed.notified() => {}
                () = sleep(self.options.check_interval) => {
                    let ping = ::redis::cmd("PING");
                    let answer: Result<Value, _> = ping.query_async(&mut open.connection).await;
                    if let Err(error) = answer {
                        return Failure::of(error);
                    }
                }
            }
        }
    }

    /// Subscribes to what is watched, and ends what is not.
    async fn follow(&self, connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
        let (begin, end) = match self.options.cluster {
            true => ("SSUBSCRIBE", "SUNSUBSCRIBE"),
            false => ("SUBSCRIBE", "UNSUBSCRIBE"),
        };
        loop {
            let changes = self.watchers.take_changes();
            if changes.is_empty() {
                return Ok(());
            }
            for names in changes.begin.chunks(AT_ONCE) {
                self.each(connection, begin, names).await?;
                self.watchers.begun(names);
            }
            for names in changes.end.chunks(AT_ONCE) {
                self.each(connection, end, names).await?;
                self.watchers.ended(names);
            }
        }
    }

    /// A command for each channel, of which each has one answer.
    async fn each(
        &self,
        connection: &mut MultiplexedConnection,
        command: &str,
        names: &[Box<str>],
    ) -> Result<(), RedisError> {
        let mut commands = ::redis::pipe();
        for name in names {
            commands.cmd(command).arg(self.keys.channel(name));
        }
        let answers = connection.send_packed_commands(&commands, 0, names.len());
        for answer in answers.await? {
            answer.extract_error()?;
        }
        Ok(())
    }
}

/// Takes what the server sends without being asked; `false` if it will not tell everything any more.
fn take(push: PushInfo, watchers: &Watchers, keys: &Keys) -> bool {
    let mut data = push.data.into_iter();
    let (first, second) = (data.next(), data.next());
    match (push.kind, first, second) {
        (PushKind::Disconnection, ..) => false,
        (
            PushKind::Message | PushKind::SMessage,
            Some(Value::BulkString(channel)),
            Some(Value::BulkString(message)),
        ) => {
            if let Some(log) = keys.log_of(&channel) {
                watchers.tell(log, message);
            }
            true
        }
        // The slot goes to another node.
        (PushKind::SUnsubscribe, Some(Value::BulkString(channel)), _) => keys
            .log_of(&channel)
            .is_none_or(|log| watchers.is_ending(log)),
        _ => true,
    }
}
