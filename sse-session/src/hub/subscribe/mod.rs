//! Subscribing.

mod batch;
mod batch_builder;
mod body;
mod end;
mod error;
mod event_ids;
mod feed;
mod feeds;
mod fetch;
mod measure;
mod open;
mod subscriber;
mod subscription;

pub(super) use self::fetch::SharedReads;
pub use self::{
    batch::Batch, body::SubscriberBody, end::StreamEndReason, error::SubscribeError,
    event_ids::EventIds, subscriber::Subscriber, subscription::Subscription,
};
