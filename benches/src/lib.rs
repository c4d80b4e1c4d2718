//! Measures `sse-codec` against the other crates that decode or encode event streams, what the
//! layers of `sse-tower` cost, and the hub of `sse-session` against other ways to reach many.
//!
//! - [`corpus`]: what is decoded, and in which chunks;
//! - [`peer`]: what a crate must offer to be measured at decoding; [`peers`]: each of them;
//! - [`message`]: what is encoded; [`encoder`], [`encoders`]: the same for encoding;
//! - [`divergences`]: where a crate is wrong, and so is not timed;
//! - [`decoding`], [`encoding`]: what is measured with all that; [`measure`]: how time is taken;
//! - [`layering`]: what the layers of `sse-tower` cost;
//! - [`fanout`], [`history`]: the hub and the stores of `sse-session`;
//! - [`client`]: the client of `sse-tower`;
//! - [`stores`]: the four stores of `sse-session` side by side;
//! - [`table`], [`markdown`]: how results are printed; [`document`]: where they are written.
//!
//! The programs are in `src/bin`. `README.md` tells how to run and to read them.

pub mod client;
pub mod corpus;
pub mod decoding;
pub mod divergences;
pub mod document;
pub mod encoder;
pub mod encoders;
pub mod encoding;
pub mod fanout;
pub mod history;
pub mod layering;
pub mod markdown;
pub mod measure;
pub mod message;
pub mod peer;
pub mod peers;
pub mod stores;
pub mod table;
