//! What acts before the call: one mechanism for the layers that let some requests pass and refuse
//! others, and hold something for each stream that they let pass.
//!
//! Nothing here is to be used by itself; the types are named because they appear in services.
//!
//! A [`Gate`] looks at each request. If it is one for a stream the gate admits it, which may take
//! time, or refuses it, and only then is the service called: the instance that was ready. If it is
//! not, and the response turns out to be a stream all the same, admission comes then. A pass for a
//! response that is no stream is dropped.

mod admission;
mod future;
mod service;
#[cfg(test)]
mod tests;

pub(crate) use self::admission::sealed;
pub use self::{
    admission::{Arrival, Gate},
    future::GatedFuture,
    service::Gated,
};
