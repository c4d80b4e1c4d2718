//! Whether a request may pass.

use core::fmt;
use std::sync::Arc;

use http::HeaderValue;
use tokio::time::Instant;

use super::{
    Authorized, Credential, TokenRejected, TokenSource,
    gate::Visitor,
    refusals::Denied,
    settings::Settings,
    source::{Shown, Sought},
    tickets::{ShownTicket, TicketError, Tickets},
};
use crate::{refusal::Refusal, stream::Farewell};

/// What a request that may pass brings along.
#[expect(unnameable_types, reason = "nobody but the gate needs it")]
pub struct Admitted<I> {
    pub(super) identity: Option<I>,
    pub(super) source: TokenSource,
    pub(super) expires: Option<Instant>,
    pub(super) farewell: Farewell,
    /// For the client whose ticket was spent by this request.
    pub(super) return_cookie: Option<HeaderValue>,
}

impl<I> fmt::Debug for Admitted<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admitted").finish_non_exhaustive()
    }
}

pub(super) async fn admit<I>(
    settings: Arc<Settings<I>>,
    visitor: Visitor,
) -> Result<Admitted<I>, Refusal>
where
    I: Clone + Send + Sync + 'static,
{
    let Visitor {
        shown,
        client,
        head,
    } = visitor;
    judge(&settings, shown, head)
        .await
        .map_err(|denied| settings.refusals.answer(denied, &client))
}

async fn judge<I>(
    settings: &Settings<I>,
    shown: Sought<Shown>,
    head: bool,
) -> Result<Admitted<I>, Denied>
where
    I: Clone + Send + Sync + 'static,
{
    let shown = shown.ok_or(Denied::Missing)?.map_err(|_| Denied::Invalid)?;
    let source = shown.source;
    let credential = Credential::new(shown.text, source);
    let ticket = settings.sources.tickets.as_ref().zip(shown.ticket);
    let (authorized, return_cookie) = match ticket {
        None => (validate(settings, credential).await?, None),
        Some((tickets, ticket)) => {
            with_ticket(settings, credential, tickets, &ticket, head).await?
        }
    };
    Ok(Admitted {
        identity: Some(authorized.identity),
        source,
        expires: authorized.expires,
        farewell: settings.farewell.clone(),
        return_cookie,
    })
}

/// The ticket is spent last, so that a validator that is away costs no client its ticket.
async fn with_ticket<I>(
    settings: &Settings<I>,
    credential: Credential,
    tickets: &Tickets,
    ticket: &ShownTicket,
    head: bool,
) -> Result<(Authorized<I>, Option<HeaderValue>), Denied>
where
    I: Clone + Send + Sync + 'static,
{
    let stored = tickets.find(ticket).await?.ok_or(Denied::Invalid)?;
    let is_return = stored.is_spent();
    if is_return && !tickets.may_return(ticket, &stored) {
        return Err(Denied::Invalid);
    }
    let left = stored.expires_in();
    let credential = credential.with_ticket(stored.into_claims(), is_return);
    let authorized = validate(settings, credential).await?;
    if head || is_return {
        return Ok((authorized, None));
    }
    let cookie = tickets.spend(ticket, left).await?.ok_or(Denied::Invalid)?;
    Ok((authorized, Some(cookie)))
}

async fn validate<I>(
    settings: &Settings<I>,
    credential: Credential,
) -> Result<Authorized<I>, Denied>
where
    I: Clone + Send + Sync + 'static,
{
    let authorized = settings
        .validator
        .validate(credential)
        .await
        .map_err(|rejected| match rejected {
            TokenRejected::Invalid => Denied::Invalid,
            TokenRejected::Unavailable => Denied::Unavailable,
        })?;
    // Its stream would end at once, and its client come back at once.
    match authorized.expires {
        Some(expires) if expires <= Instant::now() => Err(Denied::Invalid),
        _ => Ok(authorized),
    }
}

impl From<TicketError> for Denied {
    /// The store is away, whatever it says.
    fn from(_: TicketError) -> Self {
        Self::Unavailable
    }
}
