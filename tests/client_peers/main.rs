//! The client against streams that programs make which nobody here wrote: axum, better-sse on
//! Node, sse-starlette on Python, nginx with nchan. Each connection is cut somewhere, the servers
//! are killed and started again, and each peer's own ways are looked at.

#![allow(clippy::unwrap_used, reason = "in a test it is a failure")]

mod axum_server;
mod axum_sse;
mod better_sse;
mod client;
mod nchan;
mod numbers;
mod relay;
mod sse_starlette;
