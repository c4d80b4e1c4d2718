//! Reading a request's body within bounds.

use core::{future::poll_fn, pin::pin, time::Duration};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use http::StatusCode;
use http_body::Body;
use tokio::time::timeout;

use super::refused::Refused;

/// The body, if it has no more bytes and takes no longer. Never more than that many are kept.
pub(super) async fn read_body<B: Body>(
    body: B,
    max_bytes: usize,
    time: Duration,
) -> Result<Bytes, Refused> {
    if body.size_hint().lower() > max_bytes as u64 {
        return Err(Refused::too_large());
    }
    let mut body = pin!(body);
    let read = async {
        let mut bytes = BytesMut::new();
        while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
            let broken = |_| Refused::new(StatusCode::BAD_REQUEST, "body");
            let Ok(data) = frame.map_err(broken)?.into_data() else {
                continue;
            };
            if bytes.len() + data.remaining() > max_bytes {
                return Err(Refused::too_large());
            }
            bytes.put(data);
        }
        Ok(bytes.freeze())
    };
    let late = |_| Refused::new(StatusCode::REQUEST_TIMEOUT, "timeout");
    timeout(time, read).await.map_err(late)?
}
