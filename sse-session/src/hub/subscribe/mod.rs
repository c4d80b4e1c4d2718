//! Subscribing.

mod batch;
mod batch_builder;
mod body;
mod end;
mod error;
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
    subscriber::Subscriber, subscription::Subscription,
};
