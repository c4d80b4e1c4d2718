//! What makes everything between server and client pass events on at once.
//!
//! | what | for whom |
//! |---|---|
//! | `X-Accel-Buffering: no` | nginx, and proxies that follow it: no buffering of this response |
//! | `Cache-Control: no-cache, no-transform` | caches; CDNs that compress, and so collect, what they may transform |
//! | no `Content-Length`, digest or `ETag` | the body is not known, and may be added to |
//! | no hop-by-hop headers on HTTP/2 | clients that rightly refuse them there |
//! | a comment of 2 KiB, first on the stream ([`AntiBuffering::with_padding_bytes`]) | old proxies and clients that show nothing until some kilobytes came |
//!
//! A stricter `Cache-Control` (`no-store`, `private`) stays, and what is missing is added; an
//! `X-Accel-Buffering` of the handler's own stays. The headers of a `HEAD` response are the same.
//!
//! The first bytes, padding or the `retry` of [`RetryLayer`](crate::RetryLayer), leave as soon as
//! the handler has nothing to send, so that the headers do not wait for its first event.
//!
//! ```
//! use sse_tower::{AntiBufferingLayer, anti_buffering::AntiBuffering};
//!
//! let headers_only = AntiBufferingLayer::default();
//! let padded = AntiBufferingLayer::new(AntiBuffering::new().with_padding_bytes(2048));
//! # let _ = (headers_only, padded);
//! ```

mod headers;
mod layer;
mod settings;

#[cfg(feature = "token")]
pub(crate) use self::headers::is_private;
pub(crate) use self::headers::{remove_body_metadata, set_headers};
pub use self::{layer::AntiBufferingLayer, settings::AntiBuffering};
