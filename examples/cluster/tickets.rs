//! Tickets of all nodes: what `sse-tower` asks of a [`TicketStore`], by a store of `sse-session`. The crates do not know
//! each other, so this is the application's.
//!
//! A ticket is a log of its own. The first record is the ticket; the second one spends it, and an idempotency key sees
//! to it that this is done once, whatever the number of nodes that try. Both are gone when they are too old. The time is
//! the nodes' own, so their clocks should agree better than tickets are short.

use core::time::Duration;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use sse_session::Channel;
use sse_session::store::{
    Append, IdempotencyKey, LogName, ReadFrom, ReadLimit, Retention, SessionStore,
};
use sse_tower::token::{SecretHash, StoreFuture, StoredTicket, TicketError, TicketStore};

use crate::BoxError;

/// How much longer than a ticket the store remembers that it was spent.
const MARGIN: Duration = Duration::from_secs(60);

/// Tickets in a store that nodes share.
#[derive(Debug)]
pub(crate) struct SharedTickets(pub(crate) Arc<dyn SessionStore>);

/// A ticket that has not expired.
struct Issued {
    claims: Box<str>,
    expires_in: Duration,
    /// The secret of whoever has spent it.
    spent_with: Option<SecretHash>,
}

impl SharedTickets {
    async fn add(
        &self,
        ticket: SecretHash,
        claims: Box<str>,
        lifetime: Duration,
    ) -> Result<(), BoxError> {
        let mut record = BytesMut::new();
        record.put_u64(milliseconds(now() + lifetime));
        record.put(claims.as_bytes());
        let append = append(record.freeze(), lifetime);
        self.0.append(&log(ticket)?, append).await?;
        Ok(())
    }

    async fn get(&self, ticket: SecretHash) -> Result<Option<Issued>, BoxError> {
        let (log, limit) = (log(ticket)?, ReadLimit::default());
        let page = self.0.read(&log, ReadFrom::Earliest, limit).await?;
        let mut records = page.records.into_iter().map(|record| record.payload);
        Ok(records
            .next()
            .and_then(|first| Issued::read(first, records.next())))
    }

    async fn spend(&self, ticket: SecretHash, secret: SecretHash) -> Result<bool, BoxError> {
        let Some(issued) = self.get(ticket).await? else {
            return Ok(false);
        };
        let secret = Bytes::copy_from_slice(secret.as_bytes());
        let mut append = append(secret, issued.expires_in);
        append.key = Some(IdempotencyKey {
            key: Bytes::from_static(b"spent"),
            window: issued.expires_in + MARGIN,
        });
        let spent = self.0.append(&log(ticket)?, append).await?;
        Ok(!spent.duplicate)
    }
}

impl Issued {
    fn read(mut first: Bytes, second: Option<Bytes>) -> Option<Self> {
        let expires = first.try_get_u64().ok()?;
        let left = expires.checked_sub(milliseconds(now()))?;
        let secret = second.and_then(|secret| <[u8; 32]>::try_from(&*secret).ok());
        (left > 0).then_some(Self {
            claims: core::str::from_utf8(&first).ok()?.into(),
            expires_in: Duration::from_millis(left),
            spent_with: secret.map(SecretHash::from_bytes),
        })
    }
}

fn append(record: Bytes, lifetime: Duration) -> Append {
    let mut append = Append::new(record, fastrand::u32(1..));
    append.retention = Retention::records(2).with_max_age(lifetime + MARGIN);
    append
}

fn log(ticket: SecretHash) -> Result<LogName, BoxError> {
    let digits: String = ticket
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let channel = Channel::try_from(&*format!("tickets/{digits}"))?;
    Ok(LogName::of_channel(&channel))
}

fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn unavailable(source: BoxError) -> TicketError {
    TicketError::Unavailable { source }
}

impl TicketStore for SharedTickets {
    fn issue(
        &self,
        ticket: SecretHash,
        claims: Box<str>,
        lifetime: Duration,
    ) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let added = self.add(ticket, claims, lifetime).await;
            added.map_err(unavailable)
        })
    }

    fn find(&self, ticket: SecretHash) -> StoreFuture<'_, Option<StoredTicket>> {
        Box::pin(async move {
            let found = self.get(ticket).await.map_err(unavailable)?;
            Ok(found.map(|issued| {
                let stored = StoredTicket::new(issued.claims, issued.expires_in);
                match issued.spent_with {
                    Some(secret) => stored.with_return_secret(secret),
                    None => stored,
                }
            }))
        })
    }

    fn redeem(&self, ticket: SecretHash, return_secret: SecretHash) -> StoreFuture<'_, bool> {
        Box::pin(async move { self.spend(ticket, return_secret).await.map_err(unavailable) })
    }
}
