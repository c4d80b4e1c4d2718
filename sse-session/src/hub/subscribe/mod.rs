//! Subscribing.

mod batch;
mod batch_builder;
mod body;
mod end;
mod error;
mod feed;
mod fetch;
mod open;
mod subscriber;
mod subscription;

pub use self::{
    batch::Batch, body::SubscriberBody, end::StreamEndReason, error::SubscribeError,
    subscriber::Subscriber, subscription::Subscription,
};
