//! Each contender.

pub mod eventsource_client;
pub mod floor;
pub mod ours;
pub mod ours_over_reqwest;
pub mod reqwest_eventsource;
pub mod sseer;

pub use self::{
    eventsource_client::EventsourceClient, floor::Floor, ours::Ours,
    ours_over_reqwest::OursOverReqwest, reqwest_eventsource::ReqwestEventsource, sseer::Sseer,
};

use crate::peer::Failure;

/// Where a stream ended, or another item came than an event.
fn unexpected(item: &str) -> Failure {
    Failure(format!("{item} instead of what was expected"))
}
