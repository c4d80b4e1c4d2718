//! Who is connected to an event stream, what they missed, how to reach them from any node.
//!
//! An empty shell so far: this crate exports nothing. It will hold a hub with replay after
//! `Last-Event-ID`, channels, presence, supersede and an inbox, over a small session store trait;
//! and stores in memory, in an embedded database, on Redis Streams and on NATS JetStream.
//!
//! Encoding and decoding are in [`sse_codec`], which is complete on its own.

#![forbid(unsafe_code)]
