//! Publishers and subscribers on several hubs, who record what they see.

mod client;
mod publisher;
mod run;
mod seed;
mod subscriber;

pub(crate) use self::{
    run::{CHANNELS, Run, hub},
    seed::{seed, soak},
};
