//! Layers for any Tower service that answers with `text/event-stream`.
//!
//! This crate is an empty shell until its own issue is built: it exports nothing yet. What it
//! will hold, in the words of the design: keep-alive, the retry hint, anti-buffering headers, CORS,
//! the last event ID, limits, tokens, lifetime, drain and metrics; and a reconnecting client.
//!
//! Encoding and decoding are in [`sse_codec`], which is complete on its own.

#![forbid(unsafe_code)]
