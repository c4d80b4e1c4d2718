//! The store.

use core::{fmt, time::Duration};
use std::sync::Arc;

use ::redis::Value;
use bytes::Bytes;
use tokio::{runtime::Handle, task::AbortHandle};

use super::{
    RedisDurability, RedisOptions,
    answer::{is_one, is_word},
    dial::Dial,
    keys::Keys,
    link::Link,
    logs::{Head, Logs, Written},
    registry,
    replicas::Replicas,
    script::Call,
    server, sets,
    subscriber::Subscriber,
    watchers::{RedisWatch, Watchers},
};
use crate::store::{
    Append, Appended, Capabilities, Durability, Entry, Expect, Fence, Join, Joined, Key, LogName,
    Member, Members, Page, Position, Put, ReadFrom, ReadLimit, SessionStore, SetName, StoreError,
    StoreFuture, Watch, WatchSink, check,
};

/// A [`SessionStore`] on a Redis or Valkey server. See the [module](crate::redis).
///
/// Clones are the same store. It is of the runtime in which it was connected.
#[derive(Clone)]
pub struct RedisStore {
    inner: Arc<Inner>,
}

struct Inner {
    options: RedisOptions,
    durability: Durability,
    logs: Logs,
    commands: Arc<Link>,
    replicas: Option<Arc<Replicas>>,
    watchers: Arc<Watchers>,
    runtime: Handle,
    subscriber: AbortHandle,
}

impl RedisStore {
    /// Connects, and looks whether the server can be used: version 7.0 or newer, and one that does not throw keys
    /// away. The connection over which hints come is made when something is watched.
    ///
    /// In a tokio runtime.
    ///
    /// # Errors
    ///
    /// [`Configuration`](StoreError::Configuration) if the options or the server cannot be used, or the server does
    /// not let this user do what is needed. [`Unavailable`](StoreError::Unavailable) if it cannot be reached.
    pub async fn connect(options: RedisOptions) -> Result<Self, StoreError> {
        let keys = Keys::new(&options.prefix, options.database)?;
        let dial = Arc::new(Dial::new(&options)?);
        let commands = Link::new(Arc::clone(&dial), &options);
        let durability = server::check(&commands, &options).await?;
        let replicas = match options.durability {
            RedisDurability::AsConfigured => None,
            RedisDurability::Replicated { replicas, timeout } => {
                if replicas == 0 || timeout >= options.response_timeout {
                    return Err(StoreError::Configuration {
                        problem: "it is waited for at least one replica, and for less than the response timeout"
                            .into(),
                    });
                }
                let link = Link::new(Arc::clone(&dial), &options);
                Some(Replicas::new(link, replicas, timeout))
            }
        };
        let watchers = Arc::<Watchers>::default();
        let runtime = Handle::current();
        let subscriber = Subscriber::new(dial, &options, keys.clone(), Arc::clone(&watchers)).run();
        let inner = Inner {
            durability,
            logs: Logs::new(keys, &options),
            options,
            commands,
            replicas,
            watchers,
            subscriber: runtime.spawn(subscriber).abort_handle(),
            runtime,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }
}

impl Inner {
    fn keys(&self) -> &Keys {
        &self.logs.keys
    }

    /// Asks something that changes nothing.
    async fn ask(&self, call: Call) -> Result<Value, StoreError> {
        self.commands.ask(&call).await
    }

    /// Changes something; if told so, waits until replicas have it.
    async fn change(&self, call: Call) -> Result<Value, StoreError> {
        match &self.replicas {
            Some(replicas) => replicas.ask(&call).await,
            None => self.commands.ask(&call).await,
        }
    }

    async fn append(
        self: &Arc<Self>,
        log: &LogName,
        append: Append,
    ) -> Result<Appended, StoreError> {
        check::append(&append, self.options.max_payload_bytes)?;
        let epoch = getrandom::u64().map_err(|error| StoreError::Unavailable {
            source: Some(error.to_string().into()),
        })?;
        // 0 is no log's, so that it can stand for none.
        let epoch = epoch.max(1);
        let written = match &self.replicas {
            None => Logs::appended(
                self.ask(self.logs.append(log, &append, epoch, true))
                    .await?,
            )?,
            Some(_) => self.append_replicated(log, append, epoch).await?,
        };
        let appended = Appended::new(written.position, self.durability);
        Ok(if written.duplicate {
            appended.as_duplicate()
        } else {
            appended
        })
    }

    /// In a task of its own: once it is begun it comes to its end, whoever waits for it.
    async fn append_replicated(
        self: &Arc<Self>,
        log: &LogName,
        append: Append,
        epoch: u64,
    ) -> Result<Written, StoreError> {
        let (inner, log) = (Arc::clone(self), log.clone());
        let task = self.runtime.spawn(async move {
            let Self {
                replicas: Some(replicas),
                logs,
                commands,
                ..
            } = &*inner
            else {
                return Err(StoreError::Closed);
            };
            replicas.append(logs, commands, &log, &append, epoch).await
        });
        // The runtime is being shut down.
        task.await.unwrap_or_else(|error| {
            Err(StoreError::OutcomeUnknown {
                source: Some(error.into()),
            })
        })
    }

