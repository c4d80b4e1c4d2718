//! Who is connected to an event stream, what they missed, how to reach them from any node.
//!
//! This crate is an empty shell until its own issue is built: it exports nothing yet. What it
//! will hold, in the words of the design: a hub with replay after `Last-Event-ID`, channels,
//! presence, supersede and an inbox, over a small session store trait; stores in memory, in an
//! embedded database, on Redis Streams and on NATS JetStream.
//!
//! Encoding and decoding are in [`sse_codec`], which is complete on its own.

#![forbid(unsafe_code)]
