//! The programs themselves, and what they share.

#![allow(dead_code, reason = "the tests need no `main`")]

#[path = "../../frameworks/axum.rs"]
pub(crate) mod axum;
#[path = "../../frameworks/hyper.rs"]
pub(crate) mod hyper;
#[path = "../../frameworks/tonic.rs"]
pub(crate) mod tonic;
#[path = "../../frameworks/warp.rs"]
pub(crate) mod warp;

#[path = "../../frameworks/connections.rs"]
pub(crate) mod connections;
#[path = "../../frameworks/grpc.rs"]
pub(crate) mod grpc;
#[path = "../../frameworks/ticks.rs"]
pub(crate) mod ticks;
