//! One direction of a connection.

use std::sync::atomic::{AtomicI64, Ordering};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::frames::Kind;
use super::proxy::Shared;
use super::{Direction, Mode};

/// Carries what is read to the other side, as the mode says, until one of them is closed.
pub(super) async fn pump(
    shared: &Shared,
    direction: Direction,
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    in_flight: &AtomicI64,
) {
    let mut settings = shared.settings.subscribe();
    let mut read = BytesMut::with_capacity(64 << 10);
    loop {
        match from.read_buf(&mut read).await {
            Ok(0) | Err(_) => {
                let _ = settings.wait_for(|now| !now.mode.holds(direction)).await;
                return;
            }
            Ok(_) => {}
        }
        let mode = settings.borrow().mode;
        if let Mode::Delay { by, jitter } = mode {
            let jitter = shared.state().part_of(jitter);
            tokio::time::sleep(by + jitter).await;
        }
        if settings
            .wait_for(|now| !now.mode.holds(direction))
            .await
            .is_err()
        {
            return;
        }
        let through = take_frames(shared, direction, &mut read, in_flight);
        let whole = through.len();
        let through = up_to_the_cut(shared, direction, through);
        if to.write_all(&through).await.is_err() {
            return;
        }
        if through.len() < whole {
            let _ = to.flush().await;
            shared.refuse();
            return;
        }
    }
}

/// The frames that are whole and not lost.
fn take_frames(
    shared: &Shared,
    direction: Direction,
    read: &mut BytesMut,
    in_flight: &AtomicI64,
) -> Bytes {
    let mut state = shared.state();
    let mut through = BytesMut::with_capacity(read.len());
    while let Some((length, kind)) = shared.protocol.first_frame(read, direction) {
        let frame = read.split_to(length);
        match kind {
            Kind::Hint if state.loses_hint() => {
                state.figures.lost_hints += 1;
                continue;
            }
            Kind::Hint => state.figures.hints += 1,
            Kind::Request => {
                state.figures.requests += 1;
                let now = in_flight.fetch_add(1, Ordering::Relaxed) + 1;
                let now = u64::try_from(now).unwrap_or(0);
                state.figures.most_in_flight = state.figures.most_in_flight.max(now);
            }
            Kind::Answer => {
                state.figures.answers += 1;
                in_flight.fetch_sub(1, Ordering::Relaxed);
            }
            Kind::Other => {}
        }
        through.extend_from_slice(&frame);
    }
    through.freeze()
}

/// As much as may go.
fn up_to_the_cut(shared: &Shared, direction: Direction, mut bytes: Bytes) -> Bytes {
    let mut state = shared.state();
    if let Some(left) = &mut state.left {
        let most = usize::try_from(*left).unwrap_or(usize::MAX);
        bytes.truncate(most);
        *left -= bytes.len() as u64;
    }
    let count = match direction {
        Direction::ToServer => &mut state.figures.bytes_to_server,
        Direction::ToClient => &mut state.figures.bytes_to_client,
    };
    *count += bytes.len() as u64;
    bytes
}
