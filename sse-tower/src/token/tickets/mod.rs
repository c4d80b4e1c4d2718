//! Tickets: what opens one stream, once.

mod error;
mod hash;
mod issuer;
mod memory;
mod return_cookie;
mod returns;
mod store;
mod ticket;

pub(super) use self::returns::ShownTicket;
pub use self::{
    error::{InvalidCookiePath, TicketError},
    hash::SecretHash,
    issuer::Tickets,
    memory::MemoryTickets,
    return_cookie::{ReturnCookie, SameSite},
    returns::Returns,
    store::{StoreFuture, StoredTicket, TicketStore},
    ticket::Ticket,
};