    /// What is not shown yet may have been written before something that is acknowledged by now, so it is waited for.
    /// If that does not succeed, it is as if it were not there.
    async fn settle(&self, logs: &[LogName]) -> bool {
        let Some(replicas) = &self.replicas else {
            return false;
        };
        let settled = replicas.settle(&self.logs, &self.commands, logs).await;
        settled.is_ok()
    }

    async fn read(
        &self,
        log: &LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> Result<Page, StoreError> {
        let read = || self.ask(self.logs.read(log, from, limit));
        let first = Logs::page(read().await?)?;
        if first.pending && self.settle(core::slice::from_ref(log)).await {
            return Ok(Logs::page(read().await?)?.page);
        }
        Ok(first.page)
    }

    async fn heads(&self, logs: &[LogName]) -> Result<Vec<Option<Position>>, StoreError> {
        if logs.is_empty() {
            return Ok(Vec::new());
        }
        let ask = || self.ask(self.logs.heads(logs));
        let mut heads = Logs::known(ask().await?)?;
        if heads.iter().any(Head::is_pending) && self.settle(logs).await {
            heads = Logs::known(ask().await?)?;
        }
        Ok(heads.into_iter().map(|head| head.shown).collect())
    }

    async fn trim(
        &self,
        log: &LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> Result<(), StoreError> {
        let call = self.logs.trim(log, through, fence.as_ref());
        if is_word(&self.change(call).await?, "fenced") {
            return Err(StoreError::Fenced);
        }
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.subscriber.abort();
    }
}

/// What changes something is one script, which the server runs as a whole or not at all. Dropped before it was sent,
/// nothing is done; dropped later, it is done and nobody is told.
impl SessionStore for RedisStore {
    fn capabilities(&self) -> Capabilities {
        Capabilities {
            durable: self.inner.durability > Durability::Memory,
            shared: true,
            contiguous_offsets: true,
            byte_retention: false,
            exact_members: true,
            key_expiry: true,
            max_payload_bytes: self.inner.options.max_payload_bytes,
        }
    }

    fn append<'a>(&'a self, log: &'a LogName, append: Append) -> StoreFuture<'a, Appended> {
        Box::pin(self.inner.append(log, append))
    }

    fn read<'a>(
        &'a self,
        log: &'a LogName,
        from: ReadFrom,
        limit: ReadLimit,
    ) -> StoreFuture<'a, Page> {
        Box::pin(self.inner.read(log, from, limit))
    }

    fn heads<'a>(&'a self, logs: &'a [LogName]) -> StoreFuture<'a, Vec<Option<Position>>> {
        Box::pin(self.inner.heads(logs))
    }

    fn trim<'a>(
        &'a self,
        log: &'a LogName,
        through: u64,
        fence: Option<Fence>,
    ) -> StoreFuture<'a, ()> {
        Box::pin(self.inner.trim(log, through, fence))
    }

    fn announce<'a>(&'a self, log: &'a LogName, payload: Bytes) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            check::payload(&payload, self.inner.options.max_payload_bytes)?;
            self.inner
                .ask(self.inner.logs.announce(log, &payload))
                .await?;
            Ok(())
        })
    }

    fn watch(&self, sink: Arc<dyn WatchSink>) -> Box<dyn Watch> {
        Box::new(RedisWatch::new(Arc::clone(&self.inner.watchers), sink))
    }

    fn get<'a>(&'a self, key: &'a Key) -> StoreFuture<'a, Option<Entry>> {
        Box::pin(async move {
            let call = registry::get(self.inner.keys(), key);
            registry::entry(self.inner.ask(call).await?)
        })
    }

    fn put<'a>(
        &'a self,
        key: &'a Key,
        value: Bytes,
        expect: Expect,
        ttl: Option<Duration>,
    ) -> StoreFuture<'a, Put> {
        Box::pin(async move {
            check::value(&value)?;
            let call = registry::put(self.inner.keys(), key, &value, expect, ttl);
            registry::stored(self.inner.change(call).await?)
        })
    }

    fn extend<'a>(&'a self, key: &'a Key, revision: u64, ttl: Duration) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let call = registry::extend(self.inner.keys(), key, revision, ttl);
            Ok(is_one(&self.inner.change(call).await?))
        })
    }

    fn remove<'a>(&'a self, key: &'a Key, expect: Expect) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let call = registry::remove(self.inner.keys(), key, expect);
            Ok(is_one(&self.inner.change(call).await?))
        })
    }

    fn join<'a>(&'a self, set: &'a SetName, member: Member, join: Join) -> StoreFuture<'a, Joined> {
        Box::pin(async move {
            check::member(&member)?;
            let call = sets::join(self.inner.keys(), set, &member, join);
            sets::joined(self.inner.change(call).await?)
        })
    }

    fn leave<'a>(&'a self, set: &'a SetName, member: &'a Member) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let call = sets::leave(self.inner.keys(), set, member);
            Ok(is_one(&self.inner.change(call).await?))
        })
    }

    fn members<'a>(&'a self, set: &'a SetName, first: usize) -> StoreFuture<'a, Members> {
        Box::pin(async move {
            let call = sets::members(self.inner.keys(), set, first);
            sets::who(self.inner.ask(call).await?)
        })
    }
}

impl fmt::Display for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("redis")
    }
}

/// Where it is, without a secret, and nothing of what is in it.
impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("options", &self.inner.options)
            .field("commands", &self.inner.commands)
            .field("watchers", &self.inner.watchers)
            .finish_non_exhaustive()
    }
}
